/*
 * Products with an epilogue: c = limits(bias + a b + residual), b packed beforehand with the batch
 * normalization's scale in it. The micro-kernels are micro.h's; the terms of a row may lie in runs
 * apart from each other: rows of an image's window, or panels of channels.
 */
#include <math.h>

#include "kernels/folded.h"
#include "kernels/micro.h"

enum { FOLDED_COLUMNS = 2 * VL };

struct folded_micro {
	int depth, run;
	const float *a; ptrdiff_t rs, jump;
	const float *b, *bias;
	const float *add; ptrdiff_t add_rs;
	float *c; ptrdiff_t c_rs;
	struct folded_limits limits;
	int lanes;	/* of the last vector */
};

#define FOLDED_ZERO1(i, pointer, offset) vf c##i##_0 = bias0;
#define FOLDED_ZERO2(i, pointer, offset) vf c##i##_0 = bias0, c##i##_1 = bias1;
#define FOLDED_BIAS1 const vf bias0 = vf_load(t->bias);
#define FOLDED_BIAS2 const vf bias0 = vf_load(t->bias), bias1 = vf_load(t->bias + VL);
#define FOLDED_ADD1(i, pointer, offset) c##i##_0 += micro_load(add + (i) * add_rs, lanes);
#define FOLDED_ADD2(i, pointer, offset)                                                            \
	c##i##_0 += vf_load(add + (i) * add_rs);                                                       \
	c##i##_1 += micro_load(add + (i) * add_rs + VL, lanes);
