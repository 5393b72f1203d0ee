/*
 * `tlrun explain`: what a key or a kind is, from its table entry.
 *
 * A topic is a dotted path from the top, its end where only one key has it, or the name of a
 * kind. A key that stands in several places is answered by the list of them.
 */
#include <string.h>

#include "config/field_text.h"

struct explain {
	struct arena *a;
	struct field_index index;
	struct str *out;
};

static const char *
explain_path(const struct explain *x, const struct field_entry *e)
{
	return e->parent[0] ? arena_printf(x->a, "%s.%s", e->parent, e->field->key) : e->field->key;
}

static bool
explain_is_family(const struct field *f)
{
	return f->type == FIELD_T_KIND || f->type == FIELD_T_KINDS;
}

/* "an integer of 1 or more; default 10 epochs". */
static void
explain_facts(const struct field *f, struct str *out)
{
	struct str preset = STR_INIT;
	field_expect(f, out);
	if (f->required)
		str_add(out, "; required");
	else if (field_text_preset(f, &preset))
		str_printf(out, "; default %s", str_text(&preset));
	str_free(&preset);
}

static void
explain_rows(const struct field *table, struct str *out)
{
	int width = 0;
	for (const struct field *f = table; f && f->key; f++)
		if ((int)strlen(f->key) > width) width = (int)strlen(f->key);
	for (const struct field *f = table; f && f->key; f++) {
		str_printf(out, "  %-*s  %s%s", width, f->key, f->doc ? f->doc : "", f->doc ? " (" : "(");
		explain_facts(f, out);
		str_add(out, ")\n");
	}
}

static void
explain_kind_list(const struct family *family, struct str *out)
{
	int width = 0;
	for (const struct kind *const *k = family->kinds; *k; k++)
		if ((int)strlen((*k)->name) > width) width = (int)strlen((*k)->name);
	for (const struct kind *const *k = family->kinds; *k; k++)
		str_printf(out, "  %-*s  %s\n", width, (*k)->name, (*k)->summary ? (*k)->summary : "");
}

static void
explain_field(const struct explain *x, const struct field_entry *e)
{
	const struct field *f = e->field;
	struct str *out = x->out, preset = STR_INIT;
	str_add(out, explain_path(x, e));
	if (e->kind) str_printf(out, " (%s)", e->kind->name);
	str_printf(out, "\n  %s\n\n  type     ", f->doc ? f->doc : "");
	field_expect(f, out);
	str_add(out, "\n  default  ");
	if (f->required)
		str_add(out, "none; the key is required");
	else if (field_text_preset(f, &preset))
		str_add(out, str_text(&preset));
	else
		str_add(out, "none");
	if (f->unit) str_printf(out, "\n  unit     %s", f->unit);
	if (f->example) str_printf(out, "\n  example  %s: %s", f->key, f->example);
	str_add_char(out, '\n');
	str_free(&preset);
	const bool map = f->type == FIELD_T_MAP || f->type == FIELD_T_MAPS;
	if (map || explain_is_family(f)) str_add_char(out, '\n');
	if (map) explain_rows(f->fields, out);
	if (!explain_is_family(f)) return;
	explain_kind_list(f->family, out);
	if (f->family->common) {
		str_printf(out, "\n  Every %s also takes:\n", f->family->name);
		explain_rows(f->family->common, out);
	}
}

static void
explain_example(
	const struct family *family, const struct kind *kind, const char *args, struct str *out)
{
	const bool empty = strcmp(args, "{}") == 0;
	if (family->style == FAMILY_ITEM)
		str_printf(out, "  - %s%s%s\n", kind->name, empty ? "" : ": ", empty ? "" : args);
	else
		str_printf(out, "  %s: {%s: %s%s%s\n", family->key ? family->key : family->name,
			family->tag, kind->name, empty ? "" : ", ", args + 1);
}

static void
explain_kind(const struct explain *x, const struct family *family, const struct kind *kind)
{
	struct str *out = x->out;
	str_printf(
		out, "%s (%s)\n  %s\n", kind->name, family->name, kind->summary ? kind->summary : "");
	if (kind->fields && kind->fields->key) {
		str_add_char(out, '\n');
		explain_rows(kind->fields, out);
	}
	if (family->common) {
		str_printf(out, "\n  As every %s:\n", family->name);
		explain_rows(family->common, out);
	}
	if (kind->examples && kind->examples[0]) str_add_char(out, '\n');
	for (const char *const *e = kind->examples; e && *e; e++)
		explain_example(family, kind, *e, out);
}

