/*
 * exp, log, cos and powers: within 2 ulp of libm's long double functions over many values, exact at
 * the edges, and the same bits from every build.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/suites.h"
#include "tlrun/num.h"
#include "tlrun/rng.h"

/* How far got is from exact, in units of the last place of exact. */
static double
num_ulps(double got, long double exact)
{
	const double near = fabs((double)exact);
	const double unit = nextafter(near, HUGE_VAL) - near;
	return (double)(fabsl((long double)got - exact) / (long double)unit);
}

/* A value of the i-th draw, evenly from low to high. */
static double
num_draw(const struct rng *r, uint64_t i, double low, double high)
{
	return low + (high - low) * rng_uniform(r, i);
}

START_TEST(exp_is_within_2_ulp)
{
	const struct rng r = rng_stream(1, RNG_INIT, 0, 0);
	for (uint64_t i = 0; i < 100000; i++) {
		const double wide = num_draw(&r, i, -700, 709), near = num_draw(&r, i, -1, 1);
		const double tiny = ldexp(near, -(int)(i % 60));
		ck_assert(num_ulps(num_exp(wide), expl(wide)) < 2);
		ck_assert(num_ulps(num_exp(near), expl(near)) < 2);
		ck_assert(num_ulps(num_exp(tiny), expl(tiny)) < 2);
	}
}
END_TEST

START_TEST(log_is_within_2_ulp)
{
	const struct rng r = rng_stream(2, RNG_INIT, 0, 0);
	for (uint64_t i = 0; i < 100000; i++) {
		const double u = num_draw(&r, i, 0.5, 2), wide = ldexp(u, (int)(i % 2040) - 1020);
		const double near = 1.0 + ldexp(u - 1.0, -(int)(i % 53));
		ck_assert(num_ulps(num_log(u), logl(u)) < 2);
		ck_assert(num_ulps(num_log(wide), logl(wide)) < 2);
		if (near != 1.0) ck_assert(num_ulps(num_log(near), logl(near)) < 2);
	}
	for (double x = 0x1p-1074; x < 0x1p-1020; x *= 3)
		ck_assert(num_ulps(num_log(x), logl(x)) < 2);
}
END_TEST

START_TEST(cos_is_within_2_ulp)
{
	const struct rng r = rng_stream(3, RNG_INIT, 0, 0);
	for (uint64_t i = 0; i < 100000; i++) {
		const double wide = num_draw(&r, i, -1e6, 1e6), near = num_draw(&r, i, -7, 7);
		ck_assert(num_ulps(num_cos(near), cosl(near)) < 2);
		ck_assert(num_ulps(num_cos(wide), cosl(wide)) < 2);
	}
	/* The doubles nearest to the zeros, where only the rest of the reduction is left: libm's own
	 * cos is used there, since the long double one is reduced by a shorter pi on some machines. */
	for (int k = 1; k < 636619; k += 14) {
		const double zero = k * 0x1.921fb54442d18p+0;
		ck_assert(num_ulps(num_cos(zero), (long double)cos(zero)) < 2.5);
	}
}
END_TEST

START_TEST(pow_is_within_2_ulp)
{
	const struct rng r = rng_stream(4, RNG_INIT, 0, 0);
	int tested = 0;
	for (uint64_t i = 0; i < 200000; i++) {
		const double x = i % 2 ? num_draw(&r, 2 * i, 0.9, 1.1)
							   : ldexp(num_draw(&r, 2 * i, 0.5, 1), (int)(i % 200) - 100);
		const double y =
			i % 2 ? num_draw(&r, 2 * i + 1, -7000, 7000) : num_draw(&r, 2 * i + 1, -15, 15);
		const long double exact = powl(x, y);
		if (exact > 1e-300L && exact < 1e300L) {
			ck_assert(num_ulps(num_pow(x, y), exact) < 2);
			tested++;
		}
	}
	ck_assert_int_gt(tested, 150000);
}
END_TEST

