/*
 * sgd: w -= lr g; with momentum v = mu v - lr g and w += v, or w += mu v - lr g when nesterov.
 *
 * Source  Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in
 *         deep learning", ICML 2013, section 2, as Keras (optimizers/sgd.py).
 */
#include "train/optimizer_options.h"

struct sgd {
	struct optimizer_options common;
	double momentum;
	bool nesterov;
};

static const struct field fields[] = {
	OPTIMIZER_FIELDS(0.01, 0),
	FIELD_REAL(struct sgd, momentum, .preset = 0, .min = 0, .max = 1,
		.doc = "how much of the last step is taken again"),
	FIELD_BOOL(struct sgd, nesterov, .preset = 0, .doc = "look ahead by the momentum"),
	FIELD_END
};
static const char *const examples[] = { "{learning_rate: 0.1}",
	"{learning_rate: 0.1, momentum: 0.9, nesterov: true, weight_decay: 1e-4}", NULL };

static enum kern_rule
sgd_rule(const void *opts)
{
	const struct sgd *o = opts;
	if (!(o->momentum > 0)) return RULE_SGD;
	return o->nesterov ? RULE_NESTEROV : RULE_MOMENTUM;
}

static void
sgd_prepare(const void *opts, unsigned long t, double lr, struct kern_update *u)
{
	(void)t;
	const struct sgd *o = opts;
	u->rule = sgd_rule(opts);
	u->lr = (float)lr;
	u->momentum = o->momentum;
}

const struct optimizer_kind optimizer_sgd = {
	.kind = { "sgd", "Gradient descent, plain or with momentum.", sizeof(struct sgd), fields,
		examples },
	.rule = sgd_rule, .prepare = sgd_prepare,
};
