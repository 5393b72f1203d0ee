/*
 * Planning: every phase's plans and rules, and what the run will hold, before anything is
 * allocated. Blocks are as large as the phase that needs the most of them.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "train/trainer_state.h"

enum { LINE = 64 };

static size_t
plan_round(size_t bytes)
{
	return (bytes + LINE - 1) / LINE * LINE;
}

static void
plan_most(size_t *most, size_t bytes)
{
	if (bytes > *most) *most = bytes;
}

struct trainer_small
trainer_small(const struct trainer *t)
{
	size_t n = 0;
	for (int i = 0; i < t->s.phases; i++) {
		plan_most(&n, (size_t)t->phases[i].batch);
		plan_most(&n, (size_t)t->phases[i].eval_batch);
	}
	struct trainer_small s = { 0 };
	s.labels = plan_round((size_t)loader_info(t->s.loader)->train * sizeof(uint32_t));
	s.losses = s.labels + plan_round(n * sizeof(int32_t));
	s.probabilities = s.losses + plan_round(n * sizeof(float));
	s.total = s.probabilities + plan_round(n * (size_t)t->classes * sizeof(float));
	return s;
}

/* What the last evaluation of a split keeps, image by image. */
static size_t
plan_rows(const struct trainer *t, int n)
{
	return (size_t)n * (2 * sizeof(int32_t) + (size_t)t->classes * sizeof(float));
}

/* Bytes that the features of phase i take on disk, unless a phase before it stored the same. */
static size_t
plan_features(const struct trainer *t, int i)
{
	const struct loader_info *data = loader_info(t->s.loader);
	const struct net *net = t->phases[i].of->net;
	const bool validates_on_test = loader_validation(t->s.loader) == loader_test(t->s.loader);
	if (!t->s.cache.folder) return 0;
	for (int k = 0; k < i; k++)
		if (t->phases[k].of->net->cut == net->cut) return 0;
	const int images = data->train + data->test + (validates_on_test ? 0 : data->validation);
	return (size_t)images * shape_count(&net->node[net->cut - 1].layer.out) * sizeof(float);
}

static void
plan_size(struct trainer *t)
{
	const struct loader_info *data = loader_info(t->s.loader);
	struct trainer_memory *m = &t->memory;
	size_t workspace = 0;
	for (int i = 0; i < t->s.phases; i++) {
		const struct phase *p = &t->phases[i];
		const struct net *net = p->of->net;
		const size_t gradients = net->trainable_floats * sizeof(float);
		plan_most(&m->parameters, net->floats * sizeof(float));
		plan_most(&m->gradients, gradients);
		plan_most(&m->optimizer, gradients * (size_t)step_slots(&p->of->training.optimizer));
		plan_most(&workspace, p->train->workspace);
		plan_most(&workspace, p->eval->workspace);
		plan_most(&t->folded_bytes, p->train->folded + p->eval->folded);
		if (!p->prefix) continue;
		plan_most(&workspace, p->prefix->workspace);
		plan_most(&m->prefix, p->prefix->folded);
		m->features += plan_features(t, i);
	}
	m->best = m->parameters;
	m->workspace = workspace + t->folded_bytes;
	m->data = data->bytes + trainer_small(t).total + plan_rows(t, data->validation) +
		plan_rows(t, data->test);
	m->total = m->parameters + m->best + m->gradients + m->optimizer + m->workspace + m->prefix +
		m->data;
}

/* Without early_stopping the best epoch is noted all the same, and nothing stops. */
static void
plan_watch(const struct trainer *t, struct phase *p)
{
	const struct training *o = &p->of->training;
	const bool validates = loader_info(t->s.loader)->validation > 0;
	p->watch = o->early_stopping;
	if (!p->watch.given)
		p->watch = (struct early_stopping){ .monitor = validates ? "val_loss" : "loss",
			.mode = MODE_MIN, .patience = INT_MAX };
	training_monitor(t->s.evaluation, p->watch.monitor, &p->watched);
	if (o->reduce_lr_on_plateau.given)
		training_monitor(t->s.evaluation, o->reduce_lr_on_plateau.monitor, &p->plateau_watched);
}

static int
plan_eval_batch(const struct training *o, const struct loader_info *data)
{
	const int asked = o->eval_batch_size > 0 ? o->eval_batch_size : o->batch_size;
	const int most = data->validation > data->test ? data->validation : data->test;
	return most > 0 && most < asked ? most : asked;
}

static void
plan_phase(struct trainer *t, struct phase *p, const struct trainer_phase *of)
{
	const struct training *o = &of->training;
	const struct optimizer_options *optimizer = o->optimizer.opts;
	const struct loader_info *data = loader_info(t->s.loader);
	p->of = of;
	p->batch = o->batch_size < data->train ? o->batch_size : data->train;
	p->eval_batch = plan_eval_batch(o, data);
	p->steps = (data->train + p->batch - 1) / p->batch;
	p->schedule = (struct schedule_context){ .learning_rate = optimizer->learning_rate,
		.steps_per_epoch = p->steps, .epochs = o->epochs };
	const bool fused = t->s.fuse && !step_clips_norm(&o->optimizer);
	const int cut = of->net->cut, most = p->batch > p->eval_batch ? p->batch : p->eval_batch;
	const struct plan_options train = { .purpose = PLAN_TRAIN, .batch = p->batch,
		.fuse = t->s.fuse, .fused_update = fused, .first = cut };
	const struct plan_options eval = { .purpose = PLAN_EVALUATE, .batch = p->eval_batch,
		.fuse = t->s.fuse, .first = cut };
	const struct plan_options prefix = { .purpose = PLAN_EVALUATE, .batch = most,
		.fuse = t->s.fuse, .last = cut };
	p->train = plan_make(t->a, of->net, &train);
	p->eval = plan_make(t->a, of->net, &eval);
	if (cut > 0) p->prefix = plan_make(t->a, of->net, &prefix);
	plan_watch(t, p);
}

enum status
trainer_plan(struct arena *a, const struct trainer_setup *s, struct trainer **out,
	struct trainer_memory *memory, struct err *e)
{
	if (loader_info(s->loader)->train == 0)
		return err_set(e, ERR_DATA, MARK_NONE, "no image is left to train on");
	struct trainer *t = ARENA_NEW(a, struct trainer);
	t->s = *s;
	t->a = a;
	t->classes = s->phase[0].net->num_classes;
	t->metrics = (int)s->evaluation->metrics.n;
	t->phases = ARENA_ARRAY(a, struct phase, (size_t)s->phases);
	for (int i = 0; i < s->phases; i++) {
		plan_phase(t, &t->phases[i], &s->phase[i]);
		t->epochs += s->phase[i].training.epochs;
	}
	phase_select(t, 0);
	plan_size(t);
	*memory = t->memory;
	*out = t;
	return OK;
}

const struct plan *
trainer_plan_of(const struct trainer *t)
{
	return t->phases[0].train;
}

const struct plan *
trainer_prefix_of(const struct trainer *t)
{
	return t->phases[0].prefix;
}
