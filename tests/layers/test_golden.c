/* Layers against Keras's own numbers: every case of tests/golden/ that a layer of ours has. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "layers/suites.h"
#include "layers/trial.h"
#include "support/golden.h"

enum { GOLDEN_TEXT = 256 };
static const double GOLDEN_CLOSE = 1e-5;	/* of the largest value, as its README says */

/* A layer on the fills that the golden files name. */
static void
golden_start(struct trial *t, const char *kind, const char *options, int n, struct shape in)
{
	const struct trial_case c = {
		.kind = kind, .options = options, .inputs = 1, .in = { in }, .n = n, .batch = n,
		.training = true, .trainable = true,
	};
	trial_open(t, &c);
	ck_assert_msg(t->shaped, "%s %s: %s", kind, options, t->err.message);
	golden_fill_p(t->x[0].v, t->x[0].n, 37, 11, 101);
	if (t->p[0].v) golden_fill_p(t->p[0].v, t->p[0].n, 53, 7, 97);
	if (t->p[1].v) golden_fill_p(t->p[1].v, t->p[1].n, 41, 5, 89);
	golden_fill_p(t->dy.v, t->dy.n, 29, 3, 83);
}

static void
golden_compare(const struct golden *g, const char *of, const char *what,
	const struct trial_block *b)
{
	golden_check(g, of, what, b->n, b->v, GOLDEN_CLOSE);
}

/* Forward and backward, then y and every gradient; ends the trial. */
static void
golden_look(const struct golden *g, const char *of, struct trial *t)
{
	const struct trial_wish w = trial_everything(t);
	trial_forward(t, false);
	golden_compare(g, of, "y", &t->y);
	trial_backward(t, &w);
	golden_compare(g, of, "dx", &t->dx[0]);
	if (w.dp[0]) golden_compare(g, of, "dkernel", &t->dp[0]);
	if (w.dp[1]) golden_compare(g, of, "dbias", &t->dp[1]);
	trial_check_guards(t);
	trial_close(t);
}

static const char *
golden_padding(double same)
{
	return same > 0 ? "same" : "valid";
}

START_TEST(conv2d_gives_kerass_numbers)
{
	struct golden *g = golden_open("conv2d");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "", "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 13);
		char name[GOLDEN_TEXT], options[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		snprintf(options, sizeof options, "{filters: %g, kernel_size: [%g, %g], strides: [%g, %g], "
			"dilation_rate: [%g, %g], groups: %g, padding: %s}", c[4], c[5], c[6], c[7], c[8], c[9],
			c[10], c[11], golden_padding(c[12]));
		golden_start(&t, "conv2d", options, (int)c[0], SHAPE4(0, (int)c[1], (int)c[2], (int)c[3]));
		golden_look(g, name, &t);
	}
	ck_assert_uint_gt(i, 20);
	golden_close(g);
}
END_TEST

START_TEST(depthwise_conv2d_gives_kerass_numbers)
{
	struct golden *g = golden_open("depthwise_conv2d");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "", "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 9);
		char name[GOLDEN_TEXT], options[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		snprintf(options, sizeof options,
			"{kernel_size: [%g, %g], strides: %g, depth_multiplier: %g, padding: %s}", c[5], c[6],
			c[7], c[4], golden_padding(c[8]));
		golden_start(&t, "depthwise_conv2d", options, (int)c[0],
			SHAPE4(0, (int)c[1], (int)c[2], (int)c[3]));
		golden_look(g, name, &t);
	}
	ck_assert_uint_gt(i, 15);
	golden_close(g);
}
END_TEST

