/*
 * YAML layers to a directed acyclic graph: names, inputs, inner activations, shapes.
 *
 * Everything wrong is reported, each at its layer's line: a layer whose input has no shape
 * because of an earlier error is left out of what follows.
 */
#include <string.h>

#include "layers/activation.h"
#include "nn/net_parts.h"
#include "tlrun/arena.h"
#include "tlrun/diag.h"
#include "tlrun/suggest.h"

/* A network in the making. */
struct net_build {
	struct field_reader *r;
	const struct kind_list *layers;
	struct net *net;
	const char **name;		/* by layer */
	int *node;				/* by layer: the node whose output is the layer's */
	int batch;
};

const char *
net_layer_name(struct arena *a, const struct kind_list *layers, size_t i)
{
	const struct kind_value *v = layers->v;
	int same = 0;
	if (((const struct layer_common *)v[i].common)->name)
		return ((const struct layer_common *)v[i].common)->name;
	for (size_t j = 0; j < i; j++)
		same += v[j].kind == v[i].kind && !((const struct layer_common *)v[j].common)->name;
	return same ? arena_printf(a, "%s_%d", v[i].kind->name, same) : v[i].kind->name;
}

/* Names as Keras gives them, a counter for each kind; each must be the only one. */
static void
net_name_layers(struct net_build *b)
{
	for (size_t i = 0; i < b->layers->n; i++) {
		const struct kind_value *v = &b->layers->v[i];
		b->name[i] = net_layer_name(b->r->arena, b->layers, i);
		if (strcmp(b->name[i], "input") == 0)
			field_error(b->r, v->node, "choose another name",
				"input is the network's input, no layer");
		for (size_t j = 0; j < i; j++)
			if (strcmp(b->name[i], b->name[j]) == 0) {
				const struct node *first = b->layers->v[j].node;
				field_error(b->r, v->node, "choose another name",
					"two layers are called \"%s\"; the first is in line %d", b->name[i],
					first ? first->at.line : 0);
				break;
			}
	}
}

/* The node that a name in layer i's `from` means; false after an error. */
static bool
net_find_input(struct net_build *b, size_t i, const char *name, const struct node *at, int *out)
{
	if (strcmp(name, "input") == 0) {
		*out = NET_INPUT;
		return true;
	}
	for (size_t j = 0; j < i; j++)
		if (strcmp(b->name[j], name) == 0) {
			*out = b->node[j];
			return true;
		}
	if (!at) at = b->layers->v[i].node;
	for (size_t j = i; j < b->layers->n; j++)
		if (strcmp(b->name[j], name) == 0) {
			field_error(b->r, at, "a layer reads earlier ones", "\"%s\" %s", name,
				j == i ? "is this layer itself" : "comes later");
			return false;
		}
	const char **names = ARENA_ARRAY(b->r->arena, const char *, i + 1);
	names[0] = "input";
	for (size_t j = 0; j < i; j++) names[j + 1] = b->name[j];
	field_error(b->r, at, field_hint(b->r->arena, name, names, i + 1),
		"from: no earlier layer is called \"%s\"", name);
	return false;
}

/* The inputs of layer i; false after an error. */
static bool
net_read_inputs(struct net_build *b, size_t i, struct net_node *node)
{
	const struct kind_value *v = &b->layers->v[i];
	const struct layer_common *c = v->common;
	const struct layer_kind *kind = layer_kind_of(v->kind);
	const size_t n = c->from.n ? c->from.n : 1;
	int *input = ARENA_ARRAY(b->r->arena, int, n);
	bool ok = true;
	if (!c->from.n) input[0] = i ? b->node[i - 1] : NET_INPUT;
	for (size_t k = 0; k < c->from.n; k++)
		ok &= net_find_input(b, i, c->from.v[k], c->from.node ? c->from.node[k] : NULL, &input[k]);
	node->inputs = (int)n;
	node->input = input;
	const int least = kind->min_inputs, most = kind->max_inputs;
	if ((int)n < least || ((int)n > most && most > 1)) {
		field_error(b->r, v->node, "name them: {from: [a, b]}", "%s reads %d%s layers, not %zu",
			b->name[i], least, most > least ? " or more" : "", n);
		ok = false;
	} else if ((int)n > most) {
		field_error(b->r, v->node, "add or concatenate joins several layers into one",
			"%s reads one layer, not %zu", b->name[i], n);
		ok = false;
	}
	return ok;
}

/* Shape a node whose inputs are known. false: an error was reported, or an input has none. */
static bool
net_shape_node(struct net_build *b, struct net_node *node)
{
	struct net *net = b->net;
	struct layer *l = &node->layer;
	struct shape *in = ARENA_ARRAY(b->r->arena, struct shape, (size_t)node->inputs);
	const char **from = ARENA_ARRAY(b->r->arena, const char *, (size_t)node->inputs);
	for (int k = 0; k < node->inputs; k++) {
		const int i = node->input[k];
		in[k] = i == NET_INPUT ? net->input : net->node[i].layer.out;
		from[k] = i == NET_INPUT ? "input" : net_output_name(net, i);
		if (!in[k].rank) return false;
	}
	l->inputs = node->inputs;
	l->in = in;
	l->in_name = from;
	l->batch = b->batch;
	struct err e = ERR_INIT;
	if (l->kind->shape(l, &e) == OK && net_size_fits(l, &e) == OK) return true;
	field_error(b->r, l->node, NULL, "%s", e.message);
	l->out = (struct shape){ 0 };
	return false;
}

