/* The list of metrics. */
#include "train/metrics.h"

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
