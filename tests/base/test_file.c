/* Files read, listed, linked; paths. */
#include "tlrun/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/suites.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"

static struct tmpdir dir;

static void
file_setup(void)
{
	tmpdir_make(&dir);
}

static void
file_teardown(void)
{
	tmpdir_remove(&dir);
}

START_TEST(file_is_mapped_and_read_whole)
{
	char data[50000];
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (char)(i * 7 % 251);
	const char *path = tmpdir_write(&dir, "data", data, sizeof data);
	struct err e = ERR_INIT;
	struct file_map m;
	ck_assert_int_eq(file_map_open(&m, path, ERR_DATA, &e), OK);
	ck_assert_uint_eq(m.size, sizeof data);
	ck_assert_mem_eq(m.data, data, sizeof data);
	file_map_close(&m);
	ck_assert_ptr_null(m.data);

	struct str s = STR_INIT;
	str_add(&s, "before");
	ck_assert_int_eq(file_read(path, sizeof data, &s, ERR_DATA, &e), OK);
	ck_assert_uint_eq(s.len, 6 + sizeof data);
	ck_assert_mem_eq(s.data + 6, data, sizeof data);
	str_free(&s);
}
END_TEST

START_TEST(empty_file_is_nothing)
{
	const char *path = tmpdir_write(&dir, "empty", "", 0);
	struct file_map m;
	struct str s = STR_INIT;
	ck_assert_int_eq(file_map_open(&m, path, ERR_DATA, NULL), OK);
	ck_assert_ptr_null(m.data);
	ck_assert_uint_eq(m.size, 0);
	file_map_close(&m);
	ck_assert_int_eq(file_read(path, 0, &s, ERR_DATA, NULL), OK);
	ck_assert_str_eq(str_text(&s), "");
}
END_TEST

START_TEST(limit_is_exact_and_named)
{
	const char *path = tmpdir_write(&dir, "ten", "0123456789", 10);
	struct str s = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_read(path, 10, &s, ERR_CONFIG, &e), OK);
	str_clear(&s);
	ck_assert_int_eq(file_read(path, 9, &s, ERR_CONFIG, &e), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(e.message, path));
	ck_assert_ptr_nonnull(strstr(e.message, "9 bytes"));
	str_free(&s);
}
END_TEST

START_TEST(what_cannot_be_read_is_named)
{
	static const enum status codes[] = { ERR_DATA, ERR_IO };
	for (int i = 0; i < 2; i++) {
		const char *path = i ? dir.path : tmpdir_path(&dir, "missing");
		const char *why = i ? "expected a regular file, found a folder"
							: "No such file or directory";
		struct err e = ERR_INIT, e2 = ERR_INIT;
		struct file_map m;
		struct str s = STR_INIT;
		ck_assert_int_eq(file_map_open(&m, path, codes[i], &e), codes[i]);
		ck_assert_ptr_null(m.data);
		file_map_close(&m);
		ck_assert_ptr_nonnull(strstr(e.message, path));
		ck_assert_ptr_nonnull(strstr(e.message, why));
		ck_assert_int_eq(file_read(path, 100, &s, codes[i], &e2), codes[i]);
		ck_assert_str_eq(e2.message, e.message);
		str_free(&s);
	}
	struct file_map m;
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_map_open(&m, "/dev/null", ERR_DATA, &e), ERR_DATA);
	ck_assert_str_eq(e.message, "/dev/null: expected a regular file, found a device");
}
END_TEST

