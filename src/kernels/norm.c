/*
 * Batch normalization over m rows of c channels, and the relu behind it: statistics, application,
 * gradients. x, dy, y, dx [m,c].
 *
 * Many rows are cut into 16 shards of rows; few rows are one shard, and the channels are cut. A
 * shard takes its rows in blocks of NORM_ROWS, whose sums are float (four partial sums, rows modulo
 * four); blocks are added in double, shards in order. A block's values are taken relative to its
 * first row, so that one look at x gives mean and variance without loss (Chan, Golub & LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
 * Source  Ioffe & Szegedy, "Batch normalization", 2015; Keras's biased variance.
 */
#include <math.h>

#include "kernels/kernel_set.h"
#include "kernels/loop.h"
#include "kernels/rectify.h"

enum { NORM_ROWS = 32, NORM_COLUMNS = 64, NORM_FEW_ROWS = 1024, NORM_SUMS = 3 };

/*
 * Scratch: sums [NORM_SUMS][16][c] double, then coefficients [3][c] float. Forward: sum of x, of
 * the blocks' squares about their means, of the blocks' sums squared over their rows. Backward: sum
 * of dy, of dy*(x - mean).
 */
struct norm_job {
	struct kern_norm s;
	int shards;
	bool add;
	const float *x, *dy;
	float *mean, *variance, *out, *dgamma, *dbeta;
	double *sums[NORM_SUMS];
	float *scale, *shift, *slope;	/* dx = scale*(dy - shift - (x - mean)*slope) */
};

static void
norm_open(struct norm_job *j, void *scratch)
{
	const size_t c = (size_t)j->s.c;
	j->shards = j->s.m < NORM_FEW_ROWS ? 1 : PARALLEL_SHARDS;
	for (int i = 0; i < NORM_SUMS; i++)
		j->sums[i] = (double *)scratch + (size_t)i * PARALLEL_SHARDS * c;
	j->scale = (float *)(j->sums[0] + (size_t)NORM_SUMS * PARALLEL_SHARDS * c);
	j->shift = j->scale + c;
	j->slope = j->shift + c;
}

/* ---- the shape of the loops: a part is rows and channels of one tile ---- */

struct norm_part { int shard, first, last, k, end; };

typedef void norm_columns(const struct norm_job *j, const struct norm_part *p, int k, int n);

/* Blocks of rows of the part, and in each its channels, a vector at a time. */
KERN_INLINE void
norm_walk(const struct norm_job *job, const struct norm_part *part, norm_columns *columns)
{
	const struct norm_job j = *job;
	struct norm_part p = *part;
	for (; p.first < part->last; p.first += NORM_ROWS) {
		p.last = part->last - p.first < NORM_ROWS ? part->last : p.first + NORM_ROWS;
		int k = p.k;
		for (; k + VL <= p.end; k += VL) columns(&j, &p, k, VL);
		if (k < p.end) columns(&j, &p, k, p.end - k);
	}
}

static struct norm_part
norm_part(const struct norm_job *j, int i)
{
	struct norm_part p = { .shard = i, .last = j->s.m, .end = j->s.c };
	if (j->shards > 1) {
		const struct shard s = parallel_shard(j->s.m, i);
		p.first = s.first;
		p.last = s.last;
		return p;
	}
	p.shard = 0;
	p.k = i * NORM_COLUMNS;
	if (p.end - p.k > NORM_COLUMNS) p.end = p.k + NORM_COLUMNS;
	return p;
}

static void
norm_clear(const struct norm_job *j, const struct norm_part *p)
{
	for (int i = 0; i < NORM_SUMS; i++)
		for (int k = p->k; k < p->end; k++) j->sums[i][(size_t)p->shard * j->s.c + k] = 0;
}

/* The shards' sums of channels [k, end), in sums[.][0 … c) then. */
static void
norm_add_shards(const struct norm_job *j, int k0, int end)
{
	for (int i = 0; i < NORM_SUMS; i++)
		for (int s = 1; s < j->shards; s++)
			for (int k = k0; k < end; k++) j->sums[i][k] += j->sums[i][(size_t)s * j->s.c + k];
}

