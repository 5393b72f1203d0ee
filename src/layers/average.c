/*
 * average: the mean of two inputs or more: their sum, left to right, divided by their number.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
average_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->in_place = true;
	return OK;
}

static void
average_forward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_forward(l, io, MERGE_AVERAGE);
}

static void
average_backward(const struct layer *l, const struct layer_io *io)
{
	layer_merging_backward(l, io, MERGE_AVERAGE);
}

const struct layer_kind layer_average = {
	.kind = {
		.name = "average", .summary = "Mean of its inputs.",
		.examples = examples,
	},
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Average",
	.shape = average_shape, .forward = average_forward, .backward = average_backward,
};
