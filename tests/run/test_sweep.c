/* Sweeps: which trials a file means, what they are called, and that each is the file with its
 * overrides. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/num.h"
#include "tlrun/sweep.h"

static struct lab l;

static void
setup(void)
{
	lab_open(&l);
}

static void
teardown(void)
{
	lab_close(&l);
}

/* What a sweep of this text expands to; its file is lab.yaml. */
static struct sweep *
expanded(const char *sweep)
{
	const char *const over[] = { "training.optimizer=adam" };
	const struct experiment_request q = { .path = lab_file(&l, "lab.yaml",
		arena_printf(l.a, "sweep:\n%s", sweep)), .overrides = over, .n_overrides = 1 };
	struct experiment *x = NULL;
	struct str said = STR_INIT;
	const enum status s = experiment_read(l.a, &q, &x, l.diags);
	diags_format(l.diags, false, &said);
	ck_assert_msg(s == OK && x->o.sweep.some, "%s", str_text(&said));
	str_free(&said);
	return sweep_expand(l.a, x);
}

/* Open all trials; sweep_open's status. */
static enum status
opened(const char *sweep, struct experiment ***x, int *n)
{
	const char *const over[] = { "training.loss=cross_entropy" };
	const struct experiment_request q = { .path = lab_file(&l, "lab.yaml",
		arena_printf(l.a, "sweep:\n%s", sweep)), .overrides = over, .n_overrides = 1 };
	struct experiment *const base = lab_experiment_of(&l, &q);
	const enum status s = sweep_open(l.a, base, &q, OK, x, n, l.diags, &l.err);
	experiment_close(base);
	return s;
}

static void
named(const struct sweep *s, const char *const *name, int n)
{
	ck_assert_int_eq(s->n, n);
	for (int i = 0; i < n; i++)
		ck_assert_str_eq(s->trial[i].name, name[i]);
}

/* ---- the grid ---- */

START_TEST(the_last_key_is_the_fastest)
{
	static const char *const names[] = {
		"lab-epochs-1-batch_size-8", "lab-epochs-1-batch_size-16", "lab-epochs-1-batch_size-32",
		"lab-epochs-2-batch_size-8", "lab-epochs-2-batch_size-16", "lab-epochs-2-batch_size-32",
	};
	named(expanded("  parameters:\n    training.epochs: {values: [1, 2]}\n"
		"    training.batch_size: {values: [8, 16, 32]}\n"), names, 6);
}
END_TEST

START_TEST(zipped_keys_change_together_and_behind_the_others)
{
	static const char *const names[] = {
		"lab-shuffle-true-epochs-1-batch_size-8", "lab-shuffle-true-epochs-2-batch_size-16",
		"lab-shuffle-false-epochs-1-batch_size-8", "lab-shuffle-false-epochs-2-batch_size-16",
	};
	named(expanded("  parameters: {training.shuffle: {values: [true, false]}}\n"
		"  zip: [{training.epochs: [1, 2], training.batch_size: [8, 16]}]\n"), names, 4);
}
END_TEST

START_TEST(max_trials_takes_the_first_of_a_grid)
{
	static const char *const names[] = { "lab-epochs-1", "lab-epochs-2" };
	named(expanded("  max_trials: 2\n  parameters: {training.epochs: {values: [1, 2, 3]}}\n"),
		names, 2);
	/* A grid far beyond what a number of int holds, cut. */
	struct str text = STR_INIT;
	str_add(&text, "  max_trials: 3\n  parameters:\n");
	for (int i = 0; i < 40; i++)
		str_printf(&text, "    training.key_%d: {values: [1, 2, 3]}\n", i);
	const struct sweep *const s = expanded(str_text(&text));
	str_free(&text);
	ck_assert_int_eq(s->n, 3);
	for (int t = 0; t < 3; t++) {
		ck_assert_str_eq(s->trial[t].setting[38].text, "1");
		ck_assert_str_eq(s->trial[t].setting[39].text, t == 0 ? "1" : t == 1 ? "2" : "3");
	}
}
END_TEST

/* ---- names ---- */

START_TEST(a_key_is_as_many_of_its_parts_as_tell_it_from_the_others)
{
	static const char *const names[] = {
		"lab-dropout.rate-0.1-noise.rate-0.5-units-4",
		"lab-dropout.rate-0.1-noise.rate-0.5-units-5",
	};
	named(expanded("  parameters:\n    model.layers.dropout.rate: {values: [0.1]}\n"
		"    model.layers.noise.rate: {values: [0.5]}\n"
		"    model.layers.dense.units: {values: [4, 5]}\n"), names, 2);
}
END_TEST

