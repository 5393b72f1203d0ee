/* Where weights are looked for, and what is said when they are nowhere. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/weights.h"
#include "weights/suites.h"

static struct tmpdir dir;
static struct arena *arena;

static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
	unsetenv("TLRUN_WEIGHTS");
	unsetenv("TLRUN_DATA");
	setenv("XDG_CACHE_HOME", "/nowhere/cache", 1);
	setenv("HOME", "/nowhere", 1);
}

static void
teardown(void)
{
	arena_free(arena);
	tmpdir_remove(&dir);
}

static const char *
found(const char *data)
{
	const char *path = NULL;
	struct err e = ERR_INIT;
	ck_assert_msg(weights_find(arena, "w.h5", data, NULL, &path, &e) == OK, "%s", e.message);
	return path;
}

START_TEST(folders_are_searched_in_their_order)
{
	const char *const home = arena_strdup(arena, tmpdir_write(&dir, "h/.keras/models/w.h5", "", 0));
	setenv("HOME", arena_printf(arena, "%s/h", dir.path), 1);
	ck_assert_str_eq(found(NULL), home);
	const char *const cache = arena_strdup(arena, tmpdir_write(&dir, "c/tlrun/w.h5", "", 0));
	setenv("XDG_CACHE_HOME", arena_printf(arena, "%s/c", dir.path), 1);
	ck_assert_str_eq(found(NULL), cache);
	const char *const root = arena_strdup(arena, tmpdir_write(&dir, "d/weights/w.h5", "", 0));
	setenv("TLRUN_DATA", arena_printf(arena, "%s/d", dir.path), 1);
	ck_assert_str_eq(found(NULL), root);
	const char *const own = arena_strdup(arena, tmpdir_write(&dir, "own/w.h5", "", 0));
	setenv("TLRUN_WEIGHTS", arena_printf(arena, "%s/own", dir.path), 1);
	ck_assert_str_eq(found(NULL), own);
	const char *const data = arena_strdup(arena, tmpdir_write(&dir, "o/w.h5", "", 0));
	ck_assert_str_eq(found(arena_printf(arena, "%s/o", dir.path)), data);
}
END_TEST

START_TEST(nowhere_says_where_and_what_brings_it)
{
	const char *path = "";
	struct err e = ERR_INIT;
	ck_assert_int_eq(weights_find(arena, "w.h5", "/x", "mobilenet_v2", &path, &e), ERR_DATA);
	ck_assert_ptr_null(path);
	ck_assert_str_eq(e.message, "weights w.h5 were not found: `tlrun weights get mobilenet_v2` "
		"brings them; looked in the folders, and their folders weights, of /x, data, "
		"/nowhere/cache/tlrun, /nowhere/.keras/models, /usr/share/tlrun/weights");
	e = ERR_INIT;
	ck_assert_int_eq(weights_find(arena, "w.h5", NULL, NULL, &path, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, "give its path"), "%s", e.message);
}
END_TEST

START_TEST(a_folder_of_the_name_is_not_the_file)
{
	const char *path;
	struct err e = ERR_INIT;
	tmpdir_write(&dir, "w.h5/x", "", 0);
	ck_assert_int_eq(weights_find(arena, "w.h5", dir.path, NULL, &path, &e), ERR_DATA);
}
END_TEST

Suite *
suite_weights_find(void)
{
	Suite *s = suite_create("weights_find");
	TCase *c = tcase_create("weights_find");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, folders_are_searched_in_their_order);
	tcase_add_test(c, nowhere_says_where_and_what_brings_it);
	tcase_add_test(c, a_folder_of_the_name_is_not_the_file);
	suite_add_tcase(s, c);
	return s;
}
