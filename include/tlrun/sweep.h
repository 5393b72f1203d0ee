/* floor: run */
/*
 * Sweeps: one file, many experiments. A trial is the same file with the overrides `sweep=null
 * name=TRIAL key=value…`, so that it can be run, repeated and looked up by itself.
 */
#ifndef TLRUN_SWEEP_H
#define TLRUN_SWEEP_H

#include "tlrun/field.h"
#include "tlrun/report.h"

struct err;
struct experiment;
struct experiment_request;

enum { SWEEP_MAX_TRIALS = 1000 };
#define SWEEP_PAGE "sweep.html"
enum sweep_method { SWEEP_GRID, SWEEP_RANDOM };
enum sweep_goal { SWEEP_AS_METRIC, SWEEP_MAXIMIZE, SWEEP_MINIMIZE };
enum sweep_distribution { SWEEP_VALUES, SWEEP_UNIFORM, SWEEP_LOG_UNIFORM, SWEEP_INT_UNIFORM };

/* ---- as the file says it ---- */

/* A key and what it takes: n values, or a distribution of numbers from min to max. */
struct sweep_key {
	const char *key;			/* "training.optimizer.learning_rate" */
	struct mark at;				/* where it stands */
	int span;
	const struct node *node;	/* its map, or its list in a zip */
	enum sweep_distribution distribution;
	size_t n;
	const struct node *const *value;
	double min, max;
	const struct node *min_node, *max_node;
};
/* Keys that change together: one of parameters, or a map of zip. */
struct sweep_axis {
	bool unread;				/* what its keys take could not be read (reported) */
	size_t keys, points;		/* points: values of each key; 0: drawn from distributions */
	struct sweep_key *key;
};
struct sweep_axes { size_t n; struct sweep_axis *v; };
struct sweep_metric {
	/* "val_accuracy"; NULL: val_ and the headline; "accuracy": of the training images, where none
	 * validates */
	const char *name;
	int goal;					/* enum sweep_goal */
};
struct sweep_options {
	bool given;
	bool some;					/* an axis at least was read: its values can be checked */
	int method;					/* enum sweep_method */
	struct sweep_metric metric;
	struct sweep_axes parameters, zip;
	long long seed;
	int max_trials;				/* 0: the whole grid */
};

/* ---- expanded ---- */

/* What ranks the trials: a metric of the restored weights on a split, or of the epoch that they are
 * of as the training saw it. */
struct sweep_ranking {
	const char *name;			/* "val_accuracy" */
	bool test, training;		/* of the test split; of the training images */
	bool lower;					/* lower is better */
};
struct sweep_setting {
	const char *key;
	struct mark at;				/* of the key */
	int span;
	const struct node *value;
	const char *text;			/* of value, as an override has it */
};
struct sweep_trial {
	const struct sweep *sweep;
	const char *name;			/* "grid-learning_rate-0.01-units-64" */
	struct sweep_setting *setting;	/* [keys] */
};
struct sweep {
	const char *name, *path;	/* of the experiment and its file */
	struct sweep_ranking rank;
	int keys;
	const char *const *key;		/* [keys], parameters first, in the order written */
	const char *const *label;	/* [keys], as few of its last parts as tell it from the others */
	const bool *drawn_log;		/* [keys] drawn log-uniformly */
	const int *order;			/* [keys], in which they are set: a.b before a.b.c */
	int n, same;				/* same: further trials that would be one of these again */
	struct sweep_trial *trial;	/* [n] */
};

/* The trials of x as the file says them, not checked; the same for the same file. Names are slugs
 * that no two trials share. */
struct sweep *sweep_expand(struct arena *a, const struct experiment *x);

/*
 * Open every trial of x, of whose sweep at least some could be read, with the request that x was
 * opened with; opened: what that gave. The values that could be read are checked even where that
 * failed, and reported at their places in the file, each once. Of trials that are the same
 * experiment the first is taken. *out: the trials, *n of them, each with trial and overrides set;
 * all to be closed. ERR_CONFIG when d has errors, else the first trial's error; then nothing is
 * open.
 */
enum status sweep_open(struct arena *a, const struct experiment *x,
	const struct experiment_request *q, enum status opened, struct experiment ***out, int *n,
	struct diags *d, struct err *e);

/* ---- reported ---- */

/*
 * results/<sweep>/sweep.html, .md, .json, .csv of every sweep among the n experiments that has
 * records. To be called when a batch has ended.
 */
enum status sweep_write(struct arena *a, struct experiment *const *x, int n, const char *results,
	struct err *e);
/* The tables of all sweeps among them that have records, for a terminal: how many. */
int sweep_show(struct arena *a, struct experiment *const *x, int n, const char *results,
	struct str *out);

/* ---- from a results folder ---- */

/* Names of the sweeps that have a sweep.json there, sorted. ERR_DATA. */
enum status sweep_list(struct arena *a, const char *results, const char *const **names, size_t *n,
	struct err *e);
bool sweep_stands(struct arena *a, const char *results, const char *name);	/* whether it has */
/*
 * That sweep as its sweep.json has it, with the records of its trials as they are now; what of them
 * is damaged is left out. ERR_DATA: the file is damaged, or a newer tlrun's.
 */
enum status sweep_read(struct arena *a, const char *results, const char *name,
	struct sweep_sheet **out, struct err *e);
/* Its sweep.html, .md, .json, .csv. ERR_IO. */
enum status sweep_put(struct arena *a, const struct sweep_sheet *s, const char *results,
	struct err *e);

#endif
