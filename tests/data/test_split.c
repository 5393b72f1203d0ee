/* Stratified choice: shares by largest remainder, at least one a class, a function of the seed. */
#include <string.h>

#include "data/split.h"
#include "data/suites.h"

enum { MOST = 400 };

static bool
allocate(int classes, const int *count, int keep, int total, int *out)
{
	const struct split_request q = { .classes = classes, .total = total, .least = 1, .keep = keep };
	return split_allocate(&q, count, out);
}

static void
shares(int classes, const int *count, int keep, int total, const int *expected)
{
	int out[8];
	ck_assert(allocate(classes, count, keep, total, out));
	for (int k = 0; k < classes; k++)
		ck_assert_int_eq(out[k], expected[k]);
}

/* The usual example of the method (Hare quota): ten seats would be 5 2 1 1 1 0. */
START_TEST(largest_remainders_get_what_is_left)
{
	const int votes[] = { 47000, 16000, 15900, 12000, 6000, 3100 };
	shares(6, votes, 0, 100, (const int[]){ 47, 16, 16, 12, 6, 3 });
	shares(6, votes, 0, 10, (const int[]){ 4, 2, 1, 1, 1, 1 });
}
END_TEST

START_TEST(equal_remainders_go_to_the_lower_class)
{
	shares(4, (const int[]){ 10, 10, 10, 10 }, 0, 6, (const int[]){ 2, 2, 1, 1 });
	shares(3, (const int[]){ 5000, 5000, 5000 }, 1, 1500, (const int[]){ 500, 500, 500 });
}
END_TEST

START_TEST(both_sides_have_each_class)
{
	shares(3, (const int[]){ 100, 2, 2 }, 1, 10, (const int[]){ 8, 1, 1 });
	shares(3, (const int[]){ 100, 2, 2 }, 1, 101, (const int[]){ 99, 1, 1 });
	shares(3, (const int[]){ 4, 0, 4 }, 0, 3, (const int[]){ 2, 0, 1 });
}
END_TEST

START_TEST(each_class_gives_at_least_so_many_or_all)
{
	const struct split_request q = { .classes = 4, .total = 9, .least = 2 };
	int out[4];
	ck_assert(split_allocate(&q, (const int[]){ 100, 40, 20, 1 }, out));
	ck_assert(out[0] == 4 && out[1] == 2 && out[2] == 2 && out[3] == 1);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	int out[4];
	ck_assert(!allocate(3, (const int[]){ 5, 5, 5 }, 0, 2, out));
	ck_assert(!allocate(3, (const int[]){ 5, 5, 5 }, 0, 16, out));
	ck_assert(!allocate(3, (const int[]){ 5, 1, 5 }, 1, 5, out));
	ck_assert(!allocate(3, (const int[]){ 5, 5, 5 }, 1, 13, out));
	ck_assert(allocate(3, (const int[]){ 5, 5, 5 }, 1, 12, out));
	ck_assert(allocate(2, (const int[]){ 0, 0 }, 0, 0, out));
}
END_TEST

/* Any counts: the sum is total, the limits hold, and where they do not bind a share is within 1
 * of exact. */
START_TEST(shares_are_fair_for_any_counts)
{
	unsigned state = 1;
	for (int round = 0; round < 2000; round++) {
		int count[8], out[8], sum = 0, given = 0;
		for (int k = 0; k < 8; k++) {
			state = state * 1103515245u + 12345u;
			count[k] = 20 + (int)(state >> 16) % 200;
			sum += count[k];
		}
		state = state * 1103515245u + 12345u;
		const int total = sum / 4 + (int)(state >> 16) % (sum / 2);
		ck_assert(allocate(8, count, 1, total, out));
		for (int k = 0; k < 8; k++) {
			const double exact = (double)total * count[k] / sum;
			ck_assert(out[k] >= 1 && out[k] < count[k]);
			ck_assert(out[k] > exact - 1 && out[k] < exact + 1);
			given += out[k];
		}
		ck_assert_int_eq(given, total);
	}
}
END_TEST

