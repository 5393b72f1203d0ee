/*
 * piecewise: values[i] between boundaries; the step at a boundary still has the old value, as Keras
 * (PiecewiseConstantDecay). The boundaries count in epochs after the warm-up; the values are the rates themselves.
 */
#include "schedule_options.h"

struct piecewise {
	struct schedule_options common;
	struct real_list boundaries, values;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	FIELD_REALS(struct piecewise, boundaries, .required = true, .min = 0, .min_open = true,
		.max = 1e6, .unit = "epochs", .doc = "where the rate changes, ascending"),
	FIELD_REALS(struct piecewise, values, .required = true, .min = 0, .max = FLT_MAX,
		.doc = "the rates, one more than boundaries"),
	FIELD_END
};
static const char *const examples[] = { "{boundaries: [5, 8], values: [1e-2, 1e-3, 1e-4]}", NULL };

static double
piecewise_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct piecewise *o = opts;
	size_t i = 0;
	while (i < o->boundaries.n && step > o->boundaries.v[i] * c->steps_per_epoch) i++;
	return o->values.v[i];
}

const struct schedule_kind schedule_piecewise = {
	.kind = { "piecewise", "Given rates between given epochs.", sizeof(struct piecewise), fields,
		examples },
	.rate = piecewise_rate,
};
