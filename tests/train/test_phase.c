/* Phases: what a phase starts from, what goes on through all, what stays frozen, and stops around
 * their borders. */
#include <stdio.h>
#include <string.h>

#include "support/tmpdir.h"
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

/* 96 images to train on in batches of 32. */
#define DATA                                                                                       \
	"dataset: {name: synthetic, num_classes: 3, train_samples: 120, test_samples: 30, "            \
	"image_size: 10, noise: 0.1, validation_split: 0.2}\n"
#define MODEL                                                                                      \
	"model:\n  layers:\n"                                                                          \
	"    - conv2d: {name: low, filters: 5, kernel_size: 3, padding: same, activation: relu}\n"     \
	"    - max_pooling2d: {pool_size: 2}\n"                                                        \
	"    - batch_normalization: {name: norm, momentum: 0.9}\n"                                     \
	"    - conv2d: {name: high, filters: 7, kernel_size: 3, strides: 2, activation: relu, "        \
	"kernel_regularizer: {l2: 1e-3}}\n"                                                            \
	"    - flatten\n"                                                                              \
	"    - dropout: {rate: 0.3}\n"                                                                 \
	"    - dense: {name: head, units: num_classes, activation: softmax}\n"
#define METRICS "evaluation: {metrics: [accuracy, macro_f1]}\n"
#define TRAINING(what) DATA MODEL METRICS "training: {batch_size: 32, " what "}\n"
#define PHASE(what) "{batch_size: 32, " what "}"

enum { STEPS = 3 };	/* of an epoch */

#define ADAM "optimizer: {type: adam, learning_rate: 0.003}"
#define WILD "optimizer: {type: sgd, learning_rate: 0.4, momentum: 0.9}"
#define STILL "optimizer: {type: sgd, learning_rate: 1e-30}"

/* ---- what phases are ---- */

/* The head, stopped early; then the layer before it too; then all. */
static void
open_three(struct rig *r)
{
	rig_open(r, TRAINING("epochs: 8, " WILD
		", early_stopping: {monitor: val_accuracy, patience: 1}"));
	rig_freeze(r, "low norm high");
	rig_phase(r, PHASE("epochs: 2, optimizer: {type: nadam, learning_rate: 0.01}, "
		"lr_schedule: {type: cosine, warmup_epochs: 0.5}"), "low norm");
	rig_phase(r, PHASE("epochs: 3, " ADAM ", reduce_lr_on_plateau: {patience: 1, factor: 0.5, "
		"min_delta: 1}, early_stopping: {monitor: val_accuracy, patience: 9}"), "");
}

START_TEST(phases_run_in_their_order)
{
	open_three(&a);
	rig_ran(&a);
	const struct trainer_result *r = &a.result;
	ck_assert_int_eq(r->phases, 3);
	ck_assert_int_eq(a.phases_seen, 7);
	int first = 0;
	for (int i = 0; i < 3; i++) {
		const struct phase_result *p = &r->phase[i];
		int best = first;
		for (int k = first; k < first + p->epochs_run; k++) {
			ck_assert_int_eq(r->history[k].epoch, k);
			ck_assert_int_eq(r->history[k].phase, i);
			if (r->history[k].best) best = k;
		}
		ck_assert(r->history[first].best);
		ck_assert_int_eq(p->best_epoch, best);
		ck_assert_int_eq(p->trained, a.phase[i].net->trainable_count);
		first += p->epochs_run;
	}
	ck_assert_int_eq(r->epochs, first);
	ck_assert_int_eq(r->epochs_run, first);
	ck_assert_int_eq(a.steps, first * STEPS);
	ck_assert_int_eq(r->best_epoch, r->phase[2].best_epoch);
	ck_assert_int_eq(r->phase[0].stopped, STOP_EARLY);
	ck_assert_int_lt(r->phase[0].epochs_run, 8);
	ck_assert(r->phase[1].stopped == STOP_EPOCHS && r->phase[1].epochs_run == 2);
	ck_assert(r->phase[0].trained < r->phase[1].trained);
	ck_assert(r->phase[1].trained < r->phase[2].trained);
	rig_close(&a);
}
END_TEST

