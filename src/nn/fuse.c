/* The patterns of the fusions in a network: chains in which every inner tensor has one reader. */
#include "layers/add.h"
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

/* Whether node j may follow node j - 1 in a chain that begins at node i: it reads it alone, or
 * adds it to what goes into the chain. */
static bool
fuse_follows(const struct net *net, int i, int j)
{
	const struct net_node *node = &net->node[j], *first = &net->node[i];
	if (fuse_readers(net, j - 1) != 1) return false;
	if (node->inputs == 1) return node->input[0] == j - 1;
	const int in = first->input[0];
	return node->inputs == 2 && first->inputs == 1 && node->layer.kind == &layer_add &&
		((node->input[0] == in && node->input[1] == j - 1) ||
		(node->input[1] == in && node->input[0] == j - 1));
}

const struct fusion *
fuse_at(struct arena *a, const struct net *net, int i, int end, bool train)
{
	const struct layer *chain[FUSION_MAX_LAYERS] = { &net->node[i].layer };
	int n = 1;
	int fixed = net->node[i].fixed;		/* how many of the chain, from the first, are */
	for (int j = i + 1; j < end && n < FUSION_MAX_LAYERS && fuse_follows(net, i, j); j++) {
		if (fixed == n && net->node[j].fixed) fixed++;
		chain[n++] = &net->node[j].layer;
	}
	for (const struct fusion_kind *const *kind = fusion_table; *kind; kind++) {
		const int most = (*kind)->forward_only && train ? fixed : n;
		const int layers = most < 2 ? 0 : (*kind)->match(chain, most);
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
