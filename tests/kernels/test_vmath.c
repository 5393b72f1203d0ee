/*
 * exp, log, tanh and their kin through the activations that are made of them: error in units of the
 * last place against libm's double, over every so-manieth float; limits; the same bits everywhere.
 */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

enum { EVERY = 40093 };	/* a prime: all exponents, and mantissas that do not repeat */

static double
ulps(float got, double want)
{
	if (isnan(want)) return isnan(got) ? 0 : INFINITY;
	if (isinf((float)want) || isinf(got)) return got == (float)want ? 0 : INFINITY;
	int e;
	frexp(want, &e);
	return fabs(got - want) / ldexp(1, (e < -125 ? -125 : e) - 24);
}

/* Floats of [low, high], infinities included, one of EVERY. */
static size_t
floats_between(float low, float high, float **out)
{
	float *x = malloc(((1ull << 32) / EVERY + 4) * sizeof *x);
	ck_assert_ptr_nonnull(x);
	size_t n = 0;
	for (uint64_t b = 0; b < 1ull << 32; b += EVERY) {
		const uint32_t u = (uint32_t)b;
		float v;
		memcpy(&v, &u, sizeof v);
		if (v >= low && v <= high) x[n++] = v;
	}
	x[n++] = low;
	x[n++] = high;
	*out = x;
	return n;
}

/* Denormals are 0 in a parallel loop (kernels/denormals.h). */
static double
flushed(float x)
{
	return fabsf(x) < FLT_MIN ? 0 : x;
}

static void
assert_ulps(enum kern_activation type, float low, float high, double (*reference)(double),
	double most)
{
	float *x;
	const size_t n = floats_between(low, high, &x);
	float *y = malloc(n * sizeof *y);
	ck_assert_ptr_nonnull(y);
	const struct kern_act a = { .type = type, .alpha = 1 };
	kern_act_forward(&a, n, x, y);
	for (size_t i = 0; i < n; i++) {
		const double wanted = reference(flushed(x[i]));
		const double off = fabs(wanted) < FLT_MIN && fabs(y[i]) <= FLT_MIN ? 0 : ulps(y[i], wanted);
		if (!(off <= most))
			ck_abort_msg("activation %d at %.9g: %.9g, expected %.17g: %g ulp", (int)type, x[i],
				y[i], wanted, off);
	}
	free(x);
	free(y);
}

static double
reference_sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

static double
reference_softplus(double x)
{
	return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double
reference_expm1(double x)
{
	return x > 0 ? x : expm1(x);
}

/* erf from the exact gelu, 0.5 x (1 + erf(x/sqrt2)), on its scale */
static double
reference_gelu(double x)
{
	return 0.5 * x * erfc(-x * sqrt(0.5));
}

START_TEST(exp_is_within_one_ulp)
{
	assert_ulps(ACT_EXPONENTIAL, -INFINITY, INFINITY, exp, 1);
}
END_TEST

START_TEST(expm1_is_within_one_ulp)
{
	assert_ulps(ACT_ELU, -INFINITY, INFINITY, reference_expm1, 1);
}
END_TEST

START_TEST(tanh_is_within_two_ulp)
{
	assert_ulps(ACT_TANH, -INFINITY, INFINITY, tanh, 2);
}
END_TEST

START_TEST(sigmoid_is_within_three_ulp)
{
	assert_ulps(ACT_SIGMOID, -87, INFINITY, reference_sigmoid, 3);
}
END_TEST

START_TEST(softplus_is_within_two_ulp)
{
	assert_ulps(ACT_SOFTPLUS, -INFINITY, INFINITY, reference_softplus, 2);
}
END_TEST

START_TEST(exact_gelu_has_the_error_of_erf_times_x)
{
	float *x;
	const size_t n = floats_between(-30, 30, &x);
	float *y = malloc(n * sizeof *y);
	ck_assert_ptr_nonnull(y);
	kern_act_forward(&(struct kern_act){ .type = ACT_GELU }, n, x, y);
	for (size_t i = 0; i < n; i++)
		if (!(fabs(y[i] - reference_gelu(x[i])) <= 1e-7 * fabs(x[i]) + FLT_MIN))
			ck_abort_msg("gelu(%.9g) = %.9g, expected %.9g", x[i], y[i], reference_gelu(x[i]));
	free(x);
	free(y);
}
END_TEST

/*
 * log only stands inside log-softmax and the loss; softplus far below 0 is log1p of a tiny number.
 */
START_TEST(no_number_goes_through_every_activation)
{
	const float x[3] = { NAN, -NAN, 1 };
	for (int type = ACT_LINEAR; type <= ACT_RE_LU; type++) {
		float y[3];
		const struct kern_act a = { (enum kern_activation)type, 0.5f, 6.0f, 0.0f };
		kern_act_forward(&a, 3, x, y);
		ck_assert_msg(isnan(y[0]) && isnan(y[1]) && isfinite(y[2]), "activation %d", type);
	}
}
END_TEST

struct bits_case { float *x, *y; size_t n; enum kern_activation type; };

static void
bits_run(void *ctx)
{
	struct bits_case *t = ctx;
	kern_act_forward(&(struct kern_act){ t->type, 0.3f, 6, 0.5f }, t->n, t->x, t->y);
}

START_TEST(every_activation_has_the_same_bits_everywhere)
{
	struct bits_case t;
	t.n = floats_between(-120, 120, &t.x);
	t.y = malloc(t.n * sizeof *t.y);
	ck_assert_ptr_nonnull(t.y);
	t.n = t.n > 200003 ? 200003 : t.n;
	for (int type = ACT_LINEAR; type <= ACT_RE_LU; type++) {
		t.type = (enum kern_activation)type;
		for (size_t i = 0; i < t.n; i++) t.x[i] = (float)((double)i / (double)t.n * 240 - 120);
		assert_same_everywhere("activation", bits_run, &t, t.y, t.n * sizeof *t.y);
	}
	free(t.x);
	free(t.y);
}
END_TEST

Suite *
suite_vmath(void)
{
	Suite *s = suite_create("vmath");
	TCase *t = tcase_create("vmath");
	tcase_add_test(t, exp_is_within_one_ulp);
	tcase_add_test(t, expm1_is_within_one_ulp);
	tcase_add_test(t, tanh_is_within_two_ulp);
	tcase_add_test(t, sigmoid_is_within_three_ulp);
	tcase_add_test(t, softplus_is_within_two_ulp);
	tcase_add_test(t, exact_gelu_has_the_error_of_erf_times_x);
	tcase_add_test(t, no_number_goes_through_every_activation);
	tcase_add_test(t, every_activation_has_the_same_bits_everywhere);
	suite_add_tcase(s, t);
	return s;
}
