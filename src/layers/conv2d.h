/* The arguments of conv2d and its kernel, for the fusions that do one. */
#ifndef LAYERS_CONV2D_H
#define LAYERS_CONV2D_H

#include "tlrun/layer.h"

struct conv2d {
	int filters;
	struct int_pair kernel_size, strides, dilation_rate;
	int padding, groups, activation;
	bool use_bias;
	struct initializer kernel_initializer, bias_initializer;
	struct regularizer kernel_regularizer, bias_regularizer;
};

extern const struct layer_kind layer_conv2d;

/* The convolution of n images. */
struct kern_conv layer_conv2d_kern(const struct layer *l, int n);

#endif
