/* weighted_f1: the classes' F1 scores weighted by their images (scikit-learn's
 * average="weighted"). */
#include "train/metrics.h"

static double
weighted_f1_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	double sum = 0;
	for (int i = 0; i < c->classes; i++)
		sum += c->scores[i].f1 * (double)c->scores[i].support;

	return sum / (double)c->n;
}

const struct metric_kind metric_weighted_f1 = {
	.kind = { .name = "weighted_f1", .summary = "F1 scores weighted by the classes' images." },
	.value = weighted_f1_value,
};
