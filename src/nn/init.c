/*
 * First values of parameters: a function of seed and parameter index, element by element.
 *
 * Source  doc/keras-semantics.md 3.1 to 3.3. The distributions are Keras's; the numbers are our
 * own.
 */
#include <math.h>
#include <string.h>

#include "tlrun/net.h"

/* Standard deviation of a normal distribution cut at two of its own. */
static const double INIT_TRUNCATED_STDDEV = 0.87962566103423978;

struct init_fans { double in, out; };

static struct init_fans
init_fans(const struct shape *s)
{
	if (s->rank == 1) return (struct init_fans){ s->d[0], s->d[0] };
	double field = 1;
	for (int i = 0; i + 2 < s->rank; i++) field *= s->d[i];
	return (struct init_fans){ s->d[s->rank - 2] * field, s->d[s->rank - 1] * field };
}

static void
init_fill(float *w, size_t n, double value)
{
	for (size_t i = 0; i < n; i++) w[i] = (float)value;
}

static void
init_uniform(const struct rng *r, float *w, size_t n, double low, double high)
{
	for (size_t i = 0; i < n; i++) w[i] = (float)(low + (high - low) * rng_uniform(r, i));
}

static void
init_normal(const struct rng *r, float *w, size_t n, double mean, double stddev)
{
	for (size_t i = 0; i < n; i++) w[i] = (float)(mean + stddev * rng_normal(r, i));
}

/* What lies beyond two deviations is drawn again: element i takes numbers i, i+n, i+2n, … */
static void
init_truncated(const struct rng *r, float *w, size_t n, double mean, double stddev)
{
	for (size_t i = 0; i < n; i++) {
		size_t e = i;
		double z = rng_normal(r, e);
		while (fabs(z) > 2) z = rng_normal(r, e += n);
		w[i] = (float)(mean + stddev * z);
	}
}

static void
init_scaled(const struct rng *r, const struct net_param *p, float *w, double scale,
	enum init_mode mode, enum init_distribution distribution)
{
	const struct init_fans f = init_fans(&p->shape);
	const double mean = (f.in + f.out) / 2;
	const double fan = mode == INIT_FAN_IN ? f.in : mode == INIT_FAN_OUT ? f.out : mean;
	const double variance = scale / fmax(1, fan), limit = sqrt(3 * variance);
	switch (distribution) {
	case INIT_DIST_UNIFORM:
		init_uniform(r, w, p->count, -limit, limit);
		break;
	case INIT_DIST_UNTRUNCATED:
		init_normal(r, w, p->count, 0, sqrt(variance));
		break;
	case INIT_DIST_TRUNCATED:
		init_truncated(r, w, p->count, 0, sqrt(variance) / INIT_TRUNCATED_STDDEV);
		break;
	}
}

/* A matrix with more rows than columns, or its transpose, as Keras factors it. */
struct init_tall { float *w; size_t rows, cols, row_step, col_step; };

static double
init_column_dot(const struct init_tall *m, size_t a, size_t b)
{
	double sum = 0;
	for (size_t i = 0; i < m->rows; i++) {
		const float *row = m->w + i * m->row_step;
		sum += (double)row[a * m->col_step] * row[b * m->col_step];
	}
	return sum;
}

/*
 * Q of the QR factors of a normal matrix, with the signs that make R's diagonal positive: Gram and
 * Schmidt's, where every column is made orthogonal twice to keep the float's precision.
 */
static void
init_orthogonal(const struct rng *r, const struct net_param *p, float *w, double gain)
{
	const size_t last = (size_t)p->shape.d[p->shape.rank - 1], first = p->count / last;
	struct init_tall m = { w, first, last, last, 1 };
	if (first < last) m = (struct init_tall){ w, last, first, 1, last };
	for (size_t i = 0; i < m.rows; i++)
		for (size_t j = 0; j < m.cols; j++)
			w[i * m.row_step + j * m.col_step] = (float)rng_normal(r, i * m.cols + j);
	for (size_t j = 0; j < m.cols; j++) {
		float *column = w + j * m.col_step;
		for (size_t k = 0; k < 2 * j; k++) {
			const size_t other = k % j;
			const double dot = init_column_dot(&m, other, j);
			for (size_t i = 0; i < m.rows; i++)
				column[i * m.row_step] -= (float)(dot * w[i * m.row_step + other * m.col_step]);
		}
		const double norm = sqrt(init_column_dot(&m, j, j));
		for (size_t i = 0; i < m.rows; i++)
			column[i * m.row_step] = (float)(column[i * m.row_step] / norm);
	}
	for (size_t i = 0; i < p->count; i++) w[i] = (float)(w[i] * gain);
}

static void
init_param(const struct rng *r, const struct net_param *p, float *w)
{
	const struct initializer *v = &p->init;
	const enum init_distribution uniform = INIT_DIST_UNIFORM, truncated = INIT_DIST_TRUNCATED;
	switch (v->type) {
	case INIT_ZEROS: init_fill(w, p->count, 0); break;
	case INIT_ONES: init_fill(w, p->count, 1); break;
	case INIT_CONSTANT: init_fill(w, p->count, v->value); break;
	case INIT_GLOROT_UNIFORM: init_scaled(r, p, w, 1, INIT_FAN_AVG, uniform); break;
	case INIT_GLOROT_NORMAL: init_scaled(r, p, w, 1, INIT_FAN_AVG, truncated); break;
	case INIT_HE_UNIFORM: init_scaled(r, p, w, 2, INIT_FAN_IN, uniform); break;
	case INIT_HE_NORMAL: init_scaled(r, p, w, 2, INIT_FAN_IN, truncated); break;
	case INIT_LECUN_UNIFORM: init_scaled(r, p, w, 1, INIT_FAN_IN, uniform); break;
	case INIT_LECUN_NORMAL: init_scaled(r, p, w, 1, INIT_FAN_IN, truncated); break;
	case INIT_RANDOM_NORMAL: init_normal(r, w, p->count, v->mean, v->stddev); break;
	case INIT_RANDOM_UNIFORM: init_uniform(r, w, p->count, v->minval, v->maxval); break;
	case INIT_TRUNCATED_NORMAL: init_truncated(r, w, p->count, v->mean, v->stddev); break;
	case INIT_VARIANCE_SCALING: init_scaled(r, p, w, v->scale, v->mode, v->distribution); break;
	case INIT_ORTHOGONAL: init_orthogonal(r, p, w, v->gain); break;
	}
}

void
net_init(const struct net *net, uint64_t seed, float *block)
{
	memset(block, 0, net->floats * sizeof *block);
	for (int i = 0; i < net->params; i++) {
		const struct rng r = rng_stream(seed, RNG_INIT, (uint32_t)i, 0);
		init_param(&r, &net->param[i], block + net->param[i].offset);
	}
}
