/* Runs the suites of the layers floor. No kernel runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "layers/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_kinds());
	srunner_add_suite(r, suite_golden());
	srunner_add_suite(r, suite_options());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
