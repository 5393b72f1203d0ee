/* The suites of the report floor, one a file. */
#ifndef TLRUN_TESTS_REPORT_SUITES_H
#define TLRUN_TESTS_REPORT_SUITES_H

#include <check.h>

Suite *suite_classification(void);
Suite *suite_comparison(void);
Suite *suite_csv(void);
Suite *suite_difference(void);
Suite *suite_html(void);
Suite *suite_markdown(void);
Suite *suite_predictions_read(void);
Suite *suite_record(void);
Suite *suite_settings(void);
Suite *suite_report_charts(void);
Suite *suite_report_sweep(void);
Suite *suite_summary(void);
Suite *suite_svg(void);

#endif
