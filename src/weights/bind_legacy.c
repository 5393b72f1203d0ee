/*
 * The legacy layout: by the names that a person gave, where the file has all of them. Else by
 * Keras's order: layers with weights, in the order of model.layers. Names that contradict the order
 * are refused.
 *
 * A sub-model is one group of the file, with its trainable weights before the others. So the file
 * does not tell the order of the sub-model's layers (some may have been frozen), nor where they
 * stand among the layers of a flat network. There, what has no partner by name is bound to the one
 * layer of its shapes.
 *
 * Source  doc/keras-semantics.md 11.2 and 11.3.
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

static const char *
legacy_name(const struct binder *b, int i)
{
	return b->t->net->node[b->node[i]].layer.name;
}

/* ---- by name ---- */

/* The one name of n that is `name`, -1 for none or several. */
static int
legacy_one(const char *const *of, size_t n, const char *name)
{
	int at = -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(of[i], name) != 0) continue;
		if (at >= 0) return -1;
		at = (int)i;
	}
	return at;
}

/* Fill named: the file's layer of each name that a person gave, or -1; whether all have one. */
static bool
legacy_by_name(const struct binder *b, const char *const *own, const char *const *today,
	int *named)
{
	const size_t n = b->f->layers;
	bool all = true;
	for (int i = 0; i < b->nodes; i++) {
		const char *const name = legacy_name(b, i);
		named[i] = -1;
		if (!bind_counted_name(b, b->node[i])) {
			named[i] = legacy_one(own, n, name);
			if (named[i] < 0) named[i] = legacy_one(today, n, name);
		}
		all = all && named[i] >= 0;
	}
	return all;
}

/* A file of fewer layers, all of which the network has by name: what is missing is told by name. */
static bool
legacy_part(const struct binder *b, const char *const *today, int *partner)
{
	const struct net *const net = b->t->net;
	if (b->f->layers >= (size_t)b->nodes) return false;
	for (size_t i = 0; i < b->f->layers; i++) {
		int at = 0;
		while (at < net->nodes && !(net->node[at].layer.name &&
			strcmp(net->node[at].layer.name, today[i]) == 0)) at++;
		if (at == net->nodes) return false;
	}
	for (int i = 0; i < b->nodes; i++)
		partner[i] = legacy_one(today, b->f->layers, legacy_name(b, i));
	return true;
}

/* ---- by order ---- */

/* Whether the file's layer is of a sub-model: it shares its group, or its weights have the name of
 * another layer. */
static bool
legacy_inner(const struct binder *b, size_t i)
{
	const struct weights_layer *const l = &b->f->layer[i];
	const char *const folder = weights_folder_of(b->a, l->tensor[0]->name);
	if (strcmp(weights_base_of(b->a, folder), weights_base_of(b->a, l->path)) != 0) return true;
	return (i > 0 && strcmp(l[-1].path, l->path) == 0) ||
		(i + 1 < b->f->layers && strcmp(l[1].path, l->path) == 0);
}

/* Partners by order; whether it agrees with the names. */
static bool
legacy_by_order(struct binder *b, const int *named)
{
	const struct net *const net = b->t->net;
	int *const order = ARENA_ARRAY(b->a, int, (size_t)net->nodes + 1);
	int *const target = ARENA_ARRAY(b->a, int, (size_t)net->nodes + 1);
	const int n = bind_keras_order(b->a, b->t, order);
	size_t next = 0;
	bool agrees = true;
	for (int i = 0; i < net->nodes; i++) target[i] = -1;
	for (int i = 0; i < b->nodes; i++) target[b->node[i]] = i;
	for (int k = 0; k < n; k++) {
		const int at = target[order[k]];
		bool weights = false;
		for (int p = 0; p < LAYER_MAX_PARAMS; p++)
			weights = weights || net->node[order[k]].param[p] >= 0;
		if (!weights) continue;
		const int i = next < b->f->layers ? (int)next++ : -1;
		if (at < 0) continue;
		b->partner[at] = i;
		agrees = agrees && (named[at] < 0 || named[at] == i);
	}
	return agrees;
}

/* ---- by shape ---- */

/* Partners by name, else the one other layer that fits; whether no node has several. */
static bool
legacy_by_shape(struct binder *b, const int *named)
{
	bool *const taken = ARENA_ARRAY(b->a, bool, b->f->layers + 1);
	for (int i = 0; i < b->nodes; i++)
		if (named[i] >= 0) taken[named[i]] = true;
	for (int i = 0; i < b->nodes; i++) {
		b->partner[i] = named[i];
		if (named[i] >= 0) continue;
		for (size_t k = 0; k < b->f->layers; k++) {
			if (taken[k] || !bind_layer_fits(b, b->node[i], &b->f->layer[k])) continue;
			if (b->partner[i] >= 0) return false;
			b->partner[i] = (int)k;
		}
		for (int j = 0; j < i && b->partner[i] >= 0; j++)
			if (b->partner[j] == b->partner[i]) return false;
	}
	return true;
}

const char *
bind_legacy(struct binder *b)
{
	const size_t n = b->f->layers;
	const char **const own = ARENA_ARRAY(b->a, const char *, n + 1);
	const char **const today = ARENA_ARRAY(b->a, const char *, n + 1);
	int *const named = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	bool inner = false;
	for (size_t i = 0; i < n; i++) {
		own[i] = b->f->layer[i].name;
		today[i] = legacy_today(b, own[i]);
		inner = inner || legacy_inner(b, i);
	}
	if (legacy_by_name(b, own, today, named)) {
		memcpy(b->partner, named, (size_t)b->nodes * sizeof *named);
		return "by name";
	}
	if (legacy_part(b, today, b->partner)) return "by name";
	b->ambiguous = !(inner ? legacy_by_shape(b, named) : legacy_by_order(b, named));
	if (b->ambiguous)
		for (int i = 0; i < b->nodes; i++) b->partner[i] = -1;
	return inner ? "by shape" : "by order";
}
