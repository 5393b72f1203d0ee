/* The suites of the kernels floor, one a file. */
#ifndef TLRUN_TESTS_KERNELS_SUITES_H
#define TLRUN_TESTS_KERNELS_SUITES_H

#include <check.h>

Suite *suite_activation(void);
Suite *suite_conv(void);
Suite *suite_conv_pool(void);
Suite *suite_dense(void);
Suite *suite_depthwise(void);
Suite *suite_elementwise(void);
Suite *suite_folded(void);
Suite *suite_gemm(void);
Suite *suite_inverted(void);
Suite *suite_merge(void);
Suite *suite_norm(void);
Suite *suite_parallel(void);
Suite *suite_pool(void);
Suite *suite_sums(void);
Suite *suite_update(void);
Suite *suite_vmath(void);
Suite *suite_xent(void);

#endif
