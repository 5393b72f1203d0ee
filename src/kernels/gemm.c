/*
 * c[m,n] = init + a[m,k] b[k,n], any strides: panels of b, two vectors wide and MATMUL_DEPTH deep,
 * packed where that pays, times row blocks of the micro-kernels.
 */
#include "kernels/matmul.h"
#include "kernels/micro.h"
#include "kernels/transpose.h"

enum { GEMM_COLUMNS = 2 * VL };

MICRO_KERNEL(1, 1)
MICRO_KERNEL(2, 1)
MICRO_KERNEL(4, 1)
MICRO_KERNEL(8, 1)
MICRO_KERNEL(12, 1)
MICRO_KERNEL(1, 2)
MICRO_KERNEL(2, 2)
MICRO_KERNEL(4, 2)
#if VL == 16
MICRO_KERNEL(8, 2)
MICRO_KERNEL(12, 2)
#else
MICRO_KERNEL(6, 2)
#endif

/* The rows [0, m) of one panel, in the largest blocks that registers hold. */
static void
gemm_rows(struct micro t, int m, int vectors)
{
	while (m > 0) {
		int rows;
		if (vectors == 1) {
			if (m >= 12 && m != 16) micro_12x1(&t), rows = 12;
			else if (m >= 8) micro_8x1(&t), rows = 8;
			else if (m >= 4) micro_4x1(&t), rows = 4;
			else if (m >= 2) micro_2x1(&t), rows = 2;
			else micro_1x1(&t), rows = 1;
#if VL == 16
		} else if (m >= 12 && m != 16) {
			micro_12x2(&t), rows = 12;
		} else if (m >= 8) {
			micro_8x2(&t), rows = 8;
#else
		} else if (m >= 6 && m != 8) {
			micro_6x2(&t), rows = 6;
#endif
		} else if (m >= 4) {
			micro_4x2(&t), rows = 4;
		} else if (m >= 2) {
			micro_2x2(&t), rows = 2;
		} else {
			micro_1x2(&t), rows = 1;
		}
		m -= rows;
		t.a += rows * t.rs;
		t.c += rows * t.c_rs;
		if (t.init) t.init += rows * t.init_rs;
	}
}

/* k rows of the n <= GEMM_COLUMNS columns at b, filled up with zeros, row stride GEMM_COLUMNS. */
static void
gemm_pack_panel(int k, int n, const float *b, ptrdiff_t b_rs, ptrdiff_t b_cs, float *out)
{
	if (b_cs == 1) {
		const int low = n < VL ? n : VL, high = n - low;
		for (int p = 0; p < k; p++, b += b_rs, out += GEMM_COLUMNS) {
			vf_store(out, low == VL ? vf_load(b) : vf_load_n(b, low));
			vf_store(out + VL, high == VL ? vf_load(b + VL) : vf_load_n(b + low, high));
		}
		return;
	}
	const int k4 = b_rs == 1 ? k & ~3 : 0, n4 = b_rs == 1 ? n & ~3 : 0;
	for (int j = 0; j < n4; j += 4)
		for (int p = 0; p < k4; p += 4)
			transpose_4x4(b + j * b_cs + p, b_cs, out + (ptrdiff_t)p * GEMM_COLUMNS + j,
				GEMM_COLUMNS);
	for (int p = 0; p < k; p++) {
		float *o = out + (ptrdiff_t)p * GEMM_COLUMNS;
		for (int j = p < k4 ? n4 : 0; j < n; j++) o[j] = b[p * b_rs + j * b_cs];
		for (int j = n; j < GEMM_COLUMNS; j++) o[j] = 0;
	}
}

void
KERN(pack)(int k, int n, const float *b, ptrdiff_t b_rs, ptrdiff_t b_cs, int panel, float *out)
{
	const int j = panel * GEMM_COLUMNS, columns = n - j < GEMM_COLUMNS ? n - j : GEMM_COLUMNS;
	gemm_pack_panel(k, columns, b + j * b_cs, b_rs, b_cs, out + (ptrdiff_t)j * k);
}

int
KERN(pack_panels)(int n)
{
	return (n + GEMM_COLUMNS - 1) / GEMM_COLUMNS;
}

/*
 * Rows of b closer than this are read where they lie: packing them gains nothing for few rows of a.
 */
static bool
gemm_read_in_place(const struct product *p, int columns)
{
	return p->b_cs == 1 && columns % VL == 0 && (p->m <= 24 || p->b_rs <= 2 * MATMUL_PANEL);
}

void
KERN(product)(const struct product *p, void *pack)
{
	int k0 = 0;
	do {
		const int depth = p->k - k0 < MATMUL_DEPTH ? p->k - k0 : MATMUL_DEPTH;
		struct micro t = { .k = depth, .rs = p->a_rs, .cs = p->a_cs, .c_rs = p->c_rs };
		for (int j = 0; j < p->n; j += GEMM_COLUMNS) {
			const int columns = p->n - j < GEMM_COLUMNS ? p->n - j : GEMM_COLUMNS;
			t.a = p->a + k0 * p->a_cs;
			t.c = p->c + j;
			t.init = k0 ? t.c : p->init ? p->init + j : NULL;
			t.init_rs = k0 ? p->c_rs : p->init_rs;
			t.bs = GEMM_COLUMNS;
			if (p->packed) {
				t.b = p->packed + (ptrdiff_t)j * p->k + (ptrdiff_t)k0 * GEMM_COLUMNS;
			} else if (gemm_read_in_place(p, columns)) {
				t.b = p->b + k0 * p->b_rs + j;
				t.bs = p->b_rs;
			} else {
				gemm_pack_panel(depth, columns, p->b + k0 * p->b_rs + j * p->b_cs, p->b_rs, p->b_cs,
					pack);
				t.b = pack;
			}
			const int vectors = columns > VL ? 2 : 1;
			t.lanes = columns - (vectors - 1) * VL;
			gemm_rows(t, p->m, vectors);
		}
		k0 += depth;
	} while (k0 < p->k);
}

void
KERN(transpose)(int rows, int columns, const float *x, ptrdiff_t x_rs, float *y, ptrdiff_t y_rs,
	bool add)
{
	const int r4 = add ? 0 : rows & ~3, c4 = add ? 0 : columns & ~3;
	for (int i = 0; i < r4; i += 4)
		for (int j = 0; j < c4; j += 4)
			transpose_4x4(x + i * x_rs + j, x_rs, y + j * y_rs + i, y_rs);
	for (int j = 0; j < columns; j++)
		for (int i = j < c4 ? r4 : 0; i < rows; i++)
			y[j * y_rs + i] = add ? y[j * y_rs + i] + x[i * x_rs + j] : x[i * x_rs + j];
}

void
KERN(column_sums)(size_t rows, int columns, const float *x, ptrdiff_t x_rs, float *out)
{
	for (int j = 0; j < columns; j += VL) {
		const int lanes = columns - j < VL ? columns - j : VL;
		vf s = vf_set(0);
		const float *at = x + j;
		for (size_t r = 0; r < rows; r++, at += x_rs) s += micro_load(at, lanes);
		micro_store(out + j, lanes, s);
	}
}
