/* Runs the suites of the weights floor. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "build-config.h"
#include "weights/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_safetensors());
	srunner_add_suite(r, suite_bind());
	srunner_add_suite(r, suite_weights_find());
#ifdef HAVE_HDF5
	srunner_add_suite(r, suite_binding());
	srunner_add_suite(r, suite_keras_h5());
	srunner_add_suite(r, suite_real_weights());
	srunner_add_suite(r, suite_weights_file());
#else
	fputs("skipped: built without libhdf5\n", stderr);
#endif
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
