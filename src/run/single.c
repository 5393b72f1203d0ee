/* One experiment over its seeds: what is done is skipped, what was interrupted goes on, then the
 * report. */
#include "tlrun/single.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "experiment_parts.h"
#include "run_files.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/host.h"
#include "tlrun/kernels.h"
#include "tlrun/log.h"
#include "tlrun/parallel.h"
#include "tlrun/run_state.h"
#include "tlrun/rundir.h"

/* One seed of one experiment while it runs. */
struct single {
	struct arena *a;
	struct experiment *x;
	const struct run_options *o;
	uint64_t seed;
	struct rundir *dir;
	struct rundir_origin origin;
	int epochs;					/* of all phases */
	struct run_state_teller state;
	double started, cpu_started;
};

static bool
single_stop(void *ctx)
{
	const struct run_events *ev = ((struct single *)ctx)->o->events;
	return ev && ev->stop && ev->stop(ev->ctx);
}

static void
single_step(void *ctx, int epoch, int step, int steps, double loss, double accuracy)
{
	struct single *s = ctx;
	const struct run_events *ev = s->o->events;
	run_state_step(&s->state, epoch, step, steps);
	if (ev && ev->step)
		ev->step(ev->ctx, epoch, s->epochs, step, steps, loss, accuracy);
}

static void
single_epoch(void *ctx, const struct epoch_row *row)
{
	struct single *s = ctx;
	const struct run_events *ev = s->o->events;
	run_state_epoch(&s->state, row->epoch);
	log_write(LOG_DEBUG, "epoch %d loss %.6f val_loss %.6f learning_rate %g", row->epoch + 1,
		row->loss, row->val_loss, row->learning_rate);
	if (ev && ev->epoch) ev->epoch(ev->ctx, s->x, row);
}

static void
single_stage(void *ctx, const char *stage)
{
	struct single *s = ctx;
	const struct run_events *ev = s->o->events;
	run_state_stage(&s->state, stage);
	log_write(LOG_DEBUG, "%s", stage);
	if (ev && ev->stage) ev->stage(ev->ctx, stage);
}

static void
single_note(void *ctx, const char *text)
{
	const struct run_events *ev = ((struct single *)ctx)->o->events;
	log_write(LOG_DEBUG, "%s", text);
	if (ev && ev->note) ev->note(ev->ctx, text);
}

static void
single_phase(void *ctx, int phase)
{
	struct single *s = ctx;
	const struct run_events *ev = s->o->events;
	run_state_enter(&s->state, phase);
	log_write(LOG_DEBUG, "phase %s", s->x->phase[phase].name);
	if (ev && ev->phase) ev->phase(ev->ctx, &s->x->phase[phase]);
}

static void
single_features(void *ctx, int done, int images)
{
	const struct run_events *ev = ((struct single *)ctx)->o->events;
	if (ev && ev->features) ev->features(ev->ctx, done, images);
}

/* The first values that do not come from the seed. */
static enum status
single_pretrained(void *ctx, const struct net *net, float *block, struct err *e)
{
	const struct single *s = ctx;
	TRY(pretrained_apply(s->a, s->x, net, block, e));
	return run_start(s->a, s->x, s->o->results, s->seed, s->origin.start, net, block, e);
}

/* The weights of class_weight, now that the training images are counted. NULL: none. */
static const float *
single_class_weights(struct single *s)
{
	const struct loader_info *info = loader_info(s->x->loader);
	const struct loader_part *p = loader_train(s->x->loader);
	const struct kind_value *loss = &s->x->o.training.loss;
	struct field_reader r = { .arena = s->a, .diags = diags_new() };
	long long *counts = ARENA_ARRAY(s->a, long long, (size_t)info->classes);
	float *weights = ARENA_ARRAY(s->a, float, (size_t)info->classes);
	for (int i = 0; i < p->n; i++)
		counts[p->label[i]]++;
	/* The map was checked when the experiment was opened. */
	const bool some = loss_kind_of(loss->kind)->class_weights(&r, loss->opts, info->classes,
		info->class_names, counts, weights);
	diags_free(r.diags);
	return some ? weights : NULL;
}

/* What it will hold is compared with what there is before the images are read; they are counted
 * after it, where `classes` chooses among them. */
static enum status
single_train(struct single *s, struct trainer **t, struct trainer_result *result,
	struct trainer_memory *m, struct err *e)
{
	const struct trainer_events events = { s, single_stop, single_step, single_epoch,
		single_stage, single_note, single_phase, single_features };
	struct trainer_setup setup;
	experiment_setup(s->a, s->x, &setup);
	setup.seed = s->seed;
	setup.checkpoint = rundir_file(s->a, s->dir, "checkpoint");
	setup.config_hash = run_origin_hash(s->a, &s->origin);
	setup.pretrained = single_pretrained;
	setup.pretrained_ctx = s;
	setup.events = &events;
	if (!s->o->no_cache)
		setup.cache = (struct features_cache){ path_join(s->a, s->o->results, RUNDIR_CACHE),
			s->o->cache_limit };
	TRY(trainer_plan(s->a, &setup, t, m, e));
	TRY(experiment_fits(s->a, s->x, m, e));
	single_stage(s, "load data");
	TRY(loader_read_train(s->x->loader, e));
	setup.class_weights = single_class_weights(s);
	if (file_exists(setup.checkpoint) && s->o->events && s->o->events->resume)
		s->o->events->resume(s->o->events->ctx);
	TRY(trainer_plan(s->a, &setup, t, m, e));
	return trainer_run(*t, result, e);
}

