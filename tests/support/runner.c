/* How every Check program runs its suites. */
#include "support/runner.h"

#include <stdlib.h>

int
runner_main(size_t n, Suite *(*const suites[])(void))
{
	/* Check reads it when a test case is created, and its own default is four seconds. */
	setenv("CK_DEFAULT_TIMEOUT", "600", 0);
	SRunner *const r = srunner_create(NULL);
	for (size_t i = 0; i < n; i++)
		srunner_add_suite(r, suites[i]());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
