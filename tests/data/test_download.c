/* Downloads from servers that cut, delay, lie, and send what they should not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include "data/suites.h"
#include "support/http_server.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/download.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"

enum { BODY = 100000, ANSWERS = 8 };

static struct tmpdir dir;
static struct http_server server;
static unsigned char body[BODY];
static char sha256[HASH_HEX], url[128], notes[4096];
static const char *path, *part;
static struct err err;

static void
setup(void)
{
	tmpdir_make(&dir);
	setenv("no_proxy", "127.0.0.1", 1);
	for (int i = 0; i < BODY; i++) body[i] = (unsigned char)(i * 7 + i / 251);
	hash_of(body, BODY, sha256);
	path = strdup(tmpdir_path(&dir, "sub/file.bin"));
	part = strdup(tmpdir_path(&dir, "sub/file.bin.part"));
	notes[0] = '\0';
	err = (struct err)ERR_INIT;
}

static void
teardown(void)
{
	http_server_stop(&server);
	tmpdir_remove(&dir);
	free((char *)(uintptr_t)path);
	free((char *)(uintptr_t)part);
}

/* Whether the server stands; else the test is left out, with a word. */
static bool
serve(const struct http_answer *answers, int n)
{
	if (!download_possible()) {
		fprintf(stderr, "skipped: built without libcurl\n");
		return false;
	}
	if (!http_server_start(&server, answers, n, body, BODY)) {
		fprintf(stderr, "skipped: no socket on 127.0.0.1 can be opened\n");
		return false;
	}
	snprintf(url, sizeof url, "http://127.0.0.1:%d/group/file.bin", server.port);
	return true;
}

static void
note(void *ctx, const char *text)
{
	(void)ctx;
	const size_t n = strlen(notes);
	snprintf(notes + n, sizeof notes - n, "%s\n", text);
}

static struct download
request(void)
{
	return (struct download){ .url = url, .path = path, .size = BODY, .most = 2 * BODY,
		.sha256 = sha256, .cure = "try again", .note = note,
		.patience = { .connect = 300, .idle = 300, .pause = 0.01, .tries = 3 } };
}

static enum status
bring(const struct download *d)
{
	err = (struct err)ERR_INIT;
	return download_file(d, &err);
}

static void
arrived(void)
{
	struct str s = STR_INIT;
	ck_assert_int_eq(file_read(path, 1 << 24, &s, ERR_IO, NULL), OK);
	ck_assert_uint_eq(s.len, BODY);
	ck_assert_mem_eq(s.data, body, BODY);
	str_free(&s);
	ck_assert(!file_exists(part));
	ck_assert(!file_exists(tmpdir_path(&dir, "sub/file.bin.part.tag")));
}

/* How many bytes wait to be gone on with; -1: nothing is left. Nothing ever looks whole. */
static long
left(void)
{
	struct str s = STR_INIT;
	ck_assert(!file_exists(path));
	if (!file_exists(part)) return -1;
	ck_assert_int_eq(file_read(part, 1 << 24, &s, ERR_IO, NULL), OK);
	ck_assert_mem_eq(s.data, body, s.len);
	const long n = (long)s.len;
	str_free(&s);
	return n;
}

static void
says(const char *text)
{
	ck_assert_msg(strstr(err.message, text) != NULL, "\"%s\" is not in: %s", text, err.message);
}

START_TEST(a_file_arrives_whole)
{
	const struct http_answer plain = { 0 };
	if (!serve(&plain, 1)) return;
	const struct download d = request();
	ck_assert_msg(bring(&d) == OK, "%s", err.message);
	arrived();
	ck_assert_int_eq(server.log->requests, 1);
	ck_assert_str_eq(server.log->request[0].path, "/group/file.bin");
	ck_assert_str_eq(server.log->request[0].range, "");
}
END_TEST

