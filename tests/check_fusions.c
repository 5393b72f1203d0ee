/* Runs the suites of the fusions floor. No kernel runs before Check forks. */
#include "fusions/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_fusion_table, suite_bn_act, suite_conv_act_pool, suite_conv_bn_act,
		suite_inverted_residual,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
