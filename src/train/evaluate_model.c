/*
 * A trained model evaluated by itself: the evaluation plans of the last phase, and none of what
 * training holds.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "train/trainer_state.h"

/* The workspace of both plans. */
static size_t
evaluate_workspace(const struct phase *p)
{
	const size_t prefix = p->prefix ? p->prefix->workspace : 0;
	return p->eval->workspace > prefix ? p->eval->workspace : prefix;
}

void
trainer_evaluate_memory(const struct trainer *t, int images, struct trainer_memory *m)
{
	const struct phase *p = &t->phases[t->s.phases - 1];
	const size_t rows = 2 * sizeof(int32_t) + (size_t)t->classes * sizeof(float);
	*m = (struct trainer_memory){
		.parameters = p->of->net->floats * sizeof(float),
		.workspace = evaluate_workspace(p) + p->eval->folded,
		.prefix = p->prefix ? p->prefix->folded : 0,
		.data = loader_info(t->s.loader)->bytes + trainer_small(t).total + (size_t)images * rows,
	};
	m->total = m->parameters + m->workspace + m->prefix + m->data;
}

static enum status
evaluate_allocate(struct trainer *t, struct err *e)
{
	const struct phase *p = t->now;
	const size_t prefix = p->prefix ? p->prefix->folded : 0;
	TRY(buffer_alloc(&t->params, p->of->net->floats * sizeof(float), "parameters", e));
	TRY(buffer_alloc(&t->workspace, evaluate_workspace(p), "activations", e));
	TRY(buffer_alloc(&t->folded, p->eval->folded, "folded constants", e));
	TRY(buffer_alloc(&t->prefix_folded, prefix, "folded constants of the prefix", e));
	TRY(buffer_alloc(&t->small, trainer_small(t).total, "batch arrays", e));
	tally_init(&t->eval_tally, t->a, t->classes);
	return OK;
}

static void
evaluate_open(struct trainer *t)
{
	const struct phase *p = t->now;
	const struct net *net = p->of->net;
	const struct exec_memory eval = { .workspace = t->workspace.data, .params = t->params.data,
		.folded = t->folded.data };
	const struct exec_memory prefix = { .workspace = t->workspace.data, .params = t->params.data,
		.folded = t->prefix_folded.data };
	t->eval_exec = exec_open(t->a, p->eval, &eval);
	if (p->prefix) {
		t->prefix = exec_open(t->a, p->prefix, &prefix);
		t->features.row = shape_count(&net->node[net->cut - 1].layer.out);
		exec_fold(t->prefix);
	}
	t->feed = (struct feed){ .loader = t->s.loader, .prefix = t->prefix, .features = &t->features };
	t->evaluator = trainer_evaluator(t);
}

enum status
trainer_evaluate_model(struct trainer *t, const struct loader_part *part,
	enum status (*fill)(void *ctx, const struct net *net, float *block, struct err *e), void *ctx,
	struct evaluation_result *out, struct err *e)
{
	phase_select(t, t->s.phases - 1);
	TRY(evaluate_allocate(t, e));
	TRY(fill(ctx, t->now->of->net, t->params.data, e));
	evaluate_open(t);
	trainer_evaluate(t, part, out);
	return OK;
}

enum status
trainer_predict(struct trainer *t, int n,
	enum status (*feed)(void *ctx, int i, float *x, struct err *e),
	enum status (*fill)(void *ctx, const struct net *net, float *block, struct err *e), void *ctx,
	float *probability, int32_t *predicted, struct err *e)
{
	const int32_t any = 0;
	phase_select(t, t->s.phases - 1);
	TRY(evaluate_allocate(t, e));
	TRY(fill(ctx, t->now->of->net, t->params.data, e));
	evaluate_open(t);
	exec_fold(t->eval_exec);
	for (int i = 0; i < n; i++) {
		float *x = exec_input(t->eval_exec);
		TRY(feed(ctx, i, t->prefix ? exec_input(t->prefix) : x, e));
		if (t->prefix) {
			const float *y = exec_forward(t->prefix, 1, false, 0, 0);
			memmove(x, y, t->features.row * sizeof *x);
		}
		evaluate_batch(&t->evaluator, 1, &any, 0, &t->eval_tally,
			probability + (size_t)i * (size_t)t->classes, predicted + i);
	}
	return OK;
}