#define FOLDED_SAVE1(i, pointer, offset)                                                           \
	micro_store(c + (i) * c_rs, lanes, vf_min(high, vf_max(low, c##i##_0)));
#define FOLDED_SAVE2(i, pointer, offset)                                                           \
	vf_store(c + (i) * c_rs, vf_min(high, vf_max(low, c##i##_0)));                                 \
	micro_store(c + (i) * c_rs + VL, lanes, vf_min(high, vf_max(low, c##i##_1)));

/* static void folded_<MR>x<NV>(const struct folded_micro *t, int m): m is a multiple of MR. */
#define FOLDED_KERNEL(MR, NV)                                                                      \
	static void folded_##MR##x##NV(const struct folded_micro *t, int m)                            \
	{                                                                                              \
		const ptrdiff_t rs = t->rs, add_rs = t->add_rs, c_rs = t->c_rs;                            \
		const int lanes = t->lanes;                                                                \
		const vf low = vf_set(t->limits.low), high = vf_set(t->limits.high);                       \
		const float *add = t->add;                                                                 \
		float *c = t->c;                                                                           \
		FOLDED_BIAS##NV                                                                            \
		for (int i = 0; i < m; i += MR, c += MR * c_rs) {                                          \
			const float *a = t->a + i * rs, *b = t->b;                                             \
			MICRO_ROWS_##MR(FOLDED_ZERO##NV)                                                       \
			for (int left = t->depth; left > 0; left -= t->run, a += t->jump) {                    \
				const float *a0 = a;                                                               \
				__attribute__((unused)) const float *a4 = a0 + 4 * rs, *a8 = a0 + 8 * rs;          \
				for (int k = left < t->run ? left : t->run; k > 0; k--) {                          \
					MICRO_B##NV                                                                    \
					MICRO_ROWS_##MR(MICRO_STEP##NV)                                                \
					b += FOLDED_COLUMNS;                                                           \
					a0++;                                                                          \
					a4++;                                                                          \
					a8++;                                                                          \
				}                                                                                  \
			}                                                                                      \
			if (add) {                                                                             \
				MICRO_ROWS_##MR(FOLDED_ADD##NV)                                                    \
				add += MR * add_rs;                                                                \
			}                                                                                      \
			MICRO_ROWS_##MR(FOLDED_SAVE##NV)                                                       \
		}                                                                                          \
	}

FOLDED_KERNEL(1, 1)
FOLDED_KERNEL(2, 1)
FOLDED_KERNEL(4, 1)
FOLDED_KERNEL(8, 1)
FOLDED_KERNEL(12, 1)
FOLDED_KERNEL(1, 2)
FOLDED_KERNEL(2, 2)
FOLDED_KERNEL(4, 2)
#if VL == 16
FOLDED_KERNEL(8, 2)
FOLDED_KERNEL(12, 2)
#else
FOLDED_KERNEL(6, 2)
#endif

/* How many of m rows go in blocks of `most`: 16 of 12 are better two eights, 8 of 6 two fours. */
static int
folded_whole(int m, int most)
{
	const int odd = most == 12 ? 4 : 2;
	return (m % most == odd && m >= most ? m - most - odd : m) / most * most;
}

static int
folded_rows_1(const struct folded_micro *t, int m)
{
	const int whole = folded_whole(m, 12);
	if (whole) return folded_12x1(t, whole), whole;
	if (m >= 8) return folded_8x1(t, m & ~7), m & ~7;
	if (m >= 4) return folded_4x1(t, 4), 4;
	if (m >= 2) return folded_2x1(t, 2), 2;
	return folded_1x1(t, 1), 1;
}

static int
folded_rows_2(const struct folded_micro *t, int m)
{
#if VL == 16
	const int whole = folded_whole(m, 12);
	if (whole) return folded_12x2(t, whole), whole;
	if (m >= 8) return folded_8x2(t, m & ~7), m & ~7;
#else
	const int whole = folded_whole(m, 6);
	if (whole) return folded_6x2(t, whole), whole;
#endif
	if (m >= 4) return folded_4x2(t, m & ~3), m & ~3;
	if (m >= 2) return folded_2x2(t, 2), 2;
	return folded_1x2(t, 1), 1;
}

static void
folded_panel(struct folded_micro t, int m, int vectors)
{
	while (m > 0) {
		const int rows = vectors == 1 ? folded_rows_1(&t, m) : folded_rows_2(&t, m);
		m -= rows;
		t.a += rows * t.rs;
		t.c += rows * t.c_rs;
		if (t.add) t.add += rows * t.add_rs;
	}
}

void
KERN(folded_product)(const struct folded_product *p)
{
	const float *panels = p->constants + folded_line(p->n);
	for (int i = p->first; i < p->last; i++) {
		const int j = i * FOLDED_COLUMNS, left = p->n - j, vectors = left > VL ? 2 : 1;
		const int columns = left < FOLDED_COLUMNS ? left : FOLDED_COLUMNS;
		const struct folded_micro t = { .depth = p->depth, .run = p->run, .a = p->a, .rs = p->rs,
			.jump = p->jump, .b = panels + (ptrdiff_t)j * p->depth, .bias = p->constants + j,
			.add = p->add ? p->add + j : NULL, .add_rs = p->add_rs,
			.c = p->apart ? p->c : p->c + j, .c_rs = p->c_rs, .limits = p->limits,
			.lanes = p->apart ? VL : columns - (vectors - 1) * VL };
		folded_panel(t, p->m, vectors);
	}
}

/* ---- the constants ---- */

/* What the normalization does to output j: a scale and a bias. */
struct folded_affine { double scale; float bias; };

static struct folded_affine
folded_affine(const struct kern_fold *f, int j)
{
	const double scale = (f->gamma ? (double)f->gamma[j] : 1) /
		sqrt((double)f->variance[j] + f->epsilon);
	const double b = f->b ? (double)f->b[j] : 0, beta = f->beta ? (double)f->beta[j] : 0;
	return (struct folded_affine){ scale, (float)(beta + (b - (double)f->mean[j]) * scale) };
}

void
KERN(folded_pack)(int depth, int n, const struct kern_fold *f, float *constants)
{
	const int all = (int)folded_line(n);
	float *panels = constants + all;
	memset(constants, 0, folded_product_floats(depth, n) * sizeof *constants);
	for (int j = 0; j < n; j++) {
		const struct folded_affine s = folded_affine(f, j);
		const int at = j % FOLDED_COLUMNS;
		float *out = panels + (ptrdiff_t)(j - at) * depth + at;
		constants[j] = s.bias;
		for (int k = 0; k < depth; k++)
			out[(ptrdiff_t)k * FOLDED_COLUMNS] =
				(float)((double)f->w[(ptrdiff_t)k * n + j] * s.scale);
	}
}

void
KERN(folded_pack_plane)(int c, const struct kern_fold *f, float *constants)
{
	memset(constants, 0, folded_plane_floats(c) * sizeof *constants);
	for (int j = 0; j < c; j++) {
		const struct folded_affine s = folded_affine(f, j);
		const int at = j % FOLDED_COLUMNS;
		float *out = constants + (ptrdiff_t)(j - at) * FOLDED_LINES + at;
		for (int k = 0; k < FOLDED_TAPS; k++)
			out[k * FOLDED_COLUMNS] = (float)((double)f->w[(ptrdiff_t)k * c + j] * s.scale);
		out[FOLDED_TAPS * FOLDED_COLUMNS] = s.bias;
	}
}

/* Biases, then the kernel as it lay. */
void
KERN(folded_scale)(int taps, int n, const struct kern_fold *f, float *constants)
{
	float *w = constants + folded_line(n);
	for (int j = 0; j < n; j++) {
		const struct folded_affine s = folded_affine(f, j);
		constants[j] = s.bias;
		for (int k = 0; k < taps; k++)
			w[(ptrdiff_t)k * n + j] = (float)((double)f->w[(ptrdiff_t)k * n + j] * s.scale);
	}
}
