/*
 * A network that a file's sub-models fill together: each class's layers, in the network's order,
 * are those of several lists, each in its own order. The lists say nothing of the order between
 * them. Shapes and the names that a person gave have to; a binding is taken where it is the only
 * one.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "weights/binder.h"

enum { MERGE_LISTS = 16, MERGE_TRIES = 200000 };

/* One class: what is looked for, and the layers of each list in their order. */
struct merge {
	const struct binder *b;
	const int *named;
	const char *class;
	int wanted, lists;
	int *want;							/* indices into b->wanted */
	int *layer[MERGE_LISTS], layers[MERGE_LISTS], next[MERGE_LISTS];
	const char *list[MERGE_LISTS];
	int *partner, *only;				/* of want: on trial, and the first found */
	int found;							/* ways to bind, 2 for more */
	long tries;
};

/* Add the file's layers of the class, list by list; the file's order is that of their numbers. */
static bool
merge_lists(struct merge *m)
{
	const struct binder *const b = m->b;
	const size_t len = strlen(m->class);
	for (size_t i = 0; i < b->f->layers; i++) {
		const struct bind_found *const f = &b->found[i];
		int k = 0;
		long long number;
		if (strncmp(f->key, m->class, len) != 0 || (f->key[len] != '\0' && !(f->key[len] == '_' &&
			num_parse_int(f->key + len + 1, &number)))) continue;
		while (k < m->lists && strcmp(m->list[k], f->list) != 0) k++;
		if (k == MERGE_LISTS) return false;
		if (k == m->lists) {
			m->list[m->lists++] = f->list;
			m->layer[k] = ARENA_ARRAY(b->a, int, b->f->layers);
		}
		m->layer[k][m->layers[k]++] = (int)i;
	}
	return true;
}

/* The layers before a list's next may not be left out: a list is filled from its first on. */
static void
merge_search(struct merge *m, int k)
{
	if (m->found > 1 || ++m->tries > MERGE_TRIES) return;
	if (k == m->wanted) {
		if (m->found++ == 0) memcpy(m->only, m->partner, (size_t)k * sizeof *m->only);
		return;
	}
	const struct bind_wanted *const w = &m->b->wanted[m->want[k]];
	for (int l = 0; l < m->lists; l++) {
		if (m->next[l] == m->layers[l]) continue;
		const int i = m->layer[l][m->next[l]];
		if ((m->named[w->at] >= 0 && m->named[w->at] != i) ||
			!bind_layer_fits(m->b, m->b->node[w->at], &m->b->f->layer[i])) continue;
		m->partner[k] = i;
		m->next[l]++;
		merge_search(m, k + 1);
		m->next[l]--;
	}
}

/* Bind one class; whether it has one way alone. */
static bool
merge_class(struct binder *b, const int *named, const char *class)
{
	struct merge m = { .b = b, .named = named, .class = class };
	m.want = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	m.partner = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	m.only = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	for (int k = 0; k < b->nodes; k++)
		if (strcmp(b->wanted[k].class, class) == 0) m.want[m.wanted++] = k;
	if (!merge_lists(&m)) return false;
	merge_search(&m, 0);
	if (m.found > 1 || m.tries > MERGE_TRIES) b->several = true;
	if (m.found != 1 || b->several) return false;
	for (int k = 0; k < m.wanted; k++) b->partner[b->wanted[m.want[k]].at] = m.only[k];
	return true;
}

bool
bind_merge(struct binder *b, const int *named)
{
	int *const before = ARENA_ARRAY(b->a, int, (size_t)b->nodes + 1);
	bool all = true;
	memcpy(before, b->partner, (size_t)b->nodes * sizeof *before);
	for (int k = 0; k < b->nodes && all; k++) {
		int first = 0;
		while (strcmp(b->wanted[first].class, b->wanted[k].class) != 0) first++;
		if (first == k) all = merge_class(b, named, b->wanted[k].class);
	}
	if (!all) memcpy(b->partner, before, (size_t)b->nodes * sizeof *before);
	return all;
}
