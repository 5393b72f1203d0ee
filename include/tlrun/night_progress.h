/* floor: run */
/* How far a batch has come: what it set out to do (night.h) beside what its runs' folders say. */
#ifndef TLRUN_NIGHT_PROGRESS_H
#define TLRUN_NIGHT_PROGRESS_H

#include "tlrun/night.h"
#include "tlrun/run_state.h"

enum night_state { NIGHT_DONE, NIGHT_RUNNING, NIGHT_FAILED, NIGHT_INTERRUPTED, NIGHT_WAITING,
	NIGHT_STATES };
extern const char *const night_state_name[NIGHT_STATES];

struct night_run_progress {
	const char *folder;			/* of the seed */
	enum night_state state;
	struct run_state told;		/* of those that run, failed or were interrupted */
	double left;				/* seconds; 0: nothing to do; NaN: unknown */
};

struct night_progress {
	bool alive;					/* the batch's own process runs */
	size_t count[NIGHT_STATES];
	struct night_run_progress *run;	/* [night->n] */
	double left;				/* seconds until all has run, its jobs considered; NaN: unknown */
};

/*
 * Look. A few done runs' times say how far the estimates were off, and what the same
 * configuration's other seeds take; result.json is read of none.
 */
void night_look(struct arena *a, const char *results, const struct night *n,
	struct night_progress *out);

/*
 * Seconds until the last of n runs has ended, each begun in turn as soon as one of jobs is free;
 * busy: how many of the runs, the first ones, are under way. NaN where one of them is.
 */
double night_schedule(struct arena *a, const double *seconds, size_t n, size_t busy, int jobs);

#endif
