/*
 * Gradients of a depthwise convolution's weights: dw [kh,kw,c,m], db [c*m].
 *
 * Shard s of the images has its own dw and db in scratch, then the 16 are added in a fixed tree.
 * Filters of 3x3 with m 1 sum strips of outputs in registers (depthwise3.h) before they join the
 * shard's sums, others 3 wide a row; anything else adds tap by tap. Few outputs are one shard, and
 * the channels of a 3x3 filter are cut.
 */
#include "kernels/depthwise3.h"
#include "kernels/kernel_set.h"

struct weights_job {
	struct kern_depthwise s;
	const float *x, *dy;
	float *sums;			/* [16][floats] */
	size_t floats;			/* of a shard: taps*c*m, then c*m of the bias */
	int shards;
	bool bias;				/* db is wanted */
};

/* dw of the three taps of filter row u, from output cells [first, last) of one row. */
struct weights_three { vf a, b, c; };

KERN_INLINE struct weights_three
weights_row3(const float *x, const float *dy, size_t c, size_t step, int outputs, int n)
{
	vf a = vf_set(0.0f), b = a, d = a;
	for (int i = 0; i < outputs; i++, x += step, dy += c) {
		const vf g = lane_load(dy, n);
		a = vf_fma(lane_load(x, n), g, a);
		b = vf_fma(lane_load(x + c, n), g, b);
		d = vf_fma(lane_load(x + 2 * c, n), g, d);
	}
	return (struct weights_three){ a, b, d };
}

KERN_INLINE void
weights_add(float *to, int n, vf v)
{
	lane_put(to, n, v, true);
}

/* Output cells near the edge, one by one: only the taps that fall on cells. */
KERN_INLINE void
weights_edge(const struct weights_job *j, const float *row, const float *dy, int ox, float *dw,
	int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const int x0 = ox * s->sw - s->pl;
	for (int v = 0; v < 3; v++) {
		if (x0 + v < 0 || x0 + v >= s->w) continue;
		const vf x = lane_load(row + (size_t)(x0 + v) * c, n);
		const vf g = lane_load(dy + (size_t)ox * c, n);
		float *to = dw + (size_t)v * c;
		lane_store(to, n, vf_fma(x, g, lane_load(to, n)));
	}
}

/* Filter row u from one output row dy and the input row it meets; dw at (u,0). */
KERN_INLINE void
weights_line(const struct weights_job *j, const float *row, const float *dy, float *dw, int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	int first = 0, last = s->ow;
	while (first < last && first * s->sw - s->pl < 0) first++;
	while (last > first && (last - 1) * s->sw - s->pl + 3 > s->w) last--;
	for (int ox = 0; ox < first; ox++) weights_edge(j, row, dy, ox, dw, n);
	for (int ox = last; ox < s->ow; ox++) weights_edge(j, row, dy, ox, dw, n);
	if (first == last) return;
	const float *x = row + (size_t)(first * s->sw - s->pl) * c;
	const struct weights_three t = weights_row3(x, dy + (size_t)first * c, c, (size_t)s->sw * c,
		last - first, n);
	weights_add(dw, n, t.a);
	weights_add(dw + c, n, t.b);
	weights_add(dw + 2 * c, n, t.c);
}

KERN_INLINE void
weights_bias(const struct kern_depthwise *s, const float *dy, float *db, int n)
{
	const size_t c = (size_t)s->c * s->m;
	vf sum = vf_set(0.0f);
	for (int ox = 0; ox < s->ow; ox++) sum += lane_load(dy + (size_t)ox * c, n);
	weights_add(db, n, sum);
}

/* One output row of one image, n channels from k on; filters 3 wide, m 1. */
KERN_INLINE void
weights_fast_lanes(const struct weights_job *j, int image, int oy, float *sums, int k, int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c;
	const float *dy = j->dy + ((size_t)image * s->oh + oy) * s->ow * c + k;
	for (int u = 0; u < s->kh; u++) {
		const int y = oy * s->sh - s->pt + u * s->dh;
		if (y < 0 || y >= s->h) continue;
		const float *row = j->x + ((size_t)image * s->h + y) * s->w * c + k;
		weights_line(j, row, dy, sums + (size_t)u * 3 * c + k, n);
	}
	weights_bias(s, dy, sums + (size_t)s->kh * 3 * c + k, n);
}

