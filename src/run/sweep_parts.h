/* What the files of sweeps share. Used in src/run/ only. */
#ifndef SWEEP_PARTS_H
#define SWEEP_PARTS_H

#include "tlrun/experiment.h"

/* ---- sweep_fields.c ---- */

extern const struct field sweep_fields[];

/* ---- sweep_check.c ---- */

/* For experiment_fields: across the keys of `sweep`. */
void sweep_check(struct field_reader *r, const struct node *node, void *opts);
/* Its metric, once evaluation was read without error. */
void sweep_check_metric(struct field_reader *r, const struct experiment *x);
/* The metric that ranks without its split: "loss" of "val_loss"; a name without a split is of the
 * training images. */
const char *sweep_metric_bare(const char *name);
/* What ranks the trials of x, whose metric is one. */
struct sweep_ranking sweep_ranking_of(struct arena *a, const struct experiment *x);
/* The axes that could be read, in order, parameters first: how many. */
size_t sweep_axes_of(struct arena *a, const struct sweep_options *o,
	const struct sweep_axis *const **out);

/* ---- sweep_name.c ---- */

/* Where the next part of a key begins; NULL behind the last one. */
const char *sweep_key_next(const char *key);

/* Of each key as few of its last parts as tell it from the others. */
const char *const *sweep_labels(struct arena *a, const char *const *key, int keys);
/* The labels of the keys, and the names of all trials, from their settings: slugs, each
 * different. */
void sweep_name(struct arena *a, struct sweep *s);

/* ---- sweep_read.c ---- */

/* The names of the trials that results/NAME/sweep.json lists, those of earlier settings too, in the
 * arena: *n of them, 0 without such a file or where it is damaged. */
const char **sweep_names(struct arena *a, const char *results, const char *name, size_t *n);

/* ---- sweep.c ---- */

/* Make of the document the trial's: what its overrides would make of it. */
void sweep_apply(struct arena *a, struct node *root, const struct sweep_trial *t,
	struct diags *d);

#endif
