/* start_from: whose run comes first, whose weights it begins with, and what cannot be. */
#include <string.h>

#include "build-config.h"
#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"

static struct lab l;
static struct experiment *x[4];

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

/* Open name.yaml; from: what it starts from, NULL: nothing. */
static struct experiment *
open_from(const char *name, const char *from, const char *more)
{
	const char *const start =
		from ? arena_printf(l.a, "start_from: {experiment: %s}\n%s", from, more) : more;
	return lab_experiment(&l, lab_file(&l, arena_printf(l.a, "%s.yaml", name), start));
}

static void
linked(int n)
{
	struct str said = STR_INIT;
	struct diags *d = diags_new();
	const bool good = batch_link(l.a, x, n, l.results, d);
	diags_format(d, false, &said);
	ck_assert_msg(good && !diags_errors(d), "%s", str_text(&said));
	diags_free(d);
	str_free(&said);
}

static void
refused(int n, const char *words)
{
	struct str said = STR_INIT;
	struct diags *d = diags_new();
	ck_assert(!batch_link(l.a, x, n, l.results, d) && diags_errors(d));
	diags_format(d, false, &said);
	ck_assert_msg(strstr(str_text(&said), words) != NULL, "%s does not say \"%s\"",
		str_text(&said), words);
	diags_free(d);
	str_free(&said);
}

static void
close_all(int n)
{
	for (int i = 0; i < n; i++)
		experiment_close(x[i]);
}

START_TEST(sources_come_first_and_the_others_stay_in_place)
{
	x[0] = open_from("a", "c", "");
	x[1] = open_from("b", NULL, "");
	x[2] = open_from("c", "d", "");
	x[3] = open_from("d", NULL, "");
	linked(4);
	static const char *const want[] = { "d", "c", "a", "b" };
	for (int i = 0; i < 4; i++)
		ck_assert_str_eq(x[i]->name, want[i]);
	ck_assert_str_eq(x[2]->source->config_hash, x[1]->config_hash);
	ck_assert_str_eq(x[1]->source->config_hash, x[0]->config_hash);
	ck_assert_ptr_null(x[0]->source);
	close_all(4);
}
END_TEST

static const char *
hash_of_last(const char *source_more)
{
	x[0] = open_from("last", "middle", "");
	x[1] = open_from("middle", "first", "");
	x[2] = open_from("first", NULL, source_more);
	linked(3);
	close_all(3);
	return x[2]->config_hash;
}

START_TEST(another_source_is_another_configuration_down_the_chain)
{
	const char *const plain = hash_of_last("");
	ck_assert_str_eq(plain, hash_of_last("description: words\n"));
	ck_assert_str_ne(plain, hash_of_last("engine: {fuse: false}\n"));
	x[0] = open_from("last", NULL, "");
	ck_assert_str_ne(plain, x[0]->config_hash);
	close_all(1);
}
END_TEST

START_TEST(what_cannot_be_is_said)
{
	x[0] = open_from("a", "a", "");
	refused(1, "names the experiment itself");
	close_all(1);
	x[0] = open_from("a", "b", "");
	x[1] = open_from("b", "c", "");
	x[2] = open_from("c", "b", "");
	refused(3, "in a circle: c, b");
	close_all(3);
	x[0] = open_from("a", "b", "");
	x[1] = open_from("b", NULL, "");
	x[2] = open_from("other", NULL, "name: b\nengine: {fuse: false}\n");
	refused(3, "two experiments of this batch are called \"b\"");
	close_all(3);
	x[0] = open_from("a", "b", "seeds: [1, 2, 5]\n");
	x[1] = open_from("b", NULL, "seeds: [5, 1]\n");
	refused(2, "b has no run of seed 2,");
	close_all(2);
	x[0] = open_from("a", "sauce", "");
	x[1] = open_from("source", NULL, "");
	refused(2, "\"sauce\" is neither in this batch nor, finished, in");
	close_all(2);
}
END_TEST

START_TEST(a_source_may_stand_in_the_results)
{
	const char *const hash = "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567";
	x[0] = open_from("a", "old", "");
	refused(1, "old.yaml");
	lab_record(&l, "old", hash, 1, PACKAGE_VERSION);
	ck_assert(rundir_latest(l.a, rundir_new(l.a, l.results, "old", hash, 1), &l.err) == OK);
	linked(1);
	ck_assert_str_eq(x[0]->source->config_hash, hash);
	close_all(1);
	x[0] = open_from("a", "old", "seeds: [1, 2]\n");
	refused(1, "old has no run of seed 2,");
	close_all(1);
}
END_TEST

/* ---- the weights ---- */

static enum status
run_batch(int n, int *failed)
{
	const struct batch_options o = { .run = { .results = l.results } };
	int signal;
	linked(n);
	l.err = ERR_INIT;
	struct batch *b = batch_plan(l.a, x, n, &o, 0);
	const enum status s = batch_run(b, NULL, &signal, &l.err);
	*failed = batch_count(b, BATCH_FAILED) + batch_count(b, BATCH_NOT_RUN);
	return s;
}

static void
record_of(const struct experiment *of, struct record *r)
{
	const struct rundir *d = rundir_new(l.a, l.results, of->name, of->config_hash, 1);
	struct err e = ERR_INIT;
	ck_assert_msg(record_read(rundir_file(l.a, d, "result.json"), l.a, r, &e) == OK, "%s",
		e.message);
}

