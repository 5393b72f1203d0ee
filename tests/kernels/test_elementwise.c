/* Copies, sums of arrays, rescaling, dropout, rows and frames, pixels: naive loops, tails, bits. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

static const size_t sizes[] = { 0, 1, 5, 16, 31, 16384, 16389, 50001 };
enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(copies_set_and_add_and_zero_clears)
{
	for (int s = 0; s < SIZES; s++) {
		const size_t n = sizes[s];
		float *x = new_random(n, 1), *old = new_random(n, 2);
		struct guarded y = guard_new(n * sizeof *x);
		float *out = y.data;
		kern_copy(n, x, out, false);
		if (n > 0) ck_assert_mem_eq(out, x, n * sizeof *x);
		memcpy(out, old, n * sizeof *x);
		kern_copy(n, x, out, true);
		for (size_t i = 0; i < n; i++) ck_assert_float_eq(out[i], old[i] + x[i]);
		kern_zero(n, out);
		for (size_t i = 0; i < n; i++) ck_assert_float_eq(out[i], 0);
		guard_check("y", &y);
		guard_free(&y);
		free(x);
		free(old);
	}
}
END_TEST

START_TEST(inputs_are_summed_from_left_to_right)
{
	enum { N = 20003 };
	float *a = new_random(N, 1), *b = new_random(N, 2), *c = new_random(N, 3);
	float *y = new_random(N, 4);
	for (size_t i = 0; i < N; i++) a[i] *= 1e6f;	/* so that the order shows */
	const float *const x[3] = { a, b, c };
	kern_sum_inputs(N, 3, x, y);
	for (size_t i = 0; i < N; i++) ck_assert_float_eq(y[i], (a[i] + b[i]) + c[i]);
	kern_sum_inputs(N, 1, x, y);
	ck_assert_mem_eq(y, a, N * sizeof *y);
	free(a);
	free(b);
	free(c);
	free(y);
}
END_TEST

/* Few channels (one flat array) and many (row by row); one multiply, then one add. */
START_TEST(rescaling_is_one_multiply_and_one_add)
{
	static const int shapes[][2] = { { 1, 1 }, { 50, 1 }, { 7, 3 }, { 20000, 3 }, { 3, 16 },
		{ 5, 17 }, { 900, 40 } };
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
		const size_t m = (size_t)shapes[s][0], c = (size_t)shapes[s][1], n = m * c;
		float *x = new_random(n, 1), *scale = new_random(c, 2), *offset = new_random(c, 3);
		float *old = new_random(n, 4);
		struct guarded g = guard_new(n * sizeof *x);
		float *y = g.data;
		kern_rescale_forward(m, (int)c, x, scale, offset, y);
		for (size_t i = 0; i < n; i++) {
			const float product = x[i] * scale[i % c];
			ck_assert_float_eq(y[i], product + offset[i % c]);
		}
		kern_rescale_backward(m, (int)c, x, scale, y, false);
		for (size_t i = 0; i < n; i++) ck_assert_float_eq(y[i], x[i] * scale[i % c]);
		memcpy(y, old, n * sizeof *y);
		kern_rescale_backward(m, (int)c, x, scale, y, true);
		for (size_t i = 0; i < n; i++) {
			const float product = x[i] * scale[i % c];
			ck_assert_float_eq(y[i], product + old[i]);
		}
		guard_check("y", &g);
		guard_free(&g);
		free(x);
		free(scale);
		free(offset);
		free(old);
	}
}
END_TEST

static void
check_dropout(float rate, size_t n)
{
	const struct rng r = rng_stream(42, RNG_DROPOUT, 3, 5);
	float *x = new_random(n, 1), *old = new_random(n, 2);
	struct guarded g = guard_new(n * sizeof *x);
	float *y = g.data;
	kern_dropout(&r, rate, n, x, y, false);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		const bool keep = rng_u32(&r, i) >= (double)rate * 4294967296.0;
		ck_assert_float_eq(y[i], keep ? x[i] * (float)(1.0 / (1.0 - (double)rate)) : 0);
		kept += keep;
	}
	const double expected = (1 - (double)rate) * (double)n;
	ck_assert_double_le(fabs((double)kept - expected), 4 * sqrt((double)n * 0.25) + 1e-9);
	float *first = new_random(n, 3);
	memcpy(first, y, n * sizeof *y);
	memcpy(y, old, n * sizeof *y);
	kern_dropout(&r, rate, n, x, y, true);
	for (size_t i = 0; i < n; i++) ck_assert_float_eq(y[i], old[i] + first[i]);
	guard_check("y", &g);
	guard_free(&g);
	free(first);
	free(x);
	free(old);
}

START_TEST(dropout_keeps_what_the_stream_says)
{
	static const float rates[] = { 0, 0.2f, 0.5f, 0.999f, 1 };
	for (size_t k = 0; k < sizeof rates / sizeof *rates; k++)
		for (int s = 1; s < SIZES; s++) check_dropout(rates[k], sizes[s]);
}
END_TEST

START_TEST(dropout_drops_what_is_not_finite)
{
	const struct rng r = rng_stream(1, RNG_DROPOUT, 0, 0);
	float x[100], y[100];
	for (int i = 0; i < 100; i++) x[i] = i % 2 ? INFINITY : NAN;
	kern_dropout(&r, 1, 100, x, y, false);
	for (int i = 0; i < 100; i++) ck_assert_float_eq(y[i], 0);
}
END_TEST

