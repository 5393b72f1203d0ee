/*
 * polynomial: (rate - end) (1 - step/decay)^power + end; with cycle the decay is stretched to the
 * next multiple that holds the step (Keras, PolynomialDecay).
 */
#include <math.h>

#include "train/schedule_options.h"
#include "tlrun/num.h"

struct polynomial {
	struct schedule_options common;
	double decay_epochs, end_learning_rate, power;
	bool cycle;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	SCHEDULE_DECAY_EPOCHS(struct polynomial),
	FIELD_REAL(struct polynomial, end_learning_rate, .preset = 1e-4, .min = 0, .max = FLT_MAX,
		.doc = "the rate at the end"),
	FIELD_REAL(struct polynomial, power, .preset = 1, .min = 0, .min_open = true, .max = 100,
		.doc = "1 falls in a line, 2 in a parabola"),
	FIELD_BOOL(struct polynomial, cycle, .preset = 0, .doc = "begin again after the end"),
	FIELD_END
};
static const char *const examples[] = { "{power: 2}",
	"{decay_epochs: 3, end_learning_rate: 1e-5, cycle: true}", NULL };

static double
polynomial_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct polynomial *o = opts;
	double steps = schedule_steps(&o->common, c, o->decay_epochs);
	if (o->cycle) {
		const double passed = schedule_passed(step, steps);
		const bool at_end = passed > 0 && step - passed * steps < SCHEDULE_NEAR;
		steps *= at_end ? passed : passed + 1;
	}
	const double at = fmin(step, steps);
	return (c->learning_rate - o->end_learning_rate) * num_pow(1 - at / steps, o->power) +
		o->end_learning_rate;
}

const struct schedule_kind schedule_polynomial = {
	.kind = { "polynomial", "A power of the time that is left.", sizeof(struct polynomial), fields,
		examples },
	.rate = polynomial_rate,
};
