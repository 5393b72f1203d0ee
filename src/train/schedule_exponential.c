/* exponential: rate * decay_rate^(step/decay), the exponent floored when staircase (Keras,
 * ExponentialDecay). */
#include "train/schedule_options.h"
#include "tlrun/num.h"

struct exponential {
	struct schedule_options common;
	double decay_epochs, decay_rate;
	bool staircase;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	SCHEDULE_DECAY_EPOCHS(struct exponential),
	FIELD_REAL(struct exponential, decay_rate, .required = true, .min = 0, .min_open = true,
		.max = 1, .doc = "what is left of the rate after decay_epochs"),
	FIELD_BOOL(struct exponential, staircase, .preset = 0, .doc = "in steps of decay_epochs"),
	FIELD_END
};
static const char *const examples[] = { "{decay_epochs: 1, decay_rate: 0.9}",
	"{decay_epochs: 4, decay_rate: 0.5, staircase: true, warmup_epochs: 0.5}", NULL };

static double
exponential_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct exponential *o = opts;
	const double steps = schedule_steps(&o->common, c, o->decay_epochs);
	const double p = o->staircase ? schedule_passed(step, steps) : step / steps;
	return c->learning_rate * num_pow(o->decay_rate, p);
}

const struct schedule_kind schedule_exponential = {
	.kind = { "exponential", "The rate falls by the same share in the same time.",
		sizeof(struct exponential), fields, examples },
	.rate = exponential_rate,
};
