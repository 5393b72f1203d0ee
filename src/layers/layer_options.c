/* What several layers share: padding and activation words, sizes of windows, refusals. */
#include <stdarg.h>
#include <stdio.h>

#include "layers/layer_options.h"

const struct field_word layer_padding_words[] = {
	{ "valid", PADDING_VALID },
	{ "same", PADDING_SAME },
	{ NULL, 0 },
};

const struct field_word layer_activation_words[] = {
	{ "linear", ACTIVATION_NONE },
	{ "relu", ACT_RELU },
	{ "relu6", ACT_RELU6 },
	{ "leaky_relu", ACT_LEAKY_RELU },
	{ "elu", ACT_ELU },
	{ "selu", ACT_SELU },
	{ "silu", ACT_SILU },
	{ "swish", ACT_SILU },
	{ "hard_sigmoid", ACT_HARD_SIGMOID },
	{ "hard_silu", ACT_HARD_SILU },
	{ "hard_swish", ACT_HARD_SILU },
	{ "gelu", ACT_GELU },
	{ "gelu_tanh", ACT_GELU_TANH },
	{ "sigmoid", ACT_SIGMOID },
	{ "tanh", ACT_TANH },
	{ "softplus", ACT_SOFTPLUS },
	{ "softsign", ACT_SOFTSIGN },
	{ "exponential", ACT_EXPONENTIAL },
	{ "mish", ACT_MISH },
	{ "softmax", ACTIVATION_SOFTMAX },
	{ "log_softmax", ACTIVATION_LOG_SOFTMAX },
	{ NULL, 0 },
};

enum status
layer_reject(const struct layer *l, struct err *e, const char *format, ...)
{
	char text[ERR_TEXT];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return err_set(e, ERR_CONFIG, MARK_NONE, "%s: %s", l->name, text);
}

bool
layer_axis(int size, int kernel, int stride, int dilation, enum layer_padding padding, int *out,
	int *before)
{
	const long long extent = (long long)(kernel - 1) * dilation + 1;
	if (padding == PADDING_VALID) {
		*before = 0;
		*out = size < extent ? 0 : (int)((size - extent) / stride) + 1;
		return *out > 0;
	}
	*out = (size - 1) / stride + 1;
	const long long total = (long long)(*out - 1) * stride + extent - size;
	*before = total > 0 ? (int)(total / 2) : 0;
	return size > 0;
}

int
layer_units(const struct layer *l, int v)
{
	return v == FIELD_NUM_CLASSES ? l->num_classes : v;
}

enum status
layer_want_image(const struct layer *l, struct err *e)
{
	if (l->in[0].rank == 4) return OK;
	return layer_reject(l, e, "input %s from %s is flat; this layer takes images [n,h,w,c]",
		shape_str(&l->in[0]).s, l->in_name[0]);
}

int
layer_channels(const struct shape *s)
{
	return s->d[s->rank - 1];
}

int
layer_rows(const struct shape *s, int n)
{
	return n * (int)(shape_count(s) / (size_t)layer_channels(s));
}

enum status
layer_window(const struct layer *l, struct int_pair size, struct int_pair strides,
	struct int_pair dilation, enum layer_padding padding, struct layer_window *out,
	struct err *e)
{
	if ((strides.a > 1 || strides.b > 1) && (dilation.a > 1 || dilation.b > 1))
		return layer_reject(l, e,
			"strides and dilation_rate are both above 1; one of them must be 1");
	TRY(layer_want_image(l, e));
	const struct shape *in = &l->in[0];
	const bool h = layer_axis(in->d[1], size.a, strides.a, dilation.a, padding, &out->oh,
		&out->top);
	const bool w = layer_axis(in->d[2], size.b, strides.b, dilation.b, padding, &out->ow,
		&out->left);
	if (h && w) return OK;
	return layer_reject(l, e,
		"a window of %lldx%lld does not fit in %s from %s; padding: same would",
		(size.a - 1LL) * dilation.a + 1, (size.b - 1LL) * dilation.b + 1, shape_str(in).s,
		l->in_name[0]);
}

size_t
layer_align(size_t bytes)
{
	return (bytes + 63) / 64 * 64;
}

void
layer_set_param(struct layer *l, int i, struct shape shape, const struct initializer *init,
	const struct regularizer *regularizer)
{
	l->param[i] = shape;
	l->init[i] = *init;
	l->regularizer[i] = *regularizer;
}
