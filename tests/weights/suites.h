/* The suites of the weights floor, one a file. */
#ifndef TLRUN_TESTS_WEIGHTS_SUITES_H
#define TLRUN_TESTS_WEIGHTS_SUITES_H

#include <check.h>

Suite *suite_bind(void);
Suite *suite_safetensors(void);

#endif
