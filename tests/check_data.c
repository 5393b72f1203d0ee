/* Runs the suites of the data floor. No parallel region runs before Check forks. */
#include <check.h>
#include <stdlib.h>

#include "data/suites.h"

int
main(void)
{
	SRunner *const r = srunner_create(NULL);
	srunner_add_suite(r, suite_idx());
	srunner_add_suite(r, suite_idx_set());
	srunner_add_suite(r, suite_cifar_records());
	srunner_add_suite(r, suite_dataset_table());
	srunner_add_suite(r, suite_dataset_synthetic());
	srunner_add_suite(r, suite_real_data());
	srunner_add_suite(r, suite_split());
	srunner_add_suite(r, suite_normalize());
	srunner_add_suite(r, suite_loader());
	srunner_add_suite(r, suite_selection());
	srunner_add_suite(r, suite_resampling());
	srunner_add_suite(r, suite_download());
	srunner_add_suite(r, suite_source());
	srunner_add_suite(r, suite_picture());
	srunner_add_suite(r, suite_tar());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
