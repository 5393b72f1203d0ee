/* Runs the suites of the data floor. No parallel region runs before Check forks. */
#include "data/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_idx, suite_idx_set, suite_cifar_records, suite_dataset_table,
		suite_dataset_synthetic, suite_real_data, suite_split, suite_normalize, suite_loader,
		suite_selection, suite_resampling, suite_download, suite_source, suite_picture, suite_tar,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
