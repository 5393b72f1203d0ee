/* model: the two forms of a backbone, its weights and its freeze, from the file to the network. */
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"

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

/* A narrow backbone, its keys given. */
static const char *
backbone_file(const char *name, const char *keys, const char *more)
{
	const char *const text = arena_printf(l.a,
		"version: 1\n"
		"dataset: {name: synthetic, num_classes: 3, train_samples: 30, test_samples: 9, "
		"image_size: 32}\n"
		"model:\n  backbone: {name: mobilenet_v2, alpha: 0.1%s}\n"
		"  head: [flatten, dense: {units: num_classes, activation: softmax}]\n%s", keys, more);
	return arena_strdup(l.a, tmpdir_write(&l.dir, name, text, strlen(text)));
}

static struct experiment *
backbone(const char *keys, const char *more)
{
	return lab_experiment(&l, backbone_file("x.yaml", keys, more));
}

START_TEST(the_backbone_says_how_pixels_become_its_input)
{
	struct experiment *x = backbone("", "");
	ck_assert_str_eq(loader_info(x->loader)->formula, "x/127.5 - 1");
	experiment_close(x);
	x = backbone("", "preprocessing: {normalize: zero_one}\n");
	ck_assert_str_eq(loader_info(x->loader)->formula, "x/255");
	experiment_close(x);
}
END_TEST

static long long
trained(const char *keys, int phase, const char *more)
{
	struct experiment *x = backbone(keys, more);
	const long long n = x->phase[phase].net->trainable_count;
	experiment_close(x);
	return n;
}

START_TEST(freeze_goes_to_the_phases_that_say_nothing)
{
	const char *const phases = "training: {phases: [{name: a}, {name: b, freeze: all}, "
		"{name: c, freeze: {all_but_last: 20}}, {name: d, freeze: none}]}\n";
	const long long head = trained(", freeze: all", 0, "");
	const long long last = trained(", freeze: {all_but_last: 20}", 0, "");
	const long long whole = trained(", freeze: none", 0, "");
	ck_assert(head < last && last < whole);
	ck_assert_int_eq(head, 1280 * 3 + 3);
	ck_assert_int_eq(trained("", 0, ""), whole);
	ck_assert_int_eq(trained(", freeze: {all_but_last: 20}", 0, phases), last);
	ck_assert_int_eq(trained(", freeze: {all_but_last: 20}", 1, phases), head);
	ck_assert_int_eq(trained(", freeze: all", 2, phases), last);
	ck_assert_int_eq(trained(", freeze: all", 3, phases), whole);
}
END_TEST

START_TEST(the_nets_of_all_phases_have_the_same_parameters)
{
	struct experiment *x = backbone("", "training: {phases: [{freeze: all}, {freeze: none}]}\n");
	const struct net *a = x->phase[0].net, *b = x->phase[1].net;
	ck_assert_ptr_eq(x->net, a);
	ck_assert_int_eq(a->params, b->params);
	for (int i = 0; i < a->params; i++)
		ck_assert_str_eq(a->param[i].name, b->param[i].name);
	ck_assert(a->cut > 0 && b->cut == 0 && a->backbone == b->backbone);
	experiment_close(x);
}
END_TEST

/* The warnings of a file. */
static int
warnings(const char *keys, const char *more)
{
	struct experiment *x = NULL;
	struct diags *d = diags_new();
	const struct experiment_request q = { .path = backbone_file("w.yaml", keys, more),
		.without_weights = true };
	ck_assert(experiment_open(l.a, &q, &x, d, &l.err) == OK && !diags_errors(d));
	const int n = diags_warnings(d);
	diags_free(d);
	experiment_close(x);
	return n;
}

START_TEST(what_is_hardly_meant_is_a_warning)
{
	const char *const zero_one = "preprocessing: {normalize: zero_one}\n";
	const char *const own = "preprocessing: {normalize: {mean: 0.5, std: 0.5}}\n";
	ck_assert_int_eq(warnings(", weights: ./w.h5", ""), 0);
	ck_assert_int_eq(warnings(", weights: ./w.h5", "preprocessing: {normalize: minus_one_one}\n"),
		0);
	ck_assert_int_eq(warnings(", weights: ./w.h5", zero_one), 1);
	ck_assert_int_eq(warnings(", weights: ./w.h5", own), 1);
	ck_assert_int_eq(warnings("", ""), 1);
	ck_assert_int_eq(warnings(", batch_normalization: train", zero_one), 0);
	ck_assert_int_eq(warnings("", "start_from: {experiment: other}\n"), 0);
}
END_TEST

