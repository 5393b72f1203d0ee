/*
 * What is frozen: the selectors, read and printed, and what they mean for a list of layers.
 *
 * Source  doc/keras-semantics.md 9.4 and 10.2: Keras counts every layer of model.layers, the input
 *         layer too. Patterns are the shell's (fnmatch).
 */
#include "tlrun/freeze.h"

#include <fnmatch.h>
#include <string.h>

#include "layers/batch_normalization.h"
#include "nn/net_parts.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/suggest.h"

enum { FREEZE_NEAREST = 3, FREEZE_WORD = 128 };

static const char freeze_expects[] =
	"all, none, {all_but_last: N}, {first: N}, {before: LAYER}, or {match: GLOB or list}";

/* ---- reading and printing ---- */

struct freeze_map {
	int all_but_last, first;
	const char *before;
	struct str_list match;
};

static const struct field freeze_fields[] = {
	FIELD_INT(struct freeze_map, all_but_last, .optional = true, .min = 1, .max = INT_MAX,
		.doc = "all layers are frozen but the last N"),
	FIELD_INT(struct freeze_map, first, .optional = true, .min = 1, .max = INT_MAX,
		.doc = "the first N layers are frozen"),
	FIELD_STR(struct freeze_map, before, .optional = true,
		.doc = "the layers before this one are frozen"),
	FIELD_STRS(struct freeze_map, match, .optional = true,
		.doc = "the layers whose names match are frozen"),
	FIELD_END
};

static bool
freeze_read_map(struct field_reader *r, const struct field *f, const struct node *node,
	struct freeze *out)
{
	struct freeze_map m;
	const char *found[sizeof freeze_fields / sizeof *freeze_fields];
	size_t n = 0;
	static const char *const none[][2] = { { "all_but_last", "all" }, { "first", "none" } };
	for (size_t i = 0; i < 2; i++) {
		const struct node *const count = node_get(node, none[i][0]);
		if (!count || count->type != NODE_SCALAR || strcmp(count->text, "0") != 0) continue;
		field_error(r, count, arena_printf(r->arena, "write freeze: %s", none[i][1]),
			"%s must be an integer of 1 or more, found 0", none[i][0]);
		return false;
	}
	if (!field_read(r, freeze_fields, node, f->key, &m)) return false;
	for (const struct field *k = freeze_fields; k->key; k++) {
		const struct node *value = node_get(node, k->key);
		if (value && value->type != NODE_NULL) found[n++] = k->key;
	}
	if (n != 1) {
		if (n) field_error_key(r, node, found[1], "keep one of them",
			"%s takes one selector, and both %s and %s are given", f->key, found[0], found[1]);
		else field_error(r, node, freeze_expects, "%s: no selector is given", f->key);
		return false;
	}
	if (m.all_but_last) *out = (struct freeze){ .type = FREEZE_ALL_BUT_LAST, .n = m.all_but_last };
	if (m.first) *out = (struct freeze){ .type = FREEZE_FIRST, .n = m.first };
	if (m.before) *out = (struct freeze){ .type = FREEZE_BEFORE, .layer = m.before };
	if (strcmp(found[0], "match") == 0)
		*out = (struct freeze){ .type = FREEZE_MATCH, .match = m.match };
	return true;
}

/* The cure for a word that is no selector. */
static const char *
freeze_hint(struct field_reader *r, const char *word)
{
	static const char *const words[] = { "all", "none", "all_but_last", "first", "before",
		"match" };
	const size_t digits = strspn(word, "0123456789");
	if (strcmp(word, "true") == 0) return "freeze: all";
	if (strcmp(word, "false") == 0) return "freeze: none";
	if (digits && !word[digits])
		return arena_printf(r->arena, "{all_but_last: %s} or {first: %s}", word, word);
	const int near = suggest_nearest(word, words, sizeof words / sizeof *words);
	if (near < 0) return freeze_expects;
	if (near < 2) return arena_printf(r->arena, "did you mean \"%s\"?", words[near]);
	return arena_printf(r->arena, "{%s: …}", words[near]);
}

