/* linear: from the rate to end_learning_rate in a line, over all epochs after the warm-up. */
#include "train/schedule_options.h"

struct linear {
	struct schedule_options common;
	double end_learning_rate;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	FIELD_REAL(struct linear, end_learning_rate, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "the rate at the end"),
	FIELD_END
};
static const char *const examples[] = { "{end_learning_rate: 1e-5, warmup_epochs: 1}", NULL };

static double
linear_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct linear *o = opts;
	const double steps = schedule_steps(&o->common, c, 0);
	const double p = step < steps ? step / steps : 1;
	return (c->learning_rate - o->end_learning_rate) * (1 - p) + o->end_learning_rate;
}

const struct schedule_kind schedule_linear = {
	.kind = { "linear", "A line down to the end.", sizeof(struct linear), fields, examples },
	.rate = linear_rate,
};