START_TEST(edges_are_exact)
{
	ck_assert(num_exp(0) == 1 && num_exp(-0.0) == 1 && num_log(1) == 0 && num_cos(0) == 1);
	ck_assert(num_exp(1000) == HUGE_VAL && num_exp(HUGE_VAL) == HUGE_VAL);
	ck_assert(num_exp(-1000) == 0 && num_exp(-HUGE_VAL) == 0 && num_exp(-745) == 0x1p-1074);
	ck_assert(num_exp(709.782712893384) < HUGE_VAL && num_exp(709.782712893385) == HUGE_VAL);
	ck_assert(num_log(0) == -HUGE_VAL && num_log(HUGE_VAL) == HUGE_VAL && isnan(num_log(-1)));
	ck_assert(isnan(num_exp(NAN)) && isnan(num_log(NAN)) && isnan(num_cos(NAN)));
	ck_assert(isnan(num_cos(HUGE_VAL)) && isnan(num_pow(NAN, 2)) && isnan(num_pow(2, NAN)));
	ck_assert(num_pow(0, 0) == 1 && num_pow(0, 2) == 0 && num_pow(0, -0.5) == HUGE_VAL);
	ck_assert(num_pow(HUGE_VAL, 2) == HUGE_VAL && num_pow(HUGE_VAL, -2) == 0);
	ck_assert(num_pow(2, 1e300) == HUGE_VAL && num_pow(2, -1e300) == 0 && num_pow(1, 1e300) == 1);
}
END_TEST

START_TEST(powers_that_are_doubles_are_exact)
{
	for (int k = -1074; k < 1024; k++)
		ck_assert(num_pow(2, k) == ldexp(1, k));
	double ten = 1, three = 1;
	for (int k = 0; k <= 22; k++, ten *= 10, three *= 3) {
		ck_assert(num_pow(10, k) == ten);
		ck_assert(num_pow(3, k) == three);
		ck_assert(num_powi(10, (unsigned long)k) == ten);
	}
	for (int n = 1; n < 2000; n++)
		ck_assert(num_pow((double)n * n, 0.5) == n);
	ck_assert(num_pow(10, -3) == 0.001 && num_pow(0.5, 1) == 0.5);
}
END_TEST

START_TEST(whole_powers_are_near_the_exact_ones)
{
	ck_assert(num_powi(5, 0) == 1 && num_powi(0, 0) == 1 && num_powi(-3, 3) == -27);
	for (unsigned long n = 1; n < 100000; n = n * 3 / 2 + 1) {
		const long double exact = powl(0.999, (long double)n);
		ck_assert(fabsl(num_powi(0.999, n) - exact) <= exact * 0x1p-52L * (n + 1));
	}
}
END_TEST

/* FNV-1a over the bits of many results: any build on any machine gives these. */
START_TEST(bits_are_the_same_everywhere)
{
	const struct rng r = rng_stream(5, RNG_INIT, 0, 0);
	uint64_t sum = 0xcbf29ce484222325;
	for (uint64_t i = 0; i < 20000; i++) {
		const double u = rng_uniform(&r, i);
		const double results[] = { num_exp(1400 * u - 700), num_log(u), num_cos(2e6 * u - 1e6),
			num_pow(u, 20 * u - 5), num_powi(u, i), rng_normal(&r, i) };
		for (int k = 0; k < 6; k++) {
			uint64_t bits;
			memcpy(&bits, &results[k], sizeof bits);
			for (int b = 0; b < 64; b += 8)
				sum = (sum ^ (bits >> b & 0xff)) * 0x100000001b3;
		}
	}
	ck_assert_uint_eq(sum, 18419632413524132089u);
}
END_TEST

Suite *
suite_num_math(void)
{
	Suite *s = suite_create("num_math");
	TCase *t = tcase_create("num_math");
	tcase_add_test(t, exp_is_within_2_ulp);
	tcase_add_test(t, log_is_within_2_ulp);
	tcase_add_test(t, cos_is_within_2_ulp);
	tcase_add_test(t, pow_is_within_2_ulp);
	tcase_add_test(t, edges_are_exact);
	tcase_add_test(t, powers_that_are_doubles_are_exact);
	tcase_add_test(t, whole_powers_are_near_the_exact_ones);
	tcase_add_test(t, bits_are_the_same_everywhere);
	suite_add_tcase(s, t);
	return s;
}
