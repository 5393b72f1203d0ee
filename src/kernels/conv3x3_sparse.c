/*
 * One band of the backward of the fused 3x3 convolution, relu and pooling, done sparsely: of the
 * four positions of a pooling window one has a gradient, and none where relu let nothing through.
 *
 * Order of the terms of every sum, whatever the vectors: pooled pixels row-major; for an element of
 * dx within a pixel the window's positions 0 to 3, and for each the output channels ascending.
 */
#include "kernels/conv3x3_grad.h"
#include "kernels/nine.h"
#include "kernels/transpose.h"

typedef int32_t any_bits __attribute__((may_alias));	/* floats and integers moved alike */

/*
 * One vector of outputs of a band, of which `lanes` are real: see pool_mask. Returns sum +
 * theirs.
 */
KERN_INLINE vf
pool_mask_vector(const struct pool_band *p, int k, int lanes, vf sum)
{
	const struct kern_conv_pool *c = p->c;
	const int width = c->w / 2, outputs = pool_round(c->cout);
	const vi one = vi_set(1), right = vi_set((int)p->column), below = vi_set((int)p->row);
	const vi dead_at = vi_set(pool_is_thin(c) ? 0 : -1);
	const float *dy = p->dy + k;
	const uint8_t *which = p->which + k;
	float *g = p->t.g + k;
	int32_t *at = p->t.at + k;
	for (int y = 0; y < p->rows; y++)
		for (int x = 0; x < width; x++) {
			const vi o = lanes == VL ? vi_load_u8(which) : vi_load_u8_n(which, lanes);
			vm alive = vi_lt(o, vi_set(4));
			if (lanes < VL) alive = vm_and(alive, vi_lt(vi_iota(), vi_set(lanes)));
			const vf alive_g = vf_select(alive, micro_load(dy, lanes), vf_set(0));
			const vi start = vi_set((int)(2 * y * p->row + 2 * x * p->column)) +
				(-(o & one) & right) + (-((o >> 1) & one) & below);
			sum += alive_g;
			vf_store(g, alive_g);
			vi_store(at, vi_select(alive, start, dead_at));
			dy += c->cout;
			which += c->cout;
			g += outputs;
			at += outputs;
		}
	return sum;
}

void
KERN(pool_mask)(const struct pool_band *p, int first, int last, float *sums)
{
	for (int k = first; k < last; k += VL) {
		const int lanes = p->c->cout - k < VL ? p->c->cout - k : VL;
		const vf sum = sums ? vf_load(sums + k) : vf_set(0);
		vf all;
		if (lanes == VL) all = pool_mask_vector(p, k, VL, sum);
		else all = pool_mask_vector(p, k, lanes > 0 ? lanes : 0, sum);
		if (sums) vf_store(sums + k, all);
	}
}

/* What is alive of one vector appended to a list (a whole vector is written). Returns how many. */
KERN_INLINE int
pool_append(vm alive, vf g, vi at, float *list_g, int32_t *list_at)
{
#if VL == 16
	vf_store(list_g, (vf)_mm512_maskz_compress_ps(alive, (__m512)g));
	vi_store(list_at, (vi)_mm512_maskz_compress_epi32(alive, (__m512i)at));
	return __builtin_popcount(alive);
#else
	int n = 0;
	for (int i = 0; i < VL; i++) {
		list_g[n] = g[i];
		list_at[n] = at[i];
		n -= alive[i];
	}
	return n;
#endif
}

/* 16 columns of [pixels] rows transposed: out[k*room + q] = x[q*stride + k]. */
static void
pool_turn(int pixels, const void *from, int stride, void *to, int room)
{
	const any_bits *x = from;
	any_bits *out = to;
	const int whole = pixels & ~3;
	for (int q = 0; q < whole; q += 4)
		for (int k = 0; k < POOL_WIDE; k += 4)
			transpose_4x4(x + (ptrdiff_t)q * stride + k, stride, out + (ptrdiff_t)k * room + q,
				room);
	for (int q = whole; q < pixels; q++)
		for (int k = 0; k < POOL_WIDE; k++)
			out[(ptrdiff_t)k * room + q] = x[(ptrdiff_t)q * stride + k];
}

