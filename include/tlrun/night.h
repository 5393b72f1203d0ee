/* floor: run */
/*
 * What a batch, or a run that stands alone, set out to do, in results/batches/<id>.json: its runs
 * in the order they begin, with the time each was thought to take. How far each has come stands in
 * the runs' own folders, so this file is written once, and what reads it also works after the batch
 * was killed.
 *
 * {"format": 1, "started": …, "host": …, "pid": …, "jobs": …, "listed": …,
 *  "columns": ["name", "configuration", "seed", "file", "seconds", "done"],
 *  "runs": [[…], …]}
 */
#ifndef TLRUN_NIGHT_H
#define TLRUN_NIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlrun/error.h"

struct arena;

/* One experiment with one seed; a sweep's trial is an experiment of its own name. */
struct night_run {
	const char *name, *config_hash;	/* 64 hex digits */
	uint64_t seed;
	const char *file;			/* the experiment's */
	double seconds;				/* estimated, with one job; NaN: unknown */
	bool done;					/* when the batch began */
};

struct night {
	/* "20261124T073000Z-4711", of a list with "-list" behind it: sorted, they are by time */
	const char *id;
	const char *started;		/* "2026-11-24T07:30:00Z" */
	const char *host;
	long long pid;
	int jobs;					/* runs at the same time */
	bool listed;				/* `tlrun batch --list` printed its runs; others do them */
	size_t n;
	struct night_run *run;
	int lock;					/* file descriptor, -1 none; held by the batch's own process */
};

/* How many files of batches that ended are kept, and how many lists. */
enum { NIGHT_KEPT = 8 };

/*
 * Write jobs, runs and listed, which the caller set. It fills in id, started, host, pid and lock.
 * First it removes the locks and temporary files that killed batches and their runs left
 * (night_tidy), at last all but the newest NIGHT_KEPT files of ended batches. ERR_IO: no file was
 * written. The lock shows others that the batch is running. If it cannot be taken, the batch runs
 * without one.
 */
enum status night_write(struct arena *a, const char *results, struct night *n, struct err *e);
/* Remove the locks and temporary files that killed processes left: those of results/, batches/ and
 * cache/, and those of the runs of killed batches. What a running process holds stays. */
void night_tidy(const char *results);
/* The batch ends: its lock is given back, its file stays. */
void night_end(const char *results, struct night *n);

/* The ids of all batches, oldest first; n 0: none. ERR_IO. */
enum status night_list(
	struct arena *a, const char *results, const char *const **ids, size_t *n, struct err *e);
bool night_is_list(const char *id);
/* Those of them that ended and are not among the newest NIGHT_KEPT, newest first. Lists are counted
 * apart: each of the commands of a list is a batch of its own. */
enum status night_old(
	struct arena *a, const char *results, const char *const **ids, size_t *n, struct err *e);
/* One batch by its id. ERR_DATA: none, damaged, or newer than this program knows. */
enum status night_read(
	struct arena *a, const char *results, const char *id, struct night *n, struct err *e);
const char *night_file(struct arena *a, const char *results, const char *id);
/* Whether its process holds its lock now. */
bool night_alive(struct arena *a, const char *results, const char *id);

#endif
