/* Pooling over windows of an image: what is the same for the maximum and the mean. */
#include "layers/layer_pooling.h"
#include "layers/layer_options.h"

static struct int_pair
pooling_strides(const struct layer_pooling *o)
{
	return o->strides.a ? o->strides : o->pool_size;
}

enum status
layer_pooling_shape(struct layer *l, struct err *e)
{
	const struct layer_pooling *o = l->opts;
	struct layer_window win;
	TRY(layer_window(l, o->pool_size, pooling_strides(o), (struct int_pair){ 1, 1 }, o->padding,
		&win, e));
	l->out = SHAPE4(SHAPE_BATCH, win.oh, win.ow, l->in[0].d[3]);
	return OK;
}

struct kern_pool
layer_pooling_kern(const struct layer *l, int n)
{
	const struct layer_pooling *o = l->opts;
	const struct int_pair s = pooling_strides(o);
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
