/*
 * Which layer of a file fills which node of a network: what the files bind_*.c share. Used in
 * src/weights/ only.
 */
#ifndef WEIGHTS_BINDER_H
#define WEIGHTS_BINDER_H

#include "tlrun/net.h"
#include "weights/weights_parts.h"

/* Of a target's layer, in Keras's order: how its class is called and counted in a file's list. */
struct bind_wanted { int at, number; const char *class; };	/* at: into node and partner */
/* Of a file's layer: the path of its list, and its key in it. */
struct bind_found { const char *list, *key; };

struct binder {
	struct arena *a;
	const struct weights_file *f;
	const struct weights_target *t;
	int nodes;				/* of the target with parameters */
	const int *node;		/* their indices */
	int *partner;			/* of each of them, the file's layer, or -1 */
	struct bind_wanted *wanted;		/* Keras 3: of each of them, in Keras's order */
	struct bind_found *found;		/* Keras 3: of each of the file's layers */
	bool several;			/* more than one way to merge the file's lists fits */
	bool ambiguous;			/* names, numbers and shapes do not tell which layer fills which */
};

/* Fill partner by name, by order or, with sub-models, by shape; which of them. What contradicts
 * itself or fits in several ways sets ambiguous, and nothing is bound. */
const char *bind_legacy(struct binder *b);
/* Fill partner from names or from the layers' places in the file; which of the two. Where more
 * than one binding fits, ambiguous is set and nothing is bound. */
const char *bind_structure(struct binder *b);
/* Fill partner from all lists together where one way alone fits; else false, and nothing changed.
 * named: the file's layer that a node's name demands, or -1. */
bool bind_merge(struct binder *b, const int *named);

/* The nodes of t's model without inner ones in the order of Keras's model.layers; how many. order
 * has room for all nodes of the network. */
int bind_keras_order(struct arena *a, const struct weights_target *t, int *order);
/* Whether the node's name counts its class (conv2d_3), as Keras and tlrun name what a person did
 * not. Such a name decides nothing. */
bool bind_counted_name(const struct binder *b, int node);
/* Whether the layer of the file has the tensors of the node, each of its shape. */
bool bind_layer_fits(const struct binder *b, int node, const struct weights_layer *l);

#endif
