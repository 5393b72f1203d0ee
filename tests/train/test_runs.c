/*
 * Whole training runs against Keras: golden/tiny_cnn.txt (section 14.7 of the specification and
 * more), driven by the trainer's own step and evaluation on the golden data.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/golden.h"
#include "support/tiny.h"
#include "train/evaluate.h"
#include "train/experiment.h"
#include "train/step.h"
#include "train/suites.h"

enum { SIDE = 8, IMAGE = SIDE * SIDE * 3, TRAIN = 10, VALIDATION = 5, CLASSES = 3, BATCH = 4,
	STEPS = 3 };

/* A parameter's first value: scale * P(…;a,b,m), or values; what is not listed keeps the
 * initializer's. */
struct first_value { const char *name; int a, b, m; float scale; float value[4]; };

struct network { const char *name, *layers; struct first_value first[10]; };

#define BASE_FIRST { \
	{ "conv2d/kernel", 53, 7, 97, 1, { 0 } }, \
	{ "conv2d/bias", 0, 0, 0, 0, { .1f, -.1f, .2f, 0 } }, \
	{ "depthwise_conv2d/kernel", 41, 5, 89, 1, { 0 } }, \
	{ "depthwise_conv2d/bias", 0, 0, 0, 0, { .05f, .1f, -.05f, .2f } }, \
	{ "dense/kernel", 29, 3, 83, 2, { 0 } } }
#define BASE_REST \
	"- depthwise_conv2d: {kernel_size: 3, strides: 2, padding: same}\n" \
	"- re_lu: {max_value: 6}\n" \
	"- global_average_pooling2d\n" \
	"- dense: {units: 3, activation: softmax}\n"
#define BASE_CONV "- conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu, " \
	"kernel_regularizer: {l2: 0.01}"

static const struct network base = { "base",
	BASE_CONV "}\n- batch_normalization\n" BASE_REST, BASE_FIRST };
static const struct network base_frozen = { "base",
	BASE_CONV ", trainable: false}\n- batch_normalization: {trainable: false}\n" BASE_REST,
	BASE_FIRST };

#define RESIDUAL(frozen) \
	"- conv2d: {name: a, filters: 4, kernel_size: 3, padding: same, activation: relu, " \
	"kernel_regularizer: {l1: 0.005, l2: 0.01}" frozen "}\n" \
	"- conv2d: {name: b, filters: 4, kernel_size: 3, padding: same, use_bias: false" frozen "}\n" \
	"- batch_normalization: {name: bn, momentum: 0.9" frozen "}\n" \
	"- add: {name: sum, from: [a, bn]}\n" \
	"- re_lu: {name: relu}\n" \
	"- average_pooling2d: {name: pool, pool_size: 2}\n" \
	"- conv2d: {name: c, from: a, filters: 3, kernel_size: 1, strides: 2}\n" \
	"- concatenate: {name: join, from: [pool, c]}\n" \
	"- conv2d: {name: d, filters: 5, kernel_size: 3, activation: relu}\n" \
	"- global_average_pooling2d: {name: gap}\n" \
	"- dense: {name: out, units: 3, activation: softmax}\n"
#define RESIDUAL_FIRST { \
	{ "a/kernel", 53, 7, 97, 1, { 0 } }, { "a/bias", 0, 0, 0, 0, { .1f, -.1f, .2f, 0 } }, \
	{ "b/kernel", 41, 5, 89, 1, { 0 } }, { "c/kernel", 31, 2, 71, 1, { 0 } }, \
	{ "d/kernel", 37, 11, 101, 1, { 0 } }, { "out/kernel", 29, 3, 83, 2, { 0 } } }

static const struct network residual = { "residual", RESIDUAL(""), RESIDUAL_FIRST };
static const struct network residual_frozen = { "residual", RESIDUAL(", trainable: false"),
	RESIDUAL_FIRST };

