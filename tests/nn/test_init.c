/*
 * First values: the distributions of doc/keras-semantics.md 3.2, and that they depend on seed
 * and index alone.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/suites.h"
#include "support/tiny.h"

enum { INIT_D = 300, INIT_UNITS = 200, INIT_COUNT = INIT_D * INIT_UNITS };

/* A dense kernel [300,200] made by that initializer. */
static const float *
init_make(struct tiny *t, const char *initializer, uint64_t seed)
{
	char text[512];
	snprintf(text, sizeof text, "  - flatten\n  - dense: {units: 200, kernel_initializer: %s}\n"
		"  - dense: {units: 10, activation: softmax}\n", initializer);
	tiny_open(t, text, SHAPE4(0, 10, 10, 3), 10, 1);
	float *block = tiny_floats(t->arena, t->net->floats);
	net_init(t->net, seed, block);
	return block + t->net->param[0].offset;
}

static const struct {
	const char *initializer;
	double mean, stddev;
	double low, high;	/* limits that are reached within a hundredth of the range */
} init_known[] = {
	{ "glorot_uniform", 0, 0.06324555, -0.10954451, 0.10954451 },	/* sqrt(6/500), /sqrt(3) */
	{ "{type: glorot_uniform}", 0, 0.06324555, -0.10954451, 0.10954451 },
	/* sqrt(2/500); 2*that/0.8796… */
	{ "glorot_normal", 0, 0.06324555, -0.14380111, 0.14380111 },
	{ "he_uniform", 0, 0.08164966, -0.14142136, 0.14142136 },		/* sqrt(6/300) */
	{ "he_normal", 0, 0.08164966, -0.18564642, 0.18564642 },
	{ "lecun_uniform", 0, 0.05773503, -0.1, 0.1 },
	{ "lecun_normal", 0, 0.05773503, -0.13127184, 0.13127184 },
	{ "random_normal", 0, 0.05, 0, 0 },
	{ "normal", 0, 0.05, 0, 0 },
	{ "{type: random_normal, mean: 3, stddev: 0.5}", 3, 0.5, 0, 0 },
	{ "random_uniform", 0, 0.02886751, -0.05, 0.05 },
	{ "{type: uniform, minval: 1, maxval: 3}", 2, 0.57735027, 1, 3 },
	{ "truncated_normal", 0, 0.04398128, -0.1, 0.1 },	/* 0.05*0.8796…: no correction here */
	{ "{type: truncated_normal, mean: 1, stddev: 2}", 1, 1.75925132, -3, 5 },
	{ "variance_scaling", 0, 0.05773503, -0.13127184, 0.13127184 },
	{ "{type: variance_scaling, scale: 2, mode: fan_out, distribution: untruncated_normal}", 0, 0.1,
		0, 0 },
	{ "{type: variance_scaling, scale: 0.5, mode: fan_avg, distribution: uniform}", 0, 0.04472136,
		-0.07745967, 0.07745967 },
};
enum { INIT_KNOWN = sizeof init_known / sizeof *init_known };

START_TEST(distributions_are_kerass)
{
	struct tiny t;
	const float *w = init_make(&t, init_known[_i].initializer, 7);
	double sum = 0, squares = 0, low = INFINITY, high = -INFINITY;
	for (int i = 0; i < INIT_COUNT; i++) {
		sum += (double)w[i];
		low = fmin(low, (double)w[i]);
		high = fmax(high, (double)w[i]);
	}
	const double mean = sum / INIT_COUNT, sigma = init_known[_i].stddev;
	for (int i = 0; i < INIT_COUNT; i++) squares += pow((double)w[i] - mean, 2);
	/* five standard errors */
	ck_assert_double_eq_tol(mean, init_known[_i].mean, 5 * sigma / sqrt(INIT_COUNT));
	ck_assert_double_eq_tol(sqrt(squares / INIT_COUNT), sigma, 5 * sigma / sqrt(2 * INIT_COUNT));
	if (init_known[_i].high > init_known[_i].low) {
		const double range = init_known[_i].high - init_known[_i].low;
		ck_assert_double_ge(low, init_known[_i].low - 1e-6 * range);
		ck_assert_double_le(high, init_known[_i].high + 1e-6 * range);
		ck_assert_double_le(low, init_known[_i].low + 0.01 * range);
		ck_assert_double_ge(high, init_known[_i].high - 0.01 * range);
	}
	tiny_close(&t);
}
END_TEST

