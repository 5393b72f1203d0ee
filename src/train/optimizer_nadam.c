/*
 * nadam: adam with Nesterov's momentum and a momentum that warms up, u_t = b1 (1 - 0.96^t / 2);
 * with P_t = u_1 … u_t the mean gradient is corrected to u_{t+1} m/(1-P_{t+1}) + (1-u_t) g/(1-P_t).
 *
 * Source  Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016, as Keras
 *         (optimizers/nadam.py).
 */
#include "train/optimizer_options.h"
#include "tlrun/num.h"

struct nadam {
	struct optimizer_options common;
	double beta_1, beta_2, epsilon;
};

static const struct field fields[] = {
	OPTIMIZER_FIELDS(1e-3, 0),
	OPTIMIZER_FRACTION(struct nadam, beta_1, 0.9, "how much of the mean gradient stays"),
	OPTIMIZER_FRACTION(struct nadam, beta_2, 0.999, "how much of the mean square stays"),
	OPTIMIZER_EPSILON(struct nadam),
	FIELD_END
};
static const char *const examples[] = { "{learning_rate: 1e-3}", NULL };

enum { NADAM_WARM = 1000 };	/* 0.96^1000 is 2e-18: from there on the momentum is beta_1 in double */

static double
nadam_momentum(double beta_1, unsigned long t)
{
	return beta_1 * (1 - 0.5 * num_powi(0.96, t));
}

/* P_t, in a number of operations that does not grow with t. */
static double
nadam_product(double beta_1, unsigned long t)
{
	double product = num_powi(beta_1, t), power = 1;
	for (unsigned long i = 1; i <= t && i <= NADAM_WARM; i++) {
		power *= 0.96;
		product *= 1 - 0.5 * power;
	}
	return product;
}

static enum kern_rule
nadam_rule(const void *opts)
{
	(void)opts;
	return RULE_NADAM;
}

static void
nadam_prepare(const void *opts, unsigned long t, double lr, struct kern_update *u)
{
	const struct nadam *o = opts;
	const double now = nadam_momentum(o->beta_1, t), next = nadam_momentum(o->beta_1, t + 1);
	const double product = nadam_product(o->beta_1, t);
	u->rule = RULE_NADAM;
	u->lr = (float)lr;
	u->nadam_g = (float)((1 - now) / (1 - product));
	u->nadam_m = (float)(next / (1 - product * next));
	u->nadam_v = 1 / (1 - optimizer_power(o->beta_2, t));
	u->beta_1 = o->beta_1;
	u->beta_2 = o->beta_2;
	u->epsilon = (float)o->epsilon;
}

const struct optimizer_kind optimizer_nadam = {
	.kind = { "nadam", "Adam with Nesterov momentum.", sizeof(struct nadam), fields, examples },
	.rule = nadam_rule, .prepare = nadam_prepare,
};
