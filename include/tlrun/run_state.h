/* floor: run */
/*
 * How far a run has come, in its state.json: written when it begins, after each epoch (at most once
 * a second) and every ten seconds within, and when it is interrupted or fails; gone when it is
 * done. No result: it may be lost, so it is not synced to the disk. Whether "running" still holds
 * is asked of the run's lock (rundir_locked).
 */
#ifndef TLRUN_RUN_STATE_H
#define TLRUN_RUN_STATE_H

#include <stdbool.h>

#include "tlrun/error.h"

struct arena;
struct rundir;

struct run_state {
	const char *state;			/* "running", "interrupted", "failed" */
	const char *message;		/* why it is no more running; NULL */
	const char *stage;			/* "load data", "train", "test"; NULL: none yet */
	const char *phase;			/* NULL: none yet */
	int epoch, epochs;			/* the one it is in, from 1; 0: none yet. Of all phases */
	int step, steps;			/* done of the epoch's */
	/* Fraction of the training's work that is done: now, and where this process took it up. */
	double share, share_before;
	double seconds;				/* of this process so far */
	const char *updated;		/* "2026-11-24T08:00:00Z" */
	const char *host;
	long long pid;
};

/* One phase of a run: its epochs, and its work in any unit that all phases share. */
struct run_state_phase {
	const char *name;
	int epochs;
	double work;
};

/* The state of a run while it is told on. */
struct run_state_teller {
	const struct rundir *dir;
	const struct run_state_phase *plan;	/* [phases] */
	int phases, phase;			/* the one that it is in */
	int first;					/* the phase's first epoch, from 0; -1: not known yet */
	struct run_state now;
	double started, written;	/* host_seconds */
	bool taken_up;				/* share_before is known */
};

/* Everything below may be called between two steps; where the file cannot be written later on, the
 * run is no worse for it. */
/* plan: the phases in their order; it must outlive the teller. ERR_IO. */
enum status run_state_begin(struct run_state_teller *t, const struct rundir *d,
	const struct run_state_phase *plan, int phases, struct err *e);
void run_state_stage(struct run_state_teller *t, const char *stage);
void run_state_enter(struct run_state_teller *t, int phase);	/* of the plan, from 0 */
/* epoch from 0; step of its steps are done */
void run_state_step(struct run_state_teller *t, int epoch, int step, int steps);
void run_state_epoch(struct run_state_teller *t, int epoch);	/* from 0; it is over */
/* It is no more running: "interrupted" or "failed". */
void run_state_end(struct run_state_teller *t, const char *state, const char *message);

/* For a batch whose run died without a word: "failed" with this message over what the run told
 * last. ERR_IO. */
enum status run_state_died(const char *seed_folder, const char *message, struct err *e);

/*
 * What stands in a seed's folder, "running" changed to "interrupted" where nobody holds its lock.
 * false: nothing, or nothing that can be read.
 */
bool run_state_read(struct arena *a, const char *seed_folder, struct run_state *out);

#endif
