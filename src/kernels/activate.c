/*
 * Activations, forward and backward: x, y, dx, dy are flat arrays.
 *
 * Source  Keras, activations/activations.py; derivatives at corners as TensorFlow's kernels take
 *         them (doc/keras-semantics.md 2.10).
 * Backward needs only y where y determines the derivative.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"
#include "kernels/rectify.h"
#include "kernels/vmath.h"

#define SELU_SCALE 1.05070099f
#define SELU_SCALE_ALPHA 1.75809934f	/* scale*alpha, alpha 1.6732632423543772 */

struct act_job {
	enum kern_activation type;
	vf alpha, max_value, threshold;
	vf corner, last;	/* re_lu: slope at the threshold; the last x with slope 1 */
	size_t n;
	const float *x, *y, *dy;
	float *out;
	bool add;
};

static struct act_job
act_job(const struct kern_act *a, size_t n)
{
	/*
	 * Keras builds re_lu of relu6, which is flat at 6, or of a clip, which is not flat at its
	 * maximum; or of leaky_relu, whose slope at 0 is alpha.
	 */
	const bool leaky = a->max_value == INFINITY && a->threshold == 0;
	const bool relu6 = a->max_value == 6 && a->threshold == 0;
	return (struct act_job){ .type = a->type, .alpha = vf_set(a->alpha),
		.max_value = vf_set(a->max_value), .threshold = vf_set(a->threshold),
		.corner = vf_set(leaky ? a->alpha : 0.0f),
		.last = vf_set(relu6 ? nextafterf(6.0f, 0.0f) : a->max_value), .n = n };
}

/* scale_alpha*(e^x - 1) below 0, scale*x above */
KERN_INLINE vf
act_elu(vf x, vf scale, vf scale_alpha)
{
	return vf_select(vf_gt(x, vf_set(0.0f)), scale * x, scale_alpha * vf_expm1_negative(x));
}

/* Above the threshold x, at most max_value; below alpha*(x - threshold), plainly 0 for alpha 0. */
KERN_INLINE vf
act_re_lu(const struct act_job *j, vf x)
{
	const vf zero = vf_set(0.0f);
	const vm flat = vm_and(vf_eq(j->alpha, zero), vf_eq(x, x));
	const vf below = vf_select(flat, zero, j->alpha * (x - j->threshold));
	return vf_select(vf_gt(x, j->threshold), vf_min(j->max_value, x), below);
}

/* tanh's argument in the approximate gelu: sqrt(2/pi)*(x + 0.044715 x^3) */
KERN_INLINE vf
act_gelu_inner(vf x)
{
	return vf_set(0.797884561f) * x * vf_fma(x * x, vf_set(0.044715f), vf_set(1.0f));
}

/* The n of tanh(softplus(x)) = n/(n+2), n = e^x (e^x + 2); from 20 on the quotient is 1. */
KERN_INLINE vf
act_mish_n(vf x)
{
	const vf e = vf_exp(vf_min(vf_set(20.0f), x));
	return e * (e + vf_set(2.0f));
}

KERN_INLINE vf
act_value(const struct act_job *j, enum kern_activation type, vf x)
{
	const vf one = vf_set(1.0f), half = vf_set(0.5f);
	switch (type) {
	case ACT_LINEAR: return x;
	case ACT_RELU: return rectify_relu(x);
	case ACT_RELU6: return rectify_relu6(x);
	case ACT_LEAKY_RELU: return vf_select(vf_gt(x, vf_set(0.0f)), x, j->alpha * x);
	case ACT_ELU: return act_elu(x, one, j->alpha);
	case ACT_SELU: return act_elu(x, vf_set(SELU_SCALE), vf_set(SELU_SCALE_ALPHA));
	case ACT_SILU: return x * vf_sigmoid(x);
	case ACT_HARD_SIGMOID: return rectify_relu6(x + vf_set(3.0f)) / vf_set(6.0f);
	case ACT_HARD_SILU: return x * (rectify_relu6(x + vf_set(3.0f)) / vf_set(6.0f));
	case ACT_GELU: return half * x * (one + vf_erf(x * vf_set(0.707106781f)));
	case ACT_GELU_TANH: return half * x * (one + vf_tanh(act_gelu_inner(x)));
	case ACT_SIGMOID: return vf_sigmoid(x);
	case ACT_TANH: return vf_tanh(x);
	case ACT_SOFTPLUS: return vf_softplus(x);
	case ACT_SOFTSIGN: return x / (one + vf_abs(x));
	case ACT_EXPONENTIAL: return vf_exp(x);
	case ACT_MISH: return x * (act_mish_n(x) / (act_mish_n(x) + vf_set(2.0f)));
	case ACT_RE_LU: return act_re_lu(j, x);
	}
	return x;
}

