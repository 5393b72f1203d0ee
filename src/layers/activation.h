/* The arguments of activation, for the network, which makes one of each layer's `activation:`, and
 * for the fusions that do it with the layer before. */
#ifndef LAYERS_ACTIVATION_H
#define LAYERS_ACTIVATION_H

#include "tlrun/layer.h"

struct activation { int activation; };	/* enum layer_activation */

extern const struct layer_kind layer_activation;

/* Whether it is elementwise, and which then. */
bool layer_activation_kern(const struct layer *l, struct kern_act *act);

/* The first word of an activation, "relu"; "linear" for ACTIVATION_NONE. */
const char *layer_activation_name(int activation);

#endif
