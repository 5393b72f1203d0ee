/*
 * What the layers that join equal tensors into one of their shape share.
 *
 * Source  doc/keras-semantics.md 2.6. Keras broadcasts; here shapes that differ are a mistake.
 */
#include "layers/layer_merging.h"

enum status
layer_merging_shape(struct layer *l, struct err *e)
{
	for (int i = 1; i < l->inputs; i++)
		if (!shape_equal(&l->in[0], &l->in[i]))
			return layer_reject(l, e, "inputs differ: %s from %s and %s from %s",
				shape_str(&l->in[0]).s, l->in_name[0], shape_str(&l->in[i]).s, l->in_name[i]);
	l->out = l->in[0];
	return OK;
}

void
layer_merging_forward(const struct layer *l, const struct layer_io *io, enum kern_merge op)
{
	kern_merge_forward(op, (size_t)io->n * shape_count(&l->out), l->inputs, io->x, io->y);
}

void
layer_merging_backward(const struct layer *l, const struct layer_io *io, enum kern_merge op)
{
	const size_t count = (size_t)io->n * shape_count(&l->out);
	/* The first input's gradient may lie where dy does, so it is the last to be written. */
	for (int i = l->inputs; i-- > 0;)
		if (io->dx[i])
			kern_merge_backward(op, count, l->inputs, i, io->x, io->dy, io->dx[i], io->dx_add[i]);
}
