/*
 * Pooling over windows: maximum, average, and the average and maximum of whole images.
 *
 * Backward gathers: each input cell adds, in row-major order, what the windows over it give it, so
 * cells are set once, in any order, and windows may overlap or leave cells out.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct pool_job {
	struct kern_pool p;
	size_t rows, per;	/* rows of the array that is written */
	bool max, add;
	const float *x;		/* forward: input; backward: dy */
	const int32_t *from;
	float *out;
	int32_t *which;
};

struct pool_span { int first, last; };

/* The cells of an axis that output o's window covers, without padding. */
KERN_INLINE struct pool_span
pool_window(int o, int size, int stride, int pad, int cells)
{
	const int first = o * stride - pad, last = first + size;
	return (struct pool_span){ first > 0 ? first : 0, last < cells ? last : cells };
}

/* The outputs of an axis whose window covers cell i. */
KERN_INLINE struct pool_span
pool_readers(int i, int size, int stride, int pad, int outputs)
{
	const int before = i + pad - size;	/* the last cell that starts a window too early */
	const int first = before < 0 ? 0 : before / stride + 1, last = (i + pad) / stride + 1;
	return (struct pool_span){ first, last < outputs ? last : outputs };
}

/* ---- forward ---- */

KERN_INLINE void
pool_max_lanes(const struct pool_job *j, const float *x, struct pool_span ys, struct pool_span xs,
	size_t at, int n)
{
	const int w = j->p.w, c = j->p.c;
	int pos = ys.first * w + xs.first;
	vf best = lane_load(x + (size_t)pos * c, n);
	vi which = vi_set(pos);
	for (int y = ys.first; y < ys.last; y++)
		for (pos = y * w + xs.first; pos < y * w + xs.last; pos++) {
			const vf v = lane_load(x + (size_t)pos * c, n);
			/* Greater, or the first that is not a number. */
			const vm wins = vm_and(vm_not(vf_le(v, best)), vf_eq(best, best));
			best = vf_select(wins, v, best);
			which = vi_select(wins, vi_set(pos), which);
		}
	lane_store(j->out + at, n, best);
	if (j->which) vi_store_n(j->which + at, n, which);
}

KERN_INLINE void
pool_average_lanes(const struct pool_job *j, const float *x, struct pool_span ys,
	struct pool_span xs, size_t at, int n)
{
	const int w = j->p.w, c = j->p.c;
	vf s = vf_set(0.0f);
	for (int y = ys.first; y < ys.last; y++)
		for (int pos = y * w + xs.first; pos < y * w + xs.last; pos++)
			s += lane_load(x + (size_t)pos * c, n);
	const int cells = (ys.last - ys.first) * (xs.last - xs.first);
	lane_store(j->out + at, n, s / vf_set((float)cells));
}

KERN_INLINE void
pool_forward_row(const struct pool_job *j, bool max, size_t row)
{
	const struct kern_pool *p = &j->p;
	const size_t image = row / (size_t)p->oh;
	const float *x = j->x + image * p->h * p->w * p->c;
	const struct pool_span ys = pool_window((int)(row % (size_t)p->oh), p->ph, p->sh, p->pt, p->h);
	for (int ox = 0; ox < p->ow; ox++) {
		const struct pool_span xs = pool_window(ox, p->pw, p->sw, p->pl, p->w);
		const size_t at = (row * p->ow + ox) * p->c;
		for (int k = 0; k < p->c; k += VL) {
			const int n = loop_lanes(p->c - k);
			if (max) pool_max_lanes(j, x + k, ys, xs, at + k, n);
			else pool_average_lanes(j, x + k, ys, xs, at + k, n);
		}
	}
}

static void
pool_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct pool_job j = *(const struct pool_job *)ctx;
	const struct loop_range r = loop_block(j.rows, j.per, block);
	for (size_t i = r.first; i < r.last; i++)
		if (j.max) pool_forward_row(&j, true, i);
		else pool_forward_row(&j, false, i);
}

static void
pool_forward(struct pool_job *j)
{
	const struct kern_pool *p = &j->p;
	j->rows = (size_t)p->n * p->oh;
	j->per = loop_rows((size_t)p->w * p->c * p->sh);
	parallel_for(loop_blocks(j->rows, j->per), pool_forward_block, j);
}