/* Rates count from the phase's first step, and the plateau rule begins anew. */
START_TEST(a_phase_s_schedule_is_its_own)
{
	open_three(&a);
	rig_ran(&a);
	const struct training *o = &a.phase[1].training;
	const struct schedule_context c = { 0.01, STEPS, 2 };
	const struct epoch_row *row = a.result.history + a.result.phase[0].epochs_run;
	for (int i = 0; i < 2; i++)
		ck_assert_double_eq(row[i].learning_rate,
			schedule_rate(&o->lr_schedule, &c, (unsigned long)(i + 1) * STEPS - 1));
	ck_assert_double_eq(row[2].learning_rate, (double).003f);
	ck_assert_double_eq(row[3].learning_rate, (double).003f);
	ck_assert_double_eq(row[4].learning_rate, (double)(float)(.5 * (double).003f));
	rig_close(&a);
}
END_TEST

START_TEST(a_phase_starts_from_the_best_weights_of_the_one_before)
{
	static const char *const early[] = { "", ", early_stopping: {patience: 50}",
		", early_stopping: {monitor: val_accuracy, patience: 50, restore_best_weights: false}" };
	char yaml[1536];
	snprintf(yaml, sizeof yaml, TRAINING("epochs: 6, " WILD "%s"), early[_i]);
	rig_open(&a, yaml);
	/* All but the head is frozen in both, and the second changes nothing. */
	rig_freeze(&a, "low norm high");
	rig_phase(&a, PHASE("epochs: 1, " STILL), "low norm high");
	rig_ran(&a);
	const struct epoch_row *h = a.result.history;
	const int best = a.result.phase[0].best_epoch;
	ck_assert_int_eq(a.result.phase[0].epochs_run, 6);
	ck_assert_msg(best < 5, "the last epoch was the best: this shows nothing");
	ck_assert_double_eq(h[6].val_loss, h[best].val_loss);
	ck_assert_double_ne(h[6].val_loss, h[5].val_loss);
	rig_close(&a);
}
END_TEST

/* ---- what goes on, what begins anew ---- */

/* 2 and 3 epochs in two phases, to be compared with one of 5. */
static void
in_two(struct rig *r, bool keep)
{
	rig_open(r, TRAINING("epochs: 2, " ADAM));
	rig_phase(r, PHASE("epochs: 3, " ADAM), "")->keep_optimizer_state = keep;
	rig_ran(r);
	ck_assert_msg(r->result.phase[0].best_epoch == 1, "the last epoch was not the best");
}