static const struct network scratch = { "scratch",
	"- conv2d: {name: conv1, filters: 4, kernel_size: 3, padding: same, activation: relu}\n"
	"- max_pooling2d: {name: pool1, pool_size: 2}\n"
	"- conv2d: {name: conv2, filters: 6, kernel_size: 3, padding: same, activation: relu}\n"
	"- max_pooling2d: {name: pool2, pool_size: 2}\n"
	"- flatten\n"
	"- dense: {name: hidden, units: 16, activation: relu}\n"
	"- dense: {name: out, units: 3, activation: softmax}\n",
	{ { "conv1/kernel", 53, 7, 97, 1, { 0 } }, { "conv2/kernel", 41, 5, 89, 1, { 0 } },
	  { "hidden/kernel", 37, 11, 101, 1, { 0 } }, { "out/kernel", 29, 3, 83, 1, { 0 } } } };

static const struct network global = { "global",
	"- depthwise_conv2d: {name: dw, kernel_size: 3, padding: same, depth_multiplier: 2, "
	"use_bias: false}\n"
	"- zero_padding2d: {name: pad, padding: 1}\n"
	"- conv2d: {name: conv, filters: 4, kernel_size: 3, strides: 2, activation: silu}\n"
	"- max_pooling2d: {name: pool, pool_size: 3, strides: 2, padding: same}\n"
	"- global_average_pooling2d: {name: gap}\n"
	"- global_max_pooling2d: {name: gmax, from: pool}\n"
	"- multiply: {name: product, from: [gap, gmax]}\n"
	"- concatenate: {name: join, from: [gap, gmax, product]}\n"
	"- dense: {name: hidden, units: 6, activation: tanh, kernel_regularizer: {l2: 0.01}, "
	"bias_regularizer: {l1: 0.001}}\n"
	"- dense: {name: out, units: 3, activation: softmax}\n",
	{ { "dw/kernel", 41, 5, 89, 1, { 0 } }, { "conv/kernel", 53, 7, 97, 1, { 0 } },
	  { "hidden/kernel", 37, 11, 101, 1, { 0 } }, { "hidden/bias", 31, 2, 71, 1, { 0 } },
	  { "out/kernel", 29, 3, 83, 2, { 0 } } } };

/* ---- a run ---- */

struct run {
	struct experiment_text x;
	struct tiny tiny;
	struct exec *exec, *eval;
	struct step step;
	struct evaluator evaluator;
	struct tally tally;
	float train[TRAIN * IMAGE], validation[VALIDATION * IMAGE];
	int32_t train_label[TRAIN], validation_label[VALIDATION];
	float probabilities[TRAIN * CLASSES], losses[TRAIN];
	float class_weight[CLASSES];
	unsigned long steps;
	double rate;
	struct plateau_state plateau;
};

static void
run_data(struct run *r)
{
	golden_fill_p(r->train, TRAIN * IMAGE, 37, 11, 101);
	golden_fill_p(r->validation, VALIDATION * IMAGE, 43, 17, 103);
	for (int i = 0; i < TRAIN * IMAGE; i++) r->train[i] *= 2;
	for (int i = 0; i < VALIDATION * IMAGE; i++) r->validation[i] *= 2;
	for (int i = 0; i < TRAIN; i++) r->train_label[i] = i % 3;
	for (int i = 0; i < VALIDATION; i++) r->validation_label[i] = 2 * i % 3;
}

static void
run_first_values(const struct network *n, const struct net *net, float *params)
{
	net_init(net, 1, params);
	for (const struct first_value *f = n->first; f->name; f++) {
		int i = 0;
		while (i < net->params && strcmp(net->param[i].name, f->name) != 0) i++;
		ck_assert_msg(i < net->params, "%s has no %s", n->name, f->name);
		float *w = params + net->param[i].offset;
		const size_t count = net->param[i].count;
		if (f->m > 0) golden_fill_p(w, count, f->a, f->b, f->m);
		for (size_t k = 0; k < count; k++) w[k] = f->m > 0 ? f->scale * w[k] : f->value[k];
	}
}

static float *
run_floats(struct run *r, size_t n)
{
	float *v = tiny_floats(r->tiny.arena, n + 16);
	memset(v, 0, n * sizeof *v);
	return v;
}

