/*
 * max_pooling2d: the largest value of each window. Padding never wins; the gradient goes to the
 * first maximum in row-major order.
 *
 * Shapes  x [n,h,w,c]   y [n,oh,ow,c]
 * Saved   which [n,oh,ow,c], int32: position y*w + x of the maximum
 * Source  doc/keras-semantics.md 2.5.
 */
#include "layers/layer_options.h"
#include "layers/max_pooling2d.h"

static const struct field fields[] = {
	FIELD_PAIR(struct max_pooling2d, pool_size, .preset = 2, .min = 1, .max = LAYER_MAX_WINDOW,
		.doc = "height and width of a window"),
	FIELD_PAIR(struct max_pooling2d, strides, .optional = true, .min = 1, .max = LAYER_MAX_WINDOW,
		.doc = "step from one window to the next; without it pool_size"),
	OPTION_PADDING(struct max_pooling2d),
	FIELD_END
};
static const char *const examples[] = {
	"{}", "{pool_size: 3, strides: 2, padding: same}", "{pool_size: [3, 2], strides: 1}", NULL
};

static struct int_pair
max_pooling_strides(const struct max_pooling2d *o)
{
	return o->strides.a ? o->strides : o->pool_size;
}

static struct kern_pool
max_pooling_kern(const struct layer *l, int n)
{
	const struct max_pooling2d *o = l->opts;
	const struct int_pair s = max_pooling_strides(o);
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
max_pooling_shape(struct layer *l, struct err *e)
{
	const struct max_pooling2d *o = l->opts;
	struct layer_window win;
	TRY(layer_window(l, o->pool_size, max_pooling_strides(o), (struct int_pair){ 1, 1 }, o->padding,
		&win, e));
	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, l->in[0].d[3]);
	l->saved = (size_t)l->batch * shape_count(&l->out) * sizeof(int32_t);
	return OK;
}

static void
max_pooling_forward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = max_pooling_kern(l, io->n);
	kern_max_pool_forward(&p, io->x[0], io->y, io->saved);
}

static void
max_pooling_backward(const struct layer *l, const struct layer_io *io)
{
	const struct kern_pool p = max_pooling_kern(l, io->n);
	if (io->dx[0]) kern_max_pool_backward(&p, io->saved, io->dy, io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_max_pooling2d = {
	.kind = {
		.name = "max_pooling2d", .summary = "Largest value of each window.",
		.opts_size = sizeof(struct max_pooling2d), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "MaxPooling2D",
	.shape = max_pooling_shape, .forward = max_pooling_forward, .backward = max_pooling_backward,
};
