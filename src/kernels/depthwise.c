/*
 * Depthwise convolution: one filter (or m of them) a channel. x [n,h,w,c], w [kh,kw,c,m], y
 * [n,oh,ow,c*m].
 *
 * Every output adds its bias first, then the taps in row-major order, one fused multiply-add each.
 * With m 1, a row is walked for one vector of channels at a time: filters of 3x3 as depthwise3.h
 * says, others 3 or 5 wide without dilation across by four outputs together; anything else goes tap
 * by tap through memory. Backward to the data with stride 1 and m 1 is the forward of the turned
 * filter; with stride 2 a 3x3 filter gathers. Weight gradients: shard s of the
 * images has its own sums in scratch; shards are added in a fixed tree.
 */
#include "kernels/depthwise3.h"
#include "kernels/kernel_set.h"

struct depthwise_job {
	struct kern_depthwise s;
	size_t rows, per;
	const float *x, *w, *b;	/* backward: x is dy */
	float *y;
	bool add;
};

struct depthwise_span { int first, last; };

/* The taps of an axis that fall on cells when the first one falls on cell `at`. */
static struct depthwise_span
depthwise_taps(int at, int taps, int dilation, int cells)
{
	struct depthwise_span s = { 0, taps };
	while (s.first < taps && at + s.first * dilation < 0) s.first++;
	while (s.last > s.first && at + (s.last - 1) * dilation >= cells) s.last--;
	return s;
}

/* ---- forward, a vector of channels along a row ---- */

struct depthwise_row {
	const float *x, *w;	/* of the image and of the filter, at this vector of channels */
	size_t c, line;			/* floats from cell to cell and from row to row */
	int y, dh;				/* row of the first tap */
	struct depthwise_span u;
	vf bias;
	int n;
};

KERN_INLINE vf
depthwise_one(const struct depthwise_row *r, int kw, int x, struct depthwise_span v)
{
	vf a = r->bias;
	for (int u = r->u.first; u < r->u.last; u++) {
		const float *in = r->x + (ptrdiff_t)(r->y + u * r->dh) * (ptrdiff_t)r->line +
			(ptrdiff_t)x * (ptrdiff_t)r->c;
		const float *w = r->w + (size_t)(u * kw) * r->c;
		for (int k = v.first; k < v.last; k++) {
			const size_t at = (size_t)k * r->c;
			a = vf_fma(lane_load(in + at, r->n), lane_load(w + at, r->n), a);
		}
	}
	return a;
}

struct depthwise_four { vf a, b, c, d; };

/* Four neighbouring outputs, sw cells apart, whose taps all fall on cells across. */
KERN_INLINE struct depthwise_four
depthwise_quad(const struct depthwise_row *r, int kw, int sw, int x)
{
	vf a0 = r->bias, a1 = a0, a2 = a0, a3 = a0;
	const size_t c = r->c, step = (size_t)sw * c;
	for (int u = r->u.first; u < r->u.last; u++) {
		const float *in = r->x + (size_t)(r->y + u * r->dh) * r->line + (size_t)x * c;
		const float *w = r->w + (size_t)(u * kw) * c;
		for (int k = 0; k < kw; k++, in += c, w += c) {
			const vf f = lane_load(w, r->n);
			a0 = vf_fma(lane_load(in, r->n), f, a0);
			a1 = vf_fma(lane_load(in + step, r->n), f, a1);
			a2 = vf_fma(lane_load(in + 2 * step, r->n), f, a2);
			a3 = vf_fma(lane_load(in + 3 * step, r->n), f, a3);
		}
	}
	return (struct depthwise_four){ a0, a1, a2, a3 };
}

/* Output row at y for the n channels of r: edges one by one, the inside by fours. */
KERN_INLINE void
depthwise_walk(const struct depthwise_job *j, struct depthwise_row r, int kw, int sw, float *y,
	int n)
{
	const struct kern_depthwise *s = &j->s;
	r.n = n;
	for (int ox = 0; ox < s->ow;) {
		const int x = ox * sw - s->pl;
		float *out = y + (size_t)ox * r.c;
		if (x >= 0 && ox + 4 <= s->ow && x + 3 * sw + kw <= s->w) {
			const struct depthwise_four q = depthwise_quad(&r, kw, sw, x);
			lane_put(out, n, q.a, j->add);
			lane_put(out + r.c, n, q.b, j->add);
			lane_put(out + 2 * r.c, n, q.c, j->add);
			lane_put(out + 3 * r.c, n, q.d, j->add);
			ox += 4;
		} else {
			lane_put(out, n, depthwise_one(&r, kw, x, depthwise_taps(x, kw, 1, s->w)), j->add);
			ox++;
		}
	}
}

