/* Activations against Keras's numbers, and their slopes against finite differences. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

enum { GRID = 31 };

static const struct {
	const char *name;
	struct kern_act a;
} named[] = {
	{ "linear", { ACT_LINEAR, 0, 0, 0 } }, { "relu", { ACT_RELU, 0, 0, 0 } },
	{ "relu6", { ACT_RELU6, 0, 0, 0 } }, { "leaky_relu", { ACT_LEAKY_RELU, 0.2f, 0, 0 } },
	{ "elu", { ACT_ELU, 1, 0, 0 } }, { "selu", { ACT_SELU, 0, 0, 0 } },
	{ "silu", { ACT_SILU, 0, 0, 0 } }, { "hard_sigmoid", { ACT_HARD_SIGMOID, 0, 0, 0 } },
	{ "hard_silu", { ACT_HARD_SILU, 0, 0, 0 } }, { "gelu", { ACT_GELU, 0, 0, 0 } },
	{ "gelu_tanh", { ACT_GELU_TANH, 0, 0, 0 } }, { "sigmoid", { ACT_SIGMOID, 0, 0, 0 } },
	{ "tanh", { ACT_TANH, 0, 0, 0 } }, { "softplus", { ACT_SOFTPLUS, 0, 0, 0 } },
	{ "softsign", { ACT_SOFTSIGN, 0, 0, 0 } }, { "exponential", { ACT_EXPONENTIAL, 0, 0, 0 } },
	{ "mish", { ACT_MISH, 0, 0, 0 } }, { "layer_leaky_re_lu", { ACT_LEAKY_RELU, 0.3f, 0, 0 } },
	{ "layer_leaky_re_lu_slope_0.1", { ACT_LEAKY_RELU, 0.1f, 0, 0 } },
	{ "layer_elu_alpha_0.5", { ACT_ELU, 0.5f, 0, 0 } },
};
enum { NAMED = sizeof named / sizeof *named };

/*
 * Value and slope on the grid; values may be small beside the largest: 1e-6 of themselves or of 1.
 */
static void
check_grid(const struct golden *g, const char *name, const struct kern_act *a)
{
	float x[GRID], y[GRID], dy[GRID], dx[GRID];
	const double *grid = golden_values(g, "", "x", GRID);
	for (int i = 0; i < GRID; i++) {
		x[i] = (float)grid[i];
		dy[i] = 1;
	}
	kern_act_forward(a, GRID, x, y);
	kern_act_backward(a, GRID, kern_act_needs_x(a->type) ? x : NULL, y, dy, dx, false);
	assert_close(name, GRID, y, golden_values(g, name, "y", GRID), 1e-6);
	assert_close(name, GRID, dx, golden_values(g, name, "dx", GRID), 1e-6);
}

START_TEST(values_and_slopes_are_those_of_keras)
{
	struct golden *g = golden_open("activations");
	for (int i = 0; i < NAMED; i++) check_grid(g, named[i].name, &named[i].a);
	golden_close(g);
}
END_TEST

START_TEST(re_lu_in_its_general_form_is_that_of_keras)
{
	struct golden *g = golden_open("activations");
	const char *name;
	size_t cases = 0;
	while ((name = golden_case(g, "re_lu", "config", cases)) != NULL) {
		const double *c = golden_values(g, name, "config", 3);
		const struct kern_act a = { ACT_RE_LU, (float)c[1], c[0] < 0 ? INFINITY : (float)c[0],
			(float)c[2] };
		check_grid(g, name, &a);
		cases++;
	}
	ck_assert_uint_ge(cases, 8);
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.6 */
START_TEST(values_are_those_of_the_specification)
{
	static const float x[6] = { -3.5f, -1, -.5f, .5f, 1, 2.9f };
	static const struct { struct kern_act a; double y[6]; } want[] = {
		{ { ACT_SILU, 0, 0, 0 },
			{ -.1025928, -.2689414, -.1887703, .3112297, .7310586, 2.7487547 } },
		{ { ACT_HARD_SILU, 0, 0, 0 },
			{ 0, -.3333333, -.2083333, .2916667, .6666667, 2.8516667 } },
		{ { ACT_HARD_SIGMOID, 0, 0, 0 },
			{ 0, .3333333, .4166667, .5833333, .6666667, .9833333 } },
		{ { ACT_GELU, 0, 0, 0 },
			{ -.0008143, -.1586553, -.1542688, .3457312, .8413447, 2.8945889 } },
		{ { ACT_GELU_TANH, 0, 0, 0 },
			{ -.0006161, -.158808, -.154286, .345714, .841192, 2.8950334 } },
		{ { ACT_SELU, 0, 0, 0 },
			{ -1.7050093, -1.1113307, -.6917582, .5253505, 1.050701, 3.0470331 } },
		{ { ACT_ELU, 1, 0, 0 },
			{ -.9698026, -.6321205, -.3934693, .5, 1, 2.9 } },
		{ { ACT_MISH, 0, 0, 0 },
			{ -.1040957, -.3034015, -.2207438, .3752452, .8650984, 2.8842669 } },
	};
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		float y[6];
		kern_act_forward(&want[i].a, 6, x, y);
		assert_close("activation", 6, y, want[i].y, 5e-7);
	}
}
END_TEST

