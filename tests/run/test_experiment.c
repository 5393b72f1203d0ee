/* The experiment file as a whole: name, seeds, paths, and what its hash means. */
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

/* ---- name ---- */

START_TEST(the_name_is_the_files_stem_unless_it_says_one)
{
	ck_assert_str_eq(lab_experiment(&l, lab_file(&l, "a/cnn.small-2.yaml", ""))->name,
		"cnn.small-2");
	ck_assert_str_eq(lab_experiment(&l, lab_file(&l, "b.yaml", "name: other\n"))->name, "other");
	ck_assert_str_eq(lab_experiment(&l, lab_file(&l, "odd name.yaml", "name: c\n"))->name, "c");
}
END_TEST

START_TEST(a_stem_that_is_no_folder_is_refused)
{
	lab_refused(&l, &(struct experiment_request){ .path = lab_file(&l, "odd name.yaml", "") },
		"the file's name \"odd name\" cannot name the results folder");
	lab_refused(&l, &(struct experiment_request){ .path = lab_file(&l, ".hidden.yaml", "") },
		"add `name:` with letters");
	lab_refused(&l,
		&(struct experiment_request){ .path = lab_file(&l, "d.yaml", "name: ../up\n") }, "name");
	lab_refused(&l,
		&(struct experiment_request){ .path = lab_file(&l, "e.yaml", "name: latest/x\n") }, "name");
}
END_TEST

/* ---- seeds ---- */

static void
check_seeds(const char *more, const char *flag, const char *want)
{
	const struct experiment_request q = { .path = lab_file(&l, "seeds.yaml", more), .seeds = flag };
	const struct int_list s = lab_experiment_of(&l, &q)->o.seeds;
	struct str got = STR_INIT;
	for (size_t i = 0; i < s.n; i++)
		str_printf(&got, "%lld ", s.v[i]);
	ck_assert_str_eq(str_text(&got), want);
	str_free(&got);
}

START_TEST(seeds_come_from_the_file_or_the_flag)
{
	check_seeds("", NULL, "1 ");
	check_seeds("seed: 7\n", NULL, "7 ");
	check_seeds("seed: 0\n", NULL, "0 ");
	check_seeds("seeds: [3, 1, 2]\n", NULL, "3 1 2 ");
	check_seeds("seeds: 5\n", NULL, "5 ");
	check_seeds("seed: 7\n", "4,5", "4 5 ");
	check_seeds("seeds: [3]\n", "1-3,9,11-12", "1 2 3 9 11 12 ");
	check_seeds("", "9223372036854775807-9223372036854775807", "9223372036854775807 ");
}
END_TEST

START_TEST(seeds_that_are_none_are_refused)
{
	static const char *const flags[] = { "", "1,", ",1", "1,,2", "a", "1-", "-1", "3-1", "1,1",
		"1-3,2", "0-5000", "0-4000,5000-6000", "1.5", "1 2", "99999999999999999999" };
	const char *const path = lab_file(&l, "x.yaml", "");
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		lab_refused(&l, &(struct experiment_request){ .path = path, .seeds = flags[i] },
			arena_printf(l.a, "--seeds %s: expected different whole numbers from 0", flags[i]));
	lab_refused(&l, &(struct experiment_request){
		.path = lab_file(&l, "y.yaml", "seeds: [1, 2]\nseed: 1\n") },
		"seed and seeds exclude each other");
	lab_refused(&l, &(struct experiment_request){
		.path = lab_file(&l, "z.yaml", "seeds: [4, 5, 4, 4]\n") }, "seeds: 4 stands twice");
	ck_assert_int_eq(diags_errors(l.diags), 1);
}
END_TEST

/* ---- paths ---- */

static const char cifar[] = "version: 1\ndataset: {name: cifar10, path: data}\n"
	"model: {layers: [flatten, dense: {units: num_classes, activation: softmax}]}\n";

