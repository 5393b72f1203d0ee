/* Batch normalization: Keras's numbers, a double oracle, differences of its loss, bits. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

/* One of the golden file's cases: batch statistics, moving ones, both gradients. */
static void
golden_norm(const struct golden *g, const char *name)
{
	const double *config = golden_values(g, name, "config", 6);
	const int c = (int)config[3];
	const int m = (int)(config[0] * (config[1] > 0 ? config[1] * config[2] : 1));
	const size_t n = (size_t)m * (size_t)c;
	const float eps = (float)golden_value(g, name, "epsilon");
	float *x = new_random(n, 1), *dy = new_random(n, 1);
	float *y = new_random(n, 1), *dx = new_random(n, 1);
	float gamma[64], beta[64], mean[64], variance[64], moving[2][64], dgamma[64], dbeta[64];
	ck_assert_int_le(c, 64);
	golden_fill_p(x, n, 37, 11, 101);
	for (size_t i = 0; i < n; i++) x[i] = 4 * x[i] + 1;
	golden_fill_p(dy, n, 29, 3, 83);
	golden_fill_p(gamma, (size_t)c, 53, 7, 97);
	golden_fill_p(beta, (size_t)c, 41, 5, 89);
	golden_fill_p(moving[0], (size_t)c, 31, 2, 71);
	golden_fill_p(moving[1], (size_t)c, 43, 17, 103);
	for (int i = 0; i < c; i++) {
		gamma[i] += 1;
		moving[1][i] += 1;
	}
	struct guarded scratch = guard_new(kern_norm_scratch(m, c));
	for (int training = 1; training >= 0; training--) {
		float *at = training ? mean : moving[0], *spread = training ? variance : moving[1];
		const float *scale = config[4] != 0 ? gamma : NULL, *shift = config[5] != 0 ? beta : NULL;
		const struct kern_norm k = { .m = m, .c = c, .training = training, .eps = eps,
			.gamma = scale, .beta = shift };
		kern_norm_forward(&k, x, at, spread, y, scratch.data);
		kern_norm_backward(&k, x, at, spread, dy, dx, false, dgamma, dbeta, scratch.data);
		char what[32];
		const char *mode = training ? "train" : "infer";
		snprintf(what, sizeof what, "%s.y", mode);
		golden_check(g, name, what, n, y, 1e-5);
		snprintf(what, sizeof what, "%s.dx", mode);
		golden_check(g, name, what, n, dx, 1e-5);
		snprintf(what, sizeof what, "%s.dgamma", mode);
		if (scale) golden_check(g, name, what, (size_t)c, dgamma, 1e-5);
		snprintf(what, sizeof what, "%s.dbeta", mode);
		if (shift) golden_check(g, name, what, (size_t)c, dbeta, 1e-5);
	}
	const double momentum = golden_value(g, name, "momentum");
	kern_norm_moving(c, momentum, mean, moving[0]);
	kern_norm_moving(c, momentum, variance, moving[1]);
	golden_check(g, name, "new_mean", (size_t)c, moving[0], 1e-6);
	golden_check(g, name, "new_variance", (size_t)c, moving[1], 1e-6);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
	free(x);
	free(dy);
	free(y);
	free(dx);
}

