/*
 * Keras 3's layout: a layer stands in its model's list under its class in snake_case, numbered per
 * class in the order of the list (conv2d, conv2d_1, …); its own name is an attribute. Layers are
 * bound by name where the file has all names of the target once. Else by structure: the one list
 * that holds all of the target's layers, or, where a file's sub-models fill a flat network, the
 * lists together. What more than one binding would fit is refused.
 *
 * A name that Keras gave by itself (conv2d_3) counts the layers of a Python process. It may agree
 * with a binding and never decides one.
 *
 * Source  doc/keras-semantics.md 11.4; the class names' conversion is that of Keras's
 *         to_snake_case: an underscore before each capital that follows a small letter, or that
 *         small ones follow.
 */
#include <ctype.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/str.h"
#include "weights/binder.h"

static const char *
structure_snake(struct arena *a, const char *class)
{
	struct str s = STR_INIT;
	for (const char *c = class; *c; c++) {
		const bool begins = isupper((unsigned char)c[0]) && islower((unsigned char)c[1]);
		const bool after = c > class && isupper((unsigned char)c[0]) &&
			islower((unsigned char)c[-1]);
		if (c > class && (begins || after)) str_add_char(&s, '_');
		str_add_char(&s, (char)tolower((unsigned char)*c));
	}
	const char *const name = arena_strdup(a, str_text(&s));
	str_free(&s);
	return name;
}

/* The number in class_number, 0 for the class alone; -1: a name of another kind. */
static long long
structure_number(const char *name, const char *class)
{
	const size_t len = strlen(class);
	long long n = 0;
	if (strncmp(name, class, len) != 0) return -1;
	if (name[len] == '\0') return 0;
	return name[len] == '_' && num_parse_int(name + len + 1, &n) && n > 0 ? n : -1;
}

bool
bind_counted_name(const struct binder *b, int node)
{
	const struct layer *const l = &b->t->net->node[node].layer;
	return structure_number(l->name, structure_snake(b->a, l->kind->keras)) >= 0;
}

/* Fill what the lists of the file say of its layers, and what the target looks for in them. */
static void
structure_open(struct binder *b)
{
	const struct net *const net = b->t->net;
	int *const order = ARENA_ARRAY(b->a, int, (size_t)net->nodes + 1);
	const int n = bind_keras_order(b->a, b->t, order);
	int *const target = ARENA_ARRAY(b->a, int, (size_t)net->nodes + 1);
	b->wanted = ARENA_ARRAY(b->a, struct bind_wanted, (size_t)b->nodes + 1);
	for (int i = 0; i < net->nodes; i++) target[i] = -1;
	for (int i = 0; i < b->nodes; i++) target[b->node[i]] = i;
	for (int i = 0, k = 0; i < n; i++) {
		const struct layer_kind *const kind = net->node[order[i]].layer.kind;
		const int at = target[order[i]];
		if (at < 0) continue;
		int before = 0;
		for (int j = 0; j < i; j++) before += net->node[order[j]].layer.kind == kind;
		b->wanted[k++] = (struct bind_wanted){ .at = at, .number = before,
			.class = structure_snake(b->a, kind->keras) };
	}
	b->found = ARENA_ARRAY(b->a, struct bind_found, b->f->layers + 1);
	for (size_t i = 0; i < b->f->layers; i++) {
		b->found[i].list = weights_folder_of(b->a, b->f->layer[i].path);
		b->found[i].key = weights_base_of(b->a, b->f->layer[i].path);
	}
}

/* ---- by name ---- */

/* The one layer of that name, -1 for none or several. */
static int
structure_named(const struct binder *b, const char *name)
{
	int at = -1;
	for (size_t i = 0; i < b->f->layers; i++) {
		if (strcmp(b->f->layer[i].name, name) != 0) continue;
		if (at >= 0) return -1;
		at = (int)i;
	}
	return at;
}

/* Partners by name; whether all have one, of their class. given: names a person gave, alone. */
static bool
structure_by_name(const struct binder *b, bool given, int *partner)
{
	bool all = true;
	for (int k = 0; k < b->nodes; k++) {
		const struct bind_wanted *const w = &b->wanted[k];
		const char *const name = b->t->net->node[b->node[w->at]].layer.name;
		const int i = given && bind_counted_name(b, b->node[w->at]) ? -1 :
			structure_named(b, name);
		const bool same = i >= 0 && structure_number(b->found[i].key, w->class) >= 0;
		partner[w->at] = same ? i : -1;
		all = all && same;
	}
	return all;
}

/* ---- by structure ---- */

/* The target's layer of that key in a list, or -1. */
static int
structure_wanted(const struct binder *b, const char *key)
{
	for (int k = 0; k < b->nodes; k++)
		if (structure_number(key, b->wanted[k].class) == b->wanted[k].number)
			return b->wanted[k].at;
	return -1;
}

/* Partners in one list by number; how many. */
static int
structure_by_list(const struct binder *b, const char *list, int *partner)
{
	int n = 0;
	for (int i = 0; i < b->nodes; i++) partner[i] = -1;
	for (size_t i = 0; i < b->f->layers; i++) {
		if (strcmp(b->found[i].list, list) != 0) continue;
		const int at = structure_wanted(b, b->found[i].key);
		if (at < 0 || partner[at] >= 0) continue;
		partner[at] = (int)i;
		n++;
	}
	return n;
}

static bool
structure_fits(const struct binder *b, const int *partner)
{
	for (int i = 0; i < b->nodes; i++)
		if (partner[i] < 0 || !bind_layer_fits(b, b->node[i], &b->f->layer[partner[i]]))
			return false;
	return true;
}

/*
 * The list that holds most of the target, the outermost of several, into b->partner: how many of
 * the target's layers. Two lists that fill all of it, shapes and all, are ambiguous.
 */
static int
structure_best(struct binder *b)
{
	int *const partner = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	int most = 0, whole = 0;
	for (size_t i = 0; i < b->f->layers; i++) {
		const char *const list = b->found[i].list;
		size_t first = 0;
		while (strcmp(b->found[first].list, list) != 0) first++;
		if (first < i) continue;
		const int n = structure_by_list(b, list, partner);
		const bool fits = n == b->nodes && structure_fits(b, partner);
		whole += fits;
		if (n <= most && !(fits && whole == 1)) continue;
		most = n;
		memcpy(b->partner, partner, (size_t)b->nodes * sizeof *partner);
	}
	b->ambiguous = whole > 1;
	return most;
}

/* ---- all of it ---- */

static bool
structure_agrees(const struct binder *b, const int *named)
{
	for (int i = 0; i < b->nodes; i++)
		if (named[i] >= 0 && b->partner[i] >= 0 && named[i] != b->partner[i]) return false;
	return true;
}

const char *
bind_structure(struct binder *b)
{
	int *const named = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	structure_open(b);
	const int most = structure_best(b);
	if (structure_by_name(b, true, named)) {
		memcpy(b->partner, named, (size_t)b->nodes * sizeof *named);
		b->ambiguous = false;
		return "by name";
	}
	/* Names that a person gave hold in any case; numbers and shapes are for the others. */
	const bool lists = most < b->nodes || b->ambiguous;
	const bool merged = lists && bind_merge(b, named);
	if (merged) b->ambiguous = false;
	else if (lists && b->several) b->ambiguous = true;
	if (!structure_agrees(b, named)) b->ambiguous = true;
	if (b->ambiguous)
		for (int i = 0; i < b->nodes; i++) b->partner[i] = -1;
	return "by structure";
}
