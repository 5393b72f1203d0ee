/* What the layers that join equal tensors into one of their shape share. */
#ifndef LAYERS_LAYER_MERGING_H
#define LAYERS_LAYER_MERGING_H

#include "tlrun/layer.h"

/* All inputs are equal in shape, and so is the output. */
enum status layer_merging_shape(struct layer *l, struct err *e);
void layer_merging_forward(const struct layer *l, const struct layer_io *io, enum kern_merge op);
void layer_merging_backward(const struct layer *l, const struct layer_io *io, enum kern_merge op);

#endif
