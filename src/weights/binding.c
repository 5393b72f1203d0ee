/*
 * What a file's tensors bind to in a network: which layer to which node (bind_legacy.c,
 * bind_structure.c), and within a layer which tensor to which parameter.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "weights/binder.h"

/* The parameters of the target's nodes come first in the network. */
static int
binding_params(const struct weights_target *t)
{
	int n = 0;
	while (n < t->net->params && t->net->param[n].node < t->nodes) n++;
	return n;
}

static void
binding_set(const struct weights_target *t, struct weights_bound *bound, const struct tensor *x)
{
	bound->file = x->name;
	bound->tensor = x;
	bound->fits = weights_fits(x, &t->net->param[bound->param]);
}

/* ---- within a layer ---- */

static const struct tensor *
binding_named(struct arena *a, const struct weights_layer *l, const char *keras)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(weights_base_of(a, l->tensor[i]->name), keras) == 0) return l->tensor[i];
	return NULL;
}

/* The tensor of each parameter of the node: by the parameters' Keras names where the file has all
 * of them, else by order. */
static void
binding_layer(const struct binder *b, int node, const struct weights_layer *l,
	const struct tensor *out[LAYER_MAX_PARAMS])
{
	const struct net *const net = b->t->net;
	const int *const param = net->node[node].param;
	const struct tensor *named[LAYER_MAX_PARAMS] = { NULL };
	bool all = true;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		if (param[k] < 0) continue;
		const char *const keras = net->param[param[k]].spec->keras;
		named[k] = keras ? binding_named(b->a, l, keras) : NULL;
		all = all && named[k];
	}
	size_t next = 0;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		if (param[k] < 0) continue;
		out[k] = all ? named[k] : next < l->n ? l->tensor[next++] : NULL;
	}
}

bool
bind_layer_fits(const struct binder *b, int node, const struct weights_layer *l)
{
	const int *const param = b->t->net->node[node].param;
	const struct tensor *x[LAYER_MAX_PARAMS] = { NULL };
	size_t n = 0;
	binding_layer(b, node, l, x);
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		if (param[k] < 0) continue;
		if (!x[k] || !weights_fits(x[k], &b->t->net->param[param[k]])) return false;
		n++;
	}
	return n == l->n;
}

/* ---- the whole ---- */

static struct binder
binding_binder(struct arena *a, const struct weights_file *f, const struct weights_target *t)
{
	int n = 0;
	int *const node = ARENA_ARRAY(a, int, (size_t)t->nodes + 1);
	for (int i = 0; i < t->nodes; i++) {
		int params = 0;
		for (int k = 0; k < LAYER_MAX_PARAMS; k++) params += t->net->node[i].param[k] >= 0;
		if (params > 0) node[n++] = i;
	}
	return (struct binder){ .a = a, .f = f, .t = t, .nodes = n, .node = node,
		.partner = ARENA_ARRAY(a, int, (size_t)n + 1) };
}

static const char *
binding_pairs(struct binder *b, struct weights_bound *bound, int params)
{
	const char *how = "by name";
	if (b->f->format == WEIGHTS_SAFETENSORS) {
		for (int i = 0; i < params; i++) {
			const struct tensor *const x = safetensors_find(b->f->tensors,
				b->t->net->param[i].name);
			if (x) binding_set(b->t, &bound[i], x);
		}
		return how;
	}
	if (b->f->format == WEIGHTS_KERAS_LEGACY) how = bind_legacy(b);
	else how = bind_structure(b);
	for (int i = 0; i < b->nodes; i++) {
		const struct tensor *x[LAYER_MAX_PARAMS] = { NULL };
		if (b->partner[i] < 0) continue;
		binding_layer(b, b->node[i], &b->f->layer[b->partner[i]], x);
		for (int k = 0; k < LAYER_MAX_PARAMS; k++)
			if (x[k]) binding_set(b->t, &bound[b->t->net->node[b->node[i]].param[k]], x[k]);
	}
	return how;
}

void
weights_bind(struct arena *a, const struct weights_file *f, const struct weights_target *t,
	struct weights_binding *out)
{
	const size_t tensors = safetensors_count(f->tensors);
	const int params = binding_params(t);
	struct weights_bound *const bound = ARENA_ARRAY(a, struct weights_bound,
		(size_t)params + tensors + 1);
	bool *const used = ARENA_ARRAY(a, bool, tensors + 1);
	struct binder b = binding_binder(a, f, t);
	*out = (struct weights_binding){ .bound = bound, .n = (size_t)params };
	for (int i = 0; i < params; i++) bound[i].param = i;
	out->how = binding_pairs(&b, bound, params);
	out->ambiguous = b.ambiguous;
	for (int i = 0; i < params; i++) {
		if (!bound[i].tensor) out->missing++;
		else if (bound[i].fits) out->matched++;
		else out->misfits++;
		if (bound[i].tensor) used[bound[i].tensor - safetensors_at(f->tensors, 0)] = true;
	}
	for (size_t i = 0; i < tensors; i++) {
		if (used[i]) continue;
		const struct tensor *const x = safetensors_at(f->tensors, i);
		bound[out->n++] = (struct weights_bound){ .file = x->name, .tensor = x, .param = -1 };
		out->left++;
	}
}

void
weights_apply(const struct weights_target *t, const struct weights_binding *b, float *block)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct weights_bound *const x = &b->bound[i];
		if (x->param < 0 || !x->tensor || !x->fits) continue;
		const struct net_param *const p = &t->net->param[x->param];
		memcpy(block + p->offset, x->tensor->data, p->count * sizeof *block);
	}
}
