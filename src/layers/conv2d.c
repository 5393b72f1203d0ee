/*
 * conv2d: y[n,i,j,o] = b[o] + sum over u,v,c of x[n, i*s+u*d-top, j*s+v*d-left, c] K[u,v,c,o].
 *
 * Shapes  x [n,h,w,cin]   K [kh,kw,cin/groups,filters]   b [filters]   y [n,oh,ow,filters]
 * Source  doc/keras-semantics.md 2.1; cross-correlation, the kernel is not flipped.
 */
#include "layers/conv2d.h"
#include "layers/layer_options.h"

static const struct field fields[] = {
	FIELD_INT(struct conv2d, filters, .required = true, .min = 1, .max = LAYER_MAX_UNITS,
		.classes = true, .doc = "output channels"),
	OPTION_KERNEL_SIZE(struct conv2d),
	OPTION_STRIDES(struct conv2d),
	OPTION_PADDING(struct conv2d),
	OPTION_DILATION(struct conv2d),
	FIELD_INT(struct conv2d, groups, .preset = 1, .min = 1, .max = LAYER_MAX_UNITS,
		.doc = "parts that input and output channels are split into, each seeing only its own"),
	OPTION_ACTIVATION(struct conv2d),
	OPTION_USE_BIAS(struct conv2d),
	OPTION_INITIALIZER(struct conv2d, kernel_initializer, "glorot_uniform", "the kernel"),
	OPTION_INITIALIZER(struct conv2d, bias_initializer, "zeros", "the bias"),
	OPTION_REGULARIZER(struct conv2d, kernel_regularizer, "the kernel"),
	OPTION_REGULARIZER(struct conv2d, bias_regularizer, "the bias"),
	FIELD_END
};
static const struct param_spec params[] = {
	{ "kernel", PARAM_WEIGHT, .keras = "kernel" },
	{ "bias", PARAM_OFFSET, .keras = "bias" },
	PARAM_END
};
static const char *const examples[] = {
	"{filters: 4, kernel_size: 3}",
	"{filters: 8, kernel_size: 3, padding: same, activation: relu}",
	"{filters: 4, kernel_size: [3, 5], strides: 2, padding: same, use_bias: false}",
	"{filters: 4, kernel_size: 3, dilation_rate: 2, padding: same}",
	"{filters: 6, kernel_size: 1, groups: 3}",
	NULL
};

struct kern_conv
layer_conv2d_kern(const struct layer *l, int n)
{
	const struct conv2d *o = l->opts;
	const struct shape *in = &l->in[0], *out = &l->out;
	struct kern_conv c = {
		.n = n, .h = in->d[1], .w = in->d[2], .cin = in->d[3],
		.kh = o->kernel_size.a, .kw = o->kernel_size.b, .cout = out->d[3],
		.sh = o->strides.a, .sw = o->strides.b, .dh = o->dilation_rate.a, .dw = o->dilation_rate.b,
		.oh = out->d[1], .ow = out->d[2], .groups = o->groups,
	};
	int size;
	layer_axis(c.h, c.kh, c.sh, c.dh, o->padding, &size, &c.pt);
	layer_axis(c.w, c.kw, c.sw, c.dw, o->padding, &size, &c.pl);
	return c;
}

static enum status
conv2d_shape(struct layer *l, struct err *e)
{
	const struct conv2d *o = l->opts;
	const int filters = layer_units(l, o->filters);
	struct layer_window win;
	TRY(layer_window(l, o->kernel_size, o->strides, o->dilation_rate, o->padding, &win, e));
	const int cin = l->in[0].d[3];
	if (cin % o->groups || filters % o->groups)
		return layer_reject(l, e, "groups: %d does not divide both the %d input channels of %s and "
			"the %d filters", o->groups, cin, shape_str(&l->in[0]).s, filters);

	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, filters);
	layer_set_param(l, 0, SHAPE4(o->kernel_size.a, o->kernel_size.b, cin / o->groups, filters),
		&o->kernel_initializer, &o->kernel_regularizer);
	if (o->use_bias)
		layer_set_param(l, 1, SHAPE1(filters), &o->bias_initializer, &o->bias_regularizer);
	const struct kern_conv c = layer_conv2d_kern(l, l->batch);
	/* The bias's gradient has a place of its own, for the step that is taken in place. */
	l->scratch = layer_align(kern_conv_scratch(&c)) + (size_t)filters * sizeof(float);
	l->keep_x = l->trainable;
	l->fused_update = true;
	const size_t each = shape_count(&l->param[0]) / (size_t)filters;
	l->mult_adds = (long long)(shape_count(&l->out) * each);
	return OK;
}

static void
conv2d_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_conv c = layer_conv2d_kern(l, io->n);
	kern_conv_forward(&c, io->x[0], io->p[0], io->p[1], io->y, io->scratch);
}

static void
conv2d_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_conv c = layer_conv2d_kern(l, io->n);
	const struct kern_conv most = layer_conv2d_kern(l, l->batch);
	float *db = io->dp[1];
	if (io->update[1])
		db = (float *)((char *)io->scratch + layer_align(kern_conv_scratch(&most)));
	kern_conv_backward(&c, io->x[0], io->p[0], io->dy, io->dx[0], io->dx[0] && io->dx_add[0],
		io->dp[0], db, io->update[0], io->scratch);
	if (io->update[1]) kern_update(io->update[1], (size_t)c.cout, io->p[1], db);
}

static int
conv2d_activation(const void *opts)
{
	return ((const struct conv2d *)opts)->activation;
}

const struct layer_kind layer_conv2d = {
	.kind = {
		.name = "conv2d", .summary = "Convolution over images.",
		.opts_size = sizeof(struct conv2d), .fields = fields, .examples = examples,
	},
	.params = params, .min_inputs = 1, .max_inputs = 1, .keras = "Conv2D",
	.activation = conv2d_activation,
	.shape = conv2d_shape, .forward = conv2d_forward, .backward = conv2d_backward,
};
