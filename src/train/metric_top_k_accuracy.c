/* top_k_accuracy: the share of images whose label is among the k most probable classes; ties in
 * favour. */
#include "train/metrics.h"

struct top_k { int k; };

static const struct field fields[] = {
	FIELD_INT(struct top_k, k, .preset = 5, .min = 1, .max = 100000,
		.doc = "how many of the most probable classes count"),
	FIELD_END
};
static const char *const examples[] = { "{k: 3}", NULL };

static double
top_k_value(const void *opts, const struct metric_counts *c)
{
	const struct top_k *o = opts;
	long long hits = 0;
	for (int i = 0; i < o->k && i < c->classes; i++) hits += c->rank[i];
	return (double)hits / (double)c->n;
}

const struct metric_kind metric_top_k_accuracy = {
	.kind = { "top_k_accuracy", "Share of images whose label is among the k most probable.",
		sizeof(struct top_k), fields, examples },
	.value = top_k_value,
};
