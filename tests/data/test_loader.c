/* The loader: what is wrong with a request, when what is read, orders, batches, hashes. */
#include <string.h>

#include "data/fake.h"
#include "data/suites.h"
#include "tlrun/hash.h"
#include "tlrun/parallel.h"

static const struct normalize zero_one = { .type = NORMALIZE_ZERO_ONE };

static struct fake
some(int channels)
{
	return (struct fake){ { 30, 30, 30, 30 }, { 10, 10, 10, 10 }, channels, { 0 } };
}

START_TEST(wrong_requests_are_reported_at_their_place)
{
	static const struct { const char *yaml, *part; } bad[] = {
		{ "{classes: [cat, dgo]}", "test.yaml:1:17: error: unknown class \"dgo\"" },
		{ "{classes: [cat, dgo]}", "did you mean \"dog\"?" },
		{ "{classes: [0, 4]}",
			"unknown class \"4\", expected a name of fake or an index from 0 to 3" },
		{ "{classes: [-1, 1]}", "unknown class \"-1\"" },
		{ "{classes: [cat, dog, 2]}", "test.yaml:1:22: error: class \"cat\" stands twice" },
		{ "{classes: [cat]}", "found 1 class, expected 2 or more" },
		{ "{max_train_samples: 3}", "3 training images cannot hold one of each of 4 classes" },
		{ "{max_test_samples: 3}", "3 test images cannot hold one of each of 4 classes" },
		{ "{validation_split: 0.01}", "in 119 for training and 1 for validation cannot hold" },
		{ "{validation_split: 0.99}", "in 1 for training and 119 for validation cannot hold" },
		{ "{max_train_samples: 7, validation_split: 0.5}",
			"a split of 7 images in 3 for training" },
	};
	struct fake data = some(1);
	struct fake_loader f;
	fake_open(&f, &data, bad[_i].yaml, CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(f.status, OK);
	ck_assert_int_gt(diags_errors(f.diags), 0);
	fake_complains(&f, bad[_i].part);
	fake_close(&f);
}
END_TEST

START_TEST(all_errors_come_at_once)
{
	struct fake data = some(1);
	struct fake_loader f;
	fake_open(&f, &data, "{classes: [cta, dgo, ant, ant], max_test_samples: 1}", CHANNELS_KEEP,
		(struct normalize){ .type = NORMALIZE_IMAGENET });
	ck_assert_int_eq(diags_errors(f.diags), 4);
	fake_complains(&f, "normalize has values for 3 channels, the images have 1");
	fake_close(&f);
}
END_TEST

START_TEST(the_test_set_is_read_last_and_once)
{
	struct fake data = some(1);
	struct fake_loader f;
	fake_open(&f, &data, "{}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
	ck_assert(data.reads[SPLIT_TRAIN] == 1 && data.reads[SPLIT_TEST] == 0);
	ck_assert_int_eq(loader_test(f.loader)->n, 0);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	ck_assert_int_eq(data.reads[SPLIT_TEST], 1);
	ck_assert_int_eq(loader_test(f.loader)->n, 40);
	fake_close(&f);
}
END_TEST

START_TEST(validation_may_be_the_test_set)
{
	struct fake data = some(1);
	struct fake_loader f;
	fake_open(&f, &data, "{validation: test}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
	ck_assert_ptr_eq(loader_validation(f.loader), loader_test(f.loader));
	ck_assert(loader_validation(f.loader)->n == 40 && loader_train(f.loader)->n == 120);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	ck_assert(data.reads[SPLIT_TEST] == 1 && data.reads[SPLIT_TRAIN] == 1);
	fake_close(&f);
}
END_TEST

START_TEST(info_says_what_the_network_sees)
{
	struct fake data = some(1);
	struct fake_loader f;
	fake_open(&f, &data, "{}", CHANNELS_RGB, (struct normalize){ .type = NORMALIZE_IMAGENET });
	const struct loader_info *const i = loader_info(f.loader);
	ck_assert_int_eq(diags_errors(f.diags), 0);
	ck_assert(i->h == FAKE_H && i->w == FAKE_W && i->c == 3 && i->classes == 4);
	ck_assert_str_eq(i->formula, "(x/255 - [0.485, 0.456, 0.406])/[0.229, 0.224, 0.225]");
	ck_assert_double_eq_tol(i->scale[1], 1 / (255 * 0.224), 1e-8);
	ck_assert_double_eq_tol(i->offset[2], -0.406 / 0.225, 1e-6);
	fake_close(&f);
	data = some(3);
	fake_open(&f, &data, "{}", CHANNELS_GRAY, (struct normalize){ .type = NORMALIZE_AUTO });
	ck_assert_int_eq(loader_info(f.loader)->c, 1);
	ck_assert_str_eq(loader_info(f.loader)->formula, "x/255");
	fake_close(&f);
}
END_TEST

START_TEST(an_order_is_a_permutation_of_seed_and_epoch)
{
	enum { N = 1000 };
	uint32_t a[N], b[N], other_epoch[N], other_seed[N], plain[N];
	bool seen[N] = { false };
	loader_order(5, 2, true, N, a);
	loader_order(5, 2, true, N, b);
	loader_order(5, 3, true, N, other_epoch);
	loader_order(6, 2, true, N, other_seed);
	loader_order(5, 2, false, N, plain);
	ck_assert_mem_eq(a, b, sizeof a);
	ck_assert_mem_ne(a, other_epoch, sizeof a);
	ck_assert_mem_ne(a, other_seed, sizeof a);
	for (int i = 0; i < N; i++) {
		ck_assert_uint_eq(plain[i], i);
		ck_assert_uint_lt(a[i], N);
		ck_assert(!seen[a[i]]);
		seen[a[i]] = true;
	}
}
END_TEST

/* Batches of 1 to 9 from any place, by any threads, hold the pixels of the images that the order
 * names. */
START_TEST(a_batch_holds_what_the_order_says)
{
	struct fake data = some(3);
	struct fake_loader f;
	uint32_t order[108];
	float x[9 * FAKE_H * FAKE_W * 3];
	int32_t labels[9];
	parallel_set_threads(_i);
	fake_open(&f, &data, "{}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
	const struct loader_part *const p = loader_train(f.loader);
	ck_assert_int_eq(p->n, 108);
	loader_order(1, 0, true, p->n, order);
	const int image = FAKE_H * FAKE_W * 3;
	for (int first = 0; first + 9 <= p->n; first += 7)
		for (int n = 1; n <= 9; n++) {
			loader_batch(f.loader, p, order, first, n, x, labels);
			for (int i = 0; i < n; i++) {
				const uint32_t item = order[first + i];
				ck_assert_int_eq(labels[i], p->set->labels[p->index[item]]);
				for (int e = 0; e < image; e++) {
					const int v = fake_pixel(SPLIT_TRAIN, (int)p->index[item], e);
					ck_assert(x[i * image + e] == (float)v / 255.0f);
				}
			}
		}
	loader_batch(f.loader, p, NULL, 100, 8, x, labels);
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(labels[i], p->label[100 + i]);
	fake_close(&f);
}
END_TEST

START_TEST(a_hash_is_that_of_sizes_pixels_and_labels)
{
	struct fake data = { { 1, 1, 1, 1 }, { 1, 1, 0, 0 }, 1, { 0 } };
	struct fake_loader f;
	char pixels[65], split[65], expected[HASH_HEX];
	fake_open(&f, &data, "{validation: test}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
	loader_hash(loader_test(f.loader), pixels, split);
	unsigned char b[16 + 2 * (6 + 4)] = { 2, 0, 0, 0, FAKE_H, 0, 0, 0, FAKE_W, 0, 0, 0, 1 };
	for (int i = 0; i < 2; i++) {
		for (int e = 0; e < 6; e++)
			b[16 + i * 10 + e] = (unsigned char)fake_pixel(SPLIT_TEST, i, e);
		b[16 + i * 10 + 6] = (unsigned char)i;
	}
	hash_of(b, sizeof b, expected);
	ck_assert_str_eq(pixels, expected);
	hash_of((const unsigned char[]){ 0, 0, 0, 0, 1, 0, 0, 0 }, 8, expected);
	ck_assert_str_eq(split, expected);
	/* Asked again it says the same, and of another part another. */
	char again[65], other[65];
	loader_hash(loader_test(f.loader), again, split);
	ck_assert_str_eq(again, pixels);
	ck_assert_str_eq(split, expected);
	loader_hash(loader_train(f.loader), other, split);
	ck_assert_str_ne(other, pixels);
	fake_close(&f);
}
END_TEST

Suite *
suite_loader(void)
{
	Suite *const s = suite_create("loader");
	TCase *const t = tcase_create("loader");
	tcase_add_loop_test(t, wrong_requests_are_reported_at_their_place, 0, 11);
	tcase_add_test(t, all_errors_come_at_once);
	tcase_add_test(t, the_test_set_is_read_last_and_once);
	tcase_add_test(t, validation_may_be_the_test_set);
	tcase_add_test(t, info_says_what_the_network_sees);
	tcase_add_test(t, an_order_is_a_permutation_of_seed_and_epoch);
	tcase_add_loop_test(t, a_batch_holds_what_the_order_says, 1, 5);
	tcase_add_test(t, a_hash_is_that_of_sizes_pixels_and_labels);
	suite_add_tcase(s, t);
	return s;
}
