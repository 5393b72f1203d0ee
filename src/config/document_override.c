/*
 * Overrides: a.b.c=value put into a tree that was read.
 *
 * A key of the path is the longest one that stands there, so that names with dots can be
 * addressed; a part in quotes is a key as it is, whatever stands there. What is not there is made;
 * the field tables then say what is wrong with it, as they do for a file.
 */
#include <string.h>

#include "config/document_parts.h"
#include "tlrun/field.h"

struct override {
	struct arena *a;
	struct diags *d;
	struct mark at; /* of the key: the assignment itself, or where a file says it */
	int span;
	const char *path; /* whole, for messages */
	struct node *value;
};

/* What an item of a list is called, and where its arguments are. */
struct override_item {
	const char *name, *kind; /* NULL: none */
	struct node **args; /* NULL: the item itself holds them */
};

static struct node *
override_new(const struct override *o, enum node_type type)
{
	struct node *n = ARENA_NEW(o->a, struct node);
	n->type = type;
	n->text = "";
	n->origin = DOCUMENT_COMMAND_LINE;
	n->at = n->name_at = o->at;
	n->span = n->name_span = o->span;
	return n;
}

static void
override_error(const struct override *o, const char *hint, const char *message)
{
	diag_add(o->d, DIAG_ERROR, o->at, o->span, hint, "%s", message);
}

/* Bytes of a part in quotes, which text begins with; 0: it does not end. What it means to out,
 * with room for as many (may be NULL). */
static size_t
override_quoted(const char *text, char *out)
{
	for (const char *s = text + 1; *s; s++) {
		if (*s == '"') {
			if (out) *out = '\0';
			return (size_t)(s - text) + 1;
		}
		if (*s == '\\' && !*++s) break;
		if (out) *out++ = *s;
	}
	return 0;
}

size_t
document_path_part(const char *path)
{
	const size_t quoted = *path == '"' ? override_quoted(path, NULL) : 0;
	return quoted ? quoted : strcspn(path, ".");
}

/* What the first n bytes of rest mean, a part as it is written. */
static const char *
override_key(const struct override *o, const char *rest, size_t n)
{
	char *key = arena_strndup(o->a, rest, n);
	if (*rest == '"') override_quoted(rest, key);
	return key;
}

/* Bytes of the path that text begins with, up to a "=" outside of quotes or to its end; -1: not a
 * path, reported. */
static long
override_path(const struct override *o, const char *text)
{
	const char *s = text;
	for (;; s++) {
		size_t n = strcspn(s, ".=");
		if (*s == '"' && !(n = override_quoted(s, NULL))) {
			override_error(o, "write a.\"b\".c", "a quoted part of the path has no end");
			return -1;
		}
		s += n;
		if (*s == '.') continue;
		if (!*s || *s == '=') return s - text;
		override_error(o, "write a.\"b\".c", "a quoted part of the path ends before its \".\"");
		return -1;
	}
}

/* Bytes of name when rest begins with it as a whole component, else 0. */
static size_t
override_match(const struct override *o, const char *rest, const char *name)
{
	if (*rest == '"') {
		const size_t part = document_path_part(rest);
		return name && !strcmp(override_key(o, rest, part), name) ? part : 0;
	}
	const size_t n = name ? strlen(name) : 0;
	return n && strncmp(rest, name, n) == 0 && (rest[n] == '.' || rest[n] == '\0') ? n : 0;
}

/* Rest of the path behind n bytes: "" at its end. */
static const char *
override_behind(const char *rest, size_t n)
{
	return rest[n] == '.' ? rest + n + 1 : rest + n;
}

/* The path up to and without rest, for messages. */
static const char *
override_before(const struct override *o, const char *rest)
{
	const size_t n = (size_t)(rest - o->path);
	return arena_strndup(o->a, o->path, n ? n - 1 : 0);
}

/*
 * Make of a value in the tree a map that can be descended into. A bare word is kept for its
 * family.
 */
static struct node *
override_as_map(const struct override *o, struct node *n)
{
	if (n->type == NODE_MAP) return n;
	struct node *map = override_new(o, NODE_MAP);
	map->at = n->at;
	map->span = n->span;
	map->name_at = n->name_at;
	map->name_span = n->name_span;
	map->text = n->text;
	map->origin = n->origin;
	map->opened = n->type == NODE_NULL;
	return map;
}

