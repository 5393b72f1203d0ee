/* The bootstrap against a second implementation in NumPy (golden/bootstrap.txt). */
#include <math.h>
#include <stdio.h>

#include "base/suites.h"
#include "support/golden.h"
#include "tlrun/arena.h"
#include "tlrun/stats.h"

/* Which images a model has right: U(k)[i] below limit - 1/2. */
static unsigned char *
answers(struct arena *a, size_t images, int k, double limit)
{
	unsigned char *right = ARENA_ARRAY(a, unsigned char, images);
	float *u = ARENA_ARRAY(a, float, images);
	golden_fill_u(u, images, k);
	for (size_t i = 0; i < images; i++)
		right[i] = (double)u[i] < limit - 0.5;
	return right;
}

static void
check_interval(const struct golden *g, const char *of, const char *what, double *x)
{
	const double *const want = golden_values(g, of, what, 2);
	const struct interval got = stats_percentile(STATS_BOOTSTRAP, x);
	ck_assert_msg(fabs(got.low - want[0]) < 1e-11 && fabs(got.high - want[1]) < 1e-11,
		"%s.%s: %.12g %.12g", of, what, got.low, got.high);
}

static void
check_case(const struct golden *g, const char *of)
{
	struct arena *a = arena_new();
	const double *const config = golden_values(g, of, "config", 2);
	const double *const limits = golden_values(g, of, "limits", 2);
	const size_t seeds = (size_t)config[0], images = (size_t)config[1];
	double share[2][STATS_BOOTSTRAP], difference[STATS_BOOTSTRAP];
	for (int m = 0; m < 2; m++) {
		const unsigned char **right = ARENA_ARRAY(a, const unsigned char *, seeds);
		char what[32];
		for (size_t s = 0; s < seeds; s++)
			right[s] = answers(a, images, 10 * m + (int)s, limits[m]);
		const struct stats_answers x = { seeds, images, right };
		stats_bootstrap(&x, share[m]);
		snprintf(what, sizeof what, "m%d.first", m);
		for (int i = 0; i < 10; i++)
			ck_assert_double_eq_tol(share[m][i], golden_values(g, of, what, 10)[i], 1e-11);
	}
	for (int i = 0; i < STATS_BOOTSTRAP; i++)
		difference[i] = share[1][i] - share[0][i];
	check_interval(g, of, "m0.interval", share[0]);
	check_interval(g, of, "m1.interval", share[1]);
	check_interval(g, of, "difference", difference);
	arena_free(a);
}

START_TEST(samples_and_intervals_are_numpys)
{
	struct golden *g = golden_open("bootstrap");
	check_case(g, "one");
	check_case(g, "three");
	check_case(g, "five");
	golden_close(g);
}
END_TEST

/* One seed, many images: the interval is about that of the binomial distribution. */
START_TEST(its_width_is_that_of_the_images)
{
	struct arena *a = arena_new();
	const unsigned char *const right[] = { answers(a, 10000, 3, 0.8) };
	const struct stats_answers x = { 1, 10000, right };
	double share[STATS_BOOTSTRAP], sum = 0;
	for (int i = 0; i < 10000; i++)
		sum += right[0][i];
	stats_bootstrap(&x, share);
	const struct interval got = stats_percentile(STATS_BOOTSTRAP, share);
	const double p = sum / 10000, half = 1.96 * sqrt(p * (1 - p) / 10000);
	ck_assert_double_eq_tol(got.low, p - half, 0.15 * half);
	ck_assert_double_eq_tol(got.high, p + half, 0.15 * half);
	arena_free(a);
}
END_TEST

Suite *
suite_stats_bootstrap(void)
{
	Suite *s = suite_create("stats_bootstrap");
	TCase *c = tcase_create("stats_bootstrap");
	tcase_add_test(c, samples_and_intervals_are_numpys);
	tcase_add_test(c, its_width_is_that_of_the_images);
	suite_add_tcase(s, c);
	return s;
}
