/* batch_normalization, for what must see its options: freezing, and the fusions that fold it. */
#ifndef LAYERS_BATCH_NORMALIZATION_H
#define LAYERS_BATCH_NORMALIZATION_H

#include "tlrun/layer.h"

struct batch_normalization {
	double momentum, epsilon;
	bool center, scale, inference;
	struct initializer beta_initializer, gamma_initializer;
	struct initializer moving_mean_initializer, moving_variance_initializer;
	struct regularizer beta_regularizer, gamma_regularizer;
};

extern const struct layer_kind layer_batch_normalization;

/* The layer's two directions with a relu behind it: act is ACT_LINEAR, ACT_RELU or ACT_RELU6. */
void batch_norm_forward(const struct layer *l, enum kern_activation act,
	const struct layer_io *io);
void batch_norm_backward(const struct layer *l, enum kern_activation act,
	const struct layer_io *io);

#endif
