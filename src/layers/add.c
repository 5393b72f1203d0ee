/*
 * add: the sum of two inputs or more, left to right.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/add.h"
#include "layers/layer_merging.h"

static const char *const examples[] = { "{}", NULL };

static enum status
add_shape(struct layer *l, struct err *e)
{
	TRY(layer_merging_shape(l, e));
	l->in_place = true;
	return OK;
}

static void
add_forward(const struct layer *l, const struct layer_io *io)
{
	kern_sum_inputs((size_t)io->n * shape_count(&l->out), l->inputs, io->x, io->y);
}

static void
add_backward(const struct layer *l, const struct layer_io *io)
{
	const size_t count = (size_t)io->n * shape_count(&l->out);
	for (int i = 0; i < l->inputs; i++)
		if (io->dx[i] && io->dx[i] != io->dy) kern_copy(count, io->dy, io->dx[i], io->dx_add[i]);
}

const struct layer_kind layer_add = {
	.kind = { .name = "add", .summary = "Sum of its inputs.", .examples = examples },
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Add",
	.shape = add_shape, .forward = add_forward, .backward = add_backward,
};
