/* floor: run */
/*
 * The few numbers of each run's record that a list shows, kept in results/.index so that ten
 * thousand records need not be read for a list. It is a cache: each row holds which file it was
 * read from (inode, time, size), what has changed is read again, and it may be removed.
 */
#ifndef TLRUN_RUN_INDEX_H
#define TLRUN_RUN_INDEX_H

#include <stdbool.h>

struct arena;

/* One run that has a record. */
struct run_brief {
	bool whole;					/* false: its result.json is damaged, the rest unknown */
	const char *metric;			/* the headline's name */
	double test;				/* and its value on the test split; may be NaN */
	int epochs;					/* that were run */
};

struct run_index;

/* What was kept for this results folder; an index that cannot be read is an empty one. */
struct run_index *run_index_open(const char *results);
/* The run of a folder below results; strings live as long as the index. false: no record there. */
bool run_index_get(struct run_index *x, const char *seed_folder, struct run_brief *out);
/* Keep what was asked for, if any of it is new, where results can be written to; then free it. */
void run_index_close(struct run_index *x);

#endif
