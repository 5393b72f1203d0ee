/*
 * depthwise_conv2d: each input channel is convolved by itself, depth_multiplier times;
 * y[n,i,j,c*m+k] = b[c*m+k] + sum over u,v of x[n, i*s+u*d-top, j*s+v*d-left, c] K[u,v,c,k].
 *
 * Shapes  x [n,h,w,c]   K [kh,kw,c,m]   b [c*m]   y [n,oh,ow,c*m]
 * Source  doc/keras-semantics.md 2.2. Keras 2 files call the kernel depthwise_kernel, Keras 3
 *         kernel.
 */
#include "layers/depthwise_conv2d.h"
#include "layers/layer_options.h"

static const struct field fields[] = {
	OPTION_KERNEL_SIZE(struct depthwise_conv2d),
	OPTION_STRIDES(struct depthwise_conv2d),
	OPTION_PADDING(struct depthwise_conv2d),
	FIELD_INT(struct depthwise_conv2d, depth_multiplier, .preset = 1, .min = 1, .max = 1024,
		.doc = "output channels for each input channel"),
	OPTION_DILATION(struct depthwise_conv2d),
	OPTION_ACTIVATION(struct depthwise_conv2d),
	OPTION_USE_BIAS(struct depthwise_conv2d),
	OPTION_INITIALIZER(struct depthwise_conv2d, depthwise_initializer, "glorot_uniform",
		"the kernel"),
	OPTION_INITIALIZER(struct depthwise_conv2d, bias_initializer, "zeros", "the bias"),
	OPTION_REGULARIZER(struct depthwise_conv2d, depthwise_regularizer, "the kernel"),
	OPTION_REGULARIZER(struct depthwise_conv2d, bias_regularizer, "the bias"),
	FIELD_END
};
static const struct param_spec params[] = {
	{ "kernel", PARAM_WEIGHT, .keras = "depthwise_kernel" },
	{ "bias", PARAM_OFFSET, .keras = "bias" },
	PARAM_END
};
static const char *const examples[] = {
	"{kernel_size: 3}",
	"{kernel_size: 3, strides: 2, padding: same, use_bias: false}",
	"{kernel_size: [3, 5], padding: same, depth_multiplier: 2, activation: relu6}",
	"{kernel_size: 3, dilation_rate: 2, padding: same}",
	NULL
};

struct kern_depthwise
layer_depthwise_kern(const struct layer *l, int n)
{
	const struct depthwise_conv2d *o = l->opts;
	const struct shape *in = &l->in[0], *out = &l->out;
	struct kern_depthwise c = {
		.n = n, .h = in->d[1], .w = in->d[2], .c = in->d[3], .m = o->depth_multiplier,
		.kh = o->kernel_size.a, .kw = o->kernel_size.b, .sh = o->strides.a, .sw = o->strides.b,
		.dh = o->dilation_rate.a, .dw = o->dilation_rate.b, .oh = out->d[1], .ow = out->d[2],
	};
	int size;
	layer_axis(c.h, c.kh, c.sh, c.dh, o->padding, &size, &c.pt);
	layer_axis(c.w, c.kw, c.sw, c.dw, o->padding, &size, &c.pl);
	return c;
}

static enum status
depthwise_shape(struct layer *l, struct err *e)
{
	const struct depthwise_conv2d *o = l->opts;
	struct layer_window win;
	TRY(layer_window(l, o->kernel_size, o->strides, o->dilation_rate, o->padding, &win, e));
	const int c = l->in[0].d[3], m = o->depth_multiplier;
	if (c > LAYER_MAX_UNITS / m)
		return layer_reject(l, e, "%d channels times depth_multiplier: %d is above %d", c, m,
			LAYER_MAX_UNITS);

	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, c * m);
	layer_set_param(l, 0, SHAPE4(o->kernel_size.a, o->kernel_size.b, c, m),
		&o->depthwise_initializer, &o->depthwise_regularizer);
	if (o->use_bias)
		layer_set_param(l, 1, SHAPE1(c * m), &o->bias_initializer, &o->bias_regularizer);
	const struct kern_depthwise k = layer_depthwise_kern(l, l->batch);
	l->scratch = kern_depthwise_scratch(&k);
	l->keep_x = l->trainable;
	l->mult_adds = (long long)shape_count(&l->out) * k.kh * k.kw;
	return OK;
}

static void
depthwise_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_depthwise c = layer_depthwise_kern(l, io->n);
	kern_depthwise_forward(&c, io->x[0], io->p[0], io->p[1], io->y, io->scratch);
}

static void
depthwise_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_depthwise c = layer_depthwise_kern(l, io->n);
	if (io->dp[0] || io->dp[1])
		kern_depthwise_backward_weights(&c, io->x[0], io->dy, io->dp[0], io->dp[1], io->scratch);
	if (io->dx[0])
		kern_depthwise_backward_data(&c, io->dy, io->p[0], io->dx[0], io->dx_add[0], io->scratch);
}

static int
depthwise_activation(const void *opts)
{
	return ((const struct depthwise_conv2d *)opts)->activation;
}

const struct layer_kind layer_depthwise_conv2d = {
	.kind = {
		.name = "depthwise_conv2d", .summary = "Convolution of each channel by itself.",
		.opts_size = sizeof(struct depthwise_conv2d), .fields = fields, .examples = examples,
	},
	.params = params, .min_inputs = 1, .max_inputs = 1, .keras = "DepthwiseConv2D",
	.activation = depthwise_activation,
	.shape = depthwise_shape, .forward = depthwise_forward, .backward = depthwise_backward,
};
