/*
 * One step of an optimizer on a flat array: w and its slots from the gradient g.
 *
 * Source  Keras, optimizers/base_optimizer.py (order: regularizer, clipping, decay, rule), sgd.py,
 *         adam.py, rmsprop.py, nadam.py.
 * Coefficients such as 1 - beta are rounded once, from double.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct update_job {
	enum kern_rule rule;
	bool regularized, clipped;
	vf lr, alpha, momentum, epsilon;
	vf beta_2, m_rate, v_rate;	/* v_rate 1 - beta_2, m_rate 1 - beta_1 */
	vf rho, rho_rate;
	vf nadam_g, nadam_m, nadam_v;
	vf decay, clip, scale, l1, l2_twice;
	size_t n, first;
	float *w, *slot[3];		/* of the whole parameter */
	const float *g;			/* of element first */
};

static struct update_job
update_job(const struct kern_update *u, size_t first, size_t n, float *w, const float *g)
{
	struct update_job j = { .rule = u->rule, .n = n, .first = first, .w = w, .g = g };
	j.regularized = u->l1 != 0 || u->l2 != 0;
	j.clipped = u->clip_value > 0;
	j.lr = vf_set(u->lr);
	j.alpha = vf_set(u->alpha);
	j.momentum = vf_set((float)u->momentum);
	j.epsilon = vf_set(u->epsilon);
	j.m_rate = vf_set((float)(1.0 - u->beta_1));
	j.v_rate = vf_set((float)(1.0 - u->beta_2));
	j.rho = vf_set((float)u->rho);
	j.rho_rate = vf_set((float)(1.0 - u->rho));
	j.nadam_g = vf_set(u->nadam_g);
	j.nadam_m = vf_set(u->nadam_m);
	j.nadam_v = vf_set(u->nadam_v);
	j.decay = vf_set(u->decay);
	j.clip = vf_set(u->clip_value);
	j.scale = vf_set(u->grad_scale);
	j.l1 = vf_set(u->l1);
	j.l2_twice = vf_set(2.0f * u->l2);
	for (int i = 0; i < kern_rule_slots(u->rule); i++) j.slot[i] = u->slot[i];
	return j;
}

KERN_INLINE vf
update_sign(vf w)
{
	const vf zero = vf_set(0.0f);
	const vf down = vf_select(vf_lt(w, zero), vf_set(-1.0f), zero);
	return vf_select(vf_gt(w, zero), vf_set(1.0f), down);
}

/* The gradient that the rule sees. */
KERN_INLINE vf
update_gradient(const struct update_job *j, vf g, vf w)
{
	if (j->regularized) g += vf_fma(j->l2_twice, w, j->l1 * update_sign(w));
	if (j->clipped) g = vf_min(j->clip, vf_max(-j->clip, g));
	return g * j->scale;
}

/* Adam's two moments: slots 0 and 1. Returns m, leaves v. */
KERN_INLINE vf
update_moments(const struct update_job *j, size_t i, int n, vf g, vf *v)
{
	vf m = lane_load(j->slot[0] + i, n);
	*v = lane_load(j->slot[1] + i, n);
	m = vf_fma(g - m, j->m_rate, m);
	*v = vf_fma(g * g - *v, j->v_rate, *v);
	lane_store(j->slot[0] + i, n, m);
	lane_store(j->slot[1] + i, n, *v);
	return m;
}

KERN_INLINE vf
update_adam(const struct update_job *j, size_t i, int n, vf w, vf g)
{
	vf v;
	const vf m = update_moments(j, i, n, g, &v);
	return w - m * j->alpha / (vf_sqrt(v) + j->epsilon);
}

KERN_INLINE vf
update_nadam(const struct update_job *j, size_t i, int n, vf w, vf g)
{
	vf v;
	const vf m = update_moments(j, i, n, g, &v);
	const vf ahead = vf_fma(j->nadam_m, m, j->nadam_g * g);
	return w - j->lr * ahead / (vf_sqrt(v * j->nadam_v) + j->epsilon);
}

KERN_INLINE vf
update_momentum(const struct update_job *j, size_t i, int n, vf w, vf g, bool nesterov)
{
	const vf step = j->lr * g;
	const vf v = vf_fma(j->momentum, lane_load(j->slot[0] + i, n), -step);
	lane_store(j->slot[0] + i, n, v);
	if (nesterov) return w + vf_fma(j->momentum, v, -step);
	return w + v;
}