static void
weights_fast_row(const struct weights_job *j, int image, int oy, float *sums)
{
	int k = 0;
	for (; k + VL <= j->s.c; k += VL) weights_fast_lanes(j, image, oy, sums, k, VL);
	if (k < j->s.c) weights_fast_lanes(j, image, oy, sums, k, j->s.c - k);
}

/* ---- 3x3 ---- */

enum { WEIGHTS_STRIP = 128, WEIGHTS_FEW = 1024, WEIGHTS_COLUMNS = 64 };

/* Output rows [first, last) of the images, row r being row r%oh of image r/oh. */
KERN_INLINE void
weights3_strip(const struct weights_job *j, int first, int last, float *sums, int k, int sw, int n)
{
	const struct kern_depthwise *s = &j->s;
	const size_t c = (size_t)s->c, line = (size_t)s->w * c;
	const int w = s->w, ow = s->ow;
	const vf zero = vf_set(0.0f);
	struct depthwise3_nine t = { zero, zero, zero, zero, zero, zero, zero, zero, zero };
	const float *dy = j->dy + (size_t)first * ow * c + k;
	for (int i = first; i < last; i++) {
		const float *image = j->x + (size_t)(i / s->oh) * s->h * line + k;
		const struct depthwise3_lines l = depthwise3_lines(image, i % s->oh * sw - s->pt, s->h,
			line, c);
		int x = -s->pl;
		struct depthwise3_column p = depthwise3_column(&l, x, w, n);
		struct depthwise3_column q = depthwise3_column(&l, x + 1, w, n);
		struct depthwise3_column r = depthwise3_column(&l, x + 2, w, n);
		for (int ox = 0; ox < ow; ox++, dy += c) {
			if (ox > 0) depthwise3_next(&l, x, w, sw, n, &p, &q, &r);
			depthwise3_add(&t, lane_load(dy, n), &p, &q, &r);
			x += sw;
		}
	}
	const vf all[9] = { t.a0, t.a1, t.a2, t.b0, t.b1, t.b2, t.c0, t.c1, t.c2 };
	for (int i = 0; i < 9; i++) weights_add(sums + (size_t)i * c + k, n, all[i]);
}

KERN_INLINE void
weights3_lanes(const struct weights_job *j, struct loop_range rows, float *sums, int k, int n)
{
	const int strip = j->s.ow < WEIGHTS_STRIP ? WEIGHTS_STRIP / j->s.ow : 1;
	for (int first = (int)rows.first; first < (int)rows.last; first += strip) {
		const int last = (int)rows.last - first < strip ? (int)rows.last : first + strip;
		if (j->s.sw == 1) weights3_strip(j, first, last, sums, k, 1, n);
		else weights3_strip(j, first, last, sums, k, 2, n);
	}
	if (!j->bias) return;
	const size_t c = (size_t)j->s.c;
	for (size_t i = rows.first; i < rows.last; i++)
		weights_bias(&j->s, j->dy + i * (size_t)j->s.ow * c + k, sums + 9 * c + k, n);
}

/* Channels [first, last) of output rows; the sums are cleared first. */
static void
weights3_rows(const struct weights_job *j, struct loop_range rows, float *sums, int first,
	int last)
{
	for (int t = 0; t < 10; t++)
		memset(sums + (size_t)t * j->s.c + first, 0, (size_t)(last - first) * sizeof *sums);
	int k = first;
	for (; k + VL <= last; k += VL) weights3_lanes(j, rows, sums, k, VL);
	if (k < last) weights3_lanes(j, rows, sums, k, last - k);
}

static void
weights3_shard(void *ctx, int shard, int thread)
{
	(void)thread;
	const struct weights_job *j = ctx;
	const struct shard images = parallel_shard(j->s.n, shard);
	const struct loop_range rows = { (size_t)images.first * j->s.oh,
		(size_t)images.last * j->s.oh };
	weights3_rows(j, rows, j->sums + (size_t)shard * j->floats, 0, j->s.c);
}

static void
weights3_columns(void *ctx, int i, int thread)
{
	(void)thread;
	const struct weights_job *j = ctx;
	const int first = i * WEIGHTS_COLUMNS, left = j->s.c - first;
	weights3_rows(j, (struct loop_range){ 0, (size_t)j->s.n * j->s.oh }, j->sums, first,
		first + (left < WEIGHTS_COLUMNS ? left : WEIGHTS_COLUMNS));
}

