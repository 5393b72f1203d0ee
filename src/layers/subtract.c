/*
 * subtract: the first input less the second.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
subtract_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->in_place = true;
	return OK;
}

static void
subtract_forward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_forward(l, io, MERGE_SUBTRACT);
}

static void
subtract_backward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_backward(l, io, MERGE_SUBTRACT);
}

const struct layer_kind layer_subtract = {
	.kind = {
		.name = "subtract", .summary = "Difference of its two inputs.",
		.examples = examples,
	},
	.min_inputs = 2, .max_inputs = 2, .keras = "Subtract",
	.shape = subtract_shape, .forward = subtract_forward, .backward = subtract_backward,
};
