/*
 * conv_act_pool: 3x3 convolution with stride 1 and same padding, bias, relu, 2x2 max pooling
 * with stride 2. The un-pooled activation is never stored; the gradient goes back through one
 * pixel of four.
 *
 * Shapes  x [n,h,w,cin]   K [3,3,cin,cout]   b [cout]   y [n,h/2,w/2,cout]
 * Saved   which [n,h/2,w/2,cout], bytes: the maximum's place in its window, 4 where relu let
 *         nothing through
 */
#include "layers/activation.h"
#include "layers/conv2d.h"
#include "layers/layer_pooling.h"
#include "tlrun/fusion.h"

enum { CONV, ACT, POOL, LAYERS };

static bool
fusion_pair_is(struct int_pair p, int v)
{
	return p.a == v && p.b == v;
}

static int
conv_act_pool_match(const struct layer *const *chain, int layers)
{
	if (layers < LAYERS || chain[CONV]->kind != &layer_conv2d ||
		chain[ACT]->kind != &layer_activation
		|| chain[POOL]->kind != &layer_max_pooling2d)
		return 0;
	const struct conv2d *conv = chain[CONV]->opts;
	const struct activation *act = chain[ACT]->opts;
	const struct layer_pooling *pool = chain[POOL]->opts;
	const struct shape *in = &chain[CONV]->in[0];
	const bool fits = fusion_pair_is(conv->kernel_size, 3) && fusion_pair_is(conv->strides, 1)
		&& fusion_pair_is(conv->dilation_rate, 1) && conv->padding == PADDING_SAME
		&& conv->groups == 1 && act->activation == ACT_RELU && fusion_pair_is(pool->pool_size, 2)
		&& (fusion_pair_is(pool->strides, 2) || fusion_pair_is(pool->strides, 0))
		&& (pool->padding == PADDING_VALID || (in->d[1] % 2 == 0 && in->d[2] % 2 == 0));
	return fits ? LAYERS : 0;
}

static struct kern_conv_pool
conv_act_pool_kern(const struct fusion *f, int n)
{
	const struct shape *in = &f->layer[CONV]->in[0];
	return (struct kern_conv_pool){ n, in->d[1], in->d[2], in->d[3], f->layer[CONV]->out.d[3] };
}

static void
conv_act_pool_shape(struct fusion *f)
{
	const struct layer *conv = f->layer[CONV], *pool = f->layer[POOL];
	const struct kern_conv_pool c = conv_act_pool_kern(f, conv->batch);
	f->scratch = kern_conv_pool_scratch(&c);
	f->saved = (size_t)conv->batch * shape_count(&pool->out);
	f->keep_x = conv->trainable;
}

static void
conv_act_pool_forward(const struct fusion *f, const struct layer_io *io)
{
	const struct kern_conv_pool c = conv_act_pool_kern(f, io->n);
	kern_conv_pool_forward(&c, io->x[0], io->p[0], io->p[1], io->y, io->saved, io->scratch);
}

static void
conv_act_pool_backward(const struct fusion *f, const struct layer_io *io)
{
	const struct kern_conv_pool c = conv_act_pool_kern(f, io->n);
	kern_conv_pool_backward(&c, io->x[0], io->p[0], io->saved, io->dy, io->dx[0],
		io->dx[0] && io->dx_add[0], io->dp[0], io->dp[1], io->scratch);
}

const struct fusion_kind fusion_conv_act_pool = {
	.name = "conv_act_pool", .summary = "3x3 convolution, relu and 2x2 max pooling in one step.",
	.match = conv_act_pool_match, .shape = conv_act_pool_shape,
	.forward = conv_act_pool_forward, .backward = conv_act_pool_backward,
};
