/*
 * minimum: the smallest of two inputs or more, element by element. Where they tie, the
 *          first has the whole gradient.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  Keras's layers/merging/minimum.py on TensorFlow, whose gradient goes to the first.
 */
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
minimum_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->keep_x = true;
	return OK;
}

static void
minimum_forward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_forward(l, io, MERGE_MINIMUM);
}

static void
minimum_backward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_backward(l, io, MERGE_MINIMUM);
}

const struct layer_kind layer_minimum = {
	.kind = {
		.name = "minimum", .summary = "Smallest of its inputs, element by element.",
		.examples = examples,
	},
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Minimum",
	.shape = minimum_shape, .forward = minimum_forward, .backward = minimum_backward,
};