static const struct { const char *initializer; float value; } init_constants[] = {
	{ "zeros", 0 }, { "zero", 0 }, { "ones", 1 }, { "one", 1 }, { "constant", 0 },
	{ "{type: constant, value: 2.5}", 2.5f },
};

START_TEST(constants_are_constant)
{
	struct tiny t;
	const float *w = init_make(&t, init_constants[_i].initializer, 7);
	for (int i = 0; i < INIT_COUNT; i++) ck_assert_float_eq(w[i], init_constants[_i].value);
	tiny_close(&t);
}
END_TEST

/* Uniform draws fill their range evenly: a chi-square over 100 bins of 600. */
START_TEST(uniform_draws_are_even)
{
	struct tiny t;
	int bins[100] = { 0 };
	double chi = 0;
	const float *w = init_make(&t, "{type: uniform, minval: 0, maxval: 1}", 3);
	for (int i = 0; i < INIT_COUNT; i++) bins[(int)((double)w[i] * 99.9999)]++;
	for (int i = 0; i < 100; i++)
		chi += pow(bins[i] - INIT_COUNT / 100.0, 2) / (INIT_COUNT / 100.0);
	ck_assert_double_lt(chi, 99 + 5 * sqrt(2 * 99));
	ck_assert_double_gt(chi, 99 - 5 * sqrt(2 * 99));
	tiny_close(&t);
}
END_TEST

/* Columns (or, of a wide matrix, rows) have length gain and stand at right angles. */
static void
init_check_orthogonal(const char *layer, struct shape input, int rows, int cols, double gain)
{
	struct tiny t;
	char yaml[512];
	snprintf(yaml, sizeof yaml, "%s  - flatten\n  - dense: {units: 10, activation: softmax}\n",
		layer);
	tiny_open(&t, yaml, input, 10, 1);
	float *block = tiny_floats(t.arena, t.net->floats);
	net_init(t.net, 1, block);
	ck_assert_uint_eq(t.net->param[0].count, (size_t)(rows * cols));
	const int few = rows < cols ? rows : cols, many = rows < cols ? cols : rows;
	const int step = rows < cols ? cols : 1, along = rows < cols ? 1 : cols;
	for (int a = 0; a < few; a++)
		for (int b = 0; b <= a; b++) {
			double dot = 0;
			for (int i = 0; i < many; i++)
				dot += (double)block[a * step + i * along] * (double)block[b * step + i * along];
			ck_assert_double_eq_tol(dot, a == b ? gain * gain : 0, 2e-6 * gain * gain);
		}
	tiny_close(&t);
}

START_TEST(orthogonal_matrices_are_orthogonal)
{
	init_check_orthogonal("  - flatten: {name: f}\n  - dense: {units: 20, kernel_initializer: "
		"orthogonal}\n",
		SHAPE4(0, 5, 5, 2), 50, 20, 1);
	init_check_orthogonal("  - flatten: {name: f}\n  - dense: {units: 60, kernel_initializer: "
		"orthogonal}\n",
		SHAPE4(0, 5, 5, 1), 25, 60, 1);
	init_check_orthogonal("  - conv2d: {filters: 12, kernel_size: 3, kernel_initializer: {type: "
		"orthogonal, "
		"gain: 2}}\n", SHAPE4(0, 5, 5, 4), 36, 12, 2);
}
END_TEST

/*
 * Fans of a convolution count its window: sqrt(6/(9*16 + 9*32)); a depthwise kernel is
 * [3,3,16,1].
 */
