/* Runs the suites of the train floor. No kernel runs before Check forks. */
#include "support/runner.h"
#include "train/suites.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_training, suite_phase_options, suite_optimizer, suite_schedule, suite_loss,
		suite_metric, suite_callback, suite_runs, suite_mobilenet, suite_checkpoint,
		suite_trainer, suite_phase, suite_features, suite_features_cache,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