static void
run_class_weights(struct run *r)
{
	static const char *const names[CLASSES] = { "0", "1", "2" };
	const long long counts[CLASSES] = { 4, 3, 3 };
	const struct kind_value *v = &r->x.training.loss;
	if (loss_kind_of(v->kind)->class_weights(&r->x.reader, v->opts, CLASSES, names, counts,
	    r->class_weight))
		r->step.class_weights = r->class_weight;
}

static void
run_open(struct run *r, const struct network *n, const char *training, bool fuse)
{
	char yaml[512];
	memset(r, 0, sizeof *r);
	snprintf(yaml, sizeof yaml, "training: {%s}", training);
	experiment_open(&r->x, yaml);
	tiny_open(&r->tiny, n->layers, SHAPE4(SHAPE_BATCH, SIDE, SIDE, 3), CLASSES, TRAIN);
	const struct net *net = r->tiny.net;
	const struct training *t = &r->x.training;
	const bool fused = fuse && !step_clips_norm(&t->optimizer);
	struct plan *plan = plan_make(r->tiny.arena, net,
	    &(struct plan_options){ .purpose = PLAN_TRAIN, .batch = BATCH, .fuse = fuse,
		.fused_update = fused });
	struct plan *eval = plan_make(r->tiny.arena, net, &(struct plan_options){
		.purpose = PLAN_EVALUATE, .batch = TRAIN, .fuse = fuse });
	const size_t bytes = plan->workspace > eval->workspace ? plan->workspace : eval->workspace;
	float *workspace = run_floats(r, bytes / sizeof(float)), *params = run_floats(r, net->floats);
	float *grads = run_floats(r, net->trainable_floats);
	run_first_values(n, net, params);
	r->exec = exec_open(r->tiny.arena, plan, &(struct exec_memory){ .workspace = workspace,
		.params = params, .grads = grads,
		.folded = run_floats(r, plan->folded / sizeof(float)) });
	r->eval = exec_open(r->tiny.arena, eval, &(struct exec_memory){ .workspace = workspace,
		.params = params, .folded = run_floats(r, eval->folded / sizeof(float)) });
	exec_fold(r->exec);
	r->step = (struct step){ .net = net, .exec = r->exec, .loss = &t->loss,
		.optimizer = &t->optimizer, .seed = 1, .params = params, .grads = grads,
		.slots = run_floats(r, 3 * net->trainable_floats), .probabilities = r->probabilities,
		.losses = r->losses };
	run_class_weights(r);
	step_init(&r->step, r->tiny.arena);
	r->evaluator = (struct evaluator){ .net = net, .exec = r->eval, .loss = &t->loss,
		.params = params, .losses = r->losses };
	tally_init(&r->tally, r->tiny.arena, CLASSES);
	const struct optimizer_options *o = t->optimizer.opts;
	r->rate = (float)o->learning_rate;
	run_data(r);
}

static void
run_close(struct run *r)
{
	tiny_close(&r->tiny);
	experiment_close(&r->x);
}

/* Loss and accuracy over n images, and their probabilities. */
static void
run_evaluate(struct run *r, int n, const float *x, const int32_t *labels, double out[2])
{
	tally_reset(&r->tally);
	exec_fold(r->eval);
	memcpy(exec_input(r->eval), x, (size_t)n * IMAGE * sizeof(float));
	evaluate_batch(&r->evaluator, n, labels, step_penalty(r->tiny.net, r->step.params), &r->tally,
	    r->probabilities, NULL);
	out[0] = tally_loss(&r->tally);
	out[1] = (double)r->tally.hits / (double)r->tally.n;
}

static double
run_rate(struct run *r)
{
	const struct training *t = &r->x.training;
	const struct optimizer_options *o = t->optimizer.opts;
	const struct schedule_context c = { o->learning_rate, STEPS, t->epochs };
	if (!t->reduce_lr_on_plateau.given) r->rate = schedule_rate(&t->lr_schedule, &c, r->steps);
	return r->rate;
}

