/* floor: run */
/*
 * A trained model by itself: model.safetensors holds its weights and the experiment they are of
 * (doc/results.md), and that is all that evaluating it takes, besides the data.
 */
#ifndef TLRUN_TRAINED_H
#define TLRUN_TRAINED_H

#include "tlrun/experiment.h"
#include "tlrun/report.h"

struct trained {
	const char *path;			/* of the model */
	struct experiment *x;		/* opened, of one seed, without its weights' file */
	struct safetensors *tensors;
};

/*
 * The model that a user calls RUN: a model.safetensors, the folder of a seed that has one, or a run
 * (rundir_find) with the seed asked for, seed NULL: its first. ERR_USAGE: there is none.
 */
enum status trained_find(struct arena *a, const char *results, const char *run, const char *seed,
	const char **path, struct err *e);
/*
 * Open and check it: the file is hostile until it was read. Its data are looked up as for a run;
 * data: --data, NULL; it stands for a path that the experiment has. ERR_DATA: the file, its
 * experiment or the data. To be closed whatever came of it.
 */
enum status trained_open(struct arena *a, const char *path, const char *data, int threads,
	struct trained *out, struct err *e);
/* The same without its data: for trained_predict alone. */
enum status trained_open_alone(struct arena *a, const char *path, int threads, struct trained *out,
	struct err *e);
void trained_close(struct trained *t);

/* What it makes of a part of its data, computed as after training. In the arena. */
struct trained_evaluation {
	const struct record *record;	/* name, classes, metrics, calibration alone */
	struct record_split split;
	struct predictions predictions;
	char weights_hash[65];
};
/* split: "train", "validation" or "test". ERR_DATA: there is no such part; ERR_MEMORY. */
enum status trained_evaluate(struct arena *a, const struct trained *t, const char *split,
	struct trained_evaluation *out, struct err *e);

/* Image files named one by one and by folder. In an arena. */
struct picture_list {
	int n, skipped;
	const char *const *path;
	const char *const *skip;	/* [skipped] files in the folders that are not image files */
};
/*
 * The image files that n arguments mean: a file is taken as it is, a folder means all image files
 * in it and below, recognised by content and sorted by path. In the arena. ERR_DATA: a folder
 * cannot be listed or has no image file; more than INT_MAX files.
 */
enum status picture_list_make(struct arena *a, const char *const *arg, int n,
	struct picture_list *out, struct err *e);

/*
 * Predict n image files (picture.h), each resized to the network's input. In the arena. A file that
 * is damaged or cannot be read has its error in out; the others are predicted all the same.
 * ERR_DATA: the model does not fit; ERR_MEMORY.
 */
enum status trained_predict(struct arena *a, const struct trained *t, const char *const *path,
	int n, struct picture_predictions *out, struct err *e);

#endif
