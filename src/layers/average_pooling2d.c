/*
 * average_pooling2d: the mean of each window. Padded cells are not counted.
 *
 * Shapes  x [n,h,w,c]   y [n,oh,ow,c]
 * Source  doc/keras-semantics.md 2.5.
 */
#include "layers/layer_options.h"
#include "layers/layer_pooling.h"

static const struct field fields[] = {
	FIELD_PAIR(struct layer_pooling, pool_size, .required = true, .min = 1,
		.max = LAYER_MAX_WINDOW, .doc = "height and width of a window"),
	OPTION_POOL_STRIDES,
	OPTION_PADDING(struct layer_pooling),
	FIELD_END
};
static const char *const examples[] = {
	"{pool_size: 2}", "{pool_size: 3, strides: 2, padding: same}",
	"{pool_size: [3, 2], strides: 1, padding: same}", NULL
};

static void
average_pooling_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = layer_pooling_kern(l, io->n);
	kern_average_pool_forward(&p, io->x[0], io->y);
}

static void
average_pooling_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = layer_pooling_kern(l, io->n);
	if (io->dx[0]) kern_average_pool_backward(&p, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_average_pooling2d = {
	.kind = {
		.name = "average_pooling2d", .summary = "Mean of each window.",
		.opts_size = sizeof(struct layer_pooling), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "AveragePooling2D",
	.shape = layer_pooling_shape, .forward = average_pooling_forward,
	.backward = average_pooling_backward,
};
