/* The drawn pictures: the same for any threads, different for seeds and splits, and what they
 * show. */
#include <math.h>
#include <string.h>

#include "data/suites.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"
#include "tlrun/diag.h"
#include "tlrun/hash.h"
#include "tlrun/parallel.h"

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

/* The dataset that yaml says, drawn. */
static struct image_set
draw(const char *yaml, uint64_t seed, enum dataset_split split, struct dataset_info *info)
{
	struct diags *const d = diags_new();
	struct node *root;
	struct kind_value v;
	struct field_reader r = { arena, d };
	struct err e = ERR_INIT;
	struct image_set set;
	document_parse(arena, "test.yaml", yaml, strlen(yaml), &root, d);
	ck_assert(field_read_kind(&r, &family_dataset, root, "dataset", &v));
	const struct dataset_kind *const k = dataset_kind_of(v.kind);
	const struct dataset_request q = { .split_seed = seed };
	ck_assert_int_eq(k->inspect(v.opts, &q, arena, info, &e), OK);
	ck_assert_int_eq(k->read(v.opts, &q, info, split, &set, &e), OK);
	diags_free(d);
	return set;
}

static bool
same(const struct image_set *a, const struct image_set *b)
{
	return a->pixels.size == b->pixels.size
		&& memcmp(a->pixels.data, b->pixels.data, a->pixels.size) == 0;
}

START_TEST(presets_are_those_of_the_specification)
{
	struct dataset_info info;
	struct image_set set = draw("name: synthetic", 0, SPLIT_TEST, &info);
	ck_assert(info.n[SPLIT_TRAIN] == 2000 && info.n[SPLIT_TEST] == 500 && info.classes == 10);
	ck_assert(set.n == 500 && set.h == 32 && set.w == 32 && set.c == 3);
	ck_assert_ptr_null(info.folder);
	int count[10] = { 0 };
	for (int i = 0; i < set.n; i++)
		count[set.labels[i]]++;
	for (int k = 0; k < 10; k++)
		ck_assert_int_eq(count[k], 50);
	image_set_free(&set);
}
END_TEST

START_TEST(options_set_sizes)
{
	struct dataset_info info;
	struct image_set set =
		draw("{name: synthetic, num_classes: 3, train_samples: 10, image_size: 9, "
								"channels: 1}", 0, SPLIT_TRAIN, &info);
	ck_assert(set.n == 10 && set.h == 9 && set.w == 9 && set.c == 1 && info.classes == 3);
	ck_assert_int_eq(set.labels[5], 2);
	image_set_free(&set);
}
END_TEST

START_TEST(threads_do_not_change_a_picture)
{
	struct dataset_info info;
	parallel_set_threads(_i + 2);
	struct image_set a = draw("{name: synthetic, train_samples: 77}", 3, SPLIT_TRAIN, &info);
	char hash[HASH_HEX];
	hash_of(a.pixels.data, 77 * 32 * 32 * 3, hash);
	/* Made by this program; guards against a change of pictures, which would change results. */
	ck_assert_str_eq(hash, "7577c14386f4d9024d8986a839d4d2a5420fa944ece8cd79a2db49e24f94913a");
	image_set_free(&a);
}
END_TEST

START_TEST(seeds_and_splits_differ)
{
	struct dataset_info info;
	const char *const yaml = "{name: synthetic, train_samples: 50, test_samples: 50}";
	struct image_set a = draw(yaml, 0, SPLIT_TRAIN, &info), b = draw(yaml, 0, SPLIT_TRAIN, &info);
	struct image_set c = draw(yaml, 1, SPLIT_TRAIN, &info), d = draw(yaml, 0, SPLIT_TEST, &info);
	ck_assert(same(&a, &b));
	ck_assert(!same(&a, &c));
	ck_assert(!same(&a, &d));
	image_set_free(&a);
	image_set_free(&b);
	image_set_free(&c);
	image_set_free(&d);
}
END_TEST

