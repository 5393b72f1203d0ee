/* The index of runs: what is kept is what the records say, whatever happens to it. */
#include <math.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/run_index.h"

#define HASH "aaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef01234567"

static struct lab l;
static const char *folder[3];

static void
setup(void)
{
	lab_open(&l);
	for (uint64_t i = 0; i < 3; i++) {
		lab_record(&l, "x", HASH, i + 1, "1");
		folder[i] = lab_path(&l, arena_printf(l.a, "results/x/aaaaaaaa/seed-%d", (int)i + 1));
	}
}

static void
teardown(void)
{
	lab_close(&l);
}

/* Asked in any order; the second is the damaged one where there is one. */
static void
asked(bool damaged)
{
	static const int order[] = { 2, 0, 1 };
	struct run_index *x = run_index_open(l.results);
	struct run_brief b;
	for (int i = 0; i < 3; i++) {
		ck_assert(run_index_get(x, folder[order[i]], &b));
		ck_assert_int_eq(b.whole, !(damaged && order[i] == 1));
		if (!b.whole) continue;
		ck_assert_str_eq(b.metric, "accuracy");
		ck_assert(b.test == 0.5 && b.epochs == 0);
	}
	ck_assert(!run_index_get(x, lab_path(&l, "results/x/aaaaaaaa/seed-9"), &b));
	run_index_close(x);
}

static const char *
kept(void)
{
	return lab_read(&l, lab_path(&l, "results/.index"));
}

START_TEST(what_is_kept_is_what_the_records_say)
{
	asked(false);
	const char *const first = kept();
	asked(false);
	ck_assert_str_eq(kept(), first);
	ck_assert_ptr_nonnull(strstr(first, "\nx/aaaaaaaa/seed-1\t"));
}
END_TEST

START_TEST(what_changed_is_read_again)
{
	asked(false);
	tmpdir_write(&l.dir, "results/x/aaaaaaaa/seed-2/result.json", "{", 1);
	asked(true);
	asked(true);
	lab_record(&l, "x", HASH, 2, "1");
	asked(false);
}
END_TEST

/* Another number in each line, and the digest of that where it is to be believed. */
static int
epochs_of_a_changed_index(bool sealed)
{
	struct run_brief b;
	asked(false);
	char *const text = arena_strdup(l.a, kept()), *const rows = strchr(text, '\n') + 1;
	for (char *s = rows; (s = strstr(s, "\t0.5\t0\n")); s++)
		s[5] = '7';
	char digest[HASH_HEX];
	hash_of(rows, strlen(rows), digest);
	if (sealed) memcpy(rows - HASH_HEX, digest, HASH_HEX - 1);
	tmpdir_write(&l.dir, "results/.index", text, strlen(text));
	struct run_index *x = run_index_open(l.results);
	ck_assert(run_index_get(x, folder[1], &b));
	run_index_close(x);
	return b.epochs;
}

/* A number that only the index can have shows that it was asked. */
START_TEST(what_did_not_change_is_not_read)
{
	ck_assert_int_eq(epochs_of_a_changed_index(true), 7);
}
END_TEST

START_TEST(an_index_that_was_changed_is_not_believed)
{
	ck_assert_int_eq(epochs_of_a_changed_index(false), 0);
	ck_assert_ptr_null(strstr(kept(), "\t7\n"));
}
END_TEST

START_TEST(a_run_that_is_gone_leaves_the_index)
{
	asked(false);
	file_remove(lab_path(&l, "results/x/aaaaaaaa/seed-2/result.json"));
	struct run_index *x = run_index_open(l.results);
	struct run_brief b;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(run_index_get(x, folder[i], &b), i != 1);
	run_index_close(x);
	ck_assert_ptr_null(strstr(kept(), "seed-2"));
	ck_assert_ptr_nonnull(strstr(kept(), "seed-3"));
}
END_TEST

START_TEST(any_other_file_there_is_an_empty_index)
{
	static const char *const bad[] = { "", "x", "tlrun 0.1.0 index 1", "\n\n\n",
		"tlrun 0.0.1 index 1\nx/aaaaaaaa/seed-1\t1\t2\t3\t4\t1\taccuracy\t0.5\t2\n" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tmpdir_write(&l.dir, "results/.index", bad[i], strlen(bad[i]));
		asked(false);
	}
	/* Lines that are cut, of another shape, and out of order. */
	const char *const whole = kept(), *const head_end = strchr(whole, '\n');
	const char *const mixed = arena_printf(l.a, "%s\n\t\t\t\nx\t1\t2\t3\t4\t1\ta\t-\t1\nb%s",
		whole, head_end);
	tmpdir_write(&l.dir, "results/.index", mixed, strlen(mixed));
	asked(false);
	for (size_t cut = strlen(whole); cut > 0; cut -= cut > 7 ? 7 : cut) {
		tmpdir_write(&l.dir, "results/.index", whole, cut);
		asked(false);
	}
}
END_TEST

Suite *
suite_run_index(void)
{
	Suite *s = suite_create("run_index");
	TCase *c = tcase_create("run_index");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_is_kept_is_what_the_records_say);
	tcase_add_test(c, what_changed_is_read_again);
	tcase_add_test(c, what_did_not_change_is_not_read);
	tcase_add_test(c, an_index_that_was_changed_is_not_believed);
	tcase_add_test(c, a_run_that_is_gone_leaves_the_index);
	tcase_add_test(c, any_other_file_there_is_an_empty_index);
	suite_add_tcase(s, c);
	return s;
}
