/* floor: report */
/*
 * The run record: what one seed of one experiment gave, as result.json (everything that is the same
 * on every machine) and timing.json (all that varies). Every report is made from these two alone.
 */
#ifndef TLRUN_RECORD_H
#define TLRUN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlrun/error.h"
#include "tlrun/stats.h"
#include "tlrun/str.h"

struct arena;

/* 1: without phases, pretrained weights and start_from. */
enum { RECORD_VERSION = 2 };

/* A metric of evaluation.metrics. "loss" is no metric here: every record has it. */
struct record_metric {
	const char *name;			/* "accuracy", "top_3_accuracy" */
	bool lower;					/* lower is better */
	bool share;					/* a share of the images: a Wilson interval makes sense */
};

struct record_epoch {
	int epoch;					/* from 1 */
	const char *phase;
	double learning_rate, loss, val_loss;	/* NaN: not measured */
	const double *metric, *val_metric;		/* [metrics] */
};

/* One phase of the training. */
struct record_phase {
	const char *name;
	const char *optimizer;
	double learning_rate;		/* the optimizer's, before a schedule */
	int epochs_planned, epochs_run;
	int kept_epoch;				/* from 1: whose weights it left; 0: none */
	const char *stopped;		/* "epochs", "early_stopping", …; NULL: it never began */
	long long trained;			/* parameters */
};

/* One pass over a split with the restored weights. n 0: there was none. */
struct record_split {
	int n;
	double loss;
	const double *metric;		/* [metrics] */
	const long long *confusion;	/* [classes][classes], rows true; NULL when not kept */
};

struct record {
	const char *tlrun_version, *name, *description;	/* description may be NULL */
	const char *config_hash;	/* 64 hex digits */
	uint64_t seed;
	/* data */
	const char *dataset;
	int classes;
	const char *const *class_name;
	int train_images, validation_images, test_images;
	bool validation_is_test;
	const char *normalization;	/* "x/255" */
	int input[3];				/* h, w, c */
	/* network */
	int layers;
	/* trained: in any phase; mult_adds: of one image forward */
	long long parameters, trained, mult_adds;
	const char *backbone;		/* "mobilenet_v2"; NULL: none by name */
	int frozen_layers;			/* with parameters, and no phase trains one of them */
	/* where its first weights came from; NULL: a seed */
	const char *pretrained;		/* the file's name */
	const char *start_from;		/* the experiment's name */
	/* training */
	const char *optimizer;
	double learning_rate;		/* the optimizer's, before a schedule */
	/* from 1; 0: last epoch's weights */
	int batch_size, epochs_planned, epochs_run, restored_epoch;
	const char *stopped;		/* "epochs", "early_stopping", "not_finite" */
	const char *monitor;		/* of the restored epoch; NULL: none */
	int phases;					/* at least 1 */
	const struct record_phase *phase;
	int metrics;
	const struct record_metric *metric;
	bool headline_loss;			/* the headline is the loss, else metric[0] */
	int reports;				/* evaluation.reports; 0: all of them */
	const char *const *report;
	int epochs;
	const struct record_epoch *history;
	struct record_split validation, test;
	/* of the test split's probabilities; NULL: an older record */
	const struct calibration *calibration;
	/* fitted on validation, and the test split's calibration with it; NaN and NULL: there was no
	 * validation, or it was the test split */
	double temperature;
	const struct calibration *calibrated;
	/* SHA-256, 64 hex digits; NULL where unknown */
	const char *hash_data, *hash_split, *hash_initial, *hash_weights, *hash_binary;
	const char *hash_pretrained;	/* of the file */
	const char *hash_start;		/* of the weights of start_from's run */
};

/* Where the time went, and on what. */
struct timing {
	double seconds_total, seconds_load, seconds_train, seconds_validate, seconds_test, cpu_seconds;
	double seconds_features;	/* computing the frozen prefix's features; NaN: unknown */
	const char *features;		/* "cached", "computed", "every epoch"; NULL: none */
	int epochs;
	const double *train_seconds_per_epoch;
	double images_per_second;	/* of training */
	long long peak_memory_bytes, planned_memory_bytes;
	const char *started, *host, *cpu, *isa, *openblas, *os;
	/* absolute: dataset.path, and the file of the first weights; NULL: none, or looked up */
	const char *data_path, *weights_path;
	int threads;
};

/* Whether evaluation.reports asks for this one: "calibration". */
bool record_asks(const struct record *r, const char *report);

/* Whether the best epoch was the last of those planned: more may do better. */
bool record_best_was_last(const struct record *r);

/* The headline, the first of evaluation.metrics, and its value on the test split. */
struct record_metric record_headline(const struct record *r, double *test);

void record_write(const struct record *r, struct str *out);
/* Strings and arrays live in the arena. ERR_DATA: no record, damaged, or newer than this program
 * knows. */
enum status record_read(const char *path, struct arena *a, struct record *r, struct err *e);

void timing_write(const struct timing *t, struct str *out);
enum status timing_read(const char *path, struct arena *a, struct timing *t, struct err *e);

#endif
