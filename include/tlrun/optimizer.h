/* floor: train */
/*
 * Optimizers: Keras's formulas (doc/keras-semantics.md section 5). A kind is
 * src/train/optimizer_<kind>.c.
 */
#ifndef TLRUN_OPTIMIZER_H
#define TLRUN_OPTIMIZER_H

#include "tlrun/field.h"
#include "tlrun/kernels.h"

/* The first member of every optimizer's option struct. */
struct optimizer_options {
	double learning_rate;
	double weight_decay;		/* decoupled; 0 none */
	double clip_norm, clip_value, global_clip_norm;	/* at most one; 0 none */
	/* what the rate is multiplied by in the backbone's layers and in the others; 1 both */
	double lr_mult_backbone, lr_mult_head;
	bool lr_mult_given;
};

struct optimizer_kind {
	struct kind kind;
	enum kern_rule (*rule)(const void *opts);
	/* Fill the rule's own numbers for step t (1, 2, …) at rate lr. */
	void (*prepare)(const void *opts, unsigned long t, double lr, struct kern_update *u);
};

extern const struct family family_optimizer;	/* FAMILY_TAG "type", bare words, default adam */
const struct optimizer_kind *optimizer_kind_of(const struct kind *k);

/*
 * All numbers of step t at rate lr, decay and clip_value included; grad_scale is 1. Slots,
 * regularizers and the scale of norm clipping are the caller's, parameter by parameter.
 */
void optimizer_prepare(const struct kind_value *optimizer, unsigned long t, double lr,
	struct kern_update *u);

#endif
