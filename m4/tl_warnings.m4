dnl TL_WARNINGS: the warnings all code is clean of; --enable-werror makes them errors.
AC_DEFUN([TL_WARNINGS], [
for tl_flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wundef -Wno-missing-field-initializers -Wno-psabi; do
	tl_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $tl_flag"
	AC_MSG_CHECKING([whether $CC takes $tl_flag])
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AC_MSG_RESULT([yes]); TL_CFLAGS="$TL_CFLAGS $tl_flag"], [AC_MSG_RESULT([no])])
	CFLAGS=$tl_save_CFLAGS
done
AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])])
AS_IF([test "x$enable_werror" = xyes],
	[TL_CFLAGS="$TL_CFLAGS -Werror"; tl_werror=errors], [tl_werror=shown])
])
