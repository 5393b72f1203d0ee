/*
 * Phases: opening one on the blocks, and going from one to the next. The nets of the phases have
 * the same parameters in the same order, at other offsets: what is carried over moves parameter by
 * parameter.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "train/trainer_state.h"

void
phase_select(struct trainer *t, int i)
{
	t->state.phase = i;
	t->now = &t->phases[i];
}

static void
phase_open_execs(struct trainer *t)
{
	const struct phase *p = t->now;
	char *folded = t->folded.data;
	const struct exec_memory train = { .workspace = t->workspace.data, .params = t->params.data,
		.grads = t->grads.data, .folded = folded };
	const struct exec_memory eval = { .workspace = t->workspace.data, .params = t->params.data,
		.folded = folded ? folded + p->train->folded : NULL };
	const struct exec_memory prefix = { .workspace = t->workspace.data, .params = t->params.data,
		.folded = t->prefix_folded.data };
	t->exec = exec_open(t->a, p->train, &train);
	t->eval_exec = exec_open(t->a, p->eval, &eval);
	t->prefix = p->prefix ? exec_open(t->a, p->prefix, &prefix) : NULL;
	/* What these fold is frozen: once is enough. */
	exec_fold(t->exec);
	if (t->prefix) exec_fold(t->prefix);
}

static struct features_pass
phase_pass(const struct trainer *t)
{
	return (struct features_pass){ .setup = &t->s, .net = t->now->of->net, .exec = t->prefix,
		.batch = t->now->prefix->options.batch };
}

enum status
phase_features(struct trainer *t, const struct loader_part *part, const char *name, struct err *e)
{
	if (!t->prefix) return OK;
	const struct features_pass p = phase_pass(t);
	const double start = trainer_now();
	const enum status s = features_open(&t->features, &p, part, name, e);
	t->features_seconds += trainer_now() - start;
	return s;
}

static enum status
phase_open_features(struct trainer *t, struct err *e)
{
	if (!t->prefix) {
		features_close(&t->features);
		return OK;
	}
	const struct features_pass p = phase_pass(t);
	features_begin(&t->features, &p, t->params.data);
	TRY(phase_features(t, loader_train(t->s.loader), "train", e));
	return phase_features(t, loader_validation(t->s.loader), "validation", e);
}

struct evaluator
trainer_evaluator(const struct trainer *t)
{
	const struct trainer_small at = trainer_small(t);
	char *small = t->small.data;
	return (struct evaluator){
		.net = t->now->of->net, .exec = t->eval_exec, .loss = &t->now->of->training.loss,
		.feed = &t->feed, .params = t->params.data, .batch = t->now->eval_batch,
		.labels = (int32_t *)(void *)(small + at.labels),
		.probabilities = (float *)(void *)(small + at.probabilities),
		.losses = (float *)(void *)(small + at.losses),
	};
}

enum status
phase_open(struct trainer *t, struct err *e)
{
	const struct training *o = &t->now->of->training;
	const struct net *net = t->now->of->net;
	const struct trainer_small at = trainer_small(t);
	char *small = t->small.data;
	t->order = (uint32_t *)(void *)small;
	t->labels = (int32_t *)(void *)(small + at.labels);
	float *losses = (float *)(void *)(small + at.losses);
	float *probabilities = (float *)(void *)(small + at.probabilities);
	phase_open_execs(t);
	t->feed = (struct feed){ .loader = t->s.loader, .prefix = t->prefix,
		.features = &t->features };
	t->step = (struct step){
		.net = net, .exec = t->exec, .loss = &o->loss, .optimizer = &o->optimizer,
		.class_weights = t->s.class_weights, .seed = t->s.seed, .first = t->state.first_update,
		.params = t->params.data, .grads = t->grads.data, .slots = t->slots.data,
		.probabilities = probabilities, .losses = losses,
	};
	step_init(&t->step, t->a);
	t->evaluator = trainer_evaluator(t);
	const struct trainer_events *v = t->s.events;
	if (v && v->phase) v->phase(v->ctx, t->state.phase);
	return phase_open_features(t, e);
}

bool
phase_time_over(const struct trainer *t)
{
	const double most = t->now->of->training.max_time;
	double taken = 0;
	for (int i = 0; i < t->state.epoch; i++) taken += t->seconds[i];
	return most > 0 && taken >= most;
}

