/*
 * libyaml's events to a tree in which every node knows its place.
 *
 * A document is read by recursion over the events, as deep as DOCUMENT_MAX_DEPTH. Aliases become
 * copies: an override may then change one without the others. Errors stop the reading only where
 * the rest could not be understood: syntax and limits.
 */
#include <stdlib.h>
#include <string.h>

#include "config/document_parts.h"
#include "config/scalar.h"
#include "tlrun/suggest.h"

enum { BUILD_BUCKETS = 1024, BUILD_NAMES = 64 };

struct build_anchor {
	struct build_anchor *next;
	const char *name;
	struct node *node; /* NULL while it is being read */
};

struct build {
	struct arena *a;
	struct diags *d;
	const struct document_source *s;
	yaml_parser_t parser;
	struct build_anchor *anchors[BUILD_BUCKETS];
	size_t nodes;
	bool stopped; /* nothing more can be read */
};

static struct node *build_node(struct build *b, yaml_event_t *e, int depth);

struct mark
document_mark(const struct document_source *s, yaml_mark_t m)
{
	if (s->lineless) return MARK_FILE(s->file);
	return (struct mark){ s->file, (int)m.line + 1, (int)m.column + 1, -1 };
}

static int
build_span(const yaml_event_t *e)
{
	if (e->start_mark.line != e->end_mark.line) return 1;
	const int n = (int)(e->end_mark.column - e->start_mark.column);
	return n > 0 ? n : 1;
}

static struct mark
build_mark(const struct build *b, const yaml_event_t *e)
{
	return document_mark(b->s, e->start_mark);
}

static void
build_error(struct build *b, const yaml_event_t *e, const char *hint, const char *message)
{
	diag_add(b->d, DIAG_ERROR, build_mark(b, e), build_span(e), hint, "%s", message);
}

/* The next event, which the caller deletes; false when there is none (reported). */
static bool
build_next(struct build *b, yaml_event_t *e)
{
	if (b->stopped) return false;
	if (yaml_parser_parse(&b->parser, e)) return true;
	/* Half a document would be another one; the presets of tables are read here too. */
	if (b->parser.error == YAML_MEMORY_ERROR) arena_refused();
	document_syntax_error(b->s, &b->parser, b->a, b->d);
	b->stopped = true;
	return false;
}

/* One more node at e; NULL when that is too many. */
static struct node *
build_new(struct build *b, const yaml_event_t *e, enum node_type type)
{
	if (b->nodes >= DOCUMENT_MAX_NODES) {
		diag_add(b->d, DIAG_ERROR, build_mark(b, e), build_span(e), "repeat less through aliases",
			"more values than the limit of %d, aliases expanded", DOCUMENT_MAX_NODES);
		b->stopped = true;
		return NULL;
	}
	b->nodes++;
	struct node *n = ARENA_NEW(b->a, struct node);
	n->type = type;
	n->text = "";
	n->origin = b->s->origin;
	n->at = n->name_at = build_mark(b, e);
	n->span = n->name_span = build_span(e);
	return n;
}

/* ---- anchors and aliases ---- */

static struct build_anchor **
build_bucket(struct build *b, const char *name)
{
	unsigned h = 2166136261u; /* FNV-1a */
	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return &b->anchors[h % BUILD_BUCKETS];
}

static struct build_anchor *
build_anchor(struct build *b, const yaml_char_t *name)
{
	if (!name) return NULL;
	struct build_anchor **bucket = build_bucket(b, (const char *)name);
	struct build_anchor *anchor = ARENA_NEW(b->a, struct build_anchor);
	anchor->name = arena_strdup(b->a, (const char *)name);
	anchor->next = *bucket;
	*bucket = anchor;
	return anchor;
}

static const char *
build_alias_hint(struct build *b, const char *name)
{
	const char *names[BUILD_NAMES];
	size_t n = 0;
	for (size_t i = 0; i < BUILD_BUCKETS; i++)
		for (const struct build_anchor *c = b->anchors[i]; c && n < BUILD_NAMES; c = c->next)
			names[n++] = c->name;
	const int near = suggest_nearest(name, names, n);
	if (near >= 0) return arena_printf(b->a, "did you mean \"*%s\"?", names[near]);
	return arena_printf(b->a, "an anchor \"&%s\" must stand before it", name);
}