/* An activation right behind the node, for its `activation:`. */
static void
net_add_activation(struct net_build *b, int of, int activation)
{
	struct net *net = b->net;
	struct net_node *node = &net->node[net->nodes++];
	const struct layer *l = &net->node[of].layer;
	struct activation *o = ARENA_NEW(b->r->arena, struct activation);
	int *input = ARENA_NEW(b->r->arena, int);
	o->activation = activation;
	*input = of;
	*node = (struct net_node){
		.layer = {
			.kind = &layer_activation, .node = l->node, .opts = o, .trainable = l->trainable,
			.num_classes = net->num_classes,
			.name = arena_printf(b->r->arena, "%s/%s", l->name, layer_activation_name(activation)),
		},
		.inputs = 1, .input = input, .inner = true,
	};
	net_shape_node(b, node);
}

static void
net_add_layer(struct net_build *b, size_t i)
{
	const struct kind_value *v = &b->layers->v[i];
	const struct layer_common *c = v->common;
	const struct layer_kind *kind = layer_kind_of(v->kind);
	const int index = b->net->nodes++;
	struct net_node *node = &b->net->node[index];
	node->layer = (struct layer){
		.kind = kind, .name = b->name[i], .node = v->node, .opts = v->opts,
		.trainable = c->trainable, .num_classes = b->net->num_classes,
	};
	b->node[i] = index;
	if (net_read_inputs(b, i, node)) net_shape_node(b, node);
	const int activation = kind->activation ? kind->activation(v->opts) : ACTIVATION_NONE;
	if (activation != ACTIVATION_NONE) {
		net_add_activation(b, index, activation);
		b->node[i] = b->net->nodes - 1;
	}
}

/* Every output but the last has a reader. */
static void
net_check_readers(struct net_build *b)
{
	const struct net *net = b->net;
	for (size_t i = 0; i + 1 < b->layers->n; i++) {
		bool read = false;
		for (int k = 0; k < net->nodes; k++)
			for (int j = 0; j < net->node[k].inputs; j++)
				read |= net->node[k].input[j] == b->node[i];
		if (!read)
			field_error(b->r, b->layers->v[i].node, "name it in a later layer's from, or remove it",
				"nobody reads the output of %s", b->name[i]);
	}
}

/* The network gives probabilities of num_classes classes. */
static void
net_check_end(struct net_build *b)
{
	struct net *net = b->net;
	const size_t last = b->layers->n - 1;
	const struct kind_value *v = &b->layers->v[last];
	const struct net_node *end = &net->node[net->nodes - 1];
	const struct layer *l = &end->layer;
	net->softmax = net_is_softmax(l, &net->log_softmax);
	net->logits = net->nodes - 1;
	if (!net->softmax) {
		field_error(b->r, v->node,
			layer_kind_of(v->kind)->activation ? "activation: softmax"
											   : "- softmax as the last layer",
			"the network must end in a softmax; %s, its last layer, gives no probabilities",
			b->name[last]);
		return;
	}
	net->logits = end->input ? end->input[0] : NET_INPUT;
	if (!l->out.rank) return;
	const struct shape want = SHAPE2(SHAPE_BATCH, net->num_classes);
	if (!shape_equal(&l->out, &want))
		field_error(b->r, v->node,
			l->out.rank == 4 ? "flatten or global_average_pooling2d, then dense: {units: "
							   "num_classes, activation: softmax}, at the end"
							 : "dense: {units: num_classes, activation: softmax} as the last layer",
			"the last layer, %s, gives %s, and %d classes need %s", b->name[last],
			shape_str(&l->out).s, net->num_classes, shape_str(&want).s);
	else if (net->logits == NET_INPUT)
		field_error(b->r, v->node, NULL, "the network has no layer before its softmax");
}

struct net *
net_build(struct field_reader *r, const struct net_request *q)
{
	const int before = diags_errors(r->diags);
	const struct kind_list *layers = q->layers;
	struct net_build b = { .r = r, .layers = layers, .batch = q->batch };
	if (!layers->n) {
		diag_add(r->diags, DIAG_ERROR, MARK_NONE, 1, NULL, "the network has no layers");
		return NULL;
	}
	for (size_t i = 0; i < layers->n; i++)
		if (!layers->v[i].kind) return NULL;	/* reported when it was read */
	b.net = ARENA_NEW(r->arena, struct net);
	b.net->input = q->input;
	b.net->num_classes = q->num_classes;
	b.net->node = ARENA_ARRAY(r->arena, struct net_node, 2 * layers->n);
	b.name = ARENA_ARRAY(r->arena, const char *, layers->n);
	b.node = ARENA_ARRAY(r->arena, int, layers->n);
	net_name_layers(&b);
	for (size_t i = 0; i < layers->n; i++) {
		net_add_layer(&b, i);
		if (i + 1 == q->backbone) b.net->backbone = b.net->nodes;
	}
	/* After a misspelled from, readers would be missed. */
	if (diags_errors(r->diags) == before) net_check_readers(&b);
	net_check_end(&b);
	if (diags_errors(r->diags) > before) return NULL;
	net_place_params(r->arena, b.net);
	net_find_cut(b.net);
	return b.net;
}