static enum status
single_write(struct single *s, const char *started, const struct trainer *t,
	const struct trainer_result *result, const struct trainer_memory *m, struct err *e)
{
	struct timing *timing = ARENA_NEW(s->a, struct timing);
	struct record *record = run_record(s->a, s->x, s->seed, &s->origin, result);
	run_timing(s->a, result, timing);
	timing->started = started;
	timing->data_path = path_real(s->a, s->x->data_path);
	timing->weights_path = s->x->pretrained ? path_real(s->a, s->x->pretrained->path) : NULL;
	timing->planned_memory_bytes = (long long)m->total;
	timing->seconds_total = host_seconds() - s->started;
	timing->cpu_seconds = host_cpu_seconds() - s->cpu_started;
	TRY(run_write(s->a, s->x, s->dir, record, timing, result, trainer_weights(t), e));
	const char *const nothing = record_learned_nothing(record);
	if (nothing)
		single_note(s, arena_printf(s->a, "warning: %s", nothing));
	if (s->o->events && s->o->events->end)
		s->o->events->end(s->o->events->ctx, s->x, s->seed, s->dir->seed, record, timing);
	return OK;
}

/* Train and write the files of one seed; result.json comes last, its presence says that the run
 * is whole. Where it does not get that far, state.json says why. */
static enum status
single_run(struct single *s, struct err *e)
{
	struct trainer *t = NULL;
	struct trainer_result *result = ARENA_NEW(s->a, struct trainer_result);
	struct trainer_memory m = { 0 };
	const char *const started = host_time(s->a);
	struct run_state_phase *plan = ARENA_ARRAY(s->a, struct run_state_phase, (size_t)s->x->phases);
	for (int i = 0; i < s->x->phases; i++)
		plan[i] = (struct run_state_phase){ s->x->phase[i].name, s->x->phase[i].training.epochs,
			experiment_phase_work(s->x, i) };
	TRY(run_state_begin(&s->state, s->dir, plan, s->x->phases, e));
	enum status status = single_train(s, &t, result, &m, e);
	if (status == OK) status = single_write(s, started, t, result, &m, e);
	if (status != OK) {
		log_write(LOG_DEBUG, "%s: %s", status_name(status), e->message);
		run_state_end(&s->state, status == ERR_STOPPED ? "interrupted" : "failed", e->message);
	}
	trainer_free(t);
	return status;
}

static enum status
single_logged(struct single *s, struct err *e)
{
	const struct run_events *ev = s->o->events;
	const char *const path = rundir_file(s->a, s->dir, "log.txt");
	FILE *log = fopen(path, "a");
	if (!log) return err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot open");
	log_file(log);
	if (ev && ev->begin) ev->begin(ev->ctx, s->x, s->seed, s->dir->seed);
	const enum status status = single_run(s, e);
	log_file(NULL);
	fclose(log);
	return status;
}

/* The lock is held. Who had it before may have done the run. */
static enum status
single_locked(struct single *s, struct err *e)
{
	const struct run_events *ev = s->o->events;
	if (!s->o->rerun && rundir_done(s->a, s->dir, &s->origin)) {
		run_tidy(s->a, s->dir);
		if (ev && ev->skip) ev->skip(ev->ctx, s->x, s->seed, s->dir->seed);
		return OK;
	}
	s->started = host_seconds();
	s->cpu_started = host_cpu_seconds();
	host_reset_peak();
	if (s->o->rerun) TRY(run_forget(s->a, s->dir, e));
	return single_logged(s, e);
}

/* What a seed takes from the arena is given back with it. */
enum status
run_seed(struct experiment *x, const struct run_options *o, uint64_t seed, bool *held,
	struct err *e)
{
	struct single s = { .a = arena_new(), .x = x, .o = o, .seed = seed };
	*held = false;
	parallel_set_threads(x->threads);
	kern_set_matmul((enum kern_matmul)x->o.engine.matmul);
	s.dir = rundir_new(s.a, o->results, x->name, x->config_hash, seed);
	for (int i = 0; i < x->phases; i++)
		s.epochs += x->phase[i].training.epochs;
	enum status status = run_origin(s.a, x, o->results, seed, &s.origin, e);
	s.origin.any_program = o->keep_done;
	if (status == OK && (status = rundir_open(s.dir, e)) == OK) {
		status = single_locked(&s, e);
		rundir_close(s.dir);
	} else *held = status == ERR_FAILED && rundir_locked(s.dir->seed);
	arena_free(s.a);
	return status;
}

enum status
run_reports(struct arena *a, const struct experiment *x, const char *results, struct err *e)
{
	const struct rundir *d = rundir_new(a, results, x->name, x->config_hash, 0);
	TRY(run_write_reports(a, x, d, e));
	return rundir_latest(a, d, e);
}

enum status
run_experiment(struct arena *a, struct experiment *x, const struct run_options *o, struct err *e)
{
	bool held;
	for (size_t i = 0; i < x->o.seeds.n; i++)
		TRY(run_seed(x, o, (uint64_t)x->o.seeds.v[i], &held, e));
	return run_reports(a, x, o->results, e);
}
