/* floor: nn */
/*
 * The network: YAML layers as a directed acyclic graph with names, inputs, shapes and parameters.
 *
 * A layer reads the one before it unless `from:` names earlier ones. A layer with an `activation:`
 * becomes two nodes: itself and an inner activation node right behind it, which carries its name in
 * `from:` (so that "conv2d" as an input means the activated output) and counts as no layer of its
 * own.
 */
#ifndef TLRUN_NET_H
#define TLRUN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlrun/layer.h"

struct arena;

enum { NET_INPUT = -1 };	/* the index that stands for the network's input */

struct net_node {
	struct layer layer;
	int inputs;
	const int *input;			/* indices of earlier nodes, or NET_INPUT */
	bool inner;					/* an activation split from the layer before it */
	/* its output depends on no trainable parameter, on no statistic that training moves and on no
	 * random number: nothing that training changes */
	bool fixed;
	int param[LAYER_MAX_PARAMS];	/* indices into params, -1 absent */
};

struct net_param {
	const char *name;			/* "conv2d/kernel" */
	int node, index;			/* whose, and which of its params */
	const struct param_spec *spec;
	struct shape shape;
	size_t count;				/* floats */
	size_t offset;				/* floats into the parameter block; multiples of 16 */
	bool trainable;				/* layer trainable and role not a statistic */
	struct initializer init;
	struct regularizer regularizer;	/* zeros when not trainable */
};

struct net {
	struct shape input;			/* [n,h,w,c] */
	int num_classes;
	int nodes;
	struct net_node *node;		/* in topological (written) order */
	int backbone;				/* nodes [0, backbone) are the backbone's, the others the head's */
	/*
	 * The frozen prefix: nodes [0, cut) are all fixed, some have parameters, and the others read of
	 * them only the output of node cut - 1. The longest such before the logits; 0: none. What it
	 * gives for an image is the same in every epoch, so that it can be computed once.
	 */
	int cut;
	int params;
	struct net_param *param;	/* in node order */
	size_t trainable_floats;	/* the block's first part: trainable ones, padded; one flat array */
	size_t floats;				/* all of it */
	/* parameters proper, without padding, as Keras counts */
	long long trainable_count, frozen_count;
	/* node whose output the loss takes: the one before the final softmax */
	int logits;
	bool softmax;				/* the last node is a softmax, done by the loss */
	bool log_softmax;
	long long mult_adds;		/* of one image forward */
};

struct net_request {
	const struct kind_list *layers;
	size_t backbone;			/* how many of them, from the first, are the backbone */
	/* layers before these, which are not known, give the input: `from` may name them */
	bool open;
	struct shape input;			/* [n,h,w,c]; rank 0: not known */
	int num_classes;			/* 0: not known */
	int batch;					/* the most images a call will bring */
};

/*
 * Build and shape the network. Errors (unknown `from`, duplicate names, shapes that do not fit, a
 * last layer without num_classes outputs or without softmax) go to r->diags at their YAML lines;
 * NULL then. NULL, too, where something could not be read or is not known: what does not depend on
 * it is checked all the same. Lives in r->arena.
 */
struct net *net_build(struct field_reader *r, const struct net_request *q);
/* Set the sizes that depend on the batch (scratch, saved) again for another one. */
void net_set_batch(struct net *net, int batch);

/* First values: a function of seed and parameter index. block has net->floats floats, padding
 * zeroed. */
void net_init(const struct net *net, uint64_t seed, float *block);

/* SHA-256 over names, shapes and values of all parameters in order. */
void net_hash(const struct net *net, const float *block, char hex[65]);

#endif
