/* Where a dense layer's scratch lies: sized in select.c, used in dense_product.c. */
#ifndef TLRUN_KERNELS_DENSE_PRODUCT_H
#define TLRUN_KERNELS_DENSE_PRODUCT_H

#include "kernels/matmul.h"
#include "tlrun/parallel.h"

enum {
	DENSE_TILE = 64,	/* inputs (rows of w) a backward tile takes at most, */
	DENSE_SMALL = 24,	/* and where there are fewer than */
	DENSE_MANY = 1024,
	DENSE_CHUNK = 12,	/* of them whose gradient is held before the optimizer's step */
	DENSE_ROWS = 256,	/* samples a tile takes */
};

static inline int
dense_tile(const struct kern_dense *s)
{
	return s->d < DENSE_MANY ? DENSE_SMALL : DENSE_TILE;
}

struct dense_scratch {
	float *dy, *dy_t;	/* shared: dy [n,u] and dy^T [u,n] packed */
	char *threads;		/* then one block a thread */
	size_t thread;		/* bytes of a block */
};

static inline size_t
dense_thread_bytes(const struct kern_dense *s)
{
	return scratch_round((size_t)s->n * DENSE_TILE * sizeof(float)) +
		scratch_round((size_t)DENSE_ROWS * DENSE_TILE * sizeof(float)) +
		scratch_round((size_t)DENSE_CHUNK * s->u * sizeof(float)) +
		scratch_round(kern_gemm_pack(0, 0, 0));
}

/* Places in scratch; at NULL only the size counts. Returns the bytes of all. */
static inline size_t
dense_scratch_at(const struct kern_dense *s, void *scratch, struct dense_scratch *out)
{
	char *at = scratch;
	const size_t dy = matmul_packed_bytes(s->n, s->u), dy_t = matmul_packed_bytes(s->u, s->n);
	out->thread = dense_thread_bytes(s);
	if (scratch) {
		out->dy = scratch_take(&at, dy);
		out->dy_t = scratch_take(&at, dy_t);
		out->threads = at;
	}
	return scratch_round(dy) + scratch_round(dy_t) + out->thread * (size_t)parallel_threads();
}

#endif
