/*
 * Which layer of a file fills which node of a network: what the files bind_*.c share. Used in
 * src/weights/ only.
 */
#ifndef WEIGHTS_BINDER_H
#define WEIGHTS_BINDER_H

#include "tlrun/net.h"
#include "weights/weights_parts.h"

struct binder {
	struct arena *a;
	const struct weights_file *f;
	const struct weights_target *t;
	int nodes;				/* of the target with parameters */
	const int *node;		/* their indices */
	int *partner;			/* of each of them, the file's layer, or -1 */
};

/* Fill partner from the layers' names where all are known, else by order; which of the two. */
const char *bind_legacy(struct binder *b);
/* Fill partner from where the layers stand in the file. */
void bind_structure(struct binder *b);

#endif
