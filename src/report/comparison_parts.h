/* The parts of a comparison. Used in src/report/ only. */
#ifndef REPORT_COMPARISON_PARTS_H
#define REPORT_COMPARISON_PARTS_H

#include "tlrun/comparison.h"

struct arena;

/* The mean F1 over classes on the test split; NaN without a confusion matrix. */
double comparison_macro_f1(const struct record *r);
void comparison_row_of(struct arena *a, const struct record_set *s, struct comparison_row *row);

/*
 * Of the seeds of s what was predicted, without probabilities, into out [seeds]; n 0 where
 * predictions.csv is not there or damaged. before: the last that was read, for what is the same;
 * at first all zero.
 */
void comparison_predictions(struct arena *a, const struct record_set *s, struct predictions *out,
	struct predictions *before);
/* Count where two models agree, and McNemar's test; images stays 0 and p NaN where they are not of
 * the same images. */
void comparison_flip_of(const struct predictions *p, const struct predictions *q,
	struct comparison_flip *f);
/* Test rows i and k. shares [rows], at first NULLs, keeps what the bootstrap can use again; NULL:
 * without its interval. */
void comparison_test(struct arena *a, const struct comparison *c, int i, int k, double **shares,
	struct comparison_pair *out);
/* Holm's correction over all pairs, and what then may be said. */
void comparison_correct(struct comparison *c, struct comparison_pair *pair);

/* The warnings about rows. */
void comparison_warn(struct arena *a, struct comparison *c);

#endif