/* A copy of n, its places kept: what is wrong in it is to be mended where it is written. */
static struct node *
build_copy(struct build *b, const yaml_event_t *alias, const struct node *n, int depth)
{
	struct node *copy = build_new(b, alias, n->type);
	if (!copy) return NULL;
	if (depth > DOCUMENT_MAX_DEPTH) {
		diag_add(b->d, DIAG_ERROR, build_mark(b, alias), build_span(alias), NULL,
			"nested deeper than the limit of %d, aliases expanded", DOCUMENT_MAX_DEPTH);
		b->stopped = true;
		return NULL;
	}
	*copy = *n;
	if (n->n == 0) return copy;
	copy->items = ARENA_ARRAY(b->a, struct node *, n->n);
	for (size_t i = 0; i < n->n; i++) {
		copy->items[i] = build_copy(b, alias, n->items[i], depth + 1);
		if (!copy->items[i]) return NULL;
	}
	if (n->type != NODE_MAP) return copy;
	copy->keys = ARENA_ARRAY(b->a, const char *, n->n);
	copy->key_at = ARENA_ARRAY(b->a, struct mark, n->n);
	copy->key_span = ARENA_ARRAY(b->a, int, n->n);
	memcpy(copy->keys, n->keys, n->n * sizeof(*n->keys));
	memcpy(copy->key_at, n->key_at, n->n * sizeof(*n->key_at));
	memcpy(copy->key_span, n->key_span, n->n * sizeof(*n->key_span));
	return copy;
}

static struct node *
build_alias(struct build *b, const yaml_event_t *e, int depth)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct build_anchor *anchor = *build_bucket(b, name);
	while (anchor && strcmp(anchor->name, name) != 0)
		anchor = anchor->next;
	if (anchor && anchor->node) return build_copy(b, e, anchor->node, depth);
	diag_add(b->d, DIAG_ERROR, build_mark(b, e), build_span(e),
		anchor ? NULL : build_alias_hint(b, name),
		anchor ? "alias \"*%s\" stands inside what it repeats" : "unknown alias \"*%s\"", name);
	return build_new(b, e, NODE_NULL);
}

/* ---- scalars and collections ---- */

static bool
build_check_tag(struct build *b, const yaml_event_t *e, const yaml_char_t *tag)
{
	if (!tag) return true;
	const char *name = (const char *)tag;
	static const char core[] = "tag:yaml.org,2002:";
	const bool is_core = strncmp(name, core, sizeof(core) - 1) == 0;
	diag_add(b->d, DIAG_ERROR, build_mark(b, e), 1,
		is_core && strcmp(name + sizeof(core) - 1, "str") == 0
			? "quote the value instead"
			: "remove the tag; the key decides the type",
		"tag \"%s%s\" is not supported", is_core ? "!!" : "",
		is_core ? name + sizeof(core) - 1 : name);
	return false;
}

/* The scalar's text; NULL when it holds a NUL character, which no value may. */
static const char *
build_text(struct build *b, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;
	if (strlen(text) == e->data.scalar.length) return arena_strdup(b->a, text);
	build_error(b, e, NULL, "text with a NUL character (\\0) is not allowed");
	return NULL;
}

static struct node *
build_scalar(struct build *b, const yaml_event_t *e)
{
	struct node *n = build_new(b, e, NODE_SCALAR);
	if (!n) return NULL;
	const char *text = build_text(b, e);
	build_check_tag(b, e, e->data.scalar.tag);
	n->text = text ? text : "";
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!n->quoted && scalar_is_null(n->text)) {
		n->type = NODE_NULL;
		n->span = n->text[0] ? n->span : 0; /* 0: nothing is written; the key's place is taken */
		n->text = "";
	}
	return n;
}

/*
 * Room for one more item: capacity doubles, so that the arena holds at most twice what is needed.
 */
static void *
build_grow(struct build *b, void *old, size_t n, size_t size)
{
	if (n != 0 && (n < 4 || (n & (n - 1)) != 0)) return old;
	void *new = arena_array(b->a, n == 0 ? 4 : 2 * n, size);
	if (n) memcpy(new, old, n * size);
	return new;
}

