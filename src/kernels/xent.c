/*
 * Softmax, log-softmax, and softmax with cross-entropy, on rows of c logits.
 *
 * The row's maximum is subtracted first, so no logit overflows. Sums over a row are double, in
 * order of the classes. Rows go to blocks of a fixed number.
 * Source  Goodfellow, Bengio & Courville, Deep Learning (2016), 4.1 and 6.2.2.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"
#include "kernels/vmath.h"
#include "tlrun/num.h"

struct rows_job {
	size_t rows, per;
	int c;
	const float *x, *y, *dy;
	float *out;
	bool add, log;
};

static float
row_max(const float *x, int c)
{
	float m = x[0];
	for (int i = 1; i < c; i++)
		if (!(x[i] <= m)) m = x[i];
	return m;
}

/* Sum of e^(x - max); the terms go to e unless it is NULL. */
static double
row_exp(const float *x, int c, float max, float *e)
{
	double s = 0;
	for (int i = 0; i < c; i += VL) {
		const int n = loop_lanes(c - i);
		float lane[VL];
		vf_store(lane, vf_exp(lane_load(x + i, n) - vf_set(max)));
		for (int l = 0; l < n; l++) s += lane[l];
		if (e) lane_store(e + i, n, vf_load(lane));
	}
	return s;
}

static void
row_divide(float *y, int c, float by)
{
	for (int i = 0; i < c; i += VL) {
		const int n = loop_lanes(c - i);
		lane_store(y + i, n, lane_load(y + i, n) / vf_set(by));
	}
}

static void
row_log_softmax(const float *x, int c, float *y)
{
	const float max = row_max(x, c), log_sum = (float)num_log(row_exp(x, c, max, NULL));
	for (int i = 0; i < c; i += VL) {
		const int n = loop_lanes(c - i);
		lane_store(y + i, n, lane_load(x + i, n) - vf_set(max) - vf_set(log_sum));
	}
}

static void
rows_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct rows_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first; i < r.last; i++) {
		const float *x = j->x + i * (size_t)j->c;
		float *y = j->out + i * (size_t)j->c;
		if (j->log) row_log_softmax(x, j->c, y);
		else row_divide(y, j->c, (float)row_exp(x, j->c, row_max(x, j->c), y));
	}
}

/* softmax: dx = y*(dy - sum dy*y); log-softmax: dx = dy - e^y*sum dy */
static void
row_backward(const struct rows_job *j, const float *y, const float *dy, float *dx)
{
	double s = 0;
	for (int i = 0; i < j->c; i++) s += j->log ? (double)dy[i] : (double)dy[i] * y[i];
	const vf sum = vf_set((float)s);
	for (int i = 0; i < j->c; i += VL) {
		const int n = loop_lanes(j->c - i);
		const vf p = lane_load(y + i, n), d = lane_load(dy + i, n);
		vf v = p * (d - sum);
		if (j->log) v = vf_fma(-vf_exp(p), sum, d);
		lane_put(dx + i, n, v, j->add);
	}
}

static void
rows_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct rows_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first * j->c; i < r.last * j->c; i += (size_t)j->c)
		row_backward(j, j->y + i, j->dy + i, j->out + i);
}

/* Rows are dear: a quarter of a block of floats. */
static size_t
rows_per_block(int c)
{
	return loop_rows((size_t)c * 4);
}

static void
rows_forward(int rows, int c, const float *x, float *y, bool log)
{
	struct rows_job j = { .rows = (size_t)rows, .per = rows_per_block(c), .c = c, .x = x, .out = y,
		.log = log };
	parallel_for(loop_blocks(j.rows, j.per), rows_forward_block, &j);
}

static void
rows_backward(int rows, int c, const float *y, const float *dy, float *dx, bool add, bool log)
{
	struct rows_job j = { .rows = (size_t)rows, .per = rows_per_block(c), .c = c, .y = y, .dy = dy,
		.out = dx, .add = add, .log = log };
	parallel_for(loop_blocks(j.rows, j.per), rows_backward_block, &j);
}

void
KERN(softmax_forward)(int rows, int c, const float *x, float *y)
{
	rows_forward(rows, c, x, y, false);
}

void
KERN(softmax_backward)(int rows, int c, const float *y, const float *dy, float *dx, bool add)
{
	rows_backward(rows, c, y, dy, dx, add, false);
}

void
KERN(log_softmax_forward)(int rows, int c, const float *x, float *y)
{
	rows_forward(rows, c, x, y, true);
}

void
KERN(log_softmax_backward)(int rows, int c, const float *y, const float *dy, float *dx, bool add)
{
	rows_backward(rows, c, y, dy, dx, add, true);
}

/* ---- with cross-entropy ---- */

struct xent_job {
	size_t rows, per;
	int c;
	const float *z;
	const int32_t *labels;
	double smoothing;
	const float *weights;
	float scale;
	float *p, *loss, *dz;
};

/* -sum t' log_softmax(z), t' = (1 - smoothing)*one-hot + smoothing/c */
static double
xent_loss(const struct xent_job *j, const float *z, int label, float max, double log_sum)
{
	const double hit = (double)z[label] - max - log_sum;
	if (j->smoothing == 0) return -hit;	/* 0 times a logit of -inf would be no number */
	double all = 0;
	for (int i = 0; i < j->c; i++) all += (double)z[i] - max - log_sum;
	return -((1.0 - j->smoothing) * hit + j->smoothing / j->c * all);
}

/* dz = (e/sum - t')*weight*scale, where dz holds e */
static void
xent_gradient(const struct xent_job *j, int label, float sum, float weight, float *dz)
{
	const float other = (float)(j->smoothing / j->c);
	const float own = (float)(1.0 - j->smoothing + j->smoothing / j->c);
	const float p = dz[label] / sum, factor = weight * j->scale;
	for (int i = 0; i < j->c; i += VL) {
		const int n = loop_lanes(j->c - i);
		const vf d = lane_load(dz + i, n) / vf_set(sum) - vf_set(other);
		lane_store(dz + i, n, d * vf_set(factor));
	}
	dz[label] = (p - own) * factor;
}

static void
xent_row(const struct xent_job *j, size_t i)
{
	const size_t at = i * (size_t)j->c;
	const float *z = j->z + at;
	const int label = j->labels[i];
	const float weight = j->weights ? j->weights[label] : 1.0f, max = row_max(z, j->c);
	float *dz = j->dz ? j->dz + at : NULL, *p = j->p ? j->p + at : NULL;
	const double sum = row_exp(z, j->c, max, dz ? dz : p);
	if (j->loss) j->loss[i] = (float)(xent_loss(j, z, label, max, num_log(sum)) * weight);
	if (dz && p) memcpy(p, dz, (size_t)j->c * sizeof *p);
	if (p) row_divide(p, j->c, (float)sum);
	if (dz) xent_gradient(j, label, (float)sum, weight, dz);
}

static void
xent_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct xent_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first; i < r.last; i++) xent_row(j, i);
}

void
KERN(softmax_xent)(int n, int c, const float *z, const int32_t *labels, float smoothing,
	const float *weights, float scale, float *p, float *loss, float *dz)
{
	struct xent_job j = { (size_t)n, rows_per_block(c), c, z, labels, (double)smoothing, weights,
		scale, p, loss, dz };
	parallel_for(loop_blocks(j.rows, j.per), xent_block, &j);
}