START_TEST(a_path_is_relative_to_the_file_that_names_it)
{
	tmpdir_write(&l.dir, "base/cifar.yaml", cifar, strlen(cifar));
	const char child[] = "version: 1\nextends: ../base/cifar.yaml\nname: child\n";
	tmpdir_write(&l.dir, "night/child.yaml", child, strlen(child));
	const char own[] = "version: 1\nextends: ../base/cifar.yaml\ndataset: {path: mine}\n";
	tmpdir_write(&l.dir, "night/own.yaml", own, strlen(own));
	lab_refused(&l, &(struct experiment_request){ .path = lab_path(&l, "base/cifar.yaml") },
		lab_path(&l, "base/data"));
	lab_refused(&l, &(struct experiment_request){ .path = lab_path(&l, "night/child.yaml") },
		arena_printf(l.a, "%s/night/../base/data", l.dir.path));
	lab_refused(&l, &(struct experiment_request){ .path = lab_path(&l, "night/own.yaml") },
		lab_path(&l, "night/mine"));
}
END_TEST

START_TEST(the_file_is_wrong_before_the_data_is_missing)
{
	struct experiment *x;
	const char *const path = arena_strdup(l.a, tmpdir_write(&l.dir, "c.yaml", cifar,
		strlen(cifar)));
	const struct experiment_request q = { .path = path };
	const char *const wrong[] = { "training.epochs=-1" };
	const struct experiment_request both = { .path = path, .overrides = wrong, .n_overrides = 1 };
	ck_assert_int_eq(experiment_open(l.a, &q, &x, l.diags, &l.err), ERR_DATA);
	ck_assert_int_eq(experiment_open(l.a, &both, &x, l.diags, &l.err), ERR_CONFIG);
	diags_free(l.diags);
	l.diags = diags_new();
	ck_assert_int_eq(experiment_read(l.a, &q, &x, l.diags), OK);
	ck_assert_ptr_null(x->loader);
	experiment_close(x);
	experiment_close(NULL);
}
END_TEST

START_TEST(all_errors_come_at_once)
{
	const char *const path = lab_file(&l, "x.yaml",
		"seeds: [1, 1]\nevaluation: {metrics: [acuracy]}\nruntime: {threads: 0}\n");
	const struct experiment_request q = { .path = path, .seeds = "x" };
	lab_refused(&l, &q, "acuracy");
	ck_assert_int_ge(diags_errors(l.diags), 4);
	lab_refused(&l, &q, "stands twice");
	lab_refused(&l, &q, "--seeds x");
	lab_refused(&l, &q, "threads");
}
END_TEST

/* ---- what identifies a result ---- */

static const char *
hash_with(const char *more, const char *override, const char *seeds, int threads)
{
	const char *const path = lab_file(&l, "same.yaml", more);
	const struct experiment_request q = { .path = path, .overrides = &override,
		.n_overrides = override != NULL, .seeds = seeds, .threads = threads };
	const char *const hash = lab_experiment_of(&l, &q)->config_hash;
	ck_assert_uint_eq(strspn(hash, "0123456789abcdef"), 64);
	return hash;
}

START_TEST(what_does_not_change_a_result_does_not_change_the_hash)
{
	const char *const plain = hash_with("", NULL, NULL, 0);
	ck_assert_str_eq(hash_with("seeds: [4, 5]\n", NULL, NULL, 0), plain);
	ck_assert_str_eq(hash_with("seed: 9\n", NULL, NULL, 0), plain);
	ck_assert_str_eq(hash_with("", NULL, "1-9", 3), plain);
	ck_assert_str_eq(hash_with("description: words\n", NULL, NULL, 0), plain);
	ck_assert_str_eq(hash_with("runtime: {threads: 2, memory_limit: 1G}\n", NULL, NULL, 0), plain);
	ck_assert_str_eq(hash_with("# a comment\n", NULL, NULL, 0), plain);
	/* Presets written out. */
	ck_assert_str_eq(hash_with("engine: {matmul: native}\n", NULL, NULL, 0), plain);
	ck_assert_str_eq(hash_with("", "training.batch_size=16", NULL, 0), plain);
}
END_TEST

