/* The four files of mnist and fashion_mnist: what is found, and what does not fit together. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/idx_files.h"
#include "data/suites.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"

extern const struct dataset_kind dataset_mnist, dataset_fashion_mnist;

static struct tmpdir dir;
static struct arena *arena;
static struct err e;

static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
	e = ERR_INIT;
}

static void
teardown(void)
{
	arena_free(arena);
	tmpdir_remove(&dir);
}

static struct dataset_request
at(const char *path)
{
	return (struct dataset_request){ .path = path };
}

static enum status
inspect(const struct dataset_kind *k, const struct dataset_request *q, struct dataset_info *info)
{
	e = ERR_INIT;
	return k->inspect(NULL, q, arena, info, &e);
}

/* mnist at folder is refused by inspect, or else by reading; the message contains part. */
static void
refused(const char *folder, const char *part)
{
	const struct dataset_request q = at(tmpdir_path(&dir, folder));
	struct dataset_info info;
	struct image_set set;
	enum status s = inspect(&dataset_mnist, &q, &info);
	for (int split = 0; s == OK && split < SPLIT_COUNT; split++) {
		s = dataset_mnist.read(NULL, &q, &info, split, &set, &e);
		image_set_free(&set);
	}
	ck_assert_int_eq(s, ERR_DATA);
	ck_assert_msg(strstr(e.message, part) != NULL, "\"%s\" is not in: %s", part, e.message);
}

START_TEST(both_forms_give_sizes_pixels_and_labels)
{
	for (int gzip = 0; gzip < 2; gzip++) {
		const char *const folder = gzip ? "packed" : "plain";
		write_idx_set(&dir, folder, 30, 20, 6, 5, gzip);
		const struct dataset_request q = at(tmpdir_path(&dir, folder));
		struct dataset_info info;
		struct image_set set;
		ck_assert_int_eq(inspect(&dataset_mnist, &q, &info), OK);
		ck_assert_int_eq(info.n[SPLIT_TRAIN], 30);
		ck_assert_int_eq(info.n[SPLIT_TEST], 20);
		ck_assert(info.h == 6 && info.w == 5 && info.c == 1 && info.classes == 10);
		ck_assert_int_eq(dataset_mnist.read(NULL, &q, &info, SPLIT_TEST, &set, &e), OK);
		ck_assert(set.n == 20 && set.h == 6 && set.w == 5 && set.c == 1);
		const uint8_t *const p = set.pixels.data;
		for (int i = 0; i < 20 * 30; i++)
			ck_assert_int_eq(p[i], (i * 7 + 3) % 256);
		for (int i = 0; i < 20; i++)
			ck_assert_int_eq(set.labels[i], (i * 7 + 3) % 10);
		image_set_free(&set);
	}
}
END_TEST

START_TEST(the_plain_file_wins_and_a_dot_will_do)
{
	write_idx_set(&dir, "m", 30, 20, 6, 5, true);
	const uint32_t dim[] = { 20 };
	write_bytes(&dir, "m/t10k-labels.idx1-ubyte", idx_bytes(0x801, 1, dim, 20, 10));
	unlink(tmpdir_path(&dir, "m/t10k-labels-idx1-ubyte.gz"));
	tmpdir_write(&dir, "m/train-labels-idx1-ubyte", "no labels", 9);
	refused("m", "m/train-labels-idx1-ubyte: byte 0: wrong magic");
	unlink(tmpdir_path(&dir, "m/train-labels-idx1-ubyte"));
	struct dataset_info info;
	const struct dataset_request q = at(tmpdir_path(&dir, "m"));
	ck_assert_int_eq(inspect(&dataset_mnist, &q, &info), OK);
}
END_TEST

START_TEST(a_path_may_be_the_folder_or_the_one_above)
{
	write_idx_set(&dir, "x/FashionMNIST/raw", 30, 20, 6, 5, true);
	struct dataset_info info;
	const struct dataset_request above = at(tmpdir_path(&dir, "x"));
	const struct dataset_request folder = at(tmpdir_path(&dir, "x/FashionMNIST/raw"));
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &above, &info), OK);
	ck_assert_str_eq(info.folder, folder.path);
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &folder, &info), OK);
	ck_assert_str_eq(info.class_names[0], "T-shirt/top");
	ck_assert_str_eq(info.class_names[9], "Ankle boot");
	ck_assert_int_eq(inspect(&dataset_mnist, &above, &info), ERR_DATA);
}
END_TEST

