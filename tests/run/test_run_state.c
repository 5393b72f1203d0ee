/* state.json: what a run tells is what others read. */
#include <string.h>
#include <unistd.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/run_state.h"

#define HASH "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"

static struct lab l;
static struct rundir *d;
static struct run_state_teller t;
static struct run_state s;

static const struct run_state_phase plan[] = { { "frozen", 4, 7 } };

static void
setup(void)
{
	lab_open(&l);
	d = rundir_new(l.a, l.results, "x", HASH, 1);
	ck_assert_msg(rundir_open(d, &l.err) == OK, "%s", l.err.message);
	ck_assert(run_state_begin(&t, d, plan, 1, &l.err) == OK);
}

static void
teardown(void)
{
	rundir_close(d);
	lab_close(&l);
}

static void
read_state(void)
{
	ck_assert(run_state_read(l.a, d->seed, &s));
}

START_TEST(what_a_run_tells_is_read)
{
	read_state();
	ck_assert_str_eq(s.state, "running");
	ck_assert(!s.message && !s.phase && s.epoch == 0 && s.epochs == 4 && s.pid == getpid());
	run_state_enter(&t, 0);
	run_state_step(&t, 1, 3, 10);
	t.written -= 2;
	run_state_epoch(&t, 1);
	read_state();
	ck_assert_str_eq(s.phase, "frozen");
	ck_assert(s.epoch == 2 && s.step == 10 && s.steps == 10);
	ck_assert_double_eq_tol(s.share, 0.5, 1e-12);
	ck_assert_double_eq_tol(s.share_before, (1 + 0.2) / 4, 1e-12);
	ck_assert(s.seconds >= 0 && strlen(s.updated) == 20 && s.host);
}
END_TEST

/* Two epochs of a hundredth of the work each, then two that make up the rest. */
START_TEST(phases_count_by_their_work)
{
	static const struct run_state_phase two[] = { { "head", 2, 2 }, { "all", 2, 98 } };
	ck_assert(run_state_begin(&t, d, two, 2, &l.err) == OK);
	run_state_enter(&t, 0);
	t.written -= 2;
	run_state_epoch(&t, 0);
	read_state();
	ck_assert_double_eq_tol(s.share, 0.01, 1e-12);
	run_state_epoch(&t, 1);
	run_state_enter(&t, 1);
	read_state();
	ck_assert_double_eq_tol(s.share, 0.02, 1e-12);
	t.written -= 20;
	run_state_step(&t, 2, 5, 10);
	read_state();
	ck_assert_double_eq_tol(s.share, 0.02 + 0.98 / 4, 1e-12);
	ck_assert(s.epoch == 3 && s.epochs == 4);
}
END_TEST

/* The first phase stopped after one of its two epochs: the second begins at epoch 1. */
START_TEST(a_phase_after_one_that_stopped_early_counts_from_its_start)
{
	static const struct run_state_phase two[] = { { "head", 2, 2 }, { "all", 2, 98 } };
	ck_assert(run_state_begin(&t, d, two, 2, &l.err) == OK);
	run_state_enter(&t, 1);
	t.written -= 20;
	run_state_step(&t, 1, 5, 10);
	read_state();
	ck_assert_double_eq_tol(s.share, 0.02 + 0.98 / 4, 1e-12);
	t.written -= 2;
	run_state_epoch(&t, 2);
	read_state();
	ck_assert_double_eq_tol(s.share, 1, 1e-12);
}
END_TEST

START_TEST(within_an_epoch_it_is_written_now_and_then)
{
	run_state_step(&t, 0, 1, 10);
	read_state();
	ck_assert_int_eq(s.step, 0);
	t.written -= 11;
	run_state_step(&t, 0, 2, 10);
	read_state();
	ck_assert_int_eq(s.step, 2);
	ck_assert_double_eq_tol(s.share, 0.05, 1e-12);
	ck_assert_double_eq(s.share_before, 0);
}
END_TEST

START_TEST(running_is_who_holds_the_lock)
{
	run_state_stage(&t, "train");
	rundir_close(d);
	read_state();
	ck_assert_str_eq(s.state, "interrupted");
	run_state_end(&t, "failed", "out of \"luck\"");
	read_state();
	ck_assert_str_eq(s.state, "failed");
	ck_assert_str_eq(s.message, "out of \"luck\"");
	ck_assert_str_eq(s.stage, "train");
}
END_TEST

START_TEST(a_run_that_died_keeps_what_it_told_last)
{
	t.written -= 2;
	run_state_epoch(&t, 2);
	rundir_close(d);
	ck_assert(run_state_died(d->seed, "killed by signal 9", &l.err) == OK);
	read_state();
	ck_assert_str_eq(s.state, "failed");
	ck_assert_str_eq(s.message, "killed by signal 9");
	ck_assert(s.epoch == 3 && s.pid == getpid());
	const char *const other = lab_path(&l, "results/y/aaaaaaaa/seed-1");
	ck_assert(run_state_died(other, "never began", &l.err) == OK);
	ck_assert(run_state_read(l.a, other, &s) && !strcmp(s.message, "never began"));
}
END_TEST

START_TEST(what_cannot_be_read_is_no_state)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"state\": 1}", "{\"state\": \"x\"" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-1/state.json", bad[i], strlen(bad[i]));
		ck_assert(!run_state_read(l.a, d->seed, &s));
	}
	file_remove(rundir_file(l.a, d, "state.json"));
	ck_assert(!run_state_read(l.a, d->seed, &s));
}
END_TEST

/* Counts and shares in their ranges, or 0: an estimate works with them. */
START_TEST(figures_that_no_run_has_are_read_as_zero)
{
	static const char text[] = "{\"state\": \"failed\", \"epoch\": 9223372036854775807, "
		"\"epochs\": -1, \"step\": 4294967297, \"steps\": 7, \"share\": 1e300, "
		"\"share_before\": -1, \"seconds\": 1e300}";
	ck_assert(file_write(rundir_file(l.a, d, "state.json"), text, sizeof text - 1, &l.err) == OK);
	read_state();
	ck_assert(s.epoch == 0 && s.epochs == 0 && s.step == 0 && s.steps == 7);
	ck_assert(s.share == 0 && s.share_before == 0 && s.seconds == 0);
}
END_TEST

Suite *
suite_run_state(void)
{
	Suite *suite = suite_create("run_state");
	TCase *c = tcase_create("run_state");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_a_run_tells_is_read);
	tcase_add_test(c, phases_count_by_their_work);
	tcase_add_test(c, a_phase_after_one_that_stopped_early_counts_from_its_start);
	tcase_add_test(c, within_an_epoch_it_is_written_now_and_then);
	tcase_add_test(c, running_is_who_holds_the_lock);
	tcase_add_test(c, a_run_that_died_keeps_what_it_told_last);
	tcase_add_test(c, what_cannot_be_read_is_no_state);
	tcase_add_test(c, figures_that_no_run_has_are_read_as_zero);
	suite_add_tcase(suite, c);
	return suite;
}
