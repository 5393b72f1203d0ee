/*
 * What training holds, known before anything is allocated, and then allocated at once: the
 * parameter block, its gradients, the optimizer's slots, the best epoch's parameters, one workspace
 * that training and evaluation share, and small arrays by batch and by epoch.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "train/trainer_state.h"

enum { LINE = 64 };

static size_t
trainer_round(size_t bytes)
{
	return (bytes + LINE - 1) / LINE * LINE;
}

/* The order of an epoch, labels, losses and probabilities of a batch: cut from one buffer. */
struct trainer_small { size_t order, labels, losses, probabilities, total; };

static struct trainer_small
trainer_small(const struct trainer *t)
{
	const size_t n = (size_t)(t->batch > t->eval_batch ? t->batch : t->eval_batch);
	struct trainer_small s = { 0 };
	s.labels = trainer_round((size_t)loader_info(t->s.loader)->train * sizeof(uint32_t));
	s.losses = s.labels + trainer_round(n * sizeof(int32_t));
	s.probabilities = s.losses + trainer_round(n * sizeof(float));
	s.total = s.probabilities + trainer_round(n * (size_t)t->classes * sizeof(float));
	return s;
}

/* What the last evaluation of a split keeps, image by image. */
static size_t
trainer_rows(const struct trainer *t, int n)
{
	return (size_t)n * (2 * sizeof(int32_t) + (size_t)t->classes * sizeof(float));
}

static void
trainer_size(struct trainer *t)
{
	const struct net *net = t->phase->net;
	const struct loader_info *data = loader_info(t->s.loader);
	struct trainer_memory *m = &t->memory;
	const size_t train = t->plan->workspace, eval = t->eval_plan->workspace;
	m->parameters = net->floats * sizeof(float);
	m->best = m->parameters;
	m->gradients = net->trainable_floats * sizeof(float);
	m->optimizer = m->gradients * (size_t)step_slots(&t->phase->training.optimizer);
	m->workspace = train > eval ? train : eval;
	m->data = data->bytes + trainer_small(t).total + trainer_rows(t, data->validation) +
		trainer_rows(t, data->test);
	m->total = m->parameters + m->best + m->gradients + m->optimizer + m->workspace + m->data;
}

/* Without early_stopping the best epoch is noted all the same, and nothing stops. */
static void
trainer_watch(struct trainer *t)
{
	const struct training *o = &t->phase->training;
	const bool validates = loader_info(t->s.loader)->validation > 0;
	t->watch = o->early_stopping;
	if (!t->watch.given)
		t->watch = (struct early_stopping){ .monitor = validates ? "val_loss" : "loss",
			.mode = MODE_MIN, .patience = INT_MAX };
	training_monitor(t->s.evaluation, t->watch.monitor, &t->watched);
	if (o->reduce_lr_on_plateau.given)
		training_monitor(t->s.evaluation, o->reduce_lr_on_plateau.monitor, &t->plateau_watched);
}

static int
trainer_eval_batch(const struct training *o, const struct loader_info *data)
{
	const int asked = o->eval_batch_size > 0 ? o->eval_batch_size : o->batch_size;
	const int most = data->validation > data->test ? data->validation : data->test;
	return most > 0 && most < asked ? most : asked;
}

enum status
trainer_plan(struct arena *a, const struct trainer_setup *s, struct trainer **out,
	struct trainer_memory *memory, struct err *e)
{
	const struct training *o = &s->phase[0].training;
	const int train = loader_info(s->loader)->train;
	if (train == 0)
		return err_set(e, ERR_DATA, MARK_NONE, "no image is left to train on");
	struct trainer *t = ARENA_NEW(a, struct trainer);
	t->s = *s;
	t->phase = &s->phase[0];
	t->a = a;
	t->batch = o->batch_size < train ? o->batch_size : train;
	t->eval_batch = trainer_eval_batch(o, loader_info(s->loader));
	t->steps = (train + t->batch - 1) / t->batch;
	t->classes = t->phase->net->num_classes;
	t->metrics = (int)s->evaluation->metrics.n;
	const struct optimizer_options *optimizer = o->optimizer.opts;
	t->schedule = (struct schedule_context){ .learning_rate = optimizer->learning_rate,
		.steps_per_epoch = t->steps, .epochs = o->epochs };
	const bool fused = s->fuse && !step_clips_norm(&o->optimizer);
	const struct plan_options options = { .purpose = PLAN_TRAIN, .batch = t->batch, .fuse = s->fuse,
		.fused_update = fused };
	const struct plan_options eval_options = { .purpose = PLAN_EVALUATE, .batch = t->eval_batch,
		.fuse = s->fuse };
	t->plan = plan_make(a, t->phase->net, &options);
	t->eval_plan = plan_make(a, t->phase->net, &eval_options);
	trainer_watch(t);
	trainer_size(t);
	*memory = t->memory;
	*out = t;
	return OK;
}

