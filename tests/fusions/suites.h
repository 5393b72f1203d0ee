/* The suites of the fusions floor. */
#ifndef FUSIONS_SUITES_H
#define FUSIONS_SUITES_H

#include <check.h>

Suite *suite_bn_act(void);
Suite *suite_conv_act_pool(void);
Suite *suite_conv_bn_act(void);
Suite *suite_fusion_table(void);
Suite *suite_inverted_residual(void);

#endif
