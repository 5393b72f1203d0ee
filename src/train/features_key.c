/* The keys of features: SHA-256 over text and numbers that decide every bit of them. */
#include <stdio.h>
#include <string.h>

#include "build-config.h"
#include "tlrun/kernels.h"
#include "train/features_store.h"

/* Changes with what the files hold for the same key. */
static const char key_version[] = "tlrun features 1";

static void
key_node(const struct net *net, int i, struct str *out)
{
	const struct net_node *node = &net->node[i];
	const struct kind *kind = &node->layer.kind->kind;
	str_printf(out, "%d %s of", i, kind->name);
	for (int k = 0; k < node->inputs; k++) str_printf(out, " %d", node->input[k]);
	str_printf(out, " to %s\n", shape_str(&node->layer.out).s);
	if (kind->fields) field_print(kind->fields, node->layer.opts, NULL, false, out);
}

/* Names are no part of it: the same weights under others are the same prefix. */
static void
key_weights(const struct net *net, const float *params, struct hash *h)
{
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		if (p->node >= net->cut) continue;
		const struct shape_text shape = shape_str(&p->shape);
		hash_add(h, shape.s, strlen(shape.s) + 1);
		hash_add(h, params + p->offset, p->count * sizeof *params);
	}
}

void
features_prefix_key(const struct net *net, const float *params, const struct loader *loader,
	bool fuse, char out[HASH_HEX])
{
	struct str text = STR_INIT;
	struct hash *h = hash_new();
	const bool openblas = kern_matmul() == MATMUL_OPENBLAS;
	str_printf(&text, "%s\n%s\nfuse %d\nmatmul %s\n", key_version, PACKAGE_VERSION, fuse,
		openblas ? kern_openblas_info() : "native");
	loader_preprocessing_text(loader, &text);
	str_printf(&text, "input %s\n", shape_str(&net->input).s);
	for (int i = 0; i < net->cut; i++) key_node(net, i, &text);
	hash_add(h, text.data, text.len + 1);
	key_weights(net, params, h);
	hash_hex(h, out);
	str_free(&text);
}

void
features_part_key(const char *prefix, const struct loader_part *part, char out[HASH_HEX])
{
	char text[2 * HASH_HEX + 16], data[HASH_HEX], split[HASH_HEX];
	loader_hash(part, data, split);
	snprintf(text, sizeof text, "%s %s", prefix, data);
	hash_of(text, strlen(text), out);
}
