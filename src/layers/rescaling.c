/*
 * rescaling: y = x*scale + offset, one number for all channels or one for each.
 *
 * Shapes   x [...,c]   y as x
 * Scratch  scale [c], offset [c] as floats
 * Source   doc/keras-semantics.md 2.9.
 */
#include "layers/layer_options.h"

struct rescaling { struct real_list scale, offset; };

static const struct field fields[] = {
	FIELD_REALS(struct rescaling, scale, .required = true,
		.doc = "factor, one number or one for each channel"),
	FIELD_REALS(struct rescaling, offset, .preset = 0,
		.doc = "added after, one number or one for each channel"),
	FIELD_END
};
static const char *const examples[] = {
	"{scale: 0.5}", "{scale: 2, offset: -1}", "{scale: 0.00392156862745098, offset: 0.1}", NULL
};

static enum status
rescaling_shape(struct layer *l, struct err *e)
{
	const struct rescaling *o = l->opts;
	const int c = layer_channels(&l->in[0]);
	const struct real_list *list[2] = { &o->scale, &o->offset };
	const char *const name[2] = { "scale", "offset" };
	for (int i = 0; i < 2; i++)
		if (list[i]->n > 1 && list[i]->n != (size_t)c)
			return layer_reject(l, e, "%s has %zu numbers; input %s from %s has %d channels",
				name[i],
				list[i]->n, shape_str(&l->in[0]).s, l->in_name[0], c);
	l->out = l->in[0];
	l->scratch = 2 * layer_align((size_t)c * sizeof(float));
	l->mult_adds = (long long)shape_count(&l->out);
	return OK;
}

/* The list for each of c channels; an absent one is `absent`. */
static const float *
rescaling_fill(const struct real_list *list, int c, float absent, float *out)
{
	for (int j = 0; j < c; j++)
		out[j] = list->n == 0 ? absent : (float)list->v[list->n == 1 ? 0 : j];
	return out;
}

static void
rescaling_forward(const struct layer *l, const struct layer_io *io)
{
	const struct rescaling *o = l->opts;
	const int c = layer_channels(&l->out);
	float *s = io->scratch;
	float *b = (float *)((char *)io->scratch + layer_align((size_t)c * sizeof *s));
	kern_rescale_forward((size_t)layer_rows(&l->out, io->n), c, io->x[0],
		rescaling_fill(&o->scale, c, 1, s), rescaling_fill(&o->offset, c, 0, b), io->y);
}

static void
rescaling_backward(const struct layer *l, const struct layer_io *io)
{
	const struct rescaling *o = l->opts;
	const int c = layer_channels(&l->out);
	if (io->dx[0])
		kern_rescale_backward((size_t)layer_rows(&l->out, io->n), c, io->dy,
			rescaling_fill(&o->scale, c, 1, io->scratch), io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_rescaling = {
	.kind = {
		.name = "rescaling", .summary = "Scale and offset of the input.",
		.opts_size = sizeof(struct rescaling), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "Rescaling",
	.shape = rescaling_shape, .forward = rescaling_forward, .backward = rescaling_backward,
};
