/* floor: nn */
/*
 * Run a plan, forward and backward. After exec_open nothing is allocated and nothing fails.
 */
#ifndef TLRUN_EXEC_H
#define TLRUN_EXEC_H

#include <stdint.h>

#include "tlrun/plan.h"

struct exec;

/* The blocks an exec works on, 64-byte aligned, all borrowed. */
struct exec_memory {
	void *workspace;	/* plan->workspace bytes; plans may share one: they hold nothing across */
	float *params;		/* the parameter block */
	float *grads;		/* its gradients, trainable_floats floats; NULL for evaluation */
	void *folded;		/* plan->folded bytes, this exec's alone; NULL where the plan has none */
};
struct exec *exec_open(struct arena *a, const struct plan *p, const struct exec_memory *m);

/*
 * Make the folded constants from the parameters: once before the first forward, and again
 * whenever parameters have changed since (an evaluation plan's, before each evaluation).
 */
void exec_fold(struct exec *x);

/* Where the next batch goes: tensor 0, [batch, …], to be filled before exec_forward. */
float *exec_input(struct exec *x);

/*
 * Forward n images of exec_input. training: dropout drops, batch norm uses and updates its
 * statistics (trainable layers only). seed and step choose the random numbers. Returns the logits
 * [n, num_classes].
 */
const float *exec_forward(struct exec *x, int n, bool training, uint64_t seed, uint64_t step);

/* Where the gradient of the logits goes, [n, num_classes]. */
float *exec_dlogits(struct exec *x);

/*
 * Backward from exec_dlogits of the last exec_forward (training). Gradients of trainable parameters
 * are set in grads; where update is not NULL, update(ctx, param) gives the step to take in place
 * for that parameter, or NULL to set its gradient; only steps whose layer does fused updates ask.
 * fused[param] is set for the parameters that took their step (array of net->params bools; may be
 * NULL).
 */
typedef const struct kern_update *exec_update(void *ctx, int param);
void exec_backward(struct exec *x, exec_update *update, void *ctx, bool *fused);

/* After a forward: the first tensor, in step order, with a value that is not finite; NULL if
 * none. */
const char *exec_first_not_finite(const struct exec *x);
/* A tensor by its layer's name, for tests: only while it is alive (PLAN_TRAIN keeps what
 * backward reads). */
const float *exec_tensor(const struct exec *x, const char *name, struct shape *shape);

#endif
