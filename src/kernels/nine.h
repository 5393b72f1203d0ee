/*
 * Kernels of the sparse backward: nine taps of one or two vectors of channels accumulated over a
 * list of (gradient, where). The same for the kernel's gradient (the source is x, the sums the
 * kernel of one output) and for the input's (the source is the kernel, the sums are a 3x3 patch of
 * dx).
 */
#ifndef TLRUN_KERNELS_NINE_H
#define TLRUN_KERNELS_NINE_H

#include "kernels/micro.h"

struct nine {
	int n;
	const float *g;		/* [n] */
	const int32_t *at;	/* [n]: source + at is tap (0,0) */
	const float *source; ptrdiff_t source_row, source_column;
	float *sum; ptrdiff_t sum_row, sum_column;
};

/* X(tap, row, column) */
#define NINE_TAPS(X)                                                                               \
	X(0, 0, 0) X(1, 0, 1) X(2, 0, 2) X(3, 1, 0) X(4, 1, 1) X(5, 1, 2)          \
	X(6, 2, 0) X(7, 2, 1) X(8, 2, 2)

#define NINE_LOAD1(t, r, s) vf c##t##_0 = vf_load(sum##r + (s) * mc);
#define NINE_LOAD2(t, r, s)                                                                        \
	vf c##t##_0 = vf_load(sum##r + (s) * mc), c##t##_1 = vf_load(sum##r + (s) * mc + VL);
#define NINE_STEP1(t, r, s) c##t##_0 = vf_fma(g, vf_load(x##r + (s) * xc), c##t##_0);
#define NINE_STEP2(t, r, s)                                                                        \
	c##t##_0 = vf_fma(g, vf_load(x##r + (s) * xc), c##t##_0);                                      \
	c##t##_1 = vf_fma(g, vf_load(x##r + (s) * xc + VL), c##t##_1);
#define NINE_SAVE1(t, r, s) vf_store(sum##r + (s) * mc, c##t##_0);
#define NINE_SAVE2(t, r, s)                                                                        \
	vf_store(sum##r + (s) * mc, c##t##_0);                                                         \
	vf_store(sum##r + (s) * mc + VL, c##t##_1);

#define NINE_KERNEL(NV)                                                                            \
	KERN_INLINE void nine_##NV(const struct nine *t)                                               \
	{                                                                                              \
		const ptrdiff_t xr = t->source_row, xc = t->source_column, mc = t->sum_column;             \
		float *sum0 = t->sum, *sum1 = sum0 + t->sum_row, *sum2 = sum1 + t->sum_row;                \
		NINE_TAPS(NINE_LOAD##NV)                                                                   \
		for (int i = 0; i < t->n; i++) {                                                           \
			const vf g = vf_set(t->g[i]);                                                          \
			const float *x0 = t->source + t->at[i], *x1 = x0 + xr, *x2 = x1 + xr;                  \
			NINE_TAPS(NINE_STEP##NV)                                                               \
		}                                                                                          \
		NINE_TAPS(NINE_SAVE##NV)                                                                   \
	}

NINE_KERNEL(1)
#if VL == 16
NINE_KERNEL(2)
#endif

#endif