static bool
freeze_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct freeze *out = dst;
	if (node->type == NODE_MAP) {
		if (!freeze_read_map(r, f, node, out)) return false;
	} else if (node->type == NODE_SCALAR && strcmp(node->text, "all") == 0) {
		out->type = FREEZE_ALL;
	} else if (node->type == NODE_SCALAR && strcmp(node->text, "none") == 0) {
		out->type = FREEZE_NONE;
	} else if (node->type == NODE_SCALAR) {
		field_error(r, node, freeze_hint(r, node->text), "unknown %s \"%s\"", f->key, node->text);
		return false;
	} else {
		field_error(r, node, "{match: [GLOB, …]} takes several patterns",
			"%s must be a word or a map, found a list", f->key);
		return false;
	}
	out->node = node;
	return true;
}

static void
freeze_print(const void *src, struct str *out)
{
	const struct freeze *f = src;
	switch (f->type) {
	case FREEZE_DEFAULT: str_add(out, "null"); return;
	case FREEZE_ALL: str_add(out, "all"); return;
	case FREEZE_NONE: str_add(out, "none"); return;
	case FREEZE_ALL_BUT_LAST: str_printf(out, "{all_but_last: %d}", f->n); return;
	case FREEZE_FIRST: str_printf(out, "{first: %d}", f->n); return;
	case FREEZE_BEFORE:
		str_add(out, "{before: ");
		json_quote(out, f->layer);
		str_add_char(out, '}');
		return;
	case FREEZE_MATCH:
		str_add(out, "{match: [");
		for (size_t i = 0; i < f->match.n; i++) {
			if (i) str_add(out, ", ");
			json_quote(out, f->match.v[i]);
		}
		str_add(out, "]}");
	}
}

#define FREEZE_SCHEMA(key, value)                                                                  \
	"{\"type\": \"object\", \"required\": [\"" key "\"], \"additionalProperties\": false, "        \
	"\"properties\": {\"" key "\": " value "}}"
#define FREEZE_COUNT "{\"type\": \"integer\", \"minimum\": 1}"
const struct field_custom freeze_custom = {
	.expects = freeze_expects, .size = sizeof(struct freeze),
	.read = freeze_read, .print = freeze_print,
	.schema = "{\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, "
		FREEZE_SCHEMA("all_but_last", FREEZE_COUNT) ", " FREEZE_SCHEMA("first", FREEZE_COUNT) ", "
		FREEZE_SCHEMA("before", "{\"type\": \"string\"}") ", "
		FREEZE_SCHEMA("match", "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", "
			"\"minItems\": 1, \"items\": {\"type\": \"string\"}}]}") "]}",
};

/* ---- what a selector means for a list of layers ---- */

/* How far a name is from a pattern: the edits of its beginning to the pattern's up to its first
 * wildcard, or of the whole name where there is none. */
static int
freeze_distance(const char *pattern, const char *name)
{
	char word[FREEZE_WORD], part[FREEZE_WORD];
	const size_t plain = strcspn(pattern, "*?[\\"), length = strlen(name);
	if (!pattern[plain]) return suggest_distance(pattern, name);
	if (plain >= sizeof word) return INT_MAX;
	memcpy(word, pattern, plain);
	word[plain] = '\0';
	int least = INT_MAX;
	for (size_t n = plain ? plain - 1 : 0; n <= plain + 1 && n <= length && n < sizeof part; n++) {
		memcpy(part, name, n);
		part[n] = '\0';
		const int d = suggest_distance(word, part);
		if (d < least) least = d;
	}
	return least;
}

/* The nearest names, or where names run from and to when none is near. */
static const char *
freeze_nearest(struct arena *a, const char *pattern, const char *const *names, size_t n)
{
	const int third = (int)strcspn(pattern, "*?[\\") / 3;
	int least = INT_MAX, shown = 0;
	for (size_t i = 0; i < n; i++) {
		const int d = freeze_distance(pattern, names[i]);
		if (d < least) least = d;
	}
	if (least > (third > 2 ? third : 2))
		return arena_printf(a, "the layers are \"%s\" to \"%s\"; `tlrun layers` lists a backbone's",
			names[0], names[n - 1]);
	struct str s = STR_INIT;
	str_add(&s, "nearest: ");
	for (size_t i = 0; i < n && shown < FREEZE_NEAREST; i++)
		if (freeze_distance(pattern, names[i]) == least)
			str_printf(&s, "%s\"%s\"", shown++ ? ", " : "", names[i]);
	const char *text = arena_strdup(a, str_text(&s));
	str_free(&s);
	return text;
}

/* The layers and their names, and which of them are frozen. */
struct freeze_layers {
	size_t n;
	const char **name;
	bool *frozen;
	bool known;				/* all names are */
};

