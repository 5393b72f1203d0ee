/* Softmax, log-softmax and cross-entropy: Keras's numbers, double oracles, extreme logits. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

static void
golden_rows(const struct golden *g, const char *name, bool log)
{
	const double *config = golden_values(g, name, "config", 3);
	const int n = (int)config[0], c = (int)config[1];
	const size_t size = (size_t)n * (size_t)c;
	float *x = new_random(size, 1), *dy = new_random(size, 1), *y = new_random(size, 1);
	golden_fill_p(x, size, 37, 11, 101);
	golden_fill_p(dy, size, 29, 3, 83);
	for (size_t i = 0; i < size; i++)
		x[i] = (float)(config[2] * (double)x[i] + (strstr(name, "big") ? 1000 : 0));
	(log ? kern_log_softmax_forward : kern_softmax_forward)(n, c, x, y);
	golden_check(g, name, "y", size, y, 1e-5);
	(log ? kern_log_softmax_backward : kern_softmax_backward)(n, c, y, dy, x, false);
	/* The row of one class has a gradient of 0 up to rounding. */
	if (c > 1) golden_check(g, name, "dx", size, x, 1e-5);
	free(x);
	free(dy);
	free(y);
}

START_TEST(softmax_is_that_of_keras)
{
	struct golden *g = golden_open("softmax");
	const char *name;
	for (int log = 0; log < 2; log++)
		for (size_t i = 0;; i++) {
			name = golden_case(g, log ? "log_softmax" : "softmax", "config", i);
			if (!name) break;
			golden_rows(g, name, log);
		}
	ck_assert_ptr_nonnull(golden_case(g, "log_softmax", "config", 5));
	golden_close(g);
}
END_TEST

static void
golden_loss(const struct golden *g, const char *name)
{
	const double *config = golden_values(g, name, "config", 4);
	const int n = (int)config[0], c = (int)config[1];
	const double *class_weight = golden_values(g, name, "class_weight", (size_t)c);
	const size_t size = (size_t)n * (size_t)c;
	float z[256], dz[256], loss[16], weight[16], mean = 0;
	int32_t labels[16];
	ck_assert(size <= 256 && n <= 16 && c <= 16);
	golden_fill_p(z, size, 37, 11, 101);
	for (size_t i = 0; i < size; i++) z[i] = (float)(config[2] * (double)z[i]);
	for (int i = 0; i < n; i++) labels[i] = (i * i + i + 1) % c;
	for (int i = 0; i < c; i++) weight[i] = (float)class_weight[i];
	kern_softmax_xent(n, c, z, labels, (float)config[3], NULL, 1, NULL, loss, NULL);
	golden_check(g, name, "per_sample", (size_t)n, loss, 1e-6);
	kern_softmax_xent(n, c, z, labels, (float)config[3], weight, 1 / (float)n, NULL, loss, dz);
	for (int i = 0; i < n; i++) mean += loss[i] / (float)n;
	golden_check(g, name, "loss", 1, &mean, 1e-6);
	golden_check(g, name, "dz", size, dz, 1e-6);
}

