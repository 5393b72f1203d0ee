/*
 * 3x3 convolution, bias, relu and 2x2 max pooling in one pass: two output rows by four pixels (two
 * where registers are few) by two vectors of channels are accumulated in registers and pooled
 * there, so that the full-size activation is never stored.
 */
#include "kernels/conv3x3.h"
#include "kernels/micro.h"

struct pool_tile {
	int span;			/* 3*cin: the terms of one kernel row */
	const float *x;		/* strip: first window of the upper row */
	ptrdiff_t row, pixel;	/* strides of the strip */
	const float *w;		/* packed panel, row stride 2*VL */
	const float *bias;	/* or NULL */
	float *y;
	uint8_t *which;
	ptrdiff_t out;		/* stride of pooled pixels */
	int lanes;			/* of the last vector */
};

/* The first largest of four, row-major, and which it was; 0 and 4 where it is not above 0. */
KERN_INLINE void
pool_four(vf a, vf b, vf c, vf d, float *y, uint8_t *which, int lanes)
{
	const vm right = vf_gt(b, a), right_below = vf_gt(d, c);
	const vf upper = vf_select(right, b, a), lower = vf_select(right_below, d, c);
	const vm below = vf_gt(lower, upper);
	const vf most = vf_select(below, lower, upper);
	const vm dead = vf_le(most, vf_set(0));
	const vi at = vi_select(below, vi_select(right_below, vi_set(3), vi_set(2)),
		vi_select(right, vi_set(1), vi_set(0)));
	const vf value = vf_select(dead, vf_set(0), most);
	const vi index = vi_select(dead, vi_set(4), at);
	micro_store(y, lanes, value);
	if (lanes == VL) vi_store_u8(which, index);
	else vi_store_u8_n(which, lanes, index);
}

/* X(accumulator, pointer, offset): PX pixels of the upper row, then of the lower. */
#define POOL_ROWS_2(X) X(0, a0, 0) X(1, a0, rs) X(2, a4, 0) X(3, a4, rs)
#define POOL_ROWS_4(X) MICRO_ROWS_8(X)
#define POOL_OUT1(q, h, i, j, k)                                                                   \
	pool_four(c##h##_0, c##i##_0, c##j##_0, c##k##_0, t->y + (q) * t->out,                         \
		t->which + (q) * t->out, t->lanes);
#define POOL_OUT2(q, h, i, j, k)                                                                   \
	pool_four(c##h##_0, c##i##_0, c##j##_0, c##k##_0, t->y + (q) * t->out,                         \
		t->which + (q) * t->out, VL);                                                              \
	pool_four(c##h##_1, c##i##_1, c##j##_1, c##k##_1, t->y + (q) * t->out + VL,                    \
		t->which + (q) * t->out + VL, t->lanes);
#define POOL_ALL_2(NV) POOL_OUT##NV(0, 0, 1, 2, 3)
#define POOL_ALL_4(NV) POOL_OUT##NV(0, 0, 1, 4, 5) POOL_OUT##NV(1, 2, 3, 6, 7)

#define POOL_KERNEL(PX, NV)                                                                        \
	static void pool_##PX##x##NV(const struct pool_tile *t)                                        \
	{                                                                                              \
		const ptrdiff_t rs = t->pixel, init_rs = 0;                                                \
		const float *x = t->x, *b = t->w, *init = t->bias;                                         \
		const int lanes = t->lanes;                                                                \
		const vf zero = vf_set(0);                                                                 \
		POOL_ROWS_##PX(MICRO_ZERO##NV)                                                             \
		if (init) {                                                                                \
			POOL_ROWS_##PX(MICRO_INIT##NV)                                                         \
		}                                                                                          \
		for (int r = 0; r < 3; r++, x += t->row) {                                                 \
			const float *a0 = x, *a4 = x + t->row;                                                 \
			for (int k = t->span; k > 0; k--) {                                                    \
				MICRO_B##NV                                                                        \
				POOL_ROWS_##PX(MICRO_STEP##NV)                                                     \
				b += 2 * VL;                                                                       \
				a0++;                                                                              \
				a4++;                                                                              \
			}                                                                                      \
		}                                                                                          \
		POOL_ALL_##PX(NV)                                                                          \
	}

POOL_KERNEL(2, 1)
POOL_KERNEL(2, 2)
POOL_KERNEL(4, 1)
#if VL == 16
POOL_KERNEL(4, 2)
#endif

struct pool_forward {
	const struct kern_conv_pool *c;
	const float *x, *w, *b;
	float *y;
	uint8_t *which;
	int rows, bands;
	float *packed;
	char *threads;
};

