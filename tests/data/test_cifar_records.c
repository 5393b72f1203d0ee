/* CIFAR's records, in files of four; the two real layouts are looked at through their sizes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/cifar_records.h"
#include "data/suites.h"
#include "support/tmpdir.h"
#include "tlrun/arena.h"

extern const struct dataset_kind dataset_cifar10, dataset_cifar100;

enum { RECORDS = 4, LABELS = 2, RECORD = LABELS + 3072 };

static const char *const usual[] = { "small", NULL };
static const char *const train[] = { "a.bin", "b.bin", NULL }, *const test[] = { "c.bin", NULL };
static const char *const marks[] = { "a.bin", "b.bin", "c.bin", NULL };
static const char *const names[] = { "zero", "one", "two" };
static const struct cifar_records small = {
	.lookup = { "small_set", usual, marks, "bring it" }, .files = { train, test },
	.records = { RECORDS, RECORDS }, .label_bytes = LABELS, .labels = { 2, 3 },
	.names_file = "names.txt", .names = names,
};

static struct tmpdir dir;
static struct arena *arena;
static struct err e;
static unsigned char file[RECORDS * RECORD];

/* Record i of a file: coarse i % 2, fine i % 3, plane k holds p*(k + 1) + i. */
static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
	e = ERR_INIT;
	for (int i = 0; i < RECORDS; i++) {
		unsigned char *const r = file + i * RECORD;
		r[0] = (unsigned char)(i % 2);
		r[1] = (unsigned char)(i % 3);
		for (int j = 0; j < 3072; j++)
			r[LABELS + j] = (unsigned char)(j % 1024 * (j / 1024 + 1) + i);
	}
	for (int i = 0; marks[i]; i++)
		tmpdir_write(&dir, marks[i], file, sizeof file);
}

static void
teardown(void)
{
	arena_free(arena);
	tmpdir_remove(&dir);
}

static enum status
read_split(enum dataset_split split, struct dataset_info *info, struct image_set *set)
{
	const struct dataset_request q = { .path = dir.path };
	e = ERR_INIT;
	TRY(cifar_inspect(&small, &q, arena, info, &e));
	return cifar_read(&small, info, split, set, &e);
}

static void
refused(const char *part)
{
	struct dataset_info info;
	struct image_set set;
	ck_assert_int_eq(read_split(SPLIT_TRAIN, &info, &set), ERR_DATA);
	ck_assert_msg(strstr(e.message, part) != NULL, "\"%s\" is not in: %s", part, e.message);
}

START_TEST(planes_become_interleaved_pixels)
{
	struct dataset_info info;
	struct image_set set;
	ck_assert_int_eq(read_split(SPLIT_TRAIN, &info, &set), OK);
	ck_assert(info.n[SPLIT_TRAIN] == 8 && info.n[SPLIT_TEST] == 4 && info.classes == 3);
	ck_assert(set.n == 8 && set.h == 32 && set.w == 32 && set.c == 3);
	const uint8_t *const x = set.pixels.data;
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(set.labels[i], i % RECORDS % 3);
		for (int p = 0; p < 1024; p++)
			for (int k = 0; k < 3; k++)
				ck_assert_int_eq(x[(i * 1024 + p) * 3 + k], (p * (k + 1) + i % RECORDS) % 256);
	}
	image_set_free(&set);
	ck_assert_ptr_null(set.labels);
}
END_TEST

START_TEST(a_wrong_size_names_offset_found_and_expected)
{
	tmpdir_write(&dir, "b.bin", file, sizeof file - 1);
	refused("b.bin: byte 12295: the file is truncated: found 12295 bytes, expected 12296 "
			"(4 records of 3074 bytes): bring it");
	tmpdir_write(&dir, "b.bin", file, sizeof file - RECORD);
	refused("b.bin: byte 9222: the file is truncated");
	FILE *const f = fopen(tmpdir_write(&dir, "b.bin", file, sizeof file), "ab");
	ck_assert_ptr_nonnull(f);
	fputc(0, f);
	fclose(f);
	refused("b.bin: byte 12296: the file is too long: found 12297 bytes, expected 12296");
	tmpdir_write(&dir, "b.bin", file, 0);
	refused("b.bin: this file of small_set is empty");
	unlink(tmpdir_path(&dir, "b.bin"));
	refused("b.bin: this file of small_set is missing: bring it");
}
END_TEST

START_TEST(a_label_out_of_range_names_record_and_offset)
{
	file[2 * RECORD + 1] = 3;
	tmpdir_write(&dir, "b.bin", file, sizeof file);
	refused("b.bin: byte 6149: record 2 has label 3, expected 0 to 2");
	file[2 * RECORD + 1] = 2;
	file[3 * RECORD] = 255;
	tmpdir_write(&dir, "b.bin", file, sizeof file);
	refused("b.bin: byte 9222: record 3 has label 255, expected 0 to 1");
}
END_TEST