void
KERN(max_pool_forward)(const struct kern_pool *p, const float *x, float *y, int32_t *which)
{
	struct pool_job j = { .p = *p, .max = true, .x = x, .out = y, .which = which };
	pool_forward(&j);
}

void
KERN(average_pool_forward)(const struct kern_pool *p, const float *x, float *y)
{
	struct pool_job j = { .p = *p, .x = x, .out = y };
	pool_forward(&j);
}

/* ---- backward ---- */

/* What the windows ys, xs of one image (dy, from) give the cell at position pos. */
KERN_INLINE vf
pool_cell(const struct pool_job *j, bool max, size_t image, struct pool_span ys,
	struct pool_span xs, int pos, int k, int n)
{
	const struct kern_pool *p = &j->p;
	vf s = vf_set(0.0f);
	for (int oy = ys.first; oy < ys.last; oy++)
		for (int ox = xs.first; ox < xs.last; ox++) {
			const size_t at = ((image * p->oh + oy) * p->ow + ox) * p->c + k;
			const vf dy = lane_load(j->x + at, n);
			if (max) {
				const vm here = vi_eq(vi_load_n(j->from + at, n), vi_set(pos));
				s += vf_select(here, dy, vf_set(0.0f));
			} else {
				const struct pool_span y = pool_window(oy, p->ph, p->sh, p->pt, p->h);
				const struct pool_span x = pool_window(ox, p->pw, p->sw, p->pl, p->w);
				s += dy / vf_set((float)((y.last - y.first) * (x.last - x.first)));
			}
		}
	return s;
}

KERN_INLINE void
pool_backward_row(const struct pool_job *j, bool max, size_t row)
{
	const struct kern_pool *p = &j->p;
	const size_t image = row / (size_t)p->h;
	const int y = (int)(row % (size_t)p->h);
	const struct pool_span ys = pool_readers(y, p->ph, p->sh, p->pt, p->oh);
	for (int x = 0; x < p->w; x++) {
		const struct pool_span xs = pool_readers(x, p->pw, p->sw, p->pl, p->ow);
		float *out = j->out + (row * p->w + x) * p->c;
		for (int k = 0; k < p->c; k += VL) {
			const int n = loop_lanes(p->c - k);
			lane_put(out + k, n, pool_cell(j, max, image, ys, xs, y * p->w + x, k, n), j->add);
		}
	}
}

static void
pool_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct pool_job j = *(const struct pool_job *)ctx;
	const struct loop_range r = loop_block(j.rows, j.per, block);
	for (size_t i = r.first; i < r.last; i++)
		if (j.max) pool_backward_row(&j, true, i);
		else pool_backward_row(&j, false, i);
}

static void
pool_backward(struct pool_job *j)
{
	j->rows = (size_t)j->p.n * j->p.h;
	j->per = loop_rows((size_t)j->p.w * j->p.c);
	parallel_for(loop_blocks(j->rows, j->per), pool_backward_block, j);
}

void
KERN(max_pool_backward)(const struct kern_pool *p, const int32_t *which, const float *dy, float *dx,
	bool add)
{
	struct pool_job j = { .p = *p, .max = true, .add = add, .x = dy, .from = which, .out = dx };
	pool_backward(&j);
}

void
KERN(average_pool_backward)(const struct kern_pool *p, const float *dy, float *dx, bool add)
{
	struct pool_job j = { .p = *p, .add = add, .x = dy, .out = dx };
	pool_backward(&j);
}

/* ---- whole images ---- */

enum { GLOBAL_ROWS = 32 };	/* cells that are summed before they join the total */

struct global_job {
	size_t images, per;
	int hw, c;
	const float *x;
	float *y;
	bool add;
	const float *dy, *max;	/* backward of the maximum */
};

KERN_INLINE vf
global_sum(const float *x, int hw, int c, int n)
{
	vf total = vf_set(0.0f);
	for (int first = 0; first < hw; first += GLOBAL_ROWS) {
		const int last = hw - first < GLOBAL_ROWS ? hw : first + GLOBAL_ROWS;
		vf s = vf_set(0.0f);
		for (int i = first; i < last; i++) s += lane_load(x + (size_t)i * c, n);
		total += s;
	}
	return total;
}

static void
global_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct global_job *j = ctx;
	const struct loop_range r = loop_block(j->images, j->per, block);
	const vf cells = vf_set((float)j->hw);
	for (size_t i = r.first; i < r.last; i++) {
		const float *x = j->x + i * j->hw * j->c;
		float *y = j->y + i * j->c;
		for (int k = 0; k < j->c; k += VL) {
			const int n = loop_lanes(j->c - k);
			lane_store(y + k, n, global_sum(x + k, j->hw, j->c, n) / cells);
		}
	}
}

