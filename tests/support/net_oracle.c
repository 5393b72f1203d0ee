/* A whole network in double. */
#include "support/net_oracle.h"

#include <string.h>

#include "layers/activation.h"
#include "support/oracle.h"
#include "support/tiny.h"

void
net_oracle_open(struct net_oracle *o, struct arena *a, const struct net *net, int n,
	const float *x, const float *params, const float *weight)
{
	const size_t images = (size_t)n;
	*o = (struct net_oracle){ .net = net, .n = n, .training = true };
	o->x = tiny_doubles(a, x, images * shape_count(&net->input));
	o->params = tiny_doubles(a, params, net->floats);
	o->weight = tiny_doubles(a, weight, images * (size_t)net->num_classes);
	o->y = ARENA_ARRAY(a, double *, (size_t)net->nodes);
	for (int i = 0; i < net->nodes; i++)
		o->y[i] = ARENA_ARRAY(a, double, images * shape_count(&net->node[i].layer.out));
}

static void
net_oracle_node(const struct net_oracle *o, int i)
{
	const struct net_node *node = &o->net->node[i];
	const struct layer *l = &node->layer;
	const struct node *item = l->node;
	struct oracle one = {
		.kind = l->kind->kind.name, .opts = item->type == NODE_MAP ? item->items[0] : NULL,
		.num_classes = o->net->num_classes, .n = o->n, .inputs = node->inputs,
		.training = o->training, .trainable = l->trainable, .out = l->out,
		.rng = rng_stream(o->seed, RNG_DROPOUT, (uint32_t)i, o->step),
	};
	for (int k = 0; k < node->inputs; k++) {
		one.in[k] = l->in[k];
		one.x[k] = node->input[k] == NET_INPUT ? o->x : o->y[node->input[k]];
	}
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		one.param[k] = l->param[k];
		if (node->param[k] >= 0) one.p[k] = o->params + o->net->param[node->param[k]].offset;
	}
	if (node->inner) {
		const int c = l->out.d[l->out.rank - 1];
		const int rows = o->n * (int)(shape_count(&l->out) / (size_t)c);
		oracle_activation(layer_activation_name(((const struct activation *)l->opts)->activation),
			rows, c, one.x[0], o->y[i]);
	} else {
		oracle_forward(&one, o->y[i], NULL, NULL);
	}
}

double
net_oracle_loss(void *net_oracle)
{
	const struct net_oracle *o = net_oracle;
	const double *logits = o->y[o->net->logits];
	double sum = 0;
	for (int i = 0; i + 1 < o->net->nodes; i++) net_oracle_node(o, i);
	for (int i = 0; i < o->n * o->net->num_classes; i++) sum += o->weight[i] * logits[i];
	return sum;
}
