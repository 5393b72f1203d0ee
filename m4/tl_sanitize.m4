dnl TL_SANITIZE: --enable-asan (address and leak), --enable-ubsan, --enable-coverage.
AC_DEFUN([TL_SANITIZE], [
tl_sanitizers=no
AC_ARG_ENABLE([asan], [AS_HELP_STRING([--enable-asan], [address and leak sanitizer])])
AC_ARG_ENABLE([ubsan], [AS_HELP_STRING([--enable-ubsan], [undefined-behaviour sanitizer])])
AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [gcov])])
AS_IF([test "x$enable_asan" = xyes], [
	TL_CFLAGS="$TL_CFLAGS -fsanitize=address -fno-omit-frame-pointer"
	TL_LDFLAGS="$TL_LDFLAGS -fsanitize=address"
	tl_sanitizers=address
])
AS_IF([test "x$enable_ubsan" = xyes], [
	TL_CFLAGS="$TL_CFLAGS -fsanitize=undefined -fno-sanitize-recover=undefined"
	TL_LDFLAGS="$TL_LDFLAGS -fsanitize=undefined"
	tl_sanitizers="$tl_sanitizers undefined"
])
tl_coverage=no
AS_IF([test "x$enable_coverage" = xyes], [
	TL_CFLAGS="$TL_CFLAGS --coverage"
	TL_LDFLAGS="$TL_LDFLAGS --coverage"
	tl_coverage=yes
])
])
