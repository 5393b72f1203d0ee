/* How an inverted residual block is cut: sized in select_folded.c, used in folded_inverted.c. */
#ifndef TLRUN_KERNELS_FOLDED_INVERTED_H
#define TLRUN_KERNELS_FOLDED_INVERTED_H

#include "kernels/folded.h"

enum {
	INVERTED_FEW_PIXELS = 256,	/* of all images: then the channels are shared out */
	INVERTED_SMALL_PLANE = 1024,	/* pixels of an image that bands of rows do not suit */
	INVERTED_LEAST_ROWS = 4,	/* of output in a band */
};

/*
 * Tiles of whole images, or bands of rows of one image; each runs through the block. Or, where
 * there are few pixels, the expanded channels are shared out and stay in memory of all threads.
 */
struct inverted_cut {
	bool shared;
	int images;			/* of a tile */
	int rows, bands;	/* of output, of a tile; of an image: 1 when images are whole */
};

/* Where the constants of each part begin, in floats; the third is the end. */
struct inverted_parts { size_t plane, project, end; };

static inline struct inverted_parts
inverted_parts(const struct kern_inverted *b)
{
	struct inverted_parts p = { 0 };
	if (b->expand) p.plane = folded_product_floats(b->cin, b->expanded);
	p.project = p.plane + folded_plane_floats(b->expanded);
	p.end = p.project + folded_product_floats(b->expanded, b->cout);
	return p;
}

/* Floats of the depthwise outputs of a row. */
static inline size_t
inverted_row(const struct kern_inverted *b)
{
	return (size_t)b->ow * folded_line(b->expanded);
}

static inline struct inverted_cut
inverted_cut(const struct kern_inverted *b)
{
	const int threads = parallel_threads();
	const size_t image = inverted_row(b) * b->oh;
	const long plane = (long)b->h * b->w, share = (b->n + 2 * threads - 1) / (2 * threads);
	struct inverted_cut c = { .images = 1, .rows = b->oh, .bands = 1 };
	c.shared = image * b->n <= FOLDED_SHARED_FLOATS && (plane * b->n <= INVERTED_FEW_PIXELS ||
		(b->n < 2 * threads && plane <= INVERTED_SMALL_PLANE));
	if (image <= FOLDED_TILE_FLOATS) c.images = folded_least(FOLDED_TILE_FLOATS / image, share);
	else c.bands = (int)((image + FOLDED_TILE_FLOATS - 1) / FOLDED_TILE_FLOATS);
	if (plane > INVERTED_SMALL_PLANE && c.bands * b->n < 2 * threads)
		c.bands = (2 * threads + b->n - 1) / b->n;
	if (c.bands == 1) return c;
	c.rows = (b->oh + c.bands - 1) / c.bands;
	if (c.rows < INVERTED_LEAST_ROWS) c.rows = folded_least(INVERTED_LEAST_ROWS, b->oh);
	c.bands = (b->oh + c.rows - 1) / c.rows;
	return c;
}

/* Rows of a large plane that are made at a time; the ring holds twice as many. */
static inline int
inverted_ring_rows(const struct kern_inverted *b)
{
	const int rows = FOLDED_PLANE_FLOATS / 2 / (b->w * MATMUL_PANEL);
	return rows < 2 ? 2 : rows;
}

/* A thread's expanded panel and depthwise outputs, for any number of images up to n. */
static inline size_t
inverted_panel_bytes(const struct kern_inverted *b)
{
	const size_t ring = (size_t)2 * inverted_ring_rows(b) * b->w * MATMUL_PANEL;
	if (!b->expand) return 0;
	return scratch_round((ring > FOLDED_PLANE_FLOATS ? ring : FOLDED_PLANE_FLOATS) *
		sizeof(float));
}

static inline size_t
inverted_tile_bytes(const struct kern_inverted *b)
{
	const size_t band = INVERTED_LEAST_ROWS * inverted_row(b);
	return scratch_round((band > FOLDED_TILE_FLOATS ? band : FOLDED_TILE_FLOATS) * sizeof(float));
}

static inline size_t
inverted_thread_bytes(const struct kern_inverted *b)
{
	return inverted_panel_bytes(b) + inverted_tile_bytes(b);
}

static inline size_t
inverted_shared_bytes(const struct kern_inverted *b)
{
	const size_t all = inverted_row(b) * b->oh * b->n;
	return scratch_round((all < FOLDED_SHARED_FLOATS ? all : FOLDED_SHARED_FLOATS) *
		sizeof(float));
}

#endif
