/*
 * The public names of matrix products and convolutions: thin wrappers of the chosen instruction
 * set's, and the sizes of their scratch, which are the same for all.
 */
#include <time.h>

#include "kernels/conv.h"
#include "kernels/conv3x3.h"
#include "kernels/dense_product.h"

/* One panel of b, as deep as is taken at once. */
size_t
kern_gemm_pack(int m, int n, int k)
{
	(void)m, (void)n, (void)k;
	return (size_t)MATMUL_PANEL * MATMUL_DEPTH * sizeof(float);
}

void
kern_gemm_tile(const struct kern_gemm *g, void *pack)
{
	const struct product p = { .m = g->m, .n = g->n, .k = g->k, .a = g->a, .a_rs = g->a_rs,
		.a_cs = g->a_cs, .b = g->b, .b_rs = g->b_rs, .b_cs = g->b_cs, .c = g->c, .c_rs = g->c_rs,
		.init = g->add ? g->c : NULL, .init_rs = g->c_rs };
	if (!matmul_openblas() || !matmul_openblas_product(&p)) kern_active()->product(&p, pack);
}

size_t
kern_dense_scratch(const struct kern_dense *s)
{
	struct dense_scratch at;
	return dense_scratch_at(s, NULL, &at);
}

void
kern_dense_forward(const struct kern_dense *s, const float *x, const float *w, const float *b,
	float *y, void *scratch)
{
	kern_active()->dense_forward(s, x, w, b, y, scratch);
}

void
kern_dense_backward(const struct kern_dense *s, const float *x, float *w, const float *dy,
	float *dx, bool dx_add, float *dw, float *db, const struct kern_update *update, void *scratch)
{
	kern_active()->dense_backward(s, x, w, dy, dx, dx_add, dw, db, update, scratch);
}

size_t
kern_conv_scratch(const struct kern_conv *c)
{
	const size_t forward = conv_forward_bytes(c), data = conv_backward_data_bytes(c),
		weights = conv_backward_weights_bytes(c);
	const size_t dense = conv_dense_bytes(c);
	size_t most = forward > data ? forward : data;
	if (weights > most) most = weights;
	return dense > most ? dense : most;
}

void
kern_conv_forward(const struct kern_conv *c, const float *x, const float *w, const float *b,
	float *y, void *scratch)
{
	kern_active()->conv_forward(c, x, w, b, y, scratch);
}

void
kern_conv_backward_data(const struct kern_conv *c, const float *dy, const float *w, float *dx,
	bool add, void *scratch)
{
	kern_active()->conv_backward_data(c, dy, w, dx, add, scratch);
}

void
kern_conv_backward_weights(const struct kern_conv *c, const float *x, const float *dy, float *dw,
	float *db, void *scratch)
{
	kern_active()->conv_backward_weights(c, x, dy, dw, db, scratch);
}

void
kern_conv_backward(const struct kern_conv *c, const float *x, float *w, const float *dy, float *dx,
	bool dx_add, float *dw, float *db, const struct kern_update *update, void *scratch)
{
	kern_active()->conv_backward(c, x, w, dy, dx, dx_add, dw, db, update, scratch);
}

size_t
kern_conv_pool_scratch(const struct kern_conv_pool *c)
{
	const size_t forward = pool_forward_bytes(c), backward = pool_backward_bytes(c);
	return forward > backward ? forward : backward;
}

void
kern_conv_pool_forward(const struct kern_conv_pool *c, const float *x, const float *w,
	const float *b, float *y, uint8_t *which, void *scratch)
{
	kern_active()->conv_pool_forward(c, x, w, b, y, which, scratch);
}

void
kern_conv_pool_backward(const struct kern_conv_pool *c, const float *x, const float *w,
	const uint8_t *which, const float *dy, float *dx, bool dx_add, float *dw, float *db,
	void *scratch)
{
	kern_active()->conv_pool_backward(c, x, w, which, dy, dx, dx_add, dw, db, scratch);
}

enum { PEAK_ROUNDS = 4000, PEAK_SINKS = 256 };

static void
peak_tile(void *ctx, int i, int thread)
{
	(void)thread;
	kern_active()->peak_chain(PEAK_ROUNDS, (float *)ctx + i % PEAK_SINKS);
}

static double
peak_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/*
 * The best of many short rounds: a busy machine disturbs most of them, and new threads may share
 * a core
 * for some milliseconds.
 */
double
kern_peak_gflops(double seconds)
{
	float sinks[PEAK_SINKS];
	const int tiles = 8 * parallel_threads();
	const double flops = 2.0 * tiles * PEAK_ROUNDS * kern_active()->lanes * PEAK_TERMS;
	const double start = peak_now();
	double best = 0, at = start;
	do {
		parallel_for(tiles, peak_tile, sinks);
		const double end = peak_now();
		const double rate = flops / (end - at) * 1e-9;
		if (rate > best) best = rate;
		at = end;
	} while (at - start < seconds);
	return best;
}
