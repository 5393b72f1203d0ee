/* floor: run */
/*
 * One run: an experiment with one seed, from data to record; and one experiment over its seeds.
 */
#ifndef TLRUN_SINGLE_H
#define TLRUN_SINGLE_H

#include "tlrun/experiment.h"
#include "tlrun/report.h"
#include "tlrun/rundir.h"

/* What the command line wants to hear and says. */
struct run_events {
	void *ctx;
	bool (*stop)(void *ctx);	/* a signal arrived */
	void (*begin)(void *ctx, const struct experiment *x, uint64_t seed, const char *folder);
	/* done before */
	void (*skip)(void *ctx, const struct experiment *x, uint64_t seed, const char *folder);
	void (*resume)(void *ctx);	/* a checkpoint stands there: it goes on from it */
	void (*stage)(void *ctx, const char *stage);
	void (*note)(void *ctx, const char *text);	/* one line that the user should know */
	void (*phase)(void *ctx, const struct trainer_phase *p);	/* it begins */
	void (*features)(void *ctx, int done, int images);	/* of the prefix's pass */
	void (*step)(void *ctx, int epoch, int epochs, int step, int steps, double loss,
		double accuracy);
	void (*epoch)(void *ctx, const struct experiment *x, const struct epoch_row *row);
	void (*end)(void *ctx, const struct experiment *x, uint64_t seed, const char *folder,
		const struct record *r, const struct timing *t);
};

struct run_options {
	const char *results;		/* "results" */
	bool rerun;					/* run although it is done */
	bool keep_done;				/* what another version or build of tlrun has done is done */
	bool no_cache;				/* the prefix is computed in each epoch */
	long long cache_limit;		/* bytes of results/cache; 0: what the disk has free */
	const struct run_events *events;
};

/*
 * What a seed's result follows from. ERR_FAILED: it starts from an experiment that has no finished
 * run of this seed.
 */
enum status run_origin(struct arena *a, const struct experiment *x, const char *results,
	uint64_t seed, struct rundir_origin *out, struct err *e);

/*
 * Run one seed: a done one is skipped, an interrupted one goes on. *held: nothing was run, because
 * another tlrun is running it (ERR_FAILED).
 */
enum status run_seed(struct experiment *x, const struct run_options *o, uint64_t seed, bool *held,
	struct err *e);
/* experiment.yaml and the reports over the seeds that are done; `latest` moves. */
enum status run_reports(struct arena *a, const struct experiment *x, const char *results,
	struct err *e);

/*
 * Run all seeds of an experiment in turn, skipping the done ones, resuming the interrupted; then
 * write report.md, summary.json, experiment.yaml and move `latest`. The first error ends it.
 */
enum status run_experiment(struct arena *a, struct experiment *x, const struct run_options *o,
	struct err *e);

#endif
