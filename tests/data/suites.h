/* The suites of the data floor, one a file. */
#ifndef TLRUN_TESTS_DATA_SUITES_H
#define TLRUN_TESTS_DATA_SUITES_H

#include <check.h>

Suite *suite_idx(void);
Suite *suite_idx_set(void);
Suite *suite_cifar_records(void);
Suite *suite_dataset_table(void);
Suite *suite_dataset_synthetic(void);
Suite *suite_real_data(void);
Suite *suite_split(void);
Suite *suite_normalize(void);
Suite *suite_loader(void);
Suite *suite_selection(void);
Suite *suite_resampling(void);
Suite *suite_download(void);
Suite *suite_source(void);
Suite *suite_picture(void);
Suite *suite_tar(void);

#endif
