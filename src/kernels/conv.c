/*
 * Convolution forward, and the gradient of its input: tiles of output pixels as rows of an im2col
 * matrix (1x1 without it) times the packed kernel. With stride 1 the gradient is the convolution of
 * dy with the flipped kernel; with larger strides each image gathers its columns back, output
 * pixels ascending.
 */
#include "kernels/conv.h"
#include "kernels/vector.h"

struct conv_job {
	const struct kern_conv *c;
	const float *x, *w, *b;
	ptrdiff_t w_rs, w_cs;	/* of the kernel as a matrix [depth,outputs] */
	float *y;
	bool add;
	int rows;			/* of a tile */
	long pixels;		/* of all images */
	char *packed;		/* conv_group_bytes a group, conv_scatter_group_bytes when scattering */
	char *threads;
};

KERN_INLINE void
conv_copy(float *to, const float *from, int n)
{
	int i = 0;
	for (; i + VL <= n; i += VL) vf_store(to + i, vf_load(from + i));
	if (i < n) vf_store_n(to + i, n - i, vf_load_n(from + i, n - i));
}

KERN_INLINE void
conv_clear(float *to, int n)
{
	int i = 0;
	for (; i + VL <= n; i += VL) vf_store(to + i, vf_set(0));
	if (i < n) vf_store_n(to + i, n - i, vf_set(0));
}

/* The terms of one output pixel whose window starts at row y, column x of an image. */
static void
conv_window(const struct kern_conv *c, const float *image, int channels, int y, int x, float *out)
{
	const bool whole = c->dw == 1 && channels == c->cin && x >= 0 && x + c->kw <= c->w;
	const int span = c->kw * channels;
	for (int r = 0; r < c->kh; r++, out += span) {
		const int iy = y + r * c->dh;
		if (iy < 0 || iy >= c->h) {
			conv_clear(out, span);
			continue;
		}
		const float *row = image + (ptrdiff_t)iy * c->w * c->cin;
		if (whole) {
			conv_copy(out, row + (ptrdiff_t)x * c->cin, span);
			continue;
		}
		for (int s = 0; s < c->kw; s++) {
			const int ix = x + s * c->dw;
			if (ix < 0 || ix >= c->w) conv_clear(out + s * channels, channels);
			else conv_copy(out + s * channels, row + (ptrdiff_t)ix * c->cin, channels);
		}
	}
}

void
KERN(im2col)(const struct kern_conv *c, const float *x, int channels, long first, long last,
	float *out, int stride)
{
	const int area = c->oh * c->ow;
	const size_t image = (size_t)c->h * c->w * c->cin;
	const float *from = x + first / area * image;
	int oy = (int)(first % area) / c->ow, ox = (int)(first % area) % c->ow;
	for (long p = first; p < last; p++, out += stride) {
		conv_window(c, from, channels, oy * c->sh - c->pt, ox * c->sw - c->pl, out);
		if (++ox < c->ow) continue;
		ox = 0;
		if (++oy < c->oh) continue;
		oy = 0;
		from += image;
	}
}

static void
conv_forward_tile(void *ctx, int i, int thread)
{
	const struct conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	const int depth = conv_depth(c), outputs = c->cout / c->groups;
	const long first = (long)i * j->rows;
	const long last = first + j->rows < j->pixels ? first + j->rows : j->pixels;
	float *tile = (float *)(j->threads + thread * conv_thread_bytes(c));
	for (int g = 0; g < c->groups; g++) {
		struct product p = { .m = (int)(last - first), .n = outputs, .k = depth, .a = tile,
			.a_rs = conv_tile_stride(depth), .a_cs = 1, .b = j->w + g * outputs * j->w_cs,
			.b_rs = j->w_rs, .b_cs = j->w_cs,
			.packed = (const float *)(j->packed + g * conv_group_bytes(c)),
			.c = j->y + first * c->cout + g * outputs, .c_rs = c->cout };
		if (j->add) p.init = p.c, p.init_rs = p.c_rs;
		else if (j->b) p.init = j->b + g * outputs;
		if (conv_is_pointwise(c)) {
			p.a = j->x + first * c->cin + g * depth;
			p.a_rs = c->cin;
		} else {
			const int inputs = c->cin / c->groups;
			KERN(im2col)(c, j->x + g * inputs, inputs, first, last, tile, (int)p.a_rs);
		}
		if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, NULL);
	}
}

static void
conv_pack_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	const int outputs = c->cout / c->groups, panels = KERN(pack_panels)(outputs), g = i / panels;
	KERN(pack)(conv_depth(c), outputs, j->w + g * outputs * j->w_cs, j->w_rs, j->w_cs, i % panels,
		(float *)(j->packed + g * conv_group_bytes(c)));
}

/* Rows of a tile: enough tiles to share out, each a multiple of the micro-kernel's rows. */
static int
conv_rows(const struct kern_conv *c, long pixels)
{
	const long share = (pixels + PARALLEL_SHARDS - 1) / PARALLEL_SHARDS;
	const long rows = (share + 11) / 12 * 12;
	const int most = conv_tile_rows(conv_depth(c));
	return rows < most ? (int)rows : most;
}

static void
conv_run(struct conv_job *j, char *scratch)
{
	const struct kern_conv *c = j->c;
	j->packed = scratch;
	j->threads = scratch + conv_group_bytes(c) * c->groups;
	j->pixels = conv_pixels(c);
	if (j->pixels == 0) return;
	j->rows = conv_rows(c, j->pixels);
	parallel_for(c->groups * KERN(pack_panels)(c->cout / c->groups), conv_pack_tile, j);
	parallel_for((int)((j->pixels + j->rows - 1) / j->rows), conv_forward_tile, j);
}

