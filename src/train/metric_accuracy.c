/* accuracy: the share of images whose most probable class is the label. */
#include "train/metrics.h"

static double
accuracy_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	long long hits = 0;
	for (int i = 0; i < c->classes; i++) hits += c->confusion[(size_t)i * c->classes + i];
	return (double)hits / (double)c->n;
}

const struct metric_kind metric_accuracy = {
	.kind = { .name = "accuracy", .summary = "Share of images classified right." },
	.value = accuracy_value,
};
