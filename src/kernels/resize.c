/*
 * resize: one image from bytes [h,width,from] to normalized floats [to_h,to_w,to]: along columns
 * first, then along rows.
 *
 * A source row that was taken along columns is kept while the output rows that need it go by; they
 * come in order and take neighbouring rows, so four are enough. Wide images are cut into strips of
 * columns, which makes the memory a fixed piece of the stack.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

enum {
	RESIZE_STRIP = 21 * KERN_RESIZE_PERIOD,	/* floats of a strip's row */
	RESIZE_HELD = 4,	/* rows that are kept: the taps of lerp and of bicubic at least */
};

struct resize_strip {
	const struct kern_resize *r;
	const uint8_t *x;
	int c;				/* channels while resizing */
	int first, columns;	/* output columns */
	int held[RESIZE_HELD];	/* which source row lies there, -1: none */
	float row[RESIZE_HELD][RESIZE_STRIP];
};

/* The levels of one source pixel. */
KERN_INLINE void
resize_levels(const uint8_t *p, const float *gray, int c, float *v)
{
	if (gray)
		v[0] = gray[p[0]] + gray[256 + p[1]] + gray[512 + p[2]];
	else
		for (int k = 0; k < c; k++) v[k] = (float)p[k];
}

/* One source row along columns; gray and c are known to the compiler. */
KERN_INLINE void
resize_columns(const struct resize_strip *s, const uint8_t *x, const float *gray, int c, float *y)
{
	const struct kern_axis *const a = &s->r->columns;
	const int from = gray ? 3 : c, taps = a->taps;
	for (int o = 0; o < s->columns; o++) {
		const int32_t *const index = a->index + (size_t)(s->first + o) * (size_t)taps;
		const float *const weight = a->weight + (size_t)(s->first + o) * (size_t)taps;
		float v[3], sum[3];
		resize_levels(x + (size_t)index[0] * (size_t)from, gray, c, sum);
		if (s->r->lerp) {
			resize_levels(x + (size_t)index[1] * (size_t)from, gray, c, v);
			for (int k = 0; k < c; k++) sum[k] += (v[k] - sum[k]) * weight[1];
		} else if (taps > 1) {
			for (int k = 0; k < c; k++) sum[k] *= weight[0];
			for (int t = 1; t < taps; t++) {
				resize_levels(x + (size_t)index[t] * (size_t)from, gray, c, v);
				for (int k = 0; k < c; k++) sum[k] += v[k] * weight[t];
			}
		}
		for (int k = 0; k < c; k++) y[o * c + k] = sum[k];
	}
}

/* Source row `row` along columns, from what is kept or computed. */
static const float *
resize_row(struct resize_strip *s, int row)
{
	const struct kern_resize *const r = s->r;
	const int slot = row % RESIZE_HELD;
	float *const y = s->row[slot];
	if (s->held[slot] == row) return y;
	s->held[slot] = row;
	const uint8_t *const x = s->x + (size_t)row * (size_t)r->width * (size_t)r->from;
	if (r->from > r->to) resize_columns(s, x, r->gray, 1, y);
	else if (s->c == 3) resize_columns(s, x, NULL, 3, y);
	else if (s->c == 1) resize_columns(s, x, NULL, 1, y);
	else resize_columns(s, x, NULL, s->c, y);
	return y;
}

/* One output row along rows, not yet normalized; y may be the strip's own. */
static void
resize_rows(struct resize_strip *s, int o, float *y)
{
	const struct kern_axis *const a = &s->r->rows;
	const int32_t *const index = a->index + (size_t)o * (size_t)a->taps;
	const float *const weight = a->weight + (size_t)o * (size_t)a->taps;
	const int n = s->columns * s->c;
	const float *const first = resize_row(s, index[0]);
	if (a->taps == 1) {
		loop_copy((size_t)n, first, y, false);
		return;
	}
	if (s->r->lerp) {
		const float *const second = resize_row(s, index[1]);
		const vf t = vf_set(weight[1]);
		for (int i = 0; i < n; i += VL) {
			const vf p = vf_load(first + i);
			vf_store(y + i, p + (vf_load(second + i) - p) * t);
		}
		return;
	}
	for (int t = 0; t < a->taps; t++) {
		const float *const x = resize_row(s, index[t]);
		const vf w = vf_set(weight[t]);
		for (int i = 0; i < n; i += VL) {
			vf p = vf_load(x + i) * w;
			if (t) p = vf_load(y + i) + p;
			vf_store(y + i, p);
		}
	}
}

/* n normalized floats from v. */
static void
resize_normalize(const struct kern_resize *r, int n, const float *v, float *y)
{
	const vf divisor = vf_set(r->divisor);
	for (int i = 0, k = 0; i < n; i += VL) {
		vf p = vf_load(v + i);
		if (r->divisor != 1) p = p / divisor;
		if (r->centred) p = p - vf_load(r->mean + k);
		if (r->scaled) p = p / vf_load(r->std + k);
		lane_store(y + i, loop_lanes(n - i), p);
		k = k + VL < KERN_RESIZE_PERIOD ? k + VL : 0;
	}
}

/* The same where one channel becomes three. */
static void
resize_spread(const struct kern_resize *r, int n, const float *v, float *y)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 3; k++) {
			float p = v[i];
			if (r->divisor != 1) p /= r->divisor;
			if (r->centred) p -= r->mean[k];
			if (r->scaled) p /= r->std[k];
			y[3 * i + k] = p;
		}
}

void
KERN(resize_tile)(const struct kern_resize *r, const uint8_t *x, float *y)
{
	struct resize_strip s = { .r = r, .x = x, .c = r->from < r->to ? r->from : r->to };
	float v[RESIZE_STRIP];
	const int most = RESIZE_STRIP / s.c, spread = r->to / s.c;
	for (; s.first < r->columns.to; s.first += most) {
		const int left = r->columns.to - s.first;
		s.columns = left < most ? left : most;
		for (int i = 0; i < RESIZE_HELD; i++) s.held[i] = -1;
		for (int o = 0; o < r->rows.to; o++) {
			float *const out = y +
				((size_t)o * (size_t)r->columns.to + (size_t)s.first) * (size_t)r->to;
			resize_rows(&s, o, v);
			if (spread == 1) resize_normalize(r, s.columns * s.c, v, out);
			else resize_spread(r, s.columns, v, out);
		}
	}
}
