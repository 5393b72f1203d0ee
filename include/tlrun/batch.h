/* floor: run */
/* Many experiments: the files of folders, run one after the other, and their comparison. */
#ifndef TLRUN_BATCH_H
#define TLRUN_BATCH_H

#include "tlrun/single.h"

/* Files in the order given; a folder means its *.yaml, sorted. ERR_CONFIG: none there, or none
 * such. */
enum status batch_files(struct arena *a, const char *const *arg, int n, const char *const **files,
	int *count, struct err *e);

/* The records of those of n experiments that have some, into sets (room for n): how many. */
int batch_records(struct arena *a, struct experiment *const *x, int n, const char *results,
	const struct record_set **sets);

/*
 * Find what each start_from names, among the n experiments or in the results folder, and reorder x
 * so that sources come first, the others as they were; the source's hash becomes part of the
 * dependent's. Reported, and false: a name that is nowhere, itself, a circle, seeds that the source
 * has not. To be called once, before anything asks for their records.
 */
bool batch_link(struct arena *a, struct experiment **x, int n, const char *results,
	struct diags *d);

/* Of the n experiments keep the one of that name and those it starts from; the others are closed.
 * ERR_USAGE, with the nearest name. */
enum status batch_only(struct arena *a, struct experiment **x, int *n, const char *name,
	struct err *e);
/* The one of all that x starts from; NULL: none of them, or none at all. */
const struct experiment *batch_source(const struct experiment *x, struct experiment *const *all,
	int n);

/* What the command line adds to the files, and how the runs are run. */
struct batch_options {
	struct run_options run;
	const char *const *overrides;	/* "a.b.c=value", of every file */
	int n_overrides;
	const char *data, *isa;		/* --data, --isa; NULL */
	int threads;				/* --threads; 0: the files', or the machine's cores over jobs */
	int jobs;					/* runs at the same time; 0 is 1 */
	bool fail_fast;				/* the first failure ends the batch */
	bool smoke;					/* passed on: --smoke */
	/* Each run is a process of its own, this program once more. false: they run one after the other
	 * in this process. */
	bool spawn;
	bool quiet, verbose;		/* passed on to them */
	bool status_line;			/* stderr is a terminal: a run alone there may use it */
};

/*
 * The command line of one run, NULL-ended: "tlrun run FILE …", which stands for itself, wherever
 * it is run: with the files of the experiments that x starts from, all that this command line adds
 * to the files, and the seed. x is one of all, n of them.
 */
const char *const *batch_command(struct arena *a, const struct experiment *x, uint64_t seed,
	struct experiment *const *all, int n, const struct batch_options *o);

struct batch_events {
	void *ctx;
	void (*failed)(void *ctx, const struct experiment *x, enum status code, const struct err *e);
};

/*
 * Run them all; a failed one does not stop the others (unless fail_fast), a signal does. With more
 * than one, results/comparison.md is written over those that have records. Returns OK, ERR_FAILED
 * (one experiment, it failed), ERR_STOPPED; *failed counts. The images of each are released when it
 * ends.
 */
enum status batch_run(struct arena *a, struct experiment *const *x, int n,
	const struct run_options *o, const struct batch_events *ev, bool fail_fast, int *failed,
	struct err *e);

#endif
