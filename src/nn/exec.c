/* Run a plan. Every pointer is fixed when it is opened; a step is a few stores and a call. */
#include <assert.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/exec.h"

enum { EXEC_MAX_PARAMS = FUSION_MAX_LAYERS * LAYER_MAX_PARAMS };

struct exec_step {
	struct layer_io io;
	const float **x;
	float **dx;
	float *p[EXEC_MAX_PARAMS], *dp[EXEC_MAX_PARAMS];
	int param[EXEC_MAX_PARAMS];	/* of the net, -1 absent */
	const struct kern_update *update[EXEC_MAX_PARAMS];
};

struct exec {
	const struct plan *plan;
	char *workspace, *folded;
	float *params, *grads;
	struct exec_step *step;
	/* the last forward, for exec_first_not_finite */
	int n;
	bool training;
	uint64_t seed, number;
};

static float *
exec_at(const struct exec *x, size_t offset)
{
	return offset == SIZE_MAX ? NULL : (float *)(void *)(x->workspace + offset);
}

static void
exec_place_params(struct exec *x, const struct plan_step *s, struct exec_step *e)
{
	const struct net *net = x->plan->net;
	for (int k = 0; k < EXEC_MAX_PARAMS; k++) e->param[k] = -1;
	for (int i = s->first_node; i <= s->last_node; i++)
		for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
			const int at = (i - s->first_node) * LAYER_MAX_PARAMS + k;
			const int param = net->node[i].param[k];
			e->param[at] = param;
			if (param < 0) continue;
			e->p[at] = x->params + net->param[param].offset;
			if (net->param[param].trainable && x->grads)
				e->dp[at] = x->grads + net->param[param].offset;
		}
}

static void
exec_place_step(struct arena *a, struct exec *x, const struct plan_step *s, struct exec_step *e)
{
	const struct plan *p = x->plan;
	e->x = ARENA_ARRAY(a, const float *, (size_t)s->inputs);
	e->dx = ARENA_ARRAY(a, float *, (size_t)s->inputs);
	for (int k = 0; k < s->inputs; k++) {
		e->x[k] = exec_at(x, p->tensor[s->input[k]].offset);
		if (s->want_dx[k]) e->dx[k] = exec_at(x, p->tensor[s->input[k]].grad_offset);
	}
	exec_place_params(x, s, e);
	e->io = (struct layer_io){
		.x = e->x, .y = exec_at(x, p->tensor[s->output].offset),
		.dy = exec_at(x, p->tensor[s->output].grad_offset), .dx = e->dx, .dx_add = s->dx_add,
		.p = e->p, .dp = e->dp, .update = e->update, .saved = exec_at(x, s->saved),
		.scratch = exec_at(x, p->scratch),
		.folded = s->folded == SIZE_MAX ? NULL : x->folded + s->folded,
	};
}

struct exec *
exec_open(struct arena *a, const struct plan *p, const struct exec_memory *m)
{
	struct exec *x = ARENA_NEW(a, struct exec);
	*x = (struct exec){ .plan = p, .workspace = m->workspace, .folded = m->folded,
		.params = m->params, .grads = m->grads };
	x->step = ARENA_ARRAY(a, struct exec_step, (size_t)p->steps);
	for (int i = 0; i < p->steps; i++) exec_place_step(a, x, &p->step[i], &x->step[i]);
	return x;
}

void
exec_fold(struct exec *x)
{
	for (int i = 0; i < x->plan->steps; i++) {
		const struct plan_step *s = &x->plan->step[i];
		if (s->folded == SIZE_MAX) continue;
		s->fusion->kind->fold(s->fusion, x->step[i].p, x->folded + s->folded);
	}
}

float *
exec_input(struct exec *x)
{
	return exec_at(x, x->plan->tensor[0].offset);
}

float *
exec_dlogits(struct exec *x)
{
	return exec_at(x, x->plan->tensor[x->plan->logits].grad_offset);
}

