/*
 * Depthwise convolution with 3x3 filters, one a channel, a vector of channels at a time along a
 * row: the nine weights (or their nine sums) stay in registers, and each cell is loaded once for
 * the three outputs that see it. Rows and columns outside the image are zeros that are multiplied
 * like all others.
 */
#ifndef TLRUN_KERNELS_DEPTHWISE3_H
#define TLRUN_KERNELS_DEPTHWISE3_H

#include "kernels/loop.h"
#include "tlrun/kernels.h"

static inline bool
depthwise3_fits(const struct kern_depthwise *s)
{
	return s->m == 1 && s->kh == 3 && s->kw == 3 && s->dh == 1 && s->dw == 1
		&& s->sh == s->sw && (s->sw == 1 || s->sw == 2);
}

/* One row of cells at one vector of channels; outside the image a vector of zeros, step 0. */
struct depthwise3_line { const float *at; size_t step; };

KERN_INLINE struct depthwise3_line
depthwise3_line(const float *image, int y, int rows, size_t line, size_t c)
{
	static const float zeros[VL];
	if (y < 0 || y >= rows) return (struct depthwise3_line){ zeros, 0 };
	return (struct depthwise3_line){ image + (size_t)y * line, c };
}

/* Cell x of w. */
KERN_INLINE vf
depthwise3_cell(const struct depthwise3_line *l, int x, int w, int n)
{
	if (x < 0 || x >= w) return vf_set(0.0f);
	return lane_load(l->at + (size_t)x * l->step, n);
}

struct depthwise3_lines { struct depthwise3_line a, b, c; };

/* The three rows of cells from row y on. */
KERN_INLINE struct depthwise3_lines
depthwise3_lines(const float *image, int y, int rows, size_t line, size_t c)
{
	return (struct depthwise3_lines){ depthwise3_line(image, y, rows, line, c),
		depthwise3_line(image, y + 1, rows, line, c),
		depthwise3_line(image, y + 2, rows, line, c) };
}

/* Three cells, one below the other. */
struct depthwise3_column { vf a, b, c; };

KERN_INLINE struct depthwise3_column
depthwise3_column(const struct depthwise3_lines *l, int x, int w, int n)
{
	return (struct depthwise3_column){ depthwise3_cell(&l->a, x, w, n),
		depthwise3_cell(&l->b, x, w, n), depthwise3_cell(&l->c, x, w, n) };
}

/* Nine vectors, rows a, b, c of three: weights, or their sums. */
struct depthwise3_nine { vf a0, a1, a2, b0, b1, b2, c0, c1, c2; };

KERN_INLINE struct depthwise3_nine
depthwise3_load(const float *w, size_t c, int n)
{
	return (struct depthwise3_nine){ lane_load(w, n), lane_load(w + c, n),
		lane_load(w + 2 * c, n), lane_load(w + 3 * c, n), lane_load(w + 4 * c, n),
		lane_load(w + 5 * c, n), lane_load(w + 6 * c, n), lane_load(w + 7 * c, n),
		lane_load(w + 8 * c, n) };
}

/* An output from the columns p, q, r under its window: taps in row-major order. */
KERN_INLINE vf
depthwise3_taps(const struct depthwise3_nine *w, vf bias, const struct depthwise3_column *p,
	const struct depthwise3_column *q, const struct depthwise3_column *r)
{
	vf s = vf_fma(r->a, w->a2, vf_fma(q->a, w->a1, vf_fma(p->a, w->a0, bias)));
	s = vf_fma(r->b, w->b2, vf_fma(q->b, w->b1, vf_fma(p->b, w->b0, s)));
	return vf_fma(r->c, w->c2, vf_fma(q->c, w->c1, vf_fma(p->c, w->c0, s)));
}

/* Its gradient dy times those columns, added to the nine sums. */
KERN_INLINE void
depthwise3_add(struct depthwise3_nine *s, vf dy, const struct depthwise3_column *p,
	const struct depthwise3_column *q, const struct depthwise3_column *r)
{
	s->a0 = vf_fma(p->a, dy, s->a0);
	s->a1 = vf_fma(q->a, dy, s->a1);
	s->a2 = vf_fma(r->a, dy, s->a2);
	s->b0 = vf_fma(p->b, dy, s->b0);
	s->b1 = vf_fma(q->b, dy, s->b1);
	s->b2 = vf_fma(r->b, dy, s->b2);
	s->c0 = vf_fma(p->c, dy, s->c0);
	s->c1 = vf_fma(q->c, dy, s->c1);
	s->c2 = vf_fma(r->c, dy, s->c2);
}

/* The columns under the next window, sw cells on: x is its first. */
KERN_INLINE void
depthwise3_next(const struct depthwise3_lines *l, int x, int w, int sw, int n,
	struct depthwise3_column *p, struct depthwise3_column *q, struct depthwise3_column *r)
{
	*p = sw == 1 ? *q : *r;
	*q = sw == 1 ? *r : depthwise3_column(l, x + 1, w, n);
	*r = depthwise3_column(l, x + 2, w, n);
}

#endif