/* Opening a pipe waits for its other end, and /dev/zero has no end. */
START_TEST(pipes_sockets_and_devices_are_refused_without_waiting)
{
	const char *const pipe = tmpdir_path(&dir, "pipe"), *const socket_path = tmpdir_path(&dir, "s");
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", socket_path);
	ck_assert_int_eq(mkfifo(pipe, 0666), 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
	const struct { const char *path, *is; } cases[] = { { pipe, "found a pipe" },
		{ "/dev/zero", "found a device" }, { socket_path, "found a socket" } };
	for (int i = 0; i < 3; i++) {
		struct file_map m;
		struct str s = STR_INIT;
		struct err e = ERR_INIT, e2 = ERR_INIT;
		ck_assert_int_eq(file_map_open(&m, cases[i].path, ERR_DATA, &e), ERR_DATA);
		ck_assert_int_eq(file_read(cases[i].path, 100, &s, ERR_DATA, &e2), ERR_DATA);
		ck_assert_msg(strstr(e.message, cases[i].is) != NULL, "%s", e.message);
		ck_assert_str_eq(e.message, e2.message);
		ck_assert(!file_locked(cases[i].path));
		str_free(&s);
	}
	close(fd);
}
END_TEST

START_TEST(a_tree_lists_its_files_sorted_by_path)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	const char *const *paths;
	size_t n;
	ck_assert(file_make_folders(tmpdir_path(&dir, "t/b/c"), &e) == OK);
	ck_assert(file_make_folders(tmpdir_path(&dir, "other"), &e) == OK);
	static const char *const files[] = { "t/a", "t/b-x", "t/b/1", "t/b/c/2", "t/link/3" };
	ck_assert_int_eq(symlink("../other", tmpdir_path(&dir, "t/link")), 0);
	ck_assert_int_eq(symlink("nowhere", tmpdir_path(&dir, "t/nowhere")), 0);
	ck_assert_int_eq(mkfifo(tmpdir_path(&dir, "t/pipe"), 0666), 0);
	for (int i = 4; i >= 0; i--) tmpdir_write(&dir, files[i], "x", 1);
	ck_assert_msg(file_tree(tmpdir_path(&dir, "t"), a, &paths, &n, ERR_DATA, &e) == OK, "%s",
		e.message);
	ck_assert_uint_eq(n, 5);
	for (int i = 0; i < 5; i++) ck_assert_str_eq(paths[i], tmpdir_path(&dir, files[i]));
	/* A link to a folder above has no end. */
	ck_assert_int_eq(symlink("..", tmpdir_path(&dir, "t/b/up")), 0);
	ck_assert_int_eq(file_tree(tmpdir_path(&dir, "t"), a, &paths, &n, ERR_DATA, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, "t/b/up: this link leads back") != NULL, "%s", e.message);
	arena_free(a);
}
END_TEST

START_TEST(folders_are_made_with_their_parents)
{
	const char *path = tmpdir_path(&dir, "a/b//c");
	struct err e = ERR_INIT;
	ck_assert(!file_exists(path));
	ck_assert_int_eq(file_make_folders(path, &e), OK);
	ck_assert(file_exists(path) && file_is_folder(path));
	ck_assert_int_eq(file_make_folders(path, &e), OK);
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "a/d/"), &e), OK);
	ck_assert(file_is_folder(tmpdir_path(&dir, "a/d")));
	ck_assert_int_eq(file_make_folders("/", &e), OK);
	ck_assert_int_eq(chdir(dir.path), 0);
	ck_assert_int_eq(file_make_folders("relative/x", &e), OK);
	ck_assert(file_is_folder(tmpdir_path(&dir, "relative/x")));

	const char *file = tmpdir_write(&dir, "file", "x", 1);
	ck_assert(file_exists(file) && !file_is_folder(file));
	ck_assert_int_eq(file_make_folders(file, &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, file));
	e = ERR_INIT;
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "file/x"), &e), ERR_IO);
}
END_TEST

START_TEST(sweeping_spares_what_is_being_written)
{
	struct err e = ERR_INIT;
	struct file_writer *w;
	const char *const left = tmpdir_write(&dir, "model.tmp.1.2", "half", 4);
	const char *const other = tmpdir_write(&dir, "note.tmp", "x", 1);
	char mine[512];
	ck_assert_int_eq(file_writer_open(&w, tmpdir_path(&dir, "swept"), &e), OK);
	ck_assert_int_eq(file_writer_add(w, "whole", 5, &e), OK);
	file_sweep(dir.path);
	snprintf(mine, sizeof mine, "%s", tmpdir_path(&dir, "swept"));
	ck_assert(!file_exists(left) && file_exists(other));
	ck_assert_msg(file_writer_commit(w, &e) == OK, "%s", e.message);
	ck_assert(file_exists(mine));
	file_sweep(tmpdir_path(&dir, "no/such/folder"));
	file_remove(other);
	file_remove(mine);
}
END_TEST

