/* Sweeps from a results folder alone: the same tables again, and damaged files are errors. */
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/sweep.h"

#define A "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"
#define B "bbbbbbbb0123456789abcdef0123456789abcdef0123456789abcdef01234567"
#define C "cccccccc0123456789abcdef0123456789abcdef0123456789abcdef01234567"

static struct lab l;

/* Three trials in the order of their file, of which the second has no run; the keys' last parts
 * are the same. */
static void
setup(void)
{
	static const char *const keys[] = { "x.rate", "y.rate" }, *const labels[] = { "?", "?" };
	static const char *const value[3][2] = { { "1", "a, b" }, { "2", "a, b" }, { "3", "c" } };
	static const char *const hash[] = { A, B, C };
	struct sweep_row row[3] = { { 0 } };
	lab_open(&l);
	for (int i = 0; i < 3; i++) {
		row[i] = (struct sweep_row){ .name = arena_printf(l.a, "s-%d", i), .config_hash = hash[i],
			.value = value[i] };
		struct record_set *set = NULL;
		if (i == 1) continue;
		lab_record(&l, row[i].name, hash[i], 1, "1");
		ck_assert(rundir_records(l.a, rundir_new(l.a, l.results, row[i].name, hash[i], 0)->config,
			&set, NULL, &l.err) == OK);
		row[i].set = set;
	}
	const struct sweep_sheet s = { .name = "s", .metric = "test_accuracy", .test = true,
		.keys = 2, .key = keys, .label = labels, .n = 3, .same = 4, .row = row };
	ck_assert(sweep_put(l.a, &s, l.results, &l.err) == OK);
}

static void
teardown(void)
{
	lab_close(&l);
}

static struct sweep_sheet *
again(void)
{
	struct sweep_sheet *s;
	ck_assert_msg(sweep_read(l.a, l.results, "s", &s, &l.err) == OK, "%s", l.err.message);
	return s;
}

static const char *
written(const char *name)
{
	return lab_read(&l, lab_path(&l, arena_printf(l.a, "results/s/%s", name)));
}

START_TEST(a_sweep_is_what_was_written)
{
	const struct sweep_sheet *const s = again();
	ck_assert_str_eq(s->name, "s");
	ck_assert_str_eq(s->metric, "test_accuracy");
	ck_assert(s->test && !s->lower);
	ck_assert_int_eq(s->same, 4);
	ck_assert_int_eq(s->keys, 2);
	ck_assert_str_eq(s->label[0], "x.rate");
	ck_assert_str_eq(s->label[1], "y.rate");
	ck_assert_int_eq(s->n, 3);
	/* Equal ones stand in the file's order, and the one without a run last; the rows do not. */
	ck_assert_ptr_nonnull(strstr(written("sweep.csv"), "\n2,s-2,"));
	for (int i = 0; i < 3; i++) {
		ck_assert_str_eq(s->row[i].name, arena_printf(l.a, "s-%d", i));
		ck_assert_int_eq(s->row[i].set != NULL, i != 1);
		ck_assert_int_eq(s->row[i].metric, i != 1 ? 0 : -1);
	}
	ck_assert_str_eq(s->row[2].value[1], "c");
	const char *const names[] = { "sweep.json", "sweep.csv" };
	const char *const before[] = { written(names[0]), written(names[1]) };
	ck_assert(sweep_put(l.a, s, l.results, &l.err) == OK);
	for (int i = 0; i < 2; i++)
		ck_assert_str_eq(written(names[i]), before[i]);
}
END_TEST

START_TEST(a_run_that_came_later_is_ranked)
{
	lab_record(&l, "s-1", B, 1, "1");
	ck_assert(sweep_put(l.a, again(), l.results, &l.err) == OK);
	ck_assert_ptr_nonnull(strstr(written("sweep.csv"), "\n2,s-1,"));
	ck_assert_ptr_nonnull(strstr(written("sweep.csv"), "\n3,s-2,"));
}
END_TEST

