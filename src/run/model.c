/*
 * The keys of `model`: two forms of one thing. A backbone with a head, or layers of which the first
 * backbone_layers are the backbone: both come to one list of layers, a count, and a weights file.
 */
#include <string.h>

#include "experiment_parts.h"
#include "tlrun/arena.h"

static const struct node *
model_node(const struct experiment *x)
{
	return node_get(x->root, "model");
}

static const struct backbone_common *
model_backbone(const struct model *m)
{
	return m->backbone.kind ? m->backbone.common : NULL;
}

static bool
model_has(const struct node *map, const char *key)
{
	const struct node *n = node_get(map, key);
	return n && n->type != NODE_NULL;
}

static void
model_check_layers(struct field_reader *r, const struct model *m, const struct node *map)
{
	if (m->layers.n && m->backbone_layers > (int)m->layers.n)
		field_error(r, node_get(map, "backbone_layers"), NULL,
			"backbone_layers is %d, and there are %zu layers", m->backbone_layers, m->layers.n);
	if (m->weights && !m->backbone_layers && field_sound(r, &m->backbone_layers))
		field_error_key(r, map, "weights", "backbone_layers: N, from the first",
			"weights without backbone_layers: it is not said which of the layers they are for");
	if (m->weights && !strpbrk(m->weights, "/."))
		field_error(r, node_get(map, "weights"), "backbone: {name: …, weights: …} knows imagenet",
			"weights \"%s\" is no file: its name has a '/' or a '.' in it", m->weights);
}

static void
model_check_backbone(struct field_reader *r, const struct node *map)
{
	if (model_has(map, "weights"))
		field_error_key(r, map, "weights", "write it in backbone",
			"model.weights goes with layers; a backbone has weights of its own");
	if (model_has(map, "backbone_layers"))
		field_error_key(r, map, "backbone_layers", "remove it",
			"backbone_layers goes with layers; a backbone knows its own");
}

static void
model_check_empty(struct field_reader *r, const struct node *map, const char *key,
	const struct kind_list *l)
{
	const struct node *n = node_get(map, key);
	if (n && n->type == NODE_LIST && !l->n)
		field_error(r, n, NULL, "%s must be a list of layers, found an empty list", key);
}

/* One of the two forms, and whole. */
static void
model_check_form(struct field_reader *r, const struct node *map, bool layers, bool backbone,
	bool head)
{
	if (layers && (backbone || head))
		field_error_key(r, map, backbone ? "backbone" : "head",
			"keep layers, or backbone and head; a parent's goes with `layers: null`",
			"model has both layers and %s", backbone ? "a backbone" : "a head");
	else if (backbone && !head)
		field_error_key(r, map, "backbone",
			"head: [flatten, dense: {units: num_classes, activation: softmax}]",
			"a backbone without a head gives no classes");
	else if (head && !backbone)
		field_error_key(r, map, "head", "write it as layers, or name a backbone",
			"a head without a backbone has nothing to stand on");
	else if (!layers && !backbone)
		field_error_key(r, map, "layers",
			"layers: […], or backbone: {name: mobilenet_v2} with head: […]",
			"model has neither layers nor a backbone");
}

void
model_check(struct field_reader *r, const struct experiment *x)
{
	const struct model *m = &x->o.model;
	const struct node *map = model_node(x);
	const bool layers = model_has(map, "layers"), backbone = model_has(map, "backbone");
	const bool head = model_has(map, "head");
	if (!map || map->type != NODE_MAP) return;
	/* What is written is known to be there, even where it could not be read. */
	if ((layers || field_sound(r, &m->layers)) && (backbone || field_sound(r, &m->backbone)) &&
		(head || field_sound(r, &m->head)))
		model_check_form(r, map, layers, backbone, head);
	model_check_empty(r, map, "layers", &m->layers);
	model_check_empty(r, map, "head", &m->head);
	if (layers) model_check_layers(r, m, map);
	if (backbone) model_check_backbone(r, map);
}

/* The preset: pretrained weights are kept, random ones are trained. */
static struct freeze
model_freeze(const struct backbone_common *c)
{
	struct freeze f = c->freeze;
	if (f.type == FREEZE_DEFAULT) f.type = strcmp(c->weights, "none") ? FREEZE_ALL : FREEZE_NONE;
	return f;
}