START_TEST(losses_are_those_of_keras)
{
	struct golden *g = golden_open("losses");
	const char *name;
	size_t i = 0;
	for (; (name = golden_case(g, "n", "class_weight", i)); i++) golden_loss(g, name);
	ck_assert_uint_ge(i, 10);
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.5 */
START_TEST(losses_are_those_of_the_specification)
{
	static const float z[6] = { 1, 2, -1, 0, .5f, 3 };
	static const int32_t labels[2] = { 1, 2 };
	float loss[2];
	kern_softmax_xent(2, 3, z, labels, 0, NULL, 1, NULL, loss, NULL);
	assert_close("logits", 2, loss, (double[]){ .349012, .123873 }, 1e-6);
	kern_softmax_xent(2, 3, z, labels, 0.1f, NULL, 1, NULL, loss, NULL);
	assert_close("logits, smoothing", 2, loss, (double[]){ .482346, .307206 }, 1e-6);
}
END_TEST

struct xent_case {
	int n, c;
	float *z, *weights, *out;	/* out: p, dz [n,c], loss [n] */
	int32_t *labels;
	float smoothing;
};

static struct xent_case
xent_new(int n, int c, float smoothing, bool weighted)
{
	struct xent_case t = { .n = n, .c = c, .smoothing = smoothing };
	const size_t size = (size_t)n * (size_t)c;
	t.z = new_random(size, 1);
	for (size_t i = 0; i < size; i++) t.z[i] *= 9;
	t.out = new_random(2 * size + (size_t)n, 2);
	t.labels = malloc((size_t)n * sizeof *t.labels);
	ck_assert_ptr_nonnull(t.labels);
	for (int i = 0; i < n; i++) t.labels[i] = i * 7 % c;
	if (weighted) t.weights = new_random((size_t)c, 3);
	for (int i = 0; weighted && i < c; i++) t.weights[i] = fabsf(t.weights[i]) + 0.1f;
	return t;
}

static void
xent_free(struct xent_case *t)
{
	free(t->z);
	free(t->out);
	free(t->labels);
	free(t->weights);
}

static void
xent_run(void *ctx)
{
	struct xent_case *t = ctx;
	const size_t size = (size_t)t->n * (size_t)t->c;
	kern_softmax_xent(t->n, t->c, t->z, t->labels, t->smoothing, t->weights, 0.25f, t->out,
		t->out + 2 * size, t->out + size);
}

static void
xent_assert_oracle(const struct xent_case *t)
{
	const size_t c = (size_t)t->c, size = (size_t)t->n * c;
	double *want = new_doubles(2 * size + (size_t)t->n);
	for (int i = 0; i < t->n; i++) {
		const float *z = t->z + (size_t)i * c;
		double sum = 0, weight = t->weights ? t->weights[t->labels[i]] : 1;
		for (size_t k = 0; k < c; k++) sum += exp((double)z[k]);
		for (size_t k = 0; k < c; k++) {
			const double p = exp((double)z[k]) / sum, smoothing = t->smoothing;
			const double hit = (int)k == t->labels[i];
			const double target = hit * (1 - smoothing) + smoothing / (double)c;
			want[(size_t)i * c + k] = p;
			want[size + (size_t)i * c + k] = (p - target) * weight * 0.25;
			want[2 * size + (size_t)i] -= target * log(p) * weight;
		}
	}
	assert_close("p, dz, loss", 2 * size + (size_t)t->n, t->out, want, 1e-6);
	free(want);
}

START_TEST(cross_entropy_equals_the_oracle_with_the_same_bits_everywhere)
{
	static const int shapes[][2] = { { 1, 2 }, { 3, 3 }, { 64, 10 }, { 5, 16 }, { 7, 17 },
		{ 4, 1000 }, { 2000, 10 } };
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (int kind = 0; kind < 4; kind++) {
			const float smoothing = kind & 1 ? 0.1f : 0;
			struct xent_case t = xent_new(shapes[i][0], shapes[i][1], smoothing, kind & 2);
			xent_run(&t);
			xent_assert_oracle(&t);
			const size_t size = (size_t)(t.n * (2 * t.c + 1));
			assert_same_everywhere("cross-entropy", xent_run, &t, t.out, size * sizeof *t.out);
			xent_free(&t);
		}
}
END_TEST

START_TEST(each_output_of_cross_entropy_may_be_missing)
{
	struct xent_case t = xent_new(5, 19, 0.1f, true);
	xent_run(&t);
	const size_t size = 5 * 19;
	for (int wanted = 0; wanted < 8; wanted++) {
		float *out = new_random(2 * size + 5, 7), *keep = new_random(2 * size + 5, 7);
		kern_softmax_xent(5, 19, t.z, t.labels, t.smoothing, t.weights, 0.25f,
			wanted & 1 ? out : NULL, wanted & 4 ? out + 2 * size : NULL,
			wanted & 2 ? out + size : NULL);
		const size_t at[4] = { 0, size, 2 * size, 2 * size + 5 };
		for (int k = 0; k < 3; k++)
			ck_assert_mem_eq(out + at[k], (wanted >> k & 1 ? t.out : keep) + at[k],
				(at[k + 1] - at[k]) * sizeof *out);
		free(out);
		free(keep);
	}
	xent_free(&t);
}
END_TEST

START_TEST(huge_logits_stay_finite)
{
	const float z[8] = { 3e38f, -3e38f, 0, 1, 1000, 1001, -1e30f, 999 };
	const int32_t labels[2] = { 0, 1 };
	float p[8], loss[2], dz[8];
	kern_softmax_xent(2, 4, z, labels, 0, NULL, 1, p, loss, dz);
	ck_assert(kern_all_finite(8, p) && kern_all_finite(2, loss) && kern_all_finite(8, dz));
	ck_assert_float_eq(p[0], 1);
	ck_assert_float_eq(loss[0], 0);
	ck_assert_double_eq_tol(loss[1], log(1 + exp(-1) + exp(-2)), 1e-6);
}
END_TEST

START_TEST(a_logit_of_minus_infinity_has_no_probability)
{
	const float z[3] = { -INFINITY, 2, 2 };
	const int32_t label = 1, lost = 0;
	float p[3], loss, dz[3];
	kern_softmax_xent(1, 3, z, &label, 0, NULL, 1, p, &loss, dz);
	ck_assert_float_eq(p[0], 0);
	ck_assert_float_eq(p[1], 0.5f);
	ck_assert_double_eq_tol(loss, log(2), 1e-7);
	kern_softmax_xent(1, 3, z, &lost, 0, NULL, 1, p, &loss, dz);
	ck_assert(isinf(loss) && loss > 0);
}
END_TEST

START_TEST(no_number_among_the_logits_is_seen_in_the_loss)
{
	for (int at = 0; at < 20; at++) {
		float z[20] = { 0 }, p[20], loss;
		const int32_t label = 3;
		z[at] = NAN;
		kern_softmax_xent(1, 20, z, &label, 0, NULL, 1, p, &loss, NULL);
		ck_assert(isnan(loss) && isnan(p[(at + 1) % 20]));
	}
}
END_TEST

struct rows_case { int rows, c; float *x, *dy, *out; };

static void
rows_run(void *ctx)
{
	struct rows_case *t = ctx;
	const size_t size = (size_t)t->rows * (size_t)t->c;
	float *y = t->out, *log_y = y + size, *dx = log_y + size, *log_dx = dx + size;
	kern_softmax_forward(t->rows, t->c, t->x, y);
	memcpy(log_y, t->x, size * sizeof *t->x);
	kern_log_softmax_forward(t->rows, t->c, log_y, log_y);	/* y may be x */
	memcpy(dx, t->dy, size * sizeof *dx);
	memcpy(log_dx, t->dy, size * sizeof *dx);
	kern_softmax_backward(t->rows, t->c, y, t->dy, dx, true);
	kern_log_softmax_backward(t->rows, t->c, log_y, t->dy, log_dx, true);
}

static void
rows_assert_oracle(const struct rows_case *t)
{
	const size_t c = (size_t)t->c, size = (size_t)t->rows * c;
	double *want = new_doubles(4 * size);
	for (size_t i = 0; i < size; i += c) {
		double sum = 0, dot = 0, all = 0;
		for (size_t k = 0; k < c; k++) sum += exp((double)t->x[i + k]);
		for (size_t k = 0; k < c; k++) {
			dot += exp((double)t->x[i + k]) / sum * t->dy[i + k];
			all += t->dy[i + k];
		}
		for (size_t k = 0; k < c; k++) {
			const double p = exp((double)t->x[i + k]) / sum, dy = t->dy[i + k];
			want[i + k] = p;
			want[size + i + k] = log(p);
			want[2 * size + i + k] = dy + p * (dy - dot);
			want[3 * size + i + k] = dy + dy - p * all;
		}
	}
	assert_close("softmax, log-softmax, gradients", 4 * size, t->out, want, 2e-6);
	free(want);
}

START_TEST(softmax_equals_the_oracle_with_the_same_bits_everywhere)
{
	static const int shapes[][2] = { { 1, 1 }, { 3, 5 }, { 9, 16 }, { 6, 35 }, { 3000, 10 } };
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct rows_case t = { .rows = shapes[i][0], .c = shapes[i][1] };
		const size_t size = (size_t)t.rows * (size_t)t.c;
		t.x = new_random(size, 4);
		t.dy = new_random(size, 5);
		t.out = new_random(4 * size, 6);
		rows_run(&t);
		rows_assert_oracle(&t);
		assert_same_everywhere("softmax", rows_run, &t, t.out, 4 * size * sizeof *t.out);
		free(t.x);
		free(t.dy);
		free(t.out);
	}
}
END_TEST

Suite *
suite_xent(void)
{
	Suite *s = suite_create("xent");
	TCase *t = tcase_create("xent");
	tcase_add_test(t, softmax_is_that_of_keras);
	tcase_add_test(t, losses_are_those_of_keras);
	tcase_add_test(t, losses_are_those_of_the_specification);
	tcase_add_test(t, cross_entropy_equals_the_oracle_with_the_same_bits_everywhere);
	tcase_add_test(t, each_output_of_cross_entropy_may_be_missing);
	tcase_add_test(t, huge_logits_stay_finite);
	tcase_add_test(t, a_logit_of_minus_infinity_has_no_probability);
	tcase_add_test(t, no_number_among_the_logits_is_seen_in_the_loss);
	tcase_add_test(t, softmax_equals_the_oracle_with_the_same_bits_everywhere);
	suite_add_tcase(s, t);
	return s;
}
