/* Which run of a batch begins when: order, sources, memory, locks; and the command line of one. */
#include <string.h>

#include "run/batch_parts.h"
#include "run/suites.h"
#include "tlrun/arena.h"

static struct batch_run run[4];
static const struct batch b = { .n = 4, .run = run };

static void
setup(void)
{
	for (int i = 0; i < 4; i++)
		run[i] = (struct batch_run){ .source = -1, .memory = 100 };
}

START_TEST(runs_begin_in_their_order)
{
	ck_assert_int_eq(queue_next(&b, 1000, 0), 0);
	run[0].state = BATCH_RUNNING;
	ck_assert_int_eq(queue_next(&b, 1000, 0), 1);
	for (int i = 0; i < 4; i++)
		run[i].state = BATCH_DONE;
	ck_assert_int_eq(queue_next(&b, 1000, 0), -1);
}
END_TEST

START_TEST(what_starts_from_another_waits_for_it)
{
	run[1].source = 0;
	run[0].state = BATCH_RUNNING;
	ck_assert_int_eq(queue_next(&b, 1000, 0), 2);
	run[0].state = BATCH_DONE;
	ck_assert_int_eq(queue_next(&b, 1000, 0), 1);
}
END_TEST

START_TEST(what_does_not_fit_beside_the_others_waits_and_alone_it_begins)
{
	run[0].state = BATCH_RUNNING;
	run[1].memory = 901;
	run[2].memory = 900;
	ck_assert_int_eq(queue_next(&b, 1000, 0), 2);
	ck_assert_int_eq(queue_next(&b, 150, 0), -1);
	run[0].state = BATCH_DONE;
	ck_assert_int_eq(queue_next(&b, 150, 0), 1);
}
END_TEST

START_TEST(what_another_tlrun_holds_is_left_for_later)
{
	run[0].held = 10;
	ck_assert_int_eq(queue_next(&b, 1000, 9), 1);
	ck_assert_int_eq(queue_next(&b, 1000, 10), 0);
}
END_TEST

START_TEST(what_starts_from_a_failed_run_is_an_orphan_and_so_is_what_starts_from_that)
{
	run[1].source = 0;
	run[2].source = 1;
	ck_assert_int_eq(queue_orphan(&b), -1);
	run[0].state = BATCH_FAILED;
	ck_assert_int_eq(queue_orphan(&b), 1);
	run[1].state = BATCH_NOT_RUN;
	ck_assert_int_eq(queue_orphan(&b), 2);
	run[2].state = BATCH_NOT_RUN;
	ck_assert_int_eq(queue_orphan(&b), -1);
}
END_TEST

/* The words of a run's command, one space between. */
static const char *
command_of(struct arena *a, const struct experiment *x, struct experiment *const *all, int n,
	const struct batch_options *o)
{
	const char *const *word = batch_command(a, x, 7, all, n, o);
	const char *text = word[0];
	for (int i = 1; word[i]; i++)
		text = arena_printf(a, "%s %s", text, word[i]);
	return text;
}

START_TEST(a_command_stands_for_itself)
{
	static const char *const own[] = { "sweep=null", "name=t" }, *const given[] = { "seed=1" };
	struct arena *a = arena_new();
	struct start_source from = { .name = "s", .config_hash = "h" };
	struct experiment s = { .path = "-s.yaml", .name = "s", .config_hash = "h" };
	struct experiment t = { .path = "t.yaml", .name = "t", .n_overrides = 2, .overrides = own };
	struct experiment *const all[] = { &s, &t };
	const struct batch_options o = { .run = { .results = "r", .no_cache = true, .rerun = true },
		.overrides = given, .n_overrides = 1, .data = "d", .threads = 3, .jobs = 2 };
	ck_assert_str_eq(command_of(a, &s, all, 2, &o),
		"tlrun run ./-s.yaml seed=1 --seeds 7 --results r --data d --threads 3 --no-cache");
	ck_assert_str_eq(command_of(a, &t, all, 2, &o), "tlrun run t.yaml seed=1 sweep=null name=t "
		"--seeds 7 --results r --data d --threads 3 --no-cache");
	t.source = &from;
	ck_assert_str_eq(command_of(a, &t, all, 2, &o), "tlrun run t.yaml ./-s.yaml seed=1 --only t "
		"--seeds 7 --results r --data d --threads 3 --no-cache");
	arena_free(a);
}
END_TEST

Suite *
suite_batch_queue(void)
{
	Suite *s = suite_create("batch_queue");
	TCase *c = tcase_create("batch_queue");
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, runs_begin_in_their_order);
	tcase_add_test(c, what_starts_from_another_waits_for_it);
	tcase_add_test(c, what_does_not_fit_beside_the_others_waits_and_alone_it_begins);
	tcase_add_test(c, what_another_tlrun_holds_is_left_for_later);
	tcase_add_test(c, what_starts_from_a_failed_run_is_an_orphan_and_so_is_what_starts_from_that);
	tcase_add_test(c, a_command_stands_for_itself);
	suite_add_tcase(s, c);
	return s;
}
