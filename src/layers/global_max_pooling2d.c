/*
 * global_max_pooling2d: the largest value of each channel. Cells that tie share the gradient
 * evenly, unlike those of max_pooling2d.
 *
 * Shapes  x [n,h,w,c]   y [n,c], with keepdims [n,1,1,c]
 * Source  doc/keras-semantics.md 2.5 and 14.3.
 */
#include "layers/layer_global.h"

static const struct field fields[] = {
	OPTION_KEEPDIMS,
	FIELD_END
};
static const char *const examples[] = { "{}", "{keepdims: true}", NULL };

static enum status
global_max_shape(struct layer *l, struct err *e)
{
	TRY(layer_global_shape(l, e));
	l->keep_x = l->keep_y = true;
	return OK;
}

static void
global_max_forward(const struct layer *l, const struct layer_io *io)
{
	const struct shape *in = &l->in[0];
	kern_global_max_forward(io->n, in->d[1] * in->d[2], in->d[3], io->x[0], io->y);
}

static void
global_max_backward(const struct layer *l, const struct layer_io *io)
{
	const struct shape *in = &l->in[0];
	if (io->dx[0])
		kern_global_max_backward(io->n, in->d[1] * in->d[2], in->d[3], io->x[0], io->y, io->dy,
			io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_global_max_pooling2d = {
	.kind = {
		.name = "global_max_pooling2d", .summary = "Largest value of each channel.",
		.opts_size = sizeof(struct layer_global), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "GlobalMaxPooling2D",
	.shape = global_max_shape, .forward = global_max_forward, .backward = global_max_backward,
};
