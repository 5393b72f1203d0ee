/* Copies, sums of arrays, scaling per channel, dropout: y[i] from x[i], in blocks. */
#include <math.h>

#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct elementwise_job {
	size_t n;
	const float *x;
	float *y;
	bool add;
};

static void
copy_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct elementwise_job *j = ctx;
	const struct loop_range r = loop_block(j->n, LOOP_BLOCK, block);
	loop_copy(r.last - r.first, j->x + r.first, j->y + r.first, j->add);
}

void
KERN(copy)(size_t n, const float *x, float *y, bool add)
{
	struct elementwise_job j = { n, x, y, add };
	parallel_for(loop_blocks(n, LOOP_BLOCK), copy_block, &j);
}

static void
zero_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct elementwise_job *j = ctx;
	const struct loop_range r = loop_block(j->n, LOOP_BLOCK, block);
	memset(j->y + r.first, 0, (r.last - r.first) * sizeof *j->y);
}

void
KERN(zero)(size_t n, float *y)
{
	struct elementwise_job j = { n, NULL, y, false };
	parallel_for(loop_blocks(n, LOOP_BLOCK), zero_block, &j);
}

/* ---- sum of several arrays ---- */

struct sum_inputs_job {
	size_t n;
	int inputs;
	const float *const *x;
	float *y;
};

KERN_INLINE void
sum_inputs_step(const void *job, size_t i, int n)
{
	const struct sum_inputs_job *j = job;
	vf s = lane_load(j->x[0] + i, n);
	for (int k = 1; k < j->inputs; k++) s += lane_load(j->x[k] + i, n);
	lane_store(j->y + i, n, s);
}

static void
sum_inputs_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct sum_inputs_job j = *(const struct sum_inputs_job *)ctx;
	const struct loop_range r = loop_block(j.n, LOOP_BLOCK, block);
	loop_vectors(sum_inputs_step, &j, r.first, r.last);
}

void
KERN(sum_inputs)(size_t n, int inputs, const float *const *x, float *y)
{
	struct sum_inputs_job j = { n, inputs, x, y };
	parallel_for(loop_blocks(n, LOOP_BLOCK), sum_inputs_block, &j);
}

/* ---- scale and offset per channel ---- */

/*
 * Rows of few channels are taken as one flat array: scale and offset are repeated VL times, so that
 * vector v of the array meets vector v mod c of the repetition.
 */
enum { RESCALE_FEW = 16 };

struct rescale_job {
	size_t m;
	int c;
	const float *x, *scale, *offset;	/* offset or NULL */
	float *y;
	bool add;
};

KERN_INLINE vf
rescale_value(vf x, vf scale, const float *offset, int n)
{
	if (offset) return vf_mul_add(x, scale, lane_load(offset, n));
	return x * scale;
}

static void
rescale_few(const struct rescale_job *j, size_t first, size_t last)
{
	float scale[RESCALE_FEW * VL], offset[RESCALE_FEW * VL];
	for (int i = 0; i < j->c * VL; i++) {
		scale[i] = j->scale[i % j->c];
		offset[i] = j->offset ? j->offset[i % j->c] : 0.0f;
	}
	int phase = 0;
	for (size_t i = first; i < last; i += VL, phase = phase + 1 < j->c ? phase + 1 : 0) {
		const int n = last - i < VL ? (int)(last - i) : VL;
		const vf x = lane_load(j->x + i, n);
		const vf v = rescale_value(x, vf_load(scale + phase * VL),
			j->offset ? offset + phase * VL : NULL, VL);
		lane_put(j->y + i, n, v, j->add);
	}
}

static void
rescale_row(const struct rescale_job *j, const float *x, float *y)
{
	for (int i = 0; i < j->c; i += VL) {
		const int n = loop_lanes(j->c - i);
		const vf v = rescale_value(lane_load(x + i, n), lane_load(j->scale + i, n),
			j->offset ? j->offset + i : NULL, n);
		lane_put(y + i, n, v, j->add);
	}
}

static void
rescale_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct rescale_job *j = ctx;
	const struct loop_range r = loop_block(j->m, loop_rows(j->c), block);
	const size_t c = (size_t)j->c;
	if (j->c <= RESCALE_FEW) rescale_few(j, r.first * c, r.last * c);
	else
		for (size_t i = r.first; i < r.last; i++) rescale_row(j, j->x + i * c, j->y + i * c);
}

