/*
 * dense: y = x K + b. Every output is a weighted sum of every input.
 *
 * Shapes  x [n,d]   K [d,units]   b [units]   y [n,units]
 * Source  doc/keras-semantics.md 2.4. An image in front is an error here: Keras would take its
 *         last axis, which is hardly ever meant.
 */
#include "layers/layer_options.h"

struct dense {
	int units, activation;
	bool use_bias;
	struct initializer kernel_initializer, bias_initializer;
	struct regularizer kernel_regularizer, bias_regularizer;
};

static const struct field fields[] = {
	FIELD_INT(struct dense, units, .required = true, .min = 1, .max = LAYER_MAX_UNITS,
		.classes = true, .doc = "outputs"),
	OPTION_ACTIVATION(struct dense),
	OPTION_USE_BIAS(struct dense),
	OPTION_INITIALIZER(struct dense, kernel_initializer, "glorot_uniform", "the kernel"),
	OPTION_INITIALIZER(struct dense, bias_initializer, "zeros", "the bias"),
	OPTION_REGULARIZER(struct dense, kernel_regularizer, "the kernel"),
	OPTION_REGULARIZER(struct dense, bias_regularizer, "the bias"),
	FIELD_END
};
static const struct param_spec params[] = {
	{ "kernel", PARAM_WEIGHT, .keras = "kernel" },
	{ "bias", PARAM_OFFSET, .keras = "bias" },
	PARAM_END
};
static const char *const examples[] = {
	"{units: 5}", "{units: 3, use_bias: false}", "{units: 7, activation: tanh}",
	"{units: num_classes, kernel_regularizer: {l2: 1e-4}}", NULL
};

static struct kern_dense
dense_kern(const struct layer *l, int n)
{
	return (struct kern_dense){ n, l->in[0].d[1], l->out.d[1] };
}

static enum status
dense_shape(struct layer *l, struct err *e)
{
	const struct dense *o = l->opts;
	const int units = layer_units(l, o->units);
	if (l->in[0].rank != 2)
		return layer_reject(l, e, "input %s from %s is not flat; put flatten or "
			"global_average_pooling2d before this layer", shape_str(&l->in[0]).s, l->in_name[0]);
	l->out = SHAPE2(SHAPE_BATCH, units);
	layer_set_param(l, 0, SHAPE2(l->in[0].d[1], units),
		&o->kernel_initializer, &o->kernel_regularizer);
	if (o->use_bias)
		layer_set_param(l, 1, SHAPE1(units), &o->bias_initializer, &o->bias_regularizer);
	/* The bias's gradient has a place of its own, for the step that is taken in place. */
	const struct kern_dense k = dense_kern(l, l->batch);
	l->scratch = layer_align(kern_dense_scratch(&k)) + (size_t)units * sizeof(float);
	l->keep_x = l->trainable;
	l->fused_update = true;
	l->mult_adds = (long long)l->in[0].d[1] * units;
	return OK;
}

static void
dense_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_dense k = dense_kern(l, io->n);
	kern_dense_forward(&k, io->x[0], io->p[0], io->p[1], io->y, io->scratch);
}

static void
dense_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_dense k = dense_kern(l, io->n), most = dense_kern(l, l->batch);
	float *db = io->dp[1];
	if (io->update[1])
		db = (float *)((char *)io->scratch + layer_align(kern_dense_scratch(&most)));
	kern_dense_backward(&k, io->x[0], io->p[0], io->dy, io->dx[0], io->dx[0] && io->dx_add[0],
		io->dp[0], db, io->update[0], io->scratch);
	if (io->update[1]) kern_update(io->update[1], (size_t)k.u, io->p[1], db);
}

static int
dense_activation(const void *opts)
{
	return ((const struct dense *)opts)->activation;
}

const struct layer_kind layer_dense = {
	.kind = {
		.name = "dense", .summary = "Fully connected layer.",
		.opts_size = sizeof(struct dense), .fields = fields, .examples = examples,
	},
	.params = params, .min_inputs = 1, .max_inputs = 1, .keras = "Dense",
	.activation = dense_activation,
	.shape = dense_shape, .forward = dense_forward, .backward = dense_backward,
};
