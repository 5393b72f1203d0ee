/*
 * cosine: rate * ((1-alpha)/2 (1 + cos(pi step/decay)) + alpha), alpha * rate at the end and after
 * it (Keras, CosineDecay).
 *
 * Source  Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
 *         eq. 5.
 */
#include <math.h>

#include "train/schedule_options.h"
#include "tlrun/num.h"

struct cosine {
	struct schedule_options common;
	double decay_epochs, alpha;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	SCHEDULE_DECAY_EPOCHS(struct cosine),
	FIELD_REAL(struct cosine, alpha, .preset = 0, .min = 0, .max = 1,
		.doc = "the share of the rate that stays"),
	FIELD_END
};
static const char *const examples[] = { "{}", "{decay_epochs: 8, alpha: 0.01, warmup_epochs: 1}",
	NULL };

static double
cosine_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct cosine *o = opts;
	const double steps = schedule_steps(&o->common, c, o->decay_epochs);
	const double p = step < steps ? step / steps : 1;
	return c->learning_rate * ((1 - o->alpha) * 0.5 * (1 + num_cos(M_PI * p)) + o->alpha);
}

const struct schedule_kind schedule_cosine = {
	.kind = { "cosine", "Half a cosine from the rate down.", sizeof(struct cosine), fields,
		examples },
	.rate = cosine_rate,
};
