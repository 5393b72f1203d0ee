/*
 * Numbers about whole arrays: sums in double, whether all is finite, the first maximum of each row.
 *
 * A sum has one structure whatever runs it: blocks of 4096, in each 16 partial sums (element i goes
 * to sum i mod 16), these added in order, blocks added in order within at most SUM_TILES tiles,
 * tiles in order.
 */
#include <math.h>

#include "kernels/kernel_set.h"
#include "kernels/loop.h"

enum { SUM_BLOCK = 4096, SUM_LANES = 16, SUM_TILES = 256 };

struct sum_job {
	size_t n, per;		/* per: elements of a tile, whole blocks */
	const float *x;
	bool squares;		/* or absolute values */
	double tile[SUM_TILES];
};

KERN_INLINE double
sum_term(float x, bool squares)
{
	return squares ? (double)x * x : fabs((double)x);
}

KERN_INLINE double
sum_block(const float *x, size_t n, bool squares)
{
	double lane[SUM_LANES] = { 0 };
	size_t i = 0;
	for (; i + SUM_LANES <= n; i += SUM_LANES)
		for (int l = 0; l < SUM_LANES; l++) lane[l] += sum_term(x[i + l], squares);
	for (int l = 0; i < n; i++, l++) lane[l] += sum_term(x[i], squares);
	double s = 0;
	for (int l = 0; l < SUM_LANES; l++) s += lane[l];
	return s;
}

static void
sum_tile(void *ctx, int tile, int thread)
{
	(void)thread;
	struct sum_job *j = ctx;
	const struct loop_range r = loop_block(j->n, j->per, tile);
	double s = 0;
	for (size_t i = r.first; i < r.last; i += SUM_BLOCK) {
		const size_t n = r.last - i < SUM_BLOCK ? r.last - i : SUM_BLOCK;
		s += j->squares ? sum_block(j->x + i, n, true) : sum_block(j->x + i, n, false);
	}
	j->tile[tile] = s;
}

static double
sum_all(size_t n, const float *x, bool squares)
{
	struct sum_job j = { .n = n, .x = x, .squares = squares };
	const size_t blocks = (n + SUM_BLOCK - 1) / SUM_BLOCK;
	const size_t least = LOOP_BLOCK / SUM_BLOCK, share = (blocks + SUM_TILES - 1) / SUM_TILES;
	j.per = SUM_BLOCK * (share > least ? share : least);
	const int tiles = loop_blocks(n, j.per);
	parallel_for(tiles, sum_tile, &j);
	double s = 0;
	for (int i = 0; i < tiles; i++) s += j.tile[i];
	return s;
}

double
KERN(sum_squares)(size_t n, const float *x)
{
	return sum_all(n, x, true);
}

double
KERN(sum_abs)(size_t n, const float *x)
{
	return sum_all(n, x, false);
}

/* ---- all finite ---- */

struct finite_job {
	size_t n;
	const float *x;
	int bad;
};

static void
finite_block(void *ctx, int block, int thread)
{
	(void)thread;
	struct finite_job *j = ctx;
	const struct loop_range r = loop_block(j->n, LOOP_BLOCK, block);
	/* x*0 is 0 for what is finite and not a number for all else; the sum keeps either. */
	vf s = vf_set(0.0f);
	for (size_t i = r.first; i < r.last; i += VL) {
		const int n = r.last - i < VL ? (int)(r.last - i) : VL;
		s += lane_load(j->x + i, n) * vf_set(0.0f);
	}
	float lane[VL];
	vf_store(lane, s);
	for (int l = 0; l < VL; l++)
		if (!(lane[l] == 0.0f)) __atomic_store_n(&j->bad, 1, __ATOMIC_RELAXED);
}

bool
KERN(all_finite)(size_t n, const float *x)
{
	struct finite_job j = { n, x, 0 };
	parallel_for(loop_blocks(n, LOOP_BLOCK), finite_block, &j);
	return !j.bad;
}

/* ---- first maximum ---- */

struct argmax_job {
	size_t rows, per;
	int c;
	const float *x;
	int32_t *out;
};

static void
argmax_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct argmax_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first; i < r.last; i++) {
		const float *x = j->x + i * (size_t)j->c;
		int best = 0;
		for (int k = 1; k < j->c; k++)
			if (x[k] > x[best] || (x[best] != x[best] && x[k] == x[k])) best = k;
		j->out[i] = best;
	}
}

void
KERN(argmax)(int rows, int c, const float *x, int32_t *out)
{
	struct argmax_job j = { (size_t)rows, loop_rows(c), c, x, out };
	parallel_for(loop_blocks(j.rows, j.per), argmax_block, &j);
}
