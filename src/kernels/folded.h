/*
 * Folded convolutions inside the kernels floor: how constants and scratch lie, and what the sources
 * of KERNEL_SET share. Sizes do not depend on the instruction set; the width of a panel does (two
 * vectors), so that constants serve the one they were made with.
 *
 * An output is one accumulator that starts at its folded bias and takes its terms in ascending
 * order, each by one fused multiply-add, then the residual, then the limits. Depthwise taps outside
 * the image are left out. No cut into tiles, bands, images or panels therefore changes a bit, and
 * cuts may follow the caches and the number of threads.
 */
#ifndef TLRUN_KERNELS_FOLDED_H
#define TLRUN_KERNELS_FOLDED_H

#include "kernels/conv.h"

enum {
	FOLDED_ROWS = 192,				/* pixels of a tile of a product */
	FOLDED_STRIP_FLOATS = 16 * 1024,	/* of an image with its zeros around, for one tile */
	FOLDED_PLANE_FLOATS = 8 * 1024,	/* of an expanded panel: it stays in L1 */
	FOLDED_TILE_FLOATS = 128 * 1024,	/* of the depthwise outputs of a tile: they stay in L2 */
	FOLDED_SHARED_FLOATS = 512 * 1024,	/* the same where all threads share them */
	FOLDED_TAPS = 9, FOLDED_LINES = FOLDED_TAPS + 1,	/* of a panel's depthwise constants */
};

struct folded_limits { float low, high; };

/* c[m, n] from a's rows and packed panels [first, last). */
struct folded_product {
	int m, n, first, last;
	int depth;			/* terms of an output: runs of `run`, the last one may be shorter */
	int run;
	const float *a; ptrdiff_t rs, jump;	/* row i, run t, term p at a[i*rs + t*jump + p] */
	const float *constants;		/* biases, then the panels */
	const float *add; ptrdiff_t add_rs;	/* residual, NULL for none */
	float *c; ptrdiff_t c_rs;	/* c[0] is column 0, or that of panel `first` when `apart` */
	bool apart;
	struct folded_limits limits;
};

/* One panel of channels of a depthwise 3x3 over rows [first, last) of the output of images. */
struct folded_plane {
	int images, h, w, stride, pt, pl, ow, first, last;
	int channels;		/* of this panel; more than that may be read and written where `padded` */
	bool padded;
	int top;			/* row of the image that x begins with */
	int lines;			/* rows of x: row r lies at (r - top) % lines */
	const float *x; ptrdiff_t x_pixel, x_row, x_image;
	const float *constants;		/* FOLDED_LINES lines: nine taps, then the bias */
	float *y; ptrdiff_t y_pixel, y_row, y_image;	/* y begins with row `first` */
	struct folded_limits limits;
};

#define FOLDED_LIST(X)                                                                             \
	X(void, folded_product, (const struct folded_product *p))                                      \
	X(void, folded_plane, (const struct folded_plane *p))                                          \
	X(void, folded_pack, (int depth, int n, const struct kern_fold *f, float *constants))          \
	X(void, folded_pack_plane, (int c, const struct kern_fold *f, float *constants))          \
	X(void, folded_scale, (int taps, int n, const struct kern_fold *f, float *constants))

#ifdef KERN_ISA
#define FOLDED_DECLARE(result, name, arguments) result KERN(name) arguments;
FOLDED_LIST(FOLDED_DECLARE)
#undef FOLDED_DECLARE
#endif

/* Whether the activation is nothing but limits, and these (none at all otherwise). */
bool folded_limits(const struct kern_act *a, struct folded_limits *limits);

/* ---- constants ---- */

/* Floats of n biases or depthwise lines. */
static inline size_t
folded_line(int n)
{
	return (size_t)(n + MATMUL_PANEL - 1) / MATMUL_PANEL * MATMUL_PANEL;
}

static inline size_t
folded_product_floats(int depth, int n)
{
	return folded_line(n) * ((size_t)depth + 1);
}

static inline size_t
folded_plane_floats(int c)
{
	return folded_line(c) * FOLDED_LINES;
}

/* ---- cuts and scratch ---- */

static inline int
folded_least(long a, long b)
{
	return (int)(a < b ? a : b);
}

/* Whether a convolution reads its windows from a strip of the image with zeros around it. */
static inline bool
folded_strips(const struct kern_conv *c)
{
	return c->dw == 1 && c->ow >= 8;
}

static inline size_t
folded_strip_line(const struct kern_conv *c)
{
	return ((size_t)(c->ow - 1) * c->sw + c->kw) * c->cin;
}

static inline int
folded_strip_rows(const struct kern_conv *c, int outputs)
{
	return (outputs - 1) * c->sh + (c->kh - 1) * c->dh + 1;
}

/* Rows of output that one strip serves. */
static inline int
folded_strip_outputs(const struct kern_conv *c)
{
	int rows = 1;
	while (rows < c->oh &&
		folded_strip_rows(c, rows + 1) * folded_strip_line(c) <= FOLDED_STRIP_FLOATS)
		rows++;
	return rows;
}

/* A strip, or an im2col tile; 0 for 1x1. */
static inline size_t
folded_conv_thread_bytes(const struct kern_conv *c)
{
	if (conv_is_pointwise(c)) return 0;
	const int depth = conv_depth(c);
	const size_t strip = folded_strip_rows(c, folded_strip_outputs(c)) * folded_strip_line(c);
	const size_t tile = (size_t)conv_tile_rows(depth) * conv_tile_stride(depth);
	return scratch_round((folded_strips(c) ? strip : tile) * sizeof(float));
}

/* Whether depthwise is 3x3, one filter a channel, stride 1 or 2: what folded_plane does. */
static inline bool
folded_is_plane(const struct kern_depthwise *c)
{
	return c->m == 1 && c->kh == 3 && c->kw == 3 && c->dh == 1 && c->dw == 1 && c->sh == c->sw &&
		c->sh <= 2;
}

#endif
