/*
 * batch_normalization: y = (x - mean)/sqrt(variance + epsilon)*gamma + beta, channel by channel.
 * In training mean and variance (biased) are the batch's, and the moving ones follow them; a
 * frozen layer and inference use the moving ones.
 *
 * Shapes  x [...,c]   gamma, beta, moving_mean, moving_variance [c]   y as x
 * Saved   the batch's mean [c] and variance [c]
 * Source  Ioffe & Szegedy, "Batch Normalization" (2015); doc/keras-semantics.md 2.7.
 */
#include "layers/batch_normalization.h"
#include "layers/layer_options.h"

static const struct field fields[] = {
	FIELD_REAL(struct batch_normalization, momentum, .preset = 0.99, .min = 0, .max = 1,
		.doc = "part of the moving mean and variance that a step keeps"),
	FIELD_REAL(struct batch_normalization, epsilon, .preset = 1e-3, .min = 0, .max = FLT_MAX,
		.min_open = true, .doc = "added to the variance"),
	FIELD_BOOL(struct batch_normalization, center, .preset = 1, .doc = "add beta"),
	FIELD_BOOL(struct batch_normalization, scale, .preset = 1, .doc = "multiply by gamma"),
	FIELD_BOOL(struct batch_normalization, inference,
		.doc = "use the moving statistics in training too; gamma and beta are trained still"),
	OPTION_INITIALIZER(struct batch_normalization, beta_initializer, "zeros", "beta"),
	OPTION_INITIALIZER(struct batch_normalization, gamma_initializer, "ones", "gamma"),
	OPTION_INITIALIZER(struct batch_normalization, moving_mean_initializer, "zeros",
		"the moving mean"),
	OPTION_INITIALIZER(struct batch_normalization, moving_variance_initializer, "ones",
		"the moving variance"),
	OPTION_REGULARIZER(struct batch_normalization, beta_regularizer, "beta"),
	OPTION_REGULARIZER(struct batch_normalization, gamma_regularizer, "gamma"),
	FIELD_END
};
enum { GAMMA, BETA, MOVING_MEAN, MOVING_VARIANCE };
static const struct param_spec params[] = {
	[GAMMA] = { "gamma", PARAM_WEIGHT, .keras = "gamma" },
	[BETA] = { "beta", PARAM_OFFSET, .keras = "beta" },
	[MOVING_MEAN] = { "moving_mean", PARAM_STATISTIC, .keras = "moving_mean" },
	[MOVING_VARIANCE] = { "moving_variance", PARAM_STATISTIC, .keras = "moving_variance" },
	PARAM_END
};
static const char *const examples[] = {
	"{}", "{momentum: 0.9, epsilon: 1e-5}", "{center: false}", "{scale: false}",
	"{inference: true}", NULL
};

/* Where the batch's own statistics are, or the moving ones. */
struct batch_norm_stats { float *mean, *variance; };

static bool
batch_norm_by_batch(const struct layer *l, const struct layer_io *io)
{
	const struct batch_normalization *o = l->opts;
	return io->training && l->trainable && !o->inference;
}

static struct batch_norm_stats
batch_norm_stats(const struct layer *l, const struct layer_io *io)
{
	const size_t bytes = layer_align((size_t)layer_channels(&l->out) * sizeof(float));
	if (!batch_norm_by_batch(l, io))
		return (struct batch_norm_stats){ io->p[MOVING_MEAN], io->p[MOVING_VARIANCE] };
	return (struct batch_norm_stats){ io->saved, (float *)((char *)io->saved + bytes) };
}

static struct kern_norm
batch_norm_kern(const struct layer *l, enum kern_activation act, const struct layer_io *io)
{
	const struct batch_normalization *o = l->opts;
	return (struct kern_norm){ .m = layer_rows(&l->out, io->n), .c = layer_channels(&l->out),
		.training = batch_norm_by_batch(l, io), .eps = (float)o->epsilon, .act = act,
		.gamma = io->p[GAMMA], .beta = io->p[BETA] };
}

static enum status
batch_norm_shape(struct layer *l, struct err *e)
{
	const struct batch_normalization *o = l->opts;
	const int c = layer_channels(&l->in[0]);
	(void)e;
	l->out = l->in[0];
	if (o->scale) l->param[GAMMA] = SHAPE1(c);
	if (o->center) l->param[BETA] = SHAPE1(c);
	l->param[MOVING_MEAN] = l->param[MOVING_VARIANCE] = SHAPE1(c);
	l->init[GAMMA] = o->gamma_initializer;
	l->init[BETA] = o->beta_initializer;
	l->init[MOVING_MEAN] = o->moving_mean_initializer;
	l->init[MOVING_VARIANCE] = o->moving_variance_initializer;
	l->regularizer[GAMMA] = o->gamma_regularizer;
	l->regularizer[BETA] = o->beta_regularizer;
	l->saved = 2 * layer_align((size_t)c * sizeof(float));
	l->scratch = kern_norm_scratch(layer_rows(&l->out, l->batch), c);
	l->keep_x = l->trainable;
	l->in_place = true;
	l->varies = l->trainable && !o->inference;
	l->mult_adds = (long long)shape_count(&l->out);
	return OK;
}

void
batch_norm_forward(const struct layer *l, enum kern_activation act, const struct layer_io *io)
{
	const struct batch_normalization *o = l->opts;
	const struct batch_norm_stats s = batch_norm_stats(l, io);
	const struct kern_norm k = batch_norm_kern(l, act, io);
	kern_norm_forward(&k, io->x[0], s.mean, s.variance, io->y, io->scratch);
	if (k.training && io->p[MOVING_MEAN])
		kern_norm_moving(k.c, o->momentum, s.mean, io->p[MOVING_MEAN]);
	if (k.training && io->p[MOVING_VARIANCE])
		kern_norm_moving(k.c, o->momentum, s.variance, io->p[MOVING_VARIANCE]);
}

void
batch_norm_backward(const struct layer *l, enum kern_activation act, const struct layer_io *io)
{
	const struct batch_norm_stats s = batch_norm_stats(l, io);
	const struct kern_norm k = batch_norm_kern(l, act, io);
	kern_norm_backward(&k, io->x[0], s.mean, s.variance, io->dy, io->dx[0],
		io->dx[0] && io->dx_add[0], io->dp[GAMMA], io->dp[BETA], io->scratch);
}

static void
batch_norm_forward_alone(const struct layer *l, const struct layer_io *io)
{
	batch_norm_forward(l, ACT_LINEAR, io);
}

static void
batch_norm_backward_alone(const struct layer *l, const struct layer_io *io)
{
	batch_norm_backward(l, ACT_LINEAR, io);
}

const struct layer_kind layer_batch_normalization = {
	.kind = {
		.name = "batch_normalization", .summary = "Normalizes each channel.",
		.opts_size = sizeof(struct batch_normalization), .fields = fields, .examples = examples,
	},
	.params = params, .min_inputs = 1, .max_inputs = 1, .keras = "BatchNormalization",
	.shape = batch_norm_shape, .forward = batch_norm_forward_alone,
	.backward = batch_norm_backward_alone,
};
