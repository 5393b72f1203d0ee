/*
 * One training step: forward, loss, backward, update. Works on batches from anywhere: what is in
 * exec_input.
 */
#ifndef TRAIN_STEP_H
#define TRAIN_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "train/tally.h"
#include "tlrun/exec.h"
#include "tlrun/field.h"

struct arena;

/* What steps work on; all borrowed. The last block is filled by step_init. */
struct step {
	const struct net *net;
	struct exec *exec;				/* of a training plan */
	const struct kind_value *loss, *optimizer;
	const float *class_weights;		/* NULL: none */
	uint64_t seed;
	unsigned long first;			/* the step at which the optimizer's count begins */
	float *params, *grads;			/* net->floats, net->trainable_floats */
	float *slots;					/* step_slots blocks of net->trainable_floats */
	float *probabilities, *losses;	/* room for one batch: [batch,classes], [batch] */

	struct kern_update *update;		/* of each parameter, in this step */
	bool *fused;					/* whose step backward took */
	/* clipping by norm: no step may be taken before all gradients are there */
	bool whole_gradient;
};

int step_slots(const struct kind_value *optimizer);
/* Whether clipping needs the whole gradient first: then the plan must not fuse updates. */
bool step_clips_norm(const struct kind_value *optimizer);

void step_init(struct step *s, struct arena *a);

/*
 * Step number `step` (from 0) with the n images of exec_input at rate lr. Counts into t. false, and
 * nothing is updated, when the loss of the batch is not finite.
 */
bool step_run(struct step *s, int n, const int32_t *labels, unsigned long step, double lr,
	struct tally *t);

/*
 * The parts of step_run's update, t counting from 1: what each parameter's step is; then, with the
 * gradients in s->grads, clipping and the steps that s->fused does not say were taken.
 */
void step_prepare(struct step *s, unsigned long t, double lr);
void step_finish(struct step *s);

/* The regularizers' penalty of the trainable parameters, which every loss includes. */
double step_penalty(const struct net *net, const float *params);

#endif
