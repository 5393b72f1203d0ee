/* Children with limits: what they return, how they die, what they may not. */
#include "tlrun/child.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/suites.h"
#include "support/tmpdir.h"

static struct tmpdir dir;

static void
setup(void)
{
	tmpdir_make(&dir);
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

static enum status
run(enum status (*body)(void *, struct err *), void *arg, int keep, struct err *e)
{
	const struct child c = { .memory = 64 << 20, .file = 1000, .seconds = 1, .fds = &keep,
		.n_fds = keep >= 0, .at = MARK_FILE("f.h5"), .died = "this file is hostile" };
	*e = ERR_INIT;
	return child_run(&c, body, arg, e);
}

static enum status
body_good(void *arg, struct err *e)
{
	(void)e;
	*(int *)arg = 7;
	return OK;
}

static enum status
body_bad(void *arg, struct err *e)
{
	return err_set(e, *(enum status *)arg, MARK_FILE("x"), "a\nb\033[31m");
}

START_TEST(what_the_body_says_comes_up)
{
	struct err e;
	int here = 3;
	enum status s = ERR_IO;
	ck_assert_int_eq(run(body_good, &here, -1, &e), OK);
	ck_assert_int_eq(here, 3);
	ck_assert_int_eq(run(body_bad, &s, -1, &e), ERR_IO);
	ck_assert_str_eq(e.message, "x: a\\nb\\x1b[31m");
	s = ERR_STOPPED;
	ck_assert_int_eq(run(body_bad, &s, -1, &e), ERR_DATA);
}
END_TEST

static enum status
body_killed(void *arg, struct err *e)
{
	(void)e;
	raise(*(int *)arg);
	return OK;
}

static enum status
body_endless(void *arg, struct err *e)
{
	volatile int *const n = arg;
	(void)e;
	while (*n < 2) *n ^= 1;
	return OK;
}

START_TEST(a_child_that_dies_is_told_in_the_caller_s_words)
{
	struct err e;
	int sig = SIGBUS, n = 0;
	ck_assert_int_eq(run(body_killed, &sig, -1, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, "f.h5: this file is hostile (its reader ") == e.message, "%s",
		e.message);
	ck_assert_int_eq(run(body_endless, &n, -1, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, "took more than 1 s"), "%s", e.message);
}
END_TEST

static enum status
body_writes(void *arg, struct err *e)
{
	char block[1500] = { 0 };
	const int fd = *(int *)arg;
	ssize_t n = write(fd, block, sizeof block);
	if (n < 0 || (n = write(fd, block, sizeof block)) < 0)
		return err_errno(e, ERR_IO, MARK_NONE, errno, "no");
	return OK;
}

START_TEST(a_child_writes_no_more_than_it_may)
{
	struct err e;
	int fd = open(tmpdir_path(&dir, "out"), O_RDWR | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(run(body_writes, &fd, fd, &e), ERR_IO);
	ck_assert_msg(strstr(e.message, "File too large"), "%s", e.message);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 1000);
	close(fd);
}
END_TEST

static enum status
body_looks(void *arg, struct err *e)
{
	const int *const fd = arg;
	if (fcntl(fd[0], F_GETFD) < 0) return err_set(e, ERR_DATA, MARK_NONE, "what was to stay");
	if (fcntl(fd[1], F_GETFD) >= 0 || fcntl(fd[2], F_GETFD) >= 0)
		return err_set(e, ERR_DATA, MARK_NONE, "what was to go");
	return OK;
}

START_TEST(a_child_has_no_other_file_open)
{
	struct err e;
	const int low = open("/dev/null", O_RDONLY), kept = open("/dev/null", O_RDONLY);
	int fd[] = { kept, low, open("/dev/null", O_RDONLY) };
	ck_assert(fd[0] >= 0 && fd[1] >= 0 && fd[2] >= 0);
	ck_assert_msg(run(body_looks, fd, kept, &e) == OK, "%s", e.message);
	for (int i = 0; i < 3; i++) close(fd[i]);
}
END_TEST

Suite *
suite_child(void)
{
	Suite *s = suite_create("child");
	TCase *c = tcase_create("child");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_the_body_says_comes_up);
	tcase_add_test(c, a_child_that_dies_is_told_in_the_caller_s_words);
	tcase_add_test(c, a_child_writes_no_more_than_it_may);
	tcase_add_test(c, a_child_has_no_other_file_open);
	suite_add_tcase(s, c);
	return s;
}