/* Every way to get there in the end: what the server does, and how often it is asked. */
START_TEST(troubles_that_pass)
{
	static const struct { struct http_answer answer[ANSWERS]; int n, requests; const char *note; }
		way[] = {
		{ { { .cut = 30000 }, { .cut = 30000 }, { 0 } }, 3, 3,
			"the connection ended after 30000 of 100000 bytes: trying again in" },
		{ { { .status = 500 }, { .status = 503 }, { 0 } }, 3, 3, "the server answered 500" },
		{ { { .delay = 1300 }, { 0 } }, 2, 0, "only 0 bytes came in 0.5 s: trying again" },
		{ { { .pause = 2600 }, { 0 } }, 2, 0, "bytes came in 0.5 s: trying again" },
		{ { { .cut = 30000 }, { .whole = true } }, 2, 2, "after 30000" },
		{ { { .cut = 30000 }, { .if_range_fails = true } }, 2, 2, "after 30000" },
		{ { { .cut = 30000 }, { .shift = 11 }, { 0 } }, 3, 3,
			"sent a range from byte 30011, asked for byte 30000 on" },
		{ { { .cut = 30000 }, { .status = 416 }, { 0 } }, 3, 3, "the server answered 416" },
		{ { { .no_length = true, .cut = 30000 }, { 0 } }, 2, 2,
			"the server ended after 30000 of 100000 bytes" },
		{ { { .cut = 30000, .wrong = true }, { 0 } }, 2, 3, "after 30000" },
		{ { { .cut = 30000 }, { .wrong = true }, { 0 } }, 3, 3, "after 30000" },
		{ { { .status = 206 }, { 0 } }, 2, 2, "sent a range from byte -1" },
		{ { { .status = 302, .head = "Location: /other/file.bin\r\n" }, { 0 } }, 2, 2, NULL },
	};
	for (int known = 0; known < 2; known++) {
		if (!serve(way[_i].answer, way[_i].n)) return;
		struct download d = request();
		/* Only an expected size and digest can tell; or it takes its time. */
		if (known == 0 && (way[_i].answer[0].no_length || way[_i].answer[0].wrong ||
			way[_i].answer[1].wrong || !way[_i].requests))
			continue;
		if (known == 0) d.size = 0, d.sha256 = NULL;
		/* A slow machine may need several tries for the answer that comes at once. */
		if (!way[_i].requests) d.patience.idle = 0.5, d.patience.tries = 100;
		ck_assert_msg(bring(&d) == OK, "known %d: %s", known, err.message);
		arrived();
		if (way[_i].requests) ck_assert_int_eq(server.log->requests, way[_i].requests);
		if (way[_i].note)
			ck_assert_msg(strstr(notes, way[_i].note) != NULL, "\"%s\" is not in: %s", way[_i].note,
				notes);
		file_remove(path);
		http_server_stop(&server);
	}
}
END_TEST

/* Every way not to: the error, how often it was asked, and what is left. */
START_TEST(troubles_that_stay)
{
	static const struct {
		struct http_answer answer[ANSWERS];
		int n, requests;
		const char *says;
		long left;
	} way[] = {
		{ { { .status = 404 } }, 1, 1, "the server answered 404 (no such file): try again", -1 },
		{ { { .status = 403 } }, 1, 1, "the server answered 403", -1 },
		{ { { .status = 500 } }, 1, 3, "the server answered 500, at the last of 3 tries", -1 },
		{ { { .cut = 30000 }, { .status = 500 } }, 2, 4,
			"answered 500, at the last of 4 tries; 30000 bytes stay in ", 30000 },
		{ { { .cut = 30000 }, { .status = 404 } }, 2, 2, "404 (no such file)", 30000 },
		{ { { .cut = 30000 }, { .delay = 9000 } }, 2, 0, "30000 bytes stay in ", 30000 },
		{ { { .more = 500 } }, 1, 1, "the server offers 100500 bytes, expected 100000: try again",
			-1 },
		{ { { .more = -500 } }, 1, 1, "the server offers 99500 bytes, expected 100000", -1 },
		{ { { .wrong = true } }, 1, 1, "file.bin.part: the SHA-256 is ", -1 },
		{ { { .cut = 30000 }, { .wrong = true } }, 2, 3, "did not send the right file; try again",
			-1 },
		{ { { .endless = true } }, 1, 1, "the server sends more than the 100000 bytes expected",
			-1 },
		{ { { .status = 302, .head = "Location: file.bin\r\n" } }, 1, 6, "redirects", -1 },
		{ { { .status = 302, .head = "Location: file:///etc/passwd\r\n" } }, 1, 1, "file", -1 },
		{ { { .status = 204, .no_length = true } }, 1, 1, "answered 204, expected 200", -1 },
	};
	if (!serve(way[_i].answer, way[_i].n)) return;
	struct download d = request();
	if (!way[_i].requests) d.patience.idle = 2;
	ck_assert_int_eq(bring(&d), ERR_DATA);
	says(way[_i].says);
	says("127.0.0.1");
	if (way[_i].requests) ck_assert_int_eq(server.log->requests, way[_i].requests);
	ck_assert_int_eq(left(), way[_i].left);
}
END_TEST

