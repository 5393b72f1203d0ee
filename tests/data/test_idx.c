/* One IDX file: what is read, and everything that can be wrong with it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/idx.h"
#include "data/idx_files.h"
#include "data/suites.h"

static const char *const none[] = { NULL };
static const struct lookup lookup = { "test_set", none, none, "bring it" };

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

/* Read the whole file as images or labels. data is [bytes], for the caller to free, when OK. */
static enum status
read_whole(const char *path, int ndim, unsigned char **data, size_t *bytes, struct err *e)
{
	struct idx_file f;
	*data = NULL;
	*e = ERR_INIT;
	TRY(idx_open(&f, &lookup, path, ndim, e));
	*bytes = f.bytes;
	*data = malloc(f.bytes);
	ck_assert_ptr_nonnull(*data);
	enum status s = idx_take(&f, *data, f.bytes, e);
	if (s == OK) s = idx_end(&f, e);
	idx_close(&f);
	if (s == OK) return OK;
	free(*data);
	*data = NULL;
	return s;
}

/* The file is refused; its message contains part. */
static void
refused(const char *path, int ndim, const char *part)
{
	unsigned char *data;
	size_t bytes;
	struct err e;
	ck_assert_int_eq(read_whole(path, ndim, &data, &bytes, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, part) != NULL, "\"%s\" is not in: %s", part, e.message);
	ck_assert_msg(strncmp(e.message, path, strlen(path)) == 0, "no file: %s", e.message);
}

static struct bytes
small_images(void)
{
	const uint32_t dim[] = { 5, 4, 3 };
	return idx_bytes(0x803, 3, dim, 60, 251);
}

START_TEST(plain_and_gzip_give_the_same_elements)
{
	const struct bytes plain = small_images();
	const char *const paths[] = { write_bytes(&dir, "a", plain),
		write_bytes(&dir, "b.gz", gzip_bytes(plain)), write_bytes(&dir, "c", gzip_bytes(plain)),
		write_bytes(&dir, "d.gz", plain) };
	for (int i = 0; i < 4; i++) {
		unsigned char *data;
		size_t bytes;
		struct err e;
		ck_assert_int_eq(read_whole(paths[i], 3, &data, &bytes, &e), OK);
		ck_assert_uint_eq(bytes, 60);
		ck_assert_mem_eq(data, plain.data + 16, 60);
		free(data);
	}
}
END_TEST

START_TEST(header_gives_the_dimensions)
{
	struct idx_file f;
	struct err e = ERR_INIT;
	ck_assert_int_eq(idx_open(&f, &lookup, write_bytes(&dir, "a", small_images()), 3, &e), OK);
	ck_assert_int_eq(f.dim[0], 5);
	ck_assert_int_eq(f.dim[1], 4);
	ck_assert_int_eq(f.dim[2], 3);
	idx_close(&f);
}
END_TEST

START_TEST(members_of_a_gzip_file_follow_one_another)
{
	const struct bytes plain = small_images();
	const struct bytes first = gzip_bytes((struct bytes){ plain.data, 20 });
	const struct bytes rest = gzip_bytes((struct bytes){ plain.data + 20, plain.size - 20 });
	unsigned char *data;
	size_t bytes;
	struct err e;
	const char *const path = write_bytes(&dir, "a.gz", joined_bytes(first, rest));
	ck_assert_int_eq(read_whole(path, 3, &data, &bytes, &e), OK);
	ck_assert_mem_eq(data, small_images().data + 16, 60);
	free(data);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	const struct bytes whole[] = { small_images(), gzip_bytes(small_images()) };
	for (int k = 0; k < 2; k++)
		for (size_t n = 0; n < whole[k].size; n++) {
			const char *const path = tmpdir_write(&dir, "cut", whole[k].data, n);
			refused(path, 3, n ? "" : "is empty");
		}
}
END_TEST

START_TEST(truncation_names_offset_found_and_expected)
{
	const struct bytes b = small_images();
	const char *const path = tmpdir_write(&dir, "cut", b.data, 40);
	refused(path, 3, "cut: byte 40: the file is truncated: found 40 bytes, expected 76");
	const struct bytes g = gzip_bytes((struct bytes){ b.data, 40 });
	refused(write_bytes(&dir, "cut.gz", g), 3,
		"byte 40: the file is truncated: found 40 unpacked bytes, expected 76");
	refused(tmpdir_write(&dir, "half", g.data, g.size - 8), 3, "truncated");
}
END_TEST

START_TEST(more_than_the_header_promises_is_refused)
{
	const uint32_t dim[] = { 5, 4, 3 };
	const struct bytes b = idx_bytes(0x803, 3, dim, 61, 251);
	refused(write_bytes(&dir, "long", b), 3, "byte 76: the file is too long: found 77 bytes");
	refused(write_bytes(&dir, "long.gz", gzip_bytes(b)), 3,
		"byte 76: the file is too long: found more than the 76 unpacked bytes");
}
END_TEST

