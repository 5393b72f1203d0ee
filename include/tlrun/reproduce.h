/* floor: run */
/*
 * A run made again: from the experiment.yaml of its folder, in a results folder of its own, and
 * what came of it compared file by file.
 */
#ifndef TLRUN_REPRODUCE_H
#define TLRUN_REPRODUCE_H

#include "tlrun/experiment.h"
#include "tlrun/single.h"

struct reproduce_request {
	const char *results;		/* where RUN is looked for */
	const char *run;			/* as rundir_find takes it, or a seed's folder below it */
	const char *seeds;			/* "1,2"; NULL: the folder's, or the first with a record */
	const char *data;			/* --data, NULL */
	int threads;				/* 0: the machine's */
	const char *scratch;		/* an empty folder */
};

struct reproduction {
	const char *name;			/* "cnn/2342705f" */
	const char *folder;			/* of its configuration, absolute */
	const char *scratch;
	struct experiment *x;		/* opened, of the seeds chosen; to be closed */
	const char *others;			/* seeds with a record that were not chosen: "2,3"; "" */
};

/*
 * Find the run and open its experiment. Data and weights are looked for where the run had them
 * (timing.json; data stands for a path that the experiment has), the experiment it starts from
 * beside it. ERR_USAGE: no such run or seed; ERR_CONFIG with diags; ERR_DATA: data or source are
 * not there, or this tlrun reads the file otherwise.
 */
enum status reproduce_open(struct arena *a, const struct reproduce_request *q,
	struct reproduction *out, struct diags *d, struct err *e);
/* Run its seeds. */
enum status reproduce_run(struct arena *a, const struct reproduction *r,
	const struct run_events *ev, struct err *e);

/* ---- files of one seed, side by side ---- */

/* The first place where two files differ. */
struct file_difference {
	const char *file;			/* "history.csv" */
	const char *where;			/* "line 4, epoch 3, val_loss"; NULL: nothing differs */
	const char *then, *now;		/* what stands there in each; NULL: nothing that can be shown */
};

enum { REPRODUCE_FILES = 5 };
struct seed_differences {
	struct file_difference file[REPRODUCE_FILES];
	int n;						/* of them differ */
	/* versions or builds of tlrun differ, which result.json names; no difference of the result */
	const char *builds;			/* NULL: they are the same */
};
/* result.json, history.csv, predictions.csv and model.safetensors of the seed, and experiment.yaml,
 * of two configuration folders. ERR_IO, ERR_DATA. */
enum status reproduce_compare(struct arena *a, const char *then, const char *now, uint64_t seed,
	struct seed_differences *out, struct err *e);

#endif
