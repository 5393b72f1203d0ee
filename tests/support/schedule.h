/* Ways to run loops, none of which may change a bit: numbers of threads, and disorder of tiles. */
#ifndef TLRUN_TESTS_SUPPORT_SCHEDULE_H
#define TLRUN_TESTS_SUPPORT_SCHEDULE_H

#include "tlrun/parallel.h"

enum { SCHEDULES = 7 };	/* the first is one thread, tiles in order */

/* Sets one of the ways; returns its number of threads. schedule(0) when done. */
static inline int
schedule(int way)
{
	static const int threads[SCHEDULES] = { 1, 2, 3, 7, 2, 3, 7 };
	parallel_set_threads(threads[way]);
	parallel_disorder(way < 4 ? 0 : (uint64_t)way);
	return threads[way];
}

#endif
