/* The suites of the base floor, one a file. */
#ifndef TESTS_BASE_SUITES_H
#define TESTS_BASE_SUITES_H

#include <check.h>

Suite *suite_arena(void);
Suite *suite_buffer(void);
Suite *suite_child(void);
Suite *suite_diag(void);
Suite *suite_error(void);
Suite *suite_file(void);
Suite *suite_file_writer(void);
Suite *suite_hash(void);
Suite *suite_json(void);
Suite *suite_log(void);
Suite *suite_name_table(void);
Suite *suite_num_math(void);
Suite *suite_num_text(void);
Suite *suite_png(void);
Suite *suite_rng(void);
Suite *suite_shape(void);
Suite *suite_stats(void);
Suite *suite_stats_bootstrap(void);
Suite *suite_stats_calibration(void);
Suite *suite_stats_student(void);
Suite *suite_stats_tests(void);
Suite *suite_str(void);
Suite *suite_suggest(void);
Suite *suite_utf8(void);
Suite *suite_visible(void);

#endif
