/* The suites of the nn floor. */
#ifndef NN_SUITES_H
#define NN_SUITES_H

#include <check.h>

Suite *suite_cut(void);
Suite *suite_describe(void);
Suite *suite_exec(void);
Suite *suite_freeze(void);
Suite *suite_init(void);
Suite *suite_net(void);
Suite *suite_plan(void);

#endif
