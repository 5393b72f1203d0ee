/* The files of batches: what is read back, what is kept, who lives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/night.h"
#include "tlrun/rundir.h"

#define HASH "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"

static struct lab l;
static struct night_run runs[2] = {
	{ "cnn", HASH, 1, "a folder/cnn \"é\".yaml", 12.5, false },
	{ "cnn", HASH, 9223372036854775807, "cnn.yaml", NAN, true },
};

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

static struct night
written(void)
{
	struct night n = { .jobs = 3, .n = 2, .run = runs };
	const enum status s = night_write(l.a, l.results, &n, &l.err);
	ck_assert_msg(s == OK, "%s", l.err.message);
	return n;
}

START_TEST(what_was_written_is_read)
{
	struct night n = written(), back;
	ck_assert_msg(night_read(l.a, l.results, n.id, &back, &l.err) == OK, "%s", l.err.message);
	ck_assert_str_eq(back.started, n.started);
	ck_assert_str_eq(back.host, n.host);
	ck_assert(back.pid == n.pid && back.jobs == 3 && back.n == 2);
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(back.run[i].name, runs[i].name);
		ck_assert_str_eq(back.run[i].config_hash, HASH);
		ck_assert(back.run[i].seed == runs[i].seed);
		ck_assert_str_eq(back.run[i].file, runs[i].file);
		ck_assert_int_eq(back.run[i].done, runs[i].done);
	}
	ck_assert(back.run[0].seconds == 12.5 && isnan(back.run[1].seconds));
	night_end(l.results, &n);
}
END_TEST

START_TEST(a_batch_lives_until_it_ends)
{
	struct night n = written();
	ck_assert(night_alive(l.a, l.results, n.id));
	ck_assert(night_alive(l.a, l.results, n.id));
	night_end(l.results, &n);
	night_end(l.results, &n);
	ck_assert(!night_alive(l.a, l.results, n.id));
	const char *const *names;
	size_t files;
	const char *const folder = lab_path(&l, "results/batches");
	ck_assert(file_list(folder, l.a, &names, &files, ERR_IO, &l.err) == OK);
	ck_assert_uint_eq(files, 1);
}
END_TEST

START_TEST(the_last_batches_are_kept_and_those_that_live)
{
	const char *const *ids;
	size_t n;
	for (int i = 0; i < 2 * NIGHT_KEPT; i++) {
		const char *const name =
			arena_printf(l.a, "results/batches/20200101T0000%02dZ-1.json", i);
		tmpdir_write(&l.dir, name, "{}", 2);
	}
	const int alive = file_lock(lab_path(&l, "results/batches/20200101T000002Z-1.lock"));
	ck_assert_int_ge(alive, 0);
	struct night now = written();
	ck_assert(night_list(l.a, l.results, &ids, &n, &l.err) == OK);
	ck_assert_uint_eq(n, NIGHT_KEPT + 1);
	ck_assert_str_eq(ids[0], "20200101T000002Z-1");
	ck_assert_str_eq(ids[1], "20200101T000009Z-1");
	ck_assert_str_eq(ids[NIGHT_KEPT], now.id);
	night_end(l.results, &now);
	file_unlock(lab_path(&l, "results/batches/20200101T000002Z-1.lock"), alive);
	now = written();
	night_end(l.results, &now);
	ck_assert(night_list(l.a, l.results, &ids, &n, &l.err) == OK && n == NIGHT_KEPT);
	ck_assert_str_ne(ids[0], "20200101T000002Z-1");
}
END_TEST

/* Three runs of a batch that was killed: one has ended since, one lives, one died. */
START_TEST(a_new_batch_removes_what_killed_ones_left)
{
	static const char *const left[] = { "cnn/aaaaaaaa/seed-1/lock",
		"cnn/aaaaaaaa/seed-1/model.safetensors.tmp.1.2", "batches/20200101T000000Z-1.lock",
		"batches/x.json.tmp.1.2", "cache/k.features.lock", "cache/k.features.tmp.1.2",
		"index.html.tmp.1.2" };
	static const char *const kept[] = { "cnn/aaaaaaaa/seed-1/checkpoint", "cache/k.features",
		"cnn/aaaaaaaa/seed-9223372036854775807/x.tmp.1.2", "batches/20200101T000000Z-1.json",
		"cnn/aaaaaaaa/seed-9223372036854775807/lock" };
	const char *const alive = lab_path(&l, arena_printf(l.a, "results/%s", kept[4]));
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (i != 3) tmpdir_write(&l.dir, arena_printf(l.a, "results/%s", kept[i]), "", 0);
	struct night killed = written();
	night_end(l.results, &killed);
	ck_assert(file_move(night_file(l.a, l.results, killed.id),
		night_file(l.a, l.results, "20200101T000000Z-1"), &l.err) == OK);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++)
		tmpdir_write(&l.dir, arena_printf(l.a, "results/%s", left[i]), "", 0);
	const int held = file_lock(alive);
	ck_assert_int_ge(held, 0);
	struct night now = written();
	for (size_t i = 0; i < sizeof left / sizeof *left; i++)
		ck_assert_msg(!file_exists(path_join(l.a, l.results, left[i])), "%s stays", left[i]);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		ck_assert_msg(file_exists(path_join(l.a, l.results, kept[i])), "%s is gone", kept[i]);
	ck_assert(rundir_locked(path_folder(l.a, alive)) && night_alive(l.a, l.results, now.id));
	file_unlock(alive, held);
	night_end(l.results, &now);
}
END_TEST