void
KERN(conv_forward)(const struct kern_conv *c, const float *x, const float *w, const float *b,
	float *y, void *scratch)
{
	if (conv_is_dense(c)) {
		const struct kern_dense s = conv_dense(c);
		KERN(dense_forward)(&s, x, w, b, y, scratch);
		return;
	}
	struct conv_job j = { .c = c, .x = x, .w = w, .w_rs = c->cout, .w_cs = 1, .b = b, .y = y };
	conv_run(&j, scratch);
}

/* out [kh,kw,cout/groups,cin] = w [kh,kw,cin/groups,cout], taps reversed, channels exchanged. */
static void
conv_flip(const struct kern_conv *c, const float *w, float *out)
{
	const int inputs = c->cin / c->groups, outputs = c->cout / c->groups, taps = c->kh * c->kw;
	for (int t = 0; t < taps; t++)
		for (int g = 0; g < c->groups; g++)
			KERN(transpose)(inputs, outputs, w + (ptrdiff_t)t * inputs * c->cout + g * outputs,
				c->cout, out + (ptrdiff_t)(taps - 1 - t) * outputs * c->cin + g * inputs, c->cin,
				false);
}

static void
conv_scatter_pack_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	const int depth = conv_depth(c), outputs = c->cout / c->groups;
	const int panels = KERN(pack_panels)(depth), g = i / panels;
	KERN(pack)(outputs, depth, j->w + g * outputs, 1, c->cout, i % panels,
		(float *)(j->packed + g * conv_scatter_group_bytes(c)));
}

/* Adds the terms of one output pixel to the inputs they came from: the reverse of conv_window. */
static void
conv_unwindow(const struct kern_conv *c, float *image, int channels, int y, int x, const float *in)
{
	for (int r = 0; r < c->kh; r++)
		for (int s = 0; s < c->kw; s++, in += channels) {
			const int iy = y + r * c->dh, ix = x + s * c->dw;
			if (iy < 0 || iy >= c->h || ix < 0 || ix >= c->w) continue;
			float *to = image + ((ptrdiff_t)iy * c->w + ix) * c->cin;
			int k = 0;
			for (; k + VL <= channels; k += VL) vf_store(to + k, vf_load(to + k) + vf_load(in + k));
			for (; k < channels; k++) to[k] += in[k];
		}
}

/* One image of dx: x is dy here, y is dx. */
static void
conv_scatter_tile(void *ctx, int i, int thread)
{
	const struct conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	const int depth = conv_depth(c), inputs = c->cin / c->groups, outputs = c->cout / c->groups;
	const int area = c->oh * c->ow, stride = conv_tile_stride(depth);
	float *tile = (float *)(j->threads + thread * conv_thread_bytes(c));
	float *dx = j->y + (size_t)i * c->h * c->w * c->cin;
	const float *dy = j->x + (size_t)i * area * c->cout;
	if (!j->add) memset(dx, 0, (size_t)c->h * c->w * c->cin * sizeof *dx);
	for (int g = 0; g < c->groups; g++)
		for (int first = 0; first < area; first += j->rows) {
			const int m = area - first < j->rows ? area - first : j->rows;
			const struct product p = { .m = m, .n = depth, .k = outputs,
				.a = dy + (ptrdiff_t)first * c->cout + g * outputs, .a_rs = c->cout, .a_cs = 1,
				.b = j->w + g * outputs, .b_rs = 1, .b_cs = c->cout,
				.packed = (const float *)(j->packed + g * conv_scatter_group_bytes(c)), .c = tile,
				.c_rs = stride };
			if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, NULL);
			for (int q = 0; q < m; q++)
				conv_unwindow(c, dx + g * inputs, inputs, (first + q) / c->ow * c->sh - c->pt,
					(first + q) % c->ow * c->sw - c->pl, tile + (ptrdiff_t)q * stride);
		}
}

void
KERN(conv_backward_data)(const struct kern_conv *c, const float *dy, const float *w, float *dx,
	bool add, void *scratch)
{
	if (conv_is_dense(c)) {
		const struct kern_dense s = conv_dense(c);
		KERN(dense_backward)(&s, NULL, (float *)w, dy, dx, add, NULL, NULL, NULL, scratch);
		return;
	}
	const struct kern_conv t = conv_transposed(c);
	struct conv_job back = { .c = &t, .x = dy, .w = scratch, .w_rs = c->cin, .w_cs = 1, .y = dx,
		.add = add };
	if (conv_is_pointwise(c) && c->groups == 1) {
		back.w = w;
		back.w_rs = 1;
		back.w_cs = c->cout;
		conv_run(&back, scratch);
		return;
	}
	if (conv_gathers(c)) {
		conv_flip(c, w, scratch);
		conv_run(&back, (char *)scratch + conv_kernel_bytes(c));
		return;
	}
	struct conv_job j = { .c = c, .x = dy, .w = w, .y = dx, .add = add, .packed = scratch,
		.rows = conv_tile_rows(conv_depth(c)),
		.threads = (char *)scratch + conv_scatter_group_bytes(c) * c->groups };
	parallel_for(c->groups * KERN(pack_panels)(conv_depth(c)), conv_scatter_pack_tile, &j);
	parallel_for(c->n, conv_scatter_tile, &j);
}
