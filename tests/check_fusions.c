/* Runs the suites of the fusions floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "fusions/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_fusion_table());
	srunner_add_suite(r, suite_bn_act());
	srunner_add_suite(r, suite_conv_act_pool());
	srunner_add_suite(r, suite_conv_bn_act());
	srunner_add_suite(r, suite_inverted_residual());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