bool
phase_ended(const struct trainer *t)
{
	const struct trainer_state *s = &t->state;
	return s->early.stopped || phase_time_over(t) ||
		s->epoch - s->first_epoch == t->now->of->training.epochs;
}

enum stop_reason
phase_reason(const struct trainer *t)
{
	const struct trainer_state *s = &t->state;
	if (s->early.stopped) return STOP_EARLY;
	return s->epoch - s->first_epoch == t->now->of->training.epochs ? STOP_EPOCHS : STOP_MAX_TIME;
}

struct phase_result
phase_result(const struct trainer *t, enum stop_reason why)
{
	const struct trainer_state *s = &t->state;
	const struct early_stopping *o = &t->now->of->training.early_stopping;
	const bool last = s->phase == t->s.phases - 1;
	/* The last phase leaves the best weights only where early_stopping says so. */
	const bool best = s->early.best_epoch >= 0 && (!last || (o->given && o->restore_best_weights));
	return (struct phase_result){
		.epochs_run = s->epoch - s->first_epoch, .stopped = why,
		.best_epoch = best ? s->first_epoch + s->early.best_epoch : s->epoch - 1,
		.trained = t->now->of->net->trainable_count,
	};
}

/* Each parameter from its place in one net's block to that in another's; padding is zeros. */
static void
phase_move_params(const struct net *from, const float *src, const struct net *to, float *dst)
{
	memset(dst, 0, to->floats * sizeof *dst);
	for (int i = 0; i < to->params; i++)
		memcpy(dst + to->param[i].offset, src + from->param[i].offset,
			to->param[i].count * sizeof *dst);
}

/* One slot of the optimizer: what both nets train is carried over. src and dst do not overlap. */
static void
phase_move_slot(const struct net *from, const float *src, const struct net *to, float *dst)
{
	memset(dst, 0, to->trainable_floats * sizeof *dst);
	for (int i = 0; i < to->params; i++)
		if (to->param[i].trainable && from->param[i].trainable)
			memcpy(dst + to->param[i].offset, src + from->param[i].offset,
				to->param[i].count * sizeof *dst);
}

/*
 * All slots within their block, one after the other through a block between. Where they grow the
 * last comes first, so that none is written over before it has been read.
 */
static void
phase_move_slots(const struct net *from, const struct net *to, int n, float *slots, float *between)
{
	const size_t old = from->trainable_floats, new = to->trainable_floats;
	for (int i = 0; i < n; i++) {
		const size_t k = (size_t)(new > old ? n - 1 - i : i);
		memcpy(between, slots + k * old, old * sizeof *slots);
		phase_move_slot(from, between, to, slots + k * new);
	}
}

static void
phase_zero(const struct buffer *b)
{
	if (b->size > 0) memset(b->data, 0, b->size);
}

void
phase_next(struct trainer *t)
{
	struct trainer_state *s = &t->state;
	const struct trainer_phase *before = t->now->of, *after = t->now[1].of;
	const struct kind_value *was = &before->training.optimizer, *is = &after->training.optimizer;
	const bool keep = after->keep_optimizer_state;
	const bool best = s->early.best_epoch >= 0;
	if (!best) kern_copy(before->net->floats, t->params.data, t->best.data, false);
	phase_move_params(before->net, t->best.data, after->net, t->params.data);
	/* The best block is free from here on. */
	if (keep && optimizer_kind_of(was->kind)->rule(was->opts) ==
		optimizer_kind_of(is->kind)->rule(is->opts))
		phase_move_slots(before->net, after->net, step_slots(is), t->slots.data, t->best.data);
	else
		phase_zero(&t->slots);
	/* Padding counts on zeros, and it lies elsewhere now. */
	phase_zero(&t->grads);
	phase_select(t, s->phase + 1);
	*s = (struct trainer_state){
		.phase = s->phase, .epoch = s->epoch, .step = s->step, .first_epoch = s->epoch,
		.first_step = s->step, .first_update = keep ? s->first_update : s->step,
		.rate = (float)t->now->schedule.learning_rate, .early.best_epoch = -1,
	};
}
