dnl TL_OPENBLAS: the other provider of matrix products, found by pkg-config or by name.
AC_DEFUN([TL_OPENBLAS], [
PKG_CHECK_MODULES([OPENBLAS], [openblas], [], [
	tl_save_LIBS=$LIBS
	AC_SEARCH_LIBS([openblas_set_num_threads], [openblas],
		[OPENBLAS_LIBS=$ac_cv_search_openblas_set_num_threads],
		[AC_MSG_ERROR([OpenBLAS is missing: install libopenblas-dev])])
	LIBS=$tl_save_LIBS
	AC_SUBST([OPENBLAS_LIBS])
])
tl_save_CPPFLAGS=$CPPFLAGS
CPPFLAGS="$CPPFLAGS $OPENBLAS_CFLAGS"
AC_CHECK_HEADER([cblas.h], [], [AC_MSG_ERROR([cblas.h is missing: install libopenblas-dev])])
CPPFLAGS=$tl_save_CPPFLAGS
])