/* Slots: mean square; then the momentum, if there is one; then the mean gradient, if centered. */
KERN_INLINE vf
update_rmsprop(const struct update_job *j, size_t i, int n, vf w, vf g, bool momentum,
	bool centered)
{
	const vf s = vf_fma(j->rho, lane_load(j->slot[0] + i, n), j->rho_rate * (g * g));
	lane_store(j->slot[0] + i, n, s);
	vf d = s + j->epsilon;
	if (centered) {
		float *mean = j->slot[momentum ? 2 : 1] + i;
		const vf a = vf_fma(j->rho, lane_load(mean, n), j->rho_rate * g);
		lane_store(mean, n, a);
		d = vf_fma(-a, a, s) + j->epsilon;
	}
	vf step = j->lr * g / vf_sqrt(d);
	if (momentum) {
		step = vf_fma(j->momentum, lane_load(j->slot[1] + i, n), step);
		lane_store(j->slot[1] + i, n, step);
	}
	return w - step;
}

KERN_INLINE vf
update_rule(const struct update_job *j, size_t i, int n, vf w, vf g)
{
	switch (j->rule) {
	case RULE_SGD: return vf_fma(-j->lr, g, w);
	case RULE_MOMENTUM: return update_momentum(j, i, n, w, g, false);
	case RULE_NESTEROV: return update_momentum(j, i, n, w, g, true);
	case RULE_ADAM: return update_adam(j, i, n, w, g);
	case RULE_RMSPROP: return update_rmsprop(j, i, n, w, g, false, false);
	case RULE_RMSPROP_MOMENTUM: return update_rmsprop(j, i, n, w, g, true, false);
	case RULE_RMSPROP_CENTERED: return update_rmsprop(j, i, n, w, g, false, true);
	case RULE_RMSPROP_CENTERED_MOMENTUM: return update_rmsprop(j, i, n, w, g, true, true);
	case RULE_NADAM: return update_nadam(j, i, n, w, g);
	}
	return w;
}

KERN_INLINE void
update_step(const void *job, size_t i, int n)
{
	const struct update_job *j = job;
	vf w = lane_load(j->w + i, n);
	const vf g = update_gradient(j, lane_load(j->g + (i - j->first), n), w);
	w = vf_fma(-w, j->decay, w);
	lane_store(j->w + i, n, update_rule(j, i, n, w, g));
}

/* The loop with the rule known to the compiler. */
KERN_INLINE void
update_run(const struct update_job *job, enum kern_rule rule, size_t first, size_t last)
{
	struct update_job j = *job;
	j.rule = rule;
	loop_vectors(update_step, &j, first, last);
}

static void
update_range(const struct update_job *j, size_t first, size_t last)
{
	switch (j->rule) {
	case RULE_SGD: update_run(j, RULE_SGD, first, last); break;
	case RULE_MOMENTUM: update_run(j, RULE_MOMENTUM, first, last); break;
	case RULE_NESTEROV: update_run(j, RULE_NESTEROV, first, last); break;
	case RULE_ADAM: update_run(j, RULE_ADAM, first, last); break;
	case RULE_RMSPROP: update_run(j, RULE_RMSPROP, first, last); break;
	case RULE_RMSPROP_MOMENTUM: update_run(j, RULE_RMSPROP_MOMENTUM, first, last); break;
	case RULE_RMSPROP_CENTERED: update_run(j, RULE_RMSPROP_CENTERED, first, last); break;
	case RULE_RMSPROP_CENTERED_MOMENTUM:
		update_run(j, RULE_RMSPROP_CENTERED_MOMENTUM, first, last);
		break;
	case RULE_NADAM: update_run(j, RULE_NADAM, first, last); break;
	}
}

static void
update_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct update_job *j = ctx;
	const struct loop_range r = loop_block(j->n, LOOP_BLOCK, block);
	update_range(j, r.first, r.last);
}

void
KERN(update)(const struct kern_update *u, size_t n, float *w, const float *g)
{
	struct update_job j = update_job(u, 0, n, w, g);
	parallel_for(loop_blocks(n, LOOP_BLOCK), update_block, &j);
}

void
KERN(update_tile)(const struct kern_update *u, size_t first, size_t n, float *w, const float *g)
{
	const struct update_job j = update_job(u, first, n, w, g);
	update_range(&j, first, first + n);
}