/* sums, then finish for their channels, then apply: in one tile where the channels are cut. */
struct norm_task {
	struct norm_job j;
	void (*sum)(const struct norm_job *j, const struct norm_part *p);	/* NULL: nothing to sum */
	void (*finish)(const struct norm_job *j, int k, int end);
	void (*apply)(const struct norm_job *j, const struct norm_part *p);	/* NULL: sums alone */
};

static void
norm_sum_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct norm_task *t = ctx;
	const struct norm_part p = norm_part(&t->j, i);
	norm_clear(&t->j, &p);
	t->sum(&t->j, &p);
}

static void
norm_apply_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct norm_task *t = ctx;
	const struct norm_part p = norm_part(&t->j, i);
	t->apply(&t->j, &p);
}

static void
norm_column_tile(void *ctx, int i, int thread)
{
	const struct norm_task *t = ctx;
	const struct norm_part p = norm_part(&t->j, i);
	if (t->sum) norm_sum_tile(ctx, i, thread);
	t->finish(&t->j, p.k, p.end);
	if (t->apply) t->apply(&t->j, &p);
}

static void
norm_run(struct norm_task *t)
{
	const struct norm_job *j = &t->j;
	if (j->shards == 1) {
		const int tiles = (j->s.c + NORM_COLUMNS - 1) / NORM_COLUMNS;
		const bool alone = (size_t)j->s.m * (size_t)j->s.c <= LOOP_BLOCK;
		if (!alone) parallel_for(tiles, norm_column_tile, t);
		else
			for (int i = 0; i < tiles; i++) norm_column_tile(t, i, 0);
		return;
	}
	if (t->sum) {
		parallel_for(PARALLEL_SHARDS, norm_sum_tile, t);
		norm_add_shards(j, 0, j->s.c);
	}
	t->finish(j, 0, j->s.c);
	if (t->apply) parallel_for(PARALLEL_SHARDS, norm_apply_tile, t);
}

/* ---- statistics ---- */

KERN_INLINE void
norm_moments_columns(const struct norm_job *j, const struct norm_part *p, int k, int n)
{
	const size_t c = (size_t)j->s.c;
	const int rows = p->last - p->first;
	const float *x = j->x + (size_t)p->first * c + k;
	const vf zero = vf_set(0.0f), base = lane_load(x, n);
	vf a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
	int i = 0;
#define NORM_TERM(u)                                                                               \
	const vf d##u = lane_load(x + u * c, n) - base;                                                \
	a##u += d##u;                                                                                  \
	b##u = vf_fma(d##u, d##u, b##u);
	for (; i + 4 <= rows; i += 4, x += 4 * c) {
		NORM_TERM(0) NORM_TERM(1) NORM_TERM(2) NORM_TERM(3)
	}
	for (; i < rows; i++, x += c) {
		NORM_TERM(0)
	}
#undef NORM_TERM
	float first[VL], sum[VL], squares[VL];
	vf_store(first, base);
	vf_store(sum, (a0 + a1) + (a2 + a3));
	vf_store(squares, (b0 + b1) + (b2 + b3));
	const double count = rows, each = 1.0 / rows;
	const size_t at = (size_t)p->shard * c + (size_t)k;
	double *s = j->sums[0] + at, *q = j->sums[1] + at, *t = j->sums[2] + at;
	for (int l = 0; l < n; l++) {
		const double r = (double)sum[l], all = (double)first[l] * count + r;
		s[l] += all;
		q[l] += (double)squares[l] - r * r * each;
		t[l] += all * all * each;
	}
}

static void
norm_moments(const struct norm_job *j, const struct norm_part *p)
{
	norm_walk(j, p, norm_moments_columns);
}

