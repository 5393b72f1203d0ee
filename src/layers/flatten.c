/*
 * flatten: the image as one row. Nothing moves: NHWC is row-major already.
 *
 * Shapes  x [n,h,w,c]   y [n,h*w*c], the same memory
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/layer_options.h"

static const char *const examples[] = { "{}", NULL };

static enum status
flatten_shape(struct layer *l, struct err *e)
{
	const size_t count = shape_count(&l->in[0]);
	if (count > INT_MAX)
		return layer_reject(l, e, "input %s from %s is too large", shape_str(&l->in[0]).s,
			l->in_name[0]);
	l->out = SHAPE2(SHAPE_BATCH, (int)count);
	l->view = true;
	return OK;
}

static void
flatten_forward(const struct layer *l, const struct layer_io *io)
{
	if (io->y != io->x[0]) kern_copy((size_t)io->n * shape_count(&l->out), io->x[0], io->y, false);
}

static void
flatten_backward(const struct layer *l, const struct layer_io *io)
{
	if (io->dx[0] && io->dx[0] != io->dy)
		kern_copy((size_t)io->n * shape_count(&l->out), io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_flatten = {
	.kind = { .name = "flatten", .summary = "The image as one row.", .examples = examples },
	.min_inputs = 1, .max_inputs = 1, .keras = "Flatten",
	.shape = flatten_shape, .forward = flatten_forward, .backward = flatten_backward,
};
