/* The list of learning-rate schedules, and the warm-up that all have. */
#include "train/schedule_options.h"

static const struct kind *const kinds[] = {
	&schedule_constant.kind,
	&schedule_cosine.kind,
	&schedule_cosine_restarts.kind,
	&schedule_exponential.kind,
	&schedule_linear.kind,
	&schedule_piecewise.kind,
	&schedule_polynomial.kind,
	&schedule_step.kind,
	NULL
};

const struct family family_schedule = {
	.name = "schedule", .key = "lr_schedule",
	.style = FAMILY_TAG, .tag = "type", .kinds = kinds, .bare = true,
	.default_kind = "constant",
};

double
schedule_steps(const struct schedule_options *o, const struct schedule_context *c,
	double decay_epochs)
{
	const double epochs = decay_epochs > 0 ? decay_epochs : c->epochs - o->warmup_epochs;
	const double steps = epochs * c->steps_per_epoch;
	return steps > 1 ? steps : 1;
}

double
schedule_rate(const struct kind_value *schedule, const struct schedule_context *c,
	unsigned long step)
{
	const struct schedule_kind *kind = (const struct schedule_kind *)schedule->kind;
	const struct schedule_options *o = schedule->opts;
	const double warmup = o->warmup_epochs * c->steps_per_epoch, at = (double)step;
	if (at < warmup) return (float)(kind->rate(o, c, 0) * (at / warmup));
	return (float)kind->rate(o, c, at - warmup);
}
