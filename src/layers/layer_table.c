/* The kinds of layers, and what every layer takes besides its own arguments. */
#include <string.h>

#include "layers/activation.h"
#include "layers/batch_normalization.h"
#include "layers/conv2d.h"
#include "layers/layer_pooling.h"

extern const struct layer_kind layer_add, layer_average, layer_average_pooling2d, layer_concatenate,
	layer_dense, layer_depthwise_conv2d, layer_dropout, layer_flatten,
	layer_global_average_pooling2d, layer_global_max_pooling2d, layer_maximum, layer_minimum,
	layer_multiply, layer_re_lu, layer_rescaling, layer_separable_conv2d, layer_softmax,
	layer_subtract, layer_zero_padding2d;

static const struct kind *const layer_kinds[] = {
	&layer_activation.kind,
	&layer_add.kind,
	&layer_average.kind,
	&layer_average_pooling2d.kind,
	&layer_batch_normalization.kind,
	&layer_concatenate.kind,
	&layer_conv2d.kind,
	&layer_dense.kind,
	&layer_depthwise_conv2d.kind,
	&layer_dropout.kind,
	&layer_flatten.kind,
	&layer_global_average_pooling2d.kind,
	&layer_global_max_pooling2d.kind,
	&layer_max_pooling2d.kind,
	&layer_maximum.kind,
	&layer_minimum.kind,
	&layer_multiply.kind,
	&layer_re_lu.kind,
	&layer_rescaling.kind,
	&layer_separable_conv2d.kind,
	&layer_softmax.kind,
	&layer_subtract.kind,
	&layer_zero_padding2d.kind,
	NULL,
};

static const struct field common[] = {
	FIELD_SLUG(struct layer_common, name, .optional = true,
		.doc = "name of the layer; without it the kind and a number, as Keras"),
	FIELD_STRS(struct layer_common, from, .optional = true,
		.doc = "names of earlier layers that it reads, or input; without it the one before"),
	FIELD_BOOL(struct layer_common, trainable, .preset = 1,
		.doc = "false: its parameters stay as they are, batch normalization uses its moving "
			"values"),
	FIELD_END
};

const struct family family_layer = {
	.name = "layer", .style = FAMILY_ITEM, .kinds = layer_kinds, .common = common,
	.common_size = sizeof(struct layer_common),
};

const struct layer_kind *
layer_kind_of(const struct kind *k)
{
	/* kind is the first member of every layer_kind */
	return (const struct layer_kind *)(const void *)k;
}

const struct layer_kind *
layer_find(const char *name)
{
	for (const struct kind *const *k = layer_kinds; *k; k++)
		if (strcmp((*k)->name, name) == 0) return layer_kind_of(*k);
	return NULL;
}
