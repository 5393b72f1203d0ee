/* Runs the suites of the weights floor. */
#include <check.h>
#include <stdlib.h>

#include "weights/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_safetensors());
	srunner_add_suite(r, suite_bind());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