/* The lists of 16 outputs: what is alive in their columns, pixels ascending. */
static void
pool_lists_by_output(const struct pool_band *p, int first)
{
	const struct kern_conv_pool *c = p->c;
	const struct pool_thread *t = &p->t;
	const int pixels = p->rows * (c->w / 2), outputs = pool_round(c->cout);
	const int room = pool_list_room(c);
	pool_turn(pixels, t->g + first, outputs, t->turned_g, room);
	pool_turn(pixels, t->at + first, outputs, t->turned_at, room);
	for (int k = 0; k < POOL_WIDE; k++) {
		const float *g = t->turned_g + (ptrdiff_t)k * room;
		const int32_t *at = t->turned_at + (ptrdiff_t)k * room;
		float *list_g = t->list_g + (ptrdiff_t)k * room;
		int32_t *list_at = t->list_at + (ptrdiff_t)k * room;
		int n = 0;
		for (int q = 0; q < pixels; q += VL) {
			const vi from = vi_load(at + q);
			vm alive = vi_ge(from, vi_set(0));
			if (pixels - q < VL) alive = vm_and(alive, vi_lt(vi_iota(), vi_set(pixels - q)));
			n += pool_append(alive, vf_load(g + q), from, list_g + n, list_at + n);
		}
		t->count[k] = n;
	}
}

KERN_INLINE void
pool_nine(const struct nine *t, int vectors)
{
#if VL == 16
	if (vectors == 2) {
		nine_2(t);
		return;
	}
#endif
	(void)vectors;
	nine_1(t);
}


void
KERN(pool_weights)(const struct pool_band *p, int first, int last, float *dw)
{
	const struct kern_conv_pool *c = p->c;
	const int channels = pool_channels(c), room = pool_list_room(c);
	for (int k = first; k < last; k += POOL_WIDE) {
		pool_lists_by_output(p, k);
		const int outputs = c->cout - k < POOL_WIDE ? c->cout - k : POOL_WIDE;
		for (int j = 0; j < channels;) {
			const int vectors = VL == 16 && channels - j >= 2 * VL ? 2 : 1;
			for (int i = 0; i < outputs; i++) {
				const struct nine t = { .n = p->t.count[i], .g = p->t.list_g + (ptrdiff_t)i * room,
					.at = p->t.list_at + (ptrdiff_t)i * room, .source = p->t.x + j,
					.source_row = p->row, .source_column = p->column,
					.sum = dw + (ptrdiff_t)(k + i) * 9 * channels + j, .sum_row = 3 * channels,
					.sum_column = channels };
				pool_nine(&t, vectors);
			}
			j += vectors * VL;
		}
	}
}

/* Each pixel's lists, one for each position in the window, the outputs ascending. */
static void
pool_lists_by_pixel(const struct pool_band *p)
{
	const struct kern_conv_pool *c = p->c;
	const struct pool_thread *t = &p->t;
	const int pixels = p->rows * (c->w / 2), outputs = pool_round(c->cout), room = pool_row_room(c);
	for (int q = 0; q < pixels; q++) {
		const uint8_t *which = p->which + (ptrdiff_t)q * c->cout;
		const float *g = t->g + (ptrdiff_t)q * outputs;
		int n = 0;
		for (int o = 0; o < 4; o++) {
			const int start = n;
			for (int k = 0; k < c->cout; k += VL) {
				const int lanes = c->cout - k < VL ? c->cout - k : VL;
				const vi position =
					lanes == VL ? vi_load_u8(which + k) : vi_load_u8_n(which + k, lanes);
				vm alive = vi_eq(position, vi_set(o));
				if (lanes < VL) alive = vm_and(alive, vi_lt(vi_iota(), vi_set(lanes)));
				const vi at = (vi_set(k) + vi_iota()) * vi_set(9 * 2 * VL);
				n += pool_append(alive, vf_load(g + k), at, t->list_g + (ptrdiff_t)q * room + n,
					t->list_at + (ptrdiff_t)q * room + n);
			}
			t->count[4 * q + o] = n - start;
		}
	}
}

/*
 * The band's terms of dx, added to the strip t->dx. turned: the kernel as pool_turn_kernel wrote
 * it.
 */
