/* Statistics of counts against SciPy (golden/statistics.txt). */
#include <math.h>
#include <string.h>

#include "base/suites.h"
#include "support/golden.h"
#include "tlrun/stats.h"

START_TEST(wilson_is_scipys)
{
	struct golden *g = golden_open("statistics");
	size_t found = 0;
	for (size_t i = 0; i < g->lines; i++) {
		const double *const v = g->line[i].v;
		if (strncmp(g->line[i].name, "wilson.", 7) != 0) continue;
		const struct interval w = stats_wilson(v[0], v[1]);
		ck_assert_msg(fabs(w.low - v[2]) < 1e-11 && fabs(w.high - v[3]) < 1e-11,
			"%s: %.12g %.12g", g->line[i].name, w.low, w.high);
		ck_assert(w.low >= 0 && w.high <= 1);
		found++;
	}
	ck_assert_uint_ge(found, 14);
	golden_close(g);
}
END_TEST

START_TEST(mean_and_deviation_are_scipys)
{
	static const char *const names[] = { "interval.two", "interval.three", "interval.five" };
	static const size_t sizes[] = { 2, 3, 5 };
	struct golden *g = golden_open("statistics");
	for (int i = 0; i < 3; i++) {
		const double *const x = golden_values(g, names[i], "x", sizes[i]);
		const double *const want = golden_values(g, names[i], "result", 4);
		ck_assert_double_eq_tol(stats_mean(sizes[i], x), want[0], 1e-11);
		ck_assert_double_eq_tol(stats_sd(sizes[i], x), want[1], 1e-11);
	}
	const double one = 3;
	ck_assert(stats_mean(1, &one) == 3 && stats_sd(1, &one) == 0);
	golden_close(g);
}
END_TEST

/* The example of doc/keras-semantics.md 14.8, and a class that is never there nor predicted. */
START_TEST(class_scores_are_those_of_the_counts)
{
	const long long confusion[] = { 2, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0,
		0, 0, 0, 0 };
	struct class_scores s[5];
	stats_class_scores(5, confusion, s);
	ck_assert_double_eq_tol(s[0].precision, 2.0 / 3, 1e-15);
	ck_assert_double_eq_tol(s[1].f1, 0.8, 1e-15);
	ck_assert(s[2].recall == 0.75 && s[2].support == 4);
	ck_assert(s[3].precision == 0 && s[3].recall == 0 && s[3].f1 == 0 && s[3].support == 1);
	ck_assert(s[4].precision == 0 && s[4].recall == 0 && s[4].f1 == 0 && s[4].support == 0);
}
END_TEST

Suite *
suite_stats(void)
{
	Suite *s = suite_create("stats");
	TCase *c = tcase_create("stats");
	tcase_add_test(c, wilson_is_scipys);
	tcase_add_test(c, mean_and_deviation_are_scipys);
	tcase_add_test(c, class_scores_are_those_of_the_counts);
	suite_add_tcase(s, c);
	return s;
}
