/*
 * The trainer's parts: what is planned, what is held, and the state that a checkpoint saves.
 */
#ifndef TRAIN_TRAINER_STATE_H
#define TRAIN_TRAINER_STATE_H

#include "train/evaluate.h"
#include "train/features_store.h"
#include "train/step.h"
#include "train/tally.h"
#include "tlrun/buffer.h"
#include "tlrun/hash.h"
#include "tlrun/trainer.h"

/* One phase, planned. */
struct phase {
	const struct trainer_phase *of;
	struct plan *prefix;			/* of the frozen prefix; NULL: there is none */
	struct plan *train, *eval;		/* of the rest */
	int batch, eval_batch, steps;	/* steps of an epoch */
	struct schedule_context schedule;
	/* early_stopping, or a rule that only notes the best val_loss */
	struct early_stopping watch;
	struct monitor watched, plateau_watched;
};

/* Where training stands, between two steps. With the blocks and the tally all that a step
 * depends on. */
struct trainer_state {
	int phase;				/* the one that runs, or ran last */
	int epoch;				/* the one that runs, or runs next, of all phases */
	int done;				/* its steps already taken */
	unsigned long step;		/* of all epochs */
	int first_epoch;		/* the phase's */
	unsigned long first_step, first_update;	/* the phase's, and where its optimizer counts from */
	double rate;			/* with reduce_lr_on_plateau: the rate now; else of the last step */
	struct early_stopping_state early;	/* its epochs count from first_epoch */
	struct plateau_state plateau;
	double seconds;			/* of the epoch that runs, training alone; varies from run to run */
};

struct trainer {
	struct trainer_setup s;
	struct arena *a;
	struct phase *phases;
	const struct phase *now;	/* the one that runs */
	struct trainer_memory memory;
	size_t folded_bytes;		/* of memory.workspace: constants folded for a phase, at most */
	int epochs;					/* of all phases, at most */
	int classes, metrics;

	struct buffer params, grads, slots, best, workspace, folded, prefix_folded, small;
	struct exec *prefix, *exec, *eval_exec;
	struct features features;
	struct feed feed;
	uint32_t *order;		/* [train], of the epoch */
	int32_t *labels;		/* [batch] */
	struct step step;
	struct evaluator evaluator;
	struct tally tally, eval_tally;	/* of the epoch so far; of an evaluation */

	struct trainer_state state;
	struct epoch_row *history;	/* [epochs], state.epoch of them filled */
	double *seconds;			/* [epochs] */
	struct phase_result *results;	/* [phases]; of those that ended */
	char initial_hash[HASH_HEX];
	char where[160];			/* of a loss that is not finite */
	double validate_seconds, train_seconds, features_seconds;
};

/* The order of an epoch, labels, losses and probabilities of a batch: cut from one buffer. */
struct trainer_small { size_t order, labels, losses, probabilities, total; };
struct trainer_small trainer_small(const struct trainer *t);

/* trainer_memory.c: take every block. */
enum status trainer_allocate(struct trainer *t, struct err *e);

/* trainer.c: the final evaluation of a part, image by image. */
void trainer_evaluate(struct trainer *t, const struct loader_part *part,
	struct evaluation_result *out);

/* phase.c: the phase `i` becomes the one that runs. */
void phase_select(struct trainer *t, int i);
/* What evaluates: its plan is open, the small arrays are there. */
struct evaluator trainer_evaluator(const struct trainer *t);
/* Open the plans of the phase that runs on the blocks, and the features of its parts.
 * ERR_STOPPED. */
enum status phase_open(struct trainer *t, struct err *e);
/* Open the features of a part, where there is a prefix. ERR_STOPPED. */
enum status phase_features(struct trainer *t, const struct loader_part *part, const char *name,
	struct err *e);
/* Whether the epochs so far took training.max_time: no other begins. */
bool phase_time_over(const struct trainer *t);
/* Whether it has no epoch left to run. */
bool phase_ended(const struct trainer *t);
/* Why it has none. */
enum stop_reason phase_reason(const struct trainer *t);
/* What the phase that runs has come to. */
struct phase_result phase_result(const struct trainer *t, enum stop_reason why);
/* From the end of a phase to the beginning of the next: weights and optimizer state move. */
void phase_next(struct trainer *t);

/*
 * checkpoint.c. Write all of the state, atomically. Read it back where there is one: what is torn,
 * or of another configuration, seed or network, is noted and renamed to NAME.aside, and the state
 * is that before the first step. ERR_IO for a file that cannot be read or renamed.
 */
enum status checkpoint_write(const struct trainer *t, struct err *e);
enum status checkpoint_resume(struct trainer *t, bool *resumed, struct err *e);

/* epoch.c: a clean stop, with a checkpoint. Fills e where it is not yet. ERR_STOPPED, ERR_IO. */
enum status trainer_stop(struct trainer *t, enum stop_reason *why, struct err *e);
/* All epochs of the phase that are left. ERR_STOPPED, ERR_FAILED as trainer_run, *why then
 * set. */
enum status trainer_epochs(struct trainer *t, enum stop_reason *why, struct err *e);

double trainer_now(void);	/* seconds of a clock that never goes back */
void trainer_stage(const struct trainer *t, const char *stage);

#endif
