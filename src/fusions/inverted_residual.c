/*
 * inverted_residual: the block of MobileNetV2 in one pass. 1x1 convolution to more channels, 3x3
 * depthwise convolution (with zero padding before it), 1x1 convolution to few channels, each with
 * batch normalization by moving statistics, and the block's input added. The first convolution and
 * the sum may be missing. The expanded tensors never go to memory as a whole.
 *
 * Shapes  x [n,h,w,cin]   expanded [n,h,w,e]   y [n,oh,ow,cout]
 * Folded  as conv_bn_act, for each of the three
 * Source  Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018).
 */
#include "fusions/fusion_parts.h"
#include "layers/add.h"

enum { EXPAND, DEPTHWISE, PROJECT, PARTS };

struct inverted {
	struct fusion_folded part[PARTS];	/* the first with layers 0 where it is missing */
	bool residual;
	int layers;		/* of all; 0: no such block */
};

static bool
inverted_is_pointwise(const struct fusion_folded *f)
{
	if (f->layers == 0 || f->depthwise || f->pad) return false;
	const struct kern_conv c = fusion_folded_conv(f, 1);
	return c.kh == 1 && c.kw == 1 && c.sh == 1 && c.sw == 1;
}

static bool
inverted_is_depthwise(const struct fusion_folded *f)
{
	if (f->layers == 0 || !f->depthwise || !kern_act_clamps(&f->act)) return false;
	const struct kern_depthwise c = fusion_folded_depthwise(f, 1);
	return c.m == 1 && c.kh == 3 && c.kw == 3 && c.dh == 1 && c.dw == 1 && c.sh == c.sw &&
		c.sh <= 2;
}

static struct inverted
inverted_at(const struct layer *const *chain, int layers)
{
	const struct inverted none = { .layers = 0 };
	struct inverted v = none;
	int at = 0;
	v.part[EXPAND] = fusion_folded_at(chain, 0, layers);
	if (!inverted_is_pointwise(&v.part[EXPAND])) v.part[EXPAND].layers = 0;
	else if (!kern_act_clamps(&v.part[EXPAND].act)) return none;
	at += v.part[EXPAND].layers;
	v.part[DEPTHWISE] = fusion_folded_at(chain, at, layers);
	if (!inverted_is_depthwise(&v.part[DEPTHWISE])) return none;
	at += v.part[DEPTHWISE].layers;
	v.part[PROJECT] = fusion_folded_at(chain, at, layers);
	if (!inverted_is_pointwise(&v.part[PROJECT]) || v.part[PROJECT].act.type != ACT_LINEAR)
		return none;
	at += v.part[PROJECT].layers;
	/* In a chain an add adds what goes into it. */
	v.residual = at < layers && chain[at]->kind == &layer_add;
	v.layers = at + v.residual;
	return v;
}

static struct kern_inverted
inverted_kern(const struct inverted *v, int n)
{
	const struct kern_depthwise d = fusion_folded_depthwise(&v->part[DEPTHWISE], n);
	struct kern_inverted b = { .n = n, .h = d.h, .w = d.w, .cin = d.c, .expanded = d.c,
		.cout = v->part[PROJECT].conv->out.d[3], .stride = d.sh, .pt = d.pt, .pl = d.pl,
		.oh = d.oh, .ow = d.ow, .expand = v->part[EXPAND].layers > 0, .residual = v->residual,
		.act = { v->part[EXPAND].act, v->part[DEPTHWISE].act } };
	if (b.expand) b.cin = v->part[EXPAND].conv->in[0].d[3];
	return b;
}

static int
inverted_residual_match(const struct layer *const *chain, int layers)
{
	return inverted_at(chain, layers).layers;
}

static void
inverted_residual_shape(struct fusion *f)
{
	const struct inverted v = inverted_at(f->layer, f->layers);
	const struct kern_inverted b = inverted_kern(&v, f->layer[0]->batch);
	f->folded = kern_inverted_bytes(&b);
	f->scratch = kern_inverted_scratch(&b);
}

static void
inverted_residual_fold(const struct fusion *f, float *const *p, void *folded)
{
	const struct inverted v = inverted_at(f->layer, f->layers);
	const struct kern_inverted b = inverted_kern(&v, 1);
	struct kern_fold fold[PARTS] = { { .w = NULL } };
	for (int i = b.expand ? EXPAND : DEPTHWISE; i < PARTS; i++)
		fold[i] = fusion_folded_fold(&v.part[i], p);
	kern_inverted_fold(&b, fold, folded);
}

static void
inverted_residual_forward(const struct fusion *f, const struct layer_io *io)
{
	const struct inverted v = inverted_at(f->layer, f->layers);
	const struct kern_inverted b = inverted_kern(&v, io->n);
	kern_inverted_forward(&b, io->folded, io->x[0], io->y, io->scratch);
}

const struct fusion_kind fusion_inverted_residual = {
	.name = "inverted_residual",
	.summary = "Expansion, depthwise convolution, projection and residual sum in one step, "
		"forward only.",
	.match = inverted_residual_match, .shape = inverted_residual_shape, .forward_only = true,
	.fold = inverted_residual_fold, .forward = inverted_residual_forward,
};
