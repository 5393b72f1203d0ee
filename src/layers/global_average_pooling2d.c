/*
 * global_average_pooling2d: the mean of each channel.
 *
 * Shapes  x [n,h,w,c]   y [n,c], with keepdims [n,1,1,c]
 * Source  doc/keras-semantics.md 2.5.
 */
#include "layers/layer_global.h"

static const struct field fields[] = {
	OPTION_KEEPDIMS,
	FIELD_END
};
static const char *const examples[] = { "{}", "{keepdims: true}", NULL };

static void
global_average_forward(const struct layer *l, const struct layer_io *io)
{
	const struct shape *in = &l->in[0];
	kern_global_average_forward(io->n, in->d[1] * in->d[2], in->d[3], io->x[0], io->y);
}

static void
global_average_backward(const struct layer *l, const struct layer_io *io)
{
	const struct shape *in = &l->in[0];
	if (io->dx[0])
		kern_global_average_backward(io->n, in->d[1] * in->d[2], in->d[3], io->dy, io->dx[0],
			io->dx_add[0]);
}

const struct layer_kind layer_global_average_pooling2d = {
	.kind = {
		.name = "global_average_pooling2d", .summary = "Mean of each channel.",
		.opts_size = sizeof(struct layer_global), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "GlobalAveragePooling2D",
	.shape = layer_global_shape, .forward = global_average_forward,
	.backward = global_average_backward,
};