static void
exec_run_step(const struct exec *x, int i)
{
	const struct plan_step *s = &x->plan->step[i];
	struct exec_step *e = &x->step[i];
	if (s->view) return;
	e->io.n = x->n;
	e->io.training = x->training;
	e->io.rng = rng_stream(x->seed, RNG_DROPOUT, (uint32_t)s->last_node, x->number);
	if (s->fusion) s->fusion->kind->forward(s->fusion, &e->io);
	else s->layer->kind->forward(s->layer, &e->io);
}

const float *
exec_forward(struct exec *x, int n, bool training, uint64_t seed, uint64_t step)
{
	assert(n > 0 && n <= x->plan->options.batch);
	x->n = n;
	x->training = training;
	x->seed = seed;
	x->number = step;
	for (int i = 0; i < x->plan->steps; i++) exec_run_step(x, i);
	return exec_at(x, x->plan->tensor[x->plan->logits].offset);
}

/* Ask for the optimizer's steps that this step of the plan can take itself. */
static void
exec_ask_updates(const struct exec *x, const struct plan_step *s, struct exec_step *e,
	exec_update *update, void *ctx, bool *fused)
{
	const bool asks = update && x->plan->options.fused_update && !s->fusion &&
		s->layer->fused_update;
	for (int k = 0; k < EXEC_MAX_PARAMS; k++) {
		e->update[k] = asks && e->dp[k] ? update(ctx, e->param[k]) : NULL;
		if (fused && e->update[k]) fused[e->param[k]] = true;
	}
}

void
exec_backward(struct exec *x, exec_update *update, void *ctx, bool *fused)
{
	assert(x->grads && x->training && x->plan->options.purpose == PLAN_TRAIN);
	if (fused) memset(fused, 0, (size_t)x->plan->net->params * sizeof *fused);
	for (int i = x->plan->steps; i-- > 0;) {
		const struct plan_step *s = &x->plan->step[i];
		struct exec_step *e = &x->step[i];
		if (!s->backward || s->view) continue;
		exec_ask_updates(x, s, e, update, ctx, fused);
		if (s->fusion) s->fusion->kind->backward(s->fusion, &e->io);
		else s->layer->kind->backward(s->layer, &e->io);
	}
}

/* Hide the statistics that training would update a second time, or show them again. */
static void
exec_hide_statistics(const struct exec *x, int i, bool hide)
{
	const struct net *net = x->plan->net;
	struct exec_step *e = &x->step[i];
	for (int k = 0; x->training && k < EXEC_MAX_PARAMS; k++) {
		if (e->param[k] < 0) continue;
		const struct net_param *p = &net->param[e->param[k]];
		if (p->spec->role == PARAM_STATISTIC && net->node[p->node].layer.varies)
			e->p[k] = hide ? NULL : x->params + p->offset;
	}
}

/* Most tensors are gone by now, so the forward runs again, each step looked at before the next. */
const char *
exec_first_not_finite(const struct exec *x)
{
	const struct plan *p = x->plan;
	for (int t = 0; t < p->tensors; t++) {
		const struct plan_tensor *y = &p->tensor[t];
		if (t) {
			exec_hide_statistics(x, t - 1, true);
			exec_run_step(x, t - 1);
			exec_hide_statistics(x, t - 1, false);
		}
		if (!kern_all_finite((size_t)x->n * shape_count(&y->shape), exec_at(x, y->offset)))
			return y->name;
	}
	return NULL;
}

const float *
exec_tensor(const struct exec *x, const char *name, struct shape *shape)
{
	/* From the end: an inner activation goes by its layer's name and lies behind it. */
	for (int t = x->plan->tensors; t-- > 0;) {
		const struct plan_tensor *y = &x->plan->tensor[t];
		if (strcmp(y->name, name) != 0) continue;
		*shape = y->shape;
		return exec_at(x, y->offset);
	}
	return NULL;
}