START_TEST(without_a_known_size_the_limit_ends_it)
{
	const struct http_answer answers[] = { { .endless = true } };
	if (!serve(answers, 1)) return;
	struct download d = request();
	d.size = 0;
	d.sha256 = NULL;
	ck_assert_int_eq(bring(&d), ERR_DATA);
	says("the server sends more than the 200000 bytes expected");
	ck_assert_int_eq(left(), -1);
}
END_TEST

START_TEST(another_process_goes_on)
{
	const struct http_answer answers[] = { { .cut = 30000 }, { .status = 404 }, { 0 } };
	if (!serve(answers, 3)) return;
	struct download d = request();
	if (_i) d.sha256 = NULL;	/* then it rests on If-Range alone */
	ck_assert_int_eq(bring(&d), ERR_DATA);
	ck_assert_int_eq(left(), 30000);
	ck_assert_msg(bring(&d) == OK, "%s", err.message);
	arrived();
	ck_assert_str_eq(server.log->request[2].range, "bytes=30000-");
	ck_assert_str_eq(server.log->request[2].if_range, "\"first\"");
}
END_TEST

/* Neither a digest nor a validator: what came cannot be trusted to fit what comes. */
START_TEST(nothing_to_rely_on_starts_afresh)
{
	const struct http_answer answers[] = { { .cut = 30000, .no_tag = true },
		{ .cut = 40000, .no_tag = true }, { .status = 404 }, { .no_tag = true } };
	if (!serve(answers, 4)) return;
	struct download d = request();
	d.sha256 = NULL;
	ck_assert_int_eq(bring(&d), ERR_DATA);
	ck_assert_int_eq(left(), -1);
	ck_assert_int_eq(bring(&d), OK);
	arrived();
	for (int i = 0; i < 4; i++) ck_assert_str_eq(server.log->request[i].range, "");
}
END_TEST

/* A part of another file, of this one too long, and one that is whole but was not renamed. */
START_TEST(old_parts_are_judged_by_the_digest)
{
	static unsigned char old[2 * BODY];
	const struct http_answer plain = { 0 };
	if (!serve(&plain, 1)) return;
	const struct download d = request();
	const size_t size[] = { 500, 2 * BODY, BODY };
	memcpy(old, body, _i == 2 ? BODY : 0);
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "sub"), NULL), OK);
	ck_assert_int_eq(file_write(part, old, size[_i], NULL), OK);
	ck_assert_msg(bring(&d) == OK, "%s", err.message);
	arrived();
	ck_assert_int_eq(server.log->requests, _i == 0 ? 2 : _i == 1 ? 1 : 0);
}
END_TEST

