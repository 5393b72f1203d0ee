/*
 * The fused 3x3 convolution, relu and 2x2 pooling: how it is cut and where its scratch lies. Sized
 * in select_matmul.c, used in conv3x3.c (forward) and conv3x3_grad.c (backward).
 *
 * An image is taken in bands of pooled rows; a band's input is a strip of 2*rows + 2 rows with a
 * column of zeros at either side, so that no window needs a test.
 */
#ifndef TLRUN_KERNELS_CONV3X3_H
#define TLRUN_KERNELS_CONV3X3_H

#include "kernels/matmul.h"
#include "tlrun/parallel.h"

enum {
	POOL_STRIP_FLOATS = 32 * 1024,	/* of a forward strip: second-level cache */
	POOL_BAND_PIXELS = 256,		/* pooled pixels of a backward band */
	POOL_WIDE = 16,				/* channels and rows of lists are rounded up to this */
	POOL_SHARD_FLOATS = 128 * 1024,	/* kernels up to this size are summed in shards of the batch */
};

static inline int
pool_round(int n)
{
	return (n + POOL_WIDE - 1) / POOL_WIDE * POOL_WIDE;
}

/* Floats of a strip of `rows` pooled rows. */
static inline size_t
pool_strip_floats(const struct kern_conv_pool *c, int rows, int channels)
{
	return (size_t)(2 * rows + 2) * (c->w / 2 * 2 + 2) * channels;
}

/* ---- forward ---- */

static inline int
pool_forward_rows(const struct kern_conv_pool *c)
{
	const size_t two = (size_t)2 * (c->w / 2 * 2 + 2) * c->cin;
	const size_t rows = POOL_STRIP_FLOATS / two;
	return rows < 2 ? 1 : rows - 1 > (size_t)c->h / 2 ? c->h / 2 : (int)rows - 1;
}

static inline size_t
pool_forward_thread_bytes(const struct kern_conv_pool *c)
{
	return scratch_round(pool_strip_floats(c, pool_forward_rows(c), c->cin) * sizeof(float));
}

static inline size_t
pool_packed_bytes(const struct kern_conv_pool *c)
{
	return scratch_round(matmul_packed_bytes(9 * c->cin, c->cout));
}

static inline size_t
pool_forward_bytes(const struct kern_conv_pool *c)
{
	return pool_packed_bytes(c) + pool_forward_thread_bytes(c) * parallel_threads();
}

/* ---- backward ---- */

static inline int
pool_backward_rows(const struct kern_conv_pool *c)
{
	const int width = c->w / 2 > 0 ? c->w / 2 : 1, rows = POOL_BAND_PIXELS / width;
	return rows < 1 ? 1 : rows > c->h / 2 ? c->h / 2 : rows;
}

/*
 * Few input channels: a vector holds those of the three neighbours of a row at once, since they
 * lie side
 * by side in a strip.
 */
static inline bool
pool_is_thin(const struct kern_conv_pool *c)
{
	return c->cin < POOL_WIDE;
}

/* Channels of a pixel in the strip of dx, and of x unless thin. */
static inline int
pool_channels(const struct kern_conv_pool *c)
{
	return pool_round(c->cin);
}

/*
 * Floats of a row of the kernel of one output as its gradient is summed, [cout][3][3 * channels].
 */
static inline int
pool_kernel_row(const struct kern_conv_pool *c)
{
	return pool_is_thin(c) ? pool_round(3 * c->cin) : 3 * pool_channels(c);
}

static inline int
pool_kernel_floats(const struct kern_conv_pool *c)
{
	return 3 * pool_kernel_row(c);
}

static inline bool
pool_sharded(const struct kern_conv_pool *c)
{
	return (long)pool_kernel_floats(c) * pool_round(c->cout) <= POOL_SHARD_FLOATS;
}

/* Floats of one shard's sums: bias, then the kernel. */
static inline size_t
pool_shard_floats(const struct kern_conv_pool *c)
{
	const size_t kernel = pool_sharded(c) ? (size_t)pool_kernel_floats(c) * pool_round(c->cout) : 0;
	return (size_t)pool_round(c->cout) + kernel;
}

/*
 * One thread's block. A list is what is alive of something, in order: gradients and where they
 * belong.
 */
struct pool_thread {
	float *x;			/* the strip; thin: of cin channels, and a row of the kernel behind */
	float *dx;			/* the strip's gradient */
	float *g;			/* [pixels][outputs]: dy where relu let it through, else 0 */
	int32_t *at;		/* [pixels][outputs]: where in x the chosen window starts; -1 when dead */
	float *turned_g;	/* [16][room]: 16 columns of g */
	int32_t *turned_at;
	float *list_g;		/* [16][room] by output, or [pixels][row] by pixel */
	int32_t *list_at;
	int32_t *count;		/* [16], or [pixels][4] */
};

/*
 * Room of a list of a band's pixels, of a pixel's outputs: rounded up, and a vector for the last
 * store.
 */
static inline int
pool_list_room(const struct kern_conv_pool *c)
{
	return pool_round(pool_backward_rows(c) * (c->w / 2)) + POOL_WIDE;
}

static inline int
pool_row_room(const struct kern_conv_pool *c)
{
	return pool_round(c->cout) + POOL_WIDE;
}

/* Places in block (at NULL only the size). Returns the bytes. */
static inline size_t
pool_thread_at(const struct kern_conv_pool *c, char *block, struct pool_thread *t)
{
	const int rows = pool_backward_rows(c), pixels = rows * (c->w / 2);
	const size_t thin = pool_strip_floats(c, rows, c->cin) + pool_kernel_row(c);
	const size_t strip = pool_strip_floats(c, rows, pool_channels(c));
	const size_t plane = (size_t)pixels * pool_round(c->cout), room = pool_list_room(c);
	const size_t by_output = POOL_WIDE * room, by_pixel = (size_t)pixels * pool_row_room(c);
	const size_t lists = by_output > by_pixel ? by_output : by_pixel;
	const size_t floats[9] = { pool_is_thin(c) ? thin : strip, strip, plane, plane, by_output,
		by_output, lists, lists, (size_t)4 * pixels + POOL_WIDE };
	void *place[9] = { NULL };
	size_t bytes = 0;
	for (int i = 0; i < 9; i++) {
		if (block) place[i] = block + bytes;
		bytes += scratch_round(floats[i] * sizeof(float));
	}
	*t = (struct pool_thread){ place[0], place[1], place[2], place[3], place[4], place[5], place[6],
		place[7], place[8] };
	return bytes;
}

/* The kernel as dx reads it: [blocks of channels][cout][9][two vectors of channels]. */
static inline size_t
pool_turned_bytes(const struct kern_conv_pool *c)
{
	const size_t channels = (size_t)(c->cin + MATMUL_PANEL - 1) / MATMUL_PANEL * MATMUL_PANEL;
	return scratch_round(9 * channels * c->cout * sizeof(float));
}

/* The kernel's gradient over the whole batch, when it is not sharded. */
static inline size_t
pool_whole_bytes(const struct kern_conv_pool *c)
{
	return pool_sharded(c) ? 0
		: scratch_round((size_t)pool_kernel_floats(c) * pool_round(c->cout) * sizeof(float));
}

static inline size_t
pool_backward_bytes(const struct kern_conv_pool *c)
{
	struct pool_thread t;
	return pool_turned_bytes(c) + pool_whole_bytes(c) +
		scratch_round(pool_shard_floats(c) * PARALLEL_SHARDS * sizeof(float)) +
		pool_thread_at(c, NULL, &t) * parallel_threads();
}

#endif
