/* Charts as drawings: names beside points, and axes over any values that doubles hold. */
#include "report/svg.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"
#include "report/suites.h"
#include "tlrun/arena.h"
#include "tlrun/rng.h"

enum { MOST = 12, APART = 12 };

static struct str out;

static void
setup(void)
{
	out = STR_INIT;
}

static void
teardown(void)
{
	str_free(&out);
}

/* The scatter of n points at the same time, named alike. percent: the axis is from 0 to 1, if one
 * of the values is 1. */
static void
scatter_of(int n, const double *value, bool percent)
{
	struct svg_bar bar[MOST];
	for (int i = 0; i < n; i++)
		bar[i] = (struct svg_bar){ .name = "an experiment", .label = "", .value = value[i],
			.low = percent ? 0 : NAN, .high = NAN, .x = 10 };
	const struct svg_bars c = { .title = "t", .x_title = "accuracy", .percent = percent, .n = n,
		.bar = bar };
	str_clear(&out);
	svg_scatter(&c, false, &out);
}

/* Where its n names stand. */
static void
names_stand(int n, double *y)
{
	const char *at = str_text(&out);
	for (int i = 0; i < n; i++) {
		at = strstr(at, "small halo\"");
		ck_assert_ptr_nonnull(at);
		at = strstr(at, " y=\"") + 4;
		y[i] = strtod(at, NULL);
	}
}

/* None covers another (a tenth is lost in the text), none is outside the drawing. */
static void
scatter_reads(int n, const double *value, bool percent)
{
	double y[MOST];
	scatter_of(n, value, percent);
	names_stand(n, y);
	for (int i = 0; i < n; i++) {
		ck_assert(y[i] > 0 && y[i] <= 26 + 250);
		for (int k = 0; k < i; k++)
			ck_assert_msg(fabs(y[i] - y[k]) > APART - 0.15, "%d names, %g and %g: at %g and %g", n,
				value[i], value[k], y[i], y[k]);
	}
}

/* A name must go below another in all of them; where that was asked by the difference of two
 * rounded heights, three of a hundred heights never ended. */
START_TEST(names_of_a_scatter_never_meet)
{
	const struct rng r = rng_stream(1, RNG_STATISTICS, 0, 0);
	uint64_t e = 0;
	for (int round = 0; round < 5000; round++) {
		const int n = 2 + (int)(rng_uniform(&r, e++) * (MOST - 1));
		const double spread = rng_uniform(&r, e++) < 0.5 ? 0 : rng_uniform(&r, e++) * 0.1;
		double value[MOST];
		value[0] = rng_uniform(&r, e++);
		for (int i = 1; i < n; i++)
			value[i] = value[i / 3 * 3 % n ? 0 : i / 2] + spread * (rng_uniform(&r, e++) - 0.5);
		scatter_reads(n, value, false);
	}
}
END_TEST

/* The heights by themselves: one name at each, another at the same height or just above it. */
START_TEST(any_height_of_a_name_can_be_moved)
{
	for (int i = 0; i < 3000; i++) {
		const double value[] = { 0, 1, i / 3000.0, i / 3000.0, nextafter(i / 3000.0, 1) };
		scatter_reads(5, value, false);
	}
}
END_TEST

/* The height at which the search for a free place once never ended: its sum with 12 is rounded, and
 * nearer than 12. */
START_TEST(a_height_whose_distance_is_rounded_ends)
{
	const double height = 253.28197546765401;
	double v = 0.1068720981293838;
	for (int i = 0; i < 100 && 26 + 250 * (1 - v) + 4 != height; i++)
		v = nextafter(v, 1);
	ck_assert(26 + 250 * (1 - v) + 4 == height && height + APART - height < APART);
	const double value[] = { v, v, 1 };
	double y[MOST];
	scatter_reads(3, value, true);
	names_stand(3, y);
	ck_assert_msg(y[0] == 253.3 && y[1] == 265.3, "%g, %g", y[0], y[1]);
}
END_TEST

START_TEST(long_names_lose_what_they_begin_with)
{
	struct arena *a = arena_new();
	static const char *const name[] = { "sweep_of_small_networks-learning_rate-0.001-64",
		"short", "sweep_of_small_networks-learning_rate-0.01-64" };
	static const char *const apart[] = { "sweep_of_small_networks-0.001",
		"another_name_of_many_letters", "\xc3\xa9" };
	const char *s[3];
	names_short(a, 3, name, 26, s);
	ck_assert_str_eq(s[0], "\xe2\x80\xa6" "0.001-64");
	ck_assert_str_eq(s[1], "short");
	ck_assert_str_eq(s[2], "\xe2\x80\xa6" "0.01-64");
	names_short(a, 3, name, 60, s);
	ck_assert_ptr_eq(s[0], name[0]);
	names_short(a, 3, apart, 26, s);
	ck_assert(s[0] == apart[0] && s[1] == apart[1] && s[2] == apart[2]);
	names_short(a, 1, name, 26, s);
	ck_assert_ptr_eq(s[0], name[0]);
	arena_free(a);
}
END_TEST

/* What a broken record may hold: each chart still ends, its ticks are few and ascend. */
START_TEST(ticks_of_any_range_end)
{
	static const double ends[] = { -DBL_MAX, -1e308, -1, -DBL_MIN, 0, 4.9e-324, DBL_MIN, 1e-300, 1,
		1 + DBL_EPSILON, 1e300, DBL_MAX, INFINITY };
	const size_t n = sizeof ends / sizeof *ends;
	for (int scale = SVG_LINEAR; scale <= SVG_SECONDS; scale++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = i; k < n; k++) {
				double tick[24];
				if (scale != SVG_LINEAR && ends[i] <= 0) continue;
				const struct svg_axis a =
					svg_axis(NULL, (enum svg_scale)scale, ends[i], ends[k]);
				ck_assert(a.low < a.high && isfinite(a.low) && isfinite(a.high));
				const int ticks = svg_ticks(&a, 6, tick, 24);
				ck_assert_int_le(ticks, 24);
				for (int t = 0; t < ticks; t++)
					ck_assert(tick[t] >= a.low - fabs(a.low) * 1e-6 &&
						(!t || tick[t] > tick[t - 1]));
			}
}
END_TEST

Suite *
suite_svg(void)
{
	Suite *s = suite_create("svg");
	TCase *c = tcase_create("svg");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, names_of_a_scatter_never_meet);
	tcase_add_test(c, any_height_of_a_name_can_be_moved);
	tcase_add_test(c, a_height_whose_distance_is_rounded_ends);
	tcase_add_test(c, long_names_lose_what_they_begin_with);
	tcase_add_test(c, ticks_of_any_range_end);
	suite_add_tcase(s, c);
	return s;
}