START_TEST(it_begins_with_the_weights_that_the_source_ended_with)
{
	struct record source, own;
	int failed;
	x[0] = open_from("a", "source", "");
	x[1] = open_from("source", NULL, "");
	ck_assert_msg(run_batch(2, &failed) == OK, "%s", l.err.message);
	record_of(x[0], &source);
	record_of(x[1], &own);
	ck_assert_str_eq(own.name, "a");
	ck_assert_str_eq(own.hash_initial, source.hash_weights);
	ck_assert_str_eq(own.start_from, "source");
	ck_assert_str_eq(own.hash_start, source.hash_weights);
	ck_assert_ptr_null(source.start_from);
	close_all(2);
}
END_TEST

/* model.backbone_layers of a is 1; its source has other classes, so that the head does not fit. */
static struct experiment *
open_layers(const char *name, const char *from, const char *override)
{
	const char *const overrides[] = { "model.backbone_layers=1", override };
	const char *const more =
		from ? arena_printf(l.a, "start_from: {experiment: %s}\n", from) : "";
	const struct experiment_request q = {
		.path = lab_file(&l, arena_printf(l.a, "%s.yaml", name), more),
		.overrides = overrides, .n_overrides = override ? 2 : 1 };
	return lab_experiment_of(&l, &q);
}

START_TEST(a_head_that_does_not_fit_keeps_its_first_values)
{
	int failed;
	x[0] = open_layers("source", NULL, "dataset.num_classes=4");
	x[1] = open_layers("a", "source", NULL);
	ck_assert_msg(run_batch(2, &failed) == OK, "%s", l.err.message);
	const struct rundir *d = rundir_new(l.a, l.results, "a", x[1]->config_hash, 1);
	ck_assert_ptr_nonnull(strstr(lab_read(&l, rundir_file(l.a, d, "log.txt")),
		"2 of 4 parameters taken from source; a seed's own: dense/kernel [144,3], dense/bias [3]"));
	close_all(2);
}
END_TEST

START_TEST(a_backbone_that_does_not_fit_is_an_error)
{
	int failed;
	x[0] = open_layers("source", NULL, "model.layers.conv2d.filters=5");
	x[1] = open_layers("a", "source", NULL);
	ck_assert_int_eq(run_batch(2, &failed), ERR_FAILED);
	ck_assert_int_eq(failed, 1);
	ck_assert_ptr_nonnull(strstr(l.err.message, "2 of 4 parameters of the backbone are not in "
		"the model of source, or of another shape: conv2d/kernel [3,3,3,4], conv2d/bias [4]"));
	close_all(2);
}
END_TEST

START_TEST(a_source_that_failed_fails_its_dependents_and_no_other)
{
	struct record r;
	int failed;
	x[0] = open_from("a", "source", "");
	x[1] = open_layers("source", NULL, "training.optimizer={type: sgd, learning_rate: 1e30}");
	x[2] = open_from("z", NULL, "");
	ck_assert_int_eq(run_batch(3, &failed), ERR_FAILED);
	ck_assert_int_eq(failed, 2);
	ck_assert_msg(strstr(l.err.message, "not finite") != NULL, "%s", l.err.message);
	ck_assert_str_eq(x[2]->name, "z");
	record_of(x[2], &r);
	close_all(3);
}
END_TEST

START_TEST(a_source_run_anew_makes_a_new_run)
{
	int failed;
	struct rundir_origin o;
	x[0] = open_from("source", NULL, "");
	x[1] = open_from("a", "source", "");
	ck_assert(run_batch(2, &failed) == OK);
	const struct rundir *d = rundir_new(l.a, l.results, "a", x[1]->config_hash, 1);
	ck_assert(run_origin(l.a, x[1], l.results, 1, &o, &l.err) == OK);
	ck_assert(rundir_done(l.a, d, &o));
	/* The same configuration, and other weights: of other data, or of another machine's. */
	lab_record(&l, "source", x[0]->config_hash, 1, PACKAGE_VERSION);
	ck_assert_int_eq(run_origin(l.a, x[1], l.results, 1, &o, &l.err), ERR_FAILED);
	o.start = "other";
	ck_assert(!rundir_done(l.a, d, &o));
	o.start = NULL;
	ck_assert(!rundir_done(l.a, d, &o));
	close_all(2);
}
END_TEST

Suite *
suite_batch_link(void)
{
	Suite *s = suite_create("batch_link");
	TCase *c = tcase_create("batch_link");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, sources_come_first_and_the_others_stay_in_place);
	tcase_add_test(c, another_source_is_another_configuration_down_the_chain);
	tcase_add_test(c, what_cannot_be_is_said);
	tcase_add_test(c, a_source_may_stand_in_the_results);
	tcase_add_test(c, it_begins_with_the_weights_that_the_source_ended_with);
	tcase_add_test(c, a_head_that_does_not_fit_keeps_its_first_values);
	tcase_add_test(c, a_backbone_that_does_not_fit_is_an_error);
	tcase_add_test(c, a_source_that_failed_fails_its_dependents_and_no_other);
	tcase_add_test(c, a_source_run_anew_makes_a_new_run);
	suite_add_tcase(s, c);
	return s;
}
