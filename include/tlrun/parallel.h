/* floor: kernels */
/*
 * The loop over tiles and shards, and the number of threads.
 *
 * Work is cut by shapes, never by threads: a tile's index says what it computes, the thread only
 * where its scratch lies. How many threads take part changes no result, so a short loop runs on the
 * calling thread alone. So does a loop inside a tile, and a loop of one thread while another thread
 * runs one. A forked child may run loops; never fork inside a tile. Inside a tile numbers below
 * FLT_MIN count as 0 (kernels/denormals.h).
 */
#ifndef TLRUN_PARALLEL_H
#define TLRUN_PARALLEL_H

#include <stddef.h>
#include <stdint.h>

enum { PARALLEL_SHARDS = 16 };	/* of a batch, for sums over it; part of the results' definition */

/* Threads for all that follows; 0 takes the machine's (affinity and cgroup respected). Not while a
 * loop runs. */
void parallel_set_threads(int n);
int parallel_threads(void);	/* at least 1 */
int parallel_cores(void);	/* what 0 would give */

/* Run tile(ctx, i, thread) for 0 <= i < tiles, in no certain order; thread < parallel_threads(),
 * and no two tiles with the same thread run at the same time. */
typedef void parallel_tile(void *ctx, int i, int thread);
void parallel_for(int tiles, parallel_tile *tile, void *ctx);

/*
 * For tests: while order is not 0, loops run on the calling thread, but with their tiles in an
 * order and with thread numbers drawn from it, which threads would hardly come to by chance.
 */
void parallel_disorder(uint64_t order);

/* Items [first, last) of n that shard s of PARALLEL_SHARDS owns: n*s/16 … n*(s+1)/16. */
struct shard { int first, last; };
struct shard parallel_shard(int n, int s);

#endif
