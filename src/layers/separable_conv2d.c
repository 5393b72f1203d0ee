/*
 * separable_conv2d: each channel convolved by itself, then a 1x1 convolution of what that gives;
 * y[n,i,j,o] = b[o] + sum over q of t[n,i,j,q] P[q,o], t[n,i,j,c*m+k] = sum over u,v of
 * x[n, i*s+u*d-top, j*s+v*d-left, c] D[u,v,c,k].
 *
 * Shapes  x [n,h,w,c]   D [kh,kw,c,m]   P [1,1,c*m,filters]   b [filters]   y [n,oh,ow,filters]
 * Scratch t [n,oh,ow,c*m] and its gradient; t is computed again in backward, so that no memory is
 *         held for it in between
 * Source  doc/keras-semantics.md 2.3.
 */
#include "layers/layer_options.h"

struct separable_conv2d {
	int filters;
	struct int_pair kernel_size, strides, dilation_rate;
	int padding, depth_multiplier, activation;
	bool use_bias;
	struct initializer depthwise_initializer, pointwise_initializer, bias_initializer;
	struct regularizer depthwise_regularizer, pointwise_regularizer, bias_regularizer;
};

static const struct field fields[] = {
	FIELD_INT(struct separable_conv2d, filters, .required = true, .min = 1, .max = LAYER_MAX_UNITS,
		.classes = true, .doc = "output channels"),
	OPTION_KERNEL_SIZE(struct separable_conv2d),
	OPTION_STRIDES(struct separable_conv2d),
	OPTION_PADDING(struct separable_conv2d),
	OPTION_DILATION(struct separable_conv2d),
	FIELD_INT(struct separable_conv2d, depth_multiplier, .preset = 1, .min = 1, .max = 1024,
		.doc = "channels for each input channel between the two convolutions"),
	OPTION_ACTIVATION(struct separable_conv2d),
	OPTION_USE_BIAS(struct separable_conv2d),
	OPTION_INITIALIZER(struct separable_conv2d, depthwise_initializer, "glorot_uniform",
		"the kernel of each channel"),
	OPTION_INITIALIZER(struct separable_conv2d, pointwise_initializer, "glorot_uniform",
		"the 1x1 kernel"),
	OPTION_INITIALIZER(struct separable_conv2d, bias_initializer, "zeros", "the bias"),
	OPTION_REGULARIZER(struct separable_conv2d, depthwise_regularizer,
		"the kernel of each channel"),
	OPTION_REGULARIZER(struct separable_conv2d, pointwise_regularizer, "the 1x1 kernel"),
	OPTION_REGULARIZER(struct separable_conv2d, bias_regularizer, "the bias"),
	FIELD_END
};
enum { DEPTHWISE, POINTWISE, BIAS };
static const struct param_spec params[] = {
	[DEPTHWISE] = { "depthwise_kernel", PARAM_WEIGHT, .keras = "depthwise_kernel" },
	[POINTWISE] = { "pointwise_kernel", PARAM_WEIGHT, .keras = "pointwise_kernel" },
	[BIAS] = { "bias", PARAM_OFFSET, .keras = "bias" },
	PARAM_END
};
static const char *const examples[] = {
	"{filters: 4, kernel_size: 3}",
	"{filters: 5, kernel_size: 3, strides: 2, padding: same, use_bias: false}",
	"{filters: 4, kernel_size: [3, 5], padding: same, depth_multiplier: 2, activation: relu}",
	"{filters: 3, kernel_size: 3, dilation_rate: 2, padding: same}",
	NULL
};

/* The two convolutions, and where t, its gradient and what both need lie in the scratch. */
struct separable {
	struct kern_depthwise depthwise;
	struct kern_conv pointwise;
	size_t floats;			/* of t */
};

static struct separable
separable_of(const struct layer *l, int n)
{
	const struct separable_conv2d *o = l->opts;
	const struct shape *in = &l->in[0], *out = &l->out;
	const int middle = in->d[3] * o->depth_multiplier;
	struct separable s = {
		.depthwise = {
			.n = n, .h = in->d[1], .w = in->d[2], .c = in->d[3], .m = o->depth_multiplier,
			.kh = o->kernel_size.a, .kw = o->kernel_size.b, .sh = o->strides.a,
			.sw = o->strides.b, .dh = o->dilation_rate.a, .dw = o->dilation_rate.b,
			.oh = out->d[1], .ow = out->d[2],
		},
		.pointwise = {
			.n = n, .h = out->d[1], .w = out->d[2], .cin = middle, .kh = 1, .kw = 1,
			.cout = out->d[3], .sh = 1, .sw = 1, .dh = 1, .dw = 1, .oh = out->d[1],
			.ow = out->d[2], .groups = 1,
		},
		.floats = (size_t)n * (size_t)out->d[1] * (size_t)out->d[2] * (size_t)middle,
	};
	struct kern_depthwise *d = &s.depthwise;
	int size;
	layer_axis(d->h, d->kh, d->sh, d->dh, o->padding, &size, &d->pt);
	layer_axis(d->w, d->kw, d->sw, d->dw, o->padding, &size, &d->pl);
	return s;
}