/* Does topic end path, at a dot or whole? */
static bool
explain_ends(const char *path, const char *topic)
{
	const size_t n = strlen(path), t = strlen(topic);
	if (t > n || strcmp(path + n - t, topic) != 0) return false;
	return t == n || path[n - t - 1] == '.';
}

/* Paths that name e: with its kind between for tagged ones ("training.optimizer.sgd.momentum"). */
static bool
explain_names(const struct explain *x, const struct field_entry *e, const char *topic, bool whole)
{
	const char *paths[2] = { explain_path(x, e), NULL };
	if (e->kind && e->family->style == FAMILY_TAG)
		paths[1] = arena_printf(x->a, "%s.%s.%s", e->parent, e->kind->name, e->field->key);
	for (int i = 0; i < 2 && paths[i]; i++)
		if (whole ? strcmp(paths[i], topic) == 0 : explain_ends(paths[i], topic)) return true;
	return false;
}

/* A kind by its name, alone or behind the path of its family. */
static bool
explain_kinds(const struct explain *x, const char *topic)
{
	for (size_t i = 0; i < x->index.n; i++) {
		const struct field_entry *e = &x->index.v[i];
		if (!explain_is_family(e->field)) continue;
		for (const struct kind *const *k = e->field->family->kinds; *k; k++) {
			const char *path = arena_printf(x->a, "%s.%s", explain_path(x, e), (*k)->name);
			if (!explain_ends(path, topic)) continue;
			explain_kind(x, e->field->family, *k);
			return true;
		}
	}
	return false;
}

/* The tag of a family: "dataset.name" is the dataset. */
static bool
explain_tags(const struct explain *x, const char *topic)
{
	for (size_t i = 0; i < x->index.n; i++) {
		const struct field_entry *e = &x->index.v[i];
		if (e->field->type != FIELD_T_KIND || e->field->family->style != FAMILY_TAG) continue;
		if (strcmp(topic, arena_printf(x->a, "%s.%s", explain_path(x, e), e->field->family->tag)))
			continue;
		explain_field(x, e);
		return true;
	}
	return false;
}

static bool
explain_keys(const struct explain *x, const char *topic, bool whole)
{
	size_t n = 0, places = 0;
	const struct field_entry **found = ARENA_ARRAY(x->a, const struct field_entry *, x->index.n);
	for (size_t i = 0; i < x->index.n; i++) {
		const struct field_entry *e = &x->index.v[i];
		if (!explain_names(x, e, topic, whole)) continue;
		const bool known = n && strcmp(explain_path(x, found[n - 1]), explain_path(x, e)) == 0;
		found[n++] = e;
		places += !known;
	}
	if (places > 1) str_printf(x->out, "%s stands in %zu places:\n", topic, places);
	for (size_t i = 0; i < n; i++) {
		if (places > 1) {
			const char *path = explain_path(x, found[i]);
			if (i == 0 || strcmp(explain_path(x, found[i - 1]), path) != 0)
				str_printf(x->out, "  %s\n", path);
			continue;
		}
		if (i) str_add_char(x->out, '\n');
		explain_field(x, found[i]);
	}
	return n > 0;
}

static const char *
explain_near(const struct explain *x, const char *topic)
{
	size_t n = 0, room = x->index.n;
	const char *dot = strrchr(topic, '.');
	for (size_t i = 0; i < x->index.n; i++)
		for (const struct kind *const *k =
				 explain_is_family(x->index.v[i].field) ? x->index.v[i].field->family->kinds : NULL;
			 k && *k; k++)
			room++;
	const char **names = ARENA_ARRAY(x->a, const char *, room);
	for (size_t i = 0; i < x->index.n; i++) {
		const struct field *f = x->index.v[i].field;
		names[n++] = f->key;
		for (const struct kind *const *k = explain_is_family(f) ? f->family->kinds : NULL; k && *k;
			 k++)
			names[n++] = (*k)->name;
	}
	return field_nearest(dot ? dot + 1 : topic, names, n);
}

bool
field_explain(const struct field *table, const char *topic, struct str *out, const char **near)
{
	struct explain x = { .a = arena_new(), .out = out };
	field_index_make(x.a, table, &x.index);
	const bool found = topic[0] && (explain_keys(&x, topic, true) || explain_kinds(&x, topic) ||
									   explain_tags(&x, topic) || explain_keys(&x, topic, false));
	*near = found || !topic[0] ? NULL : explain_near(&x, topic);
	arena_free(x.a);
	return found;
}