static void
run_epoch(struct run *r, double out[2])
{
	tally_reset(&r->tally);
	for (int first = 0; first < TRAIN; first += BATCH) {
		const int n = TRAIN - first < BATCH ? TRAIN - first : BATCH;
		memcpy(exec_input(r->exec), r->train + first * IMAGE, (size_t)n * IMAGE * sizeof(float));
		ck_assert(step_run(&r->step, n, r->train_label + first, r->steps, run_rate(r), &r->tally));
		r->steps++;
	}
	out[0] = tally_loss(&r->tally);
	out[1] = (double)r->tally.hits / (double)r->tally.n;
}

static void
near(const char *of, const char *what, int epoch, double found, double want, double tolerance)
{
	ck_assert_msg(fabs(found - want) <= tolerance * fmax(1, fabs(want)),
	    "%s: %s of epoch %d is %.8g, expected %.8g", of, what, epoch + 1, found, want);
}

/* The best weights, statistics included, and the predictions at the end. */
static void
run_final(struct run *r, const struct golden *g, const char *of)
{
	const struct net *net = r->tiny.net;
	char what[96];
	double end[2];
	for (int i = 0; i < net->params; i++) {
		snprintf(what, sizeof what, "final.%s", net->param[i].name);
		golden_check(g, of, what, net->param[i].count, r->step.params + net->param[i].offset, 1e-4);
	}
	run_evaluate(r, VALIDATION, r->validation, r->validation_label, end);
	golden_check(g, of, "final_predictions", VALIDATION * CLASSES, r->probabilities, 1e-4);
}

/* ---- the runs ---- */

static const struct { const struct network *network; const char *name, *training; int epochs; }
	runs[] = {
	{ &base, "sgd_momentum", "optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}", 3 },
	{ &base, "adam", "optimizer: {type: adam, learning_rate: 0.01}", 3 },
	{ &base, "rmsprop", "optimizer: {type: rmsprop, learning_rate: 0.01}", 3 },
	{ &base, "adamw", "optimizer: {type: adamw, learning_rate: 0.01, weight_decay: 0.1}", 3 },
	{ &base, "nadam", "optimizer: {type: nadam, learning_rate: 0.01}", 3 },
	{ &base, "sgd_nesterov_wd", "optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9, "
		"nesterov: true, weight_decay: 0.01}", 3 },
	{ &base, "rmsprop_centered", "optimizer: {type: rmsprop, learning_rate: 0.01, momentum: 0.9, "
		"centered: true}", 3 },
	{ &base, "adam_clip_norm", "optimizer: {type: adam, learning_rate: 0.01, clip_norm: 0.1}", 3 },
	{ &base, "sgd_clip_value", "optimizer: {type: sgd, learning_rate: 0.1, clip_value: 0.02}", 3 },
	{ &base, "adam_global_clip_norm",
		"optimizer: {type: adam, learning_rate: 0.01, global_clip_norm: 0.2}", 3 },
	{ &base, "sgd_smooth_weighted", "optimizer: {type: sgd, learning_rate: 0.1}, loss: {type: "
		"cross_entropy, label_smoothing: 0.1, class_weight: {0: 2, 1: 0.5}}", 2 },
	{ &base_frozen, "sgd_frozen", "optimizer: {type: sgd, learning_rate: 0.1}", 2 },
	{ &base, "adam_cosine", "epochs: 3, optimizer: {type: adam, learning_rate: 0.01}, "
		"lr_schedule: {type: cosine, alpha: 0.1}", 3 },
	{ &base, "sgd_warmup_cosine", "epochs: 3, optimizer: {type: sgd, learning_rate: 0.1}, "
		"lr_schedule: {type: cosine, warmup_epochs: 1}", 3 },
	{ &base, "sgd_plateau", "optimizer: {type: sgd, learning_rate: 0.1}, "
		"reduce_lr_on_plateau: {factor: 0.5, patience: 1, min_delta: 0.05}", 5 },
	{ &residual, "sgd_cosine_global_clip", "optimizer: {type: sgd, learning_rate: 0.05, momentum: "
		"0.9, global_clip_norm: 1}, lr_schedule: {type: cosine, decay_epochs: 3, alpha: 0.1}", 3 },
	{ &residual, "adam", "optimizer: {type: adam, learning_rate: 0.01}", 3 },
	{ &residual_frozen, "frozen_adam", "optimizer: {type: adam, learning_rate: 0.01}", 3 },
	{ &global, "adam_wd_clip_staircase", "optimizer: {type: adam, learning_rate: 0.02, "
		"weight_decay: 0.01, clip_norm: 0.5}, lr_schedule: {type: exponential, decay_epochs: "
		"1.3333333333333333, decay_rate: 0.5, staircase: true}", 3 },
	{ &global, "rmsprop", "optimizer: {type: rmsprop, learning_rate: 0.005}", 3 },
	{ &scratch, "adam", "optimizer: {type: adam, learning_rate: 0.001}", 3 },
	{ &scratch, "nadam_piecewise", "optimizer: nadam, lr_schedule: {type: piecewise, boundaries: "
		"[0.66666666666666663, 1.6666666666666667], values: [0.01, 0.003, 0.001]}", 3 },
};
enum { RUNS = sizeof runs / sizeof runs[0] };

