/* Runs the suites of the train floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "train/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_training());
	srunner_add_suite(r, suite_phase_options());
	srunner_add_suite(r, suite_optimizer());
	srunner_add_suite(r, suite_schedule());
	srunner_add_suite(r, suite_loss());
	srunner_add_suite(r, suite_metric());
	srunner_add_suite(r, suite_callback());
	srunner_add_suite(r, suite_runs());
	srunner_add_suite(r, suite_mobilenet());
	srunner_add_suite(r, suite_trainer());
	srunner_add_suite(r, suite_phase());
	srunner_add_suite(r, suite_features());
	srunner_add_suite(r, suite_features_cache());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
