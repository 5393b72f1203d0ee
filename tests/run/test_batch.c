/* Many experiments: which files, and that one which fails harms no other. */
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

START_TEST(a_folder_means_its_yaml_files_sorted)
{
	static const char *const in[] = { "night/b.yaml", "night/a.yml", "night/notes.txt",
		"night/c.yaml.bak", "night/.yaml", "night/sub/d.yaml", "one.yaml" };
	const char *const *files;
	int n;
	for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
		tmpdir_write(&l.dir, in[i], "", 0);
	const char *const args[] = { lab_path(&l, "one.yaml"), lab_path(&l, "night"), "absent.yaml" };
	ck_assert(batch_files(l.a, args, 3, &files, &n, &l.err) == OK);
	ck_assert_int_eq(n, 4);
	ck_assert_str_eq(files[0], args[0]);
	ck_assert_str_eq(files[1], lab_path(&l, "night/a.yml"));
	ck_assert_str_eq(files[2], lab_path(&l, "night/b.yaml"));
	ck_assert_str_eq(files[3], "absent.yaml");
}
END_TEST

START_TEST(a_folder_without_any_is_an_error)
{
	const char *const *files;
	int n;
	tmpdir_write(&l.dir, "night/notes.txt", "", 0);
	const char *const args[] = { lab_path(&l, "night") };
	ck_assert_int_eq(batch_files(l.a, args, 1, &files, &n, &l.err), ERR_CONFIG);
	ck_assert_msg(strstr(l.err.message, "night: no *.yaml in this folder") != NULL, "%s",
		l.err.message);
}
END_TEST

/* ---- running ---- */

static int failures, stop_after;
static struct str order;

static void
hear_failed(void *ctx, const struct batch_run *r)
{
	(void)ctx;
	ck_assert(r->code == ERR_FAILED && r->cause[0]);
	str_printf(&order, "failed %s\n", r->x->name);
	failures++;
}

static struct experiment *experiments[3];

/* Whoever begins finds the images of all others gone. */
static void
hear_begin(void *ctx, const struct experiment *x, uint64_t seed, const char *folder)
{
	(void)ctx, (void)seed, (void)folder;
	for (int i = 0; i < 3; i++)
		ck_assert(experiments[i] == x || !loader_train(experiments[i]->loader)->set);
	str_printf(&order, "begin %s\n", x->name);
}

static bool
hear_stop(void *ctx)
{
	(void)ctx;
	return stop_after && strstr(str_text(&order), "begin c") != NULL;
}

static const struct run_events events = { .begin = hear_begin, .stop = hear_stop };
static const struct batch_events batch = { .failed = hear_failed };

static enum status
run_all(struct experiment *const *x, int n, const struct batch_options *o, int *failed)
{
	int signal;
	struct batch *b = batch_plan(l.a, x, n, o, 0);
	const enum status s = batch_run(b, &batch, &signal, &l.err);
	ck_assert_int_eq(signal, 0);
	*failed = batch_count(b, BATCH_FAILED);
	return s;
}

/* a and c are well, b diverges. */
static enum status
run_three(bool fail_fast, int *failed)
{
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml" };
	const char *const diverge[] = { "training.optimizer={type: sgd, learning_rate: 1e30}" };
	for (int i = 0; i < 3; i++) {
		const struct experiment_request q = { .path = lab_file(&l, names[i], ""),
			.overrides = diverge, .n_overrides = i == 1 };
		experiments[i] = lab_experiment_of(&l, &q);
	}
	const struct batch_options o = { .run = { .results = l.results, .events = &events },
		.fail_fast = fail_fast };
	const enum status s = run_all(experiments, 3, &o, failed);
	for (int i = 0; i < 3; i++)
		experiment_close(experiments[i]);
	return s;
}

START_TEST(one_that_fails_harms_no_other)
{
	int failed;
	ck_assert_int_eq(run_three(false, &failed), ERR_FAILED);
	ck_assert(failed == 1 && failures == 1);
	ck_assert_str_eq(str_text(&order), "begin a\nbegin b\nfailed b\nbegin c\n");
	const char *const table = lab_read(&l, lab_path(&l, "results/comparison.md"));
	ck_assert(strstr(table, "| a ") && strstr(table, "| c ") && !strstr(table, "| b "));
	str_free(&order);
}
END_TEST

START_TEST(fail_fast_ends_with_the_first)
{
	int failed;
	ck_assert_int_eq(run_three(true, &failed), ERR_FAILED);
	ck_assert_int_eq(failed, 1);
	ck_assert_str_eq(str_text(&order), "begin a\nbegin b\nfailed b\n");
	str_free(&order);
}
END_TEST

START_TEST(a_signal_ends_all)
{
	int failed;
	stop_after = 1;
	ck_assert_int_eq(run_three(false, &failed), ERR_STOPPED);
	ck_assert_int_eq(failed, 1);
	ck_assert(!file_exists(lab_path(&l, "results/c/latest")));
	str_free(&order);
}
END_TEST

START_TEST(one_alone_gives_its_own_error_and_no_comparison)
{
	int failed;
	const char *const diverge[] = { "training.optimizer={type: sgd, learning_rate: 1e30}" };
	const struct experiment_request q = { .path = lab_file(&l, "b.yaml", ""),
		.overrides = diverge, .n_overrides = 1 };
	struct experiment *x = lab_experiment_of(&l, &q);
	const struct batch_options o = { .run = { .results = l.results } };
	ck_assert_int_eq(run_all(&x, 1, &o, &failed), ERR_FAILED);
	ck_assert_int_eq(failed, 1);
	ck_assert_ptr_nonnull(strstr(l.err.message, "finite"));
	ck_assert(!file_exists(lab_path(&l, "results/comparison.md")));
}
END_TEST

START_TEST(images_are_given_back_and_can_be_read_again)
{
	int failed;
	struct experiment *x = lab_experiment(&l, lab_file(&l, "a.yaml", ""));
	const struct batch_options o = { .run = { .results = l.results } };
	const struct batch_options again = { .run = { .results = l.results, .rerun = true } };
	ck_assert(run_all(&x, 1, &o, &failed) == OK);
	ck_assert_ptr_null(loader_train(x->loader)->set);
	ck_assert_int_eq(loader_info(x->loader)->classes, 3);
	ck_assert(run_all(&x, 1, &again, &failed) == OK);
	experiment_close(x);
	experiment_close(x);
}
END_TEST

Suite *
suite_batch(void)
{
	Suite *s = suite_create("batch");
	TCase *c = tcase_create("batch");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_folder_means_its_yaml_files_sorted);
	tcase_add_test(c, a_folder_without_any_is_an_error);
	tcase_add_test(c, one_that_fails_harms_no_other);
	tcase_add_test(c, fail_fast_ends_with_the_first);
	tcase_add_test(c, a_signal_ends_all);
	tcase_add_test(c, one_alone_gives_its_own_error_and_no_comparison);
	tcase_add_test(c, images_are_given_back_and_can_be_read_again);
	suite_add_tcase(s, c);
	return s;
}
