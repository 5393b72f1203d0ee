/* The kind of residual sums, for what must know one when it sees it. */
#ifndef LAYERS_ADD_H
#define LAYERS_ADD_H

#include "tlrun/layer.h"

extern const struct layer_kind layer_add;

#endif
