/* Sums in double, finiteness, first maxima. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

struct sums_case { size_t n; float *x; double out[2]; };

static void
sums_run(void *ctx)
{
	struct sums_case *t = ctx;
	t->out[0] = kern_sum_squares(t->n, t->x);
	t->out[1] = kern_sum_abs(t->n, t->x);
}

START_TEST(sums_are_those_of_a_plain_loop_with_the_same_bits_everywhere)
{
	static const size_t sizes[] = { 0, 1, 15, 17, 4095, 4096, 4097, 16385, 70001, 5000011 };
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		struct sums_case t = { .n = sizes[k] };
		t.x = new_random(t.n, 1);
		long double squares = 0, all = 0;
		for (size_t i = 0; i < t.n; i++) {
			squares += (long double)t.x[i] * t.x[i];
			all += fabsf(t.x[i]);
		}
		sums_run(&t);
		ck_assert_double_eq_tol(t.out[0], (double)squares, 1e-12 * (double)squares + 1e-300);
		ck_assert_double_eq_tol(t.out[1], (double)all, 1e-12 * (double)all + 1e-300);
		assert_same_everywhere("sums", sums_run, &t, t.out, sizeof t.out);
		free(t.x);
	}
}
END_TEST

START_TEST(huge_values_do_not_overflow_a_sum)
{
	const float x[3] = { FLT_MAX, -FLT_MAX, FLT_MAX };
	ck_assert_double_eq(kern_sum_squares(3, x), 3 * ((double)FLT_MAX * FLT_MAX));
	ck_assert_double_eq(kern_sum_abs(3, x), 3 * (double)FLT_MAX);
}
END_TEST

START_TEST(one_value_that_is_not_finite_is_found_anywhere)
{
	enum { N = 33000 };
	const float bad[3] = { NAN, INFINITY, -INFINITY };
	float *x = new_random(N, 1);
	x[0] = FLT_MAX;
	x[1] = -FLT_MAX;
	x[2] = 1e-45f;
	ck_assert(kern_all_finite(N, x) && kern_all_finite(0, x));
	for (size_t at = 0; at < N; at = at * 3 + 1)
		for (int k = 0; k < 3; k++) {
			const float was = x[at];
			x[at] = bad[k];
			ck_assert(!kern_all_finite(N, x));
			ck_assert(kern_all_finite(at, x));
			ck_assert(!kern_all_finite(at + 1, x));
			x[at] = was;
		}
	free(x);
}
END_TEST

START_TEST(the_first_maximum_wins)
{
	const float x[4 * 4] = { 1, 3, 3, -1,
		0, 0, 0, 0,
		-5, -4, -INFINITY, -4,
		NAN, 1, NAN, 2 };
	int32_t out[4];
	kern_argmax(4, 4, x, out);
	ck_assert_int_eq(out[0], 1);
	ck_assert_int_eq(out[1], 0);
	ck_assert_int_eq(out[2], 1);
	ck_assert_int_eq(out[3], 3);	/* not a number never wins */
	kern_argmax(4, 1, x, out);
	ck_assert_int_eq(out[3], 0);
}
END_TEST

START_TEST(maxima_of_many_rows)
{
	enum { ROWS = 5000, C = 10 };
	float *x = new_random(ROWS * C, 1);
	int32_t *out = malloc(ROWS * sizeof *out);
	ck_assert_ptr_nonnull(out);
	kern_argmax(ROWS, C, x, out);
	for (int i = 0; i < ROWS; i++)
		for (int k = 0; k < C; k++) {
			const float best = x[i * C + out[i]];
			ck_assert(k < out[i] ? x[i * C + k] < best : x[i * C + k] <= best);
		}
	free(x);
	free(out);
}
END_TEST

Suite *
suite_sums(void)
{
	Suite *s = suite_create("sums");
	TCase *t = tcase_create("sums");
	tcase_add_test(t, sums_are_those_of_a_plain_loop_with_the_same_bits_everywhere);
	tcase_add_test(t, huge_values_do_not_overflow_a_sum);
	tcase_add_test(t, one_value_that_is_not_finite_is_found_anywhere);
	tcase_add_test(t, the_first_maximum_wins);
	tcase_add_test(t, maxima_of_many_rows);
	suite_add_tcase(s, t);
	return s;
}
