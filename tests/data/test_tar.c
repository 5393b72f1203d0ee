/* What comes out of archives: the files that are expected, whole, and nothing else. */
#include <stdlib.h>
#include <string.h>

#include "data/suites.h"
#include "data/tar.h"
#include "data/tar_files.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"

enum { BIG = 200000 };

static const struct tar_want want[] = { { "big.bin", BIG }, { "names.txt", 0 } };
static struct tmpdir dir;
static struct arena *arena;
static struct str tar;
static char big[BIG];
static struct err err;

static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
	tar = (struct str)STR_INIT;
	err = (struct err)ERR_INIT;
	for (int i = 0; i < BIG; i++) big[i] = (char)(i * 31 + i / 509);
	ck_assert_int_eq(file_make_folders(tmpdir_path(&dir, "out"), NULL), OK);
}

static void
teardown(void)
{
	str_free(&tar);
	arena_free(arena);
	tmpdir_remove(&dir);
}

static enum status
unpack(char (*sums)[65])
{
	const char *const archive = tar_write(&tar, tmpdir_path(&dir, "a.tar.gz"));
	err = (struct err)ERR_INIT;
	return tar_unpack(archive, "set", want, 2, tmpdir_path(&dir, "out"), sums, &err);
}

static size_t
files_in(const char *folder)
{
	const char *const *names;
	size_t n;
	ck_assert_int_eq(file_list(folder, arena, &names, &n, ERR_IO, NULL), OK);
	return n;
}

static void
holds(const char *name, const char *data, size_t size)
{
	struct str s = STR_INIT;
	ck_assert_int_eq(file_read(tmpdir_path(&dir, name), 1 << 24, &s, ERR_IO, NULL), OK);
	ck_assert_uint_eq(s.len, size);
	ck_assert_mem_eq(s.data, data, size);
	str_free(&s);
}

START_TEST(expected_files_come_out_whole)
{
	char sums[2][65], sum[65];
	tar_add(&tar, "set/", '5', 0, "", 0);
	tar_add(&tar, "pax", 'x', 30, "30 path=set/../../../etc/passwd", 30);
	tar_add(&tar, _i ? "./set/names.txt" : "set/names.txt", '0', 4, "a\nb\n", 4);
	tar_add(&tar, "set/readme.html", '0', 5, "hello", 5);
	tar_add(&tar, "set/big.bin", '\0', BIG, big, BIG);
	tar_end(&tar);
	ck_assert_msg(unpack(sums) == OK, "%s", err.message);
	holds("out/big.bin", big, BIG);
	holds("out/names.txt", "a\nb\n", 4);
	ck_assert_uint_eq(files_in(tmpdir_path(&dir, "out")), 2);
	ck_assert_uint_eq(files_in(dir.path), 2);
	hash_of(big, BIG, sum);
	ck_assert_str_eq(sums[0], sum);
}
END_TEST

START_TEST(hostile_archives_are_refused)
{
	static const struct {
		const char *name;
		char type;
		long long size;
		size_t bytes;
		const char *says;
	} bad[] = {
		{ "set/big.bin", '0', BIG - 1, BIG, "the archive's big.bin has 199999 bytes, expected" },
		{ "set/big.bin", '0', 077777777777, BIG, "has 8589934591 bytes, expected 200000" },
		{ "set/names.txt", '0', 2000000, BIG, "expected at most 1048576" },
		{ "set/other", '0', 077777777777, BIG, "the archive ends too early" },
		{ "../set/big.bin", '0', BIG, BIG, "the archive has no set/big.bin" },
		{ "/set/big.bin", '0', BIG, BIG, "the archive has no set/big.bin" },
		{ "set/../set/big.bin", '0', BIG, BIG, "the archive has no set/big.bin" },
		{ "set/big.bin", '2', BIG, BIG, "the archive has no set/big.bin" },
		{ "set/big.bin", '0', BIG, BIG, "the archive has no set/names.txt" },
	};
	tar_add(&tar, bad[_i].name, bad[_i].type, bad[_i].size, big, bad[_i].bytes);
	if (_i != 3) tar_end(&tar);
	ck_assert_int_eq(unpack(NULL), ERR_DATA);
	ck_assert_msg(strstr(err.message, bad[_i].says) != NULL, "%s", err.message);
	ck_assert_uint_eq(files_in(dir.path), 2);
	ck_assert_uint_eq(files_in(tmpdir_path(&dir, "out")), _i == 8);
}
END_TEST

START_TEST(a_file_twice_is_refused)
{
	tar_add(&tar, "set/names.txt", '0', 4, "a\nb\n", 4);
	tar_add(&tar, "set/names.txt", '0', 4, "c\nd\n", 4);
	tar_end(&tar);
	ck_assert_int_eq(unpack(NULL), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(err.message, "byte 1536: the archive holds a file twice"));
}
END_TEST

START_TEST(damaged_archives_are_refused)
{
	struct str packed = STR_INIT;
	tar_add(&tar, "set/names.txt", '0', 4, "a\nb\n", 4);
	tar_add(&tar, "set/big.bin", '0', BIG, big, BIG);
	tar_end(&tar);
	if (_i == 0) tar.data[200] ^= 1;		/* in the header: the sum does not fit */
	if (_i == 1) memcpy(tar.data + 124, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff", 11);
	const char *const path = tar_write(&tar, tmpdir_path(&dir, "a.tar.gz"));
	ck_assert_int_eq(file_read(path, 1 << 24, &packed, ERR_IO, NULL), OK);
	if (_i == 2) packed.len /= 2;
	if (_i == 3) memset(packed.data + packed.len / 3, 0x5a, 200);
	if (_i == 4) packed.data[0] = 'x';
	if (_i == 5) packed.len = 0;
	ck_assert_int_eq(file_write(path, packed.data, packed.len, NULL), OK);
	ck_assert_int_eq(tar_unpack(path, "set", want, 2, tmpdir_path(&dir, "out"), NULL, &err),
		ERR_DATA);
	ck_assert(!file_exists(tmpdir_path(&dir, "out/big.bin")));
	ck_assert_uint_le(files_in(tmpdir_path(&dir, "out")), 1);
	str_free(&packed);
}
END_TEST

START_TEST(more_than_it_should_hold_is_cut)
{
	static char zeros[1 << 20];
	for (int i = 0; i < 66; i++)
		tar_add(&tar, "set/filler", '0', sizeof zeros, zeros, sizeof zeros);
	tar_end(&tar);
	ck_assert_int_eq(unpack(NULL), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(err.message, "the archive holds more than it should"));
}
END_TEST

Suite *
suite_tar(void)
{
	Suite *const s = suite_create("tar");
	TCase *const t = tcase_create("tar");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, expected_files_come_out_whole, 0, 2);
	tcase_add_loop_test(t, hostile_archives_are_refused, 0, 9);
	tcase_add_test(t, a_file_twice_is_refused);
	tcase_add_loop_test(t, damaged_archives_are_refused, 0, 6);
	tcase_add_test(t, more_than_it_should_hold_is_cut);
	suite_add_tcase(s, t);
	return s;
}
