/* A backbone from the words of a command line: `mobilenet_v2 alpha=0.5`, as a network. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"

struct backbone_words { struct kind_value backbone; struct kind_list head; };

static const struct field model_fields[] = {
	FIELD_KIND(struct backbone_words, backbone, .family = &family_backbone,
		.check = backbone_common_check),
	FIELD_KINDS(struct backbone_words, head, .family = &family_layer),
	FIELD_END
};

enum { BACKBONE_SIZE = 224, BACKBONE_CLASSES = 10 };

/* The backbone's layers and the shortest head; NULL: errors are in r->diags. */
static struct net *
backbone_net(struct field_reader *r, const struct backbone_words *m, size_t *count)
{
	const struct backbone_common *const c = m->backbone.common;
	const bool sized = c->input_shape.n == 3;
	const int h = sized ? (int)c->input_shape.v[0] : BACKBONE_SIZE;
	const int w = sized ? (int)c->input_shape.v[1] : BACKBONE_SIZE;
	const struct kind_list body = backbone_layers(r->arena, &m->backbone, h, w);
	struct kind_list all = { body.n + m->head.n,
		ARENA_ARRAY(r->arena, struct kind_value, body.n + m->head.n) };
	memcpy(all.v, body.v, body.n * sizeof *body.v);
	memcpy(all.v + body.n, m->head.v, m->head.n * sizeof *m->head.v);
	*count = body.n;
	return net_build(r, &(struct net_request){ .layers = &all, .backbone = body.n,
		.input = SHAPE4(SHAPE_BATCH, h, w, sized ? (int)c->input_shape.v[2] : 3),
		.num_classes = BACKBONE_CLASSES, .batch = 1 });
}

static struct net *
backbone_read(struct field_reader *r, const char *name, const char *const *options, int n,
	struct cli_backbone *out)
{
	struct node *root = NULL;
	struct backbone_words m;
	const char *const text = arena_printf(r->arena, "backbone: {name: %s}\nhead:\n"
		"  - global_average_pooling2d\n"
		"  - dense: {units: num_classes, activation: softmax}\n", name);
	document_parse(r->arena, "command line", text, strlen(text), &root, r->diags);
	for (int i = 0; i < n; i++)
		document_override(r->arena, root, arena_printf(r->arena, "backbone.%s", options[i]),
			r->diags);
	if (diags_errors(r->diags) || !field_read(r, model_fields, root, "backbone", &m)) return NULL;
	out->kind = backbone_kind_of(m.backbone.kind);
	out->opts = m.backbone.opts;
	return backbone_net(r, &m, &out->layers);
}

int
cli_backbone(const struct options *o, struct arena *a, const char *const *words, int n,
	struct cli_backbone *out)
{
	struct field_reader r = { .arena = a, .diags = diags_new() };
	struct err e = ERR_INIT;
	const char *names[32];
	size_t known = 0;
	*out = (struct cli_backbone){ 0 };
	for (const struct kind *const *k = family_backbone.kinds; *k && known < 32; k++)
		names[known++] = (*k)->name;
	if (!backbone_find(words[0])) {
		diags_free(r.diags);
		err_set(&e, ERR_USAGE, MARK_NONE, "no backbone \"%s\"; %s", words[0],
			field_hint(a, words[0], names, known));
		return cli_fail(o, &e);
	}
	out->net = backbone_read(&r, words[0], words + 1, n - 1, out);
	if (!out->net) cli_diags(o, r.diags);
	diags_free(r.diags);
	return out->net ? 0 : cli_exit(ERR_CONFIG);
}
