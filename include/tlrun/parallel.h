/* floor: kernels */
/*
 * The loop over tiles and shards, and the number of threads.
 *
 * Work is cut by shapes, never by threads: a tile's index says what it computes, the thread only
 * where its scratch lies. No nesting: a tile must not call parallel_for. Never fork after the first
 * parallel_for (libgomp hangs in the child): spawn a new process. Inside a tile numbers below
 * FLT_MIN
 * count as 0 (kernels/denormals.h).
 */
#ifndef TLRUN_PARALLEL_H
#define TLRUN_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_SHARDS = 16 };	/* of a batch, for sums over it; part of the results' definition */

/* Threads for all that follows; 0 takes the machine's (affinity and cgroup respected). Once, at
 * start. */
void parallel_set_threads(int n);
int parallel_threads(void);	/* at least 1 */
int parallel_cores(void);	/* what 0 would give */

/* Run tile(ctx, i, thread) for 0 <= i < tiles, dynamically scheduled; thread <
 * parallel_threads(). */
typedef void parallel_tile(void *ctx, int i, int thread);
void parallel_for(int tiles, parallel_tile *tile, void *ctx);

/* Items [first, last) of n that shard s of PARALLEL_SHARDS owns: n*s/16 … n*(s+1)/16. */
struct shard { int first, last; };
struct shard parallel_shard(int n, int s);

#endif
