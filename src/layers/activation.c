/*
 * activation: an activation without parameters, by name. softmax and log_softmax go over the
 * last axis.
 *
 * Shapes  y as x, any
 * Source  doc/keras-semantics.md 2.10; a name's parameters are those of Keras's function
 *         (leaky_relu 0.2).
 */
#include "layers/activation.h"
#include "layers/layer_options.h"

static const struct field fields[] = {
	FIELD_WORD(struct activation, activation, .words = layer_activation_words, .required = true,
		.doc = "which one"),
	FIELD_END
};
static const char *const examples[] = {
	"{activation: relu}", "{activation: relu6}", "{activation: leaky_relu}", "{activation: elu}",
	"{activation: selu}", "{activation: silu}", "{activation: hard_sigmoid}",
	"{activation: hard_silu}", "{activation: gelu}", "{activation: gelu_tanh}",
	"{activation: sigmoid}", "{activation: tanh}", "{activation: softplus}",
	"{activation: softsign}", "{activation: exponential}", "{activation: mish}",
	"{activation: softmax}", "{activation: log_softmax}", "{activation: linear}", NULL
};

const char *
layer_activation_name(int activation)
{
	const struct field_word *w = layer_activation_words;
	while (w->name && w->value != activation) w++;
	return w->name;
}

static bool
activation_by_row(int activation)
{
	return activation == ACTIVATION_SOFTMAX || activation == ACTIVATION_LOG_SOFTMAX;
}

static struct kern_act
activation_kern(int activation)
{
	return (struct kern_act){
		.type = (enum kern_activation)activation,
		.alpha = activation == ACT_LEAKY_RELU ? 0.2f : 1.0f,
	};
}

bool
layer_activation_kern(const struct layer *l, struct kern_act *act)
{
	const int a = ((const struct activation *)l->opts)->activation;
	if (activation_by_row(a)) return false;
	*act = activation_kern(a == ACTIVATION_NONE ? ACT_LINEAR : a);
	return true;
}

static enum status
activation_shape(struct layer *l, struct err *e)
{
	const int a = ((const struct activation *)l->opts)->activation;
	(void)e;
	l->out = l->in[0];
	l->view = a == ACTIVATION_NONE;
	if (l->view) return OK;
	l->in_place = !activation_by_row(a);
	l->keep_x = !activation_by_row(a) && kern_act_needs_x((enum kern_activation)a);
	l->keep_y = true;
	return OK;
}

static void
activation_forward(const struct layer *l, const struct layer_io *io)
{
	const int a = ((const struct activation *)l->opts)->activation;
	const int rows = layer_rows(&l->out, io->n), c = layer_channels(&l->out);
	const struct kern_act k = activation_kern(a == ACTIVATION_NONE ? ACT_LINEAR : a);
	if (a == ACTIVATION_SOFTMAX) kern_softmax_forward(rows, c, io->x[0], io->y);
	else if (a == ACTIVATION_LOG_SOFTMAX) kern_log_softmax_forward(rows, c, io->x[0], io->y);
	else kern_act_forward(&k, (size_t)rows * (size_t)c, io->x[0], io->y);
}

static void
activation_backward(const struct layer *l, const struct layer_io *io)
{
	const int a = ((const struct activation *)l->opts)->activation;
	const int rows = layer_rows(&l->out, io->n), c = layer_channels(&l->out);
	const struct kern_act k = activation_kern(a == ACTIVATION_NONE ? ACT_LINEAR : a);
	if (!io->dx[0]) return;
	if (a == ACTIVATION_SOFTMAX)
		kern_softmax_backward(rows, c, io->y, io->dy, io->dx[0], io->dx_add[0]);
	else if (a == ACTIVATION_LOG_SOFTMAX)
		kern_log_softmax_backward(rows, c, io->y, io->dy, io->dx[0], io->dx_add[0]);
	else
		kern_act_backward(&k, (size_t)rows * (size_t)c, l->keep_x ? io->x[0] : NULL, io->y, io->dy,
			io->dx[0], io->dx_add[0]);
}

const struct layer_kind layer_activation = {
	.kind = {
		.name = "activation", .summary = "An activation by its name.",
		.opts_size = sizeof(struct activation), .fields = fields, .examples = examples,
	},
	.min_inputs = 1, .max_inputs = 1, .keras = "Activation",
	.shape = activation_shape, .forward = activation_forward, .backward = activation_backward,
};