START_TEST(separable_conv2d_gives_kerass_numbers)
{
	struct golden *g = golden_open("separable_conv2d");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "", "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 9);
		char name[GOLDEN_TEXT], options[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		snprintf(options, sizeof options, "{filters: %g, kernel_size: %g, strides: %g, "
			"depth_multiplier: %g, padding: %s}", c[5], c[6], c[7], c[4], golden_padding(c[8]));
		golden_start(&t, "separable_conv2d", options, (int)c[0],
			SHAPE4(0, (int)c[1], (int)c[2], (int)c[3]));
		golden_fill_p(t.p[1].v, t.p[1].n, 31, 2, 71);
		golden_fill_p(t.p[2].v, t.p[2].n, 41, 5, 89);
		const struct trial_wish w = trial_everything(&t);
		trial_forward(&t, false);
		golden_compare(g, name, "y", &t.y);
		trial_backward(&t, &w);
		golden_compare(g, name, "dx", &t.dx[0]);
		golden_compare(g, name, "ddepthwise", &t.dp[0]);
		golden_compare(g, name, "dpointwise", &t.dp[1]);
		golden_compare(g, name, "dbias", &t.dp[2]);
		trial_check_guards(&t);
		trial_close(&t);
	}
	ck_assert_uint_eq(i, 5);
	golden_close(g);
}
END_TEST

START_TEST(dense_gives_kerass_numbers)
{
	struct golden *g = golden_open("dense");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "", "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 3);
		char name[GOLDEN_TEXT], options[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		snprintf(options, sizeof options, "{units: %g}", c[2]);
		golden_start(&t, "dense", options, (int)c[0], SHAPE2(0, (int)c[1]));
		golden_look(g, name, &t);
	}
	ck_assert_uint_gt(i, 3);
	golden_close(g);
}
END_TEST