START_TEST(a_gzip_bomb_is_not_unpacked)
{
	const uint32_t dim[] = { 2, 2, 2 };
	const struct bytes plain = idx_bytes(0x803, 3, dim, 1 << 24, 1);
	struct bytes bomb = gzip_bytes(plain);
	bomb = joined_bytes(bomb, bomb);
	refused(write_bytes(&dir, "bomb.gz", bomb), 3, "byte 24: the file is too long");
}
END_TEST

START_TEST(a_changed_byte_never_gives_other_elements)
{
	const struct bytes plain = small_images();
	const struct bytes g = gzip_bytes(plain);
	for (size_t i = 0; i < g.size; i++) {
		const unsigned char bit = (unsigned char)(1 << i % 8);
		unsigned char *data;
		size_t bytes;
		struct err e;
		g.data[i] ^= bit;
		const char *const path = write_bytes(&dir, "flip.gz", g);
		if (read_whole(path, 3, &data, &bytes, &e) == OK) {
			ck_assert_mem_eq(data, plain.data + 16, 60);
			free(data);
		}
		g.data[i] ^= bit;
	}
	g.data[g.size - 6] ^= 1;
	refused(write_bytes(&dir, "crc.gz", g), 3, "the gzip data is corrupt near byte");
}
END_TEST

START_TEST(garbage_after_gzip_is_refused)
{
	const struct bytes b = joined_bytes(gzip_bytes(small_images()), small_images());
	refused(write_bytes(&dir, "tail.gz", b), 3, "corrupt");
}
END_TEST

START_TEST(wrong_magic_says_what_was_found)
{
	const uint32_t dim[] = { 5, 4, 3 };
	refused(write_bytes(&dir, "a", idx_bytes(0x801, 1, dim, 5, 10)), 3,
		"byte 0: wrong magic number: found 0x00000801 (labels), expected 0x00000803 (images)");
	refused(write_bytes(&dir, "a", idx_bytes(0x803, 3, dim, 60, 10)), 1,
		"found 0x00000803 (images)");
	refused(write_bytes(&dir, "a", idx_bytes(0xd03, 3, dim, 60, 10)), 3, "found 0x00000d03,");
	refused(tmpdir_write(&dir, "a", "PK\3\4 and so on", 14), 3, "wrong magic number");
}
END_TEST

START_TEST(sizes_that_cannot_be_are_refused)
{
	const uint32_t zero[] = { 0, 28, 28 }, huge[] = { 60000, 0x80000000u, 28 };
	const uint32_t many[] = { 0x7fffffff, 0x7fffffff, 0x7fffffff }, over[] = { 4096, 1024, 513 };
	refused(write_bytes(&dir, "a", idx_bytes(0x803, 3, zero, 0, 10)), 3, "byte 4: found 0 items");
	refused(write_bytes(&dir, "a", idx_bytes(0x803, 3, huge, 8, 10)), 3,
		"byte 8: found 2147483648 rows");
	refused(write_bytes(&dir, "a", idx_bytes(0x803, 3, many, 8, 10)), 3,
		"byte 8: the header promises");
	refused(write_bytes(&dir, "a", idx_bytes(0x803, 3, over, 8, 10)), 3, "byte 12: the header");
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	const char *const folder = tmpdir_path(&dir, "folder"), *const fifo = tmpdir_path(&dir, "fifo");
	ck_assert_int_eq(mkdir(folder, 0777), 0);
	ck_assert_int_eq(mkfifo(fifo, 0666), 0);
	refused(folder, 3, "found a folder, expected a file of test_set: bring it");
	refused(fifo, 3, "not a regular file");
	refused(tmpdir_path(&dir, "nothing"), 3, "is missing: bring it");
}
END_TEST

Suite *
suite_idx(void)
{
	Suite *const s = suite_create("idx");
	TCase *const t = tcase_create("idx");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, plain_and_gzip_give_the_same_elements);
	tcase_add_test(t, header_gives_the_dimensions);
	tcase_add_test(t, members_of_a_gzip_file_follow_one_another);
	tcase_add_test(t, every_truncation_is_refused);
	tcase_add_test(t, truncation_names_offset_found_and_expected);
	tcase_add_test(t, more_than_the_header_promises_is_refused);
	tcase_add_test(t, a_gzip_bomb_is_not_unpacked);
	tcase_add_test(t, a_changed_byte_never_gives_other_elements);
	tcase_add_test(t, garbage_after_gzip_is_refused);
	tcase_add_test(t, wrong_magic_says_what_was_found);
	tcase_add_test(t, sizes_that_cannot_be_are_refused);
	tcase_add_test(t, what_is_no_file_is_refused);
	suite_add_tcase(s, t);
	return s;
}
