/* Runs the suites of the backbones floor. No kernel runs before Check forks. */
#include "backbones/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_backbone_common, suite_mobilenet_v2, suite_imagenet,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
