/* Runs the suites of the base floor. */
#include <check.h>
#include <stdlib.h>

#include "base/suites.h"

int
main(void)
{
	Suite *(*const suites[])(void) = { suite_arena, suite_buffer, suite_child, suite_diag,
		suite_error, suite_file, suite_file_writer, suite_hash, suite_json, suite_log,
		suite_num_math, suite_num_text, suite_png, suite_rng, suite_shape, suite_stats,
		suite_stats_bootstrap, suite_stats_calibration, suite_stats_student, suite_stats_tests,
		suite_str, suite_suggest, suite_utf8 };
	SRunner *r = srunner_create(NULL);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		srunner_add_suite(r, suites[i]());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