START_TEST(two_batches_of_one_second_are_two)
{
	struct night one = written(), two = written();
	ck_assert_str_ne(one.id, two.id);
	night_end(l.results, &one);
	ck_assert(night_alive(l.a, l.results, two.id));
	night_end(l.results, &two);
}
END_TEST

START_TEST(no_batch_is_no_error)
{
	const char *const *ids;
	size_t n = 1;
	ck_assert(night_list(l.a, l.results, &ids, &n, &l.err) == OK);
	ck_assert_uint_eq(n, 0);
	ck_assert(!night_alive(l.a, l.results, "x"));
}
END_TEST

START_TEST(what_is_damaged_or_newer_is_an_error)
{
	static const char *const bad[] = { "", "[]", "{\"format\": 1}", "{\"format\": 2}",
		"{\"format\": 1, \"started\": \"\", \"host\": \"\", \"pid\": 1, \"jobs\": 0, \"runs\": []}",
		("{\"format\": 1, \"started\": \"\", \"host\": \"\", \"pid\": 1, \"jobs\": 1, "
			"\"runs\": [[\"x\", \"00\", 1, \"x.yaml\", 1]]}") };
	struct night n;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tmpdir_write(&l.dir, "results/batches/x.json", bad[i], strlen(bad[i]));
		ck_assert_int_eq(night_read(l.a, l.results, "x", &n, &l.err), ERR_DATA);
	}
	ck_assert_int_eq(night_read(l.a, l.results, "y", &n, &l.err), ERR_DATA);
}
END_TEST

START_TEST(where_nothing_can_be_written_nothing_stands)
{
	struct night n = { .jobs = 1, .n = 2, .run = runs };
	tmpdir_write(&l.dir, "results", "x", 1);
	ck_assert_int_eq(night_write(l.a, l.results, &n, &l.err), ERR_IO);
	ck_assert_int_eq(n.lock, -1);
	night_end(l.results, &n);
}
END_TEST

Suite *
suite_night(void)
{
	Suite *s = suite_create("night");
	TCase *c = tcase_create("night");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_was_written_is_read);
	tcase_add_test(c, a_batch_lives_until_it_ends);
	tcase_add_test(c, the_last_batches_are_kept_and_those_that_live);
	tcase_add_test(c, a_new_batch_removes_what_killed_ones_left);
	tcase_add_test(c, two_batches_of_one_second_are_two);
	tcase_add_test(c, no_batch_is_no_error);
	tcase_add_test(c, what_is_damaged_or_newer_is_an_error);
	tcase_add_test(c, where_nothing_can_be_written_nothing_stands);
	suite_add_tcase(s, c);
	return s;
}