/* Phi(x) + x phi(x); beyond 16 both are their limits and x^2 cannot overflow. */
KERN_INLINE vf
act_gelu_slope(vf x)
{
	x = vf_min(vf_set(16.0f), vf_max(vf_set(-16.0f), x));
	const vf phi = vf_set(0.39894228f) * vf_exp(vf_set(-0.5f) * x * x);
	const vf cdf = vf_set(0.5f) * (vf_set(1.0f) + vf_erf(x * vf_set(0.707106781f)));
	return vf_fma(x, phi, cdf);
}

KERN_INLINE vf
act_gelu_tanh_slope(vf x)
{
	const vf one = vf_set(1.0f);
	x = vf_min(vf_set(16.0f), vf_max(vf_set(-16.0f), x));
	const vf t = vf_tanh(act_gelu_inner(x));
	const vf inner = vf_set(0.797884561f) * vf_fma(x * x, vf_set(0.134145f), one);
	return vf_set(0.5f) * vf_fma(x * (one - t) * (one + t), inner, one + t);
}

/* With w = tanh(softplus(x)) = 1 - d: w + x sigmoid(x) d (2 - d); from 20 on it is 1. */
KERN_INLINE vf
act_mish_slope(vf x)
{
	x = vf_min(vf_set(20.0f), x);
	const vf two = vf_set(2.0f), n = act_mish_n(x), d = two / (n + two);
	return vf_fma(x * vf_sigmoid(x), d * (two - d), n / (n + two));
}

KERN_INLINE vf
act_silu_slope(vf x)
{
	const vf s = vf_sigmoid(x);
	return vf_fma(x * s, vf_set(1.0f) - s, s);
}

KERN_INLINE vf
act_hard_silu_slope(vf x)
{
	const vf three = vf_set(3.0f);
	const vf inner = vf_fma(x, vf_set(2.0f), three) / vf_set(6.0f);
	const vf capped = vf_select(vf_ge(x, three), vf_set(1.0f), inner);
	return vf_select(vf_le(x, -three), vf_set(0.0f), capped);
}

KERN_INLINE vf
act_re_lu_slope(const struct act_job *j, vf x)
{
	const vf above = vf_select(vf_le(x, j->last), vf_set(1.0f), vf_set(0.0f));
	const vf below = vf_select(vf_lt(x, j->threshold), j->alpha, j->corner);
	return vf_select(vf_gt(x, j->threshold), above, below);
}

KERN_INLINE vf
act_slope(const struct act_job *j, enum kern_activation type, vf x, vf y)
{
	const vf one = vf_set(1.0f), zero = vf_set(0.0f);
	const vm positive = vf_gt(y, zero);
	switch (type) {
	case ACT_LINEAR: return one;
	case ACT_RELU: return vf_select(positive, one, zero);
	case ACT_RELU6: return rectify_inside(y, 6.0f);
	case ACT_LEAKY_RELU: return vf_select(positive, one, j->alpha);
	case ACT_ELU: return vf_select(positive, one, y + j->alpha);
	case ACT_SELU:
		return vf_select(vf_lt(y, zero), y + vf_set(SELU_SCALE_ALPHA), vf_set(SELU_SCALE));
	case ACT_SILU: return act_silu_slope(x);
	case ACT_HARD_SIGMOID: return rectify_inside(y, 1.0f) / vf_set(6.0f);
	case ACT_HARD_SILU: return act_hard_silu_slope(x);
	case ACT_GELU: return act_gelu_slope(x);
	case ACT_GELU_TANH: return act_gelu_tanh_slope(x);
	case ACT_SIGMOID: return y * (one - y);
	case ACT_TANH: return (one - y) * (one + y);
	case ACT_SOFTPLUS: return -vf_expm1_negative(-y);
	case ACT_SOFTSIGN: return one / ((one + vf_abs(x)) * (one + vf_abs(x)));
	case ACT_EXPONENTIAL: return y;
	case ACT_MISH: return act_mish_slope(x);
	case ACT_RE_LU: return act_re_lu_slope(j, x);
	}
	return one;
}