START_TEST(two_at_once_exclude_each_other)
{
	const struct http_answer plain = { 0 };
	if (!serve(&plain, 1)) return;
	const struct download d = request();
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "sub"), NULL), OK);
	const int fd = open(part, O_RDWR | O_CREAT, 0666);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(bring(&d), ERR_FAILED);
	says("another tlrun is bringing this file; wait for it");
	ck_assert_int_eq(server.log->requests, 0);
	close(fd);
	ck_assert_int_eq(bring(&d), OK);
	arrived();
}
END_TEST

static bool
stop_at_once(void *ctx)
{
	return ++*(int *)ctx > 1;
}

START_TEST(a_stop_keeps_what_came)
{
	const struct http_answer answers[] = { { .cut = 30000 }, { .delay = 20000 } };
	if (!serve(answers, 2)) return;
	struct download d = request();
	int asked = -10;
	d.patience.idle = 30;
	d.stop = stop_at_once;
	d.ctx = &asked;
	ck_assert_int_eq(bring(&d), ERR_STOPPED);
	says("try again");
	ck_assert(left() == 30000 || left() == -1);
}
END_TEST

static enum status
refuse(void *ctx, const char *file, struct err *e)
{
	(void)ctx;
	return err_set(e, ERR_DATA, MARK_FILE(file), "not what it should be");
}

START_TEST(a_check_decides_where_no_digest_is_known)
{
	const struct http_answer plain = { 0 };
	if (!serve(&plain, 1)) return;
	struct download d = request();
	d.sha256 = NULL;
	d.check = refuse;
	ck_assert_int_eq(bring(&d), ERR_DATA);
	says("file.bin.part: not what it should be");
	ck_assert_int_eq(left(), -1);
}
END_TEST

START_TEST(what_cannot_be_reached_or_written_is_named)
{
	struct download d = request();
	if (!download_possible()) return;
	snprintf(url, sizeof url, "http://127.0.0.1:1/x");
	d.patience.tries = 2;
	ck_assert_int_eq(bring(&d), ERR_DATA);
	says("http://127.0.0.1:1/x: ");
	says("at the last of 2 tries: try again");
	ck_assert_int_eq(left(), -1);
	d.url = "file:///etc/passwd";
	ck_assert_int_eq(bring(&d), ERR_DATA);
	ck_assert_int_eq(left(), -1);
	d.path = "/proc/tlrun/file";
	ck_assert_int_eq(bring(&d), ERR_IO);
	says("/proc/tlrun");
}
END_TEST

START_TEST(a_mirror_stands_for_every_server)
{
	struct arena *const a = arena_new();
	unsetenv("TLRUN_MIRROR");
	const char *const own = "https://example.org/a/b.gz";
	ck_assert_str_eq(download_mirror(a, "mnist", own), own);
	setenv("TLRUN_MIRROR", "http://10.0.0.1/tlrun", 1);
	ck_assert_str_eq(download_mirror(a, "mnist", own), "http://10.0.0.1/tlrun/mnist/b.gz");
	arena_free(a);
}
END_TEST

Suite *
suite_download(void)
{
	Suite *const s = suite_create("download");
	TCase *const t = tcase_create("download");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_file_arrives_whole);
	tcase_add_loop_test(t, troubles_that_pass, 0, 13);
	tcase_add_loop_test(t, troubles_that_stay, 0, 14);
	tcase_add_test(t, without_a_known_size_the_limit_ends_it);
	tcase_add_loop_test(t, another_process_goes_on, 0, 2);
	tcase_add_test(t, nothing_to_rely_on_starts_afresh);
	tcase_add_loop_test(t, old_parts_are_judged_by_the_digest, 0, 3);
	tcase_add_test(t, two_at_once_exclude_each_other);
	tcase_add_test(t, a_stop_keeps_what_came);
	tcase_add_test(t, a_check_decides_where_no_digest_is_known);
	tcase_add_test(t, what_cannot_be_reached_or_written_is_named);
	tcase_add_test(t, a_mirror_stands_for_every_server);
	suite_add_tcase(s, t);
	return s;
}
