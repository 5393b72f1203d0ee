/* Runs the suites of the train floor. No kernel runs before Check forks. */
#include "support/runner.h"
#include "train/suites.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_training, suite_phase_options, suite_optimizer, suite_schedule, suite_loss,
		suite_metric, suite_callback, suite_runs, suite_mobilenet, suite_trainer, suite_phase,
		suite_features, suite_features_cache,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
	SRunner *r = srunner_create(suite_training());
	srunner_add_suite(r, suite_phase_options());
	srunner_add_suite(r, suite_optimizer());
	srunner_add_suite(r, suite_schedule());
	srunner_add_suite(r, suite_loss());
	srunner_add_suite(r, suite_metric());
	srunner_add_suite(r, suite_callback());
	srunner_add_suite(r, suite_runs());
	srunner_add_suite(r, suite_mobilenet());
	srunner_add_suite(r, suite_checkpoint());
	srunner_add_suite(r, suite_trainer());
	srunner_add_suite(r, suite_phase());
	srunner_add_suite(r, suite_features());
	srunner_add_suite(r, suite_features_cache());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
