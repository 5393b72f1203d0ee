/*
 * split: stratified subsets. Which images a class gives depends on the seed, the class and how many
 * images it has, and on nothing of the other classes.
 */
#include <string.h>

#include "data/split.h"
#include "tlrun/buffer.h"
#include "tlrun/rng.h"

/* Give or take single items until least and keep hold for each class and the sum is total. */
static bool
split_repair(const struct split_request *q, const int *count, int *out)
{
	long long sum = 0;
	for (int k = 0; k < q->classes; k++) {
		if (!count[k]) continue;
		const int most = count[k] - q->keep, least = q->least < count[k] ? q->least : count[k];
		if (most < least) return false;
		if (out[k] < least) out[k] = least;
		if (out[k] > most) out[k] = most;
		sum += out[k];
	}
	while (sum != q->total) {
		const int step = sum < q->total ? 1 : -1;
		int best = -1, best_room = 0;
		for (int k = 0; k < q->classes; k++) {
			if (!count[k]) continue;
			const int room = step > 0 ? count[k] - q->keep - out[k] : out[k] - q->least;
			if (room > best_room) best = k, best_room = room;
		}
		if (best < 0) return false;
		out[best] += step;
		sum += step;
	}
	return true;
}

bool
split_allocate(const struct split_request *q, const int *count, int *out)
{
	const int classes = q->classes, total = q->total;
	long long sum = 0, given = 0;
	for (int k = 0; k < classes; k++)
		sum += count[k];
	if (total < 0 || total > sum) return false;
	if (!sum) return total == 0;
	for (int k = 0; k < classes; k++) {
		out[k] = (int)((long long)total * count[k] / sum);
		given += out[k];
	}
	/* Remainders are used up from the largest down; what is used is remembered by its class. */
	long long last = sum;
	int last_class = -1;
	for (; given < total; given++) {
		long long best = -1;
		int best_class = -1;
		for (int k = 0; k < classes; k++) {
			const long long r = (long long)total * count[k] % sum;
			const bool unused = r < last || (r == last && k > last_class);
			if (unused && r > best) best = r, best_class = k;
		}
		out[best_class]++;
		last = best;
		last_class = best_class;
	}
	return split_repair(q, count, out);
}

struct split_work {
	int *count, *want, *start;	/* by class; start: where its members begin */
	uint32_t *member, *order;	/* [n] positions grouped by class; a permutation */
};

static void
split_mark(const struct split_request *q, const struct split_work *w, uint8_t *chosen)
{
	for (int k = 0; k < q->classes; k++) {
		if (!w->want[k]) continue;
		const struct rng r = rng_stream(q->seed, RNG_SPLIT, (uint32_t)q->use, (uint64_t)k);
		rng_permutation(&r, w->order, (size_t)w->count[k]);
		for (int i = 0; i < w->want[k]; i++)
			chosen[w->member[(uint32_t)w->start[k] + w->order[i]]] = 1;
	}
}

enum status
split_choose(const struct split_request *q, int n, const int32_t *class, uint8_t *chosen,
	struct err *e)
{
	const size_t k = (size_t)q->classes, words = 3 * k + 2 * (size_t)n;
	struct buffer b = { 0 };
	TRY(buffer_alloc(&b, words * sizeof(uint32_t), "the choice of images", e));
	int *const ints = b.data;
	const struct split_work w = { ints, ints + k, ints + 2 * k, (uint32_t *)ints + 3 * k,
		(uint32_t *)ints + 3 * k + n };
	for (int i = 0; i < n; i++)
		w.count[class[i]]++;
	for (int c = 1; c < q->classes; c++)
		w.start[c] = w.start[c - 1] + w.count[c - 1];
	for (int i = 0; i < n; i++)
		w.member[w.start[class[i]]++] = (uint32_t)i;
	for (int c = 0; c < q->classes; c++)
		w.start[c] -= w.count[c];
	memset(chosen, 0, (size_t)n);
	enum status s = OK;
	if (split_allocate(q, w.count, w.want)) split_mark(q, &w, chosen);
	else
		s = err_set(e, ERR_DATA, MARK_NONE,
			"cannot choose %d of %d images with at least one of each class%s", q->total, n,
			q->keep ? " on both sides" : "");
	buffer_free(&b);
	return s;
}
