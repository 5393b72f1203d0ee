/* Batches of images or of features, the same bits whether features are stored or computed. */
#include "train/feed.h"

#include <string.h>

#include "tlrun/parallel.h"

enum { FEED_TILE = 8 };	/* rows a tile */

struct feed_rows {
	const float *rows;		/* [part, row] */
	size_t row;
	const struct loader_part *part;
	const uint32_t *order;
	int first, n;
	float *x;
	int32_t *labels;
};

static void
feed_tile(void *ctx, int tile, int thread)
{
	const struct feed_rows *g = ctx;
	const int end = (tile + 1) * FEED_TILE < g->n ? (tile + 1) * FEED_TILE : g->n;
	(void)thread;
	for (int i = tile * FEED_TILE; i < end; i++) {
		const size_t at = g->order ? g->order[g->first + i] : (size_t)(g->first + i);
		memcpy(g->x + (size_t)i * g->row, g->rows + at * g->row, g->row * sizeof *g->x);
		g->labels[i] = g->part->label[at];
	}
}

void
feed_batch(const struct feed *f, const struct loader_part *part, const uint32_t *order, int first,
	int n, float *x, int32_t *labels)
{
	if (!f->prefix) {
		loader_batch(f->loader, part, order, first, n, x, labels);
		return;
	}
	struct feed_rows g = { features_rows(f->features, part), f->features->row, part, order, first,
		n, x, labels };
	if (g.rows) {
		parallel_for((n + FEED_TILE - 1) / FEED_TILE, feed_tile, &g);
		return;
	}
	loader_batch(f->loader, part, order, first, n, exec_input(f->prefix), labels);
	const float *y = exec_forward(f->prefix, n, false, 0, 0);
	/* The prefix's output and the input of the rest may overlap: they lie in one workspace. */
	memmove(x, y, (size_t)n * f->features->row * sizeof *x);
}
