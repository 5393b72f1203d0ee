/* Runs the suites of the base floor. */
#include "base/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_arena, suite_buffer, suite_child, suite_diag, suite_error, suite_file,
		suite_file_writer, suite_hash, suite_json, suite_log, suite_name_table, suite_num_math,
		suite_num_text, suite_png, suite_rng, suite_shape, suite_stats, suite_stats_bootstrap,
		suite_stats_calibration, suite_stats_student, suite_stats_tests, suite_str, suite_suggest,
		suite_utf8,
		suite_visible,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
