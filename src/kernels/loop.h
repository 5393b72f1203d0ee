/*
 * Loops over flat arrays, for the sources of KERNEL_SET: arrays are cut into blocks of a fixed
 * size, blocks into vectors, and the last vector of a block may be partial. Blocks are the tiles of
 * parallel_for; one block alone enters no parallel region. Where a cut lies depends on the size
 * only.
 */
#ifndef TLRUN_KERNELS_LOOP_H
#define TLRUN_KERNELS_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/vector.h"
#include "tlrun/parallel.h"

enum { LOOP_BLOCK = 16384 };	/* floats: 64 KiB */

struct loop_range { size_t first, last; };

/* Blocks of n things when per of them are one block. */
KERN_INLINE int
loop_blocks(size_t n, size_t per)
{
	return (int)((n + per - 1) / per);
}

KERN_INLINE struct loop_range
loop_block(size_t n, size_t per, int i)
{
	const size_t first = per * (size_t)i, last = first + per;
	return (struct loop_range){ first, last < n ? last : n };
}

/* Rows of width floats that make about one block. */
KERN_INLINE size_t
loop_rows(size_t width)
{
	return width < LOOP_BLOCK ? LOOP_BLOCK / (width ? width : 1) : 1;
}

/* The shards of a batch; floats is the work, and little of it enters no parallel region. */
KERN_INLINE void
loop_shards(size_t floats, parallel_tile *tile, void *ctx)
{
	if (floats > LOOP_BLOCK) parallel_for(PARALLEL_SHARDS, tile, ctx);
	else
		for (int s = 0; s < PARALLEL_SHARDS; s++) tile(ctx, s, 0);
}

KERN_INLINE int
loop_lanes(int left)
{
	return left < VL ? left : VL;
}

/* n of VL lanes; n is VL, known to the compiler, in all but the last vector. */
KERN_INLINE vf
lane_load(const float *p, int n)
{
	return n == VL ? vf_load(p) : vf_load_n(p, n);
}

KERN_INLINE void
lane_store(float *p, int n, vf v)
{
	if (n == VL) vf_store(p, v);
	else vf_store_n(p, n, v);
}

/* Set, or add to what is there. */
KERN_INLINE void
lane_put(float *p, int n, vf v, bool add)
{
	if (add) v += lane_load(p, n);
	lane_store(p, n, v);
}

/* Lane l is x[(o + l)/m]: the input channels of m outputs each, from output o on. */
KERN_INLINE vf
lane_spread(const float *x, int o, int m, int n)
{
	if (m == 1) return lane_load(x + o, n);
	float lane[VL] = { 0 };
	for (int l = 0; l < n; l++) lane[l] = x[(o + l) / m];
	return vf_load(lane);
}

/*
 * step(job, i, lanes) for the vectors of [first, last). step must be an always-inline function and
 * job a local copy of the caller, so that its members stay in registers while floats are stored.
 */
KERN_INLINE void
loop_vectors(void (*step)(const void *job, size_t i, int n), const void *job, size_t first,
	size_t last)
{
	size_t i = first;
	for (; i + VL <= last; i += VL) step(job, i, VL);
	if (i < last) step(job, i, (int)(last - i));
}

/* y[0…n) (=|+=) x[0…n) */
KERN_INLINE void
loop_copy(size_t n, const float *x, float *y, bool add)
{
	if (!add) {
		memcpy(y, x, n * sizeof *y);
		return;
	}
	size_t i = 0;
	for (; i + VL <= n; i += VL) vf_store(y + i, vf_load(y + i) + vf_load(x + i));
	if (i < n) lane_put(y + i, (int)(n - i), vf_load_n(x + i, (int)(n - i)), true);
}

#endif