static void
norm_moments_finish(const struct norm_job *j, int k0, int end)
{
	const double m = j->s.m;
	for (int k = k0; j->s.training && k < end; k++) {
		const double s = j->sums[0][k], v = j->sums[1][k] + (j->sums[2][k] - s * s / m);
		j->mean[k] = (float)(s / m);
		j->variance[k] = v > 0 ? (float)(v / m) : v == v ? 0.0f : (float)v;
	}
}

/* ---- application ---- */

struct norm_line { vf mean, scale, beta; };

/* y = (x - mean)*scale + beta of n channels from k on. */
KERN_INLINE struct norm_line
norm_line(const struct norm_job *j, int k, int n)
{
	vf gamma = vf_set(1.0f), beta = vf_set(0.0f);
	if (j->s.gamma) gamma = lane_load(j->s.gamma + k, n);
	if (j->s.beta) beta = lane_load(j->s.beta + k, n);
	const vf spread = vf_sqrt(lane_load(j->variance + k, n) + vf_set(j->s.eps));
	return (struct norm_line){ lane_load(j->mean + k, n), gamma / spread, beta };
}

KERN_INLINE void
norm_apply_any(const struct norm_job *j, const struct norm_part *p, int k, int n,
	enum kern_activation act)
{
	const size_t c = (size_t)j->s.c, last = (size_t)p->last * c;
	const struct norm_line l = norm_line(j, k, n);
	for (size_t at = (size_t)p->first * c + (size_t)k; at < last; at += c) {
		const vf y = vf_fma(lane_load(j->x + at, n) - l.mean, l.scale, l.beta);
		lane_store(j->out + at, n, rectify(act, y));
	}
}

/* ---- gradients ---- */

/* dy of row `at`, through the activation. */
KERN_INLINE vf
norm_dy(const struct norm_job *j, const struct norm_line *l, size_t at, int n, vf d,
	enum kern_activation act)
{
	const vf dy = lane_load(j->dy + at, n);
	if (act == ACT_LINEAR) return dy;
	return dy * rectify_slope(act, vf_fma(d, l->scale, l->beta));
}

KERN_INLINE void
norm_gradient_any(const struct norm_job *j, const struct norm_part *p, int k, int n,
	enum kern_activation act)
{
	const size_t c = (size_t)j->s.c;
	const int rows = p->last - p->first;
	const struct norm_line line = norm_line(j, k, n);
	const vf zero = vf_set(0.0f);
	vf a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
	size_t at = (size_t)p->first * c + (size_t)k;
	int i = 0;
#define NORM_TERM(u)                                                                               \
	const vf d##u = lane_load(j->x + at + u * c, n) - line.mean;                                   \
	const vf g##u = norm_dy(j, &line, at + u * c, n, d##u, act);                                   \
	a##u += g##u;                                                                                  \
	b##u = vf_fma(g##u, d##u, b##u);
	for (; i + 4 <= rows; i += 4, at += 4 * c) {
		NORM_TERM(0) NORM_TERM(1) NORM_TERM(2) NORM_TERM(3)
	}
	for (; i < rows; i++, at += c) {
		NORM_TERM(0)
	}
#undef NORM_TERM
	float sum[VL], product[VL];
	vf_store(sum, (a0 + a1) + (a2 + a3));
	vf_store(product, (b0 + b1) + (b2 + b3));
	const size_t to = (size_t)p->shard * c + (size_t)k;
	double *s = j->sums[0] + to, *q = j->sums[1] + to;
	for (int l = 0; l < n; l++) {
		s[l] += (double)sum[l];
		q[l] += (double)product[l];
	}
}

/*
 * With xhat = (x - mean)*inv, training: dx = gamma*inv/m*(m*dy - sum dy - xhat*sum dy*xhat); fixed
 * statistics: dx = gamma*inv*dy.
 */
