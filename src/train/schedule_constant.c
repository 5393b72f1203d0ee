/* constant: the optimizer's rate at every step. */
#include "train/schedule_options.h"

static const struct field fields[] = { SCHEDULE_FIELDS, FIELD_END };
static const char *const examples[] = { "{warmup_epochs: 2}", NULL };

static double
constant_rate(const void *opts, const struct schedule_context *c, double step)
{
	(void)opts, (void)step;
	return c->learning_rate;
}

const struct schedule_kind schedule_constant = {
	.kind = { "constant", "The same rate at every step.", sizeof(struct schedule_options), fields,
		examples },
	.rate = constant_rate,
};