static void
choose(uint64_t seed, enum split_use use, int n, const int32_t *class, int total, uint8_t *chosen)
{
	const struct split_request q = { seed, use, 3, total, 1, 1 };
	struct err e = ERR_INIT;
	ck_assert_int_eq(split_choose(&q, n, class, chosen, &e), OK);
}

START_TEST(the_seed_and_the_use_decide)
{
	int32_t class[MOST];
	uint8_t a[MOST], b[MOST], other_seed[MOST], other_use[MOST];
	int per_class[3] = { 0 };
	for (int i = 0; i < MOST; i++)
		class[i] = i * i % 3;
	choose(7, SPLIT_USE_VALIDATION, MOST, class, 40, a);
	choose(7, SPLIT_USE_VALIDATION, MOST, class, 40, b);
	choose(8, SPLIT_USE_VALIDATION, MOST, class, 40, other_seed);
	choose(7, SPLIT_USE_TRAIN, MOST, class, 40, other_use);
	ck_assert_mem_eq(a, b, MOST);
	ck_assert_mem_ne(a, other_seed, MOST);
	ck_assert_mem_ne(a, other_use, MOST);
	for (int i = 0; i < MOST; i++)
		per_class[class[i]] += a[i];
	ck_assert_int_eq(per_class[0], 13);	/* 134 of 400 are 0, 266 are 1, none is 2 */
	ck_assert_int_eq(per_class[1], 27);
}
END_TEST

START_TEST(a_class_does_not_depend_on_the_others)
{
	int32_t class[MOST];
	uint8_t a[MOST], b[MOST];
	for (int i = 0; i < MOST; i++)
		class[i] = i % 2;
	choose(3, SPLIT_USE_TEST, MOST, class, 100, a);
	for (int i = 1; i < MOST; i += 2)
		class[i] = 2;
	choose(3, SPLIT_USE_TEST, MOST, class, 100, b);
	for (int i = 0; i < MOST; i += 2)
		ck_assert_int_eq(a[i], b[i]);
}
END_TEST

/* Every item of a class is as likely: over 300 seeds each of 40 is taken about 75 times (sd
 * 7.5). */
START_TEST(items_are_chosen_evenly)
{
	int32_t class[40] = { 0 };
	int taken[40] = { 0 };
	for (uint64_t seed = 0; seed < 300; seed++) {
		uint8_t chosen[40];
		choose(seed, SPLIT_USE_TRAIN, 40, class, 10, chosen);
		for (int i = 0; i < 40; i++)
			taken[i] += chosen[i];
	}
	for (int i = 0; i < 40; i++)
		ck_assert(taken[i] > 45 && taken[i] < 105);
}
END_TEST

START_TEST(too_few_are_an_error)
{
	const int32_t class[] = { 0, 0, 1, 2, 2 };
	const struct split_request q = { 0, SPLIT_USE_VALIDATION, 3, 3, 1, 1 };
	uint8_t chosen[5];
	struct err e = ERR_INIT;
	ck_assert_int_eq(split_choose(&q, 5, class, chosen, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "cannot choose 3 of 5 images"));
}
END_TEST

Suite *
suite_split(void)
{
	Suite *const s = suite_create("split");
	TCase *const t = tcase_create("split");
	tcase_add_test(t, largest_remainders_get_what_is_left);
	tcase_add_test(t, equal_remainders_go_to_the_lower_class);
	tcase_add_test(t, both_sides_have_each_class);
	tcase_add_test(t, each_class_gives_at_least_so_many_or_all);
	tcase_add_test(t, what_cannot_be_is_refused);
	tcase_add_test(t, shares_are_fair_for_any_counts);
	tcase_add_test(t, the_seed_and_the_use_decide);
	tcase_add_test(t, a_class_does_not_depend_on_the_others);
	tcase_add_test(t, items_are_chosen_evenly);
	tcase_add_test(t, too_few_are_an_error);
	suite_add_tcase(s, t);
	return s;
}
