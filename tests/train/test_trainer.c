/* The trainer on a small network with dropout and batch norm: bits, stops, checkpoints, memory. */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/tmpdir.h"
#include "support/schedule.h"
#include "tlrun/file.h"
#include "tlrun/parallel.h"
#include "tlrun/weights.h"
#include "train/rig.h"
#include "train/suites.h"

static struct tmpdir dir;
static struct rig a, b;

static void
setup(void)
{
	tmpdir_make(&dir);
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

/* 96 images to train on in batches of 18 (the last has 6), 24 to validate, 30 to test. */
#define DATA                                                                                       \
	"dataset: {name: synthetic, num_classes: 3, train_samples: 120, test_samples: 30, "            \
	"image_size: 12, noise: 0.1, validation_split: 0.2}\n"
#define MODEL                                                                                      \
	"model:\n  layers:\n"                                                                          \
	"    - conv2d: {filters: 6, kernel_size: 3, padding: same, activation: relu, "                 \
	"kernel_regularizer: {l2: 1e-3}}\n"                                                            \
	"    - max_pooling2d: {pool_size: 2}\n"                                                        \
	"    - batch_normalization: {momentum: 0.9}\n"                                                 \
	"    - conv2d: {filters: 8, kernel_size: 3, strides: 2, padding: same, activation: relu}\n"    \
	"    - dropout: {rate: 0.25}\n"                                                                \
	"    - flatten\n"                                                                              \
	"    - dense: {units: 20, activation: relu}\n"                                                 \
	"    - dropout: {rate: 0.5}\n"                                                                 \
	"    - dense: {units: num_classes, activation: softmax}\n"
#define METRICS "evaluation: {metrics: [accuracy, macro_f1, top_k_accuracy: {k: 2}, loss]}\n"
#define TRAINING(what) DATA MODEL METRICS "training: {batch_size: 18, " what "}\n"

enum { STEPS = 6 };	/* of an epoch */

static const char adam[] = TRAINING("epochs: 3, optimizer: {type: adam, learning_rate: 0.01}, "
	"early_stopping: {patience: 5}");

/* What depends on state that a checkpoint must hold: slots, schedules, callbacks, class weights. */
static const char *const kinds[] = {
	adam,
	TRAINING("epochs: 4, eval_batch_size: 7, optimizer: {type: nadam, weight_decay: 0.01}, "
		"lr_schedule: {type: cosine, warmup_epochs: 0.5}, checkpoint: {every_epochs: 3}"),
	TRAINING("epochs: 4, optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9, "
		"nesterov: true, global_clip_norm: 1}, "
		"reduce_lr_on_plateau: {monitor: val_accuracy, patience: 1, "
		"factor: 0.5}, early_stopping: {monitor: val_macro_f1, patience: 2}, "
		"loss: {type: cross_entropy, label_smoothing: 0.1}"),
	TRAINING("epochs: 3, optimizer: {type: rmsprop, centered: true, momentum: 0.5, clip_norm: 2}, "
		"shuffle: false"),
	/* Nothing improves: what counts the epochs decides about rates and the end. */
	TRAINING("epochs: 12, optimizer: {type: sgd, learning_rate: 1e-7}, reduce_lr_on_plateau: "
		"{monitor: val_accuracy, patience: 2, cooldown: 3, factor: 0.5, min_delta: 0.05}, "
		"early_stopping: {monitor: val_accuracy, patience: 9, min_delta: 0.05}"),
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void
trained(struct rig *r, const char *yaml)
{
	rig_open(r, yaml);
	rig_ran(r);
}

/* ---- what training gives ---- */

START_TEST(a_run_is_whole_and_learns)
{
	trained(&a, adam);
	const struct trainer_result *r = &a.result;
	char hash[65];
	ck_assert(r->stopped == STOP_EPOCHS && r->epochs == 3 && r->epochs_run == 3);
	ck_assert_int_eq(a.steps, 3 * STEPS);
	ck_assert(r->validation.n == 24 && r->test.n == 30 && r->test.classes == 3);
	ck_assert_msg(r->history[2].loss < r->history[0].loss, "the loss did not fall");
	net_hash(a.net, trainer_weights(a.trainer), hash);
	ck_assert_str_eq(hash, r->weights_hash);
	ck_assert_str_ne(r->initial_hash, r->weights_hash);
	ck_assert_str_eq(a.stages,
		"train validate train validate train validate validate load data test ");
	for (int i = 0; i < 3; i++) {
		ck_assert_double_eq(r->history[i].learning_rate, (double).01f);
		ck_assert_double_eq(r->history[i].metric[3], r->history[i].loss);
		ck_assert_double_eq(r->history[i].val_metric[3], r->history[i].val_loss);
		ck_assert(r->seconds_per_epoch[i] > 0);
	}
	ck_assert(r->images_per_second > 0 && r->seconds_test > 0);
	rig_close(&a);
}
END_TEST

/* The metrics and the confusion matrix follow from the rows. */
START_TEST(the_results_agree_with_their_rows)
{
	trained(&a, adam);
	const struct evaluation_result *t = &a.result.test;
	long long confusion[9] = { 0 };
	double loss = 0;
	int hits = 0;
	for (int i = 0; i < t->n; i++) {
		const float *p = t->probability + 3 * i;
		const int best = p[1] > p[0] ? (p[2] > p[1] ? 2 : 1) : p[2] > p[0] ? 2 : 0;
		ck_assert_float_eq_tol(p[0] + p[1] + p[2], 1, 1e-6f);
		ck_assert_int_eq(t->predicted[i], best);
		confusion[3 * t->label[i] + best]++;
		hits += t->label[i] == best;
		loss -= log(p[t->label[i]]) / t->n;
	}
	ck_assert_mem_eq(confusion, t->confusion, sizeof confusion);
	ck_assert_double_eq(t->metric[0], (double)hits / t->n);
	double penalty = 0;
	for (int k = 0; k < 6 * 3 * 9; k++) {
		const double w = trainer_weights(a.trainer)[a.net->param[0].offset + (size_t)k];
		penalty += 1e-3 * w * w;
	}
	ck_assert_double_eq_tol(t->loss, loss + penalty, 1e-5);
	rig_close(&a);
}
END_TEST

/* ---- the best weights ---- */

#define WILD "epochs: 6, optimizer: {type: sgd, learning_rate: 0.3, momentum: 0.9}"

START_TEST(the_best_epoch_s_weights_come_back)
{
	trained(&a, TRAINING(WILD ", early_stopping: {patience: 20}"));
	const struct trainer_result *r = &a.result;
	int best = 0;
	for (int i = 0; i < r->epochs; i++) {
		if (r->history[i].val_loss < r->history[best].val_loss) best = i;
		ck_assert_int_eq(r->history[i].best, best == i);
	}
	ck_assert_msg(best < r->epochs - 1, "the last epoch was the best: this shows nothing");
	ck_assert_int_eq(r->best_epoch, best);
	/* The same weights give the same loss, to the last bit. */
	ck_assert_double_eq(r->validation.loss, r->history[best].val_loss);
	rig_close(&a);
}
END_TEST

START_TEST(the_last_epoch_s_weights_stay_where_nothing_asks_for_the_best)
{
	static const char *const yaml[] = { TRAINING(WILD),
		TRAINING(WILD ", early_stopping: {patience: 20, restore_best_weights: false}") };
	trained(&a, yaml[_i]);
	ck_assert_int_eq(a.result.best_epoch, 5);
	ck_assert_double_eq(a.result.validation.loss, a.result.history[5].val_loss);
	rig_close(&a);
}
END_TEST

START_TEST(early_stopping_ends_the_training)
{
	trained(&a, TRAINING("epochs: 30, optimizer: {type: sgd, learning_rate: 0.3, momentum: 0.9}, "
		"early_stopping: {patience: 2, monitor: val_loss}"));
	const struct trainer_result *r = &a.result;
	ck_assert_int_eq(r->stopped, STOP_EARLY);
	ck_assert_int_lt(r->epochs, 30);
	ck_assert_int_eq(r->best_epoch, r->epochs - 3);
	ck_assert_double_eq(r->validation.loss, r->history[r->best_epoch].val_loss);
	rig_close(&a);
}
END_TEST

START_TEST(the_plateau_rule_lowers_the_rate)
{
	trained(&a, TRAINING("epochs: 4, optimizer: {type: sgd, learning_rate: 1e-6}, "
		"reduce_lr_on_plateau: {patience: 1, factor: 0.25, min_delta: 0.5}"));
	const struct epoch_row *h = a.result.history;
	ck_assert_double_eq(h[0].learning_rate, (double)1e-6f);
	ck_assert_double_eq(h[1].learning_rate, (double)1e-6f);
	ck_assert_double_eq(h[2].learning_rate, (double)(float)(.25 * (double)1e-6f));
	ck_assert_double_lt(h[3].learning_rate, h[2].learning_rate);
	rig_close(&a);
}
END_TEST

/* ---- the same bits ---- */

START_TEST(threads_and_instruction_sets_give_the_same_bits)
{
	static const char *const sets[] = { "generic", "avx2", "avx512" };
	struct err e = ERR_INIT;
	parallel_set_threads(1);
	trained(&a, kinds[_i]);
	int compared = 0;
	for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
		if (kern_select(sets[s], &e) != OK) continue;	/* this machine cannot */
		for (int way = 0; way < SCHEDULES; way++) {
			schedule(way);
			trained(&b, kinds[_i]);
			rig_same(&a, &b);
			rig_close(&b);
			compared++;
		}
	}
	schedule(0);
	ck_assert_int_ge(compared, 4);
	rig_close(&a);
}
END_TEST

/*
 * The hash that every machine must find. It changes only with what results are made of (kernels'
 * order of sums, random numbers, initializers, this network); then the new one is in the failure.
 */
START_TEST(the_weights_have_the_golden_hash)
{
	static const char golden[] = "5923736798a4e3821cf7ee88ebc11ebf4ee76512ab70d562c1b9f5688f23addb";
	trained(&a, adam);
	ck_assert_str_eq(a.result.weights_hash, golden);
	rig_close(&a);
}
END_TEST

/* ---- stops and resumes ---- */

/* Run in pieces of `piece` steps until it is done, with another number of threads each time. */
static void
in_pieces(struct rig *r, const char *yaml, int piece, const char *checkpoint)
{
	for (int n = 0; n < 200; n++) {
		parallel_set_threads(1 + n % 3);
		rig_open(r, yaml);
		r->setup.checkpoint = checkpoint;
		r->stop_after = piece;
		const enum status s = rig_run(r);
		if (s == OK) return;
		ck_assert_msg(s == ERR_STOPPED, "%s", r->err.message);
		ck_assert_int_eq(r->result.stopped, STOP_SIGNAL);
		ck_assert_int_eq(r->result.test.n, 0);
		rig_close(r);
	}
	ck_abort_msg("no end in sight");
}

START_TEST(a_stopped_run_resumes_to_the_same_bits)
{
	static const int pieces[] = { 1, 4, 6, 7, 11 };
	const char *checkpoint = tmpdir_path(&dir, "checkpoint");
	trained(&a, kinds[_i / 5]);
	in_pieces(&b, kinds[_i / 5], pieces[_i % 5], checkpoint);
	rig_same(&a, &b);
	rig_close(&b);
	/* Once more: all epochs are done, only the evaluations are left. */
	rig_open(&b, kinds[_i / 5]);
	b.setup.checkpoint = checkpoint;
	ck_assert_int_eq(rig_run(&b), OK);
	ck_assert_int_eq(b.steps, 0);
	rig_same(&a, &b);
	rig_close(&b);
	rig_close(&a);
}
END_TEST

START_TEST(a_killed_run_resumes_from_its_last_checkpoint)
{
	for (int at = STEPS + 1; at <= 3 * STEPS; at += 4) {
		const char *checkpoint = tmpdir_path(&dir, "checkpoint");
		file_remove(checkpoint);
		rig_open(&a, adam);
		a.setup.checkpoint = checkpoint;
		a.left_after = at;
		a.left = tmpdir_path(&dir, "left");
		ck_assert_int_eq(rig_run(&a), OK);
		rig_open(&b, adam);
		b.setup.checkpoint = a.left;
		ck_assert_msg(rig_run(&b) == OK, "%s", b.err.message);
		ck_assert_int_lt(b.steps, 3 * STEPS);
		rig_same(&a, &b);
		rig_close(&a);
		rig_close(&b);
	}
}
END_TEST

START_TEST(best_and_last_weights_stand_in_the_checkpoint)
{
	struct safetensors *f = NULL;
	struct err e = ERR_INIT;
	rig_open(&a, TRAINING(WILD));
	a.setup.checkpoint = tmpdir_path(&dir, "checkpoint");
	ck_assert_int_eq(rig_run(&a), OK);
	ck_assert_int_eq(safetensors_open(&f, a.setup.checkpoint, &e), OK);
	const struct tensor *last = safetensors_find(f, "parameters");
	const struct tensor *best = safetensors_find(f, "best");
	ck_assert(last && best && last->bytes == a.net->floats * sizeof(float));
	ck_assert_mem_eq(last->data, trainer_weights(a.trainer), last->bytes);
	ck_assert_int_ne(memcmp(last->data, best->data, last->bytes), 0);
	safetensors_close(f);
	rig_close(&a);
}
END_TEST

/* ---- checkpoints that are not believed ---- */

/* A stopped run's checkpoint, met by another run: named, set aside, and the run is as if there had
 * been none. */
static void
set_aside(const char *yaml, uint64_t seed, const char *config, const char *path, const char *words)
{
	struct err e = ERR_INIT;
	char aside[512];
	snprintf(aside, sizeof aside, "%s.aside", path);
	rig_open(&a, yaml);
	a.setup.seed = seed;
	rig_ran(&a);
	rig_open(&b, yaml);
	b.setup.checkpoint = path;
	b.setup.seed = seed;
	b.setup.config_hash = config;
	rig_ran(&b);
	ck_assert_msg(strstr(b.notes, words) != NULL, "\"%s\" does not say \"%s\"", b.notes, words);
	ck_assert_msg(strstr(b.notes, aside) != NULL, "\"%s\" names no file", b.notes);
	rig_same(&a, &b);
	ck_assert_int_eq(file_move(aside, path, &e), OK);
	rig_close(&a);
	rig_close(&b);
}

static const char *
stopped(struct str *all)
{
	struct err e = ERR_INIT;
	const char *path = tmpdir_path(&dir, "checkpoint");
	rig_open(&a, adam);
	a.setup.checkpoint = path;
	a.stop_after = 8;
	ck_assert_int_eq(rig_run(&a), ERR_STOPPED);
	rig_close(&a);
	ck_assert_int_eq(file_read(path, 1 << 24, all, ERR_IO, &e), OK);
	return path;
}

START_TEST(a_foreign_checkpoint_is_set_aside)
{
	struct str all = STR_INIT;
	static const char smaller[] = DATA "model: {layers: [flatten, dense: {units: 3, activation: "
		"softmax}]}\n" METRICS "training: {batch_size: 18, epochs: 3}\n";
	static const char metrics[] = DATA MODEL "training: {batch_size: 18, epochs: 3}\n";
	const char *path = stopped(&all);
	set_aside(adam, 1, "4567", path, "another configuration");
	set_aside(adam, 2, "0123", path, "seed 1, not 2");
	set_aside(smaller, 1, "0123", path, "another network");
	set_aside(metrics, 1, "0123", path, "another network");
	struct err e = ERR_INIT;
	const char *weights = tmpdir_path(&dir, "weights.safetensors");
	ck_assert_int_eq(safetensors_write(weights, NULL, 0, NULL, 0, &e), OK);
	set_aside(adam, 1, "0123", weights, "not a checkpoint");
	set_aside(adam, 1, "0123", tmpdir_write(&dir, "text", "hello, world", 12), "does not fit");
	str_free(&all);
}
END_TEST

START_TEST(a_torn_checkpoint_is_set_aside)
{
	struct str all = STR_INIT;
	stopped(&all);
	for (int i = 0; i < 6; i++) {
		const size_t n = all.len * (size_t)i / 6;
		set_aside(adam, 1, "0123", tmpdir_write(&dir, "torn", all.data, n), "torn");
	}
	/* A byte of the data turned, here and there; the last ones are the best weights. */
	for (int i = 0; i < 6; i++) {
		const size_t at = all.len - 1 - (all.len - 4096) * (size_t)i / 6;
		all.data[at] = (char)(all.data[at] ^ 4);
		set_aside(adam, 1, "0123", tmpdir_write(&dir, "flipped", all.data, all.len), "corrupt");
		all.data[at] = (char)(all.data[at] ^ 4);
	}
	str_free(&all);
}
END_TEST

/* ---- losses that are not finite ---- */

START_TEST(a_loss_that_is_not_finite_stops_with_layer_and_step)
{
	rig_open(&a, TRAINING("epochs: 3, optimizer: {type: sgd, learning_rate: 1e30}"));
	a.setup.checkpoint = tmpdir_path(&dir, "checkpoint");
	ck_assert_int_eq(rig_run(&a), ERR_FAILED);
	const struct trainer_result *r = &a.result;
	ck_assert_int_eq(r->stopped, STOP_NOT_FINITE);
	ck_assert_msg(strstr(r->where, "the output of \"") && strstr(r->where, "epoch 1, step 2 of 6"),
		"%s", r->where);
	ck_assert_msg(strstr(a.err.message, r->where) != NULL, "%s", a.err.message);
	ck_assert(r->epochs == 0 && r->test.n == 0);
	ck_assert_int_eq(a.steps, 1);
	rig_close(&a);
}
END_TEST

/* One step an epoch: the step itself sees a finite loss, what it leaves does not. */
START_TEST(a_validation_that_is_not_finite_stops_too)
{
	rig_open(&a, DATA MODEL METRICS
		"training: {batch_size: 96, epochs: 3, optimizer: {type: sgd, learning_rate: 1e30}}\n");
	ck_assert_int_eq(rig_run(&a), ERR_FAILED);
	ck_assert_int_eq(a.result.stopped, STOP_NOT_FINITE);
	ck_assert_str_eq(a.result.where, "in the validation after epoch 1");
	ck_assert(a.result.epochs == 1 && !isfinite(a.result.history[0].val_loss));
	rig_close(&a);
}
END_TEST

/* ---- memory ---- */

static size_t seen[64];

static void
see(struct rig *r)
{
	if (r->steps < 64) seen[r->steps] = mallinfo2().uordblks + buffer_total();
}

START_TEST(steps_allocate_nothing)
{
	rig_open(&a, kinds[_i]);
	a.on_step = see;
	ck_assert_int_eq(rig_run(&a), OK);
	/* The first step starts the threads; epochs write histories. */
	for (int epoch = 0; epoch < a.result.epochs; epoch++)
		for (int step = 3; step <= STEPS; step++)
			ck_assert_uint_eq(seen[epoch * STEPS + step], seen[epoch * STEPS + 2]);
	rig_close(&a);
}
END_TEST

START_TEST(the_plan_says_what_the_run_holds)
{
	rig_open(&a, kinds[_i]);
	const size_t before = buffer_total();
	rig_plan(&a);
	ck_assert_uint_eq(buffer_total(), before);
	const struct trainer_memory *m = &a.memory;
	ck_assert_uint_eq(m->parameters, a.net->floats * sizeof(float));
	ck_assert_uint_eq(m->gradients, a.net->trainable_floats * sizeof(float));
	ck_assert_uint_eq(m->total, m->parameters + m->gradients + m->optimizer + m->best +
		m->workspace + m->data);
	ck_assert_int_eq(trainer_run(a.trainer, &a.result, &a.err), OK);
	const size_t held = buffer_peak();
	ck_assert_uint_ge(held, m->total - m->data);
	ck_assert_uint_le(held, m->total);
	rig_close(&a);
	ck_assert_uint_eq(buffer_total(), 0);
}
END_TEST

Suite *
suite_trainer(void)
{
	Suite *s = suite_create("trainer");
	TCase *c = tcase_create("trainer");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_run_is_whole_and_learns);
	tcase_add_test(c, the_results_agree_with_their_rows);
	tcase_add_test(c, the_best_epoch_s_weights_come_back);
	tcase_add_loop_test(c, the_last_epoch_s_weights_stay_where_nothing_asks_for_the_best, 0, 2);
	tcase_add_test(c, early_stopping_ends_the_training);
	tcase_add_test(c, the_plateau_rule_lowers_the_rate);
	tcase_add_loop_test(c, threads_and_instruction_sets_give_the_same_bits, 0, KINDS);
	tcase_add_test(c, the_weights_have_the_golden_hash);
	tcase_add_loop_test(c, a_stopped_run_resumes_to_the_same_bits, 0, KINDS * 5);
	tcase_add_test(c, a_killed_run_resumes_from_its_last_checkpoint);
	tcase_add_test(c, best_and_last_weights_stand_in_the_checkpoint);
	tcase_add_test(c, a_foreign_checkpoint_is_set_aside);
	tcase_add_test(c, a_torn_checkpoint_is_set_aside);
	tcase_add_test(c, a_loss_that_is_not_finite_stops_with_layer_and_step);
	tcase_add_test(c, a_validation_that_is_not_finite_stops_too);
	tcase_add_loop_test(c, steps_allocate_nothing, 0, KINDS);
	tcase_add_loop_test(c, the_plan_says_what_the_run_holds, 0, KINDS);
	suite_add_tcase(s, c);
	return s;
}
