/*
 * Stored features that are damaged, locked, without room or forbidden; the folder as `tlrun cache`
 * sees it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "train/cached.h"
#include "train/suites.h"

static struct tmpdir dir;
static struct rig a, b;
static const char *cache;

static void
setup(void)
{
	tmpdir_make(&dir);
	cache = tmpdir_path(&dir, "cache");
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

/* ---- files that are not believed ---- */

enum { DAMAGES = 6 };

static void
damage(struct str *all, int i)
{
	switch (i) {
	case 0: all->len = 0; break;
	case 1: all->len = 1023; break;
	case 2: all->len -= 1; break;
	case 3: all->data[100] ^= 1; break;					/* a row */
	case 4: all->data[all->len - 1000] ^= 1; break;		/* a size */
	case 5: all->data[all->len - 2] ^= 1; break;		/* the digest */
	}
}

START_TEST(damaged_features_are_noted_and_computed_anew)
{
	struct features_entry *entry;
	struct err e = ERR_INIT;
	cached_run(&a, cached_experiment, cached_frozen, cache);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	char name[160];
	snprintf(name, sizeof name, "cache/%s", entry[0].file);
	struct str all = STR_INIT;
	ck_assert_int_eq(file_read(tmpdir_path(&dir, name), 1 << 20, &all, ERR_IO, &e), OK);
	damage(&all, _i);
	tmpdir_write(&dir, name, all.data, all.len);
	str_free(&all);
	cached_run(&b, cached_experiment, cached_frozen, cache);
	ck_assert_msg(strncmp(b.notes, "damaged features are computed again: ", 37) == 0 &&
		strchr(b.notes, '\n')[1] == 0, "%s", b.notes);
	ck_assert_msg(strstr(b.notes, entry[0].file) != NULL, "%s names no file", b.notes);
	ck_assert_int_eq(b.passed, 96);
	rig_same(&a, &b);
	rig_close(&b);
	cached_run(&b, cached_experiment, cached_frozen, cache);
	ck_assert_str_eq(b.notes, "");
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* A whole file under another's name is no match for it. */
START_TEST(features_under_a_wrong_name_are_not_taken)
{
	struct features_entry *entry;
	struct err e = ERR_INIT;
	cached_run(&a, cached_experiment, cached_frozen, cache);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	struct str all = STR_INIT;
	char name[160];
	snprintf(name, sizeof name, "cache/%s", entry[1].file);
	ck_assert_int_eq(file_read(tmpdir_path(&dir, name), 1 << 20, &all, ERR_IO, &e), OK);
	snprintf(name, sizeof name, "cache/%s", entry[2].file);
	tmpdir_write(&dir, name, all.data, all.len);
	str_free(&all);
	cached_run(&b, cached_experiment, cached_frozen, cache);
	ck_assert_msg(strstr(b.notes, "other features") != NULL, "%s", b.notes);
	rig_same(&a, &b);
	rig_close(&a);
	rig_close(&b);
}
END_TEST

/* ---- what cannot be stored ---- */

/* One line, no file left, and the same bits. */
static void
goes_without(const char *words)
{
	const char *note = strstr(b.notes,
		"features are not stored but computed again in each epoch: ");
	ck_assert_msg(note == b.notes && strchr(note, '\n')[1] == 0, "%s", b.notes);
	ck_assert_msg(strstr(b.notes, words) != NULL, "%s does not say \"%s\"", b.notes, words);
	rig_same(&a, &b);
	rig_close(&a);
	rig_close(&b);
}

START_TEST(a_limit_means_computing_in_each_epoch)
{
	struct features_entry *entry;
	cached_run(&a, cached_experiment, cached_frozen, NULL);
	rig_open(&b, cached_experiment);
	rig_freeze(&b, cached_frozen);
	b.setup.cache = (struct features_cache){ cache, 96 * 7 * 4 - 1 };
	rig_ran(&b);
	/* The smaller parts fit. */
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 2);
	goes_without("the limit of the cache has 2.6 KiB left");
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_means_the_same)
{
	cached_run(&a, cached_experiment, cached_frozen, NULL);
	tmpdir_write(&dir, "cache", "no folder", 9);
	cached_run(&b, cached_experiment, cached_frozen, cache);
	goes_without("cannot make this folder");
}
END_TEST

START_TEST(a_write_that_fails_midway_leaves_nothing)
{
	struct features_entry *entry;
	cached_run(&a, cached_experiment, cached_frozen, NULL);
	signal(SIGXFSZ, SIG_IGN);
	const struct rlimit small = { 1000, 1000 };
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	cached_run(&b, cached_experiment, cached_frozen, cache);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 0);
	goes_without("cannot write this file, which needs");
}
END_TEST