START_TEST(sweeps_are_found_by_their_file)
{
	const char *const *names;
	size_t n;
	ck_assert(sweep_list(l.a, l.results, &names, &n, &l.err) == OK);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(names[0], "s");
	ck_assert(sweep_stands(l.a, l.results, "s"));
	ck_assert(!sweep_stands(l.a, l.results, "s-0"));
	ck_assert(!sweep_stands(l.a, l.results, "../results/s"));
}
END_TEST

/* One piece of the good file exchanged for another; what is said contains words. */
static const struct { const char *from, *to, *words; } damages[] = {
	{ "{", "[", "sweep.json" },
	{ "\"format\": 1", "\"format\": 2", "\"format\"" },
	{ "\"name\": \"s\"", "\"name\": \"t\"", "the name of its folder" },
	{ "\"test_accuracy\"", "3", "\"metric\"" },
	{ "\"maximize\"", "\"more\"", "\"goal\"" },
	{ "\"same\": 4", "\"same\": -4", "\"same\"" },
	{ "\"trials\"", "\"trails\"", "\"trials\"" },
	{ "\"trial\": 1", "\"trial\": 3", "\"trial\"" },
	{ "\"trial\": 1", "\"trial\": 99999999999", "\"trial\"" },
	{ "\"name\": \"s-2\"", "\"name\": \"../s-2\"", "the name of a trial" },
	{ "\"name\": \"s-2\"", "\"name\": \"..\"", "the name of a trial" },
	{ "\"cccccccc", "\"cccccc/c", "\"configuration\"" },
	{ "\"cccccccc", "\"c", "\"configuration\"" },
	{ "\"y.rate\": \"c\"", "\"y.rates\": \"c\"", "\"y.rate\"" },
	{ "\"y.rate\": \"c\"", "\"y.rate\": 7", "\"y.rate\"" },
	{ ",\n        \"y.rate\": \"c\"", "", "\"values\"" },
};

START_TEST(damaged_files_are_errors)
{
	const char *const good = written("sweep.json");
	const char *const from = damages[_i].from, *const at = strstr(good, from);
	struct sweep_sheet *s;
	ck_assert_ptr_nonnull(at);
	const char *const bad = arena_printf(l.a, "%.*s%s%s", (int)(at - good), good, damages[_i].to,
		at + strlen(from));
	tmpdir_write(&l.dir, "results/s/sweep.json", bad, strlen(bad));
	ck_assert_int_eq(sweep_read(l.a, l.results, "s", &s, &l.err), ERR_DATA);
	ck_assert_msg(strstr(l.err.message, damages[_i].words) != NULL, "%s", l.err.message);
}
END_TEST

/* Files of an earlier tlrun do not say the place of a trial. */
START_TEST(without_places_trials_stand_as_in_the_file)
{
	struct str text = STR_INIT;
	for (const char *t = written("sweep.json"); *t;) {
		const size_t line = strcspn(t, "\n") + 1;
		if (!strstr(arena_strndup(l.a, t, line), "\"trial\":")) str_add_len(&text, t, line);
		t += line;
	}
	tmpdir_write(&l.dir, "results/s/sweep.json", text.data, text.len);
	str_free(&text);
	const struct sweep_sheet *const s = again();
	ck_assert_str_eq(s->row[0].name, "s-0");
	ck_assert_str_eq(s->row[1].name, "s-2");
	ck_assert_str_eq(s->row[2].name, "s-1");
}
END_TEST

Suite *
suite_sweep_read(void)
{
	Suite *s = suite_create("sweep_read");
	TCase *c = tcase_create("sweep_read");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_sweep_is_what_was_written);
	tcase_add_test(c, a_run_that_came_later_is_ranked);
	tcase_add_test(c, sweeps_are_found_by_their_file);
	tcase_add_loop_test(c, damaged_files_are_errors, 0,
		(int)(sizeof damages / sizeof *damages));
	tcase_add_test(c, without_places_trials_stand_as_in_the_file);
	suite_add_tcase(s, c);
	return s;
}
