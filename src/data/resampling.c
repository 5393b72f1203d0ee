/*
 * resampling: tables of source places and weights for nearest, bilinear, bicubic and area.
 *
 * The centre of output place o lies at (o + 0.5)*from/to - 0.5. As TensorFlow's kernels
 * (core/kernels/image: image_resizer_state.h, resize_bilinear_op, resize_bicubic_op,
 * resize_area_op), to their float32: bicubic is Keys's with a = -0.5 in 1024 steps, places outside
 * the image left out and the others scaled to sum 1. Area is the mean over the places that
 * [o, o+1)*from/to covers, counted in whole numbers here.
 */
#include <math.h>

#include "data/resampling.h"
#include "tlrun/arena.h"

enum { CUBIC_TAPS = 4, CUBIC_STEPS = 1024 };

struct axis_tables {
	int from, to, taps;
	int32_t *index;
	float *weight;
};

static int
axis_clamp(int i, int n)
{
	return i < 0 ? 0 : i < n ? i : n - 1;
}

static void
axis_nearest(const struct axis_tables *t)
{
	const float scale = (float)t->from / (float)t->to;
	for (int o = 0; o < t->to; o++)
		t->index[o] = axis_clamp((int)floorf(((float)o + 0.5f) * scale), t->from);
}

static void
axis_bilinear(const struct axis_tables *t)
{
	const float scale = (float)t->from / (float)t->to;
	for (int o = 0; o < t->to; o++) {
		const float at = ((float)o + 0.5f) * scale - 0.5f, low = floorf(at);
		t->index[2 * o] = axis_clamp((int)low, t->from);
		t->index[2 * o + 1] = axis_clamp((int)low + 1, t->from);
		t->weight[2 * o] = 1 - (at - low);
		t->weight[2 * o + 1] = at - low;
	}
}

/* Keys's weight at distance step/1024 + (outer ? 1 : 0), a = -0.5. */
static float
cubic_weight(long step, bool outer)
{
	const float a = -0.5f, x = (float)step / CUBIC_STEPS;
	if (!outer) return ((a + 2) * x - (a + 3)) * x * x + 1;
	return ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
}

static void
axis_bicubic(const struct axis_tables *t)
{
	const float scale = (float)t->from / (float)t->to;
	for (int o = 0; o < t->to; o++) {
		const float at = ((float)o + 0.5f) * scale - 0.5f, low = floorf(at);
		const long step = lrintf((at - low) * CUBIC_STEPS);
		float *const w = t->weight + CUBIC_TAPS * o, sum = 0;
		for (int k = 0; k < CUBIC_TAPS; k++) {
			const int i = (int)low - 1 + k, place = axis_clamp(i, t->from);
			const long distance = k < 2 ? step : CUBIC_STEPS - step;
			t->index[CUBIC_TAPS * o + k] = place;
			w[k] = place == i ? cubic_weight(distance, k == 0 || k == CUBIC_TAPS - 1) : 0;
			sum += w[k];
		}
		for (int k = 0; k < CUBIC_TAPS; k++) w[k] *= 1 / sum;
	}
}

/* In units of 1/to of a source place: output o covers [o*from, (o+1)*from), source i is
 * [i*to, (i+1)*to). */
static void
axis_area(const struct axis_tables *t)
{
	for (int o = 0; o < t->to; o++) {
		const long long from = (long long)o * t->from, to = from + t->from;
		for (int k = 0; k < t->taps; k++) {
			const long long i = from / t->to + k, low = i * t->to, high = low + t->to;
			const long long left = low > from ? low : from, right = high < to ? high : to;
			const size_t at = (size_t)o * (size_t)t->taps + (size_t)k;
			t->index[at] = axis_clamp((int)i, t->from);
			t->weight[at] = right > left ? (float)((double)(right - left) / t->from) : 0;
		}
	}
}

int
resampling_taps(enum resize_method method, int from, int to)
{
	int most = 1;
	switch (method) {
	case RESIZE_NEAREST: return 1;
	case RESIZE_BILINEAR: return 2;
	case RESIZE_BICUBIC: return CUBIC_TAPS;
	case RESIZE_AREA: break;
	}
	for (int o = 0; o < to; o++) {
		const long long low = (long long)o * from / to;
		const long long high = ((long long)(o + 1) * from + to - 1) / to;
		if (high - low > most) most = (int)(high - low);
	}
	return most;
}

struct kern_axis
resampling_axis(struct arena *a, enum resize_method method, int first, int from, int to)
{
	const int taps = resampling_taps(method, from, to);
	const size_t n = (size_t)to * (size_t)taps;
	struct axis_tables t = { from, to, taps, ARENA_ARRAY(a, int32_t, n),
		ARENA_ARRAY(a, float, n) };
	switch (method) {
	case RESIZE_NEAREST: axis_nearest(&t); break;
	case RESIZE_BILINEAR: axis_bilinear(&t); break;
	case RESIZE_BICUBIC: axis_bicubic(&t); break;
	case RESIZE_AREA: axis_area(&t); break;
	}
	for (size_t i = 0; i < n; i++) t.index[i] += first;
	return (struct kern_axis){ to, taps, t.index, t.weight };
}

int
crop_margin(int n, double share)
{
	return (int)((n - n * share) / 2);
}