START_TEST(rows_are_joined_and_parted)
{
	static const int widths[][2] = { { 1, 1 }, { 3, 5 }, { 16, 17 }, { 40, 2 } };
	for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
		const size_t a = (size_t)widths[k][0], b = (size_t)widths[k][1], rows = 3001, all = a + b;
		float *x = new_random(rows * a, 1), *z = new_random(rows * b, 2);
		float *y = new_random(rows * all, 3);
		float *back = new_random(rows * b, 4), *old = new_random(rows * b, 4);
		kern_copy_rows(rows, (int)a, x, a, y, all, false);
		kern_copy_rows(rows, (int)b, z, b, y + a, all, false);
		kern_copy_rows(rows, (int)b, y + a, all, back, b, true);
		for (size_t i = 0; i < rows; i++)
			for (size_t j = 0; j < all; j++) {
				const float want = j < a ? x[i * a + j] : z[i * b + j - a];
				ck_assert_float_eq(y[i * all + j], want);
				if (j >= a) ck_assert_float_eq(back[i * b + j - a], old[i * b + j - a] + want);
			}
		free(x);
		free(z);
		free(y);
		free(back);
		free(old);
	}
}
END_TEST

static void
check_frame(int n, int h, int w, int c, const int pad[4])
{
	const int oh = h + pad[0] + pad[1], ow = w + pad[2] + pad[3];
	const size_t small = (size_t)(n * h * w * c), large = (size_t)(n * oh * ow * c);
	float *x = new_random(small, 1), *old = new_random(small, 2), *dx = new_random(small, 2);
	struct guarded g = guard_new(large * sizeof *x);
	float *y = g.data;
	kern_zero_pad(n, h, w, c, pad[0], pad[1], pad[2], pad[3], x, y);
	for (size_t i = 0; i < large; i++) {
		const int k = (int)i % c, ox = (int)i / c % ow - pad[2], oy = (int)i / c / ow % oh - pad[0];
		const int image = (int)i / c / ow / oh;
		const bool in = ox >= 0 && ox < w && oy >= 0 && oy < h;
		ck_assert_float_eq(y[i], in ? x[((image * h + oy) * w + ox) * c + k] : 0);
	}
	kern_crop(n, h, w, c, pad[0], pad[1], pad[2], pad[3], y, dx, true);
	for (size_t i = 0; i < small; i++) ck_assert_float_eq(dx[i], old[i] + x[i]);
	kern_crop(n, h, w, c, pad[0], pad[1], pad[2], pad[3], y, dx, false);
	ck_assert_mem_eq(dx, x, small * sizeof *x);
	guard_check("y", &g);
	guard_free(&g);
	free(x);
	free(old);
	free(dx);
}

START_TEST(frames_are_zero_and_cropping_undoes_them)
{
	check_frame(2, 3, 4, 3, (int[4]){ 1, 1, 1, 1 });
	check_frame(2, 3, 4, 3, (int[4]){ 3, 1, 0, 2 });
	check_frame(1, 1, 1, 1, (int[4]){ 0, 0, 0, 0 });
	check_frame(3, 32, 33, 17, (int[4]){ 0, 1, 0, 1 });
}
END_TEST

START_TEST(pixels_are_looked_up_by_channel)
{
	for (int c = 1; c <= 4; c++) {
		uint8_t x[4 * 300];
		float table[4 * 256], y[4 * 300 + 1];
		fill_random(table, 4 * 256, 1);
		for (int i = 0; i < 300 * c; i++) x[i] = (uint8_t)(i * 41);
		y[300 * c] = 7;
		kern_pixels_tile(300, c, x, table, y);
		for (int i = 0; i < 300 * c; i++) ck_assert_float_eq(y[i], table[i % c * 256 + x[i]]);
		ck_assert_float_eq(y[300 * c], 7);
	}
}
END_TEST

struct bits_case { size_t n; float *x, *scale, *out; };

static void
bits_run(void *ctx)
{
	struct bits_case *t = ctx;
	const size_t n = t->n;
	const struct rng r = rng_stream(7, RNG_DROPOUT, 1, 2);
	const float *const inputs[2] = { t->x, t->x + 1 };
	kern_rescale_forward(n / 3, 3, t->x, t->scale, t->scale + 3, t->out);
	kern_rescale_forward(n / 30, 30, t->x, t->scale, t->scale + 3, t->out + n);
	kern_dropout(&r, 0.3f, n, t->x, t->out + 2 * n, false);
	kern_sum_inputs(n, 2, inputs, t->out + 3 * n);
	kern_copy(n, t->x, t->out + 3 * n, true);
}

START_TEST(all_have_the_same_bits_everywhere)
{
	struct bits_case t = { .n = 60000 };
	t.x = new_random(t.n, 1);
	t.scale = new_random(40, 2);
	t.out = new_random(4 * t.n, 3);
	assert_same_everywhere("elementwise", bits_run, &t, t.out, 4 * t.n * sizeof *t.out);
	free(t.x);
	free(t.scale);
	free(t.out);
}
END_TEST

Suite *
suite_elementwise(void)
{
	Suite *s = suite_create("elementwise");
	TCase *t = tcase_create("elementwise");
	tcase_add_test(t, copies_set_and_add_and_zero_clears);
	tcase_add_test(t, inputs_are_summed_from_left_to_right);
	tcase_add_test(t, rescaling_is_one_multiply_and_one_add);
	tcase_add_test(t, dropout_keeps_what_the_stream_says);
	tcase_add_test(t, dropout_drops_what_is_not_finite);
	tcase_add_test(t, rows_are_joined_and_parted);
	tcase_add_test(t, frames_are_zero_and_cropping_undoes_them);
	tcase_add_test(t, pixels_are_looked_up_by_channel);
	tcase_add_test(t, all_have_the_same_bits_everywhere);
	suite_add_tcase(s, t);
	return s;
}