/*
 * Rows 2*top - 1 on of an image into a strip, `channels` a pixel, zeros around and behind. Where h
 * or w is odd the row or column that the pooling drops is still a neighbour.
 */
void
KERN(pool_strip)(const struct kern_conv_pool *c, const float *image, int top, int rows,
	int channels, float *strip)
{
	const int width = c->w / 2 * 2 + 2, inside = c->w < width - 1 ? c->w : width - 1;
	const size_t row_floats = (size_t)width * channels;
	for (int r = 0; r < 2 * rows + 2; r++, strip += row_floats) {
		const int y = 2 * top - 1 + r;
		if (y < 0 || y >= c->h) {
			memset(strip, 0, row_floats * sizeof *strip);
			continue;
		}
		const float *from = image + (size_t)y * c->w * c->cin;
		memset(strip, 0, (size_t)channels * sizeof *strip);
		if (channels == c->cin) {
			memcpy(strip + channels, from, (size_t)inside * channels * sizeof *strip);
		} else {
			memset(strip + channels, 0, (size_t)inside * channels * sizeof *strip);
			for (int x = 0; x < inside; x++)
				memcpy(strip + (size_t)(x + 1) * channels, from + (size_t)x * c->cin,
					(size_t)c->cin * sizeof *strip);
		}
		memset(strip + (size_t)(inside + 1) * channels, 0,
			(size_t)(width - 1 - inside) * channels * sizeof *strip);
	}
}

/* All pooled pixels of a strip, for one panel of output channels. */
static void
pool_forward_panel(struct pool_tile t, const float *strip, int rows, int width, int vectors)
{
	float *y = t.y;
	uint8_t *which = t.which;
	for (int py = 0; py < rows; py++)
		for (int px = 0; px < width;) {
			const ptrdiff_t out = ((ptrdiff_t)py * width + px) * t.out;
			t.x = strip + 2 * py * t.row + 2 * px * t.pixel;
			t.y = y + out;
			t.which = which + out;
			if (vectors == 1 && width - px >= 2) {
				pool_4x1(&t);
				px += 2;
			} else if (vectors == 1) {
				pool_2x1(&t);
				px++;
#if VL == 16
			} else if (width - px >= 2) {
				pool_4x2(&t);
				px += 2;
#endif
			} else {
				pool_2x2(&t);
				px++;
			}
		}
}

static void
pool_forward_tile(void *ctx, int i, int thread)
{
	const struct pool_forward *f = ctx;
	const struct kern_conv_pool *c = f->c;
	const int image = i / f->bands, top = i % f->bands * f->rows, width = c->w / 2;
	const int rows = c->h / 2 - top < f->rows ? c->h / 2 - top : f->rows;
	float *strip = (float *)(f->threads + thread * pool_forward_thread_bytes(c));
	KERN(pool_strip)(c, f->x + (size_t)image * c->h * c->w * c->cin, top, rows, c->cin, strip);
	const size_t out = ((size_t)image * (c->h / 2) + top) * width * c->cout;
	for (int k = 0; k < c->cout; k += 2 * VL) {
		const int columns = c->cout - k < 2 * VL ? c->cout - k : 2 * VL;
		const int vectors = columns > VL ? 2 : 1;
		const struct pool_tile t = { .span = 3 * c->cin, .row = (ptrdiff_t)(2 * width + 2) * c->cin,
			.pixel = c->cin, .w = f->packed + (size_t)k * 9 * c->cin,
			.bias = f->b ? f->b + k : NULL,
			.y = f->y + out + k, .which = f->which + out + k, .out = c->cout,
			.lanes = columns - (vectors - 1) * VL };
		pool_forward_panel(t, strip, rows, width, vectors);
	}
}

static void
pool_pack_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct pool_forward *f = ctx;
	KERN(pack)(9 * f->c->cin, f->c->cout, f->w, f->c->cout, 1, i, f->packed);
}

void
KERN(conv_pool_forward)(const struct kern_conv_pool *c, const float *x, const float *w,
	const float *b, float *y, uint8_t *which, void *scratch)
{
	if (c->h < 2 || c->w < 2) return;
	struct pool_forward f = { .c = c, .x = x, .w = w, .b = b, .y = y, .which = which,
		.rows = pool_forward_rows(c), .packed = scratch,
		.threads = (char *)scratch + pool_packed_bytes(c) };
	f.bands = (c->h / 2 + f.rows - 1) / f.rows;
	parallel_for(KERN(pack_panels)(c->cout), pool_pack_tile, &f);
	parallel_for(c->n * f.bands, pool_forward_tile, &f);
}
