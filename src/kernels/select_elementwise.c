/*
 * The public names of the elementwise kernels, and what is known of activations and rules at any
 * width.
 */
#include "kernels/kernel_set.h"
#include "tlrun/parallel.h"

bool
kern_act_needs_x(enum kern_activation type)
{
	switch (type) {
	case ACT_SILU:
	case ACT_HARD_SILU:
	case ACT_GELU:
	case ACT_GELU_TANH:
	case ACT_SOFTSIGN:
	case ACT_MISH:
	case ACT_RE_LU: return true;
	default: return false;
	}
}

int
kern_rule_slots(enum kern_rule rule)
{
	switch (rule) {
	case RULE_SGD: return 0;
	case RULE_MOMENTUM:
	case RULE_NESTEROV:
	case RULE_RMSPROP: return 1;
	case RULE_ADAM:
	case RULE_NADAM:
	case RULE_RMSPROP_MOMENTUM:
	case RULE_RMSPROP_CENTERED: return 2;
	case RULE_RMSPROP_CENTERED_MOMENTUM: return 3;
	}
	return 0;
}

size_t
kern_norm_scratch(int m, int c)
{
	(void)m;
	return (size_t)c * (3 * PARALLEL_SHARDS * sizeof(double) + 3 * sizeof(float));
}

void
kern_norm_moving(int c, double momentum, const float *value, float *moving)
{
	const float keep = (float)momentum, take = (float)(1.0 - momentum);
	for (int k = 0; k < c; k++) moving[k] = moving[k] * keep + value[k] * take;
}

/* The turned filter, or the shards' sums of weights and bias. */
size_t
kern_depthwise_scratch(const struct kern_depthwise *c)
{
	return PARALLEL_SHARDS * (size_t)(c->kh * c->kw + 1) * c->c * c->m * sizeof(float);
}

void
kern_update(const struct kern_update *u, size_t n, float *w, const float *g)
{
	kern_active()->update(u, n, w, g);
}

void
kern_update_tile(const struct kern_update *u, size_t first, size_t n, float *w, const float *g)
{
	kern_active()->update_tile(u, first, n, w, g);
}

void
kern_act_forward(const struct kern_act *a, size_t n, const float *x, float *y)
{
	kern_active()->act_forward(a, n, x, y);
}

void
kern_act_backward(const struct kern_act *a, size_t n, const float *x, const float *y,
	const float *dy, float *dx, bool add)
{
	kern_active()->act_backward(a, n, x, y, dy, dx, add);
}

void
kern_softmax_forward(int rows, int c, const float *x, float *y)
{
	kern_active()->softmax_forward(rows, c, x, y);
}

void
kern_softmax_backward(int rows, int c, const float *y, const float *dy, float *dx, bool add)
{
	kern_active()->softmax_backward(rows, c, y, dy, dx, add);
}

void
kern_log_softmax_forward(int rows, int c, const float *x, float *y)
{
	kern_active()->log_softmax_forward(rows, c, x, y);
}

void
kern_log_softmax_backward(int rows, int c, const float *y, const float *dy, float *dx, bool add)
{
	kern_active()->log_softmax_backward(rows, c, y, dy, dx, add);
}

void
kern_softmax_xent(int n, int c, const float *z, const int32_t *labels, float smoothing,
	const float *weights, float scale, float *p, float *loss, float *dz)
{
	kern_active()->softmax_xent(n, c, z, labels, smoothing, weights, scale, p, loss, dz);
}

void
kern_copy(size_t n, const float *x, float *y, bool add)
{
	kern_active()->copy(n, x, y, add);
}

void
kern_zero(size_t n, float *y)
{
	kern_active()->zero(n, y);
}

void
kern_sum_inputs(size_t n, int inputs, const float *const *x, float *y)
{
	kern_active()->sum_inputs(n, inputs, x, y);
}

void
kern_merge_forward(enum kern_merge op, size_t n, int inputs, const float *const *x, float *y)
{
	kern_active()->merge_forward(op, n, inputs, x, y);
}

void
kern_merge_backward(enum kern_merge op, size_t n, int inputs, int of, const float *const *x,
	const float *dy, float *dx, bool add)
{
	kern_active()->merge_backward(op, n, inputs, of, x, dy, dx, add);
}

void
kern_rescale_forward(size_t m, int c, const float *x, const float *scale, const float *offset,
	float *y)
{
	kern_active()->rescale_forward(m, c, x, scale, offset, y);
}