START_TEST(values_become_slugs)
{
	static const char *const names[] = {
		"lab-resize-8_6", "lab-resize-null", "lab-resize-a_b_c", "lab-resize--1e-3",
		"lab-resize-type_sgd_nesterov_true",
	};
	named(expanded("  parameters: {preprocessing.resize: {values: [[8, 6], null, \" a/b  c \", "
		"-1e-3, {type: sgd, nesterov: true}]}}\n"), names, 5);
}
END_TEST

START_TEST(names_that_are_long_or_alike_end_in_a_hash)
{
	const struct sweep *const s = expanded("  parameters: {description_of: {values: [\"a b\", "
		"\"a/b\", a.b, aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff]}}\n");
	ck_assert_int_eq(s->n, 4);
	/* sha256 of "description_of=\"a/b\"" and what the others are set to, line by line */
	ck_assert_str_eq(s->trial[0].name, "lab-description_of-a_b-b31d9240");
	ck_assert_str_eq(s->trial[1].name, "lab-description_of-a_b-97fe1bb3");
	ck_assert_str_eq(s->trial[2].name, "lab-description_of-a.b");
	ck_assert_str_eq(s->trial[3].name,
		"lab-description_of-aaaaaaaaaabbbbbbbbbbccccccccccdddddd-5ca28e8f");
	ck_assert_uint_eq(strlen(s->trial[3].name), 64);
}
END_TEST

/* ---- random ---- */

static const char random_sweep[] = "  method: random\n  seed: 7\n  max_trials: %d\n  parameters:\n"
	"    training.shuffle: {values: [a, b, c]}\n"
	"    training.optimizer.learning_rate: {distribution: log_uniform, min: 1e-4, max: 0.1}\n"
	"    model.layers.dropout.rate: {distribution: uniform, min: 0.1, max: 0.5}\n"
	"    training.epochs: {distribution: int_uniform, min: 2, max: 8}\n";

static struct sweep *
drawn(int trials)
{
	return expanded(arena_printf(l.a, random_sweep, trials));
}

/* Philox in Python's integers, math.exp and math.log, four digits. */
START_TEST(draws_are_philox_numbers_of_axis_and_trial)
{
	static const char *const golden[4][4] = {
		{ "a", "0.02286", "0.4451", "5" },
		{ "b", "0.009263", "0.4974", "7" },
		{ "b", "0.001917", "0.2881", "5" },
		{ "b", "0.0001371", "0.4147", "2" },
	};
	const struct sweep *const s = drawn(4);
	ck_assert_int_eq(s->n, 4);
	for (int t = 0; t < 4; t++)
		for (int k = 0; k < 4; k++)
			ck_assert_str_eq(s->trial[t].setting[k].text, golden[t][k]);
}
END_TEST

START_TEST(more_trials_change_none)
{
	const struct sweep *const few = drawn(5), *const many = drawn(50);
	ck_assert_int_eq(few->n, 5);
	for (int t = 0; t < 5; t++)
		ck_assert_str_eq(few->trial[t].name, many->trial[t].name);
}
END_TEST

/* 1000 draws; the bounds are five standard deviations away. */
START_TEST(distributions_are_what_they_are_called)
{
	const struct sweep *const s = drawn(1000);
	int decade[3] = { 0 }, whole[9] = { 0 };
	double sum = 0;
	ck_assert_int_eq(s->n, 1000);
	for (int t = 0; t < 1000; t++) {
		double rate, drop, epochs;
		ck_assert(num_parse_double(s->trial[t].setting[1].text, &rate));
		ck_assert(num_parse_double(s->trial[t].setting[2].text, &drop));
		ck_assert(num_parse_double(s->trial[t].setting[3].text, &epochs));
		ck_assert(rate >= 1e-4 && rate <= 0.1 && drop >= 0.1 && drop <= 0.5);
		ck_assert(epochs >= 2 && epochs <= 8 && epochs == floor(epochs));
		decade[rate < 1e-3 ? 0 : rate < 1e-2 ? 1 : 2]++;
		whole[(int)epochs]++;
		sum += drop;
	}
	for (int i = 0; i < 3; i++)
		ck_assert_int_le(abs(decade[i] - 333), 75);
	for (int i = 2; i <= 8; i++)
		ck_assert_int_le(abs(whole[i] - 143), 56);
	ck_assert_double_le(fabs(sum / 1000 - 0.3), 0.0183);
}
END_TEST

START_TEST(a_draw_that_comes_again_is_one_trial)
{
	const struct sweep *const s = expanded("  method: random\n  max_trials: 30\n"
		"  parameters: {training.epochs: {values: [1, 2, 3]}}\n");
	ck_assert_int_eq(s->n, 3);
	ck_assert_int_eq(s->same, 27);
}
END_TEST

/* ---- opened ---- */

