/*
 * Depthwise 3x3 with an epilogue, one panel of channels: a vector of channels walks over the plane
 * with its nine weights in registers, four outputs of a row at a time where all their taps fall on
 * cells across; outputs at the edges leave taps out. Planes too small for that are walked for four
 * images together.
 */
#include "kernels/folded.h"
#include "kernels/loop.h"

enum {
	PLANE_COLUMNS = 2 * VL,
	PLANE_SMALL = 4,	/* columns of output */
};

struct plane_taps { int first, last; };

/* The taps of three that fall on cells when the first one falls on cell `at`. */
KERN_INLINE struct plane_taps
plane_taps(int at, int cells)
{
	const int first = at < 0 ? -at : 0, last = cells - at < 3 ? cells - at : 3;
	return (struct plane_taps){ first < 3 ? first : 3, last };
}

struct plane_row {
	const float *x[3];	/* the row of cells under each row of taps, NULL outside */
	ptrdiff_t pixel;
	vf w0, w1, w2, w3, w4, w5, w6, w7, w8, bias, low, high;
	int lanes;
};

KERN_INLINE vf
plane_limits(const struct plane_row *r, vf v)
{
	return vf_min(r->high, vf_max(r->low, v));
}

/* Three taps of one output; in: the cell of the first. */
KERN_INLINE vf
plane_three(vf a, const float *in, ptrdiff_t pixel, struct plane_taps v, vf w0, vf w1, vf w2,
	int lanes)
{
	if (v.first <= 0 && v.last > 0) a = vf_fma(lane_load(in, lanes), w0, a);
	if (v.first <= 1 && v.last > 1) a = vf_fma(lane_load(in + pixel, lanes), w1, a);
	if (v.first <= 2 && v.last > 2) a = vf_fma(lane_load(in + 2 * pixel, lanes), w2, a);
	return a;
}

/* One output whose first tap is at column x. */
KERN_INLINE vf
plane_one(const struct plane_row *r, int x, int w)
{
	const struct plane_taps v = plane_taps(x, w);
	const ptrdiff_t at = x * r->pixel, pixel = r->pixel;
	vf a = r->bias;
	if (r->x[0]) a = plane_three(a, r->x[0] + at, pixel, v, r->w0, r->w1, r->w2, r->lanes);
	if (r->x[1]) a = plane_three(a, r->x[1] + at, pixel, v, r->w3, r->w4, r->w5, r->lanes);
	if (r->x[2]) a = plane_three(a, r->x[2] + at, pixel, v, r->w6, r->w7, r->w8, r->lanes);
	return plane_limits(r, a);
}

struct plane_four { vf a, b, c, d; };

/* One row of taps of four neighbouring outputs. */
KERN_INLINE struct plane_four
plane_fours(struct plane_four o, const float *in, ptrdiff_t p, int stride, vf w0, vf w1, vf w2,
	int n)
{
	const vf x0 = lane_load(in, n), x1 = lane_load(in + p, n), x2 = lane_load(in + 2 * p, n),
		x3 = lane_load(in + 3 * p, n), x4 = lane_load(in + 4 * p, n),
		x5 = lane_load(in + 5 * p, n);
	if (stride == 1) {
		o.a = vf_fma(x2, w2, vf_fma(x1, w1, vf_fma(x0, w0, o.a)));
		o.b = vf_fma(x3, w2, vf_fma(x2, w1, vf_fma(x1, w0, o.b)));
		o.c = vf_fma(x4, w2, vf_fma(x3, w1, vf_fma(x2, w0, o.c)));
		o.d = vf_fma(x5, w2, vf_fma(x4, w1, vf_fma(x3, w0, o.d)));
		return o;
	}
	const vf x6 = lane_load(in + 6 * p, n), x7 = lane_load(in + 7 * p, n),
		x8 = lane_load(in + 8 * p, n);
	o.a = vf_fma(x2, w2, vf_fma(x1, w1, vf_fma(x0, w0, o.a)));
	o.b = vf_fma(x4, w2, vf_fma(x3, w1, vf_fma(x2, w0, o.b)));
	o.c = vf_fma(x6, w2, vf_fma(x5, w1, vf_fma(x4, w0, o.c)));
	o.d = vf_fma(x8, w2, vf_fma(x7, w1, vf_fma(x6, w0, o.d)));
	return o;
}

KERN_INLINE void
plane_quad(const struct plane_row *r, int x, int stride, float *y, ptrdiff_t y_pixel)
{
	const ptrdiff_t at = x * r->pixel, p = r->pixel;
	struct plane_four o = { r->bias, r->bias, r->bias, r->bias };
	if (r->x[0]) o = plane_fours(o, r->x[0] + at, p, stride, r->w0, r->w1, r->w2, r->lanes);
	if (r->x[1]) o = plane_fours(o, r->x[1] + at, p, stride, r->w3, r->w4, r->w5, r->lanes);
	if (r->x[2]) o = plane_fours(o, r->x[2] + at, p, stride, r->w6, r->w7, r->w8, r->lanes);
	lane_store(y, r->lanes, plane_limits(r, o.a));
	lane_store(y + y_pixel, r->lanes, plane_limits(r, o.b));
	lane_store(y + 2 * y_pixel, r->lanes, plane_limits(r, o.c));
	lane_store(y + 3 * y_pixel, r->lanes, plane_limits(r, o.d));
}

