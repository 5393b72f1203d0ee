/* Datasets brought from a server of the test's own, and what stands there verified. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/suites.h"
#include "data/tar_files.h"
#include "support/http_server.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/source.h"

enum { SIZE = 50000 };

static struct tmpdir dir;
static struct arena *arena;
static struct http_server server;
static char content[SIZE], sum[HASH_HEX];
static struct dataset_file files[2];
static struct dataset_source source;
static struct dataset_kind kind;
static struct err err;

static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
	setenv("no_proxy", "127.0.0.1", 1);
	err = (struct err)ERR_INIT;
	for (int i = 0; i < SIZE; i++) content[i] = (char)(i * 13 + i / 257);
}

static void
teardown(void)
{
	http_server_stop(&server);
	arena_free(arena);
	tmpdir_remove(&dir);
}

static bool
serve(const void *body, size_t size, const struct http_answer *answer)
{
	if (!download_possible() || !http_server_start(&server, answer, 1, body, size)) {
		fprintf(stderr, "skipped: no libcurl, or no socket on 127.0.0.1 can be opened\n");
		return false;
	}
	setenv("TLRUN_MIRROR", arena_printf(arena, "http://127.0.0.1:%d", server.port), 1);
	return true;
}

/* Two files of the same content, as they are or in an archive. */
static bool
serve_source(bool archive, const struct http_answer *answer)
{
	struct str tar = STR_INIT, packed = STR_INIT;
	hash_of(content, SIZE, sum);
	files[0] = (struct dataset_file){ .name = "one.bin", .size = SIZE };
	files[1] = (struct dataset_file){ .name = "two.bin", .size = SIZE };
	source = (struct dataset_source){ .url = "https://example.org/x/", .folder = "set", .n = 2,
		.file = files };
	kind = (struct dataset_kind){ .kind = { .name = "shapes" }, .source = &source };
	if (!archive) {
		files[0].sha256 = files[1].sha256 = sum;
		return serve(content, SIZE, answer);
	}
	tar_add(&tar, "set/one.bin", '0', SIZE, content, SIZE);
	tar_add(&tar, "set/two.bin", '0', SIZE, content, SIZE);
	tar_end(&tar);
	const char *const path = tar_write(&tar, tmpdir_path(&dir, "made.tar.gz"));
	ck_assert_int_eq(file_read(path, 1 << 24, &packed, ERR_IO, NULL), OK);
	hash_of(packed.data, packed.len, sum);
	source.archive = (struct dataset_file){ .name = "set.tar.gz", .size = (long long)packed.len,
		.sha256 = sum };
	const bool served = serve(packed.data, packed.len, answer);
	str_free(&tar);
	str_free(&packed);
	return served;
}

static enum status
get(const char **folder)
{
	const struct download how = { .patience = { .pause = 0.01, .tries = 2 } };
	err = (struct err)ERR_INIT;
	return source_get(&kind, tmpdir_path(&dir, "root"), &how, arena, folder, &err);
}

static enum status
verify(const char *folder, struct str *out)
{
	err = (struct err)ERR_INIT;
	str_clear(out);
	return source_verify(&kind, folder, arena, out, &err);
}

static void
holds(const char *name)
{
	struct str s = STR_INIT;
	ck_assert_int_eq(file_read(tmpdir_path(&dir, name), 1 << 24, &s, ERR_IO, NULL), OK);
	ck_assert_uint_eq(s.len, SIZE);
	ck_assert_mem_eq(s.data, content, SIZE);
	str_free(&s);
}

