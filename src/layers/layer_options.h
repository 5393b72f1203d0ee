/*
 * Arguments that several layers take, and helpers to read and check them. Words, presets and
 * limits are Keras's (doc/keras-semantics.md, sections 2 and 3).
 */
#ifndef LAYERS_LAYER_OPTIONS_H
#define LAYERS_LAYER_OPTIONS_H

#include "tlrun/layer.h"

enum { LAYER_MAX_WINDOW = 1024, LAYER_MAX_UNITS = 1 << 20 };

#define OPTION_ACTIVATION(S)                                                                       \
	FIELD_WORD(S, activation, .words = layer_activation_words, .preset = ACTIVATION_NONE,          \
		.doc = "what is done to the output, elementwise")
#define OPTION_PADDING(S)                                                                          \
	FIELD_WORD(S, padding, .words = layer_padding_words, .preset = PADDING_VALID,                  \
		.doc = "valid: only whole windows; same: zeros around, the odd one at the end")
#define OPTION_STRIDES(S)                                                                          \
	FIELD_PAIR(S, strides, .preset = 1, .min = 1, .max = LAYER_MAX_WINDOW,                         \
		.doc = "step from one window to the next")
#define OPTION_DILATION(S)                                                                         \
	FIELD_PAIR(S, dilation_rate, .preset = 1, .min = 1, .max = LAYER_MAX_WINDOW,                   \
		.doc = "distance between the pixels that a kernel sees; above 1 only with strides 1")
#define OPTION_KERNEL_SIZE(S)                                                                      \
	FIELD_PAIR(S, kernel_size, .required = true, .min = 1, .max = LAYER_MAX_WINDOW,                \
		.doc = "height and width of the kernel")
#define OPTION_USE_BIAS(S)                                                                         \
	FIELD_BOOL(S, use_bias, .preset = 1, .doc = "add an offset to each output")
#define OPTION_INITIALIZER(S, m, word, what)                                                       \
	FIELD_CUSTOM(S, m, .custom = &layer_initializer_custom, .preset_str = word,                    \
		.doc = "first values of " what)
#define OPTION_REGULARIZER(S, m, what)                                                             \
	FIELD_CUSTOM(S, m, .custom = &layer_regularizer_custom, .optional = true,                      \
		.doc = "penalty on " what ", added to the loss")

/* v, or the number of classes where the file says num_classes. */
int layer_units(const struct layer *l, int v);
/* Refuse an input that is no [n,h,w,c]. */
enum status layer_want_image(const struct layer *l, struct err *e);
/* Rows before the last axis of n samples of this shape, and that axis. */
int layer_rows(const struct shape *s, int n);
int layer_channels(const struct shape *s);

/*
 * Output sizes and padding of both axes of a window over l->in[0]; refuses what does not fit, and
 * strides together with dilation.
 */
struct layer_window { int oh, ow, top, left; };
enum status layer_window(const struct layer *l, struct int_pair size, struct int_pair strides,
	struct int_pair dilation, enum layer_padding padding, struct layer_window *out,
	struct err *e);

/* Give l its parameter i. */
void layer_set_param(struct layer *l, int i, struct shape shape, const struct initializer *init,
	const struct regularizer *regularizer);

/* bytes rounded up to whole cache lines, so that what follows in scratch is aligned. */
size_t layer_align(size_t bytes);

#endif
