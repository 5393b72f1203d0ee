/*
 * backbone_common: the keys that every backbone takes besides its own, and from its text to layers
 * that are read as those of a file are.
 */
#include <string.h>

#include "backbones/backbone_parts.h"
#include "tlrun/arena.h"
#include "tlrun/layer.h"

static const struct field_word backbone_norms[] = {
	{ "inference", BACKBONE_NORMS_INFERENCE },
	{ "train", BACKBONE_NORMS_TRAIN },
	{ NULL, 0 },
};

enum { BACKBONE_SHAPE = 3, BACKBONE_MAX_SIZE = 1 << 16 };

const struct field backbone_common_fields[] = {
	FIELD_STR(struct backbone_common, weights, .preset_str = "none",
		.doc = "imagenet, none, or the path of a file: Keras's HDF5, .weights.h5, safetensors",
		.example = "imagenet"),
	FIELD_BOOL(struct backbone_common, include_top,
		.doc = "false: without its classifier, which model.head replaces"),
	FIELD_INTS(struct backbone_common, input_shape, .optional = true, .min = 1,
		.max = BACKBONE_MAX_SIZE, .doc = "[h, w, c] that the data must have after preprocessing",
		.example = "[96, 96, 3]"),
	FIELD_CUSTOM(struct backbone_common, freeze, .custom = &freeze_custom, .optional = true,
		.doc = "layers that are not trained, counted as Keras; default: all with weights, none "
			"without",
		.example = "{all_but_last: 20}"),
	FIELD_WORD(struct backbone_common, batch_normalization, .words = backbone_norms,
		.doc = "statistics that unfrozen batch normalizations use in training: the stored ones or "
			"the batch's; frozen ones use the stored"),
	FIELD_END
};

void
backbone_common_check(struct field_reader *r, const struct node *node, void *value)
{
	static const char *const words[] = { "imagenet", "none" };
	const struct kind_value *v = value;
	const struct backbone_common *c = v->common;
	if (!v->kind || !c) return;
	const struct backbone_kind *kind = backbone_kind_of(v->kind);
	const char *w = c->weights;
	if (w && strcmp(w, "imagenet") != 0 && strcmp(w, "none") != 0 && !strpbrk(w, "/.")) {
		field_error(r, node_get(node, "weights"),
			arena_printf(r->arena, "%s; a path has a \"/\" or a \".\" in it",
				field_hint(r->arena, w, words, sizeof words / sizeof *words)),
			"unknown weights \"%s\"", w);
		field_refused(r, &c->weights);
	}
	if (c->include_top)
		field_error(r, node_get(node, "include_top"),
			"remove it and write the classifier as model.head: [global_average_pooling2d, dense: "
			"{units: num_classes, activation: softmax}]",
			"include_top: true: a backbone is built without its classifier");
	if (c->input_shape.n && c->input_shape.n != BACKBONE_SHAPE) {
		field_error(r, node_get(node, "input_shape"), "input_shape: [height, width, channels]",
			"input_shape has %zu numbers, expected 3", c->input_shape.n);
		field_refused(r, &c->input_shape);
	} else if (c->input_shape.n && (c->input_shape.v[0] < kind->min_size ||
		c->input_shape.v[1] < kind->min_size)) {
		field_error(r, node_get(node, "input_shape"), NULL,
			"%s takes images of %dx%d and more, input_shape says %lldx%lld", v->kind->name,
			kind->min_size, kind->min_size, c->input_shape.v[0], c->input_shape.v[1]);
		field_refused(r, &c->input_shape);
	}
}

bool
backbone_takes(struct field_reader *r, const struct kind_value *backbone, int h, int w, int c)
{
	const struct backbone_common *o = backbone->common;
	const int least = backbone_kind_of(backbone->kind)->min_size;
	const char *name = backbone->kind->name;
	const struct int_list *s = &o->input_shape;
	if (h < least || w < least) {
		field_error(r, backbone->node, arena_printf(r->arena, "preprocessing.resize: %d", least),
			"%s takes images of %dx%d and more, the data has %dx%d", name, least, least, h, w);
		return false;
	}
	if (!field_sound(r, s)) return true;
	if (s->n == BACKBONE_SHAPE && (s->v[0] != h || s->v[1] != w || s->v[2] != c)) {
		field_error(r, node_get(backbone->node, "input_shape"),
			"remove it, or change preprocessing.resize",
			"input_shape is [%lld, %lld, %lld], the data has [%d, %d, %d]", s->v[0], s->v[1],
			s->v[2], h, w, c);
		return false;
	}
	if (c != 3 && o->weights && strcmp(o->weights, "imagenet") == 0) {
		const struct node *at = node_get(backbone->node, "weights");
		field_error(r, at ? at : backbone->node, "preprocessing.channels: rgb",
			"weights: imagenet are for images of 3 channels, the data has %d", c);
		return false;
	}
	return true;
}

/* ---- from text to layers ---- */

struct backbone_model { struct kind_list layers; };

static const struct field backbone_model_fields[] = {
	FIELD_KINDS(struct backbone_model, layers, .family = &family_layer, .required = true),
	FIELD_END
};

/* Errors about a backbone's layers are about the backbone: its place becomes theirs. */
static void
backbone_place(struct node *n, const struct node *at)
{
	n->at = n->name_at = at ? at->at : MARK_NONE;
	n->span = n->name_span = at ? at->span : 1;
	n->origin = at ? at->origin : NULL;
	for (size_t i = 0; i < n->n; i++) {
		if (n->type == NODE_MAP) {
			n->key_at[i] = n->at;
			n->key_span[i] = n->span;
		}
		backbone_place(n->items[i], at);
	}
}

void
backbone_write(const struct kind_value *backbone, int h, int w, struct str *out)
{
	backbone_kind_of(backbone->kind)->write(backbone->opts, h, w, out);
}

struct kind_list
backbone_layers(struct arena *a, const struct kind_value *backbone, int h, int w)
{
	struct field_reader r = { .arena = a, .diags = diags_new() };
	struct backbone_model model = { { 0, NULL } };
	struct node *root = NULL;
	struct str text = STR_INIT;
	str_add(&text, "layers:\n");
	backbone_write(backbone, h, w, &text);
	document_parse(a, backbone->kind->name, str_text(&text), text.len, &root, r.diags);
	if (root) {
		backbone_place(root, backbone->node);
		field_read(&r, backbone_model_fields, root, backbone->kind->name, &model);
	}
	str_free(&text);
	diags_free(r.diags);
	return model.layers;
}
