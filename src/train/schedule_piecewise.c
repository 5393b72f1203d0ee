/*
 * piecewise: values[i] between boundaries; the step at a boundary still has the old value, as Keras
 * (PiecewiseConstantDecay). The boundaries count in epochs after the warm-up; the values are the
 * rates themselves.
 */
#include "train/schedule_options.h"

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
	while (i < o->boundaries.n &&
		step - schedule_length(c, o->boundaries.v[i]) >= SCHEDULE_NEAR) i++;
	return o->values.v[i];
}

static void
piecewise_check(struct field_reader *r, const struct node *node, const void *opts)
{
	const struct piecewise *o = opts;
	if (field_sound(r, &o->values) && field_sound(r, &o->boundaries) &&
		o->values.n != o->boundaries.n + 1)
		field_error(r, node_get(node, "values"), NULL,
			"values: %zu for %zu boundaries; there is one "
		    "more value than boundaries", o->values.n, o->boundaries.n);
	for (size_t i = 1; i < o->boundaries.n; i++)
		if (!(o->boundaries.v[i] > o->boundaries.v[i - 1])) {
			field_error(r, node_get(node, "boundaries"), NULL, "boundaries: must ascend");
			break;
		}
}

const struct schedule_kind schedule_piecewise = {
	.kind = { "piecewise", "Given rates between given epochs.", sizeof(struct piecewise), fields,
		examples },
	.rate = piecewise_rate, .check = piecewise_check,
};
