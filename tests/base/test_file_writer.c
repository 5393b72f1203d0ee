/* Files written whole or not at all. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/suites.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"

static struct tmpdir dir;

static void
writer_setup(void)
{
	tmpdir_make(&dir);
}

static void
writer_teardown(void)
{
	tmpdir_remove(&dir);
}

static void
writer_expect(const char *path, const void *data, size_t size)
{
	struct str s = STR_INIT;
	ck_assert_int_eq(file_read(path, 1 << 24, &s, ERR_IO, NULL), OK);
	ck_assert_uint_eq(s.len, size);
	ck_assert_mem_eq(str_text(&s), data, size);
	str_free(&s);
}

/* How many files are in the folder: what is temporary must be gone. */
static size_t
writer_count(void)
{
	struct arena *a = arena_new();
	const char *const *names;
	size_t n;
	ck_assert_int_eq(file_list(dir.path, a, &names, &n, ERR_IO, NULL), OK);
	arena_free(a);
	return n;
}

START_TEST(file_is_written_and_replaced)
{
	const char *path = tmpdir_path(&dir, "f");
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_write(path, "old", 3, &e), OK);
	writer_expect(path, "old", 3);
	ck_assert_int_eq(file_write(path, "newer", 5, &e), OK);
	writer_expect(path, "newer", 5);
	ck_assert_int_eq(file_write(path, NULL, 0, &e), OK);
	writer_expect(path, "", 0);
	ck_assert_uint_eq(writer_count(), 1);
	/* Without a folder in its name it goes to the current one. */
	ck_assert_int_eq(chdir(dir.path), 0);
	ck_assert_int_eq(file_write("here", "x", 1, &e), OK);
	writer_expect(tmpdir_path(&dir, "here"), "x", 1);
}
END_TEST

START_TEST(file_has_the_rights_of_a_new_file)
{
	struct stat st;
	const char *path = tmpdir_path(&dir, "f");
	umask(022);
	ck_assert_int_eq(file_write(path, "x", 1, NULL), OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0644);
}
END_TEST

START_TEST(pieces_of_all_sizes_follow_each_other)
{
	const size_t sizes[] = { 1, 0, 65535, 65536, 65537, 3, 200000, 10, 65526, 1 };
	struct str all = STR_INIT;
	struct file_writer *w;
	const char *path = tmpdir_path(&dir, "f");
	ck_assert_int_eq(file_writer_open(&w, path, NULL), OK);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		const size_t from = all.len;
		for (size_t j = 0; j < sizes[i]; j++)
			str_add_char(&all, (char)((from + j) * 31 % 127));
		ck_assert_int_eq(file_writer_add(w, str_text(&all) + from, sizes[i], NULL), OK);
		ck_assert(!file_exists(path));
	}
	ck_assert_int_eq(file_writer_commit(w, NULL), OK);
	writer_expect(path, all.data, all.len);
	str_free(&all);
}
END_TEST

START_TEST(abandoned_file_leaves_the_old_one)
{
	struct file_writer *w;
	const char *path = tmpdir_write(&dir, "f", "old", 3);
	ck_assert_int_eq(file_writer_open(&w, path, NULL), OK);
	ck_assert_int_eq(file_writer_add(w, "new", 3, NULL), OK);
	file_writer_abandon(w);
	writer_expect(path, "old", 3);
	ck_assert_uint_eq(writer_count(), 1);
	file_writer_abandon(NULL);
}
END_TEST

START_TEST(two_writers_do_not_mix)
{
	struct file_writer *a, *b;
	const char *path = tmpdir_path(&dir, "f");
	ck_assert_int_eq(file_writer_open(&a, path, NULL), OK);
	ck_assert_int_eq(file_writer_open(&b, path, NULL), OK);
	ck_assert_int_eq(file_writer_add(a, "aaaa", 4, NULL), OK);
	ck_assert_int_eq(file_writer_add(b, "bb", 2, NULL), OK);
	ck_assert_int_eq(file_writer_commit(a, NULL), OK);
	writer_expect(path, "aaaa", 4);
	ck_assert_int_eq(file_writer_commit(b, NULL), OK);
	writer_expect(path, "bb", 2);
	ck_assert_uint_eq(writer_count(), 1);
}
END_TEST

/* A limit on the size of files stands in for a disk that is full: write fails in the same way. */
START_TEST(full_disk_names_the_file_and_its_bytes)
{
	static char data[100000];
	const char *path = tmpdir_write(&dir, "f", "old", 3);
	const struct rlimit limit = { 70000, 70000 };
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_write(path, data, sizeof data, &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, path));
	ck_assert_ptr_nonnull(strstr(e.message, "needs 100000 bytes: File too large"));
	writer_expect(path, "old", 3);
	ck_assert_uint_eq(writer_count(), 1);
	/* Small pieces fail at the latest when they are committed. */
	struct file_writer *w;
	e = ERR_INIT;
	ck_assert_int_eq(file_writer_open(&w, path, &e), OK);
	enum status result = OK;
	for (int i = 0; i < 75 && result == OK; i++)
		result = file_writer_add(w, data, 1000, &e);
	if (result == OK)
		result = file_writer_commit(w, &e);
	else
		file_writer_abandon(w);
	ck_assert_int_eq(result, ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, "File too large"));
	writer_expect(path, "old", 3);
	ck_assert_uint_eq(writer_count(), 1);
}
END_TEST

START_TEST(where_nothing_can_be_written_is_named)
{
	tmpdir_write(&dir, "file", "", 0);
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_write(tmpdir_path(&dir, "no/f"), "x", 1, &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, "no/f: "));
	ck_assert_ptr_nonnull(strstr(e.message, "No such file or directory"));
	e = ERR_INIT;
	ck_assert_int_eq(file_write(tmpdir_path(&dir, "file/f"), "x", 1, &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, "Not a directory"));
	/* A folder in the place of the file is found at the rename. */
	e = ERR_INIT;
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "folder/x"), NULL), OK);
	ck_assert_int_eq(file_write(tmpdir_path(&dir, "folder"), "x", 1, &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, "folder: "));
	ck_assert_uint_eq(writer_count(), 2);
}
END_TEST

Suite *
suite_file_writer(void)
{
	Suite *s = suite_create("file_writer");
	TCase *t = tcase_create("file_writer");
	tcase_add_checked_fixture(t, writer_setup, writer_teardown);
	tcase_add_test(t, file_is_written_and_replaced);
	tcase_add_test(t, file_has_the_rights_of_a_new_file);
	tcase_add_test(t, pieces_of_all_sizes_follow_each_other);
	tcase_add_test(t, abandoned_file_leaves_the_old_one);
	tcase_add_test(t, two_writers_do_not_mix);
	tcase_add_test(t, full_disk_names_the_file_and_its_bytes);
	tcase_add_test(t, where_nothing_can_be_written_is_named);
	suite_add_tcase(s, t);
	return s;
}