static enum status
separable_shape(struct layer *l, struct err *e)
{
	const struct separable_conv2d *o = l->opts;
	struct layer_window win;
	TRY(layer_window(l, o->kernel_size, o->strides, o->dilation_rate, o->padding, &win, e));
	const int c = l->in[0].d[3], m = o->depth_multiplier, filters = layer_units(l, o->filters);
	if (c > LAYER_MAX_UNITS / m)
		return layer_reject(l, e, "%d channels times depth_multiplier: %d is above %d", c, m,
			LAYER_MAX_UNITS);

	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, filters);
	layer_set_param(l, DEPTHWISE, SHAPE4(o->kernel_size.a, o->kernel_size.b, c, m),
		&o->depthwise_initializer, &o->depthwise_regularizer);
	layer_set_param(l, POINTWISE, SHAPE4(1, 1, c * m, filters), &o->pointwise_initializer,
		&o->pointwise_regularizer);
	if (o->use_bias)
		layer_set_param(l, BIAS, SHAPE1(filters), &o->bias_initializer, &o->bias_regularizer);
	const struct separable s = separable_of(l, l->batch);
	const size_t depthwise = kern_depthwise_scratch(&s.depthwise);
	const size_t pointwise = kern_conv_scratch(&s.pointwise);
	l->scratch = 2 * layer_align(s.floats * sizeof(float)) +
		(depthwise > pointwise ? depthwise : pointwise);
	l->keep_x = l->trainable;
	l->mult_adds = (long long)win.oh * win.ow * c * m *
		((long long)s.depthwise.kh * s.depthwise.kw + filters);
	return OK;
}

/* Where in the scratch t lies (0), its gradient (1), and what the kernels need (2). */
static float *
separable_scratch(const struct layer *l, const struct layer_io *io, size_t which)
{
	const size_t bytes = layer_align(separable_of(l, l->batch).floats * sizeof(float));
	return (float *)((char *)io->scratch + which * bytes);
}

static void
separable_forward(const struct layer *l, const struct layer_io *io)
{
	const struct separable s = separable_of(l, io->n);
	float *t = separable_scratch(l, io, 0);
	void *scratch = separable_scratch(l, io, 2);
	kern_depthwise_forward(&s.depthwise, io->x[0], io->p[DEPTHWISE], NULL, t, scratch);
	kern_conv_forward(&s.pointwise, t, io->p[POINTWISE], io->p[BIAS], io->y, scratch);
}

static void
separable_backward(const struct layer *l, const struct layer_io *io)
{
	const struct separable s = separable_of(l, io->n);
	float *t = separable_scratch(l, io, 0), *dt = separable_scratch(l, io, 1);
	void *scratch = separable_scratch(l, io, 2);
	if (io->dp[POINTWISE])
		kern_depthwise_forward(&s.depthwise, io->x[0], io->p[DEPTHWISE], NULL, t, scratch);
	if (io->dp[POINTWISE] || io->dp[BIAS])
		kern_conv_backward_weights(&s.pointwise, t, io->dy, io->dp[POINTWISE], io->dp[BIAS],
			scratch);
	if (!io->dp[DEPTHWISE] && !io->dx[0]) return;
	kern_conv_backward_data(&s.pointwise, io->dy, io->p[POINTWISE], dt, false, scratch);
	if (io->dp[DEPTHWISE])
		kern_depthwise_backward_weights(&s.depthwise, io->x[0], dt, io->dp[DEPTHWISE], NULL,
			scratch);
	if (io->dx[0])
		kern_depthwise_backward_data(&s.depthwise, dt, io->p[DEPTHWISE], io->dx[0], io->dx_add[0],
			scratch);
}

static int
separable_activation(const void *opts)
{
	return ((const struct separable_conv2d *)opts)->activation;
}

const struct layer_kind layer_separable_conv2d = {
	.kind = {
		.name = "separable_conv2d",
		.summary = "Convolution of each channel by itself, then of all at each pixel.",
		.opts_size = sizeof(struct separable_conv2d), .fields = fields, .examples = examples,
	},
	.params = params, .min_inputs = 1, .max_inputs = 1, .keras = "SeparableConv2D",
	.activation = separable_activation,
	.shape = separable_shape, .forward = separable_forward, .backward = separable_backward,
};
