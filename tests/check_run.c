/* Runs the suites of the run floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "run/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_rundir());
	srunner_add_suite(r, suite_experiment());
	srunner_add_suite(r, suite_host());
	srunner_add_suite(r, suite_sheets());
	srunner_add_suite(r, suite_single());
	srunner_add_suite(r, suite_sweep());
	srunner_add_suite(r, suite_sweep_read());
	srunner_add_suite(r, suite_trained());
	srunner_add_suite(r, suite_model());
	srunner_add_suite(r, suite_night());
	srunner_add_suite(r, suite_night_progress());
	srunner_add_suite(r, suite_reproduce_compare());
	srunner_add_suite(r, suite_run_index());
	srunner_add_suite(r, suite_run_state());
	srunner_add_suite(r, suite_batch());
	srunner_add_suite(r, suite_batch_link());
	srunner_add_suite(r, suite_batch_queue());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