static struct node *
build_list(struct build *b, yaml_event_t *start, int depth)
{
	struct node *list = build_new(b, start, NODE_LIST);
	if (!list) return NULL;
	build_check_tag(b, start, start->data.sequence_start.tag);
	yaml_event_t e;
	while (build_next(b, &e)) {
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			if (start->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE &&
				e.end_mark.line == start->start_mark.line)
				list->span = list->name_span = (int)(e.end_mark.column - start->start_mark.column);
			yaml_event_delete(&e);
			return list;
		}
		struct node *item = build_node(b, &e, depth + 1);
		yaml_event_delete(&e);
		if (!item) return NULL;
		if (item->span == 0) item->span = item->name_span = 1;
		list->items = build_grow(b, list->items, list->n, sizeof(*list->items));
		list->items[list->n++] = item;
	}
	return NULL;
}

struct build_key {
	const char *key;
	size_t index;
};

static int
build_compare_keys(const void *a, const void *b)
{
	const struct build_key *x = a, *y = b;
	const int order = strcmp(x->key, y->key);
	if (order) return order;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Report keys that stand twice and keep the first of each. */
static void
build_duplicates(struct build *b, struct node *map)
{
	if (map->n < 2) return;
	struct build_key *sorted = ARENA_ARRAY(b->a, struct build_key, map->n);
	bool *twice = ARENA_ARRAY(b->a, bool, map->n);
	for (size_t i = 0; i < map->n; i++)
		sorted[i] = (struct build_key){ map->keys[i], i };
	qsort(sorted, map->n, sizeof(*sorted), build_compare_keys);
	size_t first = 0;
	for (size_t i = 1; i < map->n; i++) {
		if (strcmp(sorted[i].key, sorted[first].key) != 0) {
			first = i;
			continue;
		}
		const size_t at = sorted[i].index;
		const struct mark was = map->key_at[sorted[first].index];
		twice[at] = true;
		if (b->s->lineless)
			diag_add(b->d, DIAG_ERROR, map->key_at[at], 1, "keep one", "duplicate key \"%s\"",
				map->keys[at]);
		else
			diag_add(b->d, DIAG_ERROR, map->key_at[at], map->key_span[at], "keep one of the two",
				"duplicate key \"%s\"; it stands first at line %d, column %d", map->keys[at],
				was.line, was.column);
	}
	size_t n = 0;
	for (size_t i = 0; i < map->n; i++) {
		if (twice[i]) continue;
		map->items[n] = map->items[i];
		map->keys[n] = map->keys[i];
		map->key_at[n] = map->key_at[i];
		map->key_span[n++] = map->key_span[i];
	}
	map->n = n;
}

/*
 * Read a key. false: reading has stopped. *key is NULL when what stands there can be none
 * (reported).
 */
static bool
build_key(struct build *b, yaml_event_t *e, int depth, const char **key)
{
	*key = NULL;
	if (e->type == YAML_SCALAR_EVENT) {
		struct build_anchor *anchor = build_anchor(b, e->data.scalar.anchor);
		if (anchor)
			anchor->node = build_scalar(b, e);
		else
			build_check_tag(b, e, e->data.scalar.tag);
		*key = build_text(b, e);
		if (*key && !**key) {
			build_error(b, e, "write key: value", "nothing stands where a key is expected");
			*key = NULL;
		}
		return !b->stopped;
	}
	build_error(b, e, "a key is one word",
		e->type == YAML_ALIAS_EVENT            ? "an alias cannot be a key"
		: e->type == YAML_SEQUENCE_START_EVENT ? "a list cannot be a key"
											   : "a map cannot be a key");
	return build_node(b, e, depth + 1) != NULL;
}

static bool
build_pair(struct build *b, struct node *map, yaml_event_t *e, int depth)
{
	const char *key;
	const struct mark at = build_mark(b, e);
	const int span = build_span(e);
	if (!build_key(b, e, depth, &key)) return false;
	yaml_event_t v;
	if (!build_next(b, &v)) return false;
	struct node *value = build_node(b, &v, depth + 1);
	yaml_event_delete(&v);
	if (!value) return false;
	if (!key) return true;
	if (map->n >= DOCUMENT_MAX_KEYS) {
		diag_add(b->d, DIAG_ERROR, at, span, NULL, "more keys in one map than the limit of %d",
			DOCUMENT_MAX_KEYS);
		b->stopped = true;
		return false;
	}
	value->name_at = at;
	value->name_span = span;
	if (value->span == 0) {
		value->at = at;
		value->span = span;
	}
	map->items = build_grow(b, map->items, map->n, sizeof(*map->items));
	map->keys = build_grow(b, map->keys, map->n, sizeof(*map->keys));
	map->key_at = build_grow(b, map->key_at, map->n, sizeof(*map->key_at));
	map->key_span = build_grow(b, map->key_span, map->n, sizeof(*map->key_span));
	map->items[map->n] = value;
	map->keys[map->n] = key;
	map->key_at[map->n] = at;
	map->key_span[map->n++] = span;
	return true;
}

static struct node *
build_map(struct build *b, yaml_event_t *start, int depth)
{
	struct node *map = build_new(b, start, NODE_MAP);
	if (!map) return NULL;
	build_check_tag(b, start, start->data.mapping_start.tag);
	yaml_event_t e;
	while (build_next(b, &e)) {
		if (e.type == YAML_MAPPING_END_EVENT) {
			if (start->data.mapping_start.style != YAML_FLOW_MAPPING_STYLE)
				map->span = map->n ? map->key_span[0] : 1;
			else if (e.end_mark.line == start->start_mark.line)
				map->span = (int)(e.end_mark.column - start->start_mark.column);
			map->name_span = map->span;
			yaml_event_delete(&e);
			build_duplicates(b, map);
			return map;
		}
		const bool more = build_pair(b, map, &e, depth);
		yaml_event_delete(&e);
		if (!more) return NULL;
	}
	return NULL;
}

static struct node *
build_node(struct build *b, yaml_event_t *e, int depth)
{
	if (depth > DOCUMENT_MAX_DEPTH) {
		diag_add(b->d, DIAG_ERROR, build_mark(b, e), 1, NULL, "nested deeper than the limit of %d",
			DOCUMENT_MAX_DEPTH);
		b->stopped = true;
		return NULL;
	}
	struct build_anchor *anchor = NULL;
	struct node *n = NULL;
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return build_alias(b, e, depth);
	case YAML_SCALAR_EVENT:
		anchor = build_anchor(b, e->data.scalar.anchor);
		n = build_scalar(b, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = build_anchor(b, e->data.sequence_start.anchor);
		n = build_list(b, e, depth);
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = build_anchor(b, e->data.mapping_start.anchor);
		n = build_map(b, e, depth);
		break;
	default:
		break;
	}
	if (anchor) anchor->node = n;
	return n;
}

/* The stream: one document. A second one is reported, and the rest is not read. */
static struct node *
build_stream(struct build *b)
{
	struct node *root = NULL;
	int documents = 0;
	yaml_event_t e;
	while (build_next(b, &e)) {
		const yaml_event_type_t type = e.type;
		if (type == YAML_DOCUMENT_START_EVENT && documents++ > 0) {
			build_error(
				b, &e, "remove it; a file holds one experiment", "a second document begins here");
			b->stopped = true;
		} else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
				   type != YAML_DOCUMENT_END_EVENT && type != YAML_STREAM_END_EVENT) {
			root = build_node(b, &e, 1);
		}
		yaml_event_delete(&e);
		if (type == YAML_STREAM_END_EVENT) return root;
	}
	return documents > 1 ? root : NULL;
}

struct node *
document_build(struct arena *a, const struct document_source *s, struct diags *d)
{
	if (!document_check_text(s, d)) return NULL;
	/* It is large, and every preset that is a text comes through here. */
	struct arena *own = arena_new();
	struct build *b = ARENA_NEW(own, struct build);
	b->a = a;
	b->d = d;
	b->s = s;
	if (!yaml_parser_initialize(&b->parser)) arena_refused();
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	const size_t bom = s->len >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	yaml_parser_set_input_string(&b->parser, (const unsigned char *)s->text + bom, s->len - bom);
	struct node *root = build_stream(b);
	if (root && root->span == 0) root->span = root->name_span = 1;
	yaml_parser_delete(&b->parser);
	if (!root && !b->stopped)
		diag_add(d, DIAG_ERROR, MARK_FILE(s->file), 1, NULL,
			"nothing is in it; a map of keys is expected");
	arena_free(own);
	return root;
}
