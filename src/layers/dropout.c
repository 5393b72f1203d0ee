/*
 * dropout: in training each element is kept with probability 1-rate and then divided by it, else 0.
 * The mask is a function of seed, layer and step, and is drawn again in backward.
 *
 * Shapes  y as x, any
 * Source  doc/keras-semantics.md 2.8, 9.1: trainable: false changes nothing.
 */
#include "layers/layer_options.h"

struct dropout { double rate; };

static const struct field fields[] = {
	FIELD_REAL(struct dropout, rate, .required = true, .min = 0, .max = 1,
		.doc = "part of the elements that is dropped"),
	FIELD_END
};
static const char *const examples[] = { "{rate: 0.5}", "{rate: 0.2}", "{rate: 0}", "{rate: 1}",
	NULL };

static enum status
dropout_shape(struct layer *l, struct err *e)
{
	const struct dropout *o = l->opts;
	(void)e;
	l->out = l->in[0];
	l->in_place = true;
	l->varies = o->rate > 0;
	return OK;
}

static void
dropout_forward(const struct layer *l, const struct layer_io *io)
{
	const struct dropout *o = l->opts;
	const size_t count = (size_t)io->n * shape_count(&l->out);
	if (io->training && o->rate > 0)
		kern_dropout(&io->rng, (float)o->rate, count, io->x[0], io->y, false);
	else if (io->y != io->x[0])
		kern_copy(count, io->x[0], io->y, false);
}

static void
dropout_backward(const struct layer *l, const struct layer_io *io)
{
	const struct dropout *o = l->opts;
	const size_t count = (size_t)io->n * shape_count(&l->out);
	if (!io->dx[0]) return;
	if (o->rate > 0)
		kern_dropout(&io->rng, (float)o->rate, count, io->dy, io->dx[0], io->dx_add[0]);
	else if (io->dx[0] != io->dy)
		kern_copy(count, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_dropout = {
	.kind = {
		.name = "dropout", .summary = "Drops elements at random in training.",
		.opts_size = sizeof(struct dropout), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "Dropout",
	.shape = dropout_shape, .forward = dropout_forward, .backward = dropout_backward,
};
