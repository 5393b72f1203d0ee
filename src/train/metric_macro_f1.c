/* macro_f1: the mean of the classes' F1 scores (scikit-learn's f1_score(average="macro")). */
#include "train/metrics.h"

static double
macro_f1_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	double sum = 0;
	for (int i = 0; i < c->classes; i++) sum += c->scores[i].f1;
	return sum / c->classes;
}

const struct metric_kind metric_macro_f1 = {
	.kind = { .name = "macro_f1", .summary = "Mean of the classes' F1 scores." },
	.value = macro_f1_value,
};
