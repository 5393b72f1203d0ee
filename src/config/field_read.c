/*
 * Reading maps through field tables: every key is looked up, every field is set, everything that
 * is wrong is reported, and reading goes on.
 */
#include <stdarg.h>
#include <string.h>

#include "config/field_parts.h"

void
field_error(
	struct field_reader *r, const struct node *node, const char *hint, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	const char *text = arena_vprintf(r->arena, format, ap);
	va_end(ap);
	diag_add(
		r->diags, DIAG_ERROR, node ? node->at : MARK_NONE, node ? node->span : 1, hint, "%s", text);
}

void
field_error_key(struct field_reader *r, const struct node *map, const char *key, const char *hint,
	const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	const char *text = arena_vprintf(r->arena, format, ap);
	va_end(ap);
	struct mark at = map ? map->name_at : MARK_NONE;
	int span = map ? map->name_span : 1;
	long i = node_index(map, key);
	if (i < 0 && map && map->type == NODE_MAP && map->n == 1) {
		map = map->items[0];
		i = node_index(map, key);
	}
	if (i >= 0) {
		at = map->key_at[i];
		span = map->key_span[i];
	}
	diag_add(r->diags, DIAG_ERROR, at, span, hint, "%s", text);
}

const char *
field_scope_tag(const struct field_scope *s)
{
	return s->family && s->family->style == FAMILY_TAG ? s->family->tag : NULL;
}

