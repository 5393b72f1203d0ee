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
	const struct model *m = &x->o.model;
	if (m->backbone.node || !field_sound(r, &m->backbone)) return;
	if (m->backbone_layers || !field_sound(r, &m->backbone_layers)) return;
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

/* The layers as they are in one phase; false: what is frozen of them is not known. */
static bool
phases_layers(struct field_reader *r, const struct experiment *x, const struct phase_options *p,
	struct kind_list *l)
{
	const struct kind_value *b = &x->o.model.backbone;
	const struct backbone_common *c = b->kind ? b->common : NULL;
	bool known = !c || (field_sound(r, &c->freeze) && field_sound(r, &c->weights));
	*l = freeze_copy(r->arena, &x->layers);
	if (!p) return known;
	if (p->freeze.type != FREEZE_DEFAULT) known = freeze_apply(r, &p->freeze, l, x->backbone, true);
	known &= field_sound(r, &p->freeze);
	if (p->batch_normalization)
		freeze_batch_norms(l, x->backbone,
			p->batch_normalization - 1 == BACKBONE_NORMS_INFERENCE);
	return known;
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
phases_build(struct field_reader *r, struct experiment *x, const struct model_net *whole)
{
	const struct phase_list *list = &x->o.training.phases;
	const int before = diags_errors(r->diags);
	training_phases(r->arena, &x->o.training, &x->phase, &x->phases);
	for (int i = 0; i < x->phases; i++) {
		const struct phase_options *p = list->n ? &list->v[i] : NULL;
		struct kind_list l;
		const bool frozen = phases_layers(r, x, p, &l);
		/* What is wrong with the layers is wrong with them in each phase. */
		if (!whole->whole || (i && !x->phase[0].net)) continue;
		const struct net *net = net_build(r, &(struct net_request){
			.layers = &l,
			.backbone = x->backbone,
			.open = whole->open,
			.input = whole->input,
			.num_classes = whole->num_classes,
			.batch = phases_most_images(&x->phase[i].training) });
		x->phase[i].net = net;
		if (net && frozen && !net->trainable_count) phases_trains_nothing(r, x, p);
	}
	x->net = diags_errors(r->diags) == before ? x->phase[0].net : NULL;
}
