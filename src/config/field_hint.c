/*
 * Cures: the field's other words (field_words.c) first, then what is spelt alike, then where a key
 * belongs, then all that is valid. Nothing is ever named that the schema does not know at that
 * place.
 */
#include <ctype.h>
#include <string.h>

#include "config/field_parts.h"
#include "tlrun/suggest.h"

/* Past this many errors nobody reads hints, and finding them would take the time. */
enum { HINT_MAX_ERRORS = 1000, HINT_MAX_PLACES = 3, HINT_FOLDED = 64, HINT_SHORT = 5 };

static size_t
hint_find(const char *name, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* Letters and digits alone, in lower case, without a module before them: Early-Stopping and
 * early_stopping are one word, so are torch.optim.SGD and sgd. */
static void
hint_fold(const char *word, char out[HINT_FOLDED])
{
	size_t n = 0;
	const char *const dot = strrchr(word, '.');
	if (dot && isalpha((unsigned char)dot[1]) && isalpha((unsigned char)word[0])) word = dot + 1;
	for (; *word && n < HINT_FOLDED - 1; word++)
		if (isalnum((unsigned char)*word)) out[n++] = (char)tolower((unsigned char)*word);
	out[n] = '\0';
}

/* The cure in words for a word that is none of the names by another name; NULL: none is known. */
static const char *
hint_advice(const char *word, const char *const *names, size_t n)
{
	char folded[HINT_FOLDED], other[HINT_FOLDED];
	hint_fold(word, folded);
	for (size_t i = 0; folded[0] && field_advices[i].word; i++) {
		hint_fold(field_advices[i].word, other);
		if (!strcmp(folded, other) && hint_find(field_advices[i].beside, names, n) < n)
			return field_advices[i].cure;
	}
	return NULL;
}

/* The name that word certainly means, or NULL. */
static const char *
hint_same(const char *word, const char *const *names, size_t n)
{
	char folded[HINT_FOLDED], other[HINT_FOLDED];
	hint_fold(word, folded);
	if (!folded[0]) return NULL;
	for (size_t i = 0; i < n; i++) {
		hint_fold(names[i], other);
		if (strcmp(folded, other) == 0) return names[i];
	}
	for (size_t i = 0; field_words[i].other; i++) {
		hint_fold(field_words[i].other, other);
		if (strcmp(folded, other) != 0) continue;
		const size_t at = hint_find(field_words[i].ours, names, n);
		if (at < n) return names[at];
	}
	return NULL;
}

static const char *
hint_did_you_mean(struct arena *a, const char *name)
{
	return arena_printf(a, "did you mean \"%s\"?", name);
}

const char *
field_nearest(const char *word, const char *const *names, size_t n)
{
	const char *same = hint_same(word, names, n);
	if (same || !word[0] || hint_advice(word, names, n)) return same;
	const int near = suggest_nearest(word, names, n);
	return near >= 0 ? names[near] : NULL;
}

const char *
field_hint_near(struct arena *a, const char *word, const char *const *names, size_t n)
{
	const char *const advice = hint_advice(word, names, n);
	if (advice) return advice;
	const char *name = field_nearest(word, names, n);
	return name ? hint_did_you_mean(a, name) : NULL;
}

static const char *
hint_all(struct arena *a, const char *const *names, size_t n)
{
	struct str list = STR_INIT;
	for (size_t i = 0; i < n; i++)
		str_printf(&list, "%s%s", i ? ", " : "", names[i]);
	const char *text = n == 1 ? arena_printf(a, "only %s", str_text(&list))
					   : n    ? arena_printf(a, "one of: %s", str_text(&list))
							  : "none is known";
	str_free(&list);
	return text;
}

const char *
field_hint(struct arena *a, const char *word, const char *const *names, size_t n)
{
	const char *near = field_hint_near(a, word, names, n);
	return near ? near : hint_all(a, names, n);
}

const char *
field_hint_word(struct arena *a, const char *word, const struct field_word *words)
{
	size_t n = 0;
	while (words[n].name)
		n++;
	const char **names = ARENA_ARRAY(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		names[i] = words[i].name;
	return field_hint_near(a, word, names, n);
}

/* ---- keys ---- */

struct hint_names {
	const char **v;
	size_t n;
};

static struct hint_names
hint_scope_names(struct field_reader *r, const struct field_scope *s)
{
	struct hint_names names = { NULL, 0 };
	const struct kind *const *const any = s->any_kind ? s->family->kinds : NULL;
	size_t n = 1;
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			n++;
	for (const struct kind *const *k = any; k && *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			n++;
	names.v = ARENA_ARRAY(r->arena, const char *, n);
	if (field_scope_tag(s)) names.v[names.n++] = field_scope_tag(s);
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			names.v[names.n++] = f->key;
	for (const struct kind *const *k = any; k && *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			if (hint_find(f->key, names.v, names.n) == names.n) names.v[names.n++] = f->key;
	return names;
}

/* "an argument of adam, nadam", when the key is one of other kinds of the family. */
static const char *
hint_other_kinds(struct field_reader *r, const struct field_scope *s, size_t at)
{
	const char *key = s->map->keys[at], *tag = field_scope_tag(s);
	struct str list = STR_INIT;
	const char *hint = NULL;
	for (const struct kind *const *k = s->family ? s->family->kinds : NULL; k && *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			if (strcmp(f->key, key) == 0)
				str_printf(&list, "%s%s", list.len ? ", " : "", (*k)->name);
	const struct node *name = node_get(s->map, tag ? tag : "");
	if (list.len && name && strcmp(name->at.file, s->map->key_at[at].file) != 0)
		hint = arena_printf(r->arena,
			"it is inherited and belongs to %s; remove it by \"%s: null\"", str_text(&list), key);
	else if (list.len)
		hint = arena_printf(r->arena, "an argument of %s", str_text(&list));
	str_free(&list);
	return hint;
}

static struct field_index *
hint_index(struct field_reader *r)
{
	if (!r->index && r->root) {
		r->index = ARENA_NEW(r->arena, struct field_index);
		field_index_make(r->arena, r->root, r->index);
	}
	return r->index;
}

/* Is e's key known in the scope that the hint is for? Then e is that place itself. */
static bool
hint_is_here(const struct field_scope *s, const struct field_entry *e)
{
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			if (f == e->field) return true;
	return false;
}

/* Where in the schema key stands, the places nearest the top: "belongs under training". */
static const char *
hint_elsewhere(struct field_reader *r, const struct field_scope *s, const char *key, bool name_it)
{
	const struct field_index *index = hint_index(r);
	const char *places[HINT_MAX_PLACES];
	int n = 0, depth = 0;
	for (size_t i = 0; index && i < index->n; i++) {
		const struct field_entry *e = &index->v[i];
		if (strcmp(e->field->key, key) != 0 || hint_is_here(s, e)) continue;
		if (n && e->depth > depth) continue;
		if (n && e->depth < depth) n = 0;
		depth = e->depth;
		if (hint_find(e->parent, places, (size_t)n) < (size_t)n) continue;
		if (n == HINT_MAX_PLACES) return NULL; /* it may stand in too many places to help */
		places[n++] = e->parent;
	}
	if (n == 0) return NULL;
	const char *subject = name_it ? arena_printf(r->arena, "\"%s\" ", key) : "";
	if (!places[0][0]) return arena_printf(r->arena, "%sbelongs at the top level", subject);
	const char *list = places[0];
	for (int i = 1; i < n; i++)
		list = arena_printf(r->arena, "%s%s%s", list, i + 1 < n ? ", " : " or ", places[i]);
	return arena_printf(r->arena, "%sbelongs under %s", subject, list);
}

/* The same for a key that is spelt another way or called by another word. */
static const char *
hint_elsewhere_by_other_word(struct field_reader *r, const struct field_scope *s, const char *key)
{
	const struct field_index *index = hint_index(r);
	char folded[HINT_FOLDED], other[HINT_FOLDED];
	hint_fold(key, folded);
	for (size_t i = 0; index && folded[0] && i < index->n; i++) {
		hint_fold(index->v[i].field->key, other);
		if (strcmp(folded, other) != 0) continue;
		const char *hint = hint_elsewhere(r, s, index->v[i].field->key, true);
		if (hint) return hint;
	}
	for (size_t i = 0; field_words[i].other; i++) {
		hint_fold(field_words[i].other, other);
		if (strcmp(folded, other) != 0) continue;
		const char *hint = hint_elsewhere(r, s, field_words[i].ours, true);
		if (hint) return hint;
	}
	return NULL;
}

/* What "filters = 9" should have been; NULL: it has no "=". */
static const char *
hint_equals(struct arena *a, const char *name, const char *key)
{
	const char *value = key + strcspn(key, "=");
	if (!*value) return NULL;
	value += 1 + strspn(value + 1, " ");
	return arena_printf(a, "write \"%s: %s\"", name, *value ? value : "…");
}

static const char *
hint_colon(struct arena *a, const char *name)
{
	return arena_printf(a, "a colon is missing: write \"%s: …\"", name);
}

/* The key of "dataset {name: cifar10}", which lost its colon; NULL when there is no such. */
static const char *
hint_without_colon(struct field_reader *r, const struct hint_names *names, const char *key)
{
	const size_t len = strcspn(key, " =");
	if (!key[len]) return NULL;
	const size_t at = hint_find(arena_strndup(r->arena, key, len), names->v, names->n);
	return at < names->n ? names->v[at] : NULL;
}

const char *
field_hint_key(struct field_reader *r, const struct field_scope *s, size_t at)
{
	const char *key = s->map->keys[at], *hint;
	if (diags_errors(r->diags) > HINT_MAX_ERRORS) return NULL;
	if (strcmp(key, "<<") == 0) return "write \"extends: parent.yaml\" at the top level";
	const struct hint_names names = hint_scope_names(r, s);
	const char *bare = hint_without_colon(r, &names, key);
	if (bare && (hint = hint_equals(r->arena, bare, key))) return hint;
	if (bare) return hint_colon(r->arena, bare);
	if ((hint = hint_advice(key, names.v, names.n))) return hint;
	const char *same = hint_same(key, names.v, names.n);
	if (same) return hint_did_you_mean(r->arena, same);
	const int near = suggest_nearest(key, names.v, names.n);
	if (near >= 0 && suggest_distance(key, names.v[near]) <= 1)
		return hint_did_you_mean(r->arena, names.v[near]);
	if (strcasecmp(key, "extends") == 0) return "\"extends\" belongs at the top level";
	if (s->any_kind && near >= 0) return hint_did_you_mean(r->arena, names.v[near]);
	if (s->any_kind) return arena_printf(r->arena, "no %s has such a key", s->family->name);
	if ((hint = hint_other_kinds(r, s, at))) return hint;
	if ((hint = hint_elsewhere(r, s, key, false))) return hint;
	/* Two edits of a short key make another one of it (sweep and seed). */
	if (near >= 0 && strlen(key) > HINT_SHORT) return hint_did_you_mean(r->arena, names.v[near]);
	if ((hint = hint_elsewhere_by_other_word(r, s, key))) return hint;
	return hint_all(r->arena, names.v, names.n);
}

bool
field_hint_offers(struct field_reader *r, const struct field_scope *s, const char *name)
{
	const char *asked = hint_did_you_mean(r->arena, name), *colon = hint_colon(r->arena, name);
	const char *equals = arena_printf(r->arena, "write \"%s: ", name);
	for (size_t i = 0; s->map && i < s->map->n; i++) {
		if (field_scope_knows(s, s->map->keys[i])) continue;
		const char *hint = field_hint_key(r, s, i);
		if (hint && (strcmp(hint, asked) == 0 || strcmp(hint, colon) == 0 ||
			strncmp(hint, equals, strlen(equals)) == 0))
			return true;
	}
	return false;
}
