/* Runs the suites of the layers floor. No kernel runs before Check forks. */
#include "layers/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_kinds, suite_golden, suite_options,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
