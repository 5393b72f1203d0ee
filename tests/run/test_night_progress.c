/* How far a batch has come: states from folders, times from done runs. */
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/night_progress.h"

#define HASH_A "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"
#define HASH_B "bbbbbbbb0123456789abcdef0123456789abcdef0123456789abcdef01234567"

static struct lab l;
static struct night_run runs[5];
static struct night n;
static struct night_progress p;

static void
setup(void)
{
	lab_open(&l);
	for (uint64_t i = 0; i < 5; i++)
		runs[i] = (struct night_run){ "a", HASH_A, i + 1, "a.yaml", 10, false };
	n = (struct night){ .jobs = 2, .n = 5, .run = runs };
}

static void
teardown(void)
{
	night_end(l.results, &n);
	lab_close(&l);
}

static void
begin(void)
{
	ck_assert_msg(night_write(l.a, l.results, &n, &l.err) == OK, "%s", l.err.message);
}

static struct rundir *
folder(uint64_t seed)
{
	return rundir_new(l.a, l.results, "a", HASH_A, seed);
}

static void
state_file(uint64_t seed, const char *text)
{
	const char *const name = arena_printf(l.a, "results/a/aaaaaaaa/seed-%llu/state.json",
		(unsigned long long)seed);
	tmpdir_write(&l.dir, name, text, strlen(text));
}

/* A record's timing says 3 seconds (lab_record). */
START_TEST(every_run_is_in_the_state_its_folder_says)
{
	begin();
	struct rundir *const running = folder(2);
	lab_record(&l, "a", HASH_A, 1, "1");
	ck_assert(rundir_open(running, &l.err) == OK);
	state_file(2, "{\"state\": \"running\", \"epoch\": 3, \"epochs\": 8, \"share\": 0.25, "
		"\"share_before\": 0.125, \"seconds\": 2}");
	state_file(3, "{\"state\": \"running\", \"epoch\": 5, \"epochs\": 8, \"share\": 0.5}");
	state_file(4, "{\"state\": \"failed\", \"message\": \"why\"}");
	night_look(l.a, l.results, &n, &p);
	rundir_close(running);
	const enum night_state want[] = { NIGHT_DONE, NIGHT_RUNNING, NIGHT_INTERRUPTED, NIGHT_FAILED,
		NIGHT_WAITING };
	for (int i = 0; i < 5; i++) {
		ck_assert_msg(p.run[i].state == want[i], "run %d is %s", i,
			night_state_name[p.run[i].state]);
		ck_assert_uint_eq(p.count[i], 1);
	}
	ck_assert(p.alive);
	ck_assert_str_eq(p.run[3].told.message, "why");
	/* An eighth took 2 seconds, three quarters are left; the others take what the done one took. */
	ck_assert_double_eq_tol(p.run[1].left, 12, 1e-9);
	ck_assert_double_eq_tol(p.run[2].left, 1.5, 1e-9);
	ck_assert(p.run[0].left == 0 && p.run[3].left == 0 && p.run[4].left == 3);
	ck_assert_double_eq_tol(p.left, 12, 1e-9);
}
END_TEST

START_TEST(what_is_older_than_the_batch_is_to_be_done_again)
{
	lab_record(&l, "a", HASH_A, 1, "1");
	lab_record(&l, "a", HASH_A, 2, "1");
	state_file(3, "{\"state\": \"failed\"}");
	state_file(4, "{\"state\": \"interrupted\"}");
	runs[1].done = true;
	/* An hour ago, by the files' own times. */
	const struct timespec then[2] = { { 1, 0 }, { 1, 0 } };
	for (uint64_t i = 1; i <= 4; i++)
		utimensat(AT_FDCWD, rundir_file(l.a, folder(i), i < 3 ? "result.json" : "state.json"),
			then, 0);
	begin();
	night_look(l.a, l.results, &n, &p);
	ck_assert(p.count[NIGHT_DONE] == 1 && p.run[1].state == NIGHT_DONE);
	ck_assert_uint_eq(p.count[NIGHT_WAITING], 4);
	lab_record(&l, "a", HASH_A, 1, "1");
	night_look(l.a, l.results, &n, &p);
	ck_assert(p.run[0].state == NIGHT_DONE);
}
END_TEST

START_TEST(estimates_are_scaled_by_what_done_runs_took)
{
	for (int i = 2; i < 5; i++)
		runs[i].name = "b", runs[i].config_hash = HASH_B;
	runs[2].seconds = 20;
	runs[4].seconds = NAN;
	begin();
	lab_record(&l, "a", HASH_A, 1, "1");
	night_look(l.a, l.results, &n, &p);
	/* Thought to take 10, it took 3. */
	ck_assert_double_eq_tol(p.run[1].left, 3, 1e-9);
	ck_assert_double_eq_tol(p.run[2].left, 6, 1e-9);
	ck_assert_double_eq_tol(p.run[3].left, 3, 1e-9);
	ck_assert(isnan(p.run[4].left) && isnan(p.left));
}
END_TEST

START_TEST(before_any_run_is_done_the_pace_of_those_under_way_counts)
{
	begin();
	state_file(2, "{\"state\": \"interrupted\", \"share\": 0.5, \"share_before\": 0.25, "
		"\"seconds\": 4}");
	night_look(l.a, l.results, &n, &p);
	ck_assert_double_eq_tol(p.run[1].left, 8, 1e-9);
	ck_assert_double_eq_tol(p.run[0].left, 16, 1e-9);
}
END_TEST

START_TEST(an_ended_batch_is_not_alive)
{
	begin();
	night_end(l.results, &n);
	night_look(l.a, l.results, &n, &p);
	ck_assert(!p.alive);
	ck_assert_double_eq(p.left, 30);
}
END_TEST

START_TEST(each_run_begins_when_a_job_is_free)
{
	static const double s[] = { 5, 1, 4, 4, 2 };
	ck_assert_double_eq(night_schedule(l.a, s, 0, 0, 2), 0);
	ck_assert_double_eq(night_schedule(l.a, s, 5, 0, 1), 16);
	ck_assert_double_eq(night_schedule(l.a, s, 5, 2, 2), 9);
	ck_assert_double_eq(night_schedule(l.a, s, 5, 0, 3), 6);
	ck_assert_double_eq(night_schedule(l.a, s, 5, 0, 9), 5);
	/* More run than there are jobs: of another tlrun. */
	ck_assert_double_eq(night_schedule(l.a, s, 5, 3, 1), 11);
}
END_TEST

Suite *
suite_night_progress(void)
{
	Suite *s = suite_create("night_progress");
	TCase *c = tcase_create("night_progress");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, every_run_is_in_the_state_its_folder_says);
	tcase_add_test(c, what_is_older_than_the_batch_is_to_be_done_again);
	tcase_add_test(c, estimates_are_scaled_by_what_done_runs_took);
	tcase_add_test(c, before_any_run_is_done_the_pace_of_those_under_way_counts);
	tcase_add_test(c, an_ended_batch_is_not_alive);
	tcase_add_test(c, each_run_begins_when_a_job_is_free);
	suite_add_tcase(s, c);
	return s;
}
