/*
 * rmsprop: s = rho s + (1-rho) g^2; the step is lr g / sqrt(s + eps), with momentum added up;
 * centered takes the square of the mean gradient from s.
 *
 * Source  Hinton, "Neural networks for machine learning", lecture 6.5 (2012); centered: Graves,
 *         "Generating sequences with recurrent neural networks" (2013), eq. 38 to 45; as Keras
 *         (optimizers/rmsprop.py).
 */
#include "train/optimizer_options.h"

struct rmsprop {
	struct optimizer_options common;
	double rho, momentum, epsilon;
	bool centered;
};

static const struct field fields[] = {
	OPTIMIZER_FIELDS(1e-3, 0),
	OPTIMIZER_FRACTION(struct rmsprop, rho, 0.9, "how much of the mean square stays"),
	OPTIMIZER_FRACTION(struct rmsprop, momentum, 0, "how much of the last step is taken again"),
	OPTIMIZER_EPSILON(struct rmsprop),
	FIELD_BOOL(struct rmsprop, centered, .preset = 0,
		.doc = "divide by the deviation from the mean gradient"),
	FIELD_END
};
static const char *const examples[] = { "{learning_rate: 1e-3}",
	"{rho: 0.95, momentum: 0.9, centered: true}", NULL };

static enum kern_rule
rmsprop_rule(const void *opts)
{
	const struct rmsprop *o = opts;
	if (o->centered)
		return o->momentum > 0 ? RULE_RMSPROP_CENTERED_MOMENTUM : RULE_RMSPROP_CENTERED;
	return o->momentum > 0 ? RULE_RMSPROP_MOMENTUM : RULE_RMSPROP;
}

static void
rmsprop_prepare(const void *opts, unsigned long t, double lr, struct kern_update *u)
{
	(void)t;
	const struct rmsprop *o = opts;
	u->rule = rmsprop_rule(opts);
	u->lr = (float)lr;
	u->rho = o->rho;
	u->momentum = o->momentum;
	u->epsilon = (float)o->epsilon;
}

const struct optimizer_kind optimizer_rmsprop = {
	.kind = { "rmsprop", "Steps divided by a running mean of the gradient's size.",
		sizeof(struct rmsprop), fields, examples },
	.rule = rmsprop_rule, .prepare = rmsprop_prepare,
};
