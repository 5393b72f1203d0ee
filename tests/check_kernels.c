/* Runs the suites of the kernels floor. No kernel runs before Check forks. */
#include "kernels/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_parallel, suite_gemm, suite_dense, suite_conv, suite_activation, suite_vmath,
		suite_conv_pool, suite_xent, suite_update, suite_elementwise, suite_merge, suite_sums,
		suite_norm, suite_pool, suite_depthwise, suite_folded, suite_inverted,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
