/* The arguments of zero_padding2d, for the fusions that take it into a convolution. */
#ifndef LAYERS_ZERO_PADDING2D_H
#define LAYERS_ZERO_PADDING2D_H

#include "tlrun/layer.h"

struct zero_padding2d { struct padding4 padding; };

extern const struct layer_kind layer_zero_padding2d;

#endif
