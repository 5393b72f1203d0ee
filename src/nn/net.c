/*
 * YAML layers to a directed acyclic graph: names, inputs, inner activations, shapes.
 *
 * Everything wrong is reported, each at its layer's line. What could not be read, or has no shape
 * because of an earlier error, is unknown, and nothing is said of what depends on it.
 */
#include <string.h>

#include "layers/activation.h"
#include "nn/net_parts.h"
#include "tlrun/arena.h"
#include "tlrun/diag.h"
#include "tlrun/name_table.h"

enum { NET_HINTS = 100 };	/* past so many errors nobody reads hints, and they take their time */

/* A network in the making. */
struct net_build {
	struct field_reader *r;
	const struct kind_list *layers;
	struct net *net;
	const char **name;		/* by layer; NULL: not known */
	struct name_table *names;	/* the layers before this one */
	struct name_table *later;	/* all layers */
	int *node;				/* by layer: the node whose output is the layer's */
	int batch;
	bool open;				/* layers before these are not known, or some names are not */
	bool unread;			/* some inputs are not known */
	bool incomplete;		/* something could not be read */
	int hints;
};

/* Whether the explicit name of a layer, or that it has none, was read. */
static bool
net_name_sound(const struct field_reader *r, const struct kind_value *v)
{
	const struct layer_common *c = v->common;
	return c && field_sound(r, &c->name) && (v->kind || c->name);
}

bool
net_layer_names(struct field_reader *r, const struct kind_list *layers, size_t n,
	const char **name)
{
	size_t kinds = 0, k;
	while (family_layer.kinds[kinds])
		kinds++;
	int *const count = ARENA_ARRAY(r->arena, int, kinds);
	bool known = true;
	for (size_t i = 0; i < n; i++) {
		const struct kind_value *v = &layers->v[i];
		const struct layer_common *c = v->common;
		name[i] = NULL;
		known = known && net_name_sound(r, v);
		if (!net_name_sound(r, v)) continue;
		name[i] = c->name;
		if (c->name) continue;
		for (k = 0; family_layer.kinds[k] != v->kind;)
			k++;
		name[i] = count[k] ? arena_printf(r->arena, "%s_%d", v->kind->name, count[k])
			: v->kind->name;
		count[k]++;
	}
	return known;
}

static bool
net_is_automatic(const struct net_build *b, size_t i)
{
	return !((const struct layer_common *)b->layers->v[i].common)->name;
}

/* Names as Keras gives them, a counter for each kind; each must be the only one. */
static void
net_name_layers(struct net_build *b)
{
	const bool known = net_layer_names(b->r, b->layers, b->layers->n, b->name);
	b->open |= !known;
	b->incomplete |= !known;
	for (size_t i = 0; i < b->layers->n; i++) {
		const struct kind_value *v = &b->layers->v[i];
		if (!b->name[i]) continue;
		if (strcmp(b->name[i], "input") == 0)
			field_error(b->r, v->node, "choose another name",
				"input is the network's input, no layer");
		const long first = name_table_add(b->later, b->name[i], (long)i);
		/* An automatic name counts the layers before, of which some are not known. */
		if (first < 0 || (!known && (net_is_automatic(b, i) || net_is_automatic(b, (size_t)first))))
			continue;
		const struct node *node = b->layers->v[first].node;
		field_error(b->r, v->node, "choose another name",
			"two layers are called \"%s\"; the first is in line %d", b->name[i],
			node ? node->at.line : 0);
		b->unread = true;
	}
}

/* No layer before i is called so. */
static void
net_no_input(struct net_build *b, size_t i, const char *name, const struct node *at)
{
	const long later = name_table_find(b->later, name);
	if (!at) at = b->layers->v[i].node;
	if (later >= 0) {
		field_error(b->r, at, "a layer reads earlier ones", "\"%s\" %s", name,
			(size_t)later == i ? "is this layer itself" : "comes later");
		return;
	}
	const char *hint = NULL;
	if (b->hints++ < NET_HINTS) {
		const char **names = ARENA_ARRAY(b->r->arena, const char *, i + 1);
		names[0] = "input";
		for (size_t j = 0; j < i; j++) names[j + 1] = b->name[j];
		hint = field_hint(b->r->arena, name, names, i + 1);
	}
	field_error(b->r, at, hint, "from: no earlier layer is called \"%s\"", name);
}

/* The node that a name in layer i's `from` means; false when it is not known. */
static bool
net_find_input(struct net_build *b, size_t i, const char *name, const struct node *at, int *out)
{
	*out = NET_INPUT;
	if (strcmp(name, "input") == 0) return true;
	const long j = name_table_find(b->names, name);
	if (j >= 0) *out = b->node[j];
	else if (!b->open) net_no_input(b, i, name, at);
	return j >= 0;
}

/* What messages call a layer whose kind is known. */
static const char *
net_called(const struct net_build *b, size_t i)
{
	return b->name[i] ? b->name[i] : b->layers->v[i].kind->name;
}

static bool
net_check_inputs(struct net_build *b, size_t i, size_t n)
{
	const struct kind_value *v = &b->layers->v[i];
	const struct layer_kind *kind = layer_kind_of(v->kind);
	const int least = kind->min_inputs, most = kind->max_inputs;
	const char *const name = net_called(b, i);
	const bool several = (int)n < least || ((int)n > most && most > 1);
	if (several)
		field_error(b->r, v->node, "name them: {from: [a, b]}", "%s reads %d%s layers, not %zu",
			name, least, most > least ? " or more" : "", n);
	else if ((int)n > most)
		field_error(b->r, v->node, "add or concatenate joins several layers into one",
			"%s reads one layer, not %zu", name, n);
	return !several && (int)n <= most;
}

