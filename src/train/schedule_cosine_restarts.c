/*
 * cosine_restarts: cosines one after another, each t_mul times as long and m_mul times as high as
 * the one before (Keras, CosineDecayRestarts).
 *
 * Source  Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
 */
#include <math.h>

#include "train/schedule_options.h"
#include "tlrun/num.h"

struct cosine_restarts {
	struct schedule_options common;
	double first_decay_epochs, t_mul, m_mul, alpha;
};

static const struct field fields[] = {
	SCHEDULE_FIELDS,
	FIELD_REAL(struct cosine_restarts, first_decay_epochs, .required = true, .min = 0,
		.min_open = true, .max = 1e6, .unit = "epochs", .doc = "length of the first cosine"),
	FIELD_REAL(struct cosine_restarts, t_mul, .preset = 2, .min = 1, .max = 1000,
		.doc = "how much longer each is than the one before"),
	FIELD_REAL(struct cosine_restarts, m_mul, .preset = 1, .min = 0, .min_open = true, .max = 1,
		.doc = "how high each begins, as a share of the one before"),
	FIELD_REAL(struct cosine_restarts, alpha, .preset = 0, .min = 0, .max = 1,
		.doc = "the share of the rate that stays"),
	FIELD_END
};
static const char *const examples[] = { "{first_decay_epochs: 2}",
	"{first_decay_epochs: 3, t_mul: 1, m_mul: 0.5, alpha: 0.01}", NULL };

/* Where cosine number n begins: first (1 + t + ... + t^(n-1)) steps. */
static double
restart(double first, double t, unsigned long n)
{
	return t > 1 ? first * ((num_powi(t, n) - 1) / (t - 1)) : first * (double)n;
}

/*
 * How many cosines have ended at `step`: Keras's closed form, whose logarithm may be off by one
 * next to a restart, which the beginnings of the neighbours settle.
 */
static unsigned long
restarts_before(double step, double first, double t)
{
	if (!(t > 1)) return (unsigned long)schedule_passed(step, first);
	const double ended = num_log(1 + step / first * (t - 1)) / num_log(t);
	unsigned long n = (unsigned long)ended;
	if (step - restart(first, t, n + 1) > -SCHEDULE_NEAR) n++;
	else if (n > 0 && step - restart(first, t, n) <= -SCHEDULE_NEAR) n--;
	return n;
}

static double
cosine_restarts_rate(const void *opts, const struct schedule_context *c, double step)
{
	const struct cosine_restarts *o = opts;
	const double first = schedule_length(c, o->first_decay_epochs);
	const unsigned long restarts = restarts_before(step, first, o->t_mul);
	const double done = step - restart(first, o->t_mul, restarts);
	const double length = first * num_powi(o->t_mul, restarts);
	const double high = num_powi(o->m_mul, restarts);
	const double wave = high * (1 + num_cos(M_PI * fmin(fmax(done / length, 0), 1)));
	return c->learning_rate * ((1 - o->alpha) * 0.5 * wave + o->alpha);
}

const struct schedule_kind schedule_cosine_restarts = {
	.kind = { "cosine_restarts", "Cosines one after another.", sizeof(struct cosine_restarts),
		fields, examples },
	.rate = cosine_restarts_rate,
};