/* "ties" are cases whose input repeats a few values: x[i] = floor((i*7 mod 5)/2). */
static void
golden_pool(const struct golden *g, const char *kind)
{
	const char *of;
	size_t i = 0;
	char prefix[64];
	snprintf(prefix, sizeof prefix, "%s.", kind);
	for (; (of = golden_case(g, prefix, "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 9);
		char name[GOLDEN_TEXT], options[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		snprintf(options, sizeof options, "{pool_size: [%g, %g], strides: [%g, %g], padding: %s}",
			c[4], c[5], c[6], c[7], golden_padding(c[8]));
		golden_start(&t, kind, options, (int)c[0], SHAPE4(0, (int)c[1], (int)c[2], (int)c[3]));
		for (size_t k = 0; strstr(name, "ties") && k < t.x[0].n; k++)
			t.x[0].v[k] = (float)(k * 7 % 5 / 2);
		golden_look(g, name, &t);
	}
	ck_assert_uint_gt(i, 20);
}

static void
golden_global(const struct golden *g, const char *kind, size_t cases)
{
	const char *of;
	size_t i = 0;
	char prefix[64];
	snprintf(prefix, sizeof prefix, "%s.", kind);
	for (; (of = golden_case(g, prefix, "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 4);
		char name[GOLDEN_TEXT];
		struct trial t;
		snprintf(name, sizeof name, "%s", of);
		golden_start(&t, kind, strstr(name, "keepdims") ? "{keepdims: true}" : "{}", (int)c[0],
			SHAPE4(0, (int)c[1], (int)c[2], (int)c[3]));
		for (size_t k = 0; strstr(name, "ties") && k < t.x[0].n; k++)
			t.x[0].v[k] = (float)(k * 7 % 5 / 2);
		golden_look(g, name, &t);
	}
	ck_assert_uint_eq(i, cases);
}

START_TEST(pooling_gives_kerass_numbers)
{
	struct golden *g = golden_open("pooling");
	golden_pool(g, "max_pooling2d");
	golden_pool(g, "average_pooling2d");
	golden_global(g, "global_average_pooling2d", 5);
	golden_global(g, "global_max_pooling2d", 6);
	golden_close(g);
}
END_TEST

/* ---- batch normalization ---- */

static void
golden_fill_norm(struct trial *t)
{
	golden_fill_p(t->p[2].v, t->p[2].n, 31, 2, 71);
	golden_fill_p(t->p[3].v, t->p[3].n, 43, 17, 103);
	for (size_t i = 0; i < t->x[0].n; i++) t->x[0].v[i] = 4 * t->x[0].v[i] + 1;
	for (size_t i = 0; i < t->p[3].n; i++) {
		t->p[3].v[i] += 1;
		if (t->p[0].v) t->p[0].v[i] += 1;
	}
}

/* Training, or with `frozen` the moving statistics: gamma and beta are then not wanted. */
static void
golden_norm(const struct golden *g, const char *of, bool training)
{
	const double *c = golden_values(g, of, "config", 6);
	const struct shape in = c[1] > 0 ? SHAPE4(0, (int)c[1], (int)c[2], (int)c[3])
									 : SHAPE2(0, (int)c[3]);
	char options[GOLDEN_TEXT], what[GOLDEN_TEXT];
	struct trial t;
	snprintf(options, sizeof options, "{scale: %s, center: %s, momentum: %g, epsilon: %g}",
		c[4] > 0 ? "true" : "false", c[5] > 0 ? "true" : "false", golden_value(g, of, "momentum"),
		golden_value(g, of, "epsilon"));
	golden_start(&t, "batch_normalization", options, (int)c[0], in);
	golden_fill_norm(&t);
	t.c.training = training;
	const struct trial_wish w = trial_everything(&t);
	const char *phase = training ? "train" : "infer";
	trial_forward(&t, false);
	trial_backward(&t, &w);
	snprintf(what, sizeof what, "%s.y", phase);
	golden_compare(g, of, what, &t.y);
	snprintf(what, sizeof what, "%s.dx", phase);
	golden_check(g, of, what, t.dx[0].n, t.dx[0].v, GOLDEN_CLOSE);
	snprintf(what, sizeof what, "%s.dgamma", phase);
	if (w.dp[0]) golden_check(g, of, what, t.dp[0].n, t.dp[0].v, GOLDEN_CLOSE);
	snprintf(what, sizeof what, "%s.dbeta", phase);
	if (w.dp[1]) golden_check(g, of, what, t.dp[1].n, t.dp[1].v, GOLDEN_CLOSE);
	if (training) {
		golden_compare(g, of, "new_mean", &t.p[2]);
		golden_compare(g, of, "new_variance", &t.p[3]);
	}
	trial_check_guards(&t);
	trial_close(&t);
}

START_TEST(batch_normalization_gives_kerass_numbers)
{
	struct golden *g = golden_open("batch_normalization");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "", "config", i)) != NULL; i++) {
		char name[GOLDEN_TEXT];
		snprintf(name, sizeof name, "%s", of);
		golden_norm(g, name, true);
		golden_norm(g, name, false);
	}
	ck_assert_uint_gt(i, 5);
	golden_close(g);
}
END_TEST

/* ---- activations ---- */

/* The layer on the grid of the file, gradient 1 everywhere. */
static void
golden_activation(const struct golden *g, const char *of, const char *kind, const char *options)
{
	const struct golden_line *grid = golden_find(g, "x");
	struct trial t;
	ck_assert_ptr_nonnull(grid);
	const int n = (int)grid->n;
	const double *y = golden_values(g, of, "y", grid->n), *dx = golden_values(g, of, "dx", grid->n);
	golden_start(&t, kind, options, 1, SHAPE2(0, n));
	const struct trial_wish w = trial_everything(&t);
	for (int i = 0; i < n; i++) {
		t.x[0].v[i] = (float)grid->v[i];
		t.dy.v[i] = 1;
	}
	trial_forward(&t, false);
	if (!t.layer.view) trial_backward(&t, &w);
	for (int i = 0; i < n; i++) {
		const double a = (double)t.y.v[i], b = t.layer.view ? 1 : (double)t.dx[0].v[i];
		ck_assert_msg(fabs(a - y[i]) <= 1e-6 * fmax(1, fabs(y[i])), "%s(%g) is %.9g, not %.9g", of,
			grid->v[i], a, y[i]);
		ck_assert_msg(fabs(b - dx[i]) <= 1e-6 * fmax(1, fabs(dx[i])), "%s'(%g) is %.9g, not %.9g",
			of,
			grid->v[i], b, dx[i]);
	}
	trial_close(&t);
}

START_TEST(activations_give_kerass_numbers)
{
	struct golden *g = golden_open("activations");
	int n = 0;
	for (const struct field_word *w = layer_activation_words; w->name; w++) {
		char options[GOLDEN_TEXT], line[GOLDEN_TEXT];
		snprintf(options, sizeof options, "{activation: %s}", w->name);
		snprintf(line, sizeof line, "%s.y", w->name);
		if (!golden_find(g, line)) continue;	/* aliases, and the ones by row */
		golden_activation(g, w->name, "activation", options);
		n++;
	}
	ck_assert_int_eq(n, 17);
	golden_close(g);
}
END_TEST

START_TEST(re_lu_gives_kerass_numbers)
{
	struct golden *g = golden_open("activations");
	const char *of;
	size_t i = 0;
	for (; (of = golden_case(g, "re_lu", "config", i)) != NULL; i++) {
		const double *c = golden_values(g, of, "config", 3);
		char name[GOLDEN_TEXT], options[2 * GOLDEN_TEXT], max[64] = "";
		snprintf(name, sizeof name, "%s", of);
		if (c[0] >= 0) snprintf(max, sizeof max, "max_value: %g, ", c[0]);
		snprintf(options, sizeof options, "{%snegative_slope: %g, threshold: %g}", max, c[1], c[2]);
		golden_activation(g, name, "re_lu", options);
	}
	ck_assert_uint_eq(i, 8);
	golden_close(g);
}
END_TEST

START_TEST(softmax_gives_kerass_numbers)
{
	static const char *const kinds[][2] = {
		{ "softmax.", "{activation: softmax}" }, { "log_softmax.", "{activation: log_softmax}" },
	};
	struct golden *g = golden_open("softmax");
	for (int k = 0; k < 2; k++) {
		const char *of;
		size_t i = 0;
		for (; (of = golden_case(g, kinds[k][0], "config", i)) != NULL; i++) {
			const double *c = golden_values(g, of, "config", 3);
			char name[GOLDEN_TEXT];
			struct trial t;
			snprintf(name, sizeof name, "%s", of);
			golden_start(&t, "activation", kinds[k][1], (int)c[0], SHAPE2(0, (int)c[1]));
			for (size_t j = 0; j < t.x[0].n; j++) {
				t.x[0].v[j] *= (float)c[2];
				if (strstr(name, "big")) t.x[0].v[j] += 1000;
			}
			golden_look(g, name, &t);
		}
		ck_assert_uint_gt(i, 2);
	}
	golden_close(g);
}
END_TEST

/* ---- shape layers ---- */

static struct shape
golden_shape(const struct golden *g, const char *of, int input, int *n)
{
	char what[GOLDEN_TEXT];
	snprintf(what, sizeof what, "x%d.shape", input);
	const double *d = golden_values(g, of, what, 0);
	snprintf(what, sizeof what, "%s.x%d.shape", of, input);
	struct shape s = { .rank = (int)golden_find(g, what)->n };
	*n = (int)d[0];
	for (int i = 1; i < s.rank; i++) s.d[i] = (int)d[i];
	return s;
}

static void
golden_join(const struct golden *g, const char *of, const char *kind, const char *options)
{
	static const int fills[3][3] = { { 37, 11, 101 }, { 53, 7, 97 }, { 41, 5, 89 } };
	struct trial_case c = {
		.kind = kind, .options = options, .inputs = (int)golden_value(g, of, "inputs"),
		.training = true, .trainable = true,
	};
	struct trial t;
	for (int k = 0; k < c.inputs; k++) c.in[k] = golden_shape(g, of, k, &c.n);
	c.batch = c.n;
	trial_open(&t, &c);
	ck_assert_msg(t.shaped, "%s: %s", of, t.err.message);
	for (int k = 0; k < c.inputs; k++)
		golden_fill_p(t.x[k].v, t.x[k].n, fills[k][0], fills[k][1], fills[k][2]);
	for (int k = 1; strstr(of, "ties") && k < c.inputs; k++)
		for (size_t i = 0; i < t.x[k].n; i += (size_t)k + 2) t.x[k].v[i] = t.x[0].v[i];
	golden_fill_p(t.dy.v, t.dy.n, 29, 3, 83);
	const struct trial_wish w = trial_everything(&t);
	trial_forward(&t, false);
	golden_compare(g, of, "y", &t.y);
	trial_backward(&t, &w);
	for (int k = 0; k < c.inputs; k++) {
		char what[GOLDEN_TEXT];
		snprintf(what, sizeof what, "dx%d", k);
		golden_compare(g, of, what, &t.dx[k]);
	}
	trial_close(&t);
}

START_TEST(shape_layers_give_kerass_numbers)
{
	static const struct { const char *of, *kind, *options; } cases[] = {
		{ "zero_padding2d.1_1_1_1", "zero_padding2d", "{}" },
		{ "zero_padding2d.1_1_1_1", "zero_padding2d", "{padding: 1}" },
		{ "zero_padding2d.2_2_1_1", "zero_padding2d", "{padding: [2, 1]}" },
		{ "zero_padding2d.0_1_0_1", "zero_padding2d", "{padding: [[0, 1], [0, 1]]}" },
		{ "zero_padding2d.3_1_0_2", "zero_padding2d", "{padding: [[3, 1], [0, 2]]}" },
		{ "concatenate.two", "concatenate", "{}" },
		{ "concatenate.two", "concatenate", "{axis: 3}" },
		{ "concatenate.three", "concatenate", "{axis: -1}" },
		{ "concatenate.flat", "concatenate", "{axis: 1}" },
		{ "add.two", "add", "{}" },
		{ "add.three", "add", "{}" },
		{ "multiply.two", "multiply", "{}" },
		{ "multiply.three", "multiply", "{}" },
		{ "subtract.two", "subtract", "{}" },
		{ "average.two", "average", "{}" },
		{ "average.three", "average", "{}" },
		{ "maximum.two", "maximum", "{}" },
		{ "maximum.three", "maximum", "{}" },
		{ "maximum.ties", "maximum", "{}" },
		{ "minimum.two", "minimum", "{}" },
		{ "minimum.three", "minimum", "{}" },
		{ "minimum.ties", "minimum", "{}" },
		{ "flatten", "flatten", "{}" },
		{ "rescaling.scalar", "rescaling", "{scale: 0.00784313725490196, offset: -1}" },
		{ "rescaling.channels", "rescaling", "{scale: [1, 2, 3], offset: [0.1, 0.2, 0.3]}" },
	};
	struct golden *g = golden_open("shape_layers");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		golden_join(g, cases[i].of, cases[i].kind, cases[i].options);
	golden_close(g);
}
END_TEST

Suite *
suite_golden(void)
{
	Suite *s = suite_create("layers: golden");
	TCase *c = tcase_create("golden");
	tcase_add_test(c, conv2d_gives_kerass_numbers);
	tcase_add_test(c, depthwise_conv2d_gives_kerass_numbers);
	tcase_add_test(c, separable_conv2d_gives_kerass_numbers);
	tcase_add_test(c, dense_gives_kerass_numbers);
	tcase_add_test(c, pooling_gives_kerass_numbers);
	tcase_add_test(c, batch_normalization_gives_kerass_numbers);
	tcase_add_test(c, activations_give_kerass_numbers);
	tcase_add_test(c, re_lu_gives_kerass_numbers);
	tcase_add_test(c, softmax_gives_kerass_numbers);
	tcase_add_test(c, shape_layers_give_kerass_numbers);
	suite_add_tcase(s, c);
	return s;
}
