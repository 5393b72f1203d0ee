/*
 * Matrix products inside the kernels floor: one struct for all of them, the native provider
 * (gemm.c, once for each instruction set) and OpenBLAS's (openblas.c).
 *
 * An element of c is one accumulator that starts at init (or 0) and takes its k terms in ascending
 * order, each by one fused multiply-add. Cutting m, n or k into blocks, packing, and the
 * micro-kernel's size therefore change no bit.
 */
#ifndef TLRUN_KERNELS_MATMUL_H
#define TLRUN_KERNELS_MATMUL_H

#include "kernels/kernel_set.h"

enum {
	MATMUL_PANEL = 32,	/* columns of a packed panel of b at most (two vectors of the widest set) */
	MATMUL_DEPTH = 256,	/* of k taken at once: a panel of it stays in the first-level cache */
};

struct product {
	int m, n, k;
	const float *a; ptrdiff_t a_rs, a_cs;	/* element (i,p) at a[i*a_rs + p*a_cs] */
	const float *b; ptrdiff_t b_rs, b_cs;	/* (p,j) at b[p*b_rs + j*b_cs] */
	const float *packed;	/* or NULL: b as KERN(pack) wrote it, which the native provider reads */
	float *c; ptrdiff_t c_rs;
	/* c starts at init[i*init_rs + j], or at 0 when NULL. May be c. */
	const float *init; ptrdiff_t init_rs;
};

/*
 * Beside KERN(product)(p, pack), which sets c; its pack: kern_gemm_pack() bytes, or NULL when
 * p->packed is not.
 */
#define MATMUL_LIST(X)                                                                             \
	X(void, pack, (int k, int n, const float *b, ptrdiff_t b_rs, ptrdiff_t b_cs, int panel,        \
		float *out))                                                                               \
	X(int, pack_panels, (int n))                                                                   \
	X(void, transpose, (int rows, int columns, const float *x, ptrdiff_t x_rs, float *y,           \
		ptrdiff_t y_rs, bool add))                                                                 \
	X(void, add_shards, (size_t n, const float *shards, size_t stride, float *out))                \
	X(void, im2col, (const struct kern_conv *c, const float *x, int channels, long first,       \
		long last, float *out, int stride))                                                        \
	X(void, pool_strip, (const struct kern_conv_pool *c, const float *image, int top, int rows,    \
		int channels, float *strip))                                                               \
	X(void, column_sums, (size_t rows, int columns, const float *x, ptrdiff_t x_rs, float *out))

#ifdef KERN_ISA
/*
 * pack      panel number `panel` of the pack_panels(n) panels of b [k,n] to its place in out, the
 *           last one filled up with zeros; columns j on lie at out + j*k when j is a multiple of
 *           MATMUL_PANEL.
 * transpose y[j,i] (=|+=) x[i,j], i < rows, j < columns.
 * add_shards  out[n] = the PARALLEL_SHARDS arrays at shards, `stride` floats apart, added in a
 *           fixed tree; out may be the first of them.
 * im2col    rows first to last (output pixels, image after image) of the matrix whose product with
 *           a kernel of `channels` input channels, x being the first of them, is the convolution.
 * pool_strip  see conv3x3.c.
 * column_sums  out[j] = the sum over rows, ascending.
 */
#define MATMUL_DECLARE(result, name, arguments) result KERN(name) arguments;
MATMUL_LIST(MATMUL_DECLARE)
#undef MATMUL_DECLARE
#endif

/* Whether OpenBLAS is selected; and c by it when b and a have a unit stride (else false). */
bool matmul_openblas(void);
bool matmul_openblas_product(const struct product *p);

/* Bytes of b packed whole. */
static inline size_t
matmul_packed_bytes(int k, int n)
{
	const size_t columns = (size_t)(n + MATMUL_PANEL - 1) / MATMUL_PANEL * MATMUL_PANEL;
	return (size_t)k * columns * sizeof(float);
}

/* ---- scratch: a block is handed out front to back in 64-byte steps ---- */

static inline size_t
scratch_round(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

/* The next `bytes` of *at. */
static inline void *
scratch_take(char **at, size_t bytes)
{
	void *p = *at;
	*at += scratch_round(bytes);
	return p;
}

#endif