KERN_INLINE void
depthwise_fast_row(const struct depthwise_job *j, size_t row, int kw, int sw)
{
	const struct kern_depthwise *s = &j->s;
	const size_t image = row / (size_t)s->oh, c = (size_t)s->c;
	struct depthwise_row r = { .c = c, .line = (size_t)s->w * c, .dh = s->dh };
	r.y = (int)(row % (size_t)s->oh) * s->sh - s->pt;
	r.u = depthwise_taps(r.y, s->kh, s->dh, s->h);
	float *y = j->y + row * (size_t)s->ow * c;
	for (int k = 0; k < s->c; k += VL) {
		const int n = loop_lanes(s->c - k);
		r.x = j->x + image * (size_t)s->h * r.line + k;
		r.w = j->w + k;
		r.bias = vf_set(0.0f);
		if (j->b) r.bias = lane_load(j->b + k, n);
		if (n == VL) depthwise_walk(j, r, kw, sw, y + k, VL);
		else depthwise_walk(j, r, kw, sw, y + k, n);
	}
}

/* ---- 3x3 ---- */

KERN_INLINE void
depthwise3_walk(const struct depthwise_job *j, const float *image, int y0, int k, int sw, float *y,
	int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const int w = s->w, ow = s->ow;
	const bool add = j->add;
	const struct depthwise3_lines l = depthwise3_lines(image, y0, s->h, (size_t)w * c, c);
	const struct depthwise3_nine f = depthwise3_load(j->w + k, c, n);
	vf bias = vf_set(0.0f);
	if (j->b) bias = lane_load(j->b + k, n);
	int x = -s->pl;
	struct depthwise3_column p = depthwise3_column(&l, x, w, n);
	struct depthwise3_column q = depthwise3_column(&l, x + 1, w, n);
	struct depthwise3_column r = depthwise3_column(&l, x + 2, w, n);
	for (int ox = 0; ox < ow; ox++, y += c) {
		if (ox > 0) depthwise3_next(&l, x, w, sw, n, &p, &q, &r);
		lane_put(y, n, depthwise3_taps(&f, bias, &p, &q, &r), add);
		x += sw;
	}
}

KERN_INLINE void
depthwise3_row(const struct depthwise_job *j, size_t row, int sw)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const int y0 = (int)(row % (size_t)s->oh) * sw - s->pt;
	const float *image = j->x + row / (size_t)s->oh * (size_t)s->h * (size_t)s->w * c;
	float *y = j->y + row * (size_t)s->ow * c;
	int k = 0;
	for (; k + VL <= s->c; k += VL) depthwise3_walk(j, image + k, y0, k, sw, y + k, VL);
	if (k < s->c) depthwise3_walk(j, image + k, y0, k, sw, y + k, s->c - k);
}

/*
 * One row of dx with stride 2, from the one or two rows of dy that it went to: a through weights
 * wa (a filter's row), b, the row above, through wb. Cells 2i - pl went to output i through the
 * first tap and to i - 1 through the last, cells 2i + 1 - pl to output i through the middle one.
 */
KERN_INLINE void
depthwise3_spread(const struct depthwise_job *j, const struct depthwise3_line *a, const float *wa,
	const struct depthwise3_line *b, const float *wb, float *dx, int n, bool two)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const vf zero = vf_set(0.0f), a0 = lane_load(wa, n), a1 = lane_load(wa + c, n);
	const vf a2 = lane_load(wa + 2 * c, n), b0 = lane_load(wb, n), b1 = lane_load(wb + c, n);
	const vf b2 = lane_load(wb + 2 * c, n);
	vf before_a = zero, before_b = zero;
	for (int i = 0, x = -s->pl; x < s->w; i++, x += 2) {
		const vf now_a = depthwise3_cell(a, i, s->ow, n);
		const vf now_b = two ? depthwise3_cell(b, i, s->ow, n) : zero;
		vf even = vf_fma(before_a, a2, vf_fma(now_a, a0, zero)), odd = vf_fma(now_a, a1, zero);
		if (two) {
			even = vf_fma(before_b, b2, vf_fma(now_b, b0, even));
			odd = vf_fma(now_b, b1, odd);
		}
		if (x >= 0) lane_put(dx + (size_t)x * c, n, even, j->add);
		if (x + 1 >= 0 && x + 1 < s->w) lane_put(dx + (size_t)(x + 1) * c, n, odd, j->add);
		before_a = now_a;
		before_b = now_b;
	}
}

