/* The results folder: paths, locks, what is done, what is found. */
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "build-config.h"
#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"

#define HASH_A "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"
#define HASH_B "bbbbbbbb0123456789abcdef0123456789abcdef0123456789abcdef01234567"
#define HASH_A2 "aaaaaaaa9999999999abcdef0123456789abcdef0123456789abcdef01234567"

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

START_TEST(paths_are_those_of_the_specification)
{
	const struct rundir *d = rundir_new(l.a, "out", "cnn", HASH_A, 18446744073709551615u);
	ck_assert_str_eq(d->config, "out/cnn/aaaaaaaa");
	ck_assert_str_eq(d->seed, "out/cnn/aaaaaaaa/seed-18446744073709551615");
	ck_assert_str_eq(rundir_file(l.a, d, "log.txt"),
		"out/cnn/aaaaaaaa/seed-18446744073709551615/log.txt");
}
END_TEST

START_TEST(a_seed_is_locked_against_a_second_run)
{
	struct rundir *one = rundir_new(l.a, l.results, "x", HASH_A, 1);
	struct rundir *two = rundir_new(l.a, l.results, "x", HASH_A, 1);
	struct rundir *other = rundir_new(l.a, l.results, "x", HASH_A, 2);
	ck_assert(!rundir_locked(one->seed));
	ck_assert_msg(rundir_open(one, &l.err) == OK, "%s", l.err.message);
	ck_assert(rundir_locked(one->seed));
	ck_assert_int_eq(rundir_open(two, &l.err), ERR_FAILED);
	ck_assert_ptr_nonnull(strstr(l.err.message, "another tlrun is running this seed"));
	ck_assert_int_eq(two->lock, -1);
	ck_assert(rundir_open(other, &l.err) == OK);
	rundir_close(one);
	rundir_close(one);
	rundir_close(NULL);
	ck_assert(!rundir_locked(one->seed));
	ck_assert(rundir_open(two, &l.err) == OK);
	rundir_close(two);
	rundir_close(other);
}
END_TEST

START_TEST(a_lock_leaves_with_its_holder_and_one_that_was_left_holds_nobody_off)
{
	struct rundir *d = rundir_new(l.a, l.results, "x", HASH_A, 1);
	const char *const lock = rundir_file(l.a, d, "lock");
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1/lock", "", 0);
	ck_assert(!rundir_locked(d->seed));
	ck_assert(rundir_open(d, &l.err) == OK);
	ck_assert(file_exists(lock) && rundir_locked(d->seed));
	rundir_close(d);
	ck_assert(!file_exists(lock));
}
END_TEST

START_TEST(a_results_folder_that_is_a_file_is_an_error)
{
	tmpdir_write(&l.dir, "results", "x", 1);
	struct rundir *d = rundir_new(l.a, l.results, "x", HASH_A, 1);
	ck_assert_int_eq(rundir_open(d, &l.err), ERR_IO);
	ck_assert_ptr_nonnull(strstr(l.err.message, "results"));
}
END_TEST

static bool
done(const struct rundir *d, const char *hash)
{
	return rundir_done(l.a, d, &(struct rundir_origin){ .config_hash = hash });
}

