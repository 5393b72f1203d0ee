/*
 * multiply: the product of two inputs or more, left to right.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
multiply_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->keep_x = true;
	return OK;
}

static void
multiply_forward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_forward(l, io, MERGE_MULTIPLY);
}

static void
multiply_backward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_backward(l, io, MERGE_MULTIPLY);
}

const struct layer_kind layer_multiply = {
	.kind = {
		.name = "multiply", .summary = "Product of its inputs.",
		.examples = examples,
	},
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Multiply",
	.shape = multiply_shape, .forward = multiply_forward, .backward = multiply_backward,
};
