/*
 * The loop over tiles: on the calling thread alone, or with helpers (team.h) where that is faster.
 *
 * Which one it is depends on what the loop took the last times, on this machine, as it was measured
 * here. It changes no result: what a tile computes depends on its index alone.
 */
#include <stdatomic.h>
#include <stdbool.h>

#include "kernels/denormals.h"
#include "kernels/team.h"
#include "tlrun/parallel.h"
#include "tlrun/rng.h"

enum {
	/* Nanoseconds: a shorter loop is not worth the way of its data between two cores; */
	PARALLEL_WORTH = 2500,
	/* so much must be gained, by one loop or by several that follow, to wake a sleeping helper. */
	PARALLEL_WAKE = 20000,
	PARALLEL_KNOWN = 256,	/* loops that are remembered */
	PARALLEL_LOOK = 16		/* a loop that runs on one thread is timed once in so many times */
};

/* What one kind of loop takes on one thread. Loops that share an entry take turns in it. */
struct parallel_known {
	parallel_tile *tile;
	int tiles;
	unsigned runs;
	int64_t ns;			/* a moving average; 0: not known yet */
};

static int parallel_asked;	/* 0: as many as parallel_cores() */
static uint64_t parallel_order;
static atomic_flag parallel_taken = ATOMIC_FLAG_INIT;	/* the team and what is below are in use */
static struct parallel_known parallel_known[PARALLEL_KNOWN];
static int64_t parallel_missed;	/* ns that sleeping helpers could have saved since one was called */

void
parallel_set_threads(int n)
{
	parallel_asked = n > 0 ? n : 0;
}

int
parallel_threads(void)
{
	return parallel_asked > 0 ? parallel_asked : parallel_cores();
}

void
parallel_disorder(uint64_t order)
{
	parallel_order = order;
}

static void
parallel_alone(int tiles, parallel_tile *tile, void *ctx)
{
	const int thread = team_thread();
	for (int i = 0; i < tiles; i++) tile(ctx, i, thread);
}

static int
parallel_gcd(int a, int b)
{
	return b == 0 ? a : parallel_gcd(b, a % b);
}

/* A stride that has no factor in common with the tiles meets each of them once. */
static void
parallel_disordered(int threads, int tiles, parallel_tile *tile, void *ctx)
{
	const struct rng r = rng_stream(parallel_order, RNG_STATISTICS, 0, (uint64_t)tiles);
	int stride = 1 + (int)rng_below(&r, 0, (uint64_t)tiles);
	while (parallel_gcd(tiles, stride) != 1) stride++;
	for (int n = 0; n < tiles; n++) {
		const int i = (int)(((long)n * stride + (long)(parallel_order % (uint64_t)tiles)) % tiles);
		tile(ctx, i, (int)rng_below(&r, (uint64_t)n + 1, (uint64_t)threads));
	}
}

static struct parallel_known *
parallel_find(int tiles, parallel_tile *tile)
{
	const uintptr_t hash = ((uintptr_t)tile >> 4) * 31 + (uintptr_t)tiles * 17;
	struct parallel_known *k = &parallel_known[hash % PARALLEL_KNOWN];
	if (k->tile != tile || k->tiles != tiles)
		*k = (struct parallel_known){ .tile = tile, .tiles = tiles };
	return k;
}

/* One long time (the system let others run meanwhile) counts no more than twice the average. */
static void
parallel_learn(struct parallel_known *k, int64_t ns)
{
	if (k->ns == 0) k->ns = ns;
	else k->ns += ((ns < 2 * k->ns ? ns : 2 * k->ns) - k->ns) / 8;
}

static void
parallel_alone_timed(struct parallel_known *k, void *ctx)
{
	if (k->runs++ % PARALLEL_LOOK != 0) {
		parallel_alone(k->tiles, k->tile, ctx);
		return;
	}
	const int64_t start = team_clock();
	parallel_alone(k->tiles, k->tile, ctx);
	parallel_learn(k, team_clock() - start);
}

/* Whether a loop of so many nanoseconds wakes a sleeper; with more than one thread. */
static bool
parallel_wakes(int64_t ns)
{
	if (team_asleep() == 0) return false;
	parallel_missed += ns / 2;	/* two threads gain half, more threads hardly need to gain more */
	if (parallel_missed < PARALLEL_WAKE) return false;
	parallel_missed = 0;
	return true;
}

static void
parallel_choose(int threads, int tiles, parallel_tile *tile, void *ctx)
{
	struct parallel_known *k = parallel_find(tiles, tile);
	const bool known = k->ns > 0;
	team_resize(threads);
	if (known && k->ns < PARALLEL_WORTH) {
		parallel_alone_timed(k, ctx);
		return;
	}
	const bool wake = parallel_wakes(known ? k->ns : 2 * PARALLEL_WAKE);
	if (wake || team_awake() > 0) parallel_learn(k, team_run(tiles, tile, ctx, wake));
	else parallel_alone_timed(k, ctx);
}

void
parallel_for(int tiles, parallel_tile *tile, void *ctx)
{
	const int threads = parallel_threads();
	const struct denormals before = denormals_flush();
	if (parallel_order && tiles > 1) parallel_disordered(threads, tiles, tile, ctx);
	else if (threads == 1 || tiles <= 1 || atomic_flag_test_and_set(&parallel_taken))
		parallel_alone(tiles, tile, ctx);
	else {
		parallel_choose(threads, tiles, tile, ctx);
		atomic_flag_clear(&parallel_taken);
	}
	denormals_restore(before);
}

struct shard
parallel_shard(int n, int s)
{
	return (struct shard){ (int)((long)n * s / PARALLEL_SHARDS),
		(int)((long)n * (s + 1) / PARALLEL_SHARDS) };
}
