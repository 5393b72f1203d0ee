/*
 * The threads that help with a loop, and how its tiles are handed out.
 *
 * A loop is published; whoever is free claims its next tile. The calling thread claims, too, and
 * waits at the end only for tiles that a helper has begun: a helper that sleeps, or that the system
 * does not let run, delays nothing. Who waits spins for some microseconds and then sleeps, so a
 * busy machine loses no time to waiting threads.
 *
 * One thread at a time may use the team; parallel.c sees to that.
 */
#ifndef KERNELS_TEAM_H
#define KERNELS_TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/parallel.h"

/* Nanoseconds of a clock that only runs forward. */
int64_t team_clock(void);

/* Have helpers for loops on so many threads, the caller's included; the helpers of another number
 * end first. Where the system gives no more threads there are fewer helpers. */
void team_resize(int threads);

/* The calling thread's number in the team: 0 where it is no helper. */
int team_thread(void);

/* How many helpers sleep, and how many wait awake for the next loop or still work. */
int team_asleep(void);
int team_awake(void);

/*
 * Run tile(ctx, i, thread) for all i of tiles, which is at least 1; thread is 0 on the calling
 * thread and 1 up to threads - 1 on helpers. wake: sleeping helpers are called, too. Returns about
 * how many nanoseconds the calling thread alone would have needed, 0 where it ran no tile.
 */
int64_t team_run(int tiles, parallel_tile *tile, void *ctx, bool wake);

#endif
