/*
 * adamw: adam with weight decay apart from the gradient, w -= weight_decay * lr * w before the
 * step.
 *
 * Source  Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019; preset as Keras
 *         (optimizers/adamw.py).
 */
#include "train/optimizer_options.h"

static const struct field fields[] = {
	OPTIMIZER_FIELDS(1e-3, 0.004),
	OPTIMIZER_FRACTION(struct adam, beta_1, 0.9, "how much of the mean gradient stays"),
	OPTIMIZER_FRACTION(struct adam, beta_2, 0.999, "how much of the mean square stays"),
	OPTIMIZER_EPSILON(struct adam),
	FIELD_END
};
static const char *const examples[] = { "{learning_rate: 1e-3}", "{weight_decay: 0.05}", NULL };

const struct optimizer_kind optimizer_adamw = {
	.kind = { "adamw", "Adam with decoupled weight decay.", sizeof(struct adam), fields, examples },
	.rule = adam_rule, .prepare = adam_prepare,
};
