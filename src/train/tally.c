/* Counting a pass over images; serial and in the images' order, so that sums have one value. */
#include "train/tally.h"

#include <string.h>

#include "tlrun/arena.h"

void
tally_init(struct tally *t, struct arena *a, int classes)
{
	const size_t c = (size_t)classes;
	*t = (struct tally){ .classes = classes };
	t->confusion = ARENA_ARRAY(a, long long, c * c);
	t->rank = ARENA_ARRAY(a, long long, c);
	t->scores = ARENA_ARRAY(a, struct class_scores, c);
}

void
tally_reset(struct tally *t)
{
	const size_t c = (size_t)t->classes;
	t->n = t->hits = 0;
	t->loss = 0;
	memset(t->confusion, 0, c * c * sizeof *t->confusion);
	memset(t->rank, 0, c * sizeof *t->rank);
}

void
tally_batch(struct tally *t, int n, const int32_t *labels, const float *probabilities,
	const float *losses, double penalty, int32_t *predicted)
{
	const int classes = t->classes;
	for (int i = 0; i < n; i++) {
		const float *p = probabilities + (size_t)i * (size_t)classes, own = p[labels[i]];
		int best = 0, rank = 0;
		for (int j = 0; j < classes; j++) {
			if (p[j] > p[best]) best = j;
			rank += p[j] > own;
		}
		t->confusion[(size_t)labels[i] * (size_t)classes + (size_t)best]++;
		t->rank[rank]++;
		t->hits += best == labels[i];
		t->loss += losses[i];
		if (predicted) predicted[i] = best;
	}
	t->loss += penalty * n;
	t->n += n;
}

double
tally_loss(const struct tally *t)
{
	return t->loss / (double)t->n;
}

void
tally_metrics(struct tally *t, const struct kind_list *metrics, double *out)
{
	stats_class_scores(t->classes, t->confusion, t->scores);
	const struct metric_counts c = {
		.classes = t->classes, .n = t->n, .loss = tally_loss(t), .confusion = t->confusion,
		.scores = t->scores, .rank = t->rank,
	};
	for (size_t i = 0; i < metrics->n; i++)
		out[i] = metric_kind_of(metrics->v[i].kind)->value(metrics->v[i].opts, &c);
}
