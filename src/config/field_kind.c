/*
 * Reading kinds: which one is meant, by its family's style, and then its arguments.
 *
 * A tag stands in the map itself ({type: adam, …}), an item is a map of one key (conv2d: {…});
 * either may be the bare name.
 */
#include <string.h>

#include "config/field_parts.h"

/* What was found of a kind before its arguments are read. */
struct kind_words {
	const char *name; /* NULL: none could be made out (reported) */
	struct mark at; /* of the name */
	int span;
	bool any_key; /* no name was found, and one of the keys may be a misspelled tag */
	const struct node *map; /* arguments; NULL: none written */
	const struct node *place; /* where a missing argument is reported */
};

static const char *
kind_names(struct field_reader *r, const struct family *family, const char *word)
{
	size_t n = 0;
	while (family->kinds[n])
		n++;
	const char **names = ARENA_ARRAY(r->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		names[i] = family->kinds[i]->name;
	return field_hint(r->arena, word, names, n);
}

static bool
kind_refuse(struct field_reader *r, const struct node *node, const char *what, const char *expected,
	const char *hint)
{
	field_error(
		r, node, hint, "%s must be %s, found %s", what, expected, node_found(r->arena, node));
	return false;
}

/* Report that the tag is missing, or the key that was meant as it. */
static void
kind_missing_tag(struct field_reader *r, const struct family *family, const struct node *node,
	const char *what)
{
	const struct field_scope s = { .family = family, .map = node };
	for (size_t i = 0; i < node->n; i++) {
		const struct node one = { .type = NODE_MAP, .n = 1, .keys = &node->keys[i] };
		const struct field_scope key = { .family = family, .map = &one };
		bool argument = false;
		for (const struct kind *const *k = family->kinds; *k; k++)
			for (const struct field *f = (*k)->fields; f && f->key; f++)
				argument |= strcmp(f->key, node->keys[i]) == 0;
		if (argument || !field_hint_offers(r, &key, family->tag)) continue;
		diag_add(r->diags, DIAG_ERROR, node->key_at[i], node->key_span[i], field_hint_key(r, &s, i),
			"unknown key \"%s\" in %s", node->keys[i], what);
		return;
	}
	diag_add(r->diags, DIAG_ERROR, node->name_at, node->name_span, kind_names(r, family, ""),
		"missing key \"%s\" in %s", family->tag, what);
}

static bool
kind_tag(struct field_reader *r, const struct family *family, const struct node *node,
	const char *what, struct kind_words *w)
{
	const struct node *name = node;
	if (node->type == NODE_SCALAR) {
		if (!family->bare)
			return kind_refuse(r, node, what, "a map",
				family_find(family, node->text)
					? arena_printf(r->arena, "write {%s: %s}", family->tag, node->text)
					: kind_names(r, family, node->text));
	} else if (node->type == NODE_MAP) {
		w->map = node;
		name = node_get(node, family->tag);
		if (name && name->type == NODE_NULL) name = NULL;
		if (!name && family->bare && node->text[0]) name = node;
		if (!name) {
			/* It may be written in a parent file that could not be read. */
			if (!node->partial) kind_missing_tag(r, family, node, what);
			w->any_key = true;
			return false;
		}
		if (name->type != NODE_SCALAR && name != node)
			return kind_refuse(r, name, family->tag,
				arena_printf(r->arena, "the name of %s %s", field_article(family), family->name),
				NULL);
	} else {
		return kind_refuse(r, node, what, family->bare ? "a name or a map" : "a map", NULL);
	}
	w->name = name->text;
	w->at = name->at;
	w->span = name->span;
	return true;
}

/* "write dense: {units: 10}", where 10 stands for all arguments and one number is required. */
static const char *
kind_hint_argument(struct field_reader *r, const struct kind *kind, const char *text)
{
	const struct field *only = NULL;
	union {
		int i;
		double x;
	} value;
	for (const struct field *f = kind ? kind->fields : NULL; f && f->key; f++) {
		if (!f->required) continue;
		if (only) return NULL;
		only = f;
	}
	if (!only || (only->type != FIELD_T_INT && only->type != FIELD_T_REAL)) return NULL;
	if (!field_read_text(r, only, text, &value)) return NULL;
	return arena_printf(r->arena, "write %s: {%s: %s}", kind->name, only->key, text);
}

static bool
kind_refuse_arguments(
	struct field_reader *r, const char *name, const struct kind *kind, const struct node *args)
{
	field_error(r, args, args->type == NODE_SCALAR ? kind_hint_argument(r, kind, args->text) : NULL,
		"the arguments of %s must be a map, found %s", name, node_found(r->arena, args));
	return false;
}

/* The cure for a second key in an item: an argument that stands outside, or the next item. */
static const char *
kind_hint_beside(struct field_reader *r, const struct family *family, const struct kind *kind,
	const struct node *node)
{
	const char *name = node->keys[0], *key = node->keys[1];
	if (kind && node->items[0]->type == NODE_NULL)
		return arena_printf(r->arena, "indent it further than %s, or write %s: {%s: …}", name, name,
			key);
	const struct field_scope s = { .table = { kind ? kind->fields : NULL, family->common } };
	if (kind && !family_find(family, key) && field_scope_knows(&s, key))
		return arena_printf(r->arena, "write it among the arguments: %s: {…, %s: …}", name, key);
	return "begin the next item with \"- \"";
}

static bool
kind_item(struct field_reader *r, const struct family *family, const struct node *node,
	const char *what, struct kind_words *w)
{
	w->at = node->at;
	w->span = node->span;
	if (node->type == NODE_SCALAR) {
		w->name = node->text;
		return true;
	}
	if (node->type != NODE_MAP || node->n == 0)
		return kind_refuse(r, node, what,
			arena_printf(r->arena, "the name of %s %s, or name: {arguments}", field_article(family),
				family->name),
			NULL);
	w->name = node->keys[0];
	w->at = node->key_at[0];
	w->span = node->key_span[0];
	const struct kind *kind = family_find(family, w->name);
	if (node->n > 1) {
		diag_add(r->diags, DIAG_ERROR, node->key_at[1], node->key_span[1],
			kind_hint_beside(r, family, kind, node),
			"%s %s is one name with its arguments, found %zu keys", field_article(family),
			family->name, node->n);
		return false;
	}
	const struct node *args = node->items[0];
	if (args->type != NODE_MAP && args->type != NODE_NULL)
		return kind_refuse_arguments(r, w->name, kind, args);
	w->map = args->type == NODE_MAP ? args : NULL;
	w->place = args;
	return true;
}

static bool
kind_read(struct field_reader *r, const struct family *family, const struct kind *kind,
	const struct kind_words *w, struct kind_value *out)
{
	bool own = true;
	out->kind = kind;
	if (kind->opts_size) out->opts = arena_alloc(r->arena, kind->opts_size);
	if (family->common) out->common = arena_alloc(r->arena, family->common_size);
	const struct field_scope s = {
		.table = { kind->fields, family->common },
		.opts = { out->opts, out->common },
		.family = family,
		.kind = kind,
		.map = w->map,
		.place = w->place,
		.what = kind->name,
		.own = &own,
	};
	const bool good = field_read_scope(r, &s);
	out->unread = !own;
	return good;
}

void
field_default_kind(struct field_reader *r, const struct family *family, const struct kind *kind,
	struct kind_value *out)
{
	const struct kind_words nothing = { .name = NULL };
	*out = (struct kind_value){ .kind = NULL };
	if (kind) kind_read(r, family, kind, &nothing, out);
}

/* Of a kind that is not known: the family's common fields, and keys that no kind has. */
static void
kind_read_unknown(struct field_reader *r, const struct family *family, const struct kind_words *w,
	struct kind_value *out)
{
	if (family->common) out->common = arena_alloc(r->arena, family->common_size);
	const struct field_scope s = {
		.table = { NULL, family->common },
		.opts = { NULL, out->common },
		.family = family,
		.map = w->map,
		.what = arena_printf(r->arena, "%s %s", field_article(family), family->name),
		.any_kind = true,
		.any_key = w->any_key,
	};
	field_read_scope(r, &s);
}

bool
field_read_kind(struct field_reader *r, const struct family *family, const struct node *node,
	const char *what, struct kind_value *out)
{
	struct kind_words w = { .place = node };
	*out = (struct kind_value){ .node = node, .unread = true };
	if (!node || (node->type == NODE_NULL && family->style == FAMILY_TAG)) {
		const char *name = family->default_kind;
		field_default_kind(r, family, name ? family_find(family, name) : NULL, out);
		return true;
	}
	if (!(family->style == FAMILY_TAG ? kind_tag : kind_item)(r, family, node, what, &w)) {
		kind_read_unknown(r, family, &w, out);
		return false;
	}
	const struct kind *kind = family_find(family, w.name);
	if (!kind) {
		const struct node word = { .type = NODE_SCALAR, .text = w.name, .quoted = true };
		const char *shown = node_found(r->arena, &word);
		diag_add(r->diags, DIAG_ERROR, w.at, w.span, kind_names(r, family, w.name), "unknown %s %s",
			family->name, strchr(shown, '"'));
		kind_read_unknown(r, family, &w, out);
		return false;
	}
	return kind_read(r, family, kind, &w, out);
}

/* A list of kinds. What cannot be read stays in the list without a kind, so that positions hold. */
bool
field_read_kinds(
	struct field_reader *r, const struct field *f, const struct node *node, struct kind_list *out)
{
	bool good = true;
	if (node->type != NODE_LIST) {
		const bool word = node->type == NODE_SCALAR;
		const char *hint = word && family_find(f->family, node->text)
							   ? arena_printf(r->arena, "write [%s]", node->text)
							   : "begin each item with \"- \"";
		field_error(
			r, node, hint, "%s must be a list, found %s", f->key, node_found(r->arena, node));
		return false;
	}
	if (node->n == 0 && f->required) return field_refuse(r, f, node, NULL);
	out->v = ARENA_ARRAY(r->arena, struct kind_value, node->n);
	out->n = node->n;
	for (size_t i = 0; i < node->n; i++)
		good &= field_read_kind(r, f->family, node->items[i],
			arena_printf(r->arena, "an item of %s", f->key), &out->v[i]);
	return good;
}