void
kern_rescale_backward(size_t m, int c, const float *dy, const float *scale, float *dx, bool add)
{
	kern_active()->rescale_backward(m, c, dy, scale, dx, add);
}

void
kern_copy_rows(size_t rows, int width, const float *x, size_t x_stride, float *y, size_t y_stride,
	bool add)
{
	kern_active()->copy_rows(rows, width, x, x_stride, y, y_stride, add);
}

void
kern_zero_pad(int n, int h, int w, int c, int top, int bottom, int left, int right, const float *x,
	float *y)
{
	kern_active()->zero_pad(n, h, w, c, top, bottom, left, right, x, y);
}

void
kern_crop(int n, int h, int w, int c, int top, int bottom, int left, int right, const float *dy,
	float *dx, bool add)
{
	kern_active()->crop(n, h, w, c, top, bottom, left, right, dy, dx, add);
}

void
kern_dropout(const struct rng *r, float rate, size_t n, const float *x, float *y, bool add)
{
	kern_active()->dropout(r, rate, n, x, y, add);
}

double
kern_sum_squares(size_t n, const float *x)
{
	return kern_active()->sum_squares(n, x);
}

double
kern_sum_abs(size_t n, const float *x)
{
	return kern_active()->sum_abs(n, x);
}

bool
kern_all_finite(size_t n, const float *x)
{
	return kern_active()->all_finite(n, x);
}

void
kern_argmax(int rows, int c, const float *x, int32_t *out)
{
	kern_active()->argmax(rows, c, x, out);
}

void
kern_norm_forward(const struct kern_norm *s, const float *x, float *mean, float *variance, float *y,
	void *scratch)
{
	kern_active()->norm_forward(s, x, mean, variance, y, scratch);
}

void
kern_norm_backward(const struct kern_norm *s, const float *x, const float *mean,
	const float *variance, const float *dy, float *dx, bool dx_add, float *dgamma, float *dbeta,
	void *scratch)
{
	kern_active()->norm_backward(s, x, mean, variance, dy, dx, dx_add, dgamma, dbeta, scratch);
}

void
kern_max_pool_forward(const struct kern_pool *p, const float *x, float *y, int32_t *which)
{
	kern_active()->max_pool_forward(p, x, y, which);
}

void
kern_max_pool_backward(const struct kern_pool *p, const int32_t *which, const float *dy, float *dx,
	bool add)
{
	kern_active()->max_pool_backward(p, which, dy, dx, add);
}

void
kern_average_pool_forward(const struct kern_pool *p, const float *x, float *y)
{
	kern_active()->average_pool_forward(p, x, y);
}

void
kern_average_pool_backward(const struct kern_pool *p, const float *dy, float *dx, bool add)
{
	kern_active()->average_pool_backward(p, dy, dx, add);
}

void
kern_global_average_forward(int n, int hw, int c, const float *x, float *y)
{
	kern_active()->global_average_forward(n, hw, c, x, y);
}

void
kern_global_average_backward(int n, int hw, int c, const float *dy, float *dx, bool add)
{
	kern_active()->global_average_backward(n, hw, c, dy, dx, add);
}

void
kern_global_max_forward(int n, int hw, int c, const float *x, float *y)
{
	kern_active()->global_max_forward(n, hw, c, x, y);
}

void
kern_global_max_backward(int n, int hw, int c, const float *x, const float *y, const float *dy,
	float *dx, bool add)
{
	kern_active()->global_max_backward(n, hw, c, x, y, dy, dx, add);
}

void
kern_depthwise_forward(const struct kern_depthwise *c, const float *x, const float *w,
	const float *b, float *y, void *scratch)
{
	kern_active()->depthwise_forward(c, x, w, b, y, scratch);
}

void
kern_depthwise_backward_data(const struct kern_depthwise *c, const float *dy, const float *w,
	float *dx, bool add, void *scratch)
{
	kern_active()->depthwise_backward_data(c, dy, w, dx, add, scratch);
}

void
kern_depthwise_backward_weights(const struct kern_depthwise *c, const float *x, const float *dy,
	float *dw, float *db, void *scratch)
{
	kern_active()->depthwise_backward_weights(c, x, dy, dw, db, scratch);
}

void
kern_resize_tile(const struct kern_resize *r, const uint8_t *x, float *y)
{
	kern_active()->resize_tile(r, x, y);
}