START_TEST(a_phase_that_changes_nothing_changes_no_bit)
{
	rig_open(&a, TRAINING("epochs: 5, " ADAM));
	rig_ran(&a);
	in_two(&b, true);
	ck_assert_str_eq(a.result.weights_hash, b.result.weights_hash);
	for (int i = 0; i < 5; i++)
		ck_assert_double_eq(a.result.history[i].loss, b.result.history[i].loss);
	rig_close(&b);
	/* The optimizer's count and moments begin anew unless they are kept. */
	in_two(&b, false);
	ck_assert_str_ne(a.result.weights_hash, b.result.weights_hash);
	ck_assert_double_eq(a.result.history[1].loss, b.result.history[1].loss);
	ck_assert_double_ne(a.result.history[3].loss, b.result.history[3].loss);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* Run a until the end of its first phase, then once more until the second begins: what the
 * checkpoints hold there. */
static void
around_the_border(void (*open)(struct rig *r), struct safetensors *at[2], const struct net *net[2])
{
	struct err e = ERR_INIT;
	const char *path = tmpdir_path(&dir, "checkpoint");
	for (int i = 0; i < 2; i++) {
		struct rig *r = i ? &b : &a;
		struct str all = STR_INIT;
		char name[32];
		open(r);
		r->setup.checkpoint = path;
		r->stop_after = i ? 0 : r->phase[0].training.epochs * STEPS;
		ck_assert_int_eq(rig_run(r), ERR_STOPPED);
		ck_assert_int_eq(r->steps, r->stop_after);
		ck_assert_int_eq(file_read(path, 1 << 24, &all, ERR_IO, &e), OK);
		snprintf(name, sizeof name, "border%d", i);
		ck_assert_int_eq(safetensors_open(&at[i], tmpdir_write(&dir, name, all.data, all.len), &e),
			OK);
		str_free(&all);
		net[i] = r->phase[i].net;
	}
}

static const float *
floats_of(const struct safetensors *f, const char *name, const struct net *net, int param)
{
	const struct tensor *t = safetensors_find(f, name);
	ck_assert_msg(t != NULL, "no %s", name);
	ck_assert_uint_le(4 * (net->param[param].offset + net->param[param].count), t->bytes);
	return (const float *)t->data + net->param[param].offset;
}

static bool
all_zero(const float *v, size_t n)
{
	while (n > 0 && v[n - 1] == 0) n--;
	return n == 0;
}

static void
open_growing(struct rig *r)
{
	rig_open(r, TRAINING("epochs: 2, " ADAM));
	rig_freeze(r, "low norm");
	rig_phase(r, PHASE("epochs: 2, " ADAM), "head")->keep_optimizer_state = true;
}

static void
open_shrinking(struct rig *r)
{
	rig_open(r, TRAINING("epochs: 2, " ADAM));
	rig_phase(r, PHASE("epochs: 2, " ADAM), "low high")->keep_optimizer_state = true;
}

START_TEST(weights_and_kept_slots_move_by_parameter)
{
	static void (*const open[])(struct rig *r) = { open_growing, open_shrinking };
	struct safetensors *at[2];
	const struct net *net[2];
	int carried = 0, fresh = 0;
	around_the_border(open[_i], at, net);
	ck_assert_msg(_i == (net[0]->trainable_floats > net[1]->trainable_floats), "the wrong way");
	const char *best = safetensors_find(at[0], "best") ? "best" : "parameters";
	for (int i = 0; i < net[0]->params; i++) {
		const size_t n = net[0]->param[i].count;
		ck_assert_mem_eq(floats_of(at[0], best, net[0], i),
			floats_of(at[1], "parameters", net[1], i), n * sizeof(float));
		for (int k = 0; net[1]->param[i].trainable && k < 2; k++) {
			const char *slot = k ? "slot.1" : "slot.0";
			const float *now = floats_of(at[1], slot, net[1], i);
			if (net[0]->param[i].trainable) {
				ck_assert(!all_zero(now, n));
				ck_assert_mem_eq(floats_of(at[0], slot, net[0], i), now, n * sizeof(float));
				carried++;
			} else {
				ck_assert(all_zero(now, n));
				fresh++;
			}
		}
	}
	ck_assert(carried > 0 && (_i == 1 || fresh > 0));
	safetensors_close(at[0]);
	safetensors_close(at[1]);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* ---- frozen ---- */

/* Weights of a network that has seen something: no statistic is at its first value. */
static enum status
used_weights(void *ctx, const struct net *net, float *block, struct err *e)
{
	int *called = ctx;
	(void)e;
	++*called;
	for (int i = 0; i < net->params; i++)
		for (size_t k = 0; k < net->param[i].count; k++)
			block[net->param[i].offset + k] += .25f + .01f * (float)(k % 7);
	return OK;
}

START_TEST(frozen_tensors_keep_every_bit)
{
	static const char *const frozen[] = { "low norm high", "low norm", "norm" };
	int called = 0;
	rig_open(&a, TRAINING("epochs: 2, " ADAM));
	rig_freeze(&a, frozen[_i]);
	rig_phase(&a, PHASE("epochs: 2, " WILD), frozen[_i]);
	a.setup.pretrained = used_weights;
	a.setup.pretrained_ctx = &called;
	rig_ran(&a);
	const struct net *net = a.phase[1].net;
	float *first = ARENA_ARRAY(a.x.arena, float, net->floats);
	net_init(net, 1, first);
	used_weights(&called, net, first, NULL);
	ck_assert_int_eq(called, 2);
	char hash[65];
	net_hash(net, first, hash);
	ck_assert_str_eq(hash, a.result.initial_hash);
	int kept = 0;
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		const bool named = strstr(frozen[_i], net->node[p->node].layer.name) != NULL;
		const int same = memcmp(first + p->offset, trainer_weights(a.trainer) + p->offset,
			p->count * sizeof(float)) == 0;
		ck_assert_msg(same == named, "%s %s", p->name, same ? "was not trained" : "changed");
		kept += same;
	}
	ck_assert_int_ge(kept, 4);
	rig_close(&a);
}
END_TEST

/* ---- stops around borders ---- */

static void
open_kept(struct rig *r)
{
	open_growing(r);
	rig_phase(r, PHASE("epochs: 1, " ADAM ", early_stopping: {patience: 3}"), "low")
		->keep_optimizer_state = true;
}

static void (*const runs[])(struct rig *r) = { open_three, open_kept };

/* Run in pieces of `piece` steps until it is done, with another number of threads each time. */
static void
in_pieces(void (*open)(struct rig *r), int piece, const char *checkpoint)
{
	for (int n = 0; n < 200; n++) {
		parallel_set_threads(1 + n % 3);
		open(&b);
		b.setup.checkpoint = checkpoint;
		b.stop_after = piece;
		const enum status s = rig_run(&b);
		if (s == OK) return;
		ck_assert_msg(s == ERR_STOPPED, "%s", b.err.message);
		rig_close(&b);
	}
	ck_abort_msg("no end in sight");
}

START_TEST(a_run_stopped_anywhere_resumes_to_the_same_bits)
{
	static const int pieces[] = { 1, 2, 3, 5, 7 };
	const char *checkpoint = tmpdir_path(&dir, "checkpoint");
	runs[_i / 5](&a);
	rig_ran(&a);
	in_pieces(runs[_i / 5], pieces[_i % 5], checkpoint);
	rig_same(&a, &b);
	rig_close(&b);
	/* Once more: all is done, only the evaluations are left. */
	runs[_i / 5](&b);
	b.setup.checkpoint = checkpoint;
	rig_ran(&b);
	ck_assert_int_eq(b.steps, 0);
	rig_same(&a, &b);
	rig_close(&b);
	rig_close(&a);
}
END_TEST

/* Every step around the first border of open_kept, which lies after two epochs. */
START_TEST(a_run_killed_around_a_border_resumes_to_the_same_bits)
{
	for (int at = 2 * STEPS - 1; at <= 3 * STEPS + 1; at++) {
		const char *checkpoint = tmpdir_path(&dir, "checkpoint");
		file_remove(checkpoint);
		open_kept(&a);
		a.setup.checkpoint = checkpoint;
		a.left_after = at;
		a.left = tmpdir_path(&dir, "left");
		rig_ran(&a);
		open_kept(&b);
		b.setup.checkpoint = a.left;
		rig_ran(&b);
		rig_same(&a, &b);
		rig_close(&a);
		rig_close(&b);
	}
}
END_TEST

START_TEST(a_checkpoint_of_other_phases_is_set_aside)
{
	const char *path = tmpdir_path(&dir, "checkpoint");
	open_three(&a);
	a.setup.checkpoint = path;
	rig_ran(&a);
	open_three(&b);
	b.setup.phases = 2;
	b.setup.checkpoint = path;
	rig_ran(&b);
	ck_assert_msg(strstr(b.notes, "another network or data set") != NULL, "%s", b.notes);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* ---- memory ---- */

START_TEST(the_plan_is_that_of_the_largest_phase)
{
	size_t floats = 0, gradients = 0, slots = 0;
	open_three(&a);
	for (int i = 0; i < 3; i++) {
		static const size_t per_rule[] = { 1, 2, 2 };	/* momentum, nadam, adam */
		const struct net *net = a.phase[i].net;
		const size_t trained = net->trainable_floats;
		if (net->floats > floats) floats = net->floats;
		if (trained > gradients) gradients = trained;
		if (per_rule[i] * trained > slots) slots = per_rule[i] * trained;
	}
	rig_plan(&a);
	const struct trainer_memory *m = &a.memory;
	ck_assert_uint_eq(m->parameters, floats * sizeof(float));
	ck_assert_uint_eq(m->gradients, gradients * sizeof(float));
	ck_assert_uint_eq(m->optimizer, slots * sizeof(float));
	ck_assert_int_eq(trainer_run(a.trainer, &a.result, &a.err), OK);
	const size_t held = buffer_peak();
	ck_assert_uint_ge(held, m->total - m->data);
	ck_assert_uint_le(held, m->total);
	rig_close(&a);
	ck_assert_uint_eq(buffer_total(), 0);
}
END_TEST

Suite *
suite_phase(void)
{
	Suite *s = suite_create("phase");
	TCase *c = tcase_create("phase");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, phases_run_in_their_order);
	tcase_add_test(c, a_phase_s_schedule_is_its_own);
	tcase_add_loop_test(c, a_phase_starts_from_the_best_weights_of_the_one_before, 0, 3);
	tcase_add_test(c, a_phase_that_changes_nothing_changes_no_bit);
	tcase_add_loop_test(c, weights_and_kept_slots_move_by_parameter, 0, 2);
	tcase_add_loop_test(c, frozen_tensors_keep_every_bit, 0, 3);
	tcase_add_loop_test(c, a_run_stopped_anywhere_resumes_to_the_same_bits, 0, 10);
	tcase_add_test(c, a_run_killed_around_a_border_resumes_to_the_same_bits);
	tcase_add_test(c, a_checkpoint_of_other_phases_is_set_aside);
	tcase_add_test(c, the_plan_is_that_of_the_largest_phase);
	suite_add_tcase(s, c);
	return s;
}
