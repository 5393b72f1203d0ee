/*
 * re_lu: x > threshold ? min(x, max_value) : negative_slope*(x - threshold). max_value: 6 makes
 * relu6.
 *
 * Shapes  y as x, any
 * Source  doc/keras-semantics.md 2.10, general form of ReLU.
 */
#include <math.h>

#include "layers/activation.h"
#include "layers/layer_options.h"
#include "layers/re_lu.h"

static const struct field fields[] = {
	FIELD_REAL(struct re_lu, max_value, .optional = true, .preset = -1, .min = 0, .max = FLT_MAX,
		.doc = "upper limit of the output; without it none"),
	FIELD_REAL(struct re_lu, negative_slope, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "slope below the threshold"),
	FIELD_REAL(struct re_lu, threshold, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "value above which the output is the input"),
	FIELD_END
};
static const char *const examples[] = {
	"{}", "{max_value: 6}", "{negative_slope: 0.1}",
	"{max_value: 1.5, negative_slope: 0.2, threshold: 0.25}", NULL
};

struct kern_act
layer_re_lu_kern(const struct layer *l)
{
	const struct re_lu *o = l->opts;
	struct kern_act k = {
		.type = ACT_RE_LU, .alpha = (float)o->negative_slope,
		.max_value = o->max_value < 0 ? INFINITY : (float)o->max_value,
		.threshold = (float)o->threshold,
	};
	/* The two common ones have loops of their own. */
	if (o->negative_slope == 0 && o->threshold == 0) {
		if (o->max_value < 0) k.type = ACT_RELU;
		else if (o->max_value == 6) k.type = ACT_RELU6;
	}
	return k;
}

bool
layer_is_rectifier(const struct layer *l, enum kern_activation *act)
{
	if (l->kind == &layer_re_lu) *act = layer_re_lu_kern(l).type;
	else if (l->kind == &layer_activation)
		*act = (enum kern_activation)((const struct activation *)l->opts)->activation;
	else return false;
	return *act == ACT_RELU || *act == ACT_RELU6;
}

static enum status
re_lu_shape(struct layer *l, struct err *e)
{
	(void)e;
	l->out = l->in[0];
	l->in_place = true;
	l->keep_x = kern_act_needs_x(layer_re_lu_kern(l).type);
	l->keep_y = true;
	return OK;
}

static void
re_lu_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_act k = layer_re_lu_kern(l);
	kern_act_forward(&k, (size_t)io->n * shape_count(&l->out), io->x[0], io->y);
}

static void
re_lu_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_act k = layer_re_lu_kern(l);
	if (io->dx[0])
		kern_act_backward(&k, (size_t)io->n * shape_count(&l->out), l->keep_x ? io->x[0] : NULL,
			io->y, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_re_lu = {
	.kind = {
		.name = "re_lu", .summary = "Rectifier with limits.", .opts_size = sizeof(struct re_lu),
		.fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "ReLU",
	.shape = re_lu_shape, .forward = re_lu_forward, .backward = re_lu_backward,
};