KERN_INLINE void
act_forward_step(const void *job, size_t i, int n)
{
	const struct act_job *j = job;
	lane_store(j->out + i, n, act_value(j, j->type, lane_load(j->x + i, n)));
}

KERN_INLINE void
act_backward_step(const void *job, size_t i, int n)
{
	const struct act_job *j = job;
	const vf x = j->x ? lane_load(j->x + i, n) : vf_set(0.0f);
	const vf y = j->y ? lane_load(j->y + i, n) : vf_set(0.0f);
	const vf dx = lane_load(j->dy + i, n) * act_slope(j, j->type, x, y);
	lane_put(j->out + i, n, dx, j->add);
}

/* The loop with the type known to the compiler: one copy of it for each activation. */
KERN_INLINE void
act_run(const struct act_job *job, enum kern_activation type, int block, bool backward)
{
	struct act_job j = *job;
	j.type = type;
	const struct loop_range r = loop_block(j.n, LOOP_BLOCK, block);
	if (backward) loop_vectors(act_backward_step, &j, r.first, r.last);
	else loop_vectors(act_forward_step, &j, r.first, r.last);
}

KERN_INLINE void
act_dispatch(const struct act_job *j, int block, bool backward)
{
	switch (j->type) {
	case ACT_LINEAR: act_run(j, ACT_LINEAR, block, backward); break;
	case ACT_RELU: act_run(j, ACT_RELU, block, backward); break;
	case ACT_RELU6: act_run(j, ACT_RELU6, block, backward); break;
	case ACT_LEAKY_RELU: act_run(j, ACT_LEAKY_RELU, block, backward); break;
	case ACT_ELU: act_run(j, ACT_ELU, block, backward); break;
	case ACT_SELU: act_run(j, ACT_SELU, block, backward); break;
	case ACT_SILU: act_run(j, ACT_SILU, block, backward); break;
	case ACT_HARD_SIGMOID: act_run(j, ACT_HARD_SIGMOID, block, backward); break;
	case ACT_HARD_SILU: act_run(j, ACT_HARD_SILU, block, backward); break;
	case ACT_GELU: act_run(j, ACT_GELU, block, backward); break;
	case ACT_GELU_TANH: act_run(j, ACT_GELU_TANH, block, backward); break;
	case ACT_SIGMOID: act_run(j, ACT_SIGMOID, block, backward); break;
	case ACT_TANH: act_run(j, ACT_TANH, block, backward); break;
	case ACT_SOFTPLUS: act_run(j, ACT_SOFTPLUS, block, backward); break;
	case ACT_SOFTSIGN: act_run(j, ACT_SOFTSIGN, block, backward); break;
	case ACT_EXPONENTIAL: act_run(j, ACT_EXPONENTIAL, block, backward); break;
	case ACT_MISH: act_run(j, ACT_MISH, block, backward); break;
	case ACT_RE_LU: act_run(j, ACT_RE_LU, block, backward); break;
	}
}

static void
act_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	act_dispatch(ctx, block, false);
}

static void
act_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	act_dispatch(ctx, block, true);
}

void
KERN(act_forward)(const struct kern_act *a, size_t n, const float *x, float *y)
{
	struct act_job j = act_job(a, n);
	j.x = x;
	j.out = y;
	parallel_for(loop_blocks(n, LOOP_BLOCK), act_forward_block, &j);
}

void
KERN(act_backward)(const struct kern_act *a, size_t n, const float *x, const float *y,
	const float *dy, float *dx, bool add)
{
	struct act_job j = act_job(a, n);
	j.x = x;
	j.y = y;
	j.dy = dy;
	j.out = dx;
	j.add = add;
	parallel_for(loop_blocks(n, LOOP_BLOCK), act_backward_block, &j);
}