const struct plan *
trainer_plan_of(const struct trainer *t)
{
	return t->plan;
}

static void
trainer_history(struct trainer *t)
{
	const size_t epochs = (size_t)t->phase->training.epochs, metrics = (size_t)t->metrics;
	t->history = ARENA_ARRAY(t->a, struct epoch_row, epochs);
	t->seconds = ARENA_ARRAY(t->a, double, epochs);
	double *values = ARENA_ARRAY(t->a, double, 2 * epochs * metrics);
	for (size_t i = 0; i < epochs; i++) {
		t->history[i].metric = values + 2 * i * metrics;
		t->history[i].val_metric = values + (2 * i + 1) * metrics;
	}
}

/* Steps and evaluations on the blocks. */
static void
trainer_connect(struct trainer *t)
{
	const struct training *o = &t->phase->training;
	const struct trainer_small at = trainer_small(t);
	char *small = t->small.data;
	t->order = (uint32_t *)(void *)small;
	t->labels = (int32_t *)(void *)(small + at.labels);
	float *losses = (float *)(void *)(small + at.losses);
	float *probabilities = (float *)(void *)(small + at.probabilities);
	const struct exec_memory memory = { .workspace = t->workspace.data, .params = t->params.data,
		.grads = t->grads.data };
	const struct exec_memory eval_memory = { .workspace = t->workspace.data,
		.params = t->params.data };
	t->exec = exec_open(t->a, t->plan, &memory);
	t->eval_exec = exec_open(t->a, t->eval_plan, &eval_memory);
	t->step = (struct step){
		.net = t->phase->net, .exec = t->exec, .loss = &o->loss, .optimizer = &o->optimizer,
		.class_weights = t->s.class_weights, .seed = t->s.seed, .params = t->params.data,
		.grads = t->grads.data, .slots = t->slots.data, .probabilities = probabilities,
		.losses = losses,
	};
	step_init(&t->step, t->a);
	t->evaluator = (struct evaluator){
		.net = t->phase->net, .exec = t->eval_exec, .loss = &o->loss, .loader = t->s.loader,
		.params = t->params.data, .batch = t->eval_batch, .labels = t->labels,
		.probabilities = probabilities, .losses = losses,
	};
	tally_init(&t->tally, t->a, t->classes);
	tally_init(&t->eval_tally, t->a, t->classes);
	trainer_history(t);
}

enum status
trainer_allocate(struct trainer *t, struct err *e)
{
	const struct trainer_memory *m = &t->memory;
	TRY(buffer_alloc(&t->params, m->parameters, "parameters", e));
	TRY(buffer_alloc(&t->grads, m->gradients, "gradients", e));
	TRY(buffer_alloc(&t->slots, m->optimizer, "optimizer state", e));
	TRY(buffer_alloc(&t->best, m->best, "best parameters", e));
	TRY(buffer_alloc(&t->workspace, m->workspace, "activations", e));
	TRY(buffer_alloc(&t->small, trainer_small(t).total, "batch arrays", e));
	trainer_connect(t);
	return OK;
}

void
trainer_free(struct trainer *t)
{
	if (!t) return;
	struct buffer *const all[] = { &t->params, &t->grads, &t->slots, &t->best, &t->workspace,
		&t->small };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) buffer_free(all[i]);
}
