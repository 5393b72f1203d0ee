/* Where batches come from: the images, or what the network's frozen prefix makes of them. */
#ifndef TRAIN_FEED_H
#define TRAIN_FEED_H

#include "tlrun/exec.h"
#include "tlrun/loader.h"
#include "train/features_store.h"

struct feed {
	const struct loader *loader;
	struct exec *prefix;			/* NULL: the network has none; images go in */
	const struct features *features;	/* what is stored of the prefix's output */
};

/*
 * As loader_batch, into the input of a network's plan: images, or features [n, …] of them, gathered
 * where the part's are stored, else computed. x may lie in the prefix's own workspace.
 */
void feed_batch(const struct feed *f, const struct loader_part *part, const uint32_t *order,
	int first, int n, float *x, int32_t *labels);

#endif