static bool
freeze_count(struct field_reader *r, const struct freeze *f, struct freeze_layers *l,
	bool input_layer)
{
	const bool last = f->type == FREEZE_ALL_BUT_LAST;
	const int before = input_layer, total = (int)l->n + before;
	const int frozen = last ? total - f->n : f->n;
	if (f->n < 1 || f->n > total) {
		const char *key = last ? "all_but_last" : "first";
		const struct node *at = node_get(f->node, key);
		field_error(r, at ? at : f->node,
			arena_printf(r->arena, "%s: 1 to %d, as Keras counts%s", key, total,
				input_layer ? ": the input layer is the first" : ""),
			"%s: %d, and there are %d layers", key, f->n, total);
		return false;
	}
	for (int i = 0; i < (int)l->n; i++) l->frozen[i] = i + before < frozen;
	return true;
}

static bool
freeze_before(struct field_reader *r, const struct freeze *f, struct freeze_layers *l)
{
	size_t at = 0;
	while (at < l->n && (!l->name[at] || strcmp(l->name[at], f->layer) != 0)) at++;
	if (at == l->n && !l->known) return false;
	if (at == l->n) {
		const struct node *node = node_get(f->node, "before");
		field_error(r, node ? node : f->node, freeze_nearest(r->arena, f->layer,
			(const char *const *)l->name, l->n), "before: no layer is called \"%s\"", f->layer);
		return false;
	}
	for (size_t i = 0; i < at; i++) l->frozen[i] = true;
	return true;
}

static bool
freeze_match(struct field_reader *r, const struct freeze *f, struct freeze_layers *l)
{
	bool good = true;
	for (size_t k = 0; k < f->match.n; k++) {
		const char *glob = f->match.v[k];
		bool any = false;
		for (size_t i = 0; i < l->n; i++) {
			const bool hit = l->name[i] && fnmatch(glob, l->name[i], 0) == 0;
			l->frozen[i] |= hit;
			any |= hit;
		}
		if (any || !l->known) continue;
		field_error(r, f->match.node && f->match.node[k] ? f->match.node[k] : f->node,
			freeze_nearest(r->arena, glob, (const char *const *)l->name, l->n),
			"match: no layer matches \"%s\"", glob);
		good = false;
	}
	return good;
}

bool
freeze_apply(struct field_reader *r, const struct freeze *f, struct kind_list *layers, size_t n,
	bool input_layer)
{
	struct freeze_layers l = { .n = n };
	if (f->type == FREEZE_DEFAULT || !n) return true;
	l.name = ARENA_ARRAY(r->arena, const char *, n);
	l.frozen = ARENA_ARRAY(r->arena, bool, n);
	l.known = net_layer_names(r, layers, n, l.name);
	for (size_t i = 0; i < n; i++)
		l.frozen[i] = f->type == FREEZE_ALL;
	const bool count = f->type == FREEZE_ALL_BUT_LAST || f->type == FREEZE_FIRST;
	if (count && !freeze_count(r, f, &l, input_layer)) return false;
	if (f->type == FREEZE_BEFORE && !freeze_before(r, f, &l)) return false;
	if (f->type == FREEZE_MATCH && !freeze_match(r, f, &l)) return false;
	for (size_t i = 0; i < n; i++)
		if (layers->v[i].common)
			((struct layer_common *)layers->v[i].common)->trainable = !l.frozen[i];
	return true;
}

void
freeze_batch_norms(struct kind_list *layers, size_t n, bool inference)
{
	for (size_t i = 0; i < n; i++)
		if (layers->v[i].kind == &layer_batch_normalization.kind)
			((struct batch_normalization *)layers->v[i].opts)->inference = inference;
}

static void *
freeze_copy_block(struct arena *a, const void *from, size_t bytes)
{
	if (!from || !bytes) return NULL;
	return memcpy(arena_alloc(a, bytes), from, bytes);
}

struct kind_list
freeze_copy(struct arena *a, const struct kind_list *layers)
{
	struct kind_list copy = { layers->n, ARENA_ARRAY(a, struct kind_value, layers->n) };
	for (size_t i = 0; i < layers->n; i++) {
		struct kind_value *v = &copy.v[i];
		*v = layers->v[i];
		if (!v->kind) continue;
		v->opts = freeze_copy_block(a, v->opts, v->kind->opts_size);
		v->common = freeze_copy_block(a, v->common, sizeof(struct layer_common));
	}
	return copy;
}
