/* Folded convolutions against naive loops in double, everywhere and for every part of a batch. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

static const struct kern_act acts[] = {
	{ .type = ACT_LINEAR }, { .type = ACT_RELU }, { .type = ACT_RELU6 },
	{ .type = ACT_RE_LU, .max_value = 0.5f }, { .type = ACT_LEAKY_RELU, .alpha = 0.25f },
};
enum { ACTS = sizeof acts / sizeof *acts };

/* A convolution of either kind: a depthwise one has groups 0 and cout = cin*m. */
static const struct kern_conv shapes[] = {
	/* n h w cin, kh kw cout, strides, dilation, padding, oh ow, groups */
	{ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1 },
	{ 3, 5, 7, 17, 1, 1, 33, 1, 1, 1, 1, 0, 0, 5, 7, 1 },
	{ 2, 16, 15, 5, 1, 1, 70, 1, 1, 1, 1, 0, 0, 16, 15, 1 },
	{ 5, 1, 1, 40, 1, 1, 260, 1, 1, 1, 1, 0, 0, 1, 1, 1 },	/* cut by outputs */
	{ 1, 30, 23, 6, 1, 1, 9, 1, 1, 1, 1, 0, 0, 30, 23, 1 },
	{ 2, 6, 6, 4, 1, 1, 8, 2, 2, 1, 1, 0, 0, 3, 3, 1 },
	{ 2, 2, 3, 4, 1, 1, 8, 1, 1, 1, 1, 1, 2, 4, 6, 1 },	/* zeros around 1x1 */
	{ 3, 17, 33, 3, 3, 3, 32, 2, 2, 1, 1, 0, 0, 9, 17, 1 },	/* the stem; padding at the end */
	{ 1, 16, 16, 3, 3, 3, 5, 2, 2, 1, 1, 1, 1, 8, 8, 1 },
	{ 2, 9, 12, 4, 3, 5, 20, 1, 1, 1, 1, 2, 3, 9, 12, 1 },
	{ 1, 60, 40, 16, 3, 3, 6, 1, 1, 1, 1, 1, 1, 60, 40, 1 },	/* several strips */
	{ 2, 11, 12, 3, 3, 2, 4, 1, 2, 2, 1, 0, 0, 7, 6, 1 },
	{ 2, 12, 12, 3, 3, 3, 4, 1, 1, 2, 2, 2, 2, 12, 12, 1 },
	{ 2, 4, 3, 6, 3, 3, 7, 1, 1, 1, 1, 1, 1, 4, 3, 1 },
	{ 1, 2, 2, 3, 3, 3, 4, 1, 1, 1, 1, 9, 9, 12, 12, 1 },	/* windows of nothing but zeros */
	{ 1, 1, 1, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0 },
	{ 3, 9, 12, 21, 3, 3, 21, 1, 1, 1, 1, 1, 1, 9, 12, 0 },
	{ 2, 12, 9, 40, 3, 3, 40, 2, 2, 1, 1, 0, 0, 6, 5, 0 },
	{ 2, 33, 31, 96, 3, 3, 96, 2, 2, 1, 1, 1, 1, 17, 16, 0 },
	{ 5, 2, 2, 70, 3, 3, 70, 1, 1, 1, 1, 1, 1, 2, 2, 0 },
	{ 6, 8, 7, 20, 3, 3, 20, 2, 2, 1, 1, 1, 1, 4, 4, 0 },	/* a small plane of six images */
	{ 2, 1, 5, 32, 3, 3, 32, 1, 1, 1, 1, 4, 7, 8, 15, 0 },
	{ 1, 8, 8, 5, 3, 3, 10, 1, 1, 1, 1, 1, 1, 8, 8, 0 },	/* two filters a channel */
	{ 2, 7, 8, 6, 5, 5, 6, 1, 1, 1, 1, 2, 2, 7, 8, 0 },
	{ 1, 9, 9, 6, 3, 3, 6, 1, 1, 2, 2, 2, 2, 9, 9, 0 },
	{ 1, 8, 8, 6, 3, 3, 6, 1, 2, 1, 1, 1, 1, 8, 4, 0 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct folded_case {
	struct kern_conv c;
	struct kern_act act;
	struct kern_fold fold;
	size_t x_size, y_size, w_size;
	float *x, *y;
};

static struct kern_depthwise
folded_depthwise(const struct kern_conv *c)
{
	return (struct kern_depthwise){ c->n, c->h, c->w, c->cin, c->cout / c->cin, c->kh, c->kw, c->sh,
		c->sw, c->dh, c->dw, c->pt, c->pl, c->oh, c->ow };
}

/* With every other set of parameters missing what may be missing. */
static struct folded_case
folded_new(struct kern_conv c, struct kern_act act, bool all)
{
	struct folded_case t = { .c = c, .act = act };
	t.x_size = (size_t)c.n * c.h * c.w * c.cin;
	t.y_size = (size_t)c.n * c.oh * c.ow * c.cout;
	t.w_size = (size_t)c.kh * c.kw * c.cout * (c.groups ? c.cin : 1);
	t.x = new_random(t.x_size, 1);
	t.y = new_random(t.y_size, 2);
	const size_t n = (size_t)c.cout;
	float *variance = new_random(n, 3), *gamma = new_random(n, 4);
	for (size_t i = 0; i < n; i++) variance[i] = 1.5f + variance[i];
	for (size_t i = 0; i < n; i++) gamma[i] += 1.5f;
	t.fold = (struct kern_fold){ .w = new_random(t.w_size, 5), .b = all ? new_random(n, 6) : NULL,
		.gamma = all ? gamma : NULL, .beta = all ? new_random(n, 7) : NULL,
		.mean = new_random(n, 8), .variance = variance, .epsilon = 1e-3 };
	if (!all) free(gamma);
	return t;
}

static void
folded_free(struct folded_case *t)
{
	const float *all[] = { t->x, t->y, t->fold.w, t->fold.b, t->fold.gamma, t->fold.beta,
		t->fold.mean, t->fold.variance };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) free((void *)(uintptr_t)all[i]);
}

/* Constants and scratch are made for `most` images. */
static void
folded_run_for(struct folded_case *t, int most)
{
	const struct kern_depthwise d = folded_depthwise(&t->c);
	struct kern_conv full = t->c;
	struct kern_depthwise full_d = d;
	full.n = full_d.n = most;
	const bool plain = t->c.groups;
	struct guarded constants = guard_new(plain ? kern_folded_conv_bytes(&full) :
		kern_folded_depthwise_bytes(&full_d));
	struct guarded scratch = guard_new(plain ? kern_folded_conv_scratch(&full) :
		kern_folded_depthwise_scratch(&full_d));
	memset(t->y, 0xff, t->y_size * sizeof *t->y);
	if (plain) {
		kern_folded_conv_fold(&full, &t->fold, constants.data);
		kern_folded_conv_forward(&t->c, constants.data, &t->act, t->x, t->y, scratch.data);
	} else {
		kern_folded_depthwise_fold(&full_d, &t->fold, constants.data);
		kern_folded_depthwise_forward(&d, constants.data, &t->act, t->x, t->y, scratch.data);
	}
	guard_check("constants", &constants);
	guard_check("scratch", &scratch);
	guard_free(&constants);
	guard_free(&scratch);
}

static void
folded_run(void *ctx)
{
	struct folded_case *t = ctx;
	folded_run_for(t, t->c.n);
}

static double
folded_act(const struct kern_act *a, double v)
{
	if (a->type == ACT_LINEAR) return v;
	if (a->type == ACT_LEAKY_RELU) return v > 0 ? v : v * (double)a->alpha;
	const double most = a->type == ACT_RELU6 ? 6 : a->type == ACT_RE_LU ? (double)a->max_value :
		(double)INFINITY;
	return v < 0 ? 0 : v > most ? most : v;
}

/* The convolution alone at output channel o of a window. */
static double
folded_window(const struct folded_case *t, int image, int y, int x, int o)
{
	const struct kern_conv *c = &t->c;
	const int m = c->cout / c->cin;
	double s = t->fold.b ? t->fold.b[o] : 0;
	for (int u = 0; u < c->kh; u++)
		for (int v = 0; v < c->kw; v++) {
			const int iy = y * c->sh - c->pt + u * c->dh, ix = x * c->sw - c->pl + v * c->dw;
			if (iy < 0 || iy >= c->h || ix < 0 || ix >= c->w) continue;
			const float *in = t->x + (((size_t)image * c->h + iy) * c->w + ix) * c->cin;
			const int tap = u * c->kw + v;
			if (!c->groups) s += (double)in[o / m] * t->fold.w[tap * c->cout + o];
			for (int i = 0; c->groups && i < c->cin; i++)
				s += (double)in[i] * t->fold.w[(tap * c->cin + i) * c->cout + o];
		}
	return s;
}

static void
folded_oracle(const struct folded_case *t, double *y)
{
	const struct kern_conv *c = &t->c;
	for (size_t i = 0; i < t->y_size; i++) {
		const int o = (int)(i % c->cout), x = (int)(i / c->cout % c->ow);
		const size_t row = i / c->cout / c->ow;
		const double v = folded_window(t, (int)(row / c->oh), (int)(row % c->oh), x, o);
		const double scale = (t->fold.gamma ? (double)t->fold.gamma[o] : 1) /
			sqrt((double)t->fold.variance[o] + t->fold.epsilon);
		const double beta = t->fold.beta ? (double)t->fold.beta[o] : 0;
		y[i] = folded_act(&t->act, (v - (double)t->fold.mean[o]) * scale + beta);
	}
}

START_TEST(every_shape_equals_the_oracle_everywhere)
{
	for (int act = 0; act < ACTS; act++) {
		struct folded_case t = folded_new(shapes[_i], acts[act], act % 2 == 0);
		double *want = new_doubles(t.y_size);
		folded_oracle(&t, want);
		folded_run(&t);
		assert_close("y", t.y_size, t.y, want, 2e-5);
		if (act < 2) assert_same_everywhere("folded", folded_run, &t, t.y, t.y_size * sizeof *t.y);
		free(want);
		folded_free(&t);
	}
}
END_TEST

START_TEST(every_image_is_as_if_alone)
{
	static const int batches[] = { 2, 5, 13, 64 };
	for (int k = 0; k < 4; k++) {
		struct kern_conv c = shapes[_i];
		if ((long)c.h * c.w * c.cin * batches[k] > 200000) continue;
		c.n = batches[k];
		struct folded_case t = folded_new(c, acts[1], true);
		folded_run(&t);
		for (int i = 0; i < c.n; i++) {
			struct folded_case one = t;
			one.c.n = 1;
			one.x_size /= (size_t)c.n;
			one.y_size /= (size_t)c.n;
			one.x = t.x + i * one.x_size;
			one.y = new_random(one.y_size, 9);
			folded_run_for(&one, i % 2 ? 1 : 64);
			ck_assert_msg(memcmp(one.y, t.y + i * one.y_size, one.y_size * sizeof *one.y) == 0,
				"image %d of %d", i, c.n);
			free(one.y);
		}
		folded_free(&t);
	}
}
END_TEST

START_TEST(what_is_not_a_number_stays_so)
{
	for (int act = 0; act < ACTS; act++) {
		struct folded_case t = folded_new(shapes[1], acts[act], true);
		t.x[0] = NAN;
		folded_run(&t);
		for (int o = 0; o < t.c.cout; o++) {
			ck_assert(isnan(t.y[o]));
			ck_assert(!isnan(t.y[t.c.cout + o]));
		}
		folded_free(&t);
	}
}
END_TEST

START_TEST(only_limits_count_as_limits)
{
	for (int act = 0; act < ACTS; act++)
		ck_assert_int_eq(kern_act_clamps(&acts[act]), acts[act].type != ACT_LEAKY_RELU);
	const struct kern_act others[] = { { .type = ACT_RE_LU, .alpha = 0.1f, .max_value = 6 },
		{ .type = ACT_RE_LU, .max_value = 6, .threshold = 1 }, { .type = ACT_SIGMOID } };
	for (int i = 0; i < 3; i++) ck_assert(!kern_act_clamps(&others[i]));
}
END_TEST

Suite *
suite_folded(void)
{
	Suite *s = suite_create("folded");
	TCase *t = tcase_create("folded");
	tcase_add_loop_test(t, every_shape_equals_the_oracle_everywhere, 0, SHAPES);
	tcase_add_loop_test(t, every_image_is_as_if_alone, 0, SHAPES);
	tcase_add_test(t, what_is_not_a_number_stays_so);
	tcase_add_test(t, only_limits_count_as_limits);
	suite_add_tcase(s, t);
	return s;
}
