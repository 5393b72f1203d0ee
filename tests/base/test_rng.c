/*
 * Philox4x32-10 against the known answers of Random123 (its file kat_vectors), and what is drawn
 * from it against the same formulas worked out in Python with whole numbers and its math module.
 */
#include "tlrun/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/suites.h"

START_TEST(philox_gives_the_known_answers)
{
	static const struct {
		uint32_t ctr[4], key[2], out[4];
	} known[] = {
		{ { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
		{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff },
			{ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
		{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
			{ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
	};
	for (int i = 0; i < 3; i++) {
		uint32_t out[4];
		rng_philox(known[i].ctr, known[i].key, out);
		ck_assert_mem_eq(out, known[i].out, sizeof out);
	}
}
END_TEST

START_TEST(draws_equal_the_formulas)
{
	static const struct {
		uint32_t element, word[4];
		double uniform, normal;
		uint64_t below, below_large;
	} known[] = {
		{ 0, { 0x1146f2cc, 0x6f2ee975, 0x76ccfe54, 0xb7740a87 }, 0x1.146f2cc6f2ee8p-4,
			-2.263044830291473, 67488837, 0x11334a7754852caf },
		{ 1, { 0x3e29cf9b, 0xf7287ccd, 0x251bcd6b, 0xc8d5ce21 }, 0x1.f14e7cdfb943cp-3,
			1.031591275811744, 242825486, 0x3de3153a8fa8e05e },
		{ 1000000, { 0x98d40123, 0x35e0f46e, 0x4513a1a2, 0x763839b9 }, 0x1.31a802466bc1ep-1,
			-0.1262345237315169, 596984935, 0x98261eb6f70fbdde },
	};
	const struct rng r = rng_stream(0x123456789abcdef0, RNG_DROPOUT, 5, ((uint64_t)7 << 32) + 11);
	for (int i = 0; i < 3; i++) {
		uint32_t word[4];
		const uint32_t e = known[i].element;
		rng_block(&r, e, word);
		ck_assert_mem_eq(word, known[i].word, sizeof word);
		for (uint32_t j = 0; j < 4; j++)
			ck_assert_uint_eq(rng_u32(&r, 4 * (uint64_t)e + j), known[i].word[j]);
		ck_assert(rng_uniform(&r, e) == known[i].uniform);
		ck_assert_double_eq_tol(rng_normal(&r, e), known[i].normal, 4e-15);
		ck_assert_uint_eq(rng_below(&r, e, 1000000007), known[i].below);
		ck_assert_uint_eq(rng_below(&r, e, 0xfedcba9876543210), known[i].below_large);
	}
}
END_TEST

START_TEST(every_part_of_a_stream_counts)
{
	const struct rng streams[] = {
		rng_stream(1, RNG_INIT, 0, 0),
		rng_stream(2, RNG_INIT, 0, 0),
		rng_stream((uint64_t)1 << 32 | 1, RNG_INIT, 0, 0),
		rng_stream(1, RNG_SHUFFLE, 0, 0),
		rng_stream(1, RNG_INIT, 1, 0),
		rng_stream(1, RNG_INIT, 1u << 31, 0),
		rng_stream(1, RNG_INIT, 0, 1),
		rng_stream(1, RNG_INIT, 0, (uint64_t)1 << 32),
		rng_stream(1, RNG_INIT, 0, (uint64_t)1 << 55),
		rng_stream(1, RNG_AUGMENT, 0, 0),
	};
	enum { N = sizeof streams / sizeof streams[0] };
	uint32_t block[2 * N][4];
	for (int i = 0; i < N; i++) {
		rng_block(&streams[i], 0, block[2 * i]);
		rng_block(&streams[i], 1, block[2 * i + 1]);
	}
	for (int i = 0; i < 2 * N; i++)
		for (int j = 0; j < i; j++)
			ck_assert(memcmp(block[i], block[j], sizeof block[i]) != 0);
}
END_TEST

START_TEST(uniform_fills_its_range_evenly)
{
	enum { N = 200000, BINS = 20 };
	const struct rng r = rng_stream(3, RNG_SYNTHETIC, 0, 0);
	int bin[BINS] = { 0 };
	for (int i = 0; i < N; i++) {
		const double u = rng_uniform(&r, (uint64_t)i);
		ck_assert(u >= 0 && u < 1);
		bin[(int)(u * BINS)]++;
	}
	double chi = 0;
	for (int i = 0; i < BINS; i++)
		chi += (bin[i] - N / BINS) * (double)(bin[i] - N / BINS) / (N / BINS);
	/* 19 degrees of freedom: 43.8 is passed once in a thousand. */
	ck_assert(chi < 43.8);
}
END_TEST

START_TEST(normal_has_the_moments_of_the_normal_law)
{
	enum { N = 200000 };
	const struct rng r = rng_stream(4, RNG_INIT, 0, 0);
	double m1 = 0, m2 = 0, m3 = 0, m4 = 0, neighbour = 0, last = 0;
	int within = 0;
	for (int i = 0; i < N; i++) {
		const double x = rng_normal(&r, (uint64_t)i);
		m1 += x;
		m2 += x * x;
		m3 += x * x * x;
		m4 += x * x * x * x;
		within += fabs(x) < 1;
		neighbour += x * last;
		last = x;
	}
	/* Five standard errors each. */
	const double se = 5 / sqrt(N);
	ck_assert_double_eq_tol(m1 / N, 0, se);
	ck_assert_double_eq_tol(m2 / N, 1, se * sqrt(2));
	ck_assert_double_eq_tol(m3 / N, 0, se * sqrt(15));
	ck_assert_double_eq_tol(m4 / N, 3, se * sqrt(96));
	ck_assert_double_eq_tol(neighbour / N, 0, se);
	ck_assert_double_eq_tol(within / (double)N, 0.682689492137, se * 0.466);
}
END_TEST

START_TEST(below_gives_every_value_alike)
{
	enum { N = 70000 };
	const struct rng r = rng_stream(5, RNG_SPLIT, 0, 0);
	int count[7] = { 0 };
	for (int i = 0; i < N; i++) {
		const uint64_t v = rng_below(&r, (uint64_t)i, 7);
		ck_assert_uint_lt(v, 7);
		count[v]++;
		ck_assert_uint_eq(rng_below(&r, (uint64_t)i, 1), 0);
	}
	for (int i = 0; i < 7; i++)
		ck_assert_int_lt(abs(count[i] - N / 7), 5 * 93); /* sd 92.6 */
}
END_TEST

START_TEST(permutation_equals_the_formula)
{
	static const uint32_t known[10] = { 8, 9, 7, 6, 0, 5, 4, 1, 2, 3 };
	uint32_t out[10];
	const struct rng r = rng_stream(1, RNG_SHUFFLE, 1, 0);
	rng_permutation(&r, out, 10);
	ck_assert_mem_eq(out, known, sizeof out);
	rng_permutation(&r, out, 0);
	rng_permutation(&r, out, 1);
	ck_assert_uint_eq(out[0], 0);
}
END_TEST

START_TEST(every_order_is_as_likely)
{
	enum { N = 12000 };
	int count[27] = { 0 };
	for (uint32_t epoch = 0; epoch < N; epoch++) {
		uint32_t p[3];
		const struct rng r = rng_stream(9, RNG_SHUFFLE, epoch, 0);
		rng_permutation(&r, p, 3);
		ck_assert_uint_eq(1u << p[0] | 1u << p[1] | 1u << p[2], 7);
		count[p[0] * 9 + p[1] * 3 + p[2]]++;
	}
	int seen = 0;
	for (int i = 0; i < 27; i++)
		if (count[i]) {
			seen++;
			ck_assert_int_lt(abs(count[i] - N / 6), 5 * 41); /* sd 40.8 */
		}
	ck_assert_int_eq(seen, 6);
}
END_TEST

Suite *
suite_rng(void)
{
	Suite *s = suite_create("rng");
	TCase *t = tcase_create("rng");
	tcase_add_test(t, philox_gives_the_known_answers);
	tcase_add_test(t, draws_equal_the_formulas);
	tcase_add_test(t, every_part_of_a_stream_counts);
	tcase_add_test(t, uniform_fills_its_range_evenly);
	tcase_add_test(t, normal_has_the_moments_of_the_normal_law);
	tcase_add_test(t, below_gives_every_value_alike);
	tcase_add_test(t, permutation_equals_the_formula);
	tcase_add_test(t, every_order_is_as_likely);
	suite_add_tcase(s, t);
	return s;
}
