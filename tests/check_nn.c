/* Runs the suites of the nn floor. No kernel runs before Check forks. */
#include "nn/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_net, suite_init, suite_plan, suite_exec, suite_describe, suite_cut, suite_freeze,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
