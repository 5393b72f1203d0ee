/*
 * The parameters of a network: their place in one block, their count, their digest; and sizes
 * of layers.
 */
#include <string.h>

#include "layers/activation.h"
#include "nn/net_parts.h"
#include "tlrun/arena.h"
#include "tlrun/hash.h"

/* Offsets are whole cache lines of floats, so that no two parameters share one. */
enum { PARAMS_ALIGN = 16 };

const char *
net_output_name(const struct net *net, int i)
{
	const struct net_node *node = &net->node[i];
	return node->inner ? net->node[node->input[0]].layer.name : node->layer.name;
}

bool
net_is_softmax(const struct layer *l, bool *log)
{
	*log = false;
	if (strcmp(l->kind->kind.name, "softmax") == 0) return true;
	if (l->kind != &layer_activation) return false;
	const int activation = ((const struct activation *)l->opts)->activation;
	*log = activation == ACTIVATION_LOG_SOFTMAX;
	return *log || activation == ACTIVATION_SOFTMAX;
}

enum status
net_size_fits(const struct layer *l, struct err *e)
{
	bool fits = shape_fits(&l->out);
	for (int k = 0; k < LAYER_MAX_PARAMS; k++)
		fits &= !l->param[k].rank ||
			(shape_fits(&l->param[k]) && shape_count(&l->param[k]) < INT_MAX);
	/* Rows before the channels are an int in the kernels. */
	const size_t rows = fits ? shape_count(&l->out) / (size_t)l->out.d[l->out.rank - 1] : 0;
	if (fits && rows * (size_t)l->batch < INT_MAX) return OK;
	return layer_reject(l, e, "output %s is too large for batches of %d", shape_str(&l->out).s,
		l->batch);
}

static void
params_add(struct arena *a, struct net *net, int node, int index)
{
	const struct layer *l = &net->node[node].layer;
	const struct param_spec *spec = &l->kind->params[index];
	struct net_param *p = &net->param[net->params];
	const bool trainable = l->trainable && spec->role != PARAM_STATISTIC;
	*p = (struct net_param){
		.name = arena_printf(a, "%s/%s", l->name, spec->name),
		.node = node, .index = index, .spec = spec, .shape = l->param[index],
		.count = shape_count(&l->param[index]), .trainable = trainable, .init = l->init[index],
	};
	if (trainable) p->regularizer = l->regularizer[index];
	net->node[node].param[index] = net->params++;
	*(trainable ? &net->trainable_count : &net->frozen_count) += (long long)p->count;
}

static size_t
params_place(struct net *net, bool trainable, size_t offset)
{
	for (int i = 0; i < net->params; i++) {
		struct net_param *p = &net->param[i];
		if (p->trainable != trainable) continue;
		p->offset = offset;
		offset += (p->count + PARAMS_ALIGN - 1) / PARAMS_ALIGN * PARAMS_ALIGN;
	}
	return offset;
}

void
net_place_params(struct arena *a, struct net *net)
{
	net->param = ARENA_ARRAY(a, struct net_param, (size_t)net->nodes * LAYER_MAX_PARAMS);
	for (int i = 0; i < net->nodes; i++) {
		const struct layer *l = &net->node[i].layer;
		net->mult_adds += l->mult_adds;
		for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
			net->node[i].param[k] = -1;
			if (l->param[k].rank) params_add(a, net, i, k);
		}
	}
	net->trainable_floats = params_place(net, true, 0);
	net->floats = params_place(net, false, net->trainable_floats);
}

void
net_set_batch(struct net *net, int batch)
{
	for (int i = 0; i < net->nodes; i++) {
		struct layer *l = &net->node[i].layer;
		struct err e = ERR_INIT;
		l->batch = batch;
		l->kind->shape(l, &e);	/* it was taken before; the batch changes only sizes of memory */
	}
}

void
net_hash(const struct net *net, const float *block, char hex[65])
{
	struct hash *h = hash_new();
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		const struct shape_text shape = shape_str(&p->shape);
		hash_add(h, p->name, strlen(p->name) + 1);
		hash_add(h, shape.s, strlen(shape.s) + 1);
		hash_add(h, block + p->offset, p->count * sizeof(float));
	}
	hash_hex(h, hex);
}
