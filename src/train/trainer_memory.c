/*
 * What training holds, allocated at once: the parameter block, its gradients, the optimizer's
 * slots, the best epoch's parameters, one workspace that training and evaluation share, constants
 * folded from parameters, and small arrays by batch and by epoch.
 */
#include "tlrun/arena.h"
#include "train/trainer_state.h"

static void
memory_history(struct trainer *t)
{
	const size_t epochs = (size_t)t->epochs, metrics = (size_t)t->metrics;
	t->history = ARENA_ARRAY(t->a, struct epoch_row, epochs);
	t->seconds = ARENA_ARRAY(t->a, double, epochs);
	t->results = ARENA_ARRAY(t->a, struct phase_result, (size_t)t->s.phases);
	double *values = ARENA_ARRAY(t->a, double, 2 * epochs * metrics);
	for (size_t i = 0; i < epochs; i++) {
		t->history[i].metric = values + 2 * i * metrics;
		t->history[i].val_metric = values + (2 * i + 1) * metrics;
	}
}

enum status
trainer_allocate(struct trainer *t, struct err *e)
{
	const struct trainer_memory *m = &t->memory;
	t->features.a = t->a;
	TRY(buffer_alloc(&t->params, m->parameters, "parameters", e));
	TRY(buffer_alloc(&t->grads, m->gradients, "gradients", e));
	TRY(buffer_alloc(&t->slots, m->optimizer, "optimizer state", e));
	TRY(buffer_alloc(&t->best, m->best, "best parameters", e));
	TRY(buffer_alloc(&t->workspace, m->workspace - t->folded_bytes, "activations", e));
	TRY(buffer_alloc(&t->folded, t->folded_bytes, "folded constants", e));
	TRY(buffer_alloc(&t->prefix_folded, m->prefix, "folded constants of the prefix", e));
	TRY(buffer_alloc(&t->small, trainer_small(t).total, "batch arrays", e));
	tally_init(&t->tally, t->a, t->classes);
	tally_init(&t->eval_tally, t->a, t->classes);
	memory_history(t);
	return OK;
}

void
trainer_free(struct trainer *t)
{
	if (!t) return;
	features_close(&t->features);
	struct buffer *const all[] = { &t->params, &t->grads, &t->slots, &t->best, &t->workspace,
		&t->folded, &t->prefix_folded, &t->small };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) buffer_free(all[i]);
}
