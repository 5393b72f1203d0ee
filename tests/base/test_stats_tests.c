/* Sign-flip, McNemar and Holm against SciPy and statsmodels (golden/statistics.txt). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/suites.h"
#include "support/golden.h"
#include "tlrun/stats.h"

START_TEST(sign_flip_counts_all_patterns)
{
	struct golden *g = golden_open("statistics");
	const char *of;
	size_t found = 0;
	while ((of = golden_case(g, "signflip.", "p", found))) {
		char name[64];
		snprintf(name, sizeof name, "%s.d", of);
		const struct golden_line *d = golden_find(g, name);
		const double want = golden_value(g, of, "p"), got = stats_sign_flip(d->n, d->v);
		ck_assert_msg(fabs(got - want) < 1e-12, "%s: %.15g", name, got);
		found++;
	}
	ck_assert_uint_eq(found, 5);
	golden_close(g);
}
END_TEST

START_TEST(its_smallest_p_is_reached_when_all_signs_agree)
{
	double d[21];
	for (int i = 0; i < 21; i++)
		d[i] = 0.01 * (i + 1);
	for (size_t n = 1; n <= STATS_SIGN_FLIP_EXACT; n++) {
		ck_assert(stats_sign_flip(n, d) == stats_sign_flip_least(n));
		ck_assert(stats_sign_flip_least(n) == 2 / pow(2, (double)n));
	}
	ck_assert(stats_sign_flip(21, d) == stats_sign_flip_least(21));
	ck_assert(stats_sign_flip(0, d) == 1 && stats_sign_flip_least(0) == 1);
}
END_TEST

START_TEST(seeds_needed_reach_the_level)
{
	ck_assert_int_eq(stats_sign_flip_needed(1, 0.05), 6);
	ck_assert_int_eq(stats_sign_flip_needed(3, 0.05), 7);
	ck_assert_int_eq(stats_sign_flip_needed(6, 0.05), 8);
	ck_assert_int_eq(stats_sign_flip_needed(10000, 0.05), 19);
	ck_assert_int_eq(stats_sign_flip_needed(1000000, 0.05), 0);
	for (int m = 1; m < 400; m++) {
		const int n = stats_sign_flip_needed((size_t)m, 0.05);
		ck_assert(m * pow(2, 1 - n) < 0.05 && m * pow(2, 2 - n) >= 0.05);
	}
}
END_TEST

/* Beyond the exact size the drawn share is near the exact one of nearly the same differences. */
START_TEST(many_differences_are_drawn_and_near_the_exact_share)
{
	double d[40];
	for (int i = 0; i < 40; i++)
		d[i] = i < 20 ? (i % 3 ? 0.01 : -0.008) * (1 + i % 5) : 0;
	const double exact = stats_sign_flip(20, d), drawn = stats_sign_flip(40, d);
	ck_assert_msg(exact > 0.01 && exact < 0.9, "%g", exact);
	ck_assert_msg(fabs(drawn - exact) < 4 * sqrt(exact * (1 - exact) / 1e5), "%g %g", drawn, exact);
	ck_assert(drawn != exact && stats_sign_flip(40, d) == drawn);
}
END_TEST

START_TEST(mcnemar_is_scipys_mid_p)
{
	struct golden *g = golden_open("statistics");
	size_t found = 0;
	for (size_t i = 0; i < g->lines; i++) {
		const double *const v = g->line[i].v;
		if (strncmp(g->line[i].name, "mcnemar.", 8) != 0) continue;
		const double got = stats_mcnemar((long long)v[0], (long long)v[1]);
		ck_assert_msg(fabs(got - v[3]) <= 1e-9 * v[3], "%s: %.15g", g->line[i].name, got);
		ck_assert(got == stats_mcnemar((long long)v[1], (long long)v[0]));
		found++;
	}
	ck_assert_uint_eq(found, 14);
	golden_close(g);
}
END_TEST

START_TEST(holm_is_statsmodels)
{
	static const char *const names[] = { "holm.three", "holm.ties", "holm.one", "holm.capped" };
	static const size_t sizes[] = { 3, 4, 1, 3 };
	struct golden *g = golden_open("statistics");
	for (int i = 0; i < 4; i++) {
		const double *const want = golden_values(g, names[i], "adjusted", sizes[i]);
		double p[4];
		memcpy(p, golden_values(g, names[i], "p", sizes[i]), sizes[i] * sizeof *p);
		stats_holm(sizes[i], p, p);
		for (size_t k = 0; k < sizes[i]; k++)
			ck_assert_msg(fabs(p[k] - want[k]) < 1e-11, "%s %zu: %g", names[i], k, p[k]);
	}
	golden_close(g);
}
END_TEST

START_TEST(holm_does_not_count_what_was_not_tested)
{
	double p[] = { NAN, 0.02, NAN, 0.03 };
	stats_holm(4, p, p);
	ck_assert(isnan(p[0]) && isnan(p[2]) && p[1] == 0.04 && p[3] == 0.04);
}
END_TEST

Suite *
suite_stats_tests(void)
{
	Suite *s = suite_create("stats_tests");
	TCase *c = tcase_create("stats_tests");
	tcase_add_test(c, sign_flip_counts_all_patterns);
	tcase_add_test(c, seeds_needed_reach_the_level);
	tcase_add_test(c, its_smallest_p_is_reached_when_all_signs_agree);
	tcase_add_test(c, many_differences_are_drawn_and_near_the_exact_share);
	tcase_add_test(c, mcnemar_is_scipys_mid_p);
	tcase_add_test(c, holm_is_statsmodels);
	tcase_add_test(c, holm_does_not_count_what_was_not_tested);
	suite_add_tcase(s, c);
	return s;
}
