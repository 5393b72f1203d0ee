/* Pooling over whole images: what is the same for the mean and the maximum. */
#include "layers/layer_global.h"
#include "layers/layer_options.h"

enum status
layer_global_shape(struct layer *l, struct err *e)
{
	const struct layer_global *o = l->opts;
	TRY(layer_want_image(l, e));
	const int c = l->in[0].d[3];
	l->out = o->keepdims ? SHAPE4(SHAPE_BATCH, 1, 1, c) : SHAPE2(SHAPE_BATCH, c);
	return OK;
}
