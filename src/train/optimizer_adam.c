/*
 * adam: m += (g-m)(1-b1); v += (g^2-v)(1-b2); w -= lr sqrt(1-b2^t)/(1-b1^t) m / (sqrt(v)+eps).
 *
 * Source  Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, the form of its
 *         section 2 with the corrections in the rate, as Keras (optimizers/adam.py).
 */
#include <math.h>

#include "train/optimizer_options.h"

static const struct field fields[] = {
	OPTIMIZER_FIELDS(1e-3, 0),
	OPTIMIZER_FRACTION(struct adam, beta_1, 0.9, "how much of the mean gradient stays"),
	OPTIMIZER_FRACTION(struct adam, beta_2, 0.999, "how much of the mean square stays"),
	OPTIMIZER_EPSILON(struct adam),
	FIELD_END
};
static const char *const examples[] = { "{learning_rate: 1e-3}",
	"{learning_rate: 3e-4, beta_2: 0.99, clip_norm: 1}", NULL };

enum kern_rule
adam_rule(const void *opts)
{
	(void)opts;
	return RULE_ADAM;
}

void
adam_prepare(const void *opts, unsigned long t, double lr, struct kern_update *u)
{
	const struct adam *o = opts;
	const float left_1 = 1 - optimizer_power(o->beta_1, t);
	const float left_2 = 1 - optimizer_power(o->beta_2, t);
	u->rule = RULE_ADAM;
	u->lr = (float)lr;
	u->alpha = (float)lr * sqrtf(left_2) / left_1;
	u->beta_1 = o->beta_1;
	u->beta_2 = o->beta_2;
	u->epsilon = (float)o->epsilon;
}

const struct optimizer_kind optimizer_adam = {
	.kind = { "adam", "Steps scaled by running means of the gradient and its square.",
		sizeof(struct adam), fields, examples },
	.rule = adam_rule, .prepare = adam_prepare,
};
