/* Pooling over whole images: what is the same for the mean and the maximum. */
#ifndef LAYERS_LAYER_GLOBAL_H
#define LAYERS_LAYER_GLOBAL_H

#include "tlrun/layer.h"

struct layer_global { bool keepdims; };

#define OPTION_KEEPDIMS                                                                            \
	FIELD_BOOL(struct layer_global, keepdims, .doc = "true: the output is an image of one pixel")

enum status layer_global_shape(struct layer *l, struct err *e);

#endif
