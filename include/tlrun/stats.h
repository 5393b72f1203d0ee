/* floor: base */
/* Statistics of counts that training and reports share. */
#ifndef TLRUN_STATS_H
#define TLRUN_STATS_H

#include <stddef.h>

/* Wilson score interval of k successes in n at 95 % (Wilson 1927; z = 1.959963984540054). n > 0. */
struct interval { double low, high; };
struct interval stats_wilson(double k, double n);

/*
 * Per-class precision, recall and F1 from confusion [true][predicted], as scikit-learn with
 * zero_division=0 (doc/keras-semantics.md 4.5). out has classes entries.
 */
struct class_scores { double precision, recall, f1; long long support; };
void stats_class_scores(int classes, const long long *confusion, struct class_scores *out);

/* Mean, and sample standard deviation (n - 1; 0 for one value). */
double stats_mean(size_t n, const double *x);
double stats_sd(size_t n, const double *x);

#endif
