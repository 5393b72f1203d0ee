/* A backbone read from a line of YAML, and a network of it with a small head. */
#include "backbones/base.h"

#include <check.h>
#include <string.h>

static const struct field base_fields[] = {
	FIELD_KIND(struct base, backbone, .family = &family_backbone, .check = backbone_common_check,
		.doc = "the backbone"),
	FIELD_KINDS(struct base, layers, .family = &family_layer, .doc = "the head"),
	FIELD_END
};

void
base_read(struct base *b, const char *text)
{
	struct node *root = NULL;
	struct base read;
	*b = (struct base){ .arena = arena_new(), .diags = diags_new() };
	b->reader = (struct field_reader){ .arena = b->arena, .diags = b->diags };
	const char *yaml = arena_printf(b->arena, "backbone: %s\nlayers:\n"
		"  - global_average_pooling2d\n"
		"  - dense: {units: num_classes, activation: softmax}\n", text);
	diags_source(b->diags, "b.yaml", yaml, strlen(yaml));
	document_parse(b->arena, "b.yaml", yaml, strlen(yaml), &root, b->diags);
	field_read(&b->reader, base_fields, root, "model", &read);
	b->backbone = read.backbone;
	b->layers = read.layers;
}

void
base_build(struct base *b, int h, int w, int batch)
{
	const struct backbone_common *c = b->backbone.common;
	const struct kind_list body = backbone_layers(b->arena, &b->backbone, h, w), head = b->layers;
	b->count = body.n;
	b->layers.n = body.n + head.n;
	b->layers.v = ARENA_ARRAY(b->arena, struct kind_value, b->layers.n);
	memcpy(b->layers.v, body.v, body.n * sizeof *body.v);
	memcpy(b->layers.v + body.n, head.v, head.n * sizeof *head.v);
	ck_assert(freeze_apply(&b->reader, &c->freeze, &b->layers, body.n, true));
	freeze_batch_norms(&b->layers, body.n, c->batch_normalization == BACKBONE_NORMS_INFERENCE);
	b->net = net_build(&b->reader, &(struct net_request){ .layers = &b->layers,
		.backbone = body.n, .input = SHAPE4(SHAPE_BATCH, h, w, 3), .num_classes = BASE_CLASSES,
		.batch = batch });
	ck_assert_msg(b->net != NULL, "%s", base_errors(b));
}

void
base_close(struct base *b)
{
	diags_free(b->diags);
	arena_free(b->arena);
}

const char *
base_errors(struct base *b)
{
	struct str s = STR_INIT;
	diags_format(b->diags, false, &s);
	const char *text = arena_strdup(b->arena, str_text(&s));
	str_free(&s);
	return text;
}
