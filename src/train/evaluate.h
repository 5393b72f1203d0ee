/* One pass over a part of the data in inference mode. */
#ifndef TRAIN_EVALUATE_H
#define TRAIN_EVALUATE_H

#include "train/tally.h"
#include "tlrun/exec.h"
#include "train/feed.h"

/* What passes work on; all borrowed. */
struct evaluator {
	const struct net *net;
	struct exec *exec;				/* of an evaluation plan */
	const struct kind_value *loss;
	const struct feed *feed;
	const float *params;
	int batch;
	int32_t *labels;				/* room for one batch */
	float *probabilities, *losses;
};

/*
 * The n images of exec_input, with labels [n], into t; penalty is step_penalty's. probability
 * [n,classes] and predicted [n] take what was found out; predicted may be NULL.
 */
void evaluate_batch(const struct evaluator *v, int n, const int32_t *labels, double penalty,
	struct tally *t, float *probability, int32_t *predicted);

/* Where a pass leaves what it found out image by image; NULL: not wanted. [n], [n], [n,classes]. */
struct evaluate_rows { int32_t *label, *predicted; float *probability; };

/* Fold the constants and count all of part into t (reset before). Losses include the penalty, as
 * Keras's do, and no class weights. */
void evaluate_part(const struct evaluator *v, const struct loader_part *part, struct tally *t,
	const struct evaluate_rows *rows);

#endif
