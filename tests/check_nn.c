/* Runs the suites of the nn floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "nn/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_net());
	srunner_add_suite(r, suite_init());
	srunner_add_suite(r, suite_plan());
	srunner_add_suite(r, suite_exec());
	srunner_add_suite(r, suite_describe());
	srunner_add_suite(r, suite_cut());
	srunner_add_suite(r, suite_freeze());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