/* Without noise rows are constant along a row and differ down a column; columns the other way
 * round. */
START_TEST(stripes_run_as_they_are_called)
{
	struct dataset_info info;
	struct image_set set = draw("{name: synthetic, train_samples: 40, noise: 0}", 5, SPLIT_TRAIN,
		&info);
	ck_assert_str_eq(info.class_names[0], "rows");
	ck_assert_str_eq(info.class_names[1], "columns");
	for (int i = 0; i < set.n; i++) {
		const uint8_t *const x = (const uint8_t *)set.pixels.data + (size_t)i * 32 * 32 * 3;
		int across = 0, down = 0;
		for (int p = 0; p < 31; p++)
			for (int q = 0; q < 32; q++) {
				across += x[(q * 32 + p) * 3] != x[(q * 32 + p + 1) * 3];
				down += x[(p * 32 + q) * 3] != x[((p + 1) * 32 + q) * 3];
			}
		ck_assert_int_eq(across == 0, set.labels[i] == 0);
		ck_assert_int_eq(down == 0, set.labels[i] == 1);
	}
	image_set_free(&set);
}
END_TEST

/* The standard deviation of the noise is that of the picture's contrast times `noise`. */
START_TEST(noise_has_the_size_that_is_asked_for)
{
	struct dataset_info info;
	const char *const some = "{name: synthetic, train_samples: 20, noise: 0.1}";
	const char *const none = "{name: synthetic, train_samples: 20, noise: 0}";
	struct image_set a = draw(some, 5, SPLIT_TRAIN, &info), b = draw(none, 5, SPLIT_TRAIN, &info);
	const uint8_t *const x = a.pixels.data, *const y = b.pixels.data;
	for (int i = 0; i < a.n; i++) {
		int low = 255, high = 0;
		double sum = 0;
		for (int p = 0; p < 1024; p++) {
			const int at = (i * 1024 + p) * 3;
			low = y[at] < low ? y[at] : low;
			high = y[at] > high ? y[at] : high;
			sum += (x[at] - y[at]) * (x[at] - y[at]);
		}
		const double ratio = sqrt(sum / 1024) / (high - low);
		ck_assert(ratio > 0.085 && ratio < 0.115);
	}
	image_set_free(&a);
	image_set_free(&b);
}
END_TEST

/* Polarity, place and colour are even, so the mean pictures of the classes are alike: no linear
 * cue. */
START_TEST(classes_have_the_same_mean_picture)
{
	struct dataset_info info;
	struct image_set set = draw("{name: synthetic, train_samples: 8000}", 1, SPLIT_TRAIN, &info);
	const uint8_t *const x = set.pixels.data;
	for (int block = 0; block < 16; block++) {
		double mean[10] = { 0 };
		for (int i = 0; i < set.n; i++)
			for (int p = 0; p < 64; p++) {
				const int row = block / 4 * 8 + p / 8, column = block % 4 * 8 + p % 8;
				mean[set.labels[i]] += x[(i * 1024 + row * 32 + column) * 3] / (64.0 * 800);
			}
		for (int k = 0; k < 10; k++)
			ck_assert_msg(fabs(mean[k] - 127.5) < 9, "class %d block %d: %g", k, block, mean[k]);
	}
	image_set_free(&set);
}
END_TEST

Suite *
suite_dataset_synthetic(void)
{
	Suite *const s = suite_create("dataset_synthetic");
	TCase *const t = tcase_create("dataset_synthetic");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, presets_are_those_of_the_specification);
	tcase_add_test(t, options_set_sizes);
	tcase_add_loop_test(t, threads_do_not_change_a_picture, -1, 3);
	tcase_add_test(t, seeds_and_splits_differ);
	tcase_add_test(t, stripes_run_as_they_are_called);
	tcase_add_test(t, noise_has_the_size_that_is_asked_for);
	tcase_add_test(t, classes_have_the_same_mean_picture);
	suite_add_tcase(s, t);
	return s;
}
