/*
 * The legacy layout: by name where every layer of the target has its partner, or every layer of the
 * file; else, as Keras, by order of the layers that have weights.
 *
 * Source  doc/keras-semantics.md 11.3.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "weights/binder.h"

static const char *
legacy_today(const struct binder *b, const char *name)
{
	const char *const today = b->t->old_name ? b->t->old_name(b->a, name) : NULL;
	return today ? today : name;
}

/* Whether the network has a layer of that name, head and all. */
static bool
legacy_known(const struct binder *b, const char *name, const char *today)
{
	for (int i = 0; i < b->t->net->nodes; i++) {
		const char *const n = b->t->net->node[i].layer.name;
		if (n && (strcmp(n, name) == 0 || strcmp(n, today) == 0)) return true;
	}
	return false;
}

static int
legacy_find(const struct binder *b, const char *const *today, const char *name)
{
	for (size_t i = 0; i < b->f->layers; i++)
		if (strcmp(b->f->layer[i].name, name) == 0) return (int)i;
	for (size_t i = 0; i < b->f->layers; i++)
		if (strcmp(today[i], name) == 0) return (int)i;
	return -1;
}

const char *
bind_legacy(struct binder *b)
{
	const char **const today = ARENA_ARRAY(b->a, const char *, b->f->layers + 1);
	int found = 0;
	bool known = true;
	for (size_t i = 0; i < b->f->layers; i++) {
		today[i] = legacy_today(b, b->f->layer[i].name);
		known = known && legacy_known(b, b->f->layer[i].name, today[i]);
	}
	for (int i = 0; i < b->nodes; i++) {
		b->partner[i] = legacy_find(b, today, b->t->net->node[b->node[i]].layer.name);
		found += b->partner[i] >= 0;
	}
	if (found == b->nodes || (known && found > 0)) return "by name";
	for (int i = 0; i < b->nodes; i++)
		b->partner[i] = (size_t)i < b->f->layers ? i : -1;
	return "by order";
}
