/* floor: train */
/*
 * Metrics of a pass over a split, from what evaluation counts. A kind is src/train/metric_<kind>.c.
 */
#ifndef TLRUN_METRIC_H
#define TLRUN_METRIC_H

#include <stdint.h>

#include "tlrun/field.h"
#include "tlrun/stats.h"

/* What one pass has counted. */
struct metric_counts {
	int classes;
	long long n;
	double loss;				/* mean per image, regularization included */
	const long long *confusion;	/* [true][predicted] */
	const struct class_scores *scores;	/* [classes], of the confusion matrix */
	/* [classes]: images whose label has that rank (0: highest probability); ties in favour */
	const long long *rank;
};

struct metric_kind {
	struct kind kind;
	bool lower_is_better;
	double (*value)(const void *opts, const struct metric_counts *c);
};

extern const struct family family_metric;	/* FAMILY_ITEM: `accuracy`, `top_k_accuracy: {k: 5}` */
const struct metric_kind *metric_kind_of(const struct kind *k);

#endif
