/* Runs the suites of the weights floor. */
#include <stdio.h>

#include "build-config.h"
#include "support/runner.h"
#include "weights/suites.h"

int
main(void)
{
#ifndef HAVE_HDF5
	fputs("skipped: built without libhdf5\n", stderr);
#endif
	static Suite *(*const suites[])(void) = {
		suite_safetensors, suite_bind, suite_weights_find,
#ifdef HAVE_HDF5
		suite_binding, suite_keras_h5, suite_real_weights,
		suite_structure, suite_weights_file,
#endif
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
