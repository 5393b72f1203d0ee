/*
 * trainer_run: allocate, begin or resume, the phases, the best weights back, and then the two
 * evaluations: validation again with the final weights, and the test split, which is read here and
 * nowhere else.
 */
#include <string.h>
#include <time.h>

#include "tlrun/arena.h"
#include "train/trainer_state.h"

double
trainer_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void
trainer_stage(const struct trainer *t, const char *stage)
{
	if (t->s.events && t->s.events->stage) t->s.events->stage(t->s.events->ctx, stage);
}

/* The first values, or the checkpoint's. */
static enum status
trainer_begin(struct trainer *t, struct err *e)
{
	bool resumed;
	TRY(checkpoint_resume(t, &resumed, e));
	if (resumed) return OK;
	const struct net *net = t->now->of->net;
	net_init(net, t->s.seed, t->params.data);
	if (t->s.pretrained) TRY(t->s.pretrained(t->s.pretrained_ctx, net, t->params.data, e));
	net_hash(net, t->params.data, t->initial_hash);
	t->state.early.best_epoch = -1;
	t->state.rate = (float)t->now->schedule.learning_rate;
	return OK;
}

/* What is left of the phases. One that had ended when the run was stopped is opened only where it
 * is the last, whose plans evaluate. */
static enum status
trainer_phases(struct trainer *t, enum stop_reason *why, struct err *e)
{
	for (;;) {
		const bool last = t->state.phase == t->s.phases - 1;
		const enum status s = last || !phase_ended(t) ? phase_open(t, e) : OK;
		if (s == ERR_STOPPED) return trainer_stop(t, why, e);
		TRY(s);
		if (!phase_ended(t)) TRY(trainer_epochs(t, why, e));
		*why = phase_reason(t);
		t->results[t->state.phase] = phase_result(t, *why);
		if (last) return OK;
		phase_next(t);
	}
}

void
trainer_evaluate(struct trainer *t, const struct loader_part *part, struct evaluation_result *out)
{
	const size_t n = (size_t)part->n, classes = (size_t)t->classes;
	*out = (struct evaluation_result){ .n = part->n, .classes = t->classes };
	if (n == 0) return;
	out->metric = ARENA_ARRAY(t->a, double, (size_t)t->metrics);
	out->confusion = ARENA_ARRAY(t->a, long long, classes * classes);
	out->label = ARENA_ARRAY(t->a, int32_t, n);
	out->predicted = ARENA_ARRAY(t->a, int32_t, n);
	out->probability = ARENA_ARRAY(t->a, float, n * classes);
	const struct evaluate_rows rows = { out->label, out->predicted, out->probability };
	evaluate_part(&t->evaluator, part, &t->eval_tally, &rows);
	out->loss = tally_loss(&t->eval_tally);
	tally_metrics(&t->eval_tally, &t->s.evaluation->metrics, out->metric);
	memcpy(out->confusion, t->eval_tally.confusion, classes * classes * sizeof *out->confusion);
}

static void
trainer_fill(struct trainer *t, struct trainer_result *out)
{
	const int trained = loader_train(t->s.loader)->n;
	t->results[t->state.phase] = phase_result(t, out->stopped);
	out->phases = t->state.phase + 1;
	out->phase = t->results;
	out->epochs = out->epochs_run = t->state.epoch;
	out->best_epoch = t->results[t->state.phase].best_epoch;
	out->history = t->history;
	out->seconds_per_epoch = t->seconds;
	out->seconds_train = t->train_seconds;
	out->seconds_validate = t->validate_seconds;
	out->seconds_features = t->features_seconds;
	out->features = t->features.use;
	double seconds = 0;
	for (int i = 0; i < out->epochs; i++) seconds += t->seconds[i];
	out->images_per_second = seconds > 0 ? (double)trained * out->epochs / seconds : 0;
	memcpy(out->where, t->where, sizeof out->where);
	memcpy(out->initial_hash, t->initial_hash, sizeof out->initial_hash);
}

static enum status
trainer_finish(struct trainer *t, struct trainer_result *out, struct err *e)
{
	const struct early_stopping *o = &t->now->of->training.early_stopping;
	const struct net *net = t->now->of->net;
	double start = trainer_now();
	if (o->given && o->restore_best_weights && t->state.early.best_epoch >= 0)
		kern_copy(net->floats, t->best.data, t->params.data, false);
	net_hash(net, t->params.data, out->weights_hash);
	trainer_stage(t, "validate");
	trainer_evaluate(t, loader_validation(t->s.loader), &out->validation);
	out->seconds_validate += trainer_now() - start;
	start = trainer_now();
	trainer_stage(t, "load data");
	TRY(loader_read_test(t->s.loader, e));
	out->seconds_load = trainer_now() - start;
	const enum status s = phase_features(t, loader_test(t->s.loader), "test", e);
	out->seconds_features = t->features_seconds;
	out->features = t->features.use;
	if (s == ERR_STOPPED) out->stopped = STOP_SIGNAL;
	TRY(s);
	start = trainer_now();
	trainer_stage(t, "test");
	trainer_evaluate(t, loader_test(t->s.loader), &out->test);
	out->seconds_test = trainer_now() - start;
	return OK;
}

enum status
trainer_run(struct trainer *t, struct trainer_result *out, struct err *e)
{
	*out = (struct trainer_result){ .stopped = STOP_EPOCHS };
	TRY(trainer_allocate(t, e));
	TRY(trainer_begin(t, e));
	const double start = trainer_now();
	const enum status s = trainer_phases(t, &out->stopped, e);
	t->train_seconds = trainer_now() - start - t->validate_seconds - t->features_seconds;
	trainer_fill(t, out);
	return s == OK ? trainer_finish(t, out, e) : s;
}

const float *
trainer_weights(const struct trainer *t)
{
	return t->params.data;
}