START_TEST(backward_scales_adds_and_works_in_place)
{
	enum { N = 37 };
	for (int i = 0; i < NAMED; i++) {
		const struct kern_act *a = &named[i].a;
		float x[N], y[N], slope[N], dy[N], dx[N], one[N];
		fill_random(x, N, 1);
		fill_random(dy, N, 2);
		fill_random(dx, N, 3);
		double want[N];
		for (int k = 0; k < N; k++) {
			x[k] *= 4;
			one[k] = 1;
		}
		kern_act_forward(a, N, x, y);
		kern_act_backward(a, N, x, y, one, slope, false);
		for (int k = 0; k < N; k++) want[k] = dx[k] + (double)dy[k] * slope[k];
		kern_act_backward(a, N, x, y, dy, dx, true);
		assert_close(named[i].name, N, dx, want, 1e-6);
		kern_act_backward(a, N, x, y, dy, dy, false);	/* dx may be dy */
		for (int k = 0; k < N; k++) want[k] = (dx[k] - dy[k]);
		kern_act_forward(a, N, x, x);	/* y may be x */
		ck_assert_mem_eq(x, y, sizeof y);
		fill_random(dx, N, 3);
		for (int k = 0; k < N; k++) ck_assert_double_eq_tol(want[k], dx[k], 1e-5);
	}
}
END_TEST

START_TEST(slopes_are_finite_differences)
{
	enum { N = 800 };
	for (int i = 0; i < NAMED; i++) {
		const struct kern_act *a = &named[i].a;
		float x[N], up[N], down[N], y[N], one[N], dx[N];
		for (int k = 0; k < N; k++) {
			/* Off the corners at whole numbers by more than the step. */
			x[k] = (float)(k - N / 2) * 0.0213f + 0.0101f;
			const float nearest = roundf(x[k]);
			if (fabsf(x[k] - nearest) < 0.01f) x[k] = nearest + 0.02f;
			up[k] = x[k] + 0.00390625f;
			down[k] = x[k] - 0.00390625f;
			one[k] = 1;
		}
		kern_act_forward(a, N, x, y);
		kern_act_backward(a, N, x, y, one, dx, false);
		kern_act_forward(a, N, up, up);
		kern_act_forward(a, N, down, down);
		for (int k = 0; k < N; k++) {
			const double step = (double)(x[k] + 0.00390625f) - (double)(x[k] - 0.00390625f);
			const double want = ((double)up[k] - down[k]) / step;
			if (!(fabs(dx[k] - want) <= 1e-3 * (1 + fabs(want))))
				ck_abort_msg("%s at %g: slope %g, expected %g", named[i].name, x[k], dx[k], want);
		}
	}
}
END_TEST

START_TEST(large_arguments_do_not_overflow)
{
	const float x[4] = { -1e30f, -1e4f, 1e4f, 1e30f }, one[4] = { 1, 1, 1, 1 };
	for (int i = 0; i < NAMED; i++) {
		if (named[i].a.type == ACT_EXPONENTIAL) continue;
		float y[4], dx[4];
		kern_act_forward(&named[i].a, 4, x, y);
		kern_act_backward(&named[i].a, 4, x, y, one, dx, false);
		for (int k = 0; k < 4; k++)
			ck_assert_msg(isfinite(y[k]) && isfinite(dx[k]) && fabs(dx[k]) < 1.2,
				"%s(%g) = %g, slope %g", named[i].name, x[k], y[k], dx[k]);
	}
	const float far[2] = { -INFINITY, INFINITY };
	float y[2];
	kern_act_forward(&(struct kern_act){ ACT_RE_LU, 0, 6, 0 }, 2, far, y);
	ck_assert_float_eq(y[0], 0);
	ck_assert_float_eq(y[1], 6);
}
END_TEST

/* Sizes around vectors and blocks; nothing behind the end is touched. */
START_TEST(every_size_is_whole)
{
	static const size_t sizes[] = { 0, 1, 3, 4, 5, 15, 16, 17, 33, 16383, 16384, 16385, 40001 };
	const struct kern_act a = { .type = ACT_SIGMOID };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const size_t n = sizes[i];
		float *x = new_random(n, 9);
		double *want = new_doubles(n);
		for (size_t k = 0; k < n; k++) want[k] = 1 / (1 + exp(-(double)x[k]));
		struct guarded y = guard_new(n * sizeof *x);
		kern_act_forward(&a, n, x, y.data);
		assert_close("sigmoid", n, y.data, want, 1e-6);
		guard_check("y", &y);
		guard_free(&y);
		free(x);
		free(want);
	}
}
END_TEST

struct slope_case { float *x, *dy, *out; size_t n; struct kern_act a; };

static void
slope_run(void *ctx)
{
	struct slope_case *t = ctx;
	kern_act_forward(&t->a, t->n, t->x, t->out);
	kern_act_backward(&t->a, t->n, t->x, t->out, t->dy, t->out + t->n, false);
}

START_TEST(slopes_have_the_same_bits_everywhere)
{
	struct slope_case t = { .n = 34567 };
	t.x = new_random(t.n, 1);
	t.dy = new_random(t.n, 2);
	t.out = new_random(2 * t.n, 3);
	for (size_t k = 0; k < t.n; k++) t.x[k] *= 8;
	for (int i = 0; i < NAMED; i++) {
		t.a = named[i].a;
		assert_same_everywhere(named[i].name, slope_run, &t, t.out, 2 * t.n * sizeof *t.out);
	}
	free(t.x);
	free(t.dy);
	free(t.out);
}
END_TEST

Suite *
suite_activation(void)
{
	Suite *s = suite_create("activation");
	TCase *t = tcase_create("activation");
	tcase_add_test(t, values_and_slopes_are_those_of_keras);
	tcase_add_test(t, re_lu_in_its_general_form_is_that_of_keras);
	tcase_add_test(t, values_are_those_of_the_specification);
	tcase_add_test(t, backward_scales_adds_and_works_in_place);
	tcase_add_test(t, slopes_are_finite_differences);
	tcase_add_test(t, large_arguments_do_not_overflow);
	tcase_add_test(t, every_size_is_whole);
	tcase_add_test(t, slopes_have_the_same_bits_everywhere);
	suite_add_tcase(s, t);
	return s;
}
