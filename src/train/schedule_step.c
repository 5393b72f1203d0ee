/* step: the rate times factor each every_epochs. */
#include "train/schedule_options.h"
#include "tlrun/num.h"

struct step {
	struct schedule_options common;
	double every_epochs, factor;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	FIELD_REAL(struct step, every_epochs, .required = true, .min = 0, .min_open = true, .max = 1e6,
		.unit = "epochs", .doc = "length of a step"),
	FIELD_REAL(struct step, factor, .preset = 0.1, .min = 0, .min_open = true, .max = 1,
		.doc = "what the rate is multiplied by after each"),
	FIELD_END
};
static const char *const examples[] = { "{every_epochs: 5, factor: 0.5}", NULL };

static double
step_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct step *o = opts;
	const double times = schedule_passed(step, schedule_length(c, o->every_epochs));
	return c->learning_rate * num_powi(o->factor, times < 1e9 ? (unsigned long)times : 1000000000);
}

const struct schedule_kind schedule_step = {
	.kind = { "step", "The rate drops by a factor every so many epochs.", sizeof(struct step),
		fields, examples },
	.rate = step_rate,
};