void
KERN(pool_data)(const struct pool_band *p, const float *turned)
{
	const struct kern_conv_pool *c = p->c;
	const int width = c->w / 2, channels = pool_channels(c), room = pool_row_room(c);
	const ptrdiff_t row = (ptrdiff_t)(2 * width + 2) * channels;
	pool_lists_by_pixel(p);
	for (int j = 0; j < c->cin; j += 2 * VL) {
		const int vectors = VL == 16 && channels - j >= 2 * VL ? 2 : 1;
		for (int v = 0; v < 2 && j + v * VL < c->cin; v += vectors)
			for (int q = 0; q < p->rows * width; q++) {
				struct nine t = { .g = p->t.list_g + (ptrdiff_t)q * room,
					.at = p->t.list_at + (ptrdiff_t)q * room,
					.source = turned + (ptrdiff_t)j * 9 * c->cout + v * VL,
					.source_row = 3 * 2 * VL, .source_column = 2 * VL, .sum_row = row,
					.sum_column = channels };
				float *sum = p->t.dx + q / width * 2 * row + q % width * 2 * channels + j + v * VL;
				for (int o = 0; o < 4; o++) {
					t.n = p->t.count[4 * q + o];
					t.sum = sum + (o >> 1) * row + (o & 1) * channels;
					pool_nine(&t, vectors);
					t.g += t.n;
					t.at += t.n;
				}
			}
	}
}

void
KERN(pool_turn_kernel)(const struct kern_conv_pool *c, const float *w, float *turned)
{
	enum { WIDTH = 2 * VL };
	for (int j = 0; j < c->cin; j += WIDTH) {
		const int channels = c->cin - j < WIDTH ? c->cin - j : WIDTH;
		float *block = turned + (ptrdiff_t)j * 9 * c->cout;
		if (channels < WIDTH) memset(block, 0, (size_t)9 * WIDTH * c->cout * sizeof *block);
		for (int t = 0; t < 9; t++)
			KERN(transpose)(channels, c->cout, w + ((ptrdiff_t)t * c->cin + j) * c->cout, c->cout,
				block + t * WIDTH, 9 * WIDTH, false);
	}
}

/*
 * Thin: four outputs at once over all pixels, the dead ones with a gradient of zero. A vector holds
 * one row of a window.
 */
struct thin {
	int pixels;
	const float *g; const int32_t *at;	/* of the first output */
	ptrdiff_t outputs;	/* to the next pixel */
	const float *x; ptrdiff_t row;
	float *sum;			/* of the first output */
	ptrdiff_t kernel, kernel_row;	/* to the next output, to the next row */
};

#define THIN_OUTPUTS(X) X(0) X(1) X(2) X(3)
#define THIN_LOAD(i)                                                                               \
	vf c##i##_0 = vf_load(t->sum + (i) * t->kernel),                                               \
		c##i##_1 = vf_load(t->sum + (i) * t->kernel + t->kernel_row),                              \
		c##i##_2 = vf_load(t->sum + (i) * t->kernel + 2 * t->kernel_row);
#define THIN_STEP(i)                                                                               \
	{                                                                                              \
		const vf s = vf_set(g[i]);                                                                 \
		const float *x = t->x + at[i];                                                             \
		c##i##_0 = vf_fma(s, vf_load(x), c##i##_0);                                                \
		c##i##_1 = vf_fma(s, vf_load(x + row), c##i##_1);                                          \
		c##i##_2 = vf_fma(s, vf_load(x + 2 * row), c##i##_2);                                      \
	}
#define THIN_SAVE(i)                                                                               \
	vf_store(t->sum + (i) * t->kernel, c##i##_0);                                                  \
	vf_store(t->sum + (i) * t->kernel + t->kernel_row, c##i##_1);                                  \
	vf_store(t->sum + (i) * t->kernel + 2 * t->kernel_row, c##i##_2);

static void
thin_kernel(const struct thin *t)
{
	const float *g = t->g;
	const int32_t *at = t->at;
	const ptrdiff_t row = t->row;
	THIN_OUTPUTS(THIN_LOAD)
	for (int q = t->pixels; q > 0; q--, g += t->outputs, at += t->outputs) {
		THIN_OUTPUTS(THIN_STEP)
	}
	THIN_OUTPUTS(THIN_SAVE)
}

void
KERN(pool_thin_weights)(const struct pool_band *p, int first, int last, float *dw)
{
	const struct kern_conv_pool *c = p->c;
	struct thin t = { .pixels = p->rows * (c->w / 2), .outputs = pool_round(c->cout),
		.row = p->row, .kernel = pool_kernel_floats(c), .kernel_row = pool_kernel_row(c) };
	for (int j = 0; j < 3 * c->cin; j += VL)
		for (int k = first; k < last; k += 4) {
			t.g = p->t.g + k;
			t.at = p->t.at + k;
			t.x = p->t.x + j;
			t.sum = dw + (ptrdiff_t)k * t.kernel + j;
			thin_kernel(&t);
		}
}
