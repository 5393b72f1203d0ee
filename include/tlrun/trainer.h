/* floor: train */
/*
 * Training one network with one seed: epochs, steps, validation, callbacks, checkpoints, and at the
 * end the test split once.
 *
 * The best epoch's weights (by early_stopping's monitor; by val_loss when there is none) are always
 * kept, and stand in the checkpoint beside the last. Each phase begins with the best of the one
 * before; the last one's become the model's when its early_stopping is given with
 * restore_best_weights; else the last epoch's weights stay, as in Keras.
 */
#ifndef TLRUN_TRAINER_H
#define TLRUN_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/callback.h"
#include "tlrun/exec.h"
#include "tlrun/features.h"
#include "tlrun/freeze.h"
#include "tlrun/loader.h"
#include "tlrun/loss.h"
#include "tlrun/metric.h"
#include "tlrun/optimizer.h"
#include "tlrun/schedule.h"

struct trainer_phase;

enum optimizer_state { OPTIMIZER_STATE_RESET, OPTIMIZER_STATE_KEEP };
/* An item of training.phases; what was not given falls back to `training`. */
struct phase_options {
	const char *name;			/* default: phase_1, … */
	int epochs;					/* 0: not given */
	struct freeze freeze;		/* FREEZE_DEFAULT: the backbone's own */
	double learning_rate;		/* of the optimizer; given says whether */
	bool learning_rate_given;
	int batch_normalization;	/* 0 not given, else 1 + enum backbone_norms */
	struct kind_value optimizer, lr_schedule;	/* kind NULL: not given */
	struct early_stopping early_stopping;
	int optimizer_state;		/* enum optimizer_state; reset */
	const struct node *node;
};
struct phase_list { size_t n; struct phase_options *v; };

/* The `training` and `evaluation` maps of the experiment file. */
struct training {
	int epochs, batch_size, eval_batch_size;	/* eval_batch_size 0: batch_size */
	double max_time;			/* seconds of training epochs, of all phases; 0: no limit */
	bool shuffle;
	struct kind_value loss, optimizer, lr_schedule;
	struct plateau reduce_lr_on_plateau;
	struct early_stopping early_stopping;
	struct checkpoint_options { int every_epochs; } checkpoint;
	struct phase_list phases;	/* n 0: one phase, "training", with the keys above */
};
struct evaluation {
	struct kind_list metrics;		/* first is the headline; never empty */
	struct str_list reports;
};
extern const struct field training_fields[], evaluation_fields[];
/* Checks across fields (monitors exist, schedule and plateau not together, …) against the
 * metrics. */
void training_check(struct field_reader *r, const struct node *root, const struct training *t,
	const struct evaluation *e);

/*
 * The phases, resolved: `training` with each phase's own keys over it; without phases one called
 * "training". net is NULL, for the caller to fill; freeze and batch_normalization are t->phases'
 * own, item by item. In the arena; what a phase does not change is shared with t.
 */
void training_phases(struct arena *a, const struct training *t, struct trainer_phase **out, int *n);

/*
 * What a monitor's name means: loss, val_loss, or a metric with or without val_. false: no such
 * thing. lower: less is better.
 */
struct monitor { bool validation; int metric; bool lower; };	/* metric -1: the loss */
bool training_monitor(const struct evaluation *e, const char *name, struct monitor *out);
/* Whether all metrics could be read: only then is something else no metric. */
bool training_metrics_known(const struct field_reader *r, const struct evaluation *e);

/* One epoch of the history. values: by metric, train then validation; NaN where there is none. */
struct epoch_row {
	int epoch;					/* from 0, through all phases */
	int phase;					/* of the setup's */
	double learning_rate;		/* of its last step */
	double loss, val_loss;		/* val_loss NaN without validation */
	const double *metric, *val_metric;	/* [metrics] */
	bool best;					/* the best until then: its weights were kept */
};

enum stop_reason { STOP_EPOCHS, STOP_EARLY, STOP_NOT_FINITE, STOP_MAX_TIME, STOP_SIGNAL };

/* What the caller is told; any may be NULL. */
struct trainer_events {
	void *ctx;
	/* Asked between two steps: true stops cleanly (a checkpoint is written, STOP_SIGNAL). */
	bool (*stop)(void *ctx);
	/* After each step: for the status line. loss and accuracy are the epoch's running means. */
	void (*step)(void *ctx, int epoch, int step, int steps, double loss, double accuracy);
	void (*epoch)(void *ctx, const struct epoch_row *row);
	/* "load data", "train", "validate", "test", … */
	void (*stage)(void *ctx, const char *stage);
	/* One line that the user should know: "features are computed again in each epoch: …". */
	void (*note)(void *ctx, const char *text);
	void (*phase)(void *ctx, int phase);	/* it begins, or goes on after a stop */
	/* images of the prefix's pass done so far, of all of a part */
	void (*features)(void *ctx, int done, int images);
};

/*
 * One phase, resolved: its own keys over those of `training`, and the network with its freeze. The
 * nets of all phases have the same layers and parameters in the same order; only what is trainable,
 * and so where a parameter lies in the block, differs.
 *
 * A phase has optimizer, schedule, plateau rule and early stopping of its own, which count from its
 * first step and epoch. It starts from the best weights of the one before (by early_stopping's
 * monitor, or val_loss, or loss without validation; whatever restore_best_weights says). Epochs,
 * their orders, steps and their random numbers are counted through all phases.
 */
