/*
 * Batch normalization over m rows of c channels: statistics, application, gradients. x, dy, y, dx
 * [m,c].
 *
 * A sum over the rows: each of 16 shards of rows takes its rows in blocks of NORM_ROWS, a block's
 * sum is float (four partial sums, rows modulo four), blocks are added in double, shards in a fixed
 * tree.
 * Source  Ioffe & Szegedy, "Batch normalization", 2015; Keras's biased variance.
 */
#include <math.h>

#include "kernels/kernel_set.h"
#include "kernels/loop.h"

enum { NORM_ROWS = 32 };

enum norm_sum { NORM_MEAN, NORM_VARIANCE, NORM_GRADIENT };

/* Scratch: sums [2][16][c] double, then coefficients [3][c] float. */
struct norm_job {
	int m, c;
	enum norm_sum what;
	bool training, add;
	float eps;
	const float *x, *mean, *variance, *gamma, *beta, *dy;
	float *out;
	double *sums[2];
	float *scale, *shift, *slope;	/* dx = scale*(dy - shift - (x - mean)*slope) */
};

static void
norm_scratch(struct norm_job *j, void *scratch)
{
	const size_t c = (size_t)j->c;
	j->sums[0] = scratch;
	j->sums[1] = j->sums[0] + PARALLEL_SHARDS * c;
	j->scale = (float *)(j->sums[1] + PARALLEL_SHARDS * c);
	j->shift = j->scale + c;
	j->slope = j->shift + c;
}

/* What row `at` (an offset of x and dy) adds to the first and the second sum. */
KERN_INLINE void
norm_term(const struct norm_job *j, enum norm_sum what, size_t at, int n, vf mean, vf *a, vf *b)
{
	if (what == NORM_MEAN) *a += lane_load(j->x + at, n);
	if (what == NORM_VARIANCE) {
		const vf d = lane_load(j->x + at, n) - mean;
		*a = vf_fma(d, d, *a);
	}
	if (what == NORM_GRADIENT) {
		const vf dy = lane_load(j->dy + at, n);
		*a += dy;
		*b = vf_fma(dy, lane_load(j->x + at, n) - mean, *b);
	}
}

static void
norm_add_lanes(double *sum, int n, vf v)
{
	float lane[VL];
	vf_store(lane, v);
	for (int l = 0; l < n; l++) sum[l] += (double)lane[l];
}

/* n channels from channel k on, of rows rows. */
KERN_INLINE void
norm_sum_columns(const struct norm_job *j, enum norm_sum what, int shard, size_t first, int rows,
	int k, int n)
{
	const size_t c = (size_t)j->c;
	const vf zero = vf_set(0.0f);
	vf mean = zero;
	if (what != NORM_MEAN) mean = lane_load(j->mean + k, n);
	vf a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
	size_t at = first * c + (size_t)k;
	int i = 0;
	for (; i + 4 <= rows; i += 4, at += 4 * c) {
		norm_term(j, what, at, n, mean, &a0, &b0);
		norm_term(j, what, at + c, n, mean, &a1, &b1);
		norm_term(j, what, at + 2 * c, n, mean, &a2, &b2);
		norm_term(j, what, at + 3 * c, n, mean, &a3, &b3);
	}
	for (; i < rows; i++, at += c) norm_term(j, what, at, n, mean, &a0, &b0);
	const size_t sum = (size_t)shard * c + (size_t)k;
	norm_add_lanes(j->sums[0] + sum, n, (a0 + a1) + (a2 + a3));
	if (what == NORM_GRADIENT) norm_add_lanes(j->sums[1] + sum, n, (b0 + b1) + (b2 + b3));
}

KERN_INLINE void
norm_sum_rows(const struct norm_job *job, enum norm_sum what, int shard)
{
	const struct norm_job j = *job;
	const struct shard s = parallel_shard(j.m, shard);
	for (int first = s.first; first < s.last; first += NORM_ROWS) {
		const int rows = s.last - first < NORM_ROWS ? s.last - first : NORM_ROWS;
		int k = 0;
		for (; k + VL <= j.c; k += VL)
			norm_sum_columns(&j, what, shard, (size_t)first, rows, k, VL);
		if (k < j.c) norm_sum_columns(&j, what, shard, (size_t)first, rows, k, j.c - k);
	}
}

static void
norm_sum_shard(void *ctx, int shard, int thread)
{
	(void)thread;
	const struct norm_job *j = ctx;
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < j->c; k++) j->sums[i][(size_t)shard * j->c + k] = 0;
	switch (j->what) {
	case NORM_MEAN: norm_sum_rows(j, NORM_MEAN, shard); break;
	case NORM_VARIANCE: norm_sum_rows(j, NORM_VARIANCE, shard); break;
	case NORM_GRADIENT: norm_sum_rows(j, NORM_GRADIENT, shard); break;
	}
}

/* All shards; the totals are then sums[.][0 … c). */
static void
norm_sum(struct norm_job *j, enum norm_sum what)
{
	j->what = what;
	const size_t c = (size_t)j->c;
	loop_shards((size_t)j->m * c, norm_sum_shard, j);
	for (int i = 0; i < 2; i++)
		for (size_t step = 1; step < PARALLEL_SHARDS; step *= 2)
			for (size_t s = 0; s < PARALLEL_SHARDS; s += 2 * step)
				for (size_t k = 0; k < c; k++)
					j->sums[i][s * c + k] += j->sums[i][(s + step) * c + k];
}

