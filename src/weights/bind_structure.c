/*
 * Keras 3's layout: a layer stands in its model's list under its class in snake_case, numbered per
 * class in the order of layers (conv2d, conv2d_1, …). The list may be the file's own or that of a
 * model within: the one that holds most of the target's layers is taken.
 *
 * Source  doc/keras-semantics.md 11.4; the class names' conversion is that of Keras's
 *         to_snake_case: an underscore before each capital that follows a small letter, or that
 *         small ones follow.
 */
#include <ctype.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/str.h"
#include "weights/binder.h"

/* One list of layers in the file. */
struct container { const char *path; int members; };

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

/* The name under which Keras stores node i of the network. */
static const char *
structure_name(const struct binder *b, int i)
{
	const struct net *const net = b->t->net;
	const struct layer_kind *const kind = net->node[i].layer.kind;
	const char *const class = structure_snake(b->a, kind->keras);
	int before = 0;
	for (int j = 0; j < i; j++) before += !net->node[j].inner && net->node[j].layer.kind == kind;
	return before ? arena_printf(b->a, "%s_%d", class, before) : class;
}

static int
structure_find(const struct binder *b, const char *const *names, const char *name)
{
	for (int i = 0; i < b->nodes; i++)
		if (strcmp(names[i], name) == 0) return i;
	return -1;
}

/* The container of most members; the first and outermost of several. */
static const char *
structure_best(const struct binder *b, const int *of, const char *const *folder)
{
	struct container *const all = ARENA_ARRAY(b->a, struct container, b->f->layers + 1);
	const struct container *best = NULL;
	size_t n = 0;
	for (size_t i = 0; i < b->f->layers; i++) {
		size_t k = 0;
		if (of[i] < 0) continue;
		while (k < n && strcmp(all[k].path, folder[i]) != 0) k++;
		if (k == n) all[n++].path = folder[i];
		all[k].members++;
	}
	for (size_t k = 0; k < n; k++)
		if (!best || all[k].members > best->members ||
			(all[k].members == best->members && strlen(all[k].path) < strlen(best->path)))
			best = &all[k];
	return best ? best->path : NULL;
}

void
bind_structure(struct binder *b)
{
	const size_t n = b->f->layers;
	const char **const names = ARENA_ARRAY(b->a, const char *, (size_t)b->nodes + 1);
	const char **const folder = ARENA_ARRAY(b->a, const char *, n + 1);
	int *const of = ARENA_ARRAY(b->a, int, n + 1);
	for (int i = 0; i < b->nodes; i++) {
		names[i] = structure_name(b, b->node[i]);
		b->partner[i] = -1;
	}
	for (size_t i = 0; i < n; i++) {
		folder[i] = weights_folder_of(b->a, b->f->layer[i].path);
		of[i] = structure_find(b, names, weights_base_of(b->a, b->f->layer[i].path));
	}
	const char *const best = structure_best(b, of, folder);
	for (size_t i = 0; i < n; i++)
		if (of[i] >= 0 && strcmp(folder[i], best) == 0) b->partner[of[i]] = (int)i;
}