START_TEST(everything_else_changes_the_hash)
{
	static const char *const changes[] = { NULL, "name=other", "training.epochs=3",
		"training.batch_size=17", "training.optimizer=sgd", "training.shuffle=false",
		"training.lr_schedule=cosine", "training.early_stopping={}", "dataset.noise=0.2",
		"dataset.train_samples=61", "dataset.split_seed=2", "dataset.validation_split=0.25",
		"preprocessing.normalize=minus_one_one", "preprocessing.channels=gray",
		"model.layers.conv2d.filters=5", "model.layers.dropout.rate=0.3",
		"evaluation.metrics=[accuracy, loss]", "evaluation.metrics=[loss]",
		"engine.matmul=openblas" };
	enum { N = sizeof changes / sizeof changes[0] };
	const char *hash[N];
	for (int i = 0; i < N; i++) {
		hash[i] = hash_with("", changes[i], NULL, 0);
		for (int k = 0; k < i; k++)
			ck_assert_msg(strcmp(hash[i], hash[k]) != 0, "%s and %s",
				changes[k] ? changes[k] : "no change", changes[i]);
	}
}
END_TEST

START_TEST(the_resolved_text_reads_back_to_itself)
{
	const char *const path = lab_file(&l, "first.yaml",
		"name: first\nseeds: [2, 3]\ndescription: \"of: two\"\nruntime: {threads: 2}\n"
		"evaluation: {metrics: [accuracy, top_k_accuracy: {k: 2}]}\n");
	const struct experiment *x = lab_experiment(&l, path);
	ck_assert_ptr_null(strstr(x->resolved, "runtime"));
	ck_assert_ptr_nonnull(strstr(x->resolved, "learning_rate: 0.001"));
	const struct experiment *again = lab_experiment(&l,
		tmpdir_write(&l.dir, "resolved.yaml", x->resolved, strlen(x->resolved)));
	ck_assert_str_eq(again->resolved, x->resolved);
	ck_assert_str_eq(again->config_hash, x->config_hash);
}
END_TEST

START_TEST(threads_are_the_flags_then_the_files_then_the_machines)
{
	const char *const path = lab_file(&l, "x.yaml", "runtime: {threads: 3}\n");
	ck_assert_int_eq(lab_experiment(&l, path)->threads, 3);
	const struct experiment_request q = { .path = path, .threads = 5 };
	ck_assert_int_eq(lab_experiment_of(&l, &q)->threads, 5);
	ck_assert_int_ge(lab_experiment(&l, lab_file(&l, "y.yaml", ""))->threads, 1);
}
END_TEST

Suite *
suite_experiment(void)
{
	Suite *s = suite_create("experiment");
	TCase *c = tcase_create("experiment");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_name_is_the_files_stem_unless_it_says_one);
	tcase_add_test(c, a_stem_that_is_no_folder_is_refused);
	tcase_add_test(c, seeds_come_from_the_file_or_the_flag);
	tcase_add_test(c, seeds_that_are_none_are_refused);
	tcase_add_test(c, a_path_is_relative_to_the_file_that_names_it);
	tcase_add_test(c, the_file_is_wrong_before_the_data_is_missing);
	tcase_add_test(c, all_errors_come_at_once);
	tcase_add_test(c, what_does_not_change_a_result_does_not_change_the_hash);
	tcase_add_test(c, everything_else_changes_the_hash);
	tcase_add_test(c, the_resolved_text_reads_back_to_itself);
	tcase_add_test(c, threads_are_the_flags_then_the_files_then_the_machines);
	suite_add_tcase(s, c);
	return s;
}
