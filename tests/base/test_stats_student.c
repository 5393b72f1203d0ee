/* Student's t against SciPy (golden/statistics.txt). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/suites.h"
#include "support/golden.h"
#include "tlrun/stats.h"

static bool
near(double got, double want)
{
	return fabs(got - want) <= 1e-10 * (1 + fabs(want));
}

START_TEST(distribution_and_quantile_are_scipys)
{
	struct golden *g = golden_open("statistics");
	size_t found = 0;
	for (size_t i = 0; i < g->lines; i++) {
		const double *const v = g->line[i].v;
		const char *const name = g->line[i].name;
		double got, want = 0;
		if (!strncmp(name, "t_cdf.", 6)) got = stats_t_cdf(v[0], (int)v[1]), want = v[2];
		else if (!strncmp(name, "tq.", 3)) got = stats_t_quantile(v[0], (int)v[1]), want = v[2];
		else if (!strncmp(name, "t.", 2)) got = stats_t_quantile(0.975, (int)v[0]), want = v[1];
		else continue;
		ck_assert_msg(near(got, want), "%s: %.15g", name, got);
		found++;
	}
	ck_assert_uint_eq(found, 9 + 8 + 6);
	golden_close(g);
}
END_TEST

START_TEST(interval_over_seeds_is_scipys)
{
	static const char *const names[] = { "interval.two", "interval.three", "interval.five" };
	static const size_t sizes[] = { 2, 3, 5 };
	struct golden *g = golden_open("statistics");
	for (int i = 0; i < 3; i++) {
		const double *const x = golden_values(g, names[i], "x", sizes[i]);
		const double *const want = golden_values(g, names[i], "result", 4);
		const struct interval got = stats_t_interval(sizes[i], x);
		ck_assert_msg(near(got.low, want[2]) && near(got.high, want[3]), "%s: %.15g %.15g",
			names[i], got.low, got.high);
	}
	golden_close(g);
}
END_TEST

START_TEST(paired_t_test_is_scipys)
{
	static const double same[] = { 0.5, 0.5, 0.5 };
	struct golden *g = golden_open("statistics");
	const char *of;
	size_t found = 0;
	while ((of = golden_case(g, "signflip.", "t", found))) {
		char name[64];
		snprintf(name, sizeof name, "%s.d", of);
		const struct golden_line *d = golden_find(g, name);
		const double want = golden_value(g, of, "t"), got = stats_t_test(d->n, d->v);
		ck_assert_msg(near(got, want), "%s: %.15g", name, got);
		found++;
	}
	ck_assert_uint_eq(found, 5);
	ck_assert(stats_t_test(3, same) == 0 && isnan(stats_t_test(1, same)));
	golden_close(g);
}
END_TEST

START_TEST(one_seed_has_no_interval)
{
	const double one = 0.7;
	ck_assert(isnan(stats_t_interval(1, &one).low) && isnan(stats_t_interval(1, &one).high));
	ck_assert(isnan(stats_t_interval(0, NULL).low));
}
END_TEST

Suite *
suite_stats_student(void)
{
	Suite *s = suite_create("stats_student");
	TCase *c = tcase_create("stats_student");
	tcase_add_test(c, distribution_and_quantile_are_scipys);
	tcase_add_test(c, interval_over_seeds_is_scipys);
	tcase_add_test(c, paired_t_test_is_scipys);
	tcase_add_test(c, one_seed_has_no_interval);
	suite_add_tcase(s, c);
	return s;
}
