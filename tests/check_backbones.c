/* Runs the suites of the backbones floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "backbones/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_backbone_common());
	srunner_add_suite(r, suite_mobilenet_v2());
	srunner_add_suite(r, suite_imagenet());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
