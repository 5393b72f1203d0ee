/*
 * conv_bn_act: a convolution or depthwise convolution, zero padding before it, batch normalization
 * by moving statistics and an activation behind it, in one pass.
 *
 * Shapes  x [n,h,w,cin]   y [n,oh,ow,cout]
 * Folded  the kernel times gamma/sqrt(variance + epsilon), packed; the bias
 *         beta + (b - mean)*gamma/sqrt(variance + epsilon)
 */
#include "fusions/fusion_parts.h"

static struct fusion_folded
conv_bn_act_folded(const struct fusion *f)
{
	return fusion_folded_at(f->layer, 0, f->layers);
}

static int
conv_bn_act_match(const struct layer *const *chain, int layers)
{
	return fusion_folded_at(chain, 0, layers).layers;
}

static void
conv_bn_act_shape(struct fusion *f)
{
	const struct fusion_folded g = conv_bn_act_folded(f);
	if (g.depthwise) {
		const struct kern_depthwise c = fusion_folded_depthwise(&g, g.conv->batch);
		f->folded = kern_folded_depthwise_bytes(&c);
		f->scratch = kern_folded_depthwise_scratch(&c);
	} else {
		const struct kern_conv c = fusion_folded_conv(&g, g.conv->batch);
		f->folded = kern_folded_conv_bytes(&c);
		f->scratch = kern_folded_conv_scratch(&c);
	}
}

static void
conv_bn_act_fold(const struct fusion *f, float *const *p, void *folded)
{
	const struct fusion_folded g = conv_bn_act_folded(f);
	const struct kern_fold fold = fusion_folded_fold(&g, p);
	if (g.depthwise) {
		const struct kern_depthwise c = fusion_folded_depthwise(&g, 1);
		kern_folded_depthwise_fold(&c, &fold, folded);
	} else {
		const struct kern_conv c = fusion_folded_conv(&g, 1);
		kern_folded_conv_fold(&c, &fold, folded);
	}
}

static void
conv_bn_act_forward(const struct fusion *f, const struct layer_io *io)
{
	const struct fusion_folded g = conv_bn_act_folded(f);
	if (g.depthwise) {
		const struct kern_depthwise c = fusion_folded_depthwise(&g, io->n);
		kern_folded_depthwise_forward(&c, io->folded, &g.act, io->x[0], io->y, io->scratch);
	} else {
		const struct kern_conv c = fusion_folded_conv(&g, io->n);
		kern_folded_conv_forward(&c, io->folded, &g.act, io->x[0], io->y, io->scratch);
	}
}

const struct fusion_kind fusion_conv_bn_act = {
	.name = "conv_bn_act",
	.summary = "Convolution, batch normalization and activation in one step, forward only.",
	.match = conv_bn_act_match, .shape = conv_bn_act_shape, .forward_only = true,
	.fold = conv_bn_act_fold, .forward = conv_bn_act_forward,
};