static void
run_follows(int i, bool fuse)
{
	static struct run r;
	struct golden *g = golden_open("tiny_cnn");
	char of[96];
	const size_t epochs = (size_t)runs[i].epochs;
	snprintf(of, sizeof of, "%s.%s", runs[i].network->name, runs[i].name);
	run_open(&r, runs[i].network, runs[i].training, fuse);
	const double *loss = golden_values(g, of, "loss", epochs);
	const double *accuracy = golden_values(g, of, "accuracy", epochs);
	const double *val_loss = golden_values(g, of, "val_loss", epochs);
	const double *val_accuracy = golden_values(g, of, "val_accuracy", epochs);
	for (int epoch = 0; epoch < runs[i].epochs; epoch++) {
		double train[2], validation[2];
		run_epoch(&r, train);
		run_evaluate(&r, VALIDATION, r.validation, r.validation_label, validation);
		near(of, "loss", epoch, train[0], loss[epoch], 1e-5);
		near(of, "accuracy", epoch, train[1], accuracy[epoch], 1e-7);
		near(of, "val_loss", epoch, validation[0], val_loss[epoch], 1e-5);
		near(of, "val_accuracy", epoch, validation[1], val_accuracy[epoch], 1e-7);
		const struct plateau *p = &r.x.training.reduce_lr_on_plateau;
		if (!p->given) continue;
		near(of, "rate", epoch, r.rate, golden_values(g, of, "learning_rate", epochs)[epoch], 1e-9);
		r.rate = plateau_epoch(p, &r.plateau, validation[0], r.rate, true);
	}
	run_final(&r, g, of);
	run_close(&r);
	golden_close(g);
}

START_TEST(runs_are_keras_s)
{
	run_follows(_i, true);
}
END_TEST

START_TEST(runs_without_fusions_are_keras_s)
{
	run_follows(_i, false);
}
END_TEST

/* Before training: predictions, evaluation, loss and gradients of the first batch. */
START_TEST(the_first_batch_is_keras_s)
{
	static const int first[] = { 0, 15, 18, 20 };
	static struct run r;
	struct golden *g = golden_open("tiny_cnn");
	char of[96], what[96];
	double found[2];
	const int i = first[_i];
	snprintf(of, sizeof of, "%s.%s", runs[i].network->name, runs[i].name);
	/* A rate of nearly nothing: the step changes no weight that follows, the gradients stay to
	 * be seen. */
	run_open(&r, runs[i].network, "optimizer: {type: sgd, learning_rate: 1e-30, clip_norm: 1e9}",
		true);
	run_evaluate(&r, TRAIN, r.train, r.train_label, found);
	golden_check(g, of, "initial_predictions", TRAIN * CLASSES, r.probabilities, 1e-5);
	const double *want = golden_values(g, of, "initial_evaluate", 2);
	near(of, "initial loss", -1, found[0], want[0], 1e-6);
	near(of, "initial accuracy", -1, found[1], want[1], 1e-7);
	tally_reset(&r.tally);
	memcpy(exec_input(r.exec), r.train, BATCH * IMAGE * sizeof(float));
	ck_assert(step_run(&r.step, BATCH, r.train_label, 0, 1e-30, &r.tally));
	near(of, "loss of the first batch", -1, tally_loss(&r.tally),
		golden_value(g, of, "batch1.loss"),
	    2e-6);
	for (int k = 0; k < r.tiny.net->params; k++) {
		const struct net_param *p = &r.tiny.net->param[k];
		if (!p->trainable) continue;
		snprintf(what, sizeof what, "batch1.gradient.%s", p->name);
		golden_check(g, of, what, p->count, r.step.grads + p->offset, 2e-5);
	}
	run_close(&r);
	golden_close(g);
}
END_TEST

