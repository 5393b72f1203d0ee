/*
 * add: the sum of two inputs or more, left to right.
 *
 * Shapes  x[i] [...], all equal   y as they
 * Source  doc/keras-semantics.md 2.6. Keras broadcasts; here shapes that differ are a mistake.
 */
#include "layers/add.h"
#include "layers/layer_options.h"

static const char *const examples[] = { "{}", NULL };

static enum status
add_shape(struct layer *l, struct err *e)
{
	for (int i = 1; i < l->inputs; i++)
		if (!shape_equal(&l->in[0], &l->in[i]))
			return layer_reject(l, e, "inputs differ: %s from %s and %s from %s",
				shape_str(&l->in[0]).s, l->in_name[0], shape_str(&l->in[i]).s, l->in_name[i]);
	l->out = l->in[0];
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