START_TEST(what_is_brought_is_found_and_verified)
{
	const struct http_answer plain = { 0 };
	const char *folder;
	struct str out = STR_INIT;
	if (!serve_source(_i, &plain)) return;
	ck_assert_msg(get(&folder) == OK, "%s", err.message);
	ck_assert_str_eq(folder, tmpdir_path(&dir, "root/set"));
	holds("root/set/one.bin");
	holds("root/set/two.bin");
	ck_assert(!file_exists(tmpdir_path(&dir, "root/set.tar.gz")));
	ck_assert_str_eq(server.log->request[0].path, _i ? "/shapes/set.tar.gz" : "/shapes/one.bin");
	ck_assert_int_eq(verify(folder, &out), OK);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "root/set/one.bin: ok (SHA-256)\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "root/set/two.bin: ok (SHA-256)\n"));
	content[100] ^= 1;
	ck_assert_int_eq(file_write(tmpdir_path(&dir, "root/set/two.bin"), content, SIZE, NULL), OK);
	content[100] ^= 1;
	ck_assert_int_eq(verify(folder, &out), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "root/set/one.bin: ok (SHA-256)\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "root/set/two.bin: WRONG\n"));
	ck_assert_ptr_nonnull(strstr(err.message, "`tlrun data get shapes` brings it again"));
	/* Again: what is right stays, what is wrong is brought anew. */
	const int before = server.log->requests;
	ck_assert_int_eq(get(&folder), OK);
	ck_assert_int_eq(server.log->requests, before + 1);
	holds("root/set/two.bin");
	str_free(&out);
}
END_TEST

/* Packed by others, or not at all: the content counts. What is cut is no content. */
START_TEST(other_packings_are_judged_by_their_content)
{
	static const char *const name[] = { "one.gz", "one", "one.gz", "one.gz" };
	struct str out = STR_INIT, packed = STR_INIT;
	hash_of(content, SIZE, sum);
	files[0] = (struct dataset_file){ .name = "one.gz", .size = 7, .content = sum,
		.md5 = "00000000000000000000000000000000" };
	source = (struct dataset_source){ .url = "https://example.org/", .n = 1, .file = files };
	kind = (struct dataset_kind){ .kind = { .name = "shapes" }, .source = &source };
	if (_i == 3) content[5] ^= 1;
	const gzFile f = gzopen(tmpdir_path(&dir, "packed"), _i == 1 ? "wbT" : "wb3");
	ck_assert_int_eq(gzwrite(f, content, SIZE), SIZE);
	ck_assert_int_eq(gzclose(f), Z_OK);
	ck_assert_int_eq(file_read(tmpdir_path(&dir, "packed"), 1 << 24, &packed, ERR_IO, NULL), OK);
	if (_i == 2) packed.len -= 30;
	const char *const path = tmpdir_write(&dir, name[_i], packed.data, packed.len);
	const enum status s = verify(dir.path, &out);
	ck_assert_int_eq(s, _i < 2 ? OK : ERR_DATA);
	ck_assert_str_eq(str_text(&out),
		arena_printf(arena, "%s: %s\n", path, _i < 2 ? "ok (SHA-256 of its content)" : "WRONG"));
	str_free(&out);
	str_free(&packed);
}
END_TEST

START_TEST(an_archive_that_the_user_brought_stays)
{
	const struct http_answer answer = { .status = 404 };
	const char *folder;
	struct str s = STR_INIT;
	if (!serve_source(true, &answer)) return;
	ck_assert_int_eq(file_read(tmpdir_path(&dir, "made.tar.gz"), 1 << 24, &s, ERR_IO, NULL), OK);
	tmpdir_write(&dir, "root/set.tar.gz", s.data, s.len);
	ck_assert_msg(get(&folder) == OK, "%s", err.message);
	ck_assert_int_eq(server.log->requests, 0);
	ck_assert(file_exists(tmpdir_path(&dir, "root/set.tar.gz")));
	holds("root/set/one.bin");
	str_free(&s);
}
END_TEST

START_TEST(wrong_bytes_leave_nothing)
{
	const struct http_answer wrong = { .wrong = true };
	const char *folder;
	if (!serve_source(_i, &wrong)) return;
	ck_assert_int_eq(get(&folder), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(err.message, "`tlrun data get shapes` tries again"));
	ck_assert(!file_exists(tmpdir_path(&dir, "root/set/one.bin")));
	ck_assert(!file_exists(tmpdir_path(&dir, "root/set.tar.gz")));
	ck_assert(!file_exists(tmpdir_path(&dir, "root/set.tar.gz.part")));
}
END_TEST

/* Each address ends in a slash, each file has a name of its own, a size and a sum, or stands in an
 * archive that has; and it is a name that the reader looks for. */
START_TEST(sources_are_complete)
{
	for (const struct kind *const *k = family_dataset.kinds; *k; k++) {
		const struct dataset_kind *const d = dataset_kind_of(*k);
		const struct dataset_source *const s = d->source;
		ck_assert_int_eq(s == NULL, d->drawn);
		if (!s) continue;
		ck_assert_int_eq(strncmp(s->url, "https://", 8), 0);
		ck_assert_int_eq(s->url[strlen(s->url) - 1], '/');
		if (s->archive.name) ck_assert(s->archive.size > 0 && strlen(s->archive.md5) == 32);
		for (size_t i = 0; i < s->n; i++) {
			const struct dataset_file *const f = &s->file[i];
			ck_assert_ptr_null(strchr(f->name, '/'));
			if (!s->archive.name) ck_assert(f->size > 0 && strlen(f->md5) == 32);
		}
	}
}
END_TEST

Suite *
suite_source(void)
{
	Suite *const s = suite_create("source");
	TCase *const t = tcase_create("source");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_is_brought_is_found_and_verified, 0, 2);
	tcase_add_loop_test(t, other_packings_are_judged_by_their_content, 0, 4);
	tcase_add_test(t, an_archive_that_the_user_brought_stays);
	tcase_add_loop_test(t, wrong_bytes_leave_nothing, 0, 2);
	tcase_add_test(t, sources_are_complete);
	suite_add_tcase(s, t);
	return s;
}
