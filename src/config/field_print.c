/*
 * What was read, printed as YAML: block style, flow leaves, the table's order, presets written out.
 *
 * A preset that is no value of its own ("same as batch_size") prints as null with the words
 * behind it in a comment: null reads as absent, so the text reads back to the same bytes.
 */
#include <string.h>

#include "config/field_text.h"

struct print {
	struct str *out;
	bool origins;
};

static void print_table(const struct print *p, const struct field *table, const void *opts,
	const struct node *map, int indent);

/* " # where the value came from" and the end of the line. words: of a described preset, or NULL. */
static void
print_end(const struct print *p, const struct node *node, const char *words)
{
	struct str comment = STR_INIT;
	if (p->origins && node && node->origin && strcmp(node->origin, DOCUMENT_COMMAND_LINE) == 0)
		str_add(&comment, DOCUMENT_COMMAND_LINE);
	else if (p->origins && node)
		str_printf(&comment, "%s:%d", node->name_at.file, node->name_at.line);
	else if (p->origins)
		str_add(&comment, "default");
	if (words) str_printf(&comment, "%s%s", comment.len ? ": " : "", words);
	for (size_t i = 0; i < comment.len; i++)
		if ((unsigned char)comment.data[i] < 0x20) comment.data[i] = ' ';
	if (comment.len) str_printf(p->out, "  # %s", str_text(&comment));
	str_add_char(p->out, '\n');
	str_free(&comment);
}

static void
print_key(const struct print *p, const char *key, int indent)
{
	str_pad(p->out, ' ', indent);
	field_text_string(key, false, p->out);
	str_add_char(p->out, ':');
}

/* The arguments of a kind, without its name. */
static void
print_arguments(const struct print *p, const struct family *family, const struct kind_value *v,
	const struct node *map, int indent)
{
	if (v->kind->fields) print_table(p, v->kind->fields, v->opts, map, indent);
	if (family->common) print_table(p, family->common, v->common, map, indent);
}

/* The arguments' map of the YAML that an item was read from. */
static const struct node *
print_item_map(const struct kind_value *v)
{
	const struct node *n = v->node;
	return n && n->type == NODE_MAP && n->n == 1 && n->items[0]->type == NODE_MAP ? n->items[0]
																				  : NULL;
}

/*
 * "name" or "name:" with its arguments below; the caller has written what stands before on the
 * line.
 */
static void
print_item(
	const struct print *p, const struct family *family, const struct kind_value *v, int indent)
{
	struct str inner = STR_INIT;
	const struct print below = { &inner, p->origins };
	/* A bare name has no map, and yet its presets are presets. */
	static const struct node none = { .type = NODE_MAP };
	const struct node *map = print_item_map(v);
	print_arguments(&below, family, v, v->node && !map ? &none : map, indent);
	str_add(p->out, v->kind->name);
	if (inner.len) str_add_char(p->out, ':');
	print_end(p, v->node, NULL);
	str_add(p->out, str_text(&inner));
	str_free(&inner);
}

static void
print_kind(const struct print *p, const struct field *f, const struct kind_value *v, int indent)
{
	const struct family *family = f->family;
	if (!v->kind) return;
	print_key(p, f->key, indent);
	print_end(p, v->node, NULL);
	if (family->style == FAMILY_ITEM) {
		str_pad(p->out, ' ', indent + 2);
		print_item(p, family, v, indent + 4);
		return;
	}
	static const struct node none = { .type = NODE_MAP };
	const struct node *map = v->node && v->node->type != NODE_MAP ? &none : v->node;
	const struct node *tag = node_get(map, family->tag);
	print_key(p, family->tag, indent + 2);
	str_printf(p->out, " %s", v->kind->name);
	print_end(p, tag ? tag : v->node, NULL);
	print_arguments(p, family, v, map, indent + 2);
}

static void
print_kinds(const struct print *p, const struct field *f, const struct kind_list *l,
	const struct node *node, int indent)
{
	if (l->n == 0 && !node) return;
	print_key(p, f->key, indent);
	if (l->n == 0) str_add(p->out, " []");
	print_end(p, node, NULL);
	for (size_t i = 0; i < l->n; i++) {
		if (!l->v[i].kind) continue;
		str_pad(p->out, ' ', indent + 2);
		str_add(p->out, "- ");
		print_item(p, f->family, &l->v[i], indent + 6);
	}
}

static void
print_map(const struct print *p, const struct field *f, const void *src, const struct node *node,
	bool given, int indent)
{
	struct str inner = STR_INIT;
	const struct print below = { &inner, p->origins };
	print_table(&below, f->fields, src, node, indent + 2);
	if (inner.len || given) {
		print_key(p, f->key, indent);
		if (!inner.len) str_add(p->out, " {}");
		print_end(p, node, NULL);
		str_add(p->out, str_text(&inner));
	}
	str_free(&inner);
}

/* A list of maps: the first key of each stands behind the "- ". */
static void
print_maps(const struct print *p, const struct field *f, const void *src, const struct node *node,
	int indent)
{
	const struct field_maps maps = field_maps_of(src);
	if (maps.n == 0) return;
	print_key(p, f->key, indent);
	print_end(p, node, NULL);
	for (size_t i = 0; i < maps.n; i++) {
		struct str inner = STR_INIT;
		const struct print below = { &inner, p->origins };
		print_table(
			&below, f->fields, maps.v + i * f->size, node ? node->items[i] : NULL, indent + 4);
		str_pad(p->out, ' ', indent + 2);
		str_add(p->out, "- ");
		if (inner.len)
			str_add(p->out, str_text(&inner) + indent + 4);
		else
			str_add(p->out, "{}"), print_end(p, node ? node->items[i] : NULL, NULL);
		str_free(&inner);
	}
}

static void
print_leaf(const struct print *p, const struct field *f, const void *src, const struct node *node,
	bool given, int indent)
{
	struct str value = STR_INIT;
	const bool described = !given && f->preset_str && !field_preset_is_text(f);
	if (described || field_text_value(f, src, &value)) {
		print_key(p, f->key, indent);
		str_printf(p->out, " %s", described ? "null" : str_text(&value));
		print_end(p, node, described ? f->preset_str : NULL);
	}
	str_free(&value);
}

static void
print_field(const struct print *p, const struct field *f, const char *opts, const struct node *map,
	int indent)
{
	const void *src = opts + f->offset;
	const struct node *node = node_get(map, f->key);
	if (node && node->type == NODE_NULL) node = NULL;
	const bool given = f->given ? *(const bool *)(opts + f->given)
					   : map    ? node != NULL
								: field_differs(f, src);
	if (!given && f->optional) return;
	switch (f->type) {
	case FIELD_T_MAP:
		print_map(p, f, src, node, given, indent);
		break;
	case FIELD_T_MAPS:
		print_maps(p, f, src, node, indent);
		break;
	case FIELD_T_KIND:
		print_kind(p, f, src, indent);
		break;
	case FIELD_T_KINDS:
		print_kinds(p, f, src, node, indent);
		break;
	default:
		print_leaf(p, f, src, node, given, indent);
		break;
	}
}

static void
print_table(const struct print *p, const struct field *table, const void *opts,
	const struct node *map, int indent)
{
	for (const struct field *f = table; f->key; f++)
		print_field(p, f, opts, map, indent);
}

void
field_print(const struct field *table, const void *opts, const struct node *map, bool origins,
	struct str *out)
{
	const struct print p = { out, origins };
	print_table(&p, table, opts, map, 0);
}
