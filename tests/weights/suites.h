/* The suites of the weights floor, one a file. */
#ifndef TLRUN_TESTS_WEIGHTS_SUITES_H
#define TLRUN_TESTS_WEIGHTS_SUITES_H

#include <check.h>

Suite *suite_bind(void);
Suite *suite_binding(void);
Suite *suite_keras_h5(void);
Suite *suite_real_weights(void);
Suite *suite_safetensors(void);
Suite *suite_structure(void);
Suite *suite_weights_file(void);
Suite *suite_weights_find(void);

#endif