KERN_INLINE void
depthwise3_spread_lanes(const struct depthwise_job *j, const float *image, int at, int k, float *dx,
	int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c, line = (size_t)s->ow * c;
	const struct depthwise3_line a = depthwise3_line(image, at / 2, s->oh, line, c);
	const struct depthwise3_line b = depthwise3_line(image, at / 2 - 1, s->oh, line, c);
	const float *w = j->w + k;
	if (at % 2) depthwise3_spread(j, &a, w + 3 * c, &b, w, dx, n, false);
	else depthwise3_spread(j, &a, w, &b, w + 6 * c, dx, n, true);
}

static void
depthwise3_back_row(const struct depthwise_job *j, size_t row)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const int at = (int)(row % (size_t)s->h) + s->pt;
	const float *image = j->x + row / (size_t)s->h * (size_t)s->oh * (size_t)s->ow * c;
	float *dx = j->y + row * (size_t)s->w * c;
	int k = 0;
	for (; k + VL <= s->c; k += VL) depthwise3_spread_lanes(j, image + k, at, k, dx + k, VL);
	if (k < s->c) depthwise3_spread_lanes(j, image + k, at, k, dx + k, s->c - k);
}

/* ---- forward, tap by tap ---- */

static void
depthwise_tap(const struct kern_depthwise *s, const float *x, const float *w, float *y)
{
	const int channels = s->c * s->m;
	for (int o = 0; o < channels; o += VL) {
		const int n = loop_lanes(channels - o);
		const vf v = lane_spread(x, o, s->m, n);
		lane_store(y + o, n, vf_fma(v, lane_load(w + o, n), lane_load(y + o, n)));
	}
}

static void
depthwise_any_row(const struct depthwise_job *j, size_t row)
{
	const struct kern_depthwise *s = &j->s;
	const size_t image = row / (size_t)s->oh, out = (size_t)s->c * s->m;
	const int y0 = (int)(row % (size_t)s->oh) * s->sh - s->pt;
	const struct depthwise_span us = depthwise_taps(y0, s->kh, s->dh, s->h);
	for (int ox = 0; ox < s->ow; ox++) {
		float *y = j->y + (row * s->ow + ox) * out;
		if (j->b) memcpy(y, j->b, out * sizeof *y);
		else if (!j->add) memset(y, 0, out * sizeof *y);
		const int x0 = ox * s->sw - s->pl;
		const struct depthwise_span vs = depthwise_taps(x0, s->kw, s->dw, s->w);
		for (int u = us.first; u < us.last; u++)
			for (int v = vs.first; v < vs.last; v++) {
				const size_t cell = (image * s->h + (y0 + u * s->dh)) * s->w + (x0 + v * s->dw);
				depthwise_tap(s, j->x + cell * s->c, j->w + (size_t)(u * s->kw + v) * out, y);
			}
	}
}

static bool
depthwise_is_fast(const struct kern_depthwise *s)
{
	return s->m == 1 && s->dw == 1 && (s->kw == 3 || s->kw == 5) && (s->sw == 1 || s->sw == 2);
}

static void
depthwise_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct depthwise_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	const bool fast = depthwise_is_fast(&j->s), wide = j->s.kw == 5, two = j->s.sw == 2;
	const bool square = depthwise3_fits(&j->s);
	for (size_t i = r.first; i < r.last; i++)
		if (square && !two) depthwise3_row(j, i, 1);
		else if (square) depthwise3_row(j, i, 2);
		else if (!fast) depthwise_any_row(j, i);
		else if (!wide && !two) depthwise_fast_row(j, i, 3, 1);
		else if (!wide) depthwise_fast_row(j, i, 3, 2);
		else if (!two) depthwise_fast_row(j, i, 5, 1);
		else depthwise_fast_row(j, i, 5, 2);
}

