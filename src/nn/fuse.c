/* The patterns of the fusions in a network: chains in which every inner tensor has one reader. */
#include "nn/plan_parts.h"
#include "tlrun/arena.h"

static int
fuse_readers(const struct net *net, int node)
{
	int n = 0;
	for (int i = node + 1; i < net->nodes; i++)
		for (int k = 0; k < net->node[i].inputs; k++) n += net->node[i].input[k] == node;
	return n;
}

const struct fusion *
fuse_at(struct arena *a, const struct net *net, int i, int end)
{
	const struct layer *chain[FUSION_MAX_LAYERS] = { &net->node[i].layer };
	int n = 1;
	for (int j = i + 1; j < end && n < FUSION_MAX_LAYERS; j++) {
		const struct net_node *node = &net->node[j];
		if (node->inputs != 1 || node->input[0] != j - 1 || fuse_readers(net, j - 1) != 1) break;
		chain[n++] = &node->layer;
	}
	for (const struct fusion_kind *const *kind = fusion_table; *kind; kind++) {
		const int layers = n < 2 ? 0 : (*kind)->match(chain, n);
		if (!layers) continue;
		struct fusion *f = ARENA_NEW(a, struct fusion);
		f->kind = *kind;
		f->layers = layers;
		for (int k = 0; k < layers; k++) f->layer[k] = chain[k];
		f->kind->shape(f);
		return f;
	}
	return NULL;
}
