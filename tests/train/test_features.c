/*
 * Stored features: the same bits with and without, and from files of another run; what their keys
 * hold; stops while they are computed.
 */
#include <stdio.h>
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "tlrun/parallel.h"
#include "train/cached.h"
#include "train/suites.h"

static struct tmpdir dir;
static struct rig a, b;
static const char *cache;

static void
setup(void)
{
	tmpdir_make(&dir);
	cache = tmpdir_path(&dir, "cache");
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

/* ---- the same bits ---- */

static const char *const kinds[] = {
	cached_experiment,
	TRAINING("epochs: 2, shuffle: false, optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9, "
		"clip_norm: 1}, early_stopping: {patience: 1}"),
	DATA_WITH("validation: test") BACKBONE HEAD METRICS
		"training: {batch_size: 50, epochs: 2, " ADAM "}\n",
	DATA_WITH("validation_split: 0.4") BACKBONE HEAD METRICS
		"training: {batch_size: 32, eval_batch_size: 100, epochs: 2, " ADAM "}\n",
};
static const int parts[] = { 3, 3, 2, 3 };
enum { KINDS = sizeof kinds / sizeof kinds[0] };

START_TEST(results_with_and_without_the_cache_are_the_same_bits)
{
	const int kind = _i / 2;
	struct features_entry *entry;
	for (int round = 0; round < 3; round++) {
		parallel_set_threads(1 + round);
		rig_open(&b, kinds[kind]);
		rig_freeze(&b, _i % 2 ? "low norm" : cached_frozen);
		ck_assert_int_gt(b.net->cut, 0);
		if (round > 0) b.setup.cache.folder = cache;
		rig_ran(&b);
		ck_assert_str_eq(b.notes, "");
		if (round == 0) {
			a = b;
			continue;
		}
		rig_same(&a, &b);
		/* Computed once, read the next time. */
		ck_assert_int_eq(strstr(b.stages, "compute features") != NULL, round == 1);
		ck_assert_int_eq(b.passed > 0, round == 1);
		ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), parts[kind]);
		size_t bytes = 0;
		for (int i = 0; i < parts[kind]; i++) {
			ck_assert(entry[i].whole && strlen(entry[i].key) == 64);
			ck_assert(strncmp(entry[i].file, entry[i].key, 64) == 0);
			ck_assert(entry[i].seconds_ago >= 0 && entry[i].seconds_ago < 100);
			bytes += (size_t)entry[i].bytes - 1024;
		}
		ck_assert_uint_eq(b.memory.features, bytes);
		rig_close(&b);
	}
	rig_close(&a);
}
END_TEST

START_TEST(entries_say_what_they_are)
{
	struct features_entry *entry;
	rig_open(&a, cached_experiment);
	rig_freeze(&a, cached_frozen);
	a.setup.cache.folder = cache;
	a.setup.data_name = "drawn";
	rig_ran(&a);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	ck_assert_str_eq(entry[0].what, "drawn, train images, to global_average_pooling2d, [96,7]");
	ck_assert_str_eq(entry[1].what, "drawn, test images, to global_average_pooling2d, [30,7]");
	ck_assert_str_eq(entry[2].what,
		"drawn, validation images, to global_average_pooling2d, [24,7]");
	ck_assert_int_eq(entry[0].bytes, 96 * 7 * 4 + 1024);
	rig_close(&a);
}
END_TEST

/* Three phases: the same prefix, a shorter one, and none. */
static void
open_phases(struct rig *r, const char *folder)
{
	rig_open(r, TRAINING("epochs: 2, " ADAM));
	rig_freeze(r, cached_frozen);
	rig_phase(r, "{batch_size: 32, epochs: 1, optimizer: sgd}", cached_frozen);
	rig_phase(r, "{batch_size: 32, epochs: 2, " ADAM "}", "low norm deep");
	rig_phase(r, "{batch_size: 32, epochs: 1, " ADAM "}", "");
	r->setup.cache.folder = folder;
}