/* Section 14.7 itself: [optimizer], losses, validation losses, accuracy, the last dense bias. */
static const struct { int run; double loss[3], val_loss[3], accuracy[3], bias[3]; } spec[] = {
	{ 0, { 1.466028, 1.131431, 1.079804 }, { 1.212805, 1.209193, 1.213547 }, { .3, .5, .4 },
		{ .667296, -.114509, -.552787 } },
	{ 1, { 1.496387, 1.299887, 1.184011 }, { 1.268772, 1.217170, 1.184003 }, { .3, .3, .3 },
		{ .082546, -.008316, -.081697 } },
	{ 2, { 1.418763, 1.151612, 1.051912 }, { 1.205981, 1.168163, 1.147358 }, { .3, .3, .3 },
		{ .128004, -.040634, -.113770 } },
	{ 3, { 1.495109, 1.296046, 1.180326 }, { 1.267138, 1.215633, 1.183039 }, { .3, .3, .3 },
		{ .082128, -.008507, -.081172 } },
	{ 4, { 1.498156, 1.345888, 1.241123 }, { 1.283115, 1.245436, 1.214368 }, { .3, .3, .3 },
		{ .061353, -.012061, -.057868 } },
};

static const float *
run_param(const struct run *r, const char *name)
{
	for (int i = 0; i < r->tiny.net->params; i++)
		if (strcmp(r->tiny.net->param[i].name, name) == 0)
			return r->step.params + r->tiny.net->param[i].offset;
	ck_abort_msg("no parameter %s", name);
	return NULL;
}

START_TEST(the_five_optimizers_are_the_specification_s)
{
	static struct run r;
	run_open(&r, &base, runs[spec[_i].run].training, true);
	for (int epoch = 0; epoch < 3; epoch++) {
		double train[2], validation[2];
		run_epoch(&r, train);
		run_evaluate(&r, VALIDATION, r.validation, r.validation_label, validation);
		near("14.7", "loss", epoch, train[0], spec[_i].loss[epoch], 1e-5);
		near("14.7", "val_loss", epoch, validation[0], spec[_i].val_loss[epoch], 1e-5);
		near("14.7", "accuracy", epoch, train[1], spec[_i].accuracy[epoch], 1e-9);
		near("14.7", "val_accuracy", epoch, validation[1], .4, 1e-9);
	}
	const float *bias = run_param(&r, "dense/bias");
	for (int i = 0; i < 3; i++) near("14.7", "bias", 2, bias[i], spec[_i].bias[i], 1e-5);
	if (_i == 0) {
		static const double mean[4] = { .025411, .023254, .027027, .023933 };
		static const double variance[4] = { .928965, .928943, .925104, .933847 };
		const float *m = run_param(&r, "batch_normalization/moving_mean");
		const float *v = run_param(&r, "batch_normalization/moving_variance");
		for (int i = 0; i < 4; i++) near("14.7", "moving mean", 2, m[i], mean[i], 1e-5);
		for (int i = 0; i < 4; i++) near("14.7", "moving variance", 2, v[i], variance[i], 1e-5);
	}
	run_close(&r);
}
END_TEST

Suite *
suite_runs(void)
{
	Suite *s = suite_create("runs");
	TCase *c = tcase_create("runs");
	tcase_add_loop_test(c, the_first_batch_is_keras_s, 0, 4);
	tcase_add_loop_test(c, runs_are_keras_s, 0, RUNS);
	tcase_add_loop_test(c, runs_without_fusions_are_keras_s, 0, RUNS);
	tcase_add_loop_test(c, the_five_optimizers_are_the_specification_s, 0, 5);
	suite_add_tcase(s, c);
	return s;
}
