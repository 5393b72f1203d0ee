/* Calibration against scikit-learn, NumPy and SciPy (golden/calibration.txt). */
#include <math.h>

#include "base/suites.h"
#include "support/golden.h"
#include "tlrun/arena.h"
#include "tlrun/stats.h"

struct sample { int n, classes; float *p; int32_t *label; };

/* softmax(sharp * U(k)) and the labels of the case. */
static struct sample
sample_of(struct arena *a, const struct golden *g, const char *of)
{
	const double *const config = golden_values(g, of, "config", 3);
	const double sharp = golden_value(g, of, "sharp");
	struct sample s = { (int)config[0], (int)config[1], NULL, NULL };
	const size_t size = (size_t)s.n * (size_t)s.classes;
	const double *const label = golden_values(g, of, "label", (size_t)s.n);
	s.p = ARENA_ARRAY(a, float, size);
	s.label = ARENA_ARRAY(a, int32_t, (size_t)s.n);
	golden_fill_u(s.p, size, (int)config[2]);
	for (int i = 0; i < s.n; i++) {
		float *const row = s.p + (size_t)i * (size_t)s.classes;
		double sum = 0;
		for (int c = 0; c < s.classes; c++)
			sum += exp(sharp * (double)row[c]);
		for (int c = 0; c < s.classes; c++)
			row[c] = (float)(exp(sharp * (double)row[c]) / sum);
		s.label[i] = (int32_t)label[i];
	}
	return s;
}

static void
check_case(const struct golden *g, const char *of)
{
	struct arena *a = arena_new();
	const struct sample s = sample_of(a, g, of);
	struct calibration got;
	stats_calibration(s.n, s.classes, s.p, s.label, 1, &got);
	const double *want = golden_values(g, of, "result", 3);
	ck_assert_double_eq_tol(got.nll, want[0], 1e-6);
	ck_assert_double_eq_tol(got.brier, want[1], 1e-6);
	ck_assert_double_eq_tol(got.ece, want[2], 1e-6);
	for (int b = 0; b < STATS_BINS; b++) {
		ck_assert_int_eq(got.count[b], (long long)golden_values(g, of, "count", STATS_BINS)[b]);
		ck_assert_double_eq_tol(got.confidence[b],
			golden_values(g, of, "confidence", STATS_BINS)[b], 1e-6);
		ck_assert_double_eq_tol(got.accuracy[b],
			golden_values(g, of, "accuracy", STATS_BINS)[b], 1e-11);
	}
	const double t = stats_temperature(s.n, s.classes, s.p, s.label);
	ck_assert_double_eq_tol(t, golden_value(g, of, "temperature"), 1e-5 * t);
	stats_calibration(s.n, s.classes, s.p, s.label, t, &got);
	want = golden_values(g, of, "scaled", 3);
	ck_assert_double_eq_tol(got.nll, want[0], 1e-6);
	ck_assert_double_eq_tol(got.brier, want[1], 1e-5);
	ck_assert_double_eq_tol(got.ece, want[2], 1e-5);
	arena_free(a);
}

START_TEST(two_classes)
{
	struct golden *g = golden_open("calibration");
	check_case(g, "two");
	golden_close(g);
}
END_TEST

START_TEST(ten_classes)
{
	struct golden *g = golden_open("calibration");
	check_case(g, "ten");
	golden_close(g);
}
END_TEST

START_TEST(a_hundred_classes)
{
	struct golden *g = golden_open("calibration");
	check_case(g, "hundred");
	golden_close(g);
}
END_TEST

START_TEST(sure_and_right_is_perfect_and_zero_is_no_infinity)
{
	const float p[] = { 1, 0, 0, 1 };
	const int32_t right[] = { 0, 1 }, wrong[] = { 1, 1 };
	struct calibration got;
	stats_calibration(2, 2, p, right, 1, &got);
	ck_assert(got.ece == 0 && got.brier == 0 && got.nll == 0 && got.count[STATS_BINS - 1] == 2);
	stats_calibration(2, 2, p, wrong, 1, &got);
	ck_assert(got.ece == 0.5 && got.brier == 1 && got.nll > 51 && got.nll < 52);
}
END_TEST

/* Always right: the sharpest; no better than chance: the flattest. Never out of bounds. */
START_TEST(temperature_stays_in_its_bounds)
{
	const float p[] = { 0.6f, 0.4f, 0.3f, 0.7f };
	const int32_t right[] = { 0, 1 }, wrong[] = { 1, 0 };
	ck_assert(stats_temperature(2, 2, p, right) == 1.0 / 20);
	ck_assert(stats_temperature(2, 2, p, wrong) == 20);
}
END_TEST

Suite *
suite_stats_calibration(void)
{
	Suite *s = suite_create("stats_calibration");
	TCase *c = tcase_create("stats_calibration");
	tcase_add_test(c, two_classes);
	tcase_add_test(c, ten_classes);
	tcase_add_test(c, a_hundred_classes);
	tcase_add_test(c, sure_and_right_is_perfect_and_zero_is_no_infinity);
	tcase_add_test(c, temperature_stays_in_its_bounds);
	suite_add_tcase(s, c);
	return s;
}
