/* The arguments of depthwise_conv2d and its kernel, for the fusions that do one. */
#ifndef LAYERS_DEPTHWISE_CONV2D_H
#define LAYERS_DEPTHWISE_CONV2D_H

#include "tlrun/layer.h"

struct depthwise_conv2d {
	struct int_pair kernel_size, strides, dilation_rate;
	int padding, depth_multiplier, activation;
	bool use_bias;
	struct initializer depthwise_initializer, bias_initializer;
	struct regularizer depthwise_regularizer, bias_regularizer;
};

extern const struct layer_kind layer_depthwise_conv2d;

/* The convolution of n images. */
struct kern_depthwise layer_depthwise_kern(const struct layer *l, int n);

#endif
