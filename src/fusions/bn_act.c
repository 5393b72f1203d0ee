/*
 * bn_act: batch normalization and the relu or relu6 behind it. One look at x gives the batch's
 * statistics, another the output; backward computes again from x what the relu let through. The
 * bits are those of the two layers.
 *
 * Shapes  x [...,c]   gamma, beta, moving_mean, moving_variance [c]   y as x
 * Saved   the batch's mean [c] and variance [c]
 */
#include "layers/batch_normalization.h"
#include "layers/re_lu.h"
#include "tlrun/fusion.h"

enum { NORM, ACT, LAYERS };

static int
bn_act_match(const struct layer *const *chain, int layers)
{
	enum kern_activation act;
	return layers >= LAYERS && chain[NORM]->kind == &layer_batch_normalization
		&& layer_is_rectifier(chain[ACT], &act) ? LAYERS : 0;
}

static void
bn_act_shape(struct fusion *f)
{
	f->scratch = f->layer[NORM]->scratch;
	f->saved = f->layer[NORM]->saved;
	f->keep_x = true;
	f->in_place = true;
}

static void
bn_act_forward(const struct fusion *f, const struct layer_io *io)
{
	enum kern_activation act = ACT_LINEAR;
	layer_is_rectifier(f->layer[ACT], &act);
	batch_norm_forward(f->layer[NORM], act, io);
}

static void
bn_act_backward(const struct fusion *f, const struct layer_io *io)
{
	enum kern_activation act = ACT_LINEAR;
	layer_is_rectifier(f->layer[ACT], &act);
	batch_norm_backward(f->layer[NORM], act, io);
}

const struct fusion_kind fusion_bn_act = {
	.name = "bn_act", .summary = "Batch normalization and relu or relu6 in one step.",
	.match = bn_act_match, .shape = bn_act_shape,
	.forward = bn_act_forward, .backward = bn_act_backward,
};
