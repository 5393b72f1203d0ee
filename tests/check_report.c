/* Runs the suites of the report floor. */
#include "report/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_record, suite_classification, suite_comparison, suite_csv, suite_difference,
		suite_html, suite_markdown, suite_predictions_read, suite_settings, suite_summary,
		suite_report_charts, suite_report_sweep, suite_svg,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