/* The backbone's layers and the head's. */
static void
model_join(struct field_reader *r, const struct model *m, const struct loader_info *info,
	struct model_net *net)
{
	enum { ANY_SIZE = 224 };	/* names and kinds of layers do not depend on it */
	const struct backbone_common *c = model_backbone(m);
	const struct kind_list b = backbone_layers(r->arena, &m->backbone, info ? info->h : ANY_SIZE,
		info ? info->w : ANY_SIZE);
	const struct kind_list all = { b.n + m->head.n,
		ARENA_ARRAY(r->arena, struct kind_value, b.n + m->head.n) };
	const struct freeze f = model_freeze(c);
	memcpy(all.v, b.v, b.n * sizeof *b.v);
	if (m->head.n) memcpy(all.v + b.n, m->head.v, m->head.n * sizeof *m->head.v);
	net->layers = freeze_copy(r->arena, &all);
	net->backbone = b.n;
	if (field_sound(r, &c->freeze)) freeze_apply(r, &f, &net->layers, b.n, true);
	freeze_batch_norms(&net->layers, b.n, c->batch_normalization == BACKBONE_NORMS_INFERENCE);
}

struct model_net
model_layers(struct field_reader *r, const struct experiment *x, const struct loader_info *info)
{
	const struct model *m = &x->o.model;
	const struct node *map = model_node(x);
	const bool layers = model_has(map, "layers"), backbone = model_has(map, "backbone");
	struct model_net net = { .layers = { 0, NULL } };
	if (layers && (backbone || model_has(map, "head"))) return net;
	if (layers) {
		const size_t n = (size_t)m->backbone_layers;
		net.layers = m->layers;
		net.backbone = n <= m->layers.n ? n : 0;
		net.whole = m->layers.n > 0;
		return net;
	}
	net.whole = m->head.n > 0;
	if (m->backbone.kind && !m->backbone.unread) {
		model_join(r, m, info, &net);
		return net;
	}
	net.layers = m->head;
	net.open = true;
	return net;
}

struct normalize
model_normalize(const struct experiment *x)
{
	struct normalize n = x->o.preprocessing.normalize;
	if (n.type == NORMALIZE_AUTO && x->o.model.backbone.kind)
		normalize_word(backbone_kind_of(x->o.model.backbone.kind)->normalize, &n.type);
	return n;
}

/* ---- warnings ---- */

static void
model_warn_normalize(struct field_reader *r, const struct experiment *x)
{
	const struct kind_value *v = &x->o.model.backbone;
	const struct normalize *n = &x->o.preprocessing.normalize;
	struct normalize own = { NORMALIZE_AUTO };
	struct str given = STR_INIT, wanted = STR_INIT;
	normalize_word(backbone_kind_of(v->kind)->normalize, &own.type);
	normalize_formula(n, &given);
	normalize_formula(&own, &wanted);
	if (n->type != NORMALIZE_AUTO && strcmp(str_text(&given), str_text(&wanted)) != 0) {
		const struct node *at = node_get(node_get(x->root, "preprocessing"), "normalize");
		if (!at) at = v->node;
		diag_add(r->diags, DIAG_WARNING, at->at, at->span,
			arena_printf(r->arena, "normalize: auto is %s here",
				backbone_kind_of(v->kind)->normalize),
			"the pixels become %s, and the weights of %s were trained with %s", str_text(&given),
			backbone_kind_of(v->kind)->title, str_text(&wanted));
	}
	str_free(&given);
	str_free(&wanted);
}

/* Whether unfrozen batch norms of the backbone go by their stored statistics in every phase. */
static bool
model_norms_stay(const struct experiment *x, const struct backbone_common *c)
{
	const struct phase_list *l = &x->o.training.phases;
	if (!l->n) return c->batch_normalization == BACKBONE_NORMS_INFERENCE;
	for (size_t i = 0; i < l->n; i++) {
		const int given = l->v[i].batch_normalization;
		const int norms = given ? given - 1 : c->batch_normalization;
		if (norms != BACKBONE_NORMS_INFERENCE) return false;
	}
	return true;
}

void
model_warn(struct field_reader *r, const struct experiment *x)
{
	const struct kind_value *v = &x->o.model.backbone;
	const struct backbone_common *c = model_backbone(&x->o.model);
	if (!c) return;
	const bool pretrained = strcmp(c->weights, "none") != 0;
	if (pretrained) model_warn_normalize(r, x);
	if (pretrained || x->o.start_from.given || !model_norms_stay(x, c)) return;
	const struct node *at = node_get(v->node, "batch_normalization");
	if (!at) at = v->node;
	diag_add(r->diags, DIAG_WARNING, at->at, at->span, "batch_normalization: train",
		"batch_normalization: inference with weights: none: the stored statistics are those of no "
		"image, and training never changes them");
}

struct experiment_options
experiment_expand(struct arena *a, const struct experiment *x)
{
	struct experiment_options o = x->o;
	if (!o.model.backbone.kind) return o;
	o.preprocessing.normalize = model_normalize(x);
	o.model = (struct model){ .layers = x->layers, .backbone_layers = (int)x->backbone,
		.weights = pretrained_file(a, x) };
	return o;
}