/* ---- two runs at a time ---- */

static int other_lock = -1;

/* The other run dies. */
static void
let_go(struct rig *r)
{
	(void)r;
	if (other_lock >= 0) close(other_lock);
	other_lock = -1;
}

static void
stop_now(struct rig *r)
{
	r->stop_after = 0;
}

START_TEST(a_run_waits_for_another_that_computes_the_same)
{
	struct features_entry *entry;
	char name[160];
	cached_run(&a, cached_experiment, cached_frozen, cache);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	snprintf(name, sizeof name, "cache/%s", entry[0].file);
	file_remove(tmpdir_path(&dir, name));
	snprintf(name, sizeof name, "cache/%s.lock", entry[0].file);
	for (int i = 0; i < 2; i++) {
		other_lock = open(tmpdir_path(&dir, name), O_RDWR | O_CREAT, 0666);
		ck_assert_int_eq(flock(other_lock, LOCK_EX | LOCK_NB), 0);
		rig_open(&b, cached_experiment);
		rig_freeze(&b, cached_frozen);
		b.setup.cache.folder = cache;
		b.on_note = i ? let_go : stop_now;
		const enum status s = rig_run(&b);
		ck_assert_str_eq(b.notes, "waiting for a run that computes the same features\n");
		/* A stop ends the waiting; the death of the other run too. */
		ck_assert_int_eq(s, i ? OK : ERR_STOPPED);
		if (i) rig_same(&a, &b);
		rig_close(&b);
		let_go(NULL);
	}
	ck_assert(!file_exists(tmpdir_path(&dir, name)));
	rig_close(&a);
}
END_TEST

/* ---- the folder ---- */

static void
cleared(int files)
{
	long long bytes;
	int n;
	struct err e = ERR_INIT;
	ck_assert_msg(features_clear(a.x.arena, cache, &bytes, &n, &e) == OK, "%s", e.message);
	ck_assert_int_eq(n, files);
	ck_assert_int_eq(bytes > 0, files > 0);
}

START_TEST(clearing_spares_what_runs)
{
	struct features_entry *entry;
	char name[160];
	cached_run(&a, cached_experiment, cached_frozen, cache);
	cleared(0);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 3);
	trainer_free(a.trainer);
	/* What a run left that died, what one is writing, and weights. */
	snprintf(name, sizeof name, "cache/%s.tmp.1.0", entry[0].file);
	tmpdir_write(&dir, name, "half", 4);
	snprintf(name, sizeof name, "cache/%s.tmp.2.0", entry[1].file);
	tmpdir_write(&dir, name, "half", 4);
	snprintf(name, sizeof name, "cache/%s.lock", entry[1].file);
	const int lock = open(tmpdir_path(&dir, name), O_RDWR | O_CREAT, 0666);
	ck_assert_int_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
	tmpdir_write(&dir, "cache/weights-0123.safetensors", "weights", 7);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 6);
	int dead = 0, written = 0;
	for (int i = 0; i < 6; i++) {
		dead += strcmp(entry[i].what, "left by a run that died") == 0 && !entry[i].whole;
		written += strcmp(entry[i].what, "being written") == 0 && !entry[i].whole;
	}
	ck_assert(dead == 1 && written == 1);
	cleared(5);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 1);
	close(lock);
	cleared(1);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 0);
	a.trainer = NULL;
	rig_close(&a);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_empty)
{
	struct features_entry *entry;
	rig_open(&a, cached_experiment);
	ck_assert_uint_eq(cached_list(a.x.arena, cache, &entry), 0);
	cleared(0);
	rig_close(&a);
}
END_TEST

Suite *
suite_features_cache(void)
{
	Suite *s = suite_create("features_cache");
	TCase *c = tcase_create("features_cache");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, damaged_features_are_noted_and_computed_anew, 0, DAMAGES);
	tcase_add_test(c, features_under_a_wrong_name_are_not_taken);
	tcase_add_test(c, a_limit_means_computing_in_each_epoch);
	tcase_add_test(c, a_folder_that_cannot_be_made_means_the_same);
	tcase_add_test(c, a_write_that_fails_midway_leaves_nothing);
	tcase_add_test(c, a_run_waits_for_another_that_computes_the_same);
	tcase_add_test(c, clearing_spares_what_runs);
	tcase_add_test(c, a_folder_that_is_not_there_is_empty);
	suite_add_tcase(s, c);
	return s;
}
