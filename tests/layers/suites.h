/* The suites of the layers floor. */
#ifndef LAYERS_SUITES_H
#define LAYERS_SUITES_H

#include <check.h>

int layers_kinds(void);	/* how many kinds there are */
Suite *suite_golden(void);
Suite *suite_kinds(void);
Suite *suite_options(void);

#endif