void
KERN(norm_stats)(int m, int c, const float *x, float *mean, float *variance, void *scratch)
{
	struct norm_job j = { .m = m, .c = c, .x = x, .mean = mean };
	norm_scratch(&j, scratch);
	norm_sum(&j, NORM_MEAN);
	for (int k = 0; k < c; k++) mean[k] = (float)(j.sums[0][k] / m);
	norm_sum(&j, NORM_VARIANCE);
	for (int k = 0; k < c; k++) variance[k] = (float)(j.sums[0][k] / m);
}

/* ---- application ---- */

KERN_INLINE void
norm_apply_columns(const struct norm_job *j, size_t first, size_t last, int k, int n)
{
	const size_t c = (size_t)j->c;
	const vf mean = lane_load(j->mean + k, n);
	vf gamma = vf_set(1.0f), beta = vf_set(0.0f);
	if (j->gamma) gamma = lane_load(j->gamma + k, n);
	if (j->beta) beta = lane_load(j->beta + k, n);
	const vf scale = gamma / vf_sqrt(lane_load(j->variance + k, n) + vf_set(j->eps));
	for (size_t at = first * c + (size_t)k; at < last * c; at += c)
		lane_store(j->out + at, n, vf_fma(lane_load(j->x + at, n) - mean, scale, beta));
}

static void
norm_apply_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct norm_job j = *(const struct norm_job *)ctx;
	const struct loop_range r = loop_block((size_t)j.m, loop_rows(j.c), block);
	for (size_t first = r.first; first < r.last; first += NORM_ROWS) {
		const size_t last = r.last - first < NORM_ROWS ? r.last : first + NORM_ROWS;
		int k = 0;
		for (; k + VL <= j.c; k += VL) norm_apply_columns(&j, first, last, k, VL);
		if (k < j.c) norm_apply_columns(&j, first, last, k, j.c - k);
	}
}

void
KERN(norm_apply)(int m, int c, const float *x, const float *mean, const float *variance, float eps,
	const float *gamma, const float *beta, float *y)
{
	struct norm_job j = { .m = m, .c = c, .eps = eps, .x = x, .mean = mean, .variance = variance,
		.gamma = gamma, .beta = beta, .out = y };
	parallel_for(loop_blocks((size_t)m, loop_rows(c)), norm_apply_block, &j);
}

/* ---- gradients ---- */

KERN_INLINE void
norm_dx_columns(const struct norm_job *j, size_t first, size_t last, int k, int n)
{
	const size_t c = (size_t)j->c;
	const vf scale = lane_load(j->scale + k, n), shift = lane_load(j->shift + k, n);
	const vf slope = lane_load(j->slope + k, n), mean = lane_load(j->mean + k, n);
	for (size_t at = first * c + (size_t)k; at < last * c; at += c) {
		vf d = lane_load(j->dy + at, n);
		if (j->training) d = vf_fma(mean - lane_load(j->x + at, n), slope, d - shift);
		lane_put(j->out + at, n, d * scale, j->add);
	}
}

static void
norm_dx_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct norm_job j = *(const struct norm_job *)ctx;
	const struct loop_range r = loop_block((size_t)j.m, loop_rows(j.c), block);
	for (size_t first = r.first; first < r.last; first += NORM_ROWS) {
		const size_t last = r.last - first < NORM_ROWS ? r.last : first + NORM_ROWS;
		int k = 0;
		for (; k + VL <= j.c; k += VL) norm_dx_columns(&j, first, last, k, VL);
		if (k < j.c) norm_dx_columns(&j, first, last, k, j.c - k);
	}
}

/*
 * With xhat = (x - mean)*inv, training: dx = gamma*inv/m*(m*dy - sum dy - xhat*sum dy*xhat); fixed
 * statistics: dx = gamma*inv*dy.
 */
void
KERN(norm_backward)(int m, int c, bool training, const float *x, const float *mean,
	const float *variance, float eps, const float *gamma, const float *dy, float *dx, bool dx_add,
	float *dgamma, float *dbeta, void *scratch)
{
	struct norm_job j = { .m = m, .c = c, .training = training, .add = dx_add, .x = x,
		.mean = mean, .dy = dy, .out = dx };
	norm_scratch(&j, scratch);
	const bool sums = dgamma || dbeta || (dx && training);
	if (sums) norm_sum(&j, NORM_GRADIENT);
	for (int k = 0; k < c; k++) {
		const double inv = 1.0 / sqrt((double)variance[k] + (double)eps);
		j.scale[k] = (float)((gamma ? (double)gamma[k] : 1.0) * inv);
		j.shift[k] = sums ? (float)(j.sums[0][k] / m) : 0.0f;
		j.slope[k] = sums ? (float)(j.sums[1][k] * inv * inv / m) : 0.0f;
		if (dgamma) dgamma[k] = (float)(j.sums[1][k] * inv);
		if (dbeta) dbeta[k] = (float)j.sums[0][k];
	}
	if (dx) parallel_for(loop_blocks((size_t)m, loop_rows(c)), norm_dx_block, &j);
}