START_TEST(the_search_path_is_searched_in_order)
{
	write_idx_set(&dir, "one/mnist", 30, 20, 6, 5, false);
	write_idx_set(&dir, "two/fashion-mnist", 40, 20, 6, 5, false);
	write_idx_set(&dir, "three/fashion_mnist", 50, 20, 6, 5, false);
	const char *const search[] = { tmpdir_path(&dir, "one"), tmpdir_path(&dir, "two"),
		tmpdir_path(&dir, "three"), NULL };
	const struct dataset_request q = { .search = search };
	struct dataset_info info;
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &q, &info), OK);
	ck_assert_int_eq(info.n[SPLIT_TRAIN], 40);
	ck_assert_int_eq(inspect(&dataset_mnist, &q, &info), OK);
	ck_assert_int_eq(info.n[SPLIT_TRAIN], 30);
}
END_TEST

START_TEST(what_is_not_found_says_where_and_how_to_get_it)
{
	const char *const search[] = { "/nowhere/a", dir.path, NULL };
	const struct dataset_request q = { .search = search };
	struct dataset_info info;
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &q, &info), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "apt install dataset-fashion-mnist"));
	ck_assert_ptr_nonnull(strstr(e.message, "/nowhere/a"));
	ck_assert_ptr_nonnull(strstr(e.message, dir.path));
	ck_assert_ptr_nonnull(strstr(e.message, "fashion-mnist, fashion_mnist, FashionMNIST/raw"));
	const struct dataset_request missing = at("/nowhere/b");
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &missing, &info), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "/nowhere/b: no such folder"));
	const struct dataset_request file = at(tmpdir_write(&dir, "f.tar", "x", 1));
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &file, &info), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "f.tar: dataset.path is a file"));
	const struct dataset_request empty = at(dir.path);
	ck_assert_int_eq(inspect(&dataset_fashion_mnist, &empty, &info), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "no fashion_mnist data in this folder"));
}
END_TEST

START_TEST(one_missing_file_is_named)
{
	write_idx_set(&dir, "m", 30, 20, 6, 5, true);
	unlink(tmpdir_path(&dir, "m/t10k-images-idx3-ubyte.gz"));
	refused("m", "t10k-images-idx3-ubyte (or t10k-images-idx3-ubyte.gz) of mnist is missing");
}
END_TEST

START_TEST(images_and_labels_must_be_as_many)
{
	write_idx_set(&dir, "m", 30, 20, 6, 5, false);
	const uint32_t dim[] = { 29 };
	write_bytes(&dir, "m/train-labels-idx1-ubyte", idx_bytes(0x801, 1, dim, 29, 10));
	refused("m", "train-labels-idx1-ubyte: byte 4: found 29 labels, expected 30");
}
END_TEST

START_TEST(test_images_must_have_the_size_of_training_images)
{
	write_idx_set(&dir, "m", 30, 20, 6, 5, false);
	const uint32_t dim[] = { 20, 5, 6 };
	write_bytes(&dir, "m/t10k-images-idx3-ubyte", idx_bytes(0x803, 3, dim, 600, 256));
	refused("m", "byte 8: found images of 5x6 pixels, expected 6x5");
}
END_TEST

START_TEST(a_label_out_of_range_is_named)
{
	write_idx_set(&dir, "m", 30, 20, 6, 5, false);
	const uint32_t dim[] = { 20 };
	struct bytes b = idx_bytes(0x801, 1, dim, 20, 10);
	b.data[8 + 17] = 10;
	write_bytes(&dir, "m/t10k-labels-idx1-ubyte", b);
	refused("m", "t10k-labels-idx1-ubyte: byte 25: item 17 has label 10, expected 0 to 9");
}
END_TEST

Suite *
suite_idx_set(void)
{
	Suite *const s = suite_create("idx_set");
	TCase *const t = tcase_create("idx_set");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, both_forms_give_sizes_pixels_and_labels);
	tcase_add_test(t, the_plain_file_wins_and_a_dot_will_do);
	tcase_add_test(t, a_path_may_be_the_folder_or_the_one_above);
	tcase_add_test(t, the_search_path_is_searched_in_order);
	tcase_add_test(t, what_is_not_found_says_where_and_how_to_get_it);
	tcase_add_test(t, one_missing_file_is_named);
	tcase_add_test(t, images_and_labels_must_be_as_many);
	tcase_add_test(t, test_images_must_have_the_size_of_training_images);
	tcase_add_test(t, a_label_out_of_range_is_named);
	suite_add_tcase(s, t);
	return s;
}