START_TEST(fans_count_the_window)
{
	struct tiny t;
	double largest[2] = { 0, 0 };
	tiny_open(&t, "  - conv2d: {filters: 32, kernel_size: 3, groups: 2}\n  - depthwise_conv2d: "
		"{kernel_size: 3}\n"
		"  - flatten\n  - dense: {units: 10, activation: softmax}\n", SHAPE4(0, 8, 8, 32), 10, 1);
	float *block = tiny_floats(t.arena, t.net->floats);
	net_init(t.net, 1, block);
	for (int k = 0; k < 2; k++) {
		const struct net_param *p = &t.net->param[2 * k];
		for (size_t i = 0; i < p->count; i++)
			largest[k] = fmax(largest[k], fabs((double)block[p->offset + i]));
	}
	const double conv = sqrt(6.0 / (9 * 16 + 9 * 32)), depthwise = sqrt(6.0 / (9 * 32 + 9));
	ck_assert_double_le(largest[0], conv);
	ck_assert_double_ge(largest[0], 0.99 * conv);
	ck_assert_double_le(largest[1], depthwise);
	ck_assert_double_ge(largest[1], 0.97 * depthwise);
	tiny_close(&t);
}
END_TEST

START_TEST(values_are_a_function_of_seed_and_parameter)
{
	struct tiny a, b, c;
	const float *x = init_make(&a, "glorot_uniform", 7), *y = init_make(&b, "glorot_uniform", 7);
	const float *z = init_make(&c, "glorot_uniform", 8);
	ck_assert_mem_eq(x, y, INIT_COUNT * sizeof *x);
	ck_assert_mem_ne(x, z, INIT_COUNT * sizeof *x);
	/* the last dense's kernel is another stream */
	ck_assert_mem_ne(x, x + (b.net->param[2].offset - b.net->param[0].offset), 100 * sizeof *x);
	tiny_close(&a);
	tiny_close(&b);
	tiny_close(&c);
}
END_TEST

/* The first numbers of seed 1, kept: a change of them changes every result. */
START_TEST(first_values_stay_as_they_are)
{
	struct tiny t;
	const float *w = init_make(&t, "random_uniform", 1);
	const struct rng r = rng_stream(1, RNG_INIT, 0, 0);
	for (uint64_t i = 0; i < 100; i++)
		ck_assert_float_eq(w[i], (float)(-0.05 + 0.1 * rng_uniform(&r, i)));
	tiny_close(&t);
}
END_TEST

START_TEST(batch_normalization_starts_at_ones_and_zeros_and_padding_is_zero)
{
	struct tiny t;
	tiny_open(&t, "  - batch_normalization\n  - flatten\n  - dense: {units: 10, activation: "
		"softmax}\n",
		SHAPE4(0, 4, 4, 5), 10, 1);
	float *block = tiny_floats(t.arena, t.net->floats);
	net_init(t.net, 1, block);
	for (int k = 0; k < 4; k++) {
		const struct net_param *p = &t.net->param[k];
		for (size_t i = 0; i < 16; i++)
			ck_assert_float_eq(block[p->offset + i], i < 5 && (k == 0 || k == 3) ? 1 : 0);
	}
	tiny_close(&t);
}
END_TEST

Suite *
suite_init(void)
{
	Suite *s = suite_create("nn: init");
	TCase *c = tcase_create("init");
	tcase_add_loop_test(c, distributions_are_kerass, 0, INIT_KNOWN);
	tcase_add_loop_test(c, constants_are_constant, 0,
		sizeof init_constants / sizeof *init_constants);
	tcase_add_test(c, uniform_draws_are_even);
	tcase_add_test(c, orthogonal_matrices_are_orthogonal);
	tcase_add_test(c, fans_count_the_window);
	tcase_add_test(c, values_are_a_function_of_seed_and_parameter);
	tcase_add_test(c, first_values_stay_as_they_are);
	tcase_add_test(c, batch_normalization_starts_at_ones_and_zeros_and_padding_is_zero);
	suite_add_tcase(s, c);
	return s;
}