static const char all_sorts[] = "  zip:\n    - training.optimizer.learning_rate: [1e-3, 0.010]\n"
	"      training.optimizer: [{type: sgd, momentum: 0.9}, adam]\n"
	"      training.early_stopping: [null, {patience: 3}]\n"
	"      model.layers.dense.kernel_initializer: [\"glorot_uniform\", he_normal]\n"
	"      preprocessing.resize: [[9, 8], 8]\n"
	"      dataset.validation_split: [.3, +0.2]\n"
	"      evaluation.metrics: [[accuracy, top_k_accuracy: {k: 2}], [macro_f1, accuracy]]\n";

/* Both trials of all_sorts. */
static struct experiment **
sorts(void)
{
	struct experiment **x;
	struct str said = STR_INIT;
	int n;
	const enum status s = opened(all_sorts, &x, &n);
	diags_format(l.diags, false, &said);
	ck_assert_msg(s == OK && n == 2, "%s%s", str_text(&said), l.err.message);
	str_free(&said);
	return x;
}

START_TEST(a_trial_is_the_file_with_its_overrides)
{
	struct experiment **const x = sorts();
	for (int i = 0; i < 2; i++) {
		const char *over[16] = { "training.loss=cross_entropy" };
		ck_assert_int_eq(x[i]->n_overrides, 9);
		for (int k = 0; k < 9; k++)
			over[k + 1] = x[i]->overrides[k];
		const struct experiment_request q = { .path = lab_path(&l, "lab.yaml"),
			.overrides = over, .n_overrides = 10 };
		struct experiment *const alone = lab_experiment_of(&l, &q);
		ck_assert_str_eq(alone->name, x[i]->trial->name);
		ck_assert_str_eq(alone->resolved, x[i]->resolved);
		ck_assert_str_eq(alone->config_hash, x[i]->config_hash);
		ck_assert_ptr_null(strstr(x[i]->resolved, "sweep"));
		experiment_close(alone);
		experiment_close(x[i]);
	}
	ck_assert_str_ne(x[0]->config_hash, x[1]->config_hash);
}
END_TEST

START_TEST(what_replaces_a_map_is_set_before_what_is_in_it)
{
	struct experiment **const x = sorts();
	ck_assert_str_eq(x[0]->o.training.optimizer.kind->name, "sgd");
	ck_assert_ptr_nonnull(strstr(x[0]->resolved, "learning_rate: 0.001"));
	ck_assert_ptr_nonnull(strstr(x[1]->resolved, "learning_rate: 0.01\n"));
	for (int i = 0; i < 2; i++)
		experiment_close(x[i]);
}
END_TEST

START_TEST(trials_that_are_the_same_experiment_are_one)
{
	struct experiment **x;
	int n;
	ck_assert_int_eq(opened("  parameters: {model.layers.dropout.rate: {values: [0.01, 1e-2, "
		"0.02, 0.0100]}}\n", &x, &n), OK);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(x[0]->trial->sweep->same, 2);
	ck_assert_str_eq(x[0]->name, "lab-rate-0.01");
	ck_assert_str_eq(x[1]->name, "lab-rate-0.02");
	for (int i = 0; i < n; i++)
		experiment_close(x[i]);
}
END_TEST

START_TEST(what_one_trial_cannot_be_nothing_is_open)
{
	struct experiment **x;
	struct str said = STR_INIT;
	int n = 7;
	ck_assert_int_eq(opened("  parameters: {model.layers.conv2d.kernel_size: {values: [3, 90, "
		"3]}}\n", &x, &n), ERR_CONFIG);
	ck_assert_int_eq(n, 0);
	diags_format(l.diags, false, &said);
	ck_assert_ptr_nonnull(strstr(str_text(&said), "(trial lab-kernel_size-90)"));
	str_free(&said);
}
END_TEST

Suite *
suite_sweep(void)
{
	Suite *s = suite_create("sweep");
	TCase *c = tcase_create("sweep");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_last_key_is_the_fastest);
	tcase_add_test(c, zipped_keys_change_together_and_behind_the_others);
	tcase_add_test(c, max_trials_takes_the_first_of_a_grid);
	tcase_add_test(c, a_key_is_as_many_of_its_parts_as_tell_it_from_the_others);
	tcase_add_test(c, values_become_slugs);
	tcase_add_test(c, names_that_are_long_or_alike_end_in_a_hash);
	tcase_add_test(c, draws_are_philox_numbers_of_axis_and_trial);
	tcase_add_test(c, more_trials_change_none);
	tcase_add_test(c, distributions_are_what_they_are_called);
	tcase_add_test(c, a_draw_that_comes_again_is_one_trial);
	tcase_add_test(c, a_trial_is_the_file_with_its_overrides);
	tcase_add_test(c, what_replaces_a_map_is_set_before_what_is_in_it);
	tcase_add_test(c, trials_that_are_the_same_experiment_are_one);
	tcase_add_test(c, what_one_trial_cannot_be_nothing_is_open);
	suite_add_tcase(s, c);
	return s;
}
