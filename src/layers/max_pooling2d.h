/* The arguments of max_pooling2d, for the fusions that do one. */
#ifndef LAYERS_MAX_POOLING2D_H
#define LAYERS_MAX_POOLING2D_H

#include "tlrun/layer.h"

struct max_pooling2d {
	struct int_pair pool_size;
	struct int_pair strides;	/* {0, 0}: as pool_size */
	int padding;
};

extern const struct layer_kind layer_max_pooling2d;

#endif
