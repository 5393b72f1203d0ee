/*
 * The frozen prefix: the nodes that training never changes, and the last tensor among them through
 * which all the rest is reached. Frozen batch norms count, for they keep to their moving
 * statistics; a dropout ends it, frozen or not (doc/keras-semantics.md 9.1).
 */
#include "nn/net_parts.h"

static bool
cut_node_is_fixed(const struct net *net, const struct net_node *node)
{
	if (node->layer.varies) return false;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++)
		if (node->param[k] >= 0 && net->param[node->param[k]].trainable) return false;
	for (int k = 0; k < node->inputs; k++)
		if (node->input[k] != NET_INPUT && !net->node[node->input[k]].fixed) return false;
	return true;
}

/* Layers that only move or scale numbers are not worth a pass of their own. */
static bool
cut_is_worth_it(const struct net *net, int cut)
{
	for (int i = 0; i < net->params; i++)
		if (net->param[i].node < cut) return true;
	return false;
}

/* Whether the nodes from `cut` on read nothing before it but node cut - 1. */
static bool
cut_holds(const struct net *net, int cut)
{
	for (int i = cut; i < net->nodes; i++)
		for (int k = 0; k < net->node[i].inputs; k++)
			if (net->node[i].input[k] < cut - 1) return false;
	return true;
}

void
net_find_cut(struct net *net)
{
	int first = net->nodes;		/* the first node that is not fixed */
	for (int i = 0; i < net->nodes; i++) {
		net->node[i].fixed = cut_node_is_fixed(net, &net->node[i]);
		if (!net->node[i].fixed && i < first) first = i;
	}
	/* The logits themselves stay in the rest, which is never empty. */
	int cut = first < net->logits ? first : net->logits;
	while (cut > 0 && !cut_holds(net, cut)) cut--;
	net->cut = cut > 0 && cut_is_worth_it(net, cut) ? cut : 0;
}
