/*
 * How a convolution is cut and where its scratch lies: sized in select.c, used in conv.c and
 * conv_grad.c.
 */
#ifndef TLRUN_KERNELS_CONV_H
#define TLRUN_KERNELS_CONV_H

#include "kernels/dense_product.h"
#include "tlrun/parallel.h"

enum {
	CONV_TILE_FLOATS = 48 * 1024,	/* an im2col tile: a part of the second-level cache */
	CONV_TILE_ROWS = 384,
	CONV_SHARD_FLOATS = 32 * 1024,	/* kernels up to this size are summed in shards of the batch */
	CONV_SHARD_PIXELS = 1024,		/* of as many output pixels */
	CONV_GRAD_ROWS = 96,			/* pixels of a 1x1 convolution's gradients taken at once */
	CONV_FEW_PIXELS = 128,			/* a 1x1 convolution of as many is a dense layer */
};

/* Whether the input itself is the im2col matrix. */
static inline bool
conv_is_pointwise(const struct kern_conv *c)
{
	return c->kh == 1 && c->kw == 1 && c->sh == 1 && c->sw == 1 && c->pt == 0 && c->pl == 0 &&
		c->oh == c->h && c->ow == c->w;
}

static inline long
conv_pixels(const struct kern_conv *c)
{
	return (long)c->n * c->oh * c->ow;
}

/* Whether the images are few and small: each weight meets few pixels, as in a dense layer. */
static inline bool
conv_is_dense(const struct kern_conv *c)
{
	return conv_is_pointwise(c) && c->groups == 1 && conv_pixels(c) <= CONV_FEW_PIXELS;
}

static inline struct kern_dense
conv_dense(const struct kern_conv *c)
{
	return (struct kern_dense){ (int)conv_pixels(c), c->cin, c->cout };
}

/* Terms of one output: kh*kw*cin/groups. */
static inline int
conv_depth(const struct kern_conv *c)
{
	return c->kh * c->kw * (c->cin / c->groups);
}

/* Row stride of an im2col tile: never a multiple of a large power of two. */
static inline int
conv_tile_stride(int depth)
{
	return depth % 256 == 0 ? depth + 16 : depth;
}

/* Output pixels of a tile: a multiple of 12 (the micro-kernel's rows); by shapes alone. */
static inline int
conv_tile_rows(int depth)
{
	const int rows = CONV_TILE_FLOATS / depth / 12 * 12;
	return rows < 12 ? 12 : rows > CONV_TILE_ROWS ? CONV_TILE_ROWS : rows;
}

/*
 * The convolution of dy that gives dx when the stride is 1: the kernel flipped, channels exchanged.
 */
static inline struct kern_conv
conv_transposed(const struct kern_conv *c)
{
	return (struct kern_conv){ .n = c->n, .h = c->oh, .w = c->ow, .cin = c->cout, .kh = c->kh,
		.kw = c->kw, .cout = c->cin, .sh = 1, .sw = 1, .dh = c->dh, .dw = c->dw,
		.pt = (c->kh - 1) * c->dh - c->pt, .pl = (c->kw - 1) * c->dw - c->pl, .oh = c->h,
		.ow = c->w, .groups = c->groups };
}

/* Whether dx is taken as that convolution. */
static inline bool
conv_gathers(const struct kern_conv *c)
{
	return c->sh == 1 && c->sw == 1;
}

/*
 * Whether the gradient of the kernel is summed in shards (else over the whole batch, tile by tile).
 */
static inline bool
conv_weights_sharded(const struct kern_conv *c)
{
	return (long)conv_depth(c) * c->cout <= CONV_SHARD_FLOATS &&
		conv_pixels(c) >= CONV_SHARD_PIXELS;
}

/* ---- scratch ---- */

/* Input channels and outputs of a tile of a large kernel's gradient, at most. */
enum { CONV_BLOCK = 48, CONV_COLUMNS = 256 };

/* A block of im2col rows and a packed panel, one a thread. */
static inline size_t
conv_thread_bytes(const struct kern_conv *c)
{
	const int depth = conv_depth(c);
	const size_t tile = (size_t)conv_tile_rows(depth) * conv_tile_stride(depth);
	const size_t block = (size_t)CONV_TILE_ROWS * CONV_BLOCK + (size_t)CONV_BLOCK * CONV_COLUMNS;
	return scratch_round((tile > block ? tile : block) * sizeof(float)) +
		scratch_round(kern_gemm_pack(0, 0, 0));
}

/* The kernel packed, group by group, and its bytes for one group. */
static inline size_t
conv_group_bytes(const struct kern_conv *c)
{
	return scratch_round(matmul_packed_bytes(conv_depth(c), c->cout / c->groups));
}

static inline size_t
conv_forward_bytes(const struct kern_conv *c)
{
	return conv_group_bytes(c) * c->groups + conv_thread_bytes(c) * parallel_threads();
}

static inline size_t
conv_scatter_group_bytes(const struct kern_conv *c)
{
	return scratch_round(matmul_packed_bytes(c->cout / c->groups, conv_depth(c)));
}

static inline size_t
conv_kernel_bytes(const struct kern_conv *c)
{
	return scratch_round((size_t)conv_depth(c) * c->cout * sizeof(float));
}

static inline size_t
conv_backward_data_bytes(const struct kern_conv *c)
{
	if (conv_gathers(c)) {
		const struct kern_conv t = conv_transposed(c);
		return conv_kernel_bytes(c) + conv_forward_bytes(&t);
	}
	return conv_scatter_group_bytes(c) * c->groups + conv_thread_bytes(c) * parallel_threads();
}

/* The kernel of a 1x1 convolution transposed and packed. */
static inline size_t
conv_back_bytes(const struct kern_conv *c)
{
	return scratch_round(matmul_packed_bytes(c->cout, c->cin));
}

/* What a 1x1 convolution of few pixels needs; also one of more, when it is brought few. */
static inline size_t
conv_dense_bytes(const struct kern_conv *c)
{
	struct dense_scratch at;
	struct kern_dense s = conv_dense(c);
	if (!conv_is_pointwise(c) || c->groups != 1) return 0;
	if (conv_pixels(c) > CONV_FEW_PIXELS) s.n = CONV_FEW_PIXELS;
	return dense_scratch_at(&s, NULL, &at);
}

/* Floats of one shard's sums: the kernel's when it is sharded, and the bias's. */
static inline size_t
conv_shard_floats(const struct kern_conv *c)
{
	const size_t kernel = conv_weights_sharded(c) ? (size_t)conv_depth(c) * c->cout : 0;
	return (kernel + c->cout + 15) & ~(size_t)15;
}

static inline size_t
conv_backward_weights_bytes(const struct kern_conv *c)
{
	return conv_shard_floats(c) * PARALLEL_SHARDS * sizeof(float) +
		conv_thread_bytes(c) * parallel_threads() + (conv_is_pointwise(c) ? conv_back_bytes(c) : 0);
}

#endif