/* dw of one tap from one output cell. */
static void
weights_tap(const struct kern_depthwise *s, const float *x, const float *dy, float *dw)
{
	const int channels = s->c * s->m;
	for (int o = 0; o < channels; o += VL) {
		const int n = loop_lanes(channels - o);
		const vf v = lane_spread(x, o, s->m, n);
		lane_store(dw + o, n, vf_fma(v, lane_load(dy + o, n), lane_load(dw + o, n)));
	}
}

static void
weights_any_row(const struct weights_job *j, int image, int oy, float *sums)
{
	const struct kern_depthwise *s = &j->s;
	const size_t out = (size_t)s->c * s->m;
	const float *dy = j->dy + ((size_t)image * s->oh + oy) * s->ow * out;
	for (int u = 0; u < s->kh; u++) {
		const int y = oy * s->sh - s->pt + u * s->dh;
		if (y < 0 || y >= s->h) continue;
		for (int v = 0; v < s->kw; v++)
			for (int ox = 0; ox < s->ow; ox++) {
				const int x = ox * s->sw - s->pl + v * s->dw;
				if (x < 0 || x >= s->w) continue;
				weights_tap(s, j->x + (((size_t)image * s->h + y) * s->w + x) * s->c,
					dy + (size_t)ox * out, sums + (size_t)(u * s->kw + v) * out);
			}
	}
	for (size_t o = 0; o < out; o += VL)
		weights_bias(s, dy + o, sums + (size_t)s->kh * s->kw * out + o, loop_lanes((int)(out - o)));
}

static void
weights_shard(void *ctx, int shard, int thread)
{
	(void)thread;
	const struct weights_job *j = ctx;
	const struct kern_depthwise *s = &j->s;
	const struct shard images = parallel_shard(s->n, shard);
	float *sums = j->sums + (size_t)shard * j->floats;
	memset(sums, 0, j->floats * sizeof *sums);
	const bool fast = s->m == 1 && s->kw == 3 && s->dw == 1;
	for (int i = images.first; i < images.last; i++)
		for (int oy = 0; oy < s->oh; oy++)
			if (fast) weights_fast_row(j, i, oy, sums);
			else weights_any_row(j, i, oy, sums);
}

/* Sum of the shards' float i on, n lanes, in a fixed tree. */
KERN_INLINE vf
weights_tree(const struct weights_job *j, size_t i, int n)
{
	vf t[PARALLEL_SHARDS];
	for (int s = 0; s < PARALLEL_SHARDS; s++)
		t[s] = lane_load(j->sums + (size_t)s * j->floats + i, n);
	for (int step = 1; step < PARALLEL_SHARDS; step *= 2)
		for (int s = 0; s < PARALLEL_SHARDS; s += 2 * step) t[s] += t[s + step];
	return t[0];
}

/* out [n] = the shards' sums from `first` on. */
static void
weights_total(const struct weights_job *j, size_t first, size_t n, float *out)
{
	if (j->shards == 1) {
		memcpy(out, j->sums + first, n * sizeof *out);
		return;
	}
	for (size_t i = 0; i < n; i += VL) {
		const int lanes = loop_lanes(n - i < VL ? (int)(n - i) : VL);
		lane_store(out + i, lanes, weights_tree(j, first + i, lanes));
	}
}

void
KERN(depthwise_backward_weights)(const struct kern_depthwise *c, const float *x, const float *dy,
	float *dw, float *db, void *scratch)
{
	const size_t bias = (size_t)c->c * c->m, weights = (size_t)c->kh * c->kw * bias;
	const size_t outputs = (size_t)c->n * c->oh * c->ow;
	const bool square = depthwise3_fits(c);
	struct weights_job j = { *c, x, dy, scratch, weights + bias,
		square && outputs < WEIGHTS_FEW ? 1 : PARALLEL_SHARDS, db != NULL };
	if (j.shards == 1)
		parallel_for((c->c + WEIGHTS_COLUMNS - 1) / WEIGHTS_COLUMNS, weights3_columns, &j);
	else loop_shards(outputs * bias, square ? weights3_shard : weights_shard, &j);
	if (dw) weights_total(&j, 0, weights, dw);
	if (db) weights_total(&j, weights, bias, db);
}
