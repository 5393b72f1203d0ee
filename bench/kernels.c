/*
 * Times the kernels at the shapes of the practical's networks, as shares of the multiply-add peak
 * measured in the same run, between the kernels: on a busy machine only such ratios mean anything.
 *
 *   make bench_kernels && ./bench_kernels [rounds [isa [threads]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "tlrun/kernels.h"
#include "tlrun/parallel.h"

enum { BATCH = 64, CASES = 24 };

struct bench {
	const char *name;
	double flops;		/* of the dense arithmetic */
	void (*run)(void *ctx);
	void *ctx;
	double best, *times;
};

static float *
numbers(size_t n, float scale)
{
	static unsigned state = 1;
	float *x = bench_memory(n * sizeof *x);
	for (size_t i = 0; i < n; i++) {
		state = state * 1664525u + 1013904223u;
		x[i] = ((float)(state >> 8) / 8388608.0f - 1.0f) * scale;
	}
	return x;
}

/* ---- one product in a tile, both providers ---- */

struct gemm_case { struct kern_gemm g; enum kern_matmul provider; void *pack; };

static void
gemm_tile(void *ctx, int i, int thread)
{
	(void)i;
	const struct gemm_case *t = ctx;
	if (thread == 0) kern_gemm_tile(&t->g, t->pack);
}

static void
gemm_run(void *ctx)
{
	struct gemm_case *t = ctx;
	kern_set_matmul(t->provider);
	gemm_tile(t, 0, 0);
	kern_set_matmul(MATMUL_NATIVE);
}

static struct bench
gemm_bench(const char *name, int m, int n, int k, int layout, enum kern_matmul provider)
{
	struct gemm_case *t = bench_memory(sizeof *t);
	*t = (struct gemm_case){ { .m = m, .n = n, .k = k, .a = numbers((size_t)m * k, 1), .a_rs = k,
		.a_cs = 1, .b = numbers((size_t)k * n, 1), .b_rs = n, .b_cs = 1,
		.c = numbers((size_t)m * n, 1), .c_rs = n }, provider,
		bench_memory(kern_gemm_pack(m, n, k)) };
	if (layout == 't') t->g.a_rs = 1, t->g.a_cs = m;
	if (layout == 'b') t->g.b_rs = 1, t->g.b_cs = k;
	return (struct bench){ name, 2.0 * m * n * k, gemm_run, t, 0, NULL };
}

/* ---- dense ---- */

struct dense_case {
	struct kern_dense s;
	float *x, *w, *b, *y, *dy, *dx, *dw, *db;
	struct kern_update update;
	void *scratch;
};

static void
dense_forward(void *ctx)
{
	struct dense_case *t = ctx;
	kern_dense_forward(&t->s, t->x, t->w, t->b, t->y, t->scratch);
}

static void
dense_backward(void *ctx)
{
	struct dense_case *t = ctx;
	kern_dense_backward(&t->s, t->x, t->w, t->dy, t->dx, false, t->dw, t->db, NULL, t->scratch);
}

static void
dense_backward_adam(void *ctx)
{
	struct dense_case *t = ctx;
	kern_dense_backward(&t->s, t->x, t->w, t->dy, t->dx, false, NULL, t->db, &t->update,
		t->scratch);
}

static struct dense_case *
dense_case(int n, int d, int u)
{
	struct dense_case *t = bench_memory(sizeof *t);
	const size_t nd = (size_t)n * d, du = (size_t)d * u, nu = (size_t)n * u;
	t->s = (struct kern_dense){ n, d, u };
	t->x = numbers(nd, 1), t->dx = numbers(nd, 1), t->w = numbers(du, 0.02f);
	t->dw = numbers(du, 1), t->b = numbers((size_t)u, 1), t->db = numbers((size_t)u, 1);
	t->y = numbers(nu, 1), t->dy = numbers(nu, 0.01f);
	t->scratch = bench_memory(kern_dense_scratch(&t->s));
	t->update = (struct kern_update){ .rule = RULE_ADAM, .alpha = 1e-6f, .beta_1 = 0.9f,
		.beta_2 = 0.999f, .epsilon = 1e-7f, .grad_scale = 1,
		.slot = { numbers(du, 0), numbers(du, 0) } };
	return t;
}

/* ---- the fused convolution and pooling ---- */

struct pool_case {
	struct kern_conv_pool c;
	float *x, *w, *b, *y, *dy, *dx, *dw, *db;
	uint8_t *which;
	void *scratch;
};

