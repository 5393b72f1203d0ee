/*
 * A network and a purpose to steps: order, fusions, frozen prefix, who wants a gradient, set or
 * add.
 */
#include "nn/net_parts.h"
#include "nn/plan_parts.h"
#include "tlrun/arena.h"

size_t
plan_saved_bytes(const struct plan_step *s)
{
	return s->fusion ? s->fusion->saved : s->layer->saved;
}

size_t
plan_scratch_bytes(const struct plan_step *s)
{
	return s->fusion ? s->fusion->scratch : s->layer->scratch;
}

bool
plan_keeps_x(const struct plan_step *s)
{
	return s->fusion ? s->fusion->keep_x : s->layer->keep_x;
}

bool
plan_keeps_y(const struct plan_step *s)
{
	return s->fusion ? s->fusion->keep_y : s->layer->keep_y;
}

bool
plan_in_place(const struct plan_step *s)
{
	return s->fusion ? s->fusion->in_place : s->layer->in_place;
}

int
plan_backward_time(const struct plan *p, int s)
{
	return 2 * p->steps - s;
}

/* What goes in: the network's input, or what the node before the first gives. */
static struct plan_tensor
plan_input(const struct plan *p)
{
	const struct net *net = p->net;
	const int before = p->options.first - 1;
	if (before < 0) return (struct plan_tensor){ .name = "input", .shape = net->input };
	return (struct plan_tensor){ .name = net_output_name(net, before),
		.shape = net->node[before].layer.out };
}

/*
 * Steps and the tensors they make: step s makes tensor s + 1. The softmax at the end is the
 * loss's.
 */
static void
plan_add_steps(struct arena *a, struct plan *p)
{
	const struct net *net = p->net;
	const int first = p->options.first, end = p->options.last ? p->options.last : net->nodes - 1;
	const bool train = p->options.purpose == PLAN_TRAIN;
	int *tensor_of = ARENA_ARRAY(a, int, (size_t)net->nodes);
	p->step = ARENA_ARRAY(a, struct plan_step, (size_t)(end - first));
	p->tensor = ARENA_ARRAY(a, struct plan_tensor, (size_t)(end - first) + 1);
	p->tensor[p->tensors++] = plan_input(p);
	for (int i = first; i < end;) {
		struct plan_step *s = &p->step[p->steps++];
		const struct net_node *node = &net->node[i];
		s->fusion = p->options.fuse ? fuse_at(a, net, i, end, train) : NULL;
		s->first_node = i;
		s->last_node = i + (s->fusion ? s->fusion->layers : 1) - 1;
		s->layer = &net->node[s->last_node].layer;
		s->view = !s->fusion && s->layer->view;
		s->inputs = node->inputs;
		int *input = ARENA_ARRAY(a, int, (size_t)node->inputs);
		for (int k = 0; k < node->inputs; k++)
			input[k] = node->input[k] < first ? 0 : tensor_of[node->input[k]];
		s->input = input;
		s->output = p->tensors;
		tensor_of[s->last_node] = p->tensors;
		p->tensor[p->tensors++] = (struct plan_tensor){
			.name = net_output_name(net, s->last_node), .shape = s->layer->out,
		};
		i = s->last_node + 1;
	}
	p->logits = p->tensors - 1;
}

static bool
plan_has_trainable(const struct plan *p, const struct plan_step *s)
{
	for (int i = s->first_node; i <= s->last_node; i++)
		for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
			const int param = p->net->node[i].param[k];
			if (param >= 0 && p->net->param[param].trainable) return true;
		}
	return false;
}

/* A step goes backward when it, or anything before it, has something to train. */
static void
plan_mark_backward(struct plan *p)
{
	bool frozen = true;
	for (int i = 0; i < p->steps; i++) {
		struct plan_step *s = &p->step[i];
		bool depends = plan_has_trainable(p, s);
		for (int k = 0; k < s->inputs; k++) depends |= p->tensor[s->input[k]].wanted;
		p->tensor[s->output].wanted = depends;
		frozen &= p->net->node[s->last_node].fixed;
		p->frozen_steps += frozen;
	}
	for (int i = 0; i < p->steps; i++) {
		struct plan_step *s = &p->step[i];
		s->backward = p->options.purpose == PLAN_TRAIN && p->tensor[s->output].wanted;
	}
}

/* The tensor at the root of a chain of views: they have one gradient. */
static int
plan_viewed(const struct plan *p, int tensor)
{
	while (tensor > 0 && p->step[tensor - 1].view) tensor = p->step[tensor - 1].input[0];
	return tensor;
}

/* Going back, the first reader of a tensor sets its gradient, the others add. */
static void
plan_mark_gradients(struct arena *a, struct plan *p)
{
	const bool train = p->options.purpose == PLAN_TRAIN;
	bool *set = ARENA_ARRAY(a, bool, (size_t)p->tensors);
	set[plan_viewed(p, p->logits)] = true;
	for (int i = p->steps; i-- > 0;) {
		struct plan_step *s = &p->step[i];
		bool *want = ARENA_ARRAY(a, bool, (size_t)s->inputs);
		bool *add = ARENA_ARRAY(a, bool, (size_t)s->inputs);
		for (int k = 0; k < s->inputs; k++) {
			const int t = plan_viewed(p, s->input[k]);
			want[k] = s->backward && p->tensor[s->input[k]].wanted;
			if (!want[k] || s->view) continue;
			add[k] = set[t];
			set[t] = true;
		}
		s->want_dx = want;
		s->dx_add = add;
	}
	for (int t = 0; t < p->tensors; t++) p->tensor[t].wanted &= train;
	/* The loss has a place to write to even where nothing is trained. */
	p->tensor[p->logits].wanted = train;
}

static void
plan_place_folded(struct plan *p)
{
	for (int i = 0; i < p->steps; i++) {
		struct plan_step *s = &p->step[i];
		const size_t bytes = s->fusion ? s->fusion->folded : 0;
		s->folded = bytes ? p->folded : SIZE_MAX;
		p->folded += (bytes + 63) / 64 * 64;
	}
}

struct plan *
plan_make(struct arena *a, const struct net *net, const struct plan_options *o)
{
	struct plan *p = ARENA_NEW(a, struct plan);
	p->net = net;
	p->options = *o;
	plan_add_steps(a, p);
	plan_mark_backward(p);
	plan_mark_gradients(a, p);
	memory_place(a, p);
	plan_place_folded(p);
	p->params = net->floats * sizeof(float);
	p->grads = o->purpose == PLAN_TRAIN ? net->trainable_floats * sizeof(float) : 0;
	return p;
}