bool
field_scope_knows(const struct field_scope *s, const char *key)
{
	const char *tag = field_scope_tag(s);
	if (s->any_key || (tag && strcmp(tag, key) == 0)) return true;
	for (const struct kind *const *k = s->any_kind ? s->family->kinds : NULL; k && *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			if (strcmp(f->key, key) == 0) return true;
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			if (strcmp(f->key, key) == 0) return true;
	return false;
}

/* Report the keys that the scope does not know: whether there are any. */
static bool
read_unknown_keys(struct field_reader *r, const struct field_scope *s)
{
	bool any = false;
	for (size_t i = 0; s->map && i < s->map->n; i++) {
		if (field_scope_knows(s, s->map->keys[i])) continue;
		any = true;
		const struct node key = { .type = NODE_SCALAR, .text = s->map->keys[i] };
		const char *shown = node_found(r->arena, &key);
		if (shown[0] != '"') shown = arena_printf(r->arena, "\"%s\"", shown);
		diag_add(r->diags, DIAG_ERROR, s->map->key_at[i], s->map->key_span[i],
			field_hint_key(r, s, i), "unknown key %s in %s", shown, s->what);
	}
	return any;
}

static void
read_missing(struct field_reader *r, const struct field_scope *s, const struct field *f)
{
	if (!s->place) return;
	const char *hint = f->example ? arena_printf(r->arena, "for example %s: %s", f->key, f->example)
					   : f->doc   ? arena_printf(r->arena, "%s: %s", f->key, f->doc)
								  : NULL;
	/* A null is as if the key were not there, but it is where to write. */
	const long null = node_index(s->map, f->key);
	diag_add(r->diags, DIAG_ERROR, null < 0 ? s->place->name_at : s->map->key_at[null],
		null < 0 ? s->place->name_span : s->map->key_span[null], hint, "missing key \"%s\" in %s",
		f->key, s->what);
}

/* "epochs 3": the colon was forgotten. */
static const char *
read_hint_colon(const struct node *node)
{
	const bool words = node->type == NODE_SCALAR && !node->quoted && strchr(node->text, ' ');
	return words ? "write key: value" : NULL;
}

static bool
read_is_map(const struct node *node)
{
	return node->type == NODE_MAP && !node->text[0];
}

/* unread: the key is not there, and what it would say is not known. */
static bool
read_map(struct field_reader *r, const struct field *f, const struct node *node, bool unread,
	void *dst)
{
	const bool map = node && read_is_map(node);
	const struct field_scope s = {
		.table = { f->fields },
		.opts = { dst },
		.map = map ? node : NULL,
		.place = map ? node : NULL,
		.what = f->key,
		.unread = unread || (node && !map),
	};
	const bool good = field_read_scope(r, &s);
	if (node && !map) return field_refuse(r, f, node, read_hint_colon(node));
	return good;
}

/* The pointer is copied as bytes: it is declared as one to the items' own struct. */
struct field_maps
field_maps_of(const void *src)
{
	struct field_maps maps;
	memcpy(&maps, src, sizeof(maps));
	return maps;
}

static bool
read_item(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	const char *what = arena_printf(r->arena, "an item of %s", f->key);
	const bool map = read_is_map(node);
	const struct field_scope s = {
		.table = { f->fields },
		.opts = { dst },
		.map = map ? node : NULL,
		.place = map ? node : NULL,
		.what = what,
		.unread = !map,
	};
	const bool good = field_read_scope(r, &s);
	if (!map)
		field_error(r, node, read_hint_colon(node), "%s must be a map of keys, found %s", what,
			node_found(r->arena, node));
	return good && map;
}

/* A list of maps. What cannot be read stays in it with its presets, so that positions hold. */
static bool
read_maps(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct field_maps maps = { 0, NULL };
	bool good = true;
	memcpy(dst, &maps, sizeof(maps));
	if (!node) return true;
	const bool list = node->type == NODE_LIST;
	if (!list || node->n == 0)
		return field_refuse(r, f, node, list ? NULL : "begin each map with \"- \"");
	maps.n = node->n;
	maps.v = arena_array(r->arena, maps.n, f->size);
	memcpy(dst, &maps, sizeof(maps));
	for (size_t i = 0; i < maps.n; i++)
		good &= read_item(r, f, node->items[i], maps.v + i * f->size);
	return good;
}

static const struct kind *
read_preset_kind(const struct field *f)
{
	const char *name = f->preset_str ? f->preset_str : f->family->default_kind;
	return name && !f->optional ? family_find(f->family, name) : NULL;
}

/* An override of a key below a kind that the file leaves at its default is of that kind. */
static const struct node *
read_opened(struct field_reader *r, const struct field *f, const struct node *node)
{
	const struct kind *const kind = read_preset_kind(f);
	if (!node->opened || !kind || !f->family->bare || node_get(node, f->family->tag)) return node;
	struct node *named = ARENA_NEW(r->arena, struct node);
	*named = *node;
	named->text = kind->name;
	return named;
}

/* A list with the family's default kind, or an empty one. */
static void
read_default_list(struct field_reader *r, const struct field *f, struct kind_list *out)
{
	const struct kind *kind = f->required ? NULL : read_preset_kind(f);
	*out = (struct kind_list){ 0, NULL };
	if (!kind) return;
	out->n = 1;
	out->v = ARENA_NEW(r->arena, struct kind_value);
	field_default_kind(r, f->family, kind, out->v);
}

/* node: what is written, or NULL. unread: it is not known whether something should be written. */
static bool
read_field(struct field_reader *r, const struct field *f, const struct node *node, bool unread,
	void *dst)
{
	if (f->type == FIELD_T_MAP) return read_map(r, f, node, unread, dst);
	if (f->type == FIELD_T_MAPS) return read_maps(r, f, node, dst);
	if (f->type == FIELD_T_KIND) {
		if (node) return field_read_kind(r, f->family, read_opened(r, f, node), f->key, dst);
		field_default_kind(r, f->family, read_preset_kind(f), dst);
		((struct kind_value *)dst)->unread = unread;
		return true;
	}
	if (f->type == FIELD_T_KINDS) {
		if (node) return field_read_kinds(r, f, node, dst);
		read_default_list(r, f, dst);
		return true;
	}
	field_preset(r, f, dst);
	return !node || field_value(r, f, node, dst);
}

/* Whether what was written of f was read as a whole; parts of it have marks of their own. */
static bool
read_whole(const struct field *f, const struct node *node, bool good, const void *dst)
{
	switch (f->type) {
	case FIELD_T_MAP:
		return read_is_map(node);
	case FIELD_T_KIND:
		return ((const struct kind_value *)dst)->kind != NULL;
	case FIELD_T_MAPS:
	case FIELD_T_KINDS:
		return node->type == NODE_LIST && (node->n || good);
	default:
		return good;
	}
}

/* suspect: the scope has unknown keys, and one of them may have been meant as this one. */
static void
read_one(struct field_reader *r, const struct field_scope *s, const struct field *f, void *opts,
	bool suspect)
{
	const struct node *node = node_get(s->map, f->key);
	char *dst = (char *)opts + f->offset;
	if (node && node->type == NODE_NULL) node = NULL;
	bool unread = !node && (s->unread || (s->map && s->map->partial) ||
		(suspect && field_hint_offers(r, s, f->key)));
	if (!node && !unread && f->required) {
		read_missing(r, s, f);
		unread = s->place != NULL;
	}
	if (f->given) *(bool *)((char *)opts + f->given) = node != NULL;
	const bool good = read_field(r, f, node, unread, dst);
	const bool whole = node ? read_whole(f, node, good, dst) : !unread;
	if (f->type != FIELD_T_MAP) field_mark(r, dst, !whole);
	if (node && whole && f->check) f->check(r, node, dst);
}

bool
field_read_scope(struct field_reader *r, const struct field_scope *s)
{
	const int errors = diags_errors(r->diags);
	const bool unknown = read_unknown_keys(r, s);
	bool own = !unknown && !s->unread && !(s->map && s->map->partial);
	for (int t = 0; t < FIELD_MAX_TABLES; t++) {
		const int before = diags_errors(r->diags);
		for (const struct field *f = s->table[t]; f && f->key; f++)
			read_one(r, s, f, s->opts[t], unknown);
		if (t == 0) own &= diags_errors(r->diags) == before;
	}
	if (s->own) *s->own = own;
	return diags_errors(r->diags) == errors;
}

bool
field_read(struct field_reader *r, const struct field *table, const struct node *map,
	const char *what, void *opts)
{
	const struct field_scope s = {
		.table = { table },
		.opts = { opts },
		.map = map,
		.place = map,
		.what = what,
	};
	const bool outermost = !r->root;
	if (outermost) r->root = table;
	bool good = !map || map->type == NODE_MAP;
	if (!good)
		field_error(
			r, map, NULL, "%s must be a map of keys, found %s", what, node_found(r->arena, map));
	else
		good = field_read_scope(r, &s);
	if (outermost) {
		r->root = NULL;
		r->index = NULL;
	}
	return good;
}

const struct kind *
family_find(const struct family *family, const char *name)
{
	for (const struct kind *const *k = family->kinds; *k; k++)
		if (strcmp((*k)->name, name) == 0) return *k;
	return NULL;
}
