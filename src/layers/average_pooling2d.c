/*
 * average_pooling2d: the mean of each window. Padded cells are not counted.
 *
 * Shapes  x [n,h,w,c]   y [n,oh,ow,c]
 * Source  doc/keras-semantics.md 2.5.
 */
#include "layers/layer_options.h"

struct average_pooling2d {
	struct int_pair pool_size;
	struct int_pair strides;	/* {0, 0}: as pool_size */
	int padding;
};

static const struct field fields[] = {
	FIELD_PAIR(struct average_pooling2d, pool_size, .required = true, .min = 1,
		.max = LAYER_MAX_WINDOW, .doc = "height and width of a window"),
	FIELD_PAIR(struct average_pooling2d, strides, .optional = true, .min = 1,
		.max = LAYER_MAX_WINDOW, .doc = "step from one window to the next; without it pool_size"),
	OPTION_PADDING(struct average_pooling2d),
	FIELD_END
};
static const char *const examples[] = {
	"{pool_size: 2}", "{pool_size: 3, strides: 2, padding: same}",
	"{pool_size: [3, 2], strides: 1, padding: same}", NULL
};

static struct int_pair
average_pooling_strides(const struct average_pooling2d *o)
{
	return o->strides.a ? o->strides : o->pool_size;
}

static struct kern_pool
average_pooling_kern(const struct layer *l, int n)
{
	const struct average_pooling2d *o = l->opts;
	const struct int_pair s = average_pooling_strides(o);
	const struct shape *in = &l->in[0], *out = &l->out;
	struct kern_pool p = {
		.n = n, .h = in->d[1], .w = in->d[2], .c = in->d[3], .ph = o->pool_size.a,
		.pw = o->pool_size.b, .sh = s.a, .sw = s.b, .oh = out->d[1], .ow = out->d[2],
	};
	int size;
	layer_axis(p.h, p.ph, p.sh, 1, o->padding, &size, &p.pt);
	layer_axis(p.w, p.pw, p.sw, 1, o->padding, &size, &p.pl);
	return p;
}

static enum status
average_pooling_shape(struct layer *l, struct err *e)
{
	const struct average_pooling2d *o = l->opts;
	struct layer_window win;
	TRY(layer_window(l, o->pool_size, average_pooling_strides(o), (struct int_pair){ 1, 1 },
		o->padding, &win, e));
	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, l->in[0].d[3]);
	return OK;
}

static void
average_pooling_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = average_pooling_kern(l, io->n);
	kern_average_pool_forward(&p, io->x[0], io->y);
}

static void
average_pooling_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = average_pooling_kern(l, io->n);
	if (io->dx[0]) kern_average_pool_backward(&p, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_average_pooling2d = {
	.kind = {
		.name = "average_pooling2d", .summary = "Mean of each window.",
		.opts_size = sizeof(struct average_pooling2d), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "AveragePooling2D",
	.shape = average_pooling_shape, .forward = average_pooling_forward,
	.backward = average_pooling_backward,
};