static void
pool_forward(void *ctx)
{
	struct pool_case *t = ctx;
	kern_conv_pool_forward(&t->c, t->x, t->w, t->b, t->y, t->which, t->scratch);
}

static void
pool_backward(void *ctx)
{
	struct pool_case *t = ctx;
	kern_conv_pool_backward(&t->c, t->x, t->w, t->which, t->dy, t->dx, false, t->dw, t->db,
		t->scratch);
}

static struct pool_case *
pool_case(int n, int size, int cin, int cout, bool dx)
{
	struct pool_case *t = bench_memory(sizeof *t);
	const size_t in = (size_t)n * size * size * cin, out = (size_t)n * size * size / 4 * cout;
	t->c = (struct kern_conv_pool){ n, size, size, cin, cout };
	t->x = numbers(in, 1), t->w = numbers((size_t)9 * cin * cout, 0.1f);
	t->b = numbers((size_t)cout, 0.1f), t->y = numbers(out, 1), t->dy = numbers(out, 0.01f);
	for (size_t i = 0; i < (size_t)cout; i++) t->b[i] -= cin == 3 ? 0.15f : 0.9f;	/* half alive */
	t->dx = dx ? numbers(in, 1) : NULL, t->dw = numbers((size_t)9 * cin * cout, 1);
	t->db = numbers((size_t)cout, 1), t->which = bench_memory(out);
	t->scratch = bench_memory(kern_conv_pool_scratch(&t->c));
	return t;
}

/* ---- convolutions ---- */

struct conv_case {
	struct kern_conv c;
	float *x, *w, *b, *y, *dw, *db;
	void *scratch;
};

static void
conv_forward(void *ctx)
{
	struct conv_case *t = ctx;
	kern_conv_forward(&t->c, t->x, t->w, t->b, t->y, t->scratch);
}

static void
conv_data(void *ctx)
{
	struct conv_case *t = ctx;
	kern_conv_backward_data(&t->c, t->y, t->w, t->x, false, t->scratch);
}

static void
conv_weights(void *ctx)
{
	struct conv_case *t = ctx;
	kern_conv_backward_weights(&t->c, t->x, t->y, t->dw, t->db, t->scratch);
}

static struct conv_case *
conv_case(int n, int size, int cin, int kernel, int cout, int stride)
{
	struct conv_case *t = bench_memory(sizeof *t);
	const int out = (size + stride - 1) / stride;
	t->c = (struct kern_conv){ n, size, size, cin, kernel, kernel, cout, stride, stride, 1, 1,
		kernel / 2, kernel / 2, out, out, 1 };
	if (stride == 2) t->c.pt = t->c.pl = 0;
	t->x = numbers((size_t)n * size * size * cin, 1);
	t->w = numbers((size_t)kernel * kernel * cin * cout, 0.1f);
	t->b = numbers((size_t)cout, 1), t->y = numbers((size_t)n * out * out * cout, 1);
	t->dw = numbers((size_t)kernel * kernel * cin * cout, 1), t->db = numbers((size_t)cout, 1);
	t->scratch = bench_memory(kern_conv_scratch(&t->c));
	return t;
}

static double
conv_flops(const struct conv_case *t)
{
	return 2.0 * t->c.n * t->c.oh * t->c.ow * t->c.cout * t->c.kh * t->c.kw * t->c.cin;
}

/* ---- the run ---- */

