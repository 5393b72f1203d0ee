/* A convolution with the padding before and the normalization behind it, found in a chain. */
#include "fusions/fusion_parts.h"
#include "layers/activation.h"
#include "layers/batch_normalization.h"
#include "layers/conv2d.h"
#include "layers/depthwise_conv2d.h"
#include "layers/re_lu.h"
#include "layers/zero_padding2d.h"

static bool
fusion_act(const struct layer *l, struct kern_act *act)
{
	if (l->kind == &layer_activation) return layer_activation_kern(l, act);
	if (l->kind != &layer_re_lu) return false;
	*act = layer_re_lu_kern(l);
	return true;
}

struct fusion_folded
fusion_folded_at(const struct layer *const *chain, int at, int layers)
{
	const struct fusion_folded none = { .layers = 0 };
	struct fusion_folded f = { .act = { .type = ACT_LINEAR }, .at = at };
	int i = at;
	if (i < layers && chain[i]->kind == &layer_zero_padding2d) f.pad = chain[i++];
	if (i + 2 > layers || chain[i + 1]->kind != &layer_batch_normalization) return none;
	f.conv_at = i;
	f.conv = chain[i];
	f.norm = chain[i + 1];
	f.depthwise = f.conv->kind == &layer_depthwise_conv2d;
	if (!f.depthwise && f.conv->kind != &layer_conv2d) return none;
	if (!f.depthwise && ((const struct conv2d *)f.conv->opts)->groups != 1) return none;
	i += 2;
	if (i < layers && fusion_act(chain[i], &f.act)) i++;
	f.layers = i - at;
	return f;
}

/* The padding layer becomes the convolution's own padding. */
static void
fusion_take_padding(const struct layer *pad, int *h, int *w, int *top, int *left)
{
	if (!pad) return;
	const struct padding4 *p = &((const struct zero_padding2d *)pad->opts)->padding;
	*h = pad->in[0].d[1];
	*w = pad->in[0].d[2];
	*top += p->top;
	*left += p->left;
}

struct kern_conv
fusion_folded_conv(const struct fusion_folded *f, int n)
{
	struct kern_conv c = layer_conv2d_kern(f->conv, n);
	fusion_take_padding(f->pad, &c.h, &c.w, &c.pt, &c.pl);
	return c;
}

struct kern_depthwise
fusion_folded_depthwise(const struct fusion_folded *f, int n)
{
	struct kern_depthwise c = layer_depthwise_kern(f->conv, n);
	fusion_take_padding(f->pad, &c.h, &c.w, &c.pt, &c.pl);
	return c;
}

struct kern_fold
fusion_folded_fold(const struct fusion_folded *f, float *const *p)
{
	float *const *conv = p + (size_t)f->conv_at * LAYER_MAX_PARAMS;
	float *const *norm = conv + LAYER_MAX_PARAMS;
	return (struct kern_fold){ .w = conv[0], .b = conv[1], .gamma = norm[0], .beta = norm[1],
		.mean = norm[2], .variance = norm[3],
		.epsilon = ((const struct batch_normalization *)f->norm->opts)->epsilon };
}
