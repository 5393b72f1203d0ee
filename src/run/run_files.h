/* The files of a run. Used in src/run/ only. */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "tlrun/experiment.h"
#include "tlrun/report.h"
#include "tlrun/rundir.h"

/* What the trainer gave as a record, in the arena. */
struct record *run_record(struct arena *a, const struct experiment *x, uint64_t seed,
	const struct rundir_origin *o, const struct trainer_result *r);
/* One evaluation alone: names, classes, metrics as a record's, and what it came to. */
struct record *run_record_evaluation(struct arena *a, const struct experiment *x,
	const struct evaluation_result *t, struct record_split *split);
/* The measured times and the machine; seconds_total, cpu_seconds, started and the plan are the
 * caller's. */
void run_timing(struct arena *a, const struct trainer_result *r, struct timing *t);

/* One hash for a checkpoint's: the configuration's where nothing else belongs to it. */
const char *run_origin_hash(struct arena *a, const struct rundir_origin *o);
/*
 * Copy the weights of x's source over the initial weights; without a source, do nothing. want is
 * the hash that the source's record has of them (rundir_origin.start). ERR_DATA: they do not fit,
 * or are not those.
 */
enum status run_start(struct arena *a, const struct experiment *x, const char *results,
	uint64_t seed, const char *want, const struct net *net, float *block, struct err *e);

/* All files of one seed, result.json last; then checkpoint and state.json go. */
enum status run_write(struct arena *a, struct experiment *x, const struct rundir *d,
	const struct record *r, const struct timing *t, const struct trainer_result *result,
	const float *weights, struct err *e);
/* experiment.yaml, report.md and summary.json of the configuration's folder. */
enum status run_write_reports(struct arena *a, const struct experiment *x, const struct rundir *d,
	struct err *e);
/* Remove what only a run in progress has. A finished one that was killed just then left it. */
void run_tidy(struct arena *a, const struct rundir *d);	/* with the lock held */
void run_tidy_done(struct arena *a, const struct rundir *d);	/* where nobody holds it */
/* Remove result.json and the checkpoint: the seed is to run anew. */
enum status run_forget(struct arena *a, const struct rundir *d, struct err *e);

#endif
