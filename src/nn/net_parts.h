/* What net.c, plan.c and describe.c share about a network. */
#ifndef NN_NET_PARTS_H
#define NN_NET_PARTS_H

#include "tlrun/net.h"

/*
 * The names of the first n layers: their own, or automatic ones, as Keras: a counter for each kind.
 * NULL where the kind or the name could not be read; false when there is such a layer, so that
 * automatic names behind it may be others.
 */
bool net_layer_names(struct field_reader *r, const struct kind_list *layers, size_t n,
	const char **name);
/* The layer's name that the output of node i goes by: the outer layer's for an inner activation. */
const char *net_output_name(const struct net *net, int i);
/* Whether a layer is a softmax or a log_softmax (*log). */
bool net_is_softmax(const struct layer *l, bool *log);
/* Refuse tensors whose sizes the kernels' integers do not hold. */
enum status net_size_fits(const struct layer *l, struct err *e);
/* Number the parameters, place them in the block, count. */
void net_place_params(struct arena *a, struct net *net);
/* cut.c: which nodes are fixed, and where the frozen prefix ends. */
void net_find_cut(struct net *net);

#endif
