/* What max_pooling2d and average_pooling2d share, and the fusions that do one see. */
#ifndef LAYERS_LAYER_POOLING_H
#define LAYERS_LAYER_POOLING_H

#include "tlrun/layer.h"

struct layer_pooling {
	struct int_pair pool_size;
	struct int_pair strides;	/* {0, 0}: as pool_size */
	int padding;
};

#define OPTION_POOL_STRIDES                                                                        \
	FIELD_PAIR(struct layer_pooling, strides, .optional = true, .min = 1, .max = LAYER_MAX_WINDOW, \
		.doc = "step from one window to the next; without it pool_size")

/* The output [n,oh,ow,c] of l, whose options are a struct layer_pooling. */
enum status layer_pooling_shape(struct layer *l, struct err *e);
/* The same pooling of n images, for the kernels; after shape. */
struct kern_pool layer_pooling_kern(const struct layer *l, int n);

extern const struct layer_kind layer_max_pooling2d;

#endif
