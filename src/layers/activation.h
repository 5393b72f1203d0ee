/* The arguments of activation, for the network, which makes one of each layer's `activation:`. */
#ifndef LAYERS_ACTIVATION_H
#define LAYERS_ACTIVATION_H

#include "tlrun/layer.h"

struct activation { int activation; };	/* enum layer_activation */

extern const struct layer_kind layer_activation;

/* The first word of an activation, "relu"; "linear" for ACTIVATION_NONE. */
const char *layer_activation_name(int activation);

#endif
