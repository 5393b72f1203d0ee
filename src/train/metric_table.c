/* The list of metrics, and the scores of a class that several of them need. */
#include "metrics.h"

static const struct kind *const kinds[] = {
	&metric_accuracy.kind,
	&metric_balanced_accuracy.kind,
	&metric_loss.kind,
	&metric_macro_f1.kind,
	&metric_top_k_accuracy.kind,
	&metric_weighted_f1.kind,
	NULL
};

const struct family family_metric = {
	.name = "metric", .style = FAMILY_ITEM, .kinds = kinds, .default_kind = "accuracy",
};

const struct metric_kind *
metric_kind_of(const struct kind *k)
{
	return (const struct metric_kind *)k;
}

struct class_scores
metric_class_score(int classes, const long long *confusion, int i)
{
	long long predicted = 0, support = 0;
	for (int j = 0; j < classes; j++) {
		support += confusion[(size_t)i * classes + j];
		predicted += confusion[(size_t)j * classes + i];
	}
	const double hits = (double)confusion[(size_t)i * classes + i];
	struct class_scores s = { .support = support };
	if (predicted > 0) s.precision = hits / (double)predicted;
	if (support > 0) s.recall = hits / (double)support;
	if (predicted + support > 0) s.f1 = 2 * hits / (double)(predicted + support);
	return s;
}

void
metric_class_scores(int classes, const long long *confusion, struct class_scores *out)
{
	for (int i = 0; i < classes; i++) out[i] = metric_class_score(classes, confusion, i);
}