void
KERN(rescale_forward)(size_t m, int c, const float *x, const float *scale, const float *offset,
	float *y)
{
	struct rescale_job j = { m, c, x, scale, offset, y, false };
	parallel_for(loop_blocks(m, loop_rows(c)), rescale_block, &j);
}

void
KERN(rescale_backward)(size_t m, int c, const float *dy, const float *scale, float *dx, bool add)
{
	struct rescale_job j = { m, c, dy, scale, NULL, dx, add };
	parallel_for(loop_blocks(m, loop_rows(c)), rescale_block, &j);
}

/* ---- dropout ---- */

/*
 * Words of rng.h's Philox4x32-10, a block a 64-bit lane, so VL/2 blocks at once; rng_block gives
 * the same ones, one block at a time.
 */
enum { DROPOUT_BLOCKS = VL / 2, DROPOUT_WORDS = 4 * DROPOUT_BLOCKS };

static void
dropout_words(const struct rng *r, uint32_t block, uint32_t out[DROPOUT_WORDS])
{
	const vw none = { 0 }, low = none + 0xffffffff;
	const vw m0 = none + 0xD2511F53u, m1 = none + 0xCD9E8D57u;
	vw c0 = none, c1 = none + r->ctr[0], c2 = none + r->ctr[1], c3 = none + r->ctr[2];
	for (int l = 0; l < DROPOUT_BLOCKS; l++) c0[l] = (uint32_t)(block + (uint32_t)l);
	uint32_t k0 = r->key[0], k1 = r->key[1];
	for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
		const vw p0 = vw_multiply(c0, m0), p1 = vw_multiply(c2, m1);
		c0 = (p1 >> 32) ^ c1 ^ (none + k0);
		c2 = (p0 >> 32) ^ c3 ^ (none + k1);
		c1 = p1 & low;
		c3 = p0 & low;
	}
	for (int l = 0; l < DROPOUT_BLOCKS; l++) {
		out[4 * l] = (uint32_t)c0[l];
		out[4 * l + 1] = (uint32_t)c1[l];
		out[4 * l + 2] = (uint32_t)c2[l];
		out[4 * l + 3] = (uint32_t)c3[l];
	}
}

struct dropout_job {
	struct rng rng;
	uint32_t least;		/* kept from this word on */
	float scale;
	struct elementwise_job e;
};

/* Elements [first, last), at most DROPOUT_WORDS of them; first is a multiple of that. */
static void
dropout_run(const struct dropout_job *j, size_t first, size_t last)
{
	uint32_t words[DROPOUT_WORDS];
	dropout_words(&j->rng, (uint32_t)(first / 4), words);
	const vi flip = vi_set(INT32_MIN), least = vi_set((int32_t)j->least) ^ flip;
	for (size_t i = first; i < last; i += VL) {
		const int n = last - i < VL ? (int)(last - i) : VL;
		/* Unsigned order is signed order with the upper bit turned. */
		const vi word = vi_load((const int32_t *)words + (i - first)) ^ flip;
		const vf x = lane_load(j->e.x + i, n) * vf_set(j->scale);
		lane_put(j->e.y + i, n, vf_select(vi_ge(word, least), x, vf_set(0.0f)), j->e.add);
	}
}

static void
dropout_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct dropout_job *j = ctx;
	const struct loop_range r = loop_block(j->e.n, LOOP_BLOCK, block);
	for (size_t i = r.first; i < r.last; i += DROPOUT_WORDS)
		dropout_run(j, i, r.last - i < DROPOUT_WORDS ? r.last : i + DROPOUT_WORDS);
}

void
KERN(dropout)(const struct rng *r, float rate, size_t n, const float *x, float *y, bool add)
{
	const double keep = 1.0 - (double)rate;
	if (keep <= 0) {
		if (!add) KERN(zero)(n, y);
		return;
	}
	struct dropout_job j = { .rng = *r, .e = { n, x, y, add } };
	j.least = (uint32_t)ceil((double)rate * 4294967296.0);
	j.scale = (float)(1.0 / keep);
	parallel_for(loop_blocks(n, LOOP_BLOCK), dropout_block, &j);
}
