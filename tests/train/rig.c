/* Building and running one small training. */
#include "train/rig.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlrun/dataset.h"
#include "tlrun/file.h"

static bool
rig_stop(void *ctx)
{
	const struct rig *r = ctx;
	return r->stop_after >= 0 && r->steps >= r->stop_after;
}

static void
rig_leave(const struct rig *r)
{
	struct str all = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_read(r->setup.checkpoint, 1 << 24, &all, ERR_IO, &e), OK);
	ck_assert_msg(file_write(r->left, all.data, all.len, &e) == OK, "%s", e.message);
	str_free(&all);
}

static void
rig_step(void *ctx, int epoch, int step, int steps, double loss, double accuracy)
{
	struct rig *r = ctx;
	ck_assert(epoch >= 0 && step >= 1 && step <= steps && loss > 0);
	/* The means are of this epoch alone: so many images, a whole number of them right. */
	const int all = loader_info(r->loader)->train, batch = r->x.training.batch_size;
	const double hits = accuracy * (step * batch < all ? step * batch : all);
	ck_assert_double_eq_tol(hits, round(hits), 1e-9);
	ck_assert(accuracy >= 0 && accuracy <= 1);
	r->accuracy = accuracy;
	r->steps++;
	if (r->left && r->steps == r->left_after) rig_leave(r);
	if (r->on_step) r->on_step(r);
}

static void
rig_epoch(void *ctx, const struct epoch_row *row)
{
	const struct rig *r = ctx;
	if (strcmp(r->x.evaluation.metrics.v[0].kind->name, "accuracy") == 0)
		ck_assert_double_eq(row->metric[0], r->accuracy);
}

static void
rig_stage(void *ctx, const char *stage)
{
	struct rig *r = ctx;
	const size_t used = strlen(r->stages);
	snprintf(r->stages + used, sizeof r->stages - used, "%s ", stage);
}

static void
rig_data(struct rig *r)
{
	const struct node *node = node_get(r->x.root, "dataset");
	ck_assert(field_read_kind(&r->x.reader, &family_dataset, node, "dataset", &r->dataset));
	const struct dataset_common *c = r->dataset.common;
	const struct loader_request q = {
		.kind = dataset_kind_of(r->dataset.kind), .opts = r->dataset.opts,
		.where.split_seed = (uint64_t)c->split_seed, .classes = &c->classes,
		.validation_split = c->validation ? 0 : c->validation_split,
		.validation_is_test = c->validation != NULL, .split_seed = (uint64_t)c->split_seed,
		.normalize = { .type = NORMALIZE_MINUS_ONE_ONE },
	};
	const enum status s = loader_inspect(r->x.arena, &q, node, &r->x.reader, &r->loader, &r->err);
	ck_assert_msg(s == OK, "%s", r->err.message);
	ck_assert_int_eq(loader_read_train(r->loader, &r->err), OK);
}

static void
rig_phase_begins(void *ctx, int phase)
{
	struct rig *r = ctx;
	ck_assert(phase >= 0 && phase < r->setup.phases);
	r->phases_seen |= 1 << phase;
}

static void
rig_note(void *ctx, const char *text)
{
	struct rig *r = ctx;
	const size_t used = strlen(r->notes);
	ck_assert_ptr_null(strchr(text, '\n'));
	snprintf(r->notes + used, sizeof r->notes - used, "%s\n", text);
	if (r->on_note) r->on_note(r);
}

static void
rig_features(void *ctx, int done, int images)
{
	struct rig *r = ctx;
	ck_assert(done > 0 && done <= images);
	if (done == images) r->passed += images;
	if (r->stop_passed >= 0 && done >= r->stop_passed) r->stop_after = 0;
}

struct rig_model { struct kind_list layers; };

/* frozen NULL: as the layers themselves say. */
static struct net *
rig_net(struct rig *r, const char *frozen)
{
	static const struct field fields[] = {
		FIELD_KINDS(struct rig_model, layers, .family = &family_layer), FIELD_END
	};
	struct rig_model model;
	struct str said = STR_INIT;
	const struct loader_info *info = loader_info(r->loader);
	field_read(&r->x.reader, fields, node_get(r->x.root, "model"), "model", &model);
	for (size_t i = 0; frozen && i < model.layers.n; i++) {
		struct layer_common *c = model.layers.v[i].common;
		c->trainable = !(c->name && strstr(frozen, c->name));
	}
	const struct training *t = &r->x.training;
	struct net *net = net_build(&r->x.reader, &(struct net_request){
		.layers = &model.layers,
		.input = SHAPE4(SHAPE_BATCH, info->h, info->w, info->c), .num_classes = info->classes,
		.batch = t->eval_batch_size > t->batch_size ? t->eval_batch_size : t->batch_size });
	diags_format(r->x.diags, false, &said);
	ck_assert_msg(net && diags_errors(r->x.diags) == 0, "%s", str_text(&said));
	str_free(&said);
	return net;
}

