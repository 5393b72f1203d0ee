/*
 * Gradients of a depthwise convolution's weights: dw [kh,kw,c,m], db [c*m].
 *
 * Shard s of the images has its own dw and db in scratch. Filters 3 wide with m 1 sum a row of
 * outputs in registers before it joins the shard's sums; anything else adds tap by tap. Then the 16
 * shards are added in a fixed tree.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct weights_job {
	struct kern_depthwise s;
	const float *x, *dy;
	float *sums;			/* [16][floats] */
	size_t floats;			/* of a shard: taps*c*m, then c*m of the bias */
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

void
KERN(depthwise_backward_weights)(const struct kern_depthwise *c, const float *x, const float *dy,
	float *dw, float *db, void *scratch)
{
	const size_t bias = (size_t)c->c * c->m, weights = (size_t)c->kh * c->kw * bias;
	struct weights_job j = { *c, x, dy, scratch, weights + bias };
	loop_shards((size_t)c->n * c->oh * c->ow * bias, weights_shard, &j);
	for (size_t i = 0; dw && i < weights; i += VL) {
		const int n = loop_lanes(weights - i < VL ? (int)(weights - i) : VL);
		lane_store(dw + i, n, weights_tree(&j, i, n));
	}
	for (size_t i = 0; db && i < bias; i += VL) {
		const int n = loop_lanes((int)(bias - i));
		lane_store(db + i, n, weights_tree(&j, weights + i, n));
	}
}