struct trainer_phase {
	const char *name;
	struct training training;	/* phases empty */
	const struct net *net;
	/*
	 * The optimizer goes on: its step count, and its state of each parameter that the phase before
	 * trained too; zeros for the others. Where its rule is another one (momentum given or not, …)
	 * the state is zeros.
	 */
	bool keep_optimizer_state;
};

struct trainer_setup {
	int phases;					/* at least 1, run in order */
	const struct trainer_phase *phase;
	const struct evaluation *evaluation;
	struct loader *loader;		/* training set already read */
	const float *class_weights;	/* NULL: none */
	uint64_t seed;
	bool fuse;					/* false: layer by layer (engine.fuse) */
	/* file to write every epoch and at a stop; resumed from when it exists */
	const char *checkpoint;
	const char *config_hash;	/* a checkpoint of another configuration is refused */
	/*
	 * Called once the first phase's parameter block has its initial values, to put pretrained ones
	 * over them; may be NULL. Not called when a run resumes.
	 */
	enum status (*pretrained)(void *ctx, const struct net *net, float *block, struct err *e);
	void *pretrained_ctx;
	struct features_cache cache;
	const char *data_name;		/* for people: "cifar10, mobilenet_v2"; may be NULL */
	const struct trainer_events *events;
};

/*
 * Bytes that training will hold, by name, before anything is allocated: at most, over all phases.
 * prefix: constants folded for the frozen prefix. features: on disk, and no part of total; 0 where
 * no cache is given.
 */
struct trainer_memory {
	size_t parameters, gradients, optimizer, best, workspace, prefix, data, total;
	size_t features;
};

/* One pass over a split. Arrays live in the arena. */
struct evaluation_result {
	int n, classes;
	double loss;
	double *metric;				/* [metrics] */
	long long *confusion;		/* [classes*classes], rows true */
	int32_t *label, *predicted;	/* [n] */
	float *probability;			/* [n*classes] */
};

/* What one phase came to. */
struct phase_result {
	int epochs_run;
	int best_epoch;				/* through all phases; whose weights it left */
	enum stop_reason stopped;
	long long trained;			/* parameters */
};

struct trainer_result {
	enum stop_reason stopped;	/* what ended the last phase that ran */
	char where[160];			/* STOP_NOT_FINITE: layer and step */
	/* through all phases; best_epoch: whose weights the model has */
	int epochs_run, best_epoch;
	int epochs;					/* rows */
	struct epoch_row *history;
	int phases;					/* that ran, the last perhaps not to its end */
	const struct phase_result *phase;
	struct evaluation_result validation, test;	/* with the restored weights; n 0: none */
	char weights_hash[65], initial_hash[65];
	/* what varies from run to run */
	double *seconds_per_epoch;	/* training alone */
	double seconds_train, seconds_validate, seconds_test, seconds_load;
	enum features_use features;
	double seconds_features;	/* looking for stored features, or computing and storing them */
	double images_per_second;	/* of training, over all epochs */
};

struct trainer;

/* Plan everything and say what it will hold; allocates nothing large. */
enum status trainer_plan(struct arena *a, const struct trainer_setup *s, struct trainer **out,
	struct trainer_memory *memory, struct err *e);
/* The first phase's training plan, of what its frozen prefix leaves; and the prefix's, or NULL. */
const struct plan *trainer_plan_of(const struct trainer *t);
const struct plan *trainer_prefix_of(const struct trainer *t);
/*
 * Allocate, initialize or resume, train, restore the best weights, evaluate validation and test.
 * ERR_MEMORY, ERR_IO, ERR_DATA; ERR_FAILED for a loss that is not finite (result filled so far);
 * ERR_STOPPED after a clean checkpoint.
 */
enum status trainer_run(struct trainer *t, struct trainer_result *out, struct err *e);
/* The parameter block after the run, in the layout of the last phase's net. */
const float *trainer_weights(const struct trainer *t);
/*
 * In place of trainer_run: a model on one part of the data, which was read. fill puts its weights
 * into the parameter block, in the layout of the last phase's net. The same numbers as in
 * trainer_run, and nothing is held that only training needs. ERR_MEMORY, and what fill says.
 */
enum status trainer_evaluate_model(struct trainer *t, const struct loader_part *part,
	enum status (*fill)(void *ctx, const struct net *net, float *block, struct err *e), void *ctx,
	struct evaluation_result *out, struct err *e);
/* Images of the caller's in place of a part: feed puts image i into x [h,w,c]; probability
 * [n,classes] and predicted [n] take what comes out. */
enum status trainer_predict(struct trainer *t, int n,
	enum status (*feed)(void *ctx, int i, float *x, struct err *e),
	enum status (*fill)(void *ctx, const struct net *net, float *block, struct err *e), void *ctx,
	float *probability, int32_t *predicted, struct err *e);
/* What that will hold, with a part of so many images. */
void trainer_evaluate_memory(const struct trainer *t, int images, struct trainer_memory *m);
void trainer_free(struct trainer *t);

#endif
