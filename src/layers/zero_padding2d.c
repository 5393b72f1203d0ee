/*
 * zero_padding2d: zeros around the image.
 *
 * Shapes  x [n,h,w,c]   y [n,top+h+bottom,left+w+right,c]
 * Source  doc/keras-semantics.md 2.6.
 */
#include "layers/layer_options.h"
#include "layers/zero_padding2d.h"

static const struct field fields[] = {
	FIELD_PADDING(struct zero_padding2d, padding, .preset = 1, .min = 0, .max = LAYER_MAX_WINDOW,
		.doc = "rows and columns: p, [h, w], or [[top, bottom], [left, right]]"),
	FIELD_END
};
static const char *const examples[] = {
	"{}", "{padding: 2}", "{padding: [1, 2]}", "{padding: [[0, 1], [2, 0]]}", NULL
};

static enum status
zero_padding_shape(struct layer *l, struct err *e)
{
	const struct padding4 *p = &((const struct zero_padding2d *)l->opts)->padding;
	TRY(layer_want_image(l, e));
	const struct shape *in = &l->in[0];
	l->out = SHAPE4(SHAPE_BATCH, p->top + in->d[1] + p->bottom, p->left + in->d[2] + p->right,
		in->d[3]);
	return OK;
}

static void
zero_padding_forward(const struct layer *l, const struct layer_io *io)
{
	const struct padding4 *p = &((const struct zero_padding2d *)l->opts)->padding;
	const struct shape *in = &l->in[0];
	kern_zero_pad(io->n, in->d[1], in->d[2], in->d[3], p->top, p->bottom, p->left, p->right,
		io->x[0], io->y);
}

static void
zero_padding_backward(const struct layer *l, const struct layer_io *io)
{
	const struct padding4 *p = &((const struct zero_padding2d *)l->opts)->padding;
	const struct shape *in = &l->in[0];
	if (io->dx[0])
		kern_crop(io->n, in->d[1], in->d[2], in->d[3], p->top, p->bottom, p->left, p->right, io->dy,
			io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_zero_padding2d = {
	.kind = {
		.name = "zero_padding2d", .summary = "Zeros around the image.",
		.opts_size = sizeof(struct zero_padding2d), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "ZeroPadding2D",
	.shape = zero_padding_shape, .forward = zero_padding_forward,
	.backward = zero_padding_backward,
};
