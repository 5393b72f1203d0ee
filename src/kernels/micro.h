/*
 * Micro-kernels of matrix products: MR rows by NV vectors of accumulators, each a variable of its
 * own so that the compiler keeps it in a register (arrays of vectors go to memory under gcc 12). a
 * is broadcast from memory by two strides, so that nn, nt and tn are one kernel; b is read as whole
 * vectors.
 */
#ifndef TLRUN_KERNELS_MICRO_H
#define TLRUN_KERNELS_MICRO_H

#include <stddef.h>

#include "kernels/vector.h"

struct micro {
	int k;
	const float *a; ptrdiff_t rs, cs;	/* row i, term p at a[i*rs + p*cs] */
	const float *b; ptrdiff_t bs;	/* term p at b[p*bs], NV vectors */
	float *c; ptrdiff_t c_rs;
	const float *init; ptrdiff_t init_rs;	/* NULL: start at 0 */
	int lanes;	/* of the last vector of c and init, 1 to VL */
};

/* X(row, pointer, offset): rows share a pointer by fours to spare address registers. */
#define MICRO_ROWS_1(X) X(0, a0, 0)
#define MICRO_ROWS_2(X) MICRO_ROWS_1(X) X(1, a0, rs)
#define MICRO_ROWS_4(X) MICRO_ROWS_2(X) X(2, a0, 2 * rs) X(3, a0, 3 * rs)
#define MICRO_ROWS_6(X) MICRO_ROWS_4(X) X(4, a4, 0) X(5, a4, rs)
#define MICRO_ROWS_8(X) MICRO_ROWS_6(X) X(6, a4, 2 * rs) X(7, a4, 3 * rs)
#define MICRO_ROWS_12(X)                                                                           \
	MICRO_ROWS_8(X) X(8, a8, 0) X(9, a8, rs) X(10, a8, 2 * rs) X(11, a8, 3 * rs)

#define MICRO_ZERO1(i, pointer, offset) vf c##i##_0 = zero;
#define MICRO_ZERO2(i, pointer, offset) vf c##i##_0 = zero, c##i##_1 = zero;
#define MICRO_INIT1(i, pointer, offset) c##i##_0 = micro_load(init + (i) * init_rs, lanes);
#define MICRO_INIT2(i, pointer, offset)                                                            \
	c##i##_0 = vf_load(init + (i) * init_rs);                                                      \
	c##i##_1 = micro_load(init + (i) * init_rs + VL, lanes);
#define MICRO_STEP1(i, pointer, offset) c##i##_0 = vf_fma(vf_set(pointer[offset]), b0, c##i##_0);
#define MICRO_STEP2(i, pointer, offset)                                                            \
	{                                                                                              \
		const vf s = vf_set(pointer[offset]);                                                      \
		c##i##_0 = vf_fma(s, b0, c##i##_0);                                                        \
		c##i##_1 = vf_fma(s, b1, c##i##_1);                                                        \
	}
#define MICRO_SAVE1(i, pointer, offset) micro_store(c + (i) * c_rs, lanes, c##i##_0);
#define MICRO_SAVE2(i, pointer, offset)                                                            \
	vf_store(c + (i) * c_rs, c##i##_0);                                                            \
	micro_store(c + (i) * c_rs + VL, lanes, c##i##_1);
#define MICRO_B1 const vf b0 = vf_load(b);
#define MICRO_B2 const vf b0 = vf_load(b), b1 = vf_load(b + VL);

KERN_INLINE vf
micro_load(const float *p, int lanes)
{
	return lanes == VL ? vf_load(p) : vf_load_n(p, lanes);
}

KERN_INLINE void
micro_store(float *p, int lanes, vf v)
{
	if (lanes == VL) vf_store(p, v);
	else vf_store_n(p, lanes, v);
}

/* static void micro_<MR>x<NV>(const struct micro *t) */
#define MICRO_KERNEL(MR, NV)                                                                       \
	static void micro_##MR##x##NV(const struct micro *t)                                           \
	{                                                                                              \
		const ptrdiff_t rs = t->rs, cs = t->cs, bs = t->bs, init_rs = t->init_rs, c_rs = t->c_rs;  \
		const float *a0 = t->a, *b = t->b, *init = t->init;                                        \
		__attribute__((unused)) const float *a4 = a0 + 4 * rs, *a8 = a0 + 8 * rs;                  \
		const int lanes = t->lanes;                                                                \
		const vf zero = vf_set(0);                                                                 \
		MICRO_ROWS_##MR(MICRO_ZERO##NV)                                                            \
		if (init) {                                                                                \
			MICRO_ROWS_##MR(MICRO_INIT##NV)                                                        \
		}                                                                                          \
		for (int k = t->k; k > 0; k--) {                                                           \
			MICRO_B##NV                                                                            \
			MICRO_ROWS_##MR(MICRO_STEP##NV)                                                        \
			b += bs;                                                                               \
			a0 += cs;                                                                              \
			a4 += cs;                                                                              \
			a8 += cs;                                                                              \
		}                                                                                          \
		float *c = t->c;                                                                           \
		MICRO_ROWS_##MR(MICRO_SAVE##NV)                                                            \
	}

#endif