static int
by_time(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static int
cases(struct bench *b)
{
	int n = 0;
	struct pool_case *p1 = pool_case(BATCH, 32, 3, 32, false);
	struct pool_case *p2 = pool_case(BATCH, 16, 32, 64, true);
	struct dense_case *d1 = dense_case(BATCH, 4096, 512), *d2 = dense_case(BATCH, 512, 10);
	struct conv_case *c1 = conv_case(BATCH, 8, 64, 1, 384, 1);
	struct conv_case *c2 = conv_case(BATCH, 2, 320, 1, 1280, 1);
	struct conv_case *c3 = conv_case(BATCH, 16, 32, 3, 64, 1);
	struct conv_case *c4 = conv_case(BATCH, 32, 3, 3, 32, 2);
	const double f1 = 2.0 * BATCH * 1024 * 27 * 32, f2 = 2.0 * BATCH * 256 * 288 * 64;
	const double g1 = 2.0 * BATCH * 4096 * 512, g2 = 2.0 * BATCH * 512 * 10;
#define ADD(name, flops, run, ctx) b[n++] = (struct bench){ name, flops, run, ctx, 0, NULL }
	ADD("step: conv_pool 32x32x3->32 forward", f1, pool_forward, p1);
	ADD("step: conv_pool 16x16x32->64 forward", f2, pool_forward, p2);
	ADD("step: dense 4096->512 forward", g1, dense_forward, d1);
	ADD("step: dense 512->10 forward", g2, dense_forward, d2);
	ADD("step: dense 512->10 backward, adam", 2 * g2, dense_backward_adam, d2);
	ADD("step: dense 4096->512 backward, adam", 2 * g1, dense_backward_adam, d1);
	ADD("step: conv_pool 16x16x32->64 backward", 2 * f2, pool_backward, p2);
	ADD("step: conv_pool 32x32x3->32 backward", f1, pool_backward, p1);
	ADD("dense 4096->512 backward, no update", 2 * g1, dense_backward, d1);
	ADD("conv 8x8x64->384 1x1 forward", conv_flops(c1), conv_forward, c1);
	ADD("conv 8x8x64->384 1x1 data", conv_flops(c1), conv_data, c1);
	ADD("conv 8x8x64->384 1x1 weights", conv_flops(c1), conv_weights, c1);
	ADD("conv 2x2x320->1280 1x1 forward", conv_flops(c2), conv_forward, c2);
	ADD("conv 2x2x320->1280 1x1 data", conv_flops(c2), conv_data, c2);
	ADD("conv 2x2x320->1280 1x1 weights", conv_flops(c2), conv_weights, c2);
	ADD("conv 16x16x32->64 3x3 forward", conv_flops(c3), conv_forward, c3);
	ADD("conv 16x16x32->64 3x3 data", conv_flops(c3), conv_data, c3);
	ADD("conv 16x16x32->64 3x3 weights", conv_flops(c3), conv_weights, c3);
	ADD("conv 32x32x3->32 3x3 stride 2 forward", conv_flops(c4), conv_forward, c4);
#undef ADD
	b[n++] = gemm_bench("gemm nn 256x64x288, native, 1 thread", 256, 64, 288, 'n', MATMUL_NATIVE);
	b[n++] = gemm_bench("gemm nn 256x64x288, OpenBLAS", 256, 64, 288, 'n', MATMUL_OPENBLAS);
	b[n++] = gemm_bench("gemm tn 384x384x256, native, 1 thread", 384, 384, 256, 't', MATMUL_NATIVE);
	b[n++] = gemm_bench("gemm tn 384x384x256, OpenBLAS", 384, 384, 256, 't', MATMUL_OPENBLAS);
	return n;
}

int
main(int argc, char **argv)
{
	const int rounds = argc > 1 ? atoi(argv[1]) : 50;
	struct err e = ERR_INIT;
	if (argc > 2 && kern_select(argv[2], &e) != OK) {
		fprintf(stderr, "%s\n", e.message);
		return 2;
	}
	if (argc > 3) parallel_set_threads(atoi(argv[3]));
	struct bench b[CASES];
	const int n = cases(b);
	double peak = 0;
	for (int i = 0; i < n; i++) {
		b[i].times = bench_memory((size_t)rounds * sizeof(double));
		b[i].run(b[i].ctx);
	}
	for (int r = 0; r < rounds; r++) {
		const double p = kern_peak_gflops(0.005);
		if (p > peak) peak = p;
		for (int i = 0; i < n; i++) {
			const double start = bench_now();
			b[i].run(b[i].ctx);
			b[i].times[r] = bench_now() - start;
		}
	}
	printf("%s, %d threads, peak %.0f GF/s, OpenBLAS %s\n", kern_isa(), parallel_threads(), peak,
		kern_openblas_info());
	double step = 0, step_flops = 0;
	for (int i = 0; i < n; i++) {
		qsort(b[i].times, (size_t)rounds, sizeof(double), by_time);
		const double best = b[i].times[rounds / 20], median = b[i].times[rounds / 2];
		printf("%-42s %8.3f ms (median %8.3f)  %4.0f GF/s  %3.0f %%\n", b[i].name, best * 1e3,
			median * 1e3, b[i].flops / best * 1e-9, b[i].flops / best * 1e-7 / peak);
		if (strncmp(b[i].name, "step:", 5) != 0) continue;
		step += best;
		step_flops += b[i].flops;
	}
	printf("%-42s %8.3f ms  %4.0f GF/s  %3.0f %%\n", "the step's kernels together", step * 1e3,
		step_flops / step * 1e-9, step_flops / step * 1e-7 / peak);
	return 0;
}
