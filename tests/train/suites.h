/* The suites of the train floor, one a file. */
#ifndef TLRUN_TESTS_TRAIN_SUITES_H
#define TLRUN_TESTS_TRAIN_SUITES_H

#include <check.h>

Suite *suite_callback(void);
Suite *suite_features(void);
Suite *suite_features_cache(void);
Suite *suite_loss(void);
Suite *suite_metric(void);
Suite *suite_mobilenet(void);
Suite *suite_optimizer(void);
Suite *suite_phase(void);
Suite *suite_phase_options(void);
Suite *suite_runs(void);
Suite *suite_schedule(void);
Suite *suite_checkpoint(void);
Suite *suite_trainer(void);
Suite *suite_training(void);

#endif
