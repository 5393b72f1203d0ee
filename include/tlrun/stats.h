/* floor: base */
/*
 * Statistics that training and reports share. Plain double arithmetic of a fixed order, with the
 * functions of num.h: the same bits on every machine. A random draw is philox's with a fixed seed.
 */
#ifndef TLRUN_STATS_H
#define TLRUN_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is not known has NaN for both ends. */
struct interval { double low, high; };

/* ---- stats.c ---- */

/* Wilson score interval of k successes in n at 95 % (Wilson 1927; z = 1.959963984540054), within 0
 * to 1. n > 0. */
struct interval stats_wilson(double k, double n);

/*
 * Per-class precision, recall and F1 from confusion [true][predicted], as scikit-learn with
 * zero_division=0 (doc/keras-semantics.md 4.5). out has classes entries. No count is negative, and
 * their sum fits in a long long: who reads counts from a file checks that.
 */
struct class_scores { double precision, recall, f1; long long support; };
void stats_class_scores(int classes, const long long *confusion, struct class_scores *out);

/* Mean, and sample standard deviation (n - 1; 0 for one value). */
double stats_mean(size_t n, const double *x);
double stats_sd(size_t n, const double *x);

/* ---- stats_student.c ---- */

/* The distribution function of Student's t with df >= 1 degrees of freedom, and its inverse for
 * p in (0, 1). */
double stats_t_cdf(double t, int df);
double stats_t_quantile(double p, int df);
/* The 95 % interval of the mean of n values; unknown for fewer than two. */
struct interval stats_t_interval(size_t n, const double *x);

/* Two-sided p of the paired t-test of n differences, as scipy.stats.ttest_rel. Differences that are
 * all the same: 0, or 1 where they are 0. NaN for fewer than two. */
double stats_t_test(size_t n, const double *d);

/* ---- stats_tests.c ---- */

/* Up to so many differences all sign patterns are counted. */
enum { STATS_SIGN_FLIP_EXACT = 20 };
/*
 * Two-sided paired sign-flip test of n differences: the share of the 2^n ways to give them signs
 * whose sum is at least as far from 0. Beyond STATS_SIGN_FLIP_EXACT by 100,000 drawn patterns,
 * (hits + 1)/(draws + 1). 1 for n = 0.
 */
double stats_sign_flip(size_t n, const double *d);
/* The smallest p that it can give: 2/2^n; 1 for n = 0. */
double stats_sign_flip_least(size_t n);
/* The fewest differences whose smallest p, corrected after Holm for so many tests, is below the
 * level; 0: no number of them. */
int stats_sign_flip_needed(size_t tests, double level);

/*
 * McNemar's test, mid-p, two-sided: b images only the first model has right, c only the second
 * (Fagerland, Lydersen & Laake 2013). 1 for b = c.
 */
double stats_mcnemar(long long b, long long c);

/* Holm's step-down correction of n p-values (Holm 1979). adjusted [n] may be p itself. NaN stays
 * and is not counted. */
void stats_holm(size_t n, const double *p, double *adjusted);

/* ---- stats_bootstrap.c ---- */

enum { STATS_BOOTSTRAP = 1000 };	/* samples */
/* What one model had right: right[seed][image] is 0 or 1, the seeds and images of all models being
 * the same. */
struct stats_answers { size_t seeds, images; const unsigned char *const *right; };
/*
 * Shares of right answers in STATS_BOOTSTRAP samples drawn with replacement over seeds and over
 * images, crossed. Sample i of two models of equal size is the same seeds and images, so that their
 * differences are paired. seeds and images at least 1, images below 2^31.
 */
void stats_bootstrap(const struct stats_answers *x, double out[STATS_BOOTSTRAP]);
/* The 95 % percentile interval of n values, which it sorts (linear between neighbours). n > 0. */
struct interval stats_percentile(size_t n, double *x);

/* ---- stats_calibration.c ---- */

enum { STATS_BINS = 15 };
struct calibration {
	double ece;		/* expected calibration error: mean |accuracy - confidence|, by bin */
	double brier;	/* mean over images of the sum over classes of (p - y)^2: 0 … 2 */
	double nll;		/* mean -ln p of the true class; p is at least 2^-149 */
	/* images whose largest probability is in (i/15, (i+1)/15]; means of it, and the share right; 0
	 * for an empty bin */
	long long count[STATS_BINS];
	double confidence[STATS_BINS], accuracy[STATS_BINS];
};
/* p [n,classes], label [n] in 0 … classes-1. temperature 1: as they are; else of
 * softmax(ln p / temperature). Ties go to the lowest class. n > 0 (Guo et al. 2017). */
void stats_calibration(int n, int classes, const float *p, const int32_t *label,
	double temperature, struct calibration *out);
#define STATS_TEMPERATURE_LEAST 0.05
#define STATS_TEMPERATURE_MOST 20.0
/* The temperature between these ends with the least NLL. n > 0. */
double stats_temperature(int n, int classes, const float *p, const int32_t *label);

#endif