void
KERN(global_average_forward)(int n, int hw, int c, const float *x, float *y)
{
	struct global_job j = { .images = (size_t)n, .per = loop_rows((size_t)hw * c), .hw = hw, .c = c,
		.x = x, .y = y };
	parallel_for(loop_blocks(j.images, j.per), global_forward_block, &j);
}

static void
global_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct global_job *j = ctx;
	const struct loop_range r = loop_block(j->images, j->per, block);
	const vf cells = vf_set((float)j->hw);
	for (size_t i = r.first; i < r.last; i++)
		for (int k = 0; k < j->c; k += VL) {
			const int n = loop_lanes(j->c - k);
			const vf d = lane_load(j->x + i * j->c + k, n) / cells;
			float *out = j->y + i * j->hw * j->c + k;
			for (int cell = 0; cell < j->hw; cell++)
				lane_put(out + (size_t)cell * j->c, n, d, j->add);
		}
}

void
KERN(global_average_backward)(int n, int hw, int c, const float *dy, float *dx, bool add)
{
	struct global_job j = { .images = (size_t)n, .per = loop_rows((size_t)hw * c), .hw = hw, .c = c,
		.x = dy, .y = dx, .add = add };
	parallel_for(loop_blocks(j.images, j.per), global_backward_block, &j);
}

KERN_INLINE void
global_max_lanes(const float *x, int hw, int c, int n, float *y)
{
	vf best = lane_load(x, n);
	for (int i = 1; i < hw; i++) {
		const vf v = lane_load(x + (size_t)i * c, n);
		/* Greater, or not a number. */
		best = vf_select(vm_and(vm_not(vf_le(v, best)), vf_eq(best, best)), v, best);
	}
	lane_store(y, n, best);
}

static void
global_max_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct global_job *j = ctx;
	const struct loop_range r = loop_block(j->images, j->per, block);
	for (size_t i = r.first; i < r.last; i++)
		for (int k = 0; k < j->c; k += VL)
			global_max_lanes(j->x + i * j->hw * j->c + k, j->hw, j->c, loop_lanes(j->c - k),
				j->y + i * j->c + k);
}

void
KERN(global_max_forward)(int n, int hw, int c, const float *x, float *y)
{
	struct global_job j = { .images = (size_t)n, .per = loop_rows((size_t)hw * c), .hw = hw, .c = c,
		.x = x, .y = y };
	parallel_for(loop_blocks(j.images, j.per), global_max_forward_block, &j);
}

/* n lanes of one image: the cells equal to the maximum share its gradient. */
KERN_INLINE void
global_max_share(const struct global_job *j, const float *x, vf best, vf dy, float *dx, int n)
{
	const vf one = vf_set(1.0f), zero = vf_set(0.0f);
	vf ties = zero;
	for (int i = 0; i < j->hw; i++)
		ties += vf_select(vf_eq(lane_load(x + (size_t)i * j->c, n), best), one, zero);
	const vf share = dy * (one / ties);
	for (int i = 0; i < j->hw; i++) {
		const vm tied = vf_eq(lane_load(x + (size_t)i * j->c, n), best);
		lane_put(dx + (size_t)i * j->c, n, vf_select(tied, share, zero), j->add);
	}
}

static void
global_max_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct global_job *j = ctx;
	const struct loop_range r = loop_block(j->images, j->per, block);
	for (size_t i = r.first; i < r.last; i++)
		for (int k = 0; k < j->c; k += VL) {
			const int n = loop_lanes(j->c - k);
			const size_t at = i * j->hw * j->c + k;
			global_max_share(j, j->x + at, lane_load(j->max + i * j->c + k, n),
				lane_load(j->dy + i * j->c + k, n), j->y + at, n);
		}
}

void
KERN(global_max_backward)(int n, int hw, int c, const float *x, const float *y, const float *dy,
	float *dx, bool add)
{
	struct global_job j = { .images = (size_t)n, .per = loop_rows((size_t)hw * c), .hw = hw, .c = c,
		.x = x, .y = dx, .add = add, .dy = dy, .max = y };
	parallel_for(loop_blocks(j.images, j.per), global_max_backward_block, &j);
}
