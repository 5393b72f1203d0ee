/* The suites of the run floor, one a file. */
#ifndef TLRUN_TESTS_RUN_SUITES_H
#define TLRUN_TESTS_RUN_SUITES_H

#include <check.h>

Suite *suite_batch(void);
Suite *suite_batch_link(void);
Suite *suite_batch_queue(void);
Suite *suite_experiment(void);
Suite *suite_host(void);
Suite *suite_model(void);
Suite *suite_night(void);
Suite *suite_night_progress(void);
Suite *suite_reproduce_compare(void);
Suite *suite_run_index(void);
Suite *suite_run_state(void);
Suite *suite_rundir(void);
Suite *suite_sheets(void);
Suite *suite_single(void);
Suite *suite_sweep(void);
Suite *suite_sweep_read(void);
Suite *suite_trained(void);

#endif
