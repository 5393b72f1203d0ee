/* Runs the suites of the report floor. */
#include <check.h>
#include <stdlib.h>

#include "report/suites.h"

int
main(void)
{
	SRunner *r = srunner_create(suite_record());
	srunner_add_suite(r, suite_classification());
	srunner_add_suite(r, suite_comparison());
	srunner_add_suite(r, suite_csv());
	srunner_add_suite(r, suite_difference());
	srunner_add_suite(r, suite_html());
	srunner_add_suite(r, suite_markdown());
	srunner_add_suite(r, suite_predictions_read());
	srunner_add_suite(r, suite_settings());
	srunner_add_suite(r, suite_summary());
	srunner_add_suite(r, suite_report_charts());
	srunner_add_suite(r, suite_report_sweep());
	srunner_add_suite(r, suite_svg());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