/* The inputs of layer i; false when some are not known. */
static bool
net_read_inputs(struct net_build *b, size_t i, struct net_node *node)
{
	const struct kind_value *v = &b->layers->v[i];
	const struct layer_common *c = v->common;
	if (!c || !field_sound(b->r, &c->from)) return false;
	const size_t n = c->from.n ? c->from.n : 1;
	int *input = ARENA_ARRAY(b->r->arena, int, n);
	bool ok = true;
	if (!c->from.n) input[0] = i ? b->node[i - 1] : NET_INPUT;
	for (size_t k = 0; k < c->from.n; k++)
		ok &= net_find_input(b, i, c->from.v[k], c->from.node ? c->from.node[k] : NULL, &input[k]);
	node->inputs = (int)n;
	node->input = input;
	if (!v->kind || net_check_inputs(b, i, n)) return ok;
	node->layer.kind = NULL;	/* an input that was forgotten has no reader yet */
	return false;
}

/* Whether the layer's output depends on the number of classes. */
static bool
net_counts_classes(const struct kind_value *v)
{
	const char *const opts = v->opts;
	for (const struct field *f = v->kind->fields; f && f->key; f++)
		if (f->classes && *(const int *)(opts + f->offset) == FIELD_NUM_CLASSES) return true;
	return false;
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
	const struct layer_kind *kind = v->unread ? NULL : layer_kind_of(v->kind);
	const int index = b->net->nodes++;
	struct net_node *node = &b->net->node[index];
	node->layer = (struct layer){
		.kind = kind, .name = b->name[i] ? b->name[i] : "", .node = v->node, .opts = v->opts,
		.trainable = c && c->trainable, .num_classes = b->net->num_classes,
	};
	b->node[i] = index;
	const bool inputs = net_read_inputs(b, i, node);
	const bool counted = b->net->num_classes || (kind && !net_counts_classes(v));
	b->unread |= !inputs;
	b->incomplete |= !kind || !inputs || !counted;
	if (inputs && node->layer.kind && counted) net_shape_node(b, node);
	const int activation = kind && kind->activation ? kind->activation(v->opts) : ACTIVATION_NONE;
	if (activation != ACTIVATION_NONE) {
		net_add_activation(b, index, activation);
		b->node[i] = b->net->nodes - 1;
	}
	if (b->name[i]) name_table_add(b->names, b->name[i], (long)i);
}

/* Every output but the last has a reader. */
static void
net_check_readers(struct net_build *b)
{
	const struct net *net = b->net;
	bool *read = ARENA_ARRAY(b->r->arena, bool, (size_t)net->nodes);
	for (int k = 0; k < net->nodes; k++)
		for (int j = 0; j < net->node[k].inputs; j++)
			if (net->node[k].input[j] != NET_INPUT) read[net->node[k].input[j]] = true;
	for (size_t i = 0; i + 1 < b->layers->n; i++)
		if (!read[b->node[i]])
			field_error(b->r, b->layers->v[i].node, "name it in a later layer's from, or remove it",
				"nobody reads the output of %s", b->name[i]);
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
	if (v->unread || !l->kind) return;
	net->softmax = net_is_softmax(l, &net->log_softmax);
	net->logits = net->nodes - 1;
	if (!net->softmax) {
		field_error(b->r, v->node,
			layer_kind_of(v->kind)->activation ? "activation: softmax"
											   : "- softmax as the last layer",
			"the network must end in a softmax; %s, its last layer, gives no probabilities",
			net_called(b, last));
		return;
	}
	net->logits = end->input ? end->input[0] : NET_INPUT;
	if (!l->out.rank || !net->num_classes) return;
	const struct shape want = SHAPE2(SHAPE_BATCH, net->num_classes);
	if (!shape_equal(&l->out, &want))
		field_error(b->r, v->node,
			l->out.rank == 4 ? "flatten or global_average_pooling2d, then dense: {units: "
							   "num_classes, activation: softmax}, at the end"
							 : "dense: {units: num_classes, activation: softmax} as the last layer",
			"the last layer, %s, gives %s, and %d classes need %s", net_called(b, last),
			shape_str(&l->out).s, net->num_classes, shape_str(&want).s);
	else if (net->logits == NET_INPUT)
		field_error(b->r, v->node, NULL, "the network has no layer before its softmax");
}

struct net *
net_build(struct field_reader *r, const struct net_request *q)
{
	const int before = diags_errors(r->diags);
	const struct kind_list *layers = q->layers;
	struct net_build b = { .r = r, .layers = layers, .batch = q->batch, .open = q->open };
	if (!layers->n) {
		diag_add(r->diags, DIAG_ERROR, MARK_NONE, 1, NULL, "the network has no layers");
		return NULL;
	}
	b.net = ARENA_NEW(r->arena, struct net);
	b.net->input = q->input;
	b.net->num_classes = q->num_classes;
	b.net->node = ARENA_ARRAY(r->arena, struct net_node, 2 * layers->n);
	b.name = ARENA_ARRAY(r->arena, const char *, layers->n);
	b.node = ARENA_ARRAY(r->arena, int, layers->n);
	b.names = name_table_new(r->arena);
	b.later = name_table_new(r->arena);
	b.incomplete = q->open || !q->input.rank || !q->num_classes;
	net_name_layers(&b);
	for (size_t i = 0; i < layers->n; i++) {
		net_add_layer(&b, i);
		if (i + 1 == q->backbone) b.net->backbone = b.net->nodes;
	}
	/* An input that is not known may be any of the layers. */
	if (!b.unread) net_check_readers(&b);
	net_check_end(&b);
	if (b.incomplete || diags_errors(r->diags) > before) return NULL;
	net_place_params(r->arena, b.net);
	net_find_cut(b.net);
	return b.net;
}