void
rig_open(struct rig *r, const char *yaml)
{
	memset(r, 0, sizeof *r);
	experiment_open(&r->x, yaml);
	rig_data(r);
	r->net = rig_net(r, NULL);
	r->stop_after = r->stop_passed = -1;
	r->events = (struct trainer_events){ .ctx = r, .stop = rig_stop, .step = rig_step,
		.epoch = rig_epoch, .stage = rig_stage, .phase = rig_phase_begins,
		.note = rig_note, .features = rig_features };
	r->phase[0] = (struct trainer_phase){ .name = "training", .training = r->x.training,
		.net = r->net };
	r->setup = (struct trainer_setup){
		.phases = 1, .phase = r->phase, .evaluation = &r->x.evaluation,
		.loader = r->loader, .seed = 1, .fuse = true, .config_hash = "0123", .events = &r->events,
	};
}

void
rig_freeze(struct rig *r, const char *frozen)
{
	r->phase[0].net = r->net = rig_net(r, frozen);
}

struct trainer_phase *
rig_phase(struct rig *r, const char *training, const char *frozen)
{
	struct node *root = NULL;
	struct str said = STR_INIT;
	ck_assert_int_lt(r->setup.phases, RIG_PHASES);
	struct trainer_phase *p = &r->phase[r->setup.phases++];
	document_parse(r->x.arena, "phase.yaml", training, strlen(training), &root, r->x.diags);
	struct field_reader reader = { .arena = r->x.arena, .diags = r->x.diags };
	field_read(&reader, training_fields, root, "training", &p->training);
	diags_format(r->x.diags, false, &said);
	ck_assert_msg(diags_errors(r->x.diags) == 0, "%s", str_text(&said));
	str_free(&said);
	p->name = "more";
	p->net = rig_net(r, frozen);
	return p;
}

void
rig_plan(struct rig *r)
{
	const enum status s = trainer_plan(r->x.arena, &r->setup, &r->trainer, &r->memory, &r->err);
	ck_assert_msg(s == OK, "%s", r->err.message);
}

enum status
rig_run(struct rig *r)
{
	rig_plan(r);
	return trainer_run(r->trainer, &r->result, &r->err);
}

void
rig_ran(struct rig *r)
{
	ck_assert_msg(rig_run(r) == OK, "%s", r->err.message);
}

void
rig_close(struct rig *r)
{
	trainer_free(r->trainer);
	loader_free(r->loader);
	experiment_close(&r->x);
}

static void
same_evaluation(const struct evaluation_result *a, const struct evaluation_result *b,
	size_t metrics)
{
	const size_t n = (size_t)a->n, classes = (size_t)a->classes;
	ck_assert(a->n == b->n && a->n > 0 && a->classes == b->classes);
	ck_assert_mem_eq(&a->loss, &b->loss, sizeof a->loss);
	ck_assert_mem_eq(a->metric, b->metric, metrics * sizeof *a->metric);
	ck_assert_mem_eq(a->confusion, b->confusion, classes * classes * sizeof *a->confusion);
	ck_assert_mem_eq(a->label, b->label, n * sizeof *a->label);
	ck_assert_mem_eq(a->predicted, b->predicted, n * sizeof *a->predicted);
	ck_assert_mem_eq(a->probability, b->probability, n * classes * sizeof *a->probability);
}

void
rig_same(const struct rig *a, const struct rig *b)
{
	const struct trainer_result *p = &a->result, *q = &b->result;
	const size_t metrics = a->x.evaluation.metrics.n;
	ck_assert_mem_eq(trainer_weights(a->trainer), trainer_weights(b->trainer),
		a->net->floats * sizeof(float));
	ck_assert_str_eq(p->weights_hash, q->weights_hash);
	ck_assert_str_eq(p->initial_hash, q->initial_hash);
	ck_assert_int_eq(p->stopped, q->stopped);
	ck_assert_int_eq(p->best_epoch, q->best_epoch);
	ck_assert_int_eq(p->epochs, q->epochs);
	for (int i = 0; i < p->epochs; i++) {
		const struct epoch_row *x = &p->history[i], *y = &q->history[i];
		ck_assert(x->epoch == i && y->epoch == i && x->best == y->best);
		ck_assert_int_eq(x->phase, y->phase);
		ck_assert_mem_eq(&x->learning_rate, &y->learning_rate, sizeof(double));
		ck_assert_mem_eq(&x->loss, &y->loss, sizeof(double));
		ck_assert_mem_eq(&x->val_loss, &y->val_loss, sizeof(double));
		ck_assert_mem_eq(x->metric, y->metric, metrics * sizeof(double));
		ck_assert_mem_eq(x->val_metric, y->val_metric, metrics * sizeof(double));
	}
	ck_assert_int_eq(p->phases, q->phases);
	for (int i = 0; i < p->phases; i++) {
		const struct phase_result *x = &p->phase[i], *y = &q->phase[i];
		ck_assert(x->epochs_run == y->epochs_run && x->best_epoch == y->best_epoch &&
			x->stopped == y->stopped && x->trained == y->trained);
	}
	same_evaluation(&p->validation, &q->validation, metrics);
	same_evaluation(&p->test, &q->test, metrics);
}
