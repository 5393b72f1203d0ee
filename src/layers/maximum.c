/*
 * maximum: the largest of two inputs or more, element by element. Where they tie, the
 *          first has the whole gradient.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  Keras's layers/merging/maximum.py on TensorFlow, whose gradient goes to the first.
 */
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
maximum_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->keep_x = true;
	return OK;
}

static void
maximum_forward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_forward(l, io, MERGE_MAXIMUM);
}

static void
maximum_backward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_backward(l, io, MERGE_MAXIMUM);
}

const struct layer_kind layer_maximum = {
	.kind = {
		.name = "maximum", .summary = "Largest of its inputs, element by element.",
		.examples = examples,
	},
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Maximum",
	.shape = maximum_shape, .forward = maximum_forward, .backward = maximum_backward,
};
