/*
 * Fashion-MNIST from Debian's package, CIFAR-10 from $TLRUN_DATA: counts, labels, sums that are
 * known. Where the files are not there a line says so and the test passes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/suites.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"

extern const struct dataset_kind dataset_cifar10, dataset_fashion_mnist;

static struct arena *arena;

static void
setup(void)
{
	arena = arena_new();
}

static void
teardown(void)
{
	arena_free(arena);
}

static void
each_class_has(const struct image_set *s, int n)
{
	int count[10] = { 0 };
	for (int i = 0; i < s->n; i++)
		count[s->labels[i]]++;
	for (int k = 0; k < 10; k++)
		ck_assert_int_eq(count[k], n);
}

static void
starts_with(const struct image_set *s, const int *labels)
{
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(s->labels[i], labels[i]);
}

START_TEST(fashion_mnist_of_the_package)
{
	const char *const search[] = { "/usr/share/datasets", NULL };
	const struct dataset_request q = { .search = search };
	struct dataset_info info;
	struct image_set set;
	struct err e = ERR_INIT;
	if (!file_is_folder("/usr/share/datasets/fashion-mnist")) {
		fputs("skipped: the package dataset-fashion-mnist is not installed\n", stderr);
		return;
	}
	ck_assert_int_eq(dataset_fashion_mnist.inspect(NULL, &q, arena, &info, &e), OK);
	ck_assert(info.n[SPLIT_TRAIN] == 60000 && info.n[SPLIT_TEST] == 10000);
	ck_assert(info.h == 28 && info.w == 28 && info.c == 1);
	ck_assert_int_eq(dataset_fashion_mnist.read(NULL, &q, &info, SPLIT_TRAIN, &set, &e), OK);
	each_class_has(&set, 6000);
	starts_with(&set, (const int[]){ 9, 0, 0, 3, 0, 2, 7, 2, 5, 5 });
	double sum = 0;
	for (size_t i = 0; i < 60000u * 784; i++)
		sum += ((const uint8_t *)set.pixels.data)[i];
	/* The mean that the literature normalizes by is 0.2860. */
	ck_assert_double_eq_tol(sum / (60000.0 * 784 * 255), 0.2860, 5e-5);
	image_set_free(&set);
	ck_assert_int_eq(dataset_fashion_mnist.read(NULL, &q, &info, SPLIT_TEST, &set, &e), OK);
	each_class_has(&set, 1000);
	starts_with(&set, (const int[]){ 9, 2, 1, 1, 6, 1, 4, 6, 5, 7 });
	image_set_free(&set);
}
END_TEST

/* The original archive, or a copy of the same images in another order, whose labels the name
 * says. */
START_TEST(cifar10_of_the_search_path)
{
	const char *const root = getenv("TLRUN_DATA");
	if (!root) {
		fputs("skipped: TLRUN_DATA does not name a folder with CIFAR-10\n", stderr);
		return;
	}
	const char *const search[] = { root, NULL };
	const struct dataset_request q = { .search = search };
	struct dataset_info info;
	struct image_set set;
	struct err e = ERR_INIT;
	ck_assert_msg(dataset_cifar10.inspect(NULL, &q, arena, &info, &e) == OK, "%s", e.message);
	ck_assert(info.n[SPLIT_TRAIN] == 50000 && info.n[SPLIT_TEST] == 10000);
	ck_assert_str_eq(info.class_names[0], "airplane");
	ck_assert_str_eq(info.class_names[9], "truck");
	ck_assert_int_eq(dataset_cifar10.read(NULL, &q, &info, SPLIT_TRAIN, &set, &e), OK);
	each_class_has(&set, 5000);
	/* readme.html comes with the archive; without it the records may have been made from image
	 * files. */
	if (file_exists(path_join(arena, info.folder, "readme.html")))
		starts_with(&set, (const int[]){ 6, 9, 9, 4, 1, 1, 2, 7, 8, 3 });
	double sum[3] = { 0 };
	for (size_t i = 0; i < 50000u * 1024 * 3; i++)
		sum[i % 3] += ((const uint8_t *)set.pixels.data)[i];
	/* The means that the literature normalizes by: 0.4914 0.4822 0.4465. */
	ck_assert_double_eq_tol(sum[0] / (50000.0 * 1024 * 255), 0.4914, 5e-4);
	ck_assert_double_eq_tol(sum[1] / (50000.0 * 1024 * 255), 0.4822, 5e-4);
	ck_assert_double_eq_tol(sum[2] / (50000.0 * 1024 * 255), 0.4465, 5e-4);
	image_set_free(&set);
	ck_assert_int_eq(dataset_cifar10.read(NULL, &q, &info, SPLIT_TEST, &set, &e), OK);
	each_class_has(&set, 1000);
	image_set_free(&set);
}
END_TEST

Suite *
suite_real_data(void)
{
	Suite *const s = suite_create("real_data");
	TCase *const t = tcase_create("real_data");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, fashion_mnist_of_the_package);
	tcase_add_test(t, cifar10_of_the_search_path);
	suite_add_tcase(s, t);
	return s;
}