START_TEST(link_is_replaced)
{
	struct err e = ERR_INIT;
	char target[16] = "";
	const char *path = tmpdir_path(&dir, "latest");
	/* What a process left behind when it died. */
	static const char left[] = "latest.tmp";
	tmpdir_write(&dir, left, "", 0);
	ck_assert_int_eq(file_symlink("run1", path, &e), OK);
	ck_assert(!file_exists(tmpdir_path(&dir, left)));
	ck_assert_int_eq(file_symlink("run22", path, &e), OK);
	ck_assert_int_eq(readlink(path, target, sizeof target - 1), 5);
	ck_assert_str_eq(target, "run22");
	file_remove(path);
	file_remove(path);
	ck_assert_int_lt(readlink(path, target, sizeof target - 1), 0);
	ck_assert_int_eq(file_symlink("run", tmpdir_path(&dir, "no/latest"), &e), ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.message, "no/latest"));
}
END_TEST

START_TEST(a_lock_is_one_holder_at_a_time)
{
	const char *path = tmpdir_path(&dir, "lock");
	const int fd = file_lock(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_lock(path), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	close(fd);
	const int next = file_lock(path);
	ck_assert_int_ge(next, 0);
	/* What its holder removed is locked by nobody any more: the next one makes a new file. */
	file_remove(path);
	const int other = file_lock(path);
	ck_assert_int_ge(other, 0);
	ck_assert(file_exists(path));
	close(next);
	close(other);
	ck_assert_int_eq(file_lock(tmpdir_path(&dir, "no/folder")), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* A process that takes a turn and says so. */
static pid_t
turn_child(const char *path, const char *said)
{
	struct err e = ERR_INIT;
	const pid_t child = fork();
	if (child) return child;
	int fd = -1;
	if (!file_lock_turn(path, 3600, &fd)) _exit(1);
	if (file_write(said, "", 0, &e) != OK) _exit(2);
	file_unlock(path, fd);
	_exit(0);
}

static void
turn_until_locked(const char *path)
{
	while (!file_locked(path)) usleep(20000);
}

START_TEST(of_those_who_come_at_once_one_waits_for_its_turn_and_the_rest_go_on)
{
	const char *const path = tmpdir_path(&dir, "lock");
	const char *const next = tmpdir_path(&dir, "lock.next");
	const char *const said = tmpdir_path(&dir, "said");
	int fd = -1, other = -1, how;
	ck_assert(file_lock_turn(path, 3600, &fd) && fd >= 0 && !file_exists(next));
	pid_t child = turn_child(path, said);
	turn_until_locked(next);
	ck_assert(!file_lock_turn(path, 3600, &other) && other == -1);
	/* One that waits and is killed waits no more. */
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &how, 0), child);
	child = turn_child(path, said);
	turn_until_locked(next);
	ck_assert(!file_exists(said));
	file_unlock(path, fd);
	ck_assert_int_eq(waitpid(child, &how, 0), child);
	ck_assert(WIFEXITED(how) && WEXITSTATUS(how) == 0);
	ck_assert(file_exists(said) && !file_exists(path) && !file_exists(next));
	/* Without locks, or beyond patience, the turn comes all the same. */
	ck_assert(file_lock_turn(tmpdir_path(&dir, "no/folder"), 3600, &other) && other == -1);
	fd = file_lock(path);
	ck_assert(file_lock_turn(path, 0, &other) && other == -1);
	file_unlock(path, fd);
}
END_TEST

START_TEST(whether_a_file_is_locked_is_seen_without_taking_it)
{
	const char *const path = tmpdir_path(&dir, "lock"), *const moved = tmpdir_path(&dir, "moved");
	ck_assert(!file_locked(path) && !file_exists(path));
	int fd = file_lock(path);
	ck_assert(file_locked(path) && file_locked(path));
	file_unlock(path, fd);
	ck_assert(!file_exists(path) && !file_locked(path));
	/* One that nobody holds, and one of another holder under the name of what was moved away. */
	tmpdir_write(&dir, "lock", "", 0);
	ck_assert(!file_locked(path) && file_exists(path));
	fd = file_lock(path);
	ck_assert_int_eq(rename(path, moved), 0);
	const int other = file_lock(path);
	file_unlock(path, fd);
	ck_assert(file_exists(path) && file_locked(path) && !file_locked(moved));
	close(other);
}
END_TEST

START_TEST(names_are_sorted_bytewise)
{
	static const char *const expected[] = { ".hidden", "B", "a", "a.b", "c", "\xc3\xa4" };
	for (int i = 5; i >= 0; i--)
		tmpdir_write(&dir, expected[i], "", 0);
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	const char *const *names;
	size_t n;
	ck_assert_int_eq(file_list(dir.path, a, &names, &n, ERR_DATA, &e), OK);
	ck_assert_uint_eq(n, 6);
	for (int i = 0; i < 6; i++)
		ck_assert_str_eq(names[i], expected[i]);
	ck_assert_int_eq(file_list(tmpdir_path(&dir, "none"), a, &names, &n, ERR_DATA, &e), ERR_DATA);
	ck_assert_uint_eq(n, 0);
	ck_assert_ptr_nonnull(strstr(e.message, "none"));
	arena_free(a);
}
END_TEST

START_TEST(paths_are_put_together_and_apart)
{
	struct arena *a = arena_new();
	ck_assert_str_eq(path_join(a, "a", "b"), "a/b");
	ck_assert_str_eq(path_join(a, "a/", "b"), "a/b");
	ck_assert_str_eq(path_join(a, "a", "/b"), "/b");
	ck_assert_str_eq(path_join(a, "", "b"), "b");
	ck_assert_str_eq(path_join(a, "/", "b"), "/b");
	ck_assert_str_eq(path_folder(a, "a/b/c.yaml"), "a/b");
	ck_assert_str_eq(path_folder(a, "c.yaml"), ".");
	ck_assert_str_eq(path_folder(a, "/c.yaml"), "/");
	ck_assert_str_eq(path_stem(a, "a/b.tar.gz"), "b.tar");
	ck_assert_str_eq(path_stem(a, "a.b/c"), "c");
	ck_assert_str_eq(path_stem(a, ".hidden"), ".hidden");
	ck_assert_str_eq(path_stem(a, "x.yaml"), "x");
	arena_free(a);
}
END_TEST

Suite *
suite_file(void)
{
	Suite *s = suite_create("file");
	TCase *t = tcase_create("file");
	tcase_add_checked_fixture(t, file_setup, file_teardown);
	tcase_add_test(t, file_is_mapped_and_read_whole);
	tcase_add_test(t, empty_file_is_nothing);
	tcase_add_test(t, limit_is_exact_and_named);
	tcase_add_test(t, what_cannot_be_read_is_named);
	tcase_add_test(t, pipes_sockets_and_devices_are_refused_without_waiting);
	tcase_add_test(t, a_tree_lists_its_files_sorted_by_path);
	tcase_add_test(t, folders_are_made_with_their_parents);
	tcase_add_test(t, sweeping_spares_what_is_being_written);
	tcase_add_test(t, link_is_replaced);
	tcase_add_test(t, a_lock_is_one_holder_at_a_time);
	tcase_add_test(t, of_those_who_come_at_once_one_waits_for_its_turn_and_the_rest_go_on);
	tcase_add_test(t, whether_a_file_is_locked_is_seen_without_taking_it);
	tcase_add_test(t, names_are_sorted_bytewise);
	tcase_add_test(t, paths_are_put_together_and_apart);
	suite_add_tcase(s, t);
	return s;
}