START_TEST(done_is_a_record_of_this_configuration_seed_and_version)
{
	const struct rundir *d = rundir_new(l.a, l.results, "x", HASH_A, 1);
	ck_assert(!done(d, HASH_A));
	lab_record(&l, "x", HASH_A, 1, PACKAGE_VERSION);
	ck_assert(done(d, HASH_A));
	ck_assert(!done(d, HASH_A2));
	/* Another program than this one, that calls itself the same version. */
	ck_assert(!rundir_done(l.a, d, &(struct rundir_origin){ HASH_A, .binary = "other" }));
	lab_record(&l, "x", HASH_A, 1, "0.0.1");
	ck_assert(!done(d, HASH_A));
	lab_record(&l, "x", HASH_A, 2, PACKAGE_VERSION);
	ck_assert(rename(rundir_file(l.a, rundir_new(l.a, l.results, "x", HASH_A, 2), "result.json"),
		rundir_file(l.a, d, "result.json")) == 0);
	ck_assert(!done(d, HASH_A));
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1/result.json", "{", 1);
	ck_assert(!done(d, HASH_A));
}
END_TEST

/* Each reason in words, and only the program's is no reason where any will do. */
START_TEST(why_a_run_is_to_be_done_is_said)
{
	const struct rundir *d = rundir_new(l.a, l.results, "x", HASH_A, 1);
	struct rundir_origin o = { .config_hash = HASH_A };
	ck_assert_str_eq(rundir_why(l.a, d, &o), "new");
	lab_record(&l, "x", HASH_B, 1, PACKAGE_VERSION);
	ck_assert_str_eq(rundir_why(l.a, d, &o), "new: the configuration changed");
	lab_record(&l, "x", HASH_A, 1, "0.0.1");
	ck_assert_ptr_nonnull(strstr(rundir_why(l.a, d, &o), "done by tlrun 0.0.1"));
	o.any_program = true;
	ck_assert_ptr_null(rundir_why(l.a, d, &o));
	o.start = "other";
	ck_assert_str_eq(rundir_why(l.a, d, &o), "the weights it starts from have changed");
	o = (struct rundir_origin){ .config_hash = HASH_A, .pretrained = "other", .any_program = true };
	ck_assert_str_eq(rundir_why(l.a, d, &o), "the file of its first weights has changed");
	o = (struct rundir_origin){ .config_hash = HASH_A, .binary = "other" };
	lab_record(&l, "x", HASH_A, 1, PACKAGE_VERSION);
	ck_assert_ptr_nonnull(strstr(rundir_why(l.a, d, &o), "done by another build"));
	o.any_program = true;
	ck_assert_ptr_null(rundir_why(l.a, d, &o));
	o.config_hash = HASH_A2;
	ck_assert_ptr_nonnull(rundir_why(l.a, d, &o));
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1/result.json", "{", 1);
	ck_assert_ptr_nonnull(strstr(rundir_why(l.a, d, &o), "result.json"));
	file_remove(rundir_file(l.a, d, "result.json"));
	ck_assert(file_write(rundir_file(l.a, d, "checkpoint"), "x", 1, &l.err) == OK);
	ck_assert_str_eq(rundir_why(l.a, d, &o), "it was interrupted");
	static const char failed[] = "{\"state\": \"failed\", \"message\": \"the disk is full\"}";
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1/state.json", failed, sizeof failed - 1);
	ck_assert_str_eq(rundir_why(l.a, d, &o), "it failed before: the disk is full");
}
END_TEST

START_TEST(latest_moves)
{
	char at[64] = "";
	lab_record(&l, "x", HASH_A, 1, "1");
	lab_record(&l, "x", HASH_B, 1, "1");
	const char *const link = lab_path(&l, "results/x/latest");
	ck_assert(rundir_latest(l.a, rundir_new(l.a, l.results, "x", HASH_A, 1), &l.err) == OK);
	ck_assert_int_eq(readlink(link, at, sizeof at), 8);
	ck_assert_str_eq(at, "aaaaaaaa");
	ck_assert(rundir_latest(l.a, rundir_new(l.a, l.results, "x", HASH_B, 1), &l.err) == OK);
	ck_assert_int_eq(readlink(link, at, sizeof at), 8);
	ck_assert_str_eq(at, "bbbbbbbb");
}
END_TEST

START_TEST(a_set_has_its_seeds_in_order)
{
	struct record_set *set;
	const uint64_t seeds[] = { 10, 9, 100, 0 };
	for (int i = 0; i < 4; i++)
		lab_record(&l, "x", HASH_A, seeds[i], "1");
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-07/result.json", "{", 1);
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1.bak/result.json", "{", 1);
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-3/log.txt", "", 0);
	struct str skipped = STR_INIT;
	const char *const folder = lab_path(&l, "results/x/aaaaaaaa");
	ck_assert(rundir_records(l.a, folder, &set, &skipped, &l.err) == OK);
	ck_assert_int_eq(set->n, 4);
	ck_assert(set->record[0].seed == 0 && set->record[1].seed == 9 && set->record[2].seed == 10 &&
		set->record[3].seed == 100);
	ck_assert(set->timing[3].seconds_total == 3);
	ck_assert_str_eq(set->name, "x");
	ck_assert_str_eq(str_text(&skipped), "");
	str_free(&skipped);
}
END_TEST

START_TEST(what_is_damaged_is_left_out_and_named)
{
	struct record_set *set;
	struct str skipped = STR_INIT;
	for (uint64_t i = 1; i <= 4; i++)
		lab_record(&l, "x", HASH_A, i, "1");
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-2/result.json", "{\"format\": 1}", 13);
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-3/timing.json", "[]", 2);
	const char *const folder = lab_path(&l, "results/x/aaaaaaaa");
	ck_assert(rundir_records(l.a, folder, &set, &skipped, &l.err) == OK);
	ck_assert_int_eq(set->n, 3);
	ck_assert(set->record[0].seed == 1 && set->record[1].seed == 3 && set->record[2].seed == 4);
	ck_assert_ptr_nonnull(strstr(str_text(&skipped), "seed-2/result.json"));
	/* Damaged times are as none: the record counts. */
	ck_assert_ptr_null(strstr(str_text(&skipped), "timing.json"));
	ck_assert_ptr_nonnull(strstr(set->damaged, "seed-3/timing.json"));
	ck_assert(isnan(set->timing[1].seconds_total));
	ck_assert(rundir_records(l.a, folder, &set, NULL, &l.err) == OK && set->n == 3);
	str_free(&skipped);
}
END_TEST

START_TEST(a_set_holds_one_configuration)
{
	struct record_set *set;
	struct str skipped = STR_INIT;
	lab_record(&l, "x", HASH_A, 1, "1");
	lab_record(&l, "x", HASH_A2, 2, "1");
	lab_record(&l, "x", HASH_A, 3, "1");
	const char *const copy = lab_path(&l, "results/x/aaaaaaaa/seed-4");
	ck_assert(rename(lab_path(&l, "results/x/aaaaaaaa/seed-3"), copy) == 0);
	const char *const folder = lab_path(&l, "results/x/aaaaaaaa");
	ck_assert(rundir_records(l.a, folder, &set, &skipped, &l.err) == OK);
	ck_assert(set->n == 1 && set->record[0].seed == 1);
	ck_assert_ptr_nonnull(strstr(str_text(&skipped), "another configuration than that of seed 1"));
	ck_assert_ptr_nonnull(strstr(str_text(&skipped), "the record of seed 3"));
	str_free(&skipped);
}
END_TEST

START_TEST(without_its_times_a_record_is_still_shown)
{
	struct record_set *set;
	lab_record(&l, "x", HASH_A, 1, "1");
	file_remove(lab_path(&l, "results/x/aaaaaaaa/seed-1/timing.json"));
	ck_assert(rundir_records(l.a, lab_path(&l, "results/x/aaaaaaaa"), &set, NULL, &l.err) == OK);
	ck_assert_int_eq(set->n, 1);
	ck_assert(set->timing[0].seconds_total != set->timing[0].seconds_total);
	ck_assert(set->timing[0].peak_memory_bytes == 0 && !set->timing[0].cpu);
}
END_TEST

START_TEST(no_record_is_no_set)
{
	struct record_set *set = (struct record_set *)&l;
	ck_assert(file_make_folders(lab_path(&l, "results/x/aaaaaaaa"), &l.err) == OK);
	ck_assert(rundir_records(l.a, lab_path(&l, "results/x/aaaaaaaa"), &set, NULL, &l.err) == OK);
	ck_assert_ptr_null(set);
	ck_assert_int_eq(rundir_records(l.a, lab_path(&l, "none"), &set, NULL, &l.err), ERR_DATA);
}
END_TEST

START_TEST(the_list_is_by_name_with_latest_first)
{
	const char *const *folders;
	size_t n;
	ck_assert(rundir_list(l.a, l.results, &folders, &n, &l.err) == OK && n == 0);
	lab_record(&l, "zoo", HASH_A, 1, "1");
	lab_record(&l, "ant", HASH_A, 1, "1");
	lab_record(&l, "ant", HASH_B, 1, "1");
	ck_assert(rundir_latest(l.a, rundir_new(l.a, l.results, "ant", HASH_B, 1), &l.err) == OK);
	tmpdir_write(&l.dir, "results/comparison.md", "x", 1);
	tmpdir_write(&l.dir, "results/cache/notes", "x", 1);
	ck_assert(rundir_list(l.a, l.results, &folders, &n, &l.err) == OK);
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(folders[0], lab_path(&l, "results/ant/bbbbbbbb"));
	ck_assert_str_eq(folders[1], lab_path(&l, "results/ant/aaaaaaaa"));
	ck_assert_str_eq(folders[2], lab_path(&l, "results/zoo/aaaaaaaa"));
}
END_TEST

/* Every way to call a run, relative to the folder of the test. */
START_TEST(a_run_is_found_by_any_of_its_names)
{
	static const struct { const char *run, *folder; } ways[] = {
		{ "ant", "results/ant/latest" },
		{ "ant/", "results/ant/latest" },
		{ "ant/aaaaaaaa", "results/ant/aaaaaaaa" },
		{ "results/ant", "results/ant/latest" },
		{ "results/ant/bbbbbbbb", "results/ant/bbbbbbbb" },
		{ "./results/ant/latest", "results/ant/latest" },
	};
	lab_record(&l, "ant", HASH_A, 1, "1");
	lab_record(&l, "ant", HASH_B, 1, "1");
	ck_assert(rundir_latest(l.a, rundir_new(l.a, l.results, "ant", HASH_B, 1), &l.err) == OK);
	ck_assert(chdir(l.dir.path) == 0);
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		const char *folder = NULL;
		ck_assert_msg(rundir_find(l.a, "results", ways[i].run, &folder, &l.err) == OK, "%s",
			l.err.message);
		char *const got = realpath(folder, NULL), *const want = realpath(ways[i].folder, NULL);
		ck_assert(got && want);
		ck_assert_str_eq(got, want);
		free(got);
		free(want);
	}
}
END_TEST

START_TEST(one_seed_of_a_run_is_named_behind_it)
{
	long long seed = -1;
	const char *const other[] = { "ant", "ant/seed-", "ant/seed-x", "seed-3", "ant/seeds-3" };
	ck_assert_str_eq(rundir_run_seed(l.a, "results/ant/seed-12", &seed), "results/ant");
	ck_assert_int_eq(seed, 12);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		ck_assert_ptr_eq(rundir_run_seed(l.a, other[i], &seed), other[i]);
}
END_TEST

START_TEST(a_run_that_is_not_there_gets_a_suggestion)
{
	const char *folder;
	ck_assert_int_eq(rundir_find(l.a, l.results, "ant", &folder, &l.err), ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(l.err.message, "tlrun ls lists the runs"));
	lab_record(&l, "scratch_cnn", HASH_A, 1, "1");
	tmpdir_write(&l.dir, "results/scratch_cnm", "a file", 6);
	l.err = ERR_INIT;
	ck_assert_int_eq(rundir_find(l.a, l.results, "scratch_cm", &folder, &l.err), ERR_USAGE);
	ck_assert_msg(strstr(l.err.message, "did you mean \"scratch_cnn\"?") != NULL, "%s",
		l.err.message);
	l.err = ERR_INIT;
	ck_assert_int_eq(rundir_find(l.a, l.results, "", &folder, &l.err), ERR_USAGE);
}
END_TEST

Suite *
suite_rundir(void)
{
	Suite *s = suite_create("rundir");
	TCase *c = tcase_create("rundir");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, paths_are_those_of_the_specification);
	tcase_add_test(c, a_seed_is_locked_against_a_second_run);
	tcase_add_test(c, a_lock_leaves_with_its_holder_and_one_that_was_left_holds_nobody_off);
	tcase_add_test(c, a_results_folder_that_is_a_file_is_an_error);
	tcase_add_test(c, done_is_a_record_of_this_configuration_seed_and_version);
	tcase_add_test(c, why_a_run_is_to_be_done_is_said);
	tcase_add_test(c, latest_moves);
	tcase_add_test(c, a_set_has_its_seeds_in_order);
	tcase_add_test(c, what_is_damaged_is_left_out_and_named);
	tcase_add_test(c, a_set_holds_one_configuration);
	tcase_add_test(c, without_its_times_a_record_is_still_shown);
	tcase_add_test(c, no_record_is_no_set);
	tcase_add_test(c, the_list_is_by_name_with_latest_first);
	tcase_add_test(c, a_run_is_found_by_any_of_its_names);
	tcase_add_test(c, one_seed_of_a_run_is_named_behind_it);
	tcase_add_test(c, a_run_that_is_not_there_gets_a_suggestion);
	suite_add_tcase(s, c);
	return s;
}
