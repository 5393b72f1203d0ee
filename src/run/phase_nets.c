/*
 * The phases of an experiment, each with its network: the same layers and parameters, and another
 * part of them trained.
 */
#include "experiment_parts.h"
#include "tlrun/arena.h"

/* lr_mult multiplies the backbone's rate: without one there is nothing to tell apart. */
static void
phases_check_lr_mult(struct field_reader *r, const struct kind_value *optimizer)
{
	const struct optimizer_options *o = optimizer->opts;
	if (o && o->lr_mult_given)
		field_error_key(r, optimizer->node, "lr_mult",
			"model.backbone, or model.backbone_layers: N with layers",
			"lr_mult without a backbone: there is nothing to tell apart");
}

void
phases_model_check(struct field_reader *r, const struct experiment *x)
{
	const struct training *t = &x->o.training;
	if (x->o.model.backbone.kind || x->o.model.backbone_layers) return;
	phases_check_lr_mult(r, &t->optimizer);
	for (size_t i = 0; i < t->phases.n; i++) {
		const struct phase_options *p = &t->phases.v[i];
		phases_check_lr_mult(r, &p->optimizer);
		if (p->freeze.type != FREEZE_DEFAULT)
			field_error_key(r, p->node, "freeze",
				"model.backbone, or model.backbone_layers: N with layers",
				"freeze without a backbone: there is nothing to freeze");
		if (p->batch_normalization)
			field_error_key(r, p->node, "batch_normalization",
				"model.backbone, or model.backbone_layers: N with layers",
				"batch_normalization without a backbone: a phase sets the backbone's");
	}
}

/* The layers as they are in one phase. */
static struct kind_list
phases_layers(struct field_reader *r, const struct experiment *x, const struct phase_options *p)
{
	struct kind_list l = freeze_copy(r->arena, &x->layers);
	if (!p) return l;
	freeze_apply(r, &p->freeze, &l, x->backbone, true);
	if (p->batch_normalization)
		freeze_batch_norms(&l, x->backbone,
			p->batch_normalization - 1 == BACKBONE_NORMS_INFERENCE);
	return l;
}

static void
phases_trains_nothing(struct field_reader *r, const struct experiment *x,
	const struct phase_options *p)
{
	const struct node *at = p ? node_get(p->node, "freeze") : NULL;
	if (!at && p) at = p->node;
	if (!at) at = node_get(x->root, "model");
	field_error(r, at, "a head with a dense layer, or another freeze",
		"%s%s%s trains nothing: every parameter is frozen, or there is none",
		p ? "the phase \"" : "the network", p ? p->name : "", p ? "\"" : "");
}

/* Scratch is sized for the largest call, and evaluation may be it. */
static int
phases_most_images(const struct training *t)
{
	return t->eval_batch_size > t->batch_size ? t->eval_batch_size : t->batch_size;
}

void
phases_build(struct field_reader *r, struct experiment *x, const struct loader_info *info)
{
	const struct phase_list *list = &x->o.training.phases;
	const int before = diags_errors(r->diags);
	training_phases(r->arena, &x->o.training, &x->phase, &x->phases);
	for (int i = 0; i < x->phases; i++) {
		const struct phase_options *p = list->n ? &list->v[i] : NULL;
		const struct kind_list l = phases_layers(r, x, p);
		/* What is wrong with the layers is wrong with them in each phase. */
		if (i && !x->phase[0].net) continue;
		const struct net *net = net_build(r, &(struct net_request){
			.layers = &l,
			.backbone = x->backbone,
			.input = SHAPE4(SHAPE_BATCH, info->h, info->w, info->c),
			.num_classes = info->classes,
			.batch = phases_most_images(&x->phase[i].training) });
		x->phase[i].net = net;
		if (net && !net->trainable_count) phases_trains_nothing(r, x, p);
	}
	x->net = diags_errors(r->diags) == before ? x->phase[0].net : NULL;
}
