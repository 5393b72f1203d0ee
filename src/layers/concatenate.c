/*
 * concatenate: its inputs side by side along the channels.
 *
 * Shapes  x[i] [...,c_i], equal but for the last axis   y [...,sum of c_i]
 * Source  doc/keras-semantics.md 2.6, with the last axis only.
 */
#include "layers/layer_options.h"

struct concatenate { int axis; };

static const struct field fields[] = {
	FIELD_INT(struct concatenate, axis, .preset = -1, .min = -4, .max = 3,
		.doc = "the channels: -1, or 3 for images"),
	FIELD_END
};
static const char *const examples[] = { "{}", "{axis: -1}", NULL };

static enum status
concatenate_shape(struct layer *l, struct err *e)
{
	const int axis = ((const struct concatenate *)l->opts)->axis;
	const struct shape *first = &l->in[0];
	const int last = first->rank - 1;
	if (axis != -1 && axis != last)
		return layer_reject(l, e, "axis: %d; only the last axis (-1%s) can be joined", axis,
			last == 3 ? " or 3" : "");
	long long channels = 0;
	for (int i = 0; i < l->inputs; i++) {
		struct shape s = l->in[i];
		channels += layer_channels(&s);
		s.d[s.rank - 1] = first->d[last];
		if (!shape_equal(&s, first))
			return layer_reject(l, e,
				"inputs differ in more than channels: %s from %s and %s from %s",
				shape_str(first).s, l->in_name[0], shape_str(&l->in[i]).s, l->in_name[i]);
	}
	if (channels > INT_MAX) return layer_reject(l, e, "%lld channels are too many", channels);
	l->out = *first;
	l->out.d[last] = (int)channels;
	return OK;
}

static void
concatenate_forward(const struct layer *l, const struct layer_io *io)
{
	const int c = layer_channels(&l->out);
	const size_t rows = (size_t)layer_rows(&l->out, io->n);
	float *y = io->y;
	for (int i = 0; i < l->inputs; i++) {
		const int width = layer_channels(&l->in[i]);
		kern_copy_rows(rows, width, io->x[i], (size_t)width, y, (size_t)c, false);
		y += width;
	}
}

static void
concatenate_backward(const struct layer *l, const struct layer_io *io)
{
	const int c = layer_channels(&l->out);
	const size_t rows = (size_t)layer_rows(&l->out, io->n);
	const float *dy = io->dy;
	for (int i = 0; i < l->inputs; i++) {
		const int width = layer_channels(&l->in[i]);
		if (io->dx[i])
			kern_copy_rows(rows, width, dy, (size_t)c, io->dx[i], (size_t)width, io->dx_add[i]);
		dy += width;
	}
}

const struct layer_kind layer_concatenate = {
	.kind = {
		.name = "concatenate", .summary = "Joins its inputs along the channels.",
		.opts_size = sizeof(struct concatenate), .fields = fields, .examples = examples,
	},
	.min_inputs = 2, .max_inputs = INT_MAX, .keras = "Concatenate",
	.shape = concatenate_shape, .forward = concatenate_forward, .backward = concatenate_backward,
};
