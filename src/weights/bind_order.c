/*
 * The order in which Keras lists the layers of a Functional model: by depth (the longest way to the
 * output, in layers) from the deepest on, and at the same depth in the order in which a depth-first
 * walk from the output meets them, each layer's inputs in their order. A chain keeps its order.
 *
 * Source  Keras 3.15, ops/function.py: map_graph and _build_map.
 */
#include <stdlib.h>

#include "tlrun/arena.h"
#include "weights/binder.h"

/* A layer; an inner activation belongs to the node before it. */
struct place { int node, depth, met; };

static int
order_owner(const struct net *net, int i)
{
	return i > 0 && net->node[i].inner ? i - 1 : i;
}

/*
 * The nodes of the model that the file is thought to hold: the target's, or the whole network where
 * the rest of it reads more than the target's last output.
 */
static int
order_limit(const struct weights_target *t)
{
	for (int i = t->nodes; i < t->net->nodes; i++)
		for (int k = 0; k < t->net->node[i].inputs; k++)
			if (t->net->node[i].input[k] < t->nodes - 1) return t->net->nodes;
	return t->nodes;
}

static void
order_depths(const struct net *net, int n, struct place *at)
{
	for (int i = n - 1; i >= 0; i--) {
		const struct net_node *const node = &net->node[i];
		for (int k = 0; k < node->inputs; k++) {
			if (node->input[k] < 0) continue;
			const int depth = at[i].depth + !node->inner;
			if (at[node->input[k]].depth < depth) at[node->input[k]].depth = depth;
		}
	}
	for (int i = 1; i < n; i++)
		if (net->node[i].inner) at[i - 1].depth = at[i].depth;
}

/* Number the layers in the order in which a walk from node `from` meets them. */
static int
order_walk(const struct net *net, int from, struct place *at, int *stack, int met)
{
	int top = 0;
	stack[top++] = from;
	while (top > 0) {
		const int i = order_owner(net, stack[--top]);
		if (at[i].met >= 0) continue;
		at[i].met = met++;
		for (int k = net->node[i].inputs - 1; k >= 0; k--)
			if (net->node[i].input[k] >= 0) stack[top++] = net->node[i].input[k];
	}
	return met;
}

static int
order_compare(const void *x, const void *y)
{
	const struct place *const a = x, *const b = y;
	if (a->depth != b->depth) return a->depth > b->depth ? -1 : 1;
	return (a->met > b->met) - (a->met < b->met);
}

int
bind_keras_order(struct arena *a, const struct weights_target *t, int *order)
{
	const struct net *const net = t->net;
	const int limit = order_limit(t);
	struct place *const at = ARENA_ARRAY(a, struct place, (size_t)limit + 1);
	size_t edges = 1;
	int met = 0, n = 0;
	for (int i = 0; i < limit; i++) {
		at[i] = (struct place){ .node = i, .met = -1 };
		edges += (size_t)net->node[i].inputs;
	}
	int *const stack = ARENA_ARRAY(a, int, edges);
	order_depths(net, limit, at);
	for (int i = limit - 1; i >= 0; i--) met = order_walk(net, i, at, stack, met);
	for (int i = 0; i < limit; i++)
		if (!net->node[i].inner) at[n++] = at[i];
	qsort(at, (size_t)n, sizeof *at, order_compare);
	for (int i = 0; i < n; i++) order[i] = at[i].node;
	return n;
}