START_TEST(normalization_is_that_of_keras)
{
	struct golden *g = golden_open("batch_normalization");
	const char *name;
	size_t i = 0;
	for (; (name = golden_case(g, "", "momentum", i)); i++) {
		char of[256];
		snprintf(of, sizeof of, "%s", name);
		golden_norm(g, of);
	}
	ck_assert_uint_ge(i, 5);
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.4 */
START_TEST(normalization_is_that_of_the_specification)
{
	float x[48], dy[48], y[48], dx[48], mean[3], variance[3], dgamma[3], dbeta[3];
	const float gamma[3] = { 1.5f, .5f, 1 }, beta[3] = { .1f, -.1f, 0 };
	float moving_mean[3] = { .2f, .3f, .4f }, moving_variance[3] = { 1.1f, 1.2f, .9f };
	struct guarded s = guard_new(kern_norm_scratch(16, 3));
	golden_fill_p(x, 48, 37, 11, 101);
	golden_fill_p(dy, 48, 29, 3, 83);
	for (int i = 0; i < 48; i++) x[i] = 4 * x[i] + 1;
	struct kern_norm k = { .m = 16, .c = 3, .training = true, .eps = 1e-3f, .gamma = gamma,
		.beta = beta };
	kern_norm_forward(&k, x, mean, variance, y, s.data);
	ck_assert_double_eq_tol(kern_sum_abs(48, y), 41.039327, 1e-4);
	assert_close("y", 4, y, (double[]){ -1.700202, -.319908, 1.225035, -1.115958 }, 1e-6);
	kern_norm_backward(&k, x, mean, variance, dy, dx, false, dgamma, dbeta, s.data);
	ck_assert_double_eq_tol(kern_sum_abs(48, dx), 9.910803, 1e-5);
	assert_close("dx", 3, dx, (double[]){ -.487827, -.111586, .295381 }, 1e-6);
	assert_close("dgamma", 3, dgamma, (double[]){ .410144, -2.353474, -1.375162 }, 1e-6);
	assert_close("dbeta", 3, dbeta, (double[]){ -1.638554, .951807, -.457831 }, 1e-6);
	kern_norm_moving(3, 0.9, mean, moving_mean);
	kern_norm_moving(3, 0.9, variance, moving_variance);
	assert_close("moving", 3, moving_mean, (double[]){ .245594, .407129, .443663 }, 1e-6);
	assert_close("moving", 3, moving_variance, (double[]){ 1.093288, 1.194241, .965825 }, 1e-6);
	k.training = false;
	kern_norm_forward(&k, x, moving_mean, moving_variance, y, s.data);
	assert_close("y", 3, y, (double[]){ -1.061405, .125864, 1.955382 }, 1e-6);
	guard_free(&s);
}
END_TEST

struct norm_case {
	int m, c;
	bool training, add;
	enum kern_activation act;
	float *x, *gamma, *beta, *dy, *out;	/* out: y, dx [m,c], mean, variance, dgamma, dbeta [c] */
};

static size_t
norm_floats(const struct norm_case *t)
{
	return 2 * (size_t)t->m * (size_t)t->c + 4 * (size_t)t->c;
}

static struct norm_case
norm_new(int m, int c, bool training, bool add, float mean)
{
	struct norm_case t = { .m = m, .c = c, .training = training, .add = add };
	const size_t n = (size_t)m * (size_t)c;
	t.x = new_random(n, 1);
	for (size_t i = 0; i < n; i++) t.x[i] += mean;
	t.dy = new_random(n, 2);
	t.gamma = new_random((size_t)c, 3);
	t.beta = new_random((size_t)c, 4);
	t.out = new_random(norm_floats(&t), 5);
	return t;
}

static void
norm_free(struct norm_case *t)
{
	free(t->x);
	free(t->dy);
	free(t->gamma);
	free(t->beta);
	free(t->out);
}

static struct kern_norm
norm_kern(const struct norm_case *t)
{
	return (struct kern_norm){ .m = t->m, .c = t->c, .training = t->training, .eps = 1e-3f,
		.act = t->act, .gamma = t->gamma, .beta = t->beta };
}

/* dx is added to `onto`, where it is added. */
static void
norm_run_onto(struct norm_case *t, const float *onto)
{
	const size_t n = (size_t)t->m * (size_t)t->c, c = (size_t)t->c;
	float *y = t->out, *dx = y + n, *mean = dx + n, *variance = mean + c, *dgamma = variance + c;
	struct guarded s = guard_new(kern_norm_scratch(t->m, t->c));
	struct kern_norm k = norm_kern(t);
	k.training = true;
	memcpy(y, t->x, n * sizeof *y);	/* y may be x */
	kern_norm_forward(&k, y, mean, variance, y, s.data);
	memcpy(dx, onto, n * sizeof *dx);
	k.training = t->training;
	kern_norm_backward(&k, t->x, mean, variance, t->dy, dx, t->add, dgamma, dgamma + c, s.data);
	guard_check("scratch", &s);
	guard_free(&s);
}

static void
norm_run(void *ctx)
{
	struct norm_case *t = ctx;
	norm_run_onto(t, t->dy);
}

static void
norm_oracle_channel(const struct norm_case *t, size_t k, double *want)
{
	const size_t c = (size_t)t->c, m = (size_t)t->m, n = m * c;
	double mean = 0, variance = 0, dgamma = 0, dbeta = 0;
	for (size_t i = k; i < n; i += c) mean += t->x[i] / (double)m;
	for (size_t i = k; i < n; i += c) variance += (t->x[i] - mean) * (t->x[i] - mean) / (double)m;
	const double inv = 1 / sqrt(variance + 1e-3f);
	for (size_t i = k; i < n; i += c) {
		dgamma += t->dy[i] * (t->x[i] - mean) * inv;
		dbeta += t->dy[i];
	}
	for (size_t i = k; i < n; i += c) {
		const double xhat = (t->x[i] - mean) * inv;
		want[i] = xhat * t->gamma[k] + t->beta[k];
		want[n + i] = t->dy[i];
		if (t->training) want[n + i] -= (dbeta + xhat * dgamma) / (double)m;
		want[n + i] *= t->gamma[k] * inv;
		if (t->add) want[n + i] += t->dy[i];
	}
	want[2 * n + k] = mean;
	want[2 * n + c + k] = variance;
	want[2 * n + 2 * c + k] = dgamma;
	want[2 * n + 3 * c + k] = dbeta;
}

START_TEST(normalization_equals_the_oracle_with_the_same_bits_everywhere)
{
	static const int shapes[][2] = { { 1, 1 }, { 2, 3 }, { 17, 5 }, { 64, 16 }, { 33, 35 },
		{ 1000, 24 }, { 300, 97 }, { 1024, 16 }, { 4111, 7 } };
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
		for (int kind = 0; kind < 4; kind++) {
			struct norm_case t = norm_new(shapes[s][0], shapes[s][1], kind & 1, kind & 2, 2);
			double *want = new_doubles(norm_floats(&t));
			for (int k = 0; k < t.c; k++) norm_oracle_channel(&t, (size_t)k, want);
			norm_run(&t);
			assert_close("y, dx, mean, variance, dgamma, dbeta", norm_floats(&t), t.out, want,
				1e-5);
			assert_same_everywhere("normalization", norm_run, &t, t.out,
				norm_floats(&t) * sizeof *t.out);
			free(want);
			norm_free(&t);
		}
}
END_TEST

/* With a relu behind it: the bits of normalization, then activation, and back. */
START_TEST(a_relu_behind_it_gives_the_bits_of_one_after_the_other)
{
	static const enum kern_activation acts[] = { ACT_LINEAR, ACT_RELU, ACT_RELU6 };
	static const int shapes[][2] = { { 3, 5 }, { 70, 97 }, { 1500, 24 } };
	for (size_t i = 0; i < 18; i++) {
		struct norm_case t = norm_new(shapes[i % 3][0], shapes[i % 3][1], i / 3 % 2, i % 2, 1);
		const size_t n = (size_t)t.m * (size_t)t.c;
		const struct kern_act a = { .type = acts[i / 6] };
		for (int k = 0; k < t.c; k++) t.gamma[k] = 4 * t.gamma[k] + 1;
		norm_run(&t);
		float *y = new_random(n, 9), *dy = new_random(n, 9);
		memcpy(y, t.out, n * sizeof *y);
		kern_act_forward(&a, n, y, y);
		kern_act_backward(&a, n, NULL, y, t.dy, dy, false);
		struct norm_case u = norm_new(t.m, t.c, t.training, t.add, 1);
		memcpy(u.gamma, t.gamma, (size_t)t.c * sizeof *u.gamma);
		u.act = a.type;
		norm_run(&u);
		ck_assert_mem_eq(u.out, y, n * sizeof *y);
		float *swap = t.dy;
		t.dy = dy;
		norm_run_onto(&t, swap);
		ck_assert_mem_eq(u.out + n, t.out + n, (norm_floats(&t) - n) * sizeof *y);
		free(y);
		free(swap);
		norm_free(&t);
		norm_free(&u);
	}
}
END_TEST

/* Far from zero the variance is still right: a one-pass formula would have lost it. */
START_TEST(a_large_mean_does_not_hurt_the_variance)
{
	struct norm_case t = norm_new(3000, 9, true, false, 1000);
	double *want = new_doubles(norm_floats(&t));
	for (int k = 0; k < t.c; k++) norm_oracle_channel(&t, (size_t)k, want);
	norm_run(&t);
	const size_t at = 2 * 3000 * 9;
	assert_close("mean, variance", 18, t.out + at, want + at, 1e-6);
	free(want);
	norm_free(&t);
}
END_TEST

/* The loss sum(y*dy) in double, moved by a small change of x[at]. */
static double
norm_loss(const struct norm_case *t, double *x)
{
	const size_t c = (size_t)t->c, m = (size_t)t->m;
	double loss = 0;
	for (size_t k = 0; k < c; k++) {
		double mean = 0, variance = 0;
		for (size_t i = k; i < m * c; i += c) mean += x[i] / (double)m;
		for (size_t i = k; i < m * c; i += c) variance += (x[i] - mean) * (x[i] - mean) / (double)m;
		for (size_t i = k; i < m * c; i += c)
			loss += t->dy[i] * ((x[i] - mean) / sqrt(variance + 1e-3f) * t->gamma[k] + t->beta[k]);
	}
	return loss;
}

START_TEST(gradients_are_finite_differences)
{
	struct norm_case t = norm_new(13, 3, true, false, 0);
	norm_run(&t);
	double x[39], want[39];
	for (int i = 0; i < 39; i++) x[i] = t.x[i];
	for (int i = 0; i < 39; i++) {
		x[i] = t.x[i] + 1e-5;
		const double up = norm_loss(&t, x);
		x[i] = t.x[i] - 1e-5;
		want[i] = (up - norm_loss(&t, x)) / 2e-5;
		x[i] = t.x[i];
	}
	assert_close("dx", 39, t.out + 39, want, 2e-6);
	norm_free(&t);
}
END_TEST

START_TEST(each_gradient_may_be_missing)
{
	struct norm_case t = norm_new(40, 6, true, false, 1);
	norm_run(&t);
	const float *dx = t.out + 240, *mean = dx + 240, *variance = mean + 6, *dgamma = variance + 6;
	struct guarded s = guard_new(kern_norm_scratch(40, 6));
	for (int wanted = 0; wanted < 8; wanted++) {
		float some[240], some_gamma[6], some_beta[6];
		const struct kern_norm k = norm_kern(&t);
		kern_norm_backward(&k, t.x, mean, variance, t.dy, wanted & 1 ? some : NULL, false,
			wanted & 2 ? some_gamma : NULL, wanted & 4 ? some_beta : NULL, s.data);
		if (wanted & 1) ck_assert_mem_eq(some, dx, sizeof some);
		if (wanted & 2) ck_assert_mem_eq(some_gamma, dgamma, sizeof some_gamma);
		if (wanted & 4) ck_assert_mem_eq(some_beta, dgamma + 6, sizeof some_beta);
	}
	guard_free(&s);
	norm_free(&t);
}
END_TEST

Suite *
suite_norm(void)
{
	Suite *s = suite_create("norm");
	TCase *t = tcase_create("norm");
	tcase_add_test(t, normalization_is_that_of_keras);
	tcase_add_test(t, normalization_is_that_of_the_specification);
	tcase_add_test(t, normalization_equals_the_oracle_with_the_same_bits_everywhere);
	tcase_add_test(t, a_relu_behind_it_gives_the_bits_of_one_after_the_other);
	tcase_add_test(t, a_large_mean_does_not_hurt_the_variance);
	tcase_add_test(t, gradients_are_finite_differences);
	tcase_add_test(t, each_gradient_may_be_missing);
	suite_add_tcase(s, t);
	return s;
}