START_TEST(only_the_split_asked_for_is_read)
{
	struct dataset_info info;
	struct image_set set;
	file[1] = 9;
	tmpdir_write(&dir, "c.bin", file, sizeof file);
	ck_assert_int_eq(read_split(SPLIT_TRAIN, &info, &set), OK);
	image_set_free(&set);
	ck_assert_int_eq(read_split(SPLIT_TEST, &info, &set), ERR_DATA);
}
END_TEST

START_TEST(class_names_come_from_the_file_or_are_built_in)
{
	struct dataset_info info;
	const struct dataset_request q = { .path = dir.path };
	ck_assert_int_eq(cifar_inspect(&small, &q, arena, &info, &e), OK);
	ck_assert_str_eq(info.class_names[2], "two");
	tmpdir_write(&dir, "names.txt", "null\r\neins\nzwei\n\n", 17);
	ck_assert_int_eq(cifar_inspect(&small, &q, arena, &info, &e), OK);
	ck_assert_str_eq(info.class_names[0], "null");
	ck_assert_str_eq(info.class_names[1], "eins");
	ck_assert_str_eq(info.class_names[2], "zwei");
}
END_TEST

START_TEST(bad_class_names_are_refused)
{
	tmpdir_write(&dir, "names.txt", "a\nb\n", 4);
	refused("names.txt: found 2 class names, expected 3");
	tmpdir_write(&dir, "names.txt", "a\nb\nc\nd", 7);
	refused("names.txt: found 4 class names, expected 3");
	tmpdir_write(&dir, "names.txt", "a\nb\na\n", 6);
	refused("names.txt: byte 4: the class name \"a\" stands twice");
	tmpdir_write(&dir, "names.txt", "a\nb\nc\0\n", 7);
	refused("names.txt: byte 5: found \\x00 in a class name");
	static char long_name[200];
	memset(long_name, 'x', sizeof long_name);
	tmpdir_write(&dir, "names.txt", long_name, sizeof long_name);
	refused("names.txt: byte 0: found a class name of 200 bytes");
	unlink(tmpdir_path(&dir, "names.txt"));
	tmpdir_write(&dir, "names.txt/inside", "x", 1);
	refused("names.txt: found a folder, expected a file");
}
END_TEST

START_TEST(the_real_layouts_have_their_sizes)
{
	const struct dataset_request q = { .path = dir.path };
	struct dataset_info info;
	tmpdir_write(&dir, "data_batch_1.bin", file, sizeof file);
	ck_assert_int_eq(dataset_cifar10.inspect(NULL, &q, arena, &info, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "expected 30730000 (10000 records of 3073 bytes)"));
	ck_assert_ptr_nonnull(strstr(e.message, "`tlrun data get cifar10` brings it"));
	e = ERR_INIT;
	tmpdir_write(&dir, "train.bin", file, sizeof file);
	ck_assert_int_eq(dataset_cifar100.inspect(NULL, &q, arena, &info, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "expected 153700000 (50000 records of 3074 bytes)"));
	ck_assert_ptr_nonnull(strstr(e.message, "`tlrun data get cifar100` brings it"));
}
END_TEST

/* Files of the full size that are all holes: label 0 and black. */
START_TEST(cifar100_reads_whole_files)
{
	const char *const paths[] = { tmpdir_write(&dir, "train.bin", "", 0),
		tmpdir_write(&dir, "test.bin", "", 0) };
	ck_assert_int_eq(truncate(paths[0], 153700000), 0);
	ck_assert_int_eq(truncate(paths[1], 30740000), 0);
	const struct dataset_request q = { .path = dir.path };
	struct dataset_info info;
	struct image_set set;
	ck_assert_int_eq(dataset_cifar100.inspect(NULL, &q, arena, &info, &e), OK);
	ck_assert(info.n[SPLIT_TRAIN] == 50000 && info.n[SPLIT_TEST] == 10000 && info.classes == 100);
	ck_assert_str_eq(info.class_names[0], "apple");
	ck_assert_str_eq(info.class_names[99], "worm");
	ck_assert_int_eq(dataset_cifar100.read(NULL, &q, &info, SPLIT_TEST, &set, &e), OK);
	ck_assert(set.n == 10000 && set.labels[9999] == 0);
	image_set_free(&set);
}
END_TEST

Suite *
suite_cifar_records(void)
{
	Suite *const s = suite_create("cifar_records");
	TCase *const t = tcase_create("cifar_records");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, planes_become_interleaved_pixels);
	tcase_add_test(t, a_wrong_size_names_offset_found_and_expected);
	tcase_add_test(t, a_label_out_of_range_names_record_and_offset);
	tcase_add_test(t, only_the_split_asked_for_is_read);
	tcase_add_test(t, class_names_come_from_the_file_or_are_built_in);
	tcase_add_test(t, bad_class_names_are_refused);
	tcase_add_test(t, the_real_layouts_have_their_sizes);
	tcase_add_test(t, cifar100_reads_whole_files);
	suite_add_tcase(s, t);
	return s;
}