static void
depthwise_run(struct depthwise_job *j)
{
	j->rows = (size_t)j->s.n * j->s.oh;
	j->per = loop_rows((size_t)j->s.ow * j->s.c * j->s.m);
	parallel_for(loop_blocks(j->rows, j->per), depthwise_forward_block, j);
}

void
KERN(depthwise_forward)(const struct kern_depthwise *c, const float *x, const float *w,
	const float *b, float *y, void *scratch)
{
	(void)scratch;
	struct depthwise_job j = { .s = *c, .x = x, .w = w, .b = b, .y = y };
	depthwise_run(&j);
}

/* ---- backward to the data ---- */

/* dx of one cell: filter tap (u,v) brought it to output (y,x). */
static void
depthwise_back_tap(const struct kern_depthwise *s, const float *dy, const float *w, float *dx)
{
	for (int k = 0; k < s->c; k += VL) {
		const int n = loop_lanes(s->c - k);
		vf a = lane_load(dx + k, n);
		for (int i = 0; i < s->m; i++) {
			float d[VL] = { 0 }, f[VL] = { 0 };
			if (s->m == 1) {
				a = vf_fma(lane_load(dy + k, n), lane_load(w + k, n), a);
				continue;
			}
			for (int l = 0; l < n; l++) {
				d[l] = dy[(k + l) * s->m + i];
				f[l] = w[(k + l) * s->m + i];
			}
			a = vf_fma(vf_load(d), vf_load(f), a);
		}
		lane_store(dx + k, n, a);
	}
}

/* The output that reads cell `i` through tap t, or -1. */
static int
depthwise_reader(int i, int t, int dilation, int stride, int pad, int outputs)
{
	const int at = i + pad - t * dilation;
	return at < 0 || at % stride || at / stride >= outputs ? -1 : at / stride;
}

static void
depthwise_back_row(const struct depthwise_job *j, size_t row)
{
	const struct kern_depthwise *s = &j->s;
	const size_t image = row / (size_t)s->h, out = (size_t)s->c * s->m;
	const int iy = (int)(row % (size_t)s->h);
	float *dx = j->y + row * s->w * s->c;
	if (!j->add) memset(dx, 0, (size_t)s->w * s->c * sizeof *dx);
	for (int u = 0; u < s->kh; u++) {
		const int oy = depthwise_reader(iy, u, s->dh, s->sh, s->pt, s->oh);
		if (oy < 0) continue;
		for (int ix = 0; ix < s->w; ix++)
			for (int v = 0; v < s->kw; v++) {
				const int ox = depthwise_reader(ix, v, s->dw, s->sw, s->pl, s->ow);
				if (ox < 0) continue;
				const float *dy = j->x + ((image * s->oh + oy) * s->ow + ox) * out;
				const float *w = j->w + (size_t)(u * s->kw + v) * out;
				depthwise_back_tap(s, dy, w, dx + (size_t)ix * s->c);
			}
	}
}

static void
depthwise_back_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct depthwise_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	const bool square = depthwise3_fits(&j->s);
	for (size_t i = r.first; i < r.last; i++)
		if (square) depthwise3_back_row(j, i);
		else depthwise_back_row(j, i);
}

void
KERN(depthwise_backward_data)(const struct kern_depthwise *c, const float *dy, const float *w,
	float *dx, bool add, void *scratch)
{
	struct depthwise_job j = { .s = *c, .x = dy, .w = w, .y = dx, .add = add };
	if (c->m != 1 || c->sh != 1 || c->sw != 1) {
		j.rows = (size_t)c->n * c->h;
		j.per = loop_rows((size_t)c->w * c->c);
		parallel_for(loop_blocks(j.rows, j.per), depthwise_back_block, &j);
		return;
	}
	float *turned = scratch;
	const int taps = c->kh * c->kw;
	for (int t = 0; t < taps; t++)
		memcpy(turned + (size_t)t * c->c, w + (size_t)(taps - 1 - t) * c->c, c->c * sizeof *w);
	j.w = turned;
	j.s.h = c->oh;
	j.s.w = c->ow;
	j.s.oh = c->h;
	j.s.ow = c->w;
	j.s.pt = (c->kh - 1) * c->dh - c->pt;
	j.s.pl = (c->kw - 1) * c->dw - c->pl;
	depthwise_run(&j);
}
