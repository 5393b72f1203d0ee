/*
 * max_pooling2d: the largest value of each window. Padding never wins; the gradient goes to the
 * first maximum in row-major order.
 *
 * Shapes  x [n,h,w,c]   y [n,oh,ow,c]
 * Saved   which [n,oh,ow,c], int32: position y*w + x of the maximum
 * Source  doc/keras-semantics.md 2.5.
 */
#include "layers/layer_options.h"
#include "layers/layer_pooling.h"

static const struct field fields[] = {
	FIELD_PAIR(struct layer_pooling, pool_size, .preset = 2, .min = 1, .max = LAYER_MAX_WINDOW,
		.doc = "height and width of a window"),
	OPTION_POOL_STRIDES,
	OPTION_PADDING(struct layer_pooling),
	FIELD_END
};
static const char *const examples[] = {
	"{}", "{pool_size: 3, strides: 2, padding: same}", "{pool_size: [3, 2], strides: 1}", NULL
};

static enum status
max_pooling_shape(struct layer *l, struct err *e)
{
	TRY(layer_pooling_shape(l, e));
	l->saved = (size_t)l->batch * shape_count(&l->out) * sizeof(int32_t);
	return OK;
}

static void
max_pooling_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = layer_pooling_kern(l, io->n);
	kern_max_pool_forward(&p, io->x[0], io->y, io->saved);
}

static void
max_pooling_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = layer_pooling_kern(l, io->n);
	if (io->dx[0]) kern_max_pool_backward(&p, io->saved, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_max_pooling2d = {
	.kind = {
		.name = "max_pooling2d", .summary = "Largest value of each window.",
		.opts_size = sizeof(struct layer_pooling), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "MaxPooling2D",
	.shape = max_pooling_shape, .forward = max_pooling_forward, .backward = max_pooling_backward,
};