/* One vector of channels of one image. */
KERN_INLINE void
plane_image(const struct folded_plane *p, const float *x, float *y, const float *constants,
	int stride, int lanes)
{
	struct plane_row r = { .pixel = p->x_pixel, .lanes = lanes,
		.w0 = vf_load(constants), .w1 = vf_load(constants + PLANE_COLUMNS),
		.w2 = vf_load(constants + 2 * PLANE_COLUMNS), .w3 = vf_load(constants + 3 * PLANE_COLUMNS),
		.w4 = vf_load(constants + 4 * PLANE_COLUMNS), .w5 = vf_load(constants + 5 * PLANE_COLUMNS),
		.w6 = vf_load(constants + 6 * PLANE_COLUMNS), .w7 = vf_load(constants + 7 * PLANE_COLUMNS),
		.w8 = vf_load(constants + 8 * PLANE_COLUMNS),
		.bias = vf_load(constants + FOLDED_TAPS * PLANE_COLUMNS),
		.low = vf_set(p->limits.low), .high = vf_set(p->limits.high) };
	for (int oy = p->first; oy < p->last; oy++, y += p->y_row) {
		for (int u = 0; u < 3; u++) {
			const int iy = oy * stride - p->pt + u;
			r.x[u] = iy < 0 || iy >= p->h ? NULL : x + (iy - p->top) % p->lines * p->x_row;
		}
		for (int ox = 0; ox < p->ow;) {
			const int ix = ox * stride - p->pl;
			float *out = y + ox * p->y_pixel;
			if (ix >= 0 && ox + 4 <= p->ow && ix + 3 * stride + 3 <= p->w) {
				plane_quad(&r, ix, stride, out, p->y_pixel);
				ox += 4;
			} else {
				lane_store(out, lanes, plane_one(&r, ix, p->w));
				ox++;
			}
		}
	}
}

/* Output (oy, ox) of the four images from x on. */
KERN_INLINE void
plane_together(const struct folded_plane *p, const float *x, float *y, const float *constants,
	int oy, int ox, int lanes)
{
	const int iy = oy * p->stride - p->pt, ix = ox * p->stride - p->pl;
	const struct plane_taps us = plane_taps(iy, p->h), vs = plane_taps(ix, p->w);
	const vf bias = lane_load(constants + FOLDED_TAPS * PLANE_COLUMNS, lanes);
	const vf low = vf_set(p->limits.low), high = vf_set(p->limits.high);
	vf a = bias, b = bias, c = bias, d = bias;
	const ptrdiff_t image = p->x_image;
	for (int u = us.first; u < us.last; u++)
		for (int v = vs.first; v < vs.last; v++) {
			const float *in = x + (iy + u - p->top) * p->x_row + (ix + v) * p->x_pixel;
			const vf w = lane_load(constants + (u * 3 + v) * PLANE_COLUMNS, lanes);
			a = vf_fma(lane_load(in, lanes), w, a);
			b = vf_fma(lane_load(in + image, lanes), w, b);
			c = vf_fma(lane_load(in + 2 * image, lanes), w, c);
			d = vf_fma(lane_load(in + 3 * image, lanes), w, d);
		}
	y += (oy - p->first) * p->y_row + ox * p->y_pixel;
	lane_store(y, lanes, vf_min(high, vf_max(low, a)));
	lane_store(y + p->y_image, lanes, vf_min(high, vf_max(low, b)));
	lane_store(y + 2 * p->y_image, lanes, vf_min(high, vf_max(low, c)));
	lane_store(y + 3 * p->y_image, lanes, vf_min(high, vf_max(low, d)));
}

KERN_INLINE void
plane_images(const struct folded_plane *p, int channel, int stride, int lanes)
{
	const float *x = p->x + channel;
	float *y = p->y + channel;
	int i = 0;
	for (; p->ow <= PLANE_SMALL && i + 4 <= p->images; i += 4) {
		for (int oy = p->first; oy < p->last; oy++)
			for (int ox = 0; ox < p->ow; ox++)
				plane_together(p, x, y, p->constants + channel, oy, ox, lanes);
		x += 4 * p->x_image;
		y += 4 * p->y_image;
	}
	for (; i < p->images; i++, x += p->x_image, y += p->y_image)
		plane_image(p, x, y, p->constants + channel, stride, lanes);
}

void
KERN(folded_plane)(const struct folded_plane *p)
{
	for (int channel = 0; channel < p->channels; channel += VL) {
		const int lanes = p->padded ? VL : loop_lanes(p->channels - channel);
		if (lanes == VL && p->stride == 1) plane_images(p, channel, 1, VL);
		else if (lanes == VL) plane_images(p, channel, 2, VL);
		else plane_images(p, channel, p->stride, lanes);
	}
}
