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

/*
 * A smoke test has a results folder of its own: lay into it the runs of the folder that stands
 * which the n linked experiments start from and which are none of them. ERR_IO.
 */
enum status smoke_sources(struct arena *a, struct experiment *const *x, int n,
	const char *standing, const char *results, struct err *e);

/*
 * Link x, opened alone, to that configuration of its source in the results folder with which it has
 * this hash. ERR_DATA: none there has.
 */
enum status batch_link_again(struct arena *a, struct experiment *x, const char *results,
	const char *config_hash, struct err *e);

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
	bool strict;				/* passed on: --strict */
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

/* The exit code of a process of a batch whose run another tlrun holds (sysexits.h's
 * EX_CANTCREAT). */
enum { BATCH_EXIT_HELD = 73 };

enum batch_state {
	BATCH_LEFT,					/* to be run, or interrupted before this process */
	BATCH_RUNNING,
	BATCH_DONE,					/* before, or by this batch */
	BATCH_FAILED,
	BATCH_NOT_RUN,				/* what it starts from failed */
	BATCH_INTERRUPTED,			/* by a signal or the time that --until gives */
};

/* One experiment with one seed. */
struct batch_run {
	struct experiment *x;
	uint64_t seed;
	int source;					/* the run it starts from; -1: none of this batch */
	const struct rundir *dir;
	enum batch_state state;
	bool resumes;				/* a checkpoint stands there */
	bool anew;					/* whatever stands there: --rerun, or it is of other data */
	const char *damage;			/* rundir_damage of a run that was done before; NULL: none */
	const char *why;			/* it is to be done, as words; NULL: it is done */
	double seconds;				/* estimated, with one job; NaN: unknown */
	double memory;				/* planned bytes */
	/* BATCH_FAILED, BATCH_NOT_RUN: */
	enum status code;
	const char *cause;
	/* what runs it */
	int pid;
	double held;				/* another tlrun does, as far as was seen; looked at again then */
	bool held_reported;
};

/* What is to be done, sources before what starts from them. */
struct batch {
	struct arena *a;
	const struct batch_options *o;
	struct experiment *const *x;
	int experiments, n;
	struct batch_run *run;
	struct plan_data *data;		/* digests of data, each read once */
	long long oom_kills;		/* of the control group, when last looked at; -1: unknown */
};

/*
 * All runs of n experiments, in their order, with what stands in the results folder and, where
 * gflops (of one core) is given, an estimate of those that are left. Options and experiments must
 * outlive it. Never fails.
 */
struct batch *batch_plan(struct arena *a, struct experiment *const *x, int n,
	const struct batch_options *o, double gflops);
int batch_count(const struct batch *b, enum batch_state state);
/*
 * Write down in the results folder, for `tlrun status`, that these runs were listed for others to
 * do. ERR_IO.
 */
enum status batch_listed(struct batch *b, struct err *e);

/* What the command line is told; any may be NULL. */
struct batch_events {
	void *ctx;
	void (*done)(void *ctx, const struct batch_run *r);	/* it was done before */
	void (*held)(void *ctx, const struct batch_run *r);	/* another tlrun is running it */
	void (*failed)(void *ctx, const struct batch_run *r);	/* or it is not run */
	/* n processes are asked to stop, by a signal or (0) since the time is over. */
	void (*stopping)(void *ctx, int n, int signal);
};

/*
 * Run what is left, jobs at a time; one that fails harms no other. After the last run of each
 * experiment its reports are written, and the comparison over all that have records. Signals are
 * taken here while processes run: the first is passed on and they stop with a checkpoint, a second
 * one kills them.
 *
 * Returns OK; ERR_FAILED when a run failed, and e the first one's error; ERR_STOPPED by
 * run.events->stop or *signal (0 or what arrived); ERR_IO: a report could not be written. The
 * images of each experiment are released when its last run ends.
 */
enum status batch_run(struct batch *b, const struct batch_events *ev, int *signal, struct err *e);

#endif
