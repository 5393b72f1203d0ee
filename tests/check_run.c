/* Runs the suites of the run floor. No kernel runs before Check forks. */
#include "run/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_rundir, suite_experiment, suite_host, suite_sheets, suite_single, suite_sweep,
		suite_sweep_read, suite_trained, suite_model, suite_night, suite_night_progress,
		suite_reproduce_compare, suite_run_index, suite_run_state, suite_batch, suite_batch_link,
		suite_batch_queue,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
