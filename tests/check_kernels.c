/* Runs the suites of the kernels floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "kernels/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(NULL);
	srunner_add_suite(r, suite_parallel());
	srunner_add_suite(r, suite_gemm());
	srunner_add_suite(r, suite_dense());
	srunner_add_suite(r, suite_conv());
	srunner_add_suite(r, suite_activation());
	srunner_add_suite(r, suite_vmath());
	srunner_add_suite(r, suite_conv_pool());
	srunner_add_suite(r, suite_xent());
	srunner_add_suite(r, suite_update());
	srunner_add_suite(r, suite_elementwise());
	srunner_add_suite(r, suite_merge());
	srunner_add_suite(r, suite_sums());
	srunner_add_suite(r, suite_norm());
	srunner_add_suite(r, suite_pool());
	srunner_add_suite(r, suite_depthwise());
	srunner_add_suite(r, suite_folded());
	srunner_add_suite(r, suite_inverted());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
