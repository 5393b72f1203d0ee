/* floor: run */
/*
 * What `tlrun gc` removes from a results folder: what no experiment refers to any more. It knows
 * the files that tlrun writes (doc/results.md). A folder with anything else in it stays, links are
 * never followed, and what a running tlrun holds is left alone.
 */
#ifndef TLRUN_GARBAGE_H
#define TLRUN_GARBAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"

struct arena;
struct experiment;

/* How an item is removed: whose lock is taken first. */
enum garbage_kind {
	GARBAGE_LEFT,				/* a lock or a temporary file: its own lock */
	GARBAGE_PASSING,			/* a file of a finished run in progress: the lock of its seed */
	GARBAGE_BATCH,				/* the file of a batch that ended */
	GARBAGE_SEED,				/* the folder of a seed: its lock */
	GARBAGE_CONFIG,				/* the folder of a configuration: the locks of all seeds in it */
};

struct garbage_item {
	enum garbage_kind kind;
	const char *path;
	const char *why;			/* "lock of a killed process" */
	bool stale;					/* of older settings, whatever it holds */
	long long bytes;
	const struct garbage_item *next;	/* used while they are gathered */
};

struct garbage {
	size_t n;
	struct garbage_item *item;
	long long bytes;			/* of all items */
	size_t kept;
	const char *kept_lines;		/* what stays although it would go, and why, a line each; "" */
};

/*
 * Without experiments (n 0), over the whole results folder: locks and temporary files of killed
 * processes, files of finished runs in progress, files of ended batches beyond the last NIGHT_KEPT,
 * and folders of seeds and configurations with neither a result nor a checkpoint.
 *
 * With experiments, opened and linked: the same within the folders of their names alone; besides,
 * every configuration of those names that is none of theirs, and every trial that one of their
 * sweeps had and has no more. Configurations that they start from stay.
 *
 * Changes nothing. ERR_DATA: the results folder cannot be listed.
 */
enum status garbage_find(struct arena *a, const char *results, struct experiment *const *x, int n,
	struct garbage *out, struct err *e);
/*
 * Remove them, each under its lock and after a look whether it is garbage still; those that stay
 * are taken out of g, and its bytes are those freed. Of a run result.json goes first: a kill in
 * between leaves folders that the next call removes. Then `latest` and index.html follow. ERR_IO:
 * the first of what could not be removed; the rest is.
 */
enum status garbage_remove(struct arena *a, const char *results, struct experiment *const *x, int n,
	struct garbage *g, struct err *e);

#endif
