/*
 * The trainer's parts: what is planned, what is held, and the state that a checkpoint saves.
 */
#ifndef TRAIN_TRAINER_STATE_H
#define TRAIN_TRAINER_STATE_H

#include "train/evaluate.h"
#include "train/step.h"
#include "train/tally.h"
#include "tlrun/buffer.h"
#include "tlrun/hash.h"
#include "tlrun/trainer.h"

/* Where training stands, between two steps. With the blocks and the tally all that a step
 * depends on. */
struct trainer_state {
	int epoch;				/* the one that runs, or runs next */
	int done;				/* its steps already taken */
	unsigned long step;		/* of all epochs */
	double rate;			/* with reduce_lr_on_plateau: the rate now; else of the last step */
	struct early_stopping_state early;
	struct plateau_state plateau;
	double seconds;			/* of the epoch that runs, training alone; varies from run to run */
};

struct trainer {
	struct trainer_setup s;
	const struct trainer_phase *phase;	/* the one that runs */
	struct arena *a;
	struct plan *plan, *eval_plan;
	struct trainer_memory memory;
	struct schedule_context schedule;
	int steps, batch, eval_batch;	/* steps of an epoch */
	int classes, metrics;

	struct buffer params, grads, slots, best, workspace, small;
	struct exec *exec, *eval_exec;
	uint32_t *order;		/* [train], of the epoch */
	int32_t *labels;		/* [batch] */
	struct step step;
	struct evaluator evaluator;
	struct tally tally, eval_tally;	/* of the epoch so far; of an evaluation */

	/* early_stopping, or a rule that only notes the best val_loss */
	struct early_stopping watch;
	struct monitor watched, plateau_watched;

	struct trainer_state state;
	struct epoch_row *history;	/* [epochs], state.epoch of them filled */
	double *seconds;			/* [epochs] */
	char initial_hash[HASH_HEX];
	char where[160];			/* of a loss that is not finite */
	double validate_seconds, train_seconds;
};

/* trainer_memory.c: take every block, open the plans on them. */
enum status trainer_allocate(struct trainer *t, struct err *e);

/*
 * checkpoint.c. Write all of the state, atomically. Read it back: ERR_DATA for a file that is torn,
 * or of another configuration, seed or network.
 */
enum status checkpoint_write(const struct trainer *t, struct err *e);
enum status checkpoint_read(struct trainer *t, struct err *e);

/* epoch.c: all epochs that are left. ERR_STOPPED, ERR_FAILED as trainer_run. */
enum status trainer_epochs(struct trainer *t, enum stop_reason *why, struct err *e);

double trainer_now(void);	/* seconds of a clock that never goes back */
void trainer_stage(const struct trainer *t, const char *stage);

#endif