static void
norm_gradient_finish(const struct norm_job *j, int k0, int end)
{
	const double m = j->s.m;
	for (int k = k0; k < end; k++) {
		const double inv = 1.0 / sqrt((double)j->variance[k] + (double)j->s.eps);
		j->scale[k] = (float)((j->s.gamma ? (double)j->s.gamma[k] : 1.0) * inv);
		j->shift[k] = j->s.training ? (float)(j->sums[0][k] / m) : 0.0f;
		j->slope[k] = j->s.training ? (float)(j->sums[1][k] * inv * inv / m) : 0.0f;
		if (j->dgamma) j->dgamma[k] = (float)(j->sums[1][k] * inv);
		if (j->dbeta) j->dbeta[k] = (float)j->sums[0][k];
	}
}

KERN_INLINE void
norm_dx_any(const struct norm_job *j, const struct norm_part *p, int k, int n,
	enum kern_activation act)
{
	const size_t c = (size_t)j->s.c, last = (size_t)p->last * c;
	const struct norm_line line = norm_line(j, k, n);
	const vf scale = lane_load(j->scale + k, n), shift = lane_load(j->shift + k, n);
	const vf slope = lane_load(j->slope + k, n), zero = vf_set(0.0f);
	for (size_t at = (size_t)p->first * c + (size_t)k; at < last; at += c) {
		vf d = zero;
		if (j->s.training || act != ACT_LINEAR) d = lane_load(j->x + at, n) - line.mean;
		vf g = norm_dy(j, &line, at, n, d, act);
		if (j->s.training) g = vf_fma(-d, slope, g - shift);
		lane_put(j->out + at, n, g * scale, j->add);
	}
}

/* ---- each loop for each activation, known to the compiler ---- */

#define NORM_LOOPS(act, what)                                                                      \
	KERN_INLINE void norm_##what##_columns_##act(const struct norm_job *j,                         \
		const struct norm_part *p, int k, int n)                                                   \
	{                                                                                              \
		norm_##what##_any(j, p, k, n, act);                                                        \
	}                                                                                              \
	static void norm_##what##_##act(const struct norm_job *j, const struct norm_part *p)           \
	{                                                                                              \
		norm_walk(j, p, norm_##what##_columns_##act);                                              \
	}
#define NORM_ACTIVATION(act) NORM_LOOPS(act, apply) NORM_LOOPS(act, gradient) NORM_LOOPS(act, dx)
NORM_ACTIVATION(ACT_LINEAR)
NORM_ACTIVATION(ACT_RELU)
NORM_ACTIVATION(ACT_RELU6)
#define NORM_CHOOSE(act, what)                                                                     \
	((act) == ACT_RELU6 ? norm_##what##_ACT_RELU6                                                  \
		: (act) == ACT_RELU ? norm_##what##_ACT_RELU : norm_##what##_ACT_LINEAR)

void
KERN(norm_forward)(const struct kern_norm *s, const float *x, float *mean, float *variance,
	float *y, void *scratch)
{
	struct norm_task t = { .j = { .s = *s, .x = x, .mean = mean, .variance = variance, .out = y },
		.sum = s->training ? norm_moments : NULL, .finish = norm_moments_finish,
		.apply = NORM_CHOOSE(s->act, apply) };
	norm_open(&t.j, scratch);
	norm_run(&t);
}

void
KERN(norm_backward)(const struct kern_norm *s, const float *x, const float *mean,
	const float *variance, const float *dy, float *dx, bool dx_add, float *dgamma, float *dbeta,
	void *scratch)
{
	const bool sums = dgamma || dbeta || (dx && s->training);
	struct norm_task t = { .j = { .s = *s, .add = dx_add, .x = x, .mean = (float *)mean,
		.variance = (float *)variance, .dy = dy, .out = dx, .dgamma = dgamma, .dbeta = dbeta },
		.sum = sums ? NORM_CHOOSE(s->act, gradient) : NULL, .finish = norm_gradient_finish,
		.apply = dx ? NORM_CHOOSE(s->act, dx) : NULL };
	norm_open(&t.j, scratch);
	norm_run(&t);
}
