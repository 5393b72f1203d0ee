/*
 * softmax: exp(x - max)/sum over the last axis.
 *
 * Shapes  y as x, any
 * Source  doc/keras-semantics.md 2.10.
 */
#include "layers/layer_options.h"

static const char *const examples[] = { "{}", NULL };

static enum status
softmax_shape(struct layer *l, struct err *e)
{
	(void)e;
	l->out = l->in[0];
	l->keep_y = true;
	return OK;
}

static void
softmax_forward(const struct layer *l, const struct layer_io *io)
{
	kern_softmax_forward(layer_rows(&l->out, io->n), layer_channels(&l->out), io->x[0], io->y);
}

static void
softmax_backward(const struct layer *l, const struct layer_io *io)
{
	if (io->dx[0])
		kern_softmax_backward(layer_rows(&l->out, io->n), layer_channels(&l->out), io->y, io->dy,
			io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_softmax = {
	.kind = { .name = "softmax", .summary = "Probabilities over the last axis.",
		.examples = examples },
	.min_inputs = 1, .max_inputs = 1, .keras = "Softmax",
	.shape = softmax_shape, .forward = softmax_forward, .backward = softmax_backward,
};