static struct override_item
override_describe(struct node *item)
{
	struct override_item it = { NULL, NULL, NULL };
	const struct node *named = item, *kind;
	if (item->type == NODE_SCALAR) it.kind = item->text;
	if (item->type != NODE_MAP) return it;
	/* Of one key: a kind with its arguments, or a map that says one thing ({epochs: 3}). */
	const enum node_type only = item->n == 1 ? item->items[0]->type : NODE_LIST;
	if (only == NODE_MAP || only == NODE_NULL) {
		it.kind = item->keys[0];
		it.args = &item->items[0];
		named = item->items[0];
	} else if ((kind = node_get(item, "type")) && kind->type == NODE_SCALAR) {
		it.kind = kind->text;
	}
	const struct node *name = node_get(named, "name");
	if (name && name->type == NODE_SCALAR) it.name = name->text;
	return it;
}

static const char *
override_item_hint(const struct override *o, const struct node *list, const char *rest)
{
	const char **names = ARENA_ARRAY(o->a, const char *, 2 * list->n);
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct override_item it = override_describe(list->items[i]);
		const char *call[] = { it.name, it.kind };
		for (int c = 0; c < 2; c++) {
			size_t k = 0;
			while (call[c] && k < n && strcmp(names[k], call[c]) != 0)
				k++;
			if (call[c] && k == n) names[n++] = call[c];
		}
	}
	const char *word = override_key(o, rest, document_path_part(rest));
	if (n == 0) return list->n ? "give the one that is meant a name, and use that" : NULL;
	return field_hint(o->a, word, names, n);
}

/* The item that rest begins with, or -1 (reported). *used: the bytes that name it. */
static long
override_find_item(
	const struct override *o, const struct node *list, const char *rest, size_t *used)
{
	long found = -1;
	int many = 0;
	bool named = false;
	*used = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct override_item it = override_describe(list->items[i]);
		const size_t name = override_match(o, rest, it.name);
		const size_t kind = override_match(o, rest, it.kind);
		const size_t best = name >= kind ? name : kind;
		const bool by_name = best && best == name;
		if (best == 0 || best < *used || (best == *used && named && !by_name)) continue;
		many = best == *used && named == by_name ? many + 1 : 1;
		*used = best;
		named = by_name;
		found = (long)i;
	}
	const char *word = override_key(o, rest, found < 0 ? document_path_part(rest) : *used);
	if (found < 0)
		override_error(o, override_item_hint(o, list, rest),
			arena_printf(o->a, "nothing in %s is called \"%s\"", override_before(o, rest), word));
	if (many > 1)
		override_error(o,
			named ? "give each a name of its own"
				  : "give the one that is meant a name, and use that",
			arena_printf(
				o->a, "\"%s\" stands %d times in %s", word, many, override_before(o, rest)));
	return many > 1 ? -1 : found;
}

/* Put the value at item i itself, or return the map of its arguments to go on in. */
static struct node *
override_enter_item(const struct override *o, struct node *list, size_t i, bool last)
{
	struct node *item = list->items[i];
	const struct override_item it = override_describe(item);
	if (last && o->value->type == NODE_NULL) {
		node_remove(list, i);
		return NULL;
	}
	if (item->type == NODE_MAP && !it.args) {
		if (last) list->items[i] = o->value;
		return last ? NULL : item;
	}
	struct node *args = last ? o->value : override_new(o, NODE_MAP);
	if (item->type == NODE_MAP) {
		if (!last) args = override_as_map(o, *it.args);
		*list->items[i]->items = args;
		return last ? NULL : args;
	}
	struct node *map = override_as_map(o, item);
	map->text = "";
	if (!last) {
		args->at = args->name_at = item->at;
		args->span = args->name_span = item->span;
		args->origin = item->origin;
	}
	node_put(o->a, map, it.kind, item->at, item->span, args);
	list->items[i] = map;
	return last ? NULL : args;
}

static void
override_set(const struct override *o, struct node *map, long i, const char *key)
{
	if (i < 0) {
		node_put(o->a, map, key, o->at, o->span, o->value);
	} else if (o->value->type == NODE_NULL) {
		node_remove(map, (size_t)i);
	} else {
		map->items[i] = o->value;
		map->key_at[i] = o->at;
		map->key_span[i] = o->span;
	}
}

/* The longest key of map that rest begins with, or -1. */
static long
override_find_key(const struct override *o, const struct node *map, const char *rest, size_t *used)
{
	long found = -1;
	*used = 0;
	for (size_t i = 0; i < map->n; i++) {
		const size_t n = override_match(o, rest, map->keys[i]);
		if (n <= *used) continue;
		*used = n;
		found = (long)i;
	}
	return found;
}