START_TEST(what_was_written_out_is_the_same_network)
{
	struct experiment *x = backbone(", freeze: {first: 40}", "");
	const struct experiment_options o = experiment_expand(l.a, x);
	struct str text = STR_INIT;
	field_print(experiment_fields, &o, NULL, false, &text);
	struct experiment *y = lab_experiment(&l,
		arena_strdup(l.a, tmpdir_write(&l.dir, "y.yaml", text.data, text.len)));
	ck_assert_ptr_null(y->o.model.backbone.kind);
	ck_assert_int_eq(y->o.model.backbone_layers, (int)x->backbone);
	ck_assert_int_eq(y->net->backbone, x->net->backbone);
	ck_assert_int_eq(y->net->cut, x->net->cut);
	ck_assert_int_eq(y->net->params, x->net->params);
	for (int i = 0; i < x->net->params; i++) {
		ck_assert_str_eq(y->net->param[i].name, x->net->param[i].name);
		ck_assert_int_eq(y->net->param[i].offset, x->net->param[i].offset);
	}
	str_free(&text);
	experiment_close(x);
	experiment_close(y);
}
END_TEST

/* ---- weights ---- */

/* The record of a run of x, which is closed. */
static struct record
run_of(struct experiment *x)
{
	struct record r;
	const struct run_options o = { .results = l.results };
	l.err = ERR_INIT;
	ck_assert_msg(run_experiment(l.a, x, &o, &l.err) == OK, "%s", l.err.message);
	const struct rundir *d = rundir_new(l.a, l.results, x->name, x->config_hash, 1);
	ck_assert(record_read(rundir_file(l.a, d, "result.json"), l.a, &r, &l.err) == OK);
	experiment_close(x);
	return r;
}

static const char *
model_of(const char *name)
{
	return lab_path(&l, arena_printf(l.a, "results/%s/latest/seed-1/model.safetensors", name));
}

START_TEST(weights_fill_the_layers_that_are_the_backbone)
{
	const struct record source = run_of(lab_experiment(&l, lab_file(&l, "source.yaml", "")));
	const char *const all[] = { "model.backbone_layers=4",
		arena_printf(l.a, "model.weights=%s", model_of("source")) };
	const char *const path = lab_file(&l, "x.yaml", "");
	struct experiment *x = lab_experiment_of(&l,
		&(struct experiment_request){ .path = path, .overrides = all, .n_overrides = 2 });
	ck_assert_int_eq(x->pretrained->binding.matched, 4);
	const struct record r = run_of(x);
	ck_assert_str_eq(r.hash_initial, source.hash_weights);
	ck_assert_str_eq(r.pretrained, "model.safetensors");
	ck_assert_int_eq(strlen(r.hash_pretrained), 64);
	/* One layer of four: the head has its seed's. */
	const char *const one[] = { "model.backbone_layers=1", all[1] };
	x = lab_experiment_of(&l,
		&(struct experiment_request){ .path = path, .overrides = one, .n_overrides = 2 });
	ck_assert_str_ne(run_of(x).hash_initial, source.hash_weights);
}
END_TEST

START_TEST(a_file_closed_is_read_again_and_must_be_the_same)
{
	run_of(lab_experiment(&l, lab_file(&l, "source.yaml", "")));
	const char *const text = lab_read(&l, model_of("source"));
	const char *const overrides[] = { "model.backbone_layers=4",
		arena_printf(l.a, "model.weights=%s", model_of("source")) };
	const struct run_options o = { .results = l.results, .rerun = true };
	struct experiment *x = lab_experiment_of(&l, &(struct experiment_request){
		.path = lab_file(&l, "x.yaml", ""), .overrides = overrides, .n_overrides = 2 });
	experiment_close(x);
	ck_assert_msg(run_experiment(l.a, x, &o, &l.err) == OK, "%s", l.err.message);
	experiment_close(x);
	/* Another seed's weights: as whole a file, and another. */
	const char *const seed[] = { "seed=2" };
	struct experiment *other = lab_experiment_of(&l, &(struct experiment_request){
		.path = lab_file(&l, "source.yaml", ""), .overrides = seed, .n_overrides = 1 });
	ck_assert(run_experiment(l.a, other, &o, &l.err) == OK);
	ck_assert(file_symlink(lab_path(&l, "results/source/latest/seed-2/model.safetensors"),
		model_of("source"), &l.err) == OK);
	ck_assert_str_ne(lab_read(&l, model_of("source")), text);
	ck_assert_int_eq(run_experiment(l.a, x, &o, &l.err), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(l.err.message, "another file than when"));
	experiment_close(x);
	experiment_close(other);
}
END_TEST

Suite *
suite_model(void)
{
	Suite *s = suite_create("model");
	TCase *c = tcase_create("model");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_backbone_says_how_pixels_become_its_input);
	tcase_add_test(c, freeze_goes_to_the_phases_that_say_nothing);
	tcase_add_test(c, the_nets_of_all_phases_have_the_same_parameters);
	tcase_add_test(c, what_is_hardly_meant_is_a_warning);
	tcase_add_test(c, what_was_written_out_is_the_same_network);
	tcase_add_test(c, weights_fill_the_layers_that_are_the_backbone);
	tcase_add_test(c, a_file_closed_is_read_again_and_must_be_the_same);
	suite_add_tcase(s, c);
	return s;
}
