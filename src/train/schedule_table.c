/* The list of learning-rate schedules, the warm-up that all have, and their count of steps. */
#include <math.h>

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
schedule_length(const struct schedule_context *c, double epochs)
{
	const double steps = epochs * c->steps_per_epoch, whole = nearbyint(steps);
	return whole > 0 && fabs(steps - whole) < SCHEDULE_NEAR ? whole : steps;
}

double
schedule_passed(double step, double length)
{
	const double times = nearbyint(step / length);
	return fabs(step - times * length) < SCHEDULE_NEAR ? times : floor(step / length);
}

double
schedule_steps(const struct schedule_options *o, const struct schedule_context *c,
	double decay_epochs)
{
	const double epochs = decay_epochs > 0 ? decay_epochs : c->epochs - o->warmup_epochs;
	const double steps = schedule_length(c, epochs);
	return steps > 1 ? steps : 1;
}

double
schedule_rate(const struct kind_value *schedule, const struct schedule_context *c,
	unsigned long step)
{
	const struct schedule_kind *kind = (const struct schedule_kind *)schedule->kind;
	const struct schedule_options *o = schedule->opts;
	const double warmup = schedule_length(c, o->warmup_epochs), at = (double)step;
	if (at < warmup) return (float)(kind->rate(o, c, 0) * (at / warmup));
	return (float)kind->rate(o, c, at - warmup);
}