/* One step down in a map. NULL: done, or nothing more can be done. */
static struct node *
override_enter_map(const struct override *o, struct node *map, const char **rest)
{
	size_t used;
	const long i = override_find_key(o, map, *rest, &used);
	if (i < 0) used = document_path_part(*rest);
	const char *key = override_key(o, *rest, used);
	const bool last = (*rest)[used] == '\0';
	if (!key[0] || (!last && !(*rest)[used + 1])) {
		override_error(o, "write a.b.c=value", "the path has an empty part");
		return NULL;
	}
	*rest = override_behind(*rest, used);
	if (last || (i < 0 && o->value->type == NODE_NULL)) {
		override_set(o, map, i, key);
		return NULL;
	}
	if (i < 0) {
		struct node *inner = override_new(o, NODE_MAP);
		inner->opened = true;
		node_put(o->a, map, key, o->at, o->span, inner);
		return inner;
	}
	if (map->items[i]->type != NODE_LIST) map->items[i] = override_as_map(o, map->items[i]);
	return map->items[i];
}

static void
override_apply(const struct override *o, struct node *at)
{
	const char *rest = o->path;
	for (int depth = 0; at; depth++) {
		if (depth >= DOCUMENT_MAX_DEPTH) {
			override_error(o, NULL,
				arena_printf(o->a, "a path deeper than the limit of %d", DOCUMENT_MAX_DEPTH));
			return;
		}
		if (at->type != NODE_LIST) {
			at = override_enter_map(o, at, &rest);
			continue;
		}
		size_t used;
		const long i = override_find_item(o, at, rest, &used);
		if (i < 0) return;
		rest = override_behind(rest, used);
		at = override_enter_item(o, at, (size_t)i, !*rest);
	}
}

void
document_override(struct arena *a, struct node *root, const char *assignment, struct diags *d)
{
	struct override o = { .a = a, .d = d };
	o.at = MARK_FILE(arena_printf(a, DOCUMENT_COMMAND_LINE ": %s", assignment));
	o.span = 1;
	const struct document_source whole = {
		.file = o.at.file,
		.text = assignment,
		.len = strlen(assignment),
		.lineless = true,
	};
	if (!root || !document_check_text(&whole, d)) return;
	const long path = override_path(&o, assignment);
	const char *const equals = assignment + path;
	if (path < 0) return;
	if (!path || !*equals) {
		override_error(&o, "write a.b.c=value", "a key and a value are expected");
		return;
	}
	o.path = arena_strndup(a, assignment, (size_t)path);
	const char *text = equals + 1 + strspn(equals + 1, " ");
	if (!*text) {
		override_error(&o, "null removes a key", "no value stands after \"=\"");
		return;
	}
	struct document_source s = {
		.file = o.at.file,
		.origin = DOCUMENT_COMMAND_LINE,
		.text = arena_strdup(a, text),
		.len = strlen(text),
		.lineless = true,
	};
	o.value = document_build(a, &s, d);
	if (!o.value) return;
	if ((o.value->type == NODE_LIST || o.value->type == NODE_MAP) && *text != '[' && *text != '{') {
		override_error(&o, "write [a, b] or {key: value}",
			"the value must be one word, or a list or map in brackets");
		return;
	}
	override_apply(&o, root);
}

/* A copy that may be changed, said to come from the command line. */
static struct node *
override_copy(struct arena *a, const struct node *n)
{
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *n;
	copy->origin = DOCUMENT_COMMAND_LINE;
	copy->n = 0;
	copy->items = NULL;
	for (size_t i = 0; i < n->n && n->type == NODE_MAP; i++)
		node_put(a, copy, n->keys[i], n->key_at[i], n->key_span[i],
			override_copy(a, n->items[i]));
	if (n->type != NODE_LIST) return copy;
	copy->n = n->n;
	copy->items = ARENA_ARRAY(a, struct node *, n->n);
	for (size_t i = 0; i < n->n; i++)
		copy->items[i] = override_copy(a, n->items[i]);
	return copy;
}

void
document_set(struct arena *a, struct node *root, const char *path, const struct node *value,
	struct mark at, int span, struct diags *d)
{
	const struct override o = { a, d, at, span, path, override_copy(a, value) };
	const long n = override_path(&o, path);
	if (n >= 0 && path[n])
		override_error(&o, "put that part in quotes, as in a.\"b=c\"",
			arena_printf(a, "%s has a \"=\" in a part without quotes", path));
	else if (n >= 0 && root) override_apply(&o, root);
}
