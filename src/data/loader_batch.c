/* loader_batch: the order of an epoch, and batches of the network's input [n,h,w,c]. */
#include "data/loader_state.h"
#include "tlrun/parallel.h"

enum { BATCH_TILE = 4 };	/* images a tile */

void
loader_order(uint64_t seed, int epoch, bool shuffle, int n, uint32_t *order)
{
	const struct rng r = rng_stream(seed, RNG_SHUFFLE, (uint32_t)epoch, 0);
	if (shuffle) rng_permutation(&r, order, (size_t)n);
	else
		for (int i = 0; i < n; i++)
			order[i] = (uint32_t)i;
}

struct batch {
	const struct loader *loader;
	const struct loader_part *part;
	const uint32_t *order;
	int first, n;
	float *x;
	int32_t *labels;
};

static void
batch_tile(void *ctx, int tile, int thread)
{
	const struct batch *const b = ctx;
	const struct image_set *const s = b->part->set;
	const struct loader *const l = b->loader;
	const size_t count = (size_t)s->h * (size_t)s->w, in = count * (size_t)s->c;
	const size_t out = (size_t)l->info.h * (size_t)l->info.w * (size_t)l->info.c;
	const int first = tile * BATCH_TILE;
	const int last = first + BATCH_TILE < b->n ? first + BATCH_TILE : b->n;
	(void)thread;
	for (int i = first; i < last; i++) {
		const uint32_t item = b->order ? b->order[b->first + i] : (uint32_t)(b->first + i);
		const uint8_t *const x = (const uint8_t *)s->pixels.data + b->part->index[item] * in;
		float *const y = b->x + (size_t)i * out;
		if (l->resized) kern_resize_tile(&l->resize, x, y);
		else pixels_image(&l->pixels, count, x, y);
		if (b->labels) b->labels[i] = b->part->label[item];
	}
}

void
loader_batch(const struct loader *l, const struct loader_part *p, const uint32_t *order,
	int first, int n, float *x, int32_t *labels)
{
	struct batch b = { l, p, order, first, n, x, labels };
	parallel_for((n + BATCH_TILE - 1) / BATCH_TILE, batch_tile, &b);
}