START_TEST(phases_share_what_is_stored)
{
	open_phases(&a, NULL);
	rig_ran(&a);
	open_phases(&b, cache);
	rig_ran(&b);
	rig_same(&a, &b);
	/* Training and validation of two prefixes; the last phase tests without one. */
	ck_assert_int_eq(b.passed, 2 * (96 + 24));
	rig_close(&b);
	open_phases(&b, cache);
	rig_ran(&b);
	rig_same(&a, &b);
	ck_assert_int_eq(b.passed, 0);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

START_TEST(resumed_runs_with_features_give_the_same_bits)
{
	const char *checkpoint = tmpdir_path(&dir, "checkpoint");
	open_phases(&a, NULL);
	rig_ran(&a);
	for (int n = 0;; n++) {
		ck_assert_int_lt(n, 60);
		/* Now with, now without. */
		open_phases(&b, n % 2 ? cache : NULL);
		b.setup.checkpoint = checkpoint;
		b.stop_after = 1 + n % 3;
		const enum status s = rig_run(&b);
		if (s == OK) break;
		ck_assert_msg(s == ERR_STOPPED, "%s", b.err.message);
		rig_close(&b);
	}
	rig_same(&a, &b);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* ---- keys ---- */

/* Whether a second run finds what the first has stored. */
static bool
shares(void (*other)(struct rig *r), const char *yaml, const char *what)
{
	cached_run(&a, cached_experiment, cached_frozen, cache);
	rig_close(&a);
	rig_open(&a, yaml);
	rig_freeze(&a, what);
	a.setup.cache.folder = cache;
	if (other) other(&a);
	rig_ran(&a);
	const bool found = a.passed == 0;
	ck_assert(found || a.passed == 96 + 24 + 30);
	rig_close(&a);
	return found;
}

static void
with_another_seed(struct rig *r)
{
	r->setup.seed = 2;
}

static void
without_fusions(struct rig *r)
{
	r->setup.fuse = false;
}

static void
with_openblas(struct rig *r)
{
	(void)r;
	kern_set_matmul(MATMUL_OPENBLAS);
}

static enum status
given_weights(void *ctx, const struct net *net, float *block, struct err *e)
{
	(void)ctx;
	(void)e;
	for (size_t i = 0; i < net->floats; i++) block[i] = .125f;
	return OK;
}

static void
with_given_weights(struct rig *r)
{
	r->setup.pretrained = given_weights;
}

/* The backbone is drawn from the seed where no weights are given. */
START_TEST(features_belong_to_all_they_depend_on)
{
	static const char *const batch = TRAINING("epochs: 1, eval_batch_size: 30, optimizer: sgd");
	ck_assert(shares(NULL, cached_experiment, cached_frozen));
	ck_assert(shares(NULL, batch, cached_frozen));
	ck_assert(!shares(with_another_seed, cached_experiment, cached_frozen));
	ck_assert(shares(with_another_seed, cached_experiment, cached_frozen));
	ck_assert(!shares(without_fusions, cached_experiment, cached_frozen));
	ck_assert(!shares(with_given_weights, cached_experiment, cached_frozen));
	ck_assert(!shares(NULL, cached_experiment, "low norm"));
	ck_assert(!shares(NULL, DATA_WITH("validation_split: 0.2, split_seed: 5") BACKBONE HEAD METRICS
		"training: {batch_size: 32, epochs: 1}\n", cached_frozen));
	ck_assert(!shares(with_openblas, cached_experiment, cached_frozen));
	kern_set_matmul(MATMUL_NATIVE);
	ck_assert(shares(NULL, cached_experiment, cached_frozen));
}
END_TEST

static const struct { const char *was, *is; } changes[] = {
	{ "strides: 2", "strides: 1" }, { "max_value: 6", "max_value: 5" },
	{ "- batch_normalization: {name: norm}", "- batch_normalization: {name: norm, epsilon: 0.01}" },
	{ "noise: 0.1", "noise: 0.2" },
};

START_TEST(features_of_other_layers_and_data_are_others)
{
	char yaml[2048];
	const char *at = strstr(cached_experiment, changes[_i].was);
	snprintf(yaml, sizeof yaml, "%.*s%s%s", (int)(at - cached_experiment), cached_experiment,
		changes[_i].is, at + strlen(changes[_i].was));
	ck_assert(!shares(NULL, yaml, cached_frozen));
	ck_assert(shares(NULL, yaml, cached_frozen));
}
END_TEST

/* ---- stops ---- */

static const char small_batches[] = DATA BACKBONE HEAD METRICS
	"training: {batch_size: 8, epochs: 2, " ADAM "}\n";

static void
open_small(struct rig *r)
{
	rig_open(r, small_batches);
	rig_freeze(r, cached_frozen);
	r->setup.cache.folder = cache;
	r->setup.checkpoint = tmpdir_path(&dir, "checkpoint");
}

/* While those of the training, the test, the validation images are computed, the others being
 * there. */
START_TEST(a_stop_while_features_are_computed_is_clean)
{
	struct features_entry *entry;
	char name[160];
	cached_run(&a, small_batches, cached_frozen, cache);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	snprintf(name, sizeof name, "cache/%s", entry[_i].file);
	file_remove(tmpdir_path(&dir, name));
	open_small(&b);
	b.stop_passed = 9;
	ck_assert_int_eq(rig_run(&b), ERR_STOPPED);
	ck_assert_int_eq(b.result.stopped, STOP_SIGNAL);
	ck_assert_msg(strstr(b.err.message, "features were computed; run again") != NULL, "%s",
		b.err.message);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 2);
	ck_assert(entry[0].whole && entry[1].whole);
	rig_close(&b);
	open_small(&b);
	rig_ran(&b);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	rig_same(&a, &b);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* ---- memory and plans ---- */

START_TEST(a_prefix_costs_no_gradients_and_no_memory_of_its_own)
{
	rig_open(&a, cached_experiment);
	rig_freeze(&a, cached_frozen);
	const size_t before = buffer_total();
	rig_plan(&a);
	const struct plan *prefix = trainer_prefix_of(a.trainer), *rest = trainer_plan_of(a.trainer);
	ck_assert(prefix && prefix->options.last == a.net->cut && rest->options.first == a.net->cut);
	ck_assert_int_eq(prefix->options.batch, 32);
	ck_assert_int_eq(rest->frozen_steps, 0);
	const struct trainer_memory *m = &a.memory;
	ck_assert_uint_eq(m->gradients, a.net->trainable_floats * sizeof(float));
	ck_assert_uint_eq(m->prefix, prefix->folded);
	ck_assert_uint_eq(m->features, 0);
	ck_assert_int_eq(trainer_run(a.trainer, &a.result, &a.err), OK);
	ck_assert_uint_ge(buffer_peak(), m->total - m->data);
	ck_assert_uint_le(buffer_peak() - before, m->total);
	rig_close(&a);
	rig_open(&a, cached_experiment);
	rig_plan(&a);
	ck_assert_ptr_null(trainer_prefix_of(a.trainer));
	rig_close(&a);
}
END_TEST

Suite *
suite_features(void)
{
	Suite *s = suite_create("features");
	TCase *c = tcase_create("features");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, results_with_and_without_the_cache_are_the_same_bits, 0, 2 * KINDS);
	tcase_add_test(c, entries_say_what_they_are);
	tcase_add_test(c, phases_share_what_is_stored);
	tcase_add_test(c, resumed_runs_with_features_give_the_same_bits);
	tcase_add_test(c, features_belong_to_all_they_depend_on);
	tcase_add_loop_test(c, features_of_other_layers_and_data_are_others, 0,
		sizeof changes / sizeof changes[0]);
	tcase_add_loop_test(c, a_stop_while_features_are_computed_is_clean, 0, 3);
	tcase_add_test(c, a_prefix_costs_no_gradients_and_no_memory_of_its_own);
	suite_add_tcase(s, c);
	return s;
}
