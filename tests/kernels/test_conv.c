/* Convolutions of every kind against naive loops in double, forward and both gradients. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

/*
 * n h w cin, kh kw cout, strides, dilation, padding above and left, groups; oh, ow are worked out.
 */
static const struct kern_conv shapes[] = {
	{ 1, 5, 6, 3, 3, 3, 4, 1, 1, 1, 1, 1, 1, 5, 6, 1 },	/* same */
	{ 3, 7, 5, 2, 3, 3, 5, 1, 1, 1, 1, 0, 0, 5, 3, 1 },	/* valid */
	{ 3, 8, 9, 3, 3, 3, 33, 2, 2, 1, 1, 0, 0, 4, 5, 1 },	/* stride 2, padded below */
	{ 2, 9, 7, 4, 3, 5, 6, 2, 3, 1, 1, 1, 2, 5, 3, 1 },	/* unequal kernel and strides */
	{ 2, 9, 9, 3, 3, 3, 17, 1, 1, 2, 2, 2, 2, 9, 9, 1 },	/* dilated */
	{ 1, 10, 8, 2, 2, 2, 3, 1, 1, 3, 2, 0, 0, 7, 6, 1 },	/* even kernel, dilated, valid */
	{ 2, 10, 11, 3, 3, 3, 5, 2, 2, 2, 3, 2, 3, 5, 6, 1 },	/* dilated and strided */
	{ 3, 6, 7, 6, 3, 3, 9, 1, 1, 1, 1, 1, 1, 6, 7, 3 },	/* groups */
	{ 2, 7, 7, 4, 3, 3, 4, 2, 2, 1, 1, 1, 1, 4, 4, 4 },	/* one channel a group, strided */
	{ 64, 4, 4, 16, 1, 1, 40, 1, 1, 1, 1, 0, 0, 4, 4, 1 },	/* pointwise */
	{ 3, 5, 5, 6, 1, 1, 8, 1, 1, 1, 1, 0, 0, 5, 5, 2 },	/* pointwise, groups */
	{ 3, 6, 5, 8, 1, 1, 16, 2, 2, 1, 1, 0, 0, 3, 3, 1 },	/* pointwise, strided */
	{ 65, 3, 3, 2, 2, 3, 3, 1, 1, 1, 1, 0, 1, 3, 3, 1 },	/* even kernel */
	{ 17, 8, 8, 20, 3, 3, 200, 1, 1, 1, 1, 1, 1, 8, 8, 1 },	/* large kernel: no shards */
	{ 20, 3, 3, 300, 1, 1, 120, 1, 1, 1, 1, 0, 0, 3, 3, 1 },	/* large and pointwise */
	{ 3, 5, 5, 100, 3, 3, 104, 2, 2, 1, 1, 1, 1, 3, 3, 2 },	/* large, groups, strided */
	{ 2, 1, 1, 5, 3, 3, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1 },	/* one pixel: windows mostly outside */
	{ 2, 5, 4, 3, 1, 1, 4, 1, 1, 1, 1, 1, 0, 7, 4, 1 },	/* 1x1 with padding */
	{ 2, 34, 33, 3, 7, 7, 12, 2, 2, 1, 1, 3, 3, 17, 17, 1 },
	{ 1, 6, 6, 256, 3, 3, 3, 1, 1, 1, 1, 1, 1, 6, 6, 1 },	/* rows of a power of two floats */
	{ 33, 1, 1, 70, 1, 1, 35, 1, 1, 1, 1, 0, 0, 1, 1, 1 },	/* pointwise: as a dense layer */
	{ 65, 4, 4, 24, 1, 1, 50, 1, 1, 1, 1, 0, 0, 4, 4, 1 },	/* pointwise: in shards */
	{ 19, 8, 8, 5, 3, 3, 6, 1, 1, 1, 1, 1, 1, 8, 8, 1 },	/* small kernel, many pixels: shards */
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct conv_case {
	struct kern_conv c;
	size_t x_size, w_size, y_size;
	float *x, *w, *b, *dy, *dx0, *out;	/* out: y, dx, dw, db */
	size_t out_size;
	bool add, bias;
};

static struct conv_case
conv_new(struct kern_conv c, bool add, bool bias)
{
	struct conv_case t = { .c = c, .add = add, .bias = bias };
	t.x_size = (size_t)c.n * c.h * c.w * c.cin;
	t.w_size = (size_t)c.kh * c.kw * (c.cin / c.groups) * c.cout;
	t.y_size = (size_t)c.n * c.oh * c.ow * c.cout;
	t.x = new_random(t.x_size, 1);
	t.w = new_random(t.w_size, 2);
	t.b = new_random((size_t)c.cout, 3);
	t.dy = new_random(t.y_size, 4);
	t.dx0 = new_random(t.x_size, 5);
	t.out_size = t.y_size + t.x_size + t.w_size + c.cout;
	t.out = new_random(t.out_size, 6);
	return t;
}

static void
conv_free(struct conv_case *t)
{
	free(t->x);
	free(t->w);
	free(t->b);
	free(t->dy);
	free(t->dx0);
	free(t->out);
}

static void
conv_run_in(struct conv_case *t, size_t scratch_bytes)
{
	struct guarded scratch = guard_new(scratch_bytes);
	float *y = t->out, *dx = y + t->y_size, *dw = dx + t->x_size, *db = dw + t->w_size;
	memset(t->out, 0xff, t->out_size * sizeof *t->out);
	if (t->add) memcpy(dx, t->dx0, t->x_size * sizeof *dx);
	kern_conv_forward(&t->c, t->x, t->w, t->bias ? t->b : NULL, y, scratch.data);
	kern_conv_backward_data(&t->c, t->dy, t->w, dx, t->add, scratch.data);
	kern_conv_backward_weights(&t->c, t->x, t->dy, dw, db, scratch.data);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
}

static void
conv_run(void *ctx)
{
	struct conv_case *t = ctx;
	conv_run_in(t, kern_conv_scratch(&t->c));
}

/* All terms of one tap of one output pixel. */
static void
conv_oracle_tap(const struct conv_case *t, size_t out, size_t in, int tap, double *want)
{
	const struct kern_conv *c = &t->c;
	const int inputs = c->cin / c->groups, outputs = c->cout / c->groups;
	double *y = want, *dx = y + t->y_size, *dw = dx + t->x_size;
	for (int o = 0; o < c->cout; o++)
		for (int i = 0; i < inputs; i++) {
			const size_t xi = in * c->cin + o / outputs * inputs + i;
			const size_t wi = ((size_t)tap * inputs + i) * c->cout + o, yi = out * c->cout + o;
			y[yi] += (double)t->x[xi] * t->w[wi];
			dx[xi] += (double)t->dy[yi] * t->w[wi];
			dw[wi] += (double)t->x[xi] * t->dy[yi];
		}
}

static void
conv_assert_oracle(const struct conv_case *t)
{
	const struct kern_conv *c = &t->c;
	double *want = new_doubles(t->out_size), *db = want + t->y_size + t->x_size + t->w_size;
	for (size_t i = 0; i < t->y_size; i++) {
		want[i] = t->bias ? t->b[i % c->cout] : 0;
		db[i % c->cout] += t->dy[i];
	}
	for (size_t i = 0; t->add && i < t->x_size; i++) want[t->y_size + i] = t->dx0[i];
	const int area = c->oh * c->ow;
	for (int p = 0; p < c->n * area; p++)
		for (int tap = 0; tap < c->kh * c->kw; tap++) {
			const int y = p % area / c->ow * c->sh - c->pt + tap / c->kw * c->dh;
			const int x = p % c->ow * c->sw - c->pl + tap % c->kw * c->dw;
			if (y < 0 || y >= c->h || x < 0 || x >= c->w) continue;
			conv_oracle_tap(t, (size_t)p, ((size_t)(p / area) * c->h + y) * c->w + x, tap, want);
		}
	assert_close("y, dx, dw, db", t->out_size, t->out, want, 3e-5);
	free(want);
}

START_TEST(all_directions_equal_the_oracle_everywhere)
{
	for (int add = 0; add < 2; add++) {
		struct conv_case t = conv_new(shapes[_i], add, !add);
		conv_run(&t);
		conv_assert_oracle(&t);
		assert_same_everywhere("conv", conv_run, &t, t.out, t.out_size * sizeof *t.out);
		conv_free(&t);
	}
}
END_TEST

START_TEST(openblas_agrees_to_tolerance)
{
	kern_set_matmul(MATMUL_OPENBLAS);
	struct conv_case t = conv_new(shapes[_i], _i % 2, true);
	conv_run(&t);
	conv_assert_oracle(&t);
	conv_free(&t);
}
END_TEST

START_TEST(unwanted_gradients_are_not_touched)
{
	struct conv_case t = conv_new(shapes[_i], false, false);
	conv_run(&t);
	const float *dw = t.out + t.y_size + t.x_size, *db = dw + t.w_size;
	float *one = new_random(t.w_size + t.c.cout, 9);
	struct guarded scratch = guard_new(kern_conv_scratch(&t.c));
	kern_conv_backward_weights(&t.c, t.x, t.dy, one, NULL, scratch.data);
	ck_assert(memcmp(one, dw, t.w_size * sizeof *dw) == 0);
	kern_conv_backward_weights(&t.c, t.x, t.dy, NULL, one, scratch.data);
	ck_assert(memcmp(one, db, t.c.cout * sizeof *db) == 0);
	kern_conv_backward_weights(&t.c, t.x, t.dy, NULL, NULL, scratch.data);
	guard_free(&scratch);
	free(one);
	conv_free(&t);
}
END_TEST

/* dx, dw, db in one call, with the optimizer's step or without. */
static void
conv_together(void *ctx)
{
	struct conv_case *t = ctx;
	struct guarded scratch = guard_new(kern_conv_scratch(&t->c));
	float *y = t->out, *dx = y + t->y_size, *dw = dx + t->x_size, *db = dw + t->w_size;
	struct kern_update u = { .rule = RULE_MOMENTUM, .lr = 0.5f, .momentum = 0.25,
		.grad_scale = 1, .slot = { dw } };
	if (t->add) memcpy(dx, t->dx0, t->x_size * sizeof *dx);
	if (t->bias) {
		memcpy(y, t->w, t->w_size * sizeof *y);
		memset(dw, 0, t->w_size * sizeof *dw);
		kern_conv_backward(&t->c, t->x, y, t->dy, dx, t->add, NULL, db, &u, scratch.data);
	} else {
		kern_conv_backward(&t->c, t->x, t->w, t->dy, dx, t->add, dw, db, NULL, scratch.data);
	}
	guard_check("scratch", &scratch);
	guard_free(&scratch);
}

START_TEST(both_gradients_at_once_have_the_bits_of_each)
{
	for (int i = 0; i < 2; i++) {
		struct conv_case t = conv_new(shapes[_i], i, false), u = conv_new(shapes[_i], i, false);
		conv_run(&t);
		memcpy(u.out, t.out, t.y_size * sizeof *t.out);
		conv_together(&u);
		ck_assert_mem_eq(u.out, t.out, t.out_size * sizeof *t.out);
		assert_same_everywhere("conv", conv_together, &u, u.out, u.out_size * sizeof *u.out);
		conv_free(&t);
		conv_free(&u);
	}
}
END_TEST

START_TEST(the_step_in_place_is_that_of_the_gradient)
{
	struct conv_case t = conv_new(shapes[_i], false, false), u = conv_new(shapes[_i], false, true);
	conv_run(&t);
	/* The stepped weights lie where y would: make room for them. */
	if (u.w_size > u.y_size) {
		u.y_size = u.w_size;
		u.out_size = u.y_size + u.x_size + u.w_size + u.c.cout;
		free(u.out);
		u.out = new_random(u.out_size, 6);
	}
	conv_together(&u);
	float *dw = t.out + t.y_size + t.x_size, *slot = new_random(t.w_size, 7);
	memset(slot, 0, t.w_size * sizeof *slot);
	kern_update(&(struct kern_update){ .rule = RULE_MOMENTUM, .lr = 0.5f, .momentum = 0.25,
		.grad_scale = 1, .slot = { slot } }, t.w_size, t.w, dw);
	ck_assert_mem_eq(u.out, t.w, t.w_size * sizeof *t.w);
	ck_assert_mem_eq(u.out + u.y_size, t.out + t.y_size, t.x_size * sizeof *t.out);
	ck_assert_mem_eq(u.out + u.y_size + u.x_size, slot, t.w_size * sizeof *slot);
	free(slot);
	conv_free(&t);
	conv_free(&u);
}
END_TEST

START_TEST(scratch_for_a_full_batch_serves_a_smaller_one)
{
	struct kern_conv full = shapes[_i];
	full.n = 70;
	struct conv_case t = conv_new(shapes[_i], false, false);
	conv_run_in(&t, kern_conv_scratch(&full));
	conv_assert_oracle(&t);
	conv_free(&t);
}
END_TEST

/* A batch is its images one by one: no tile reaches into its neighbour. */
START_TEST(every_image_of_a_batch_is_as_if_alone)
{
	for (int n = 1; n <= 67; n += 11) {
		struct kern_conv c = { n, 5, 7, 3, 3, 3, 6, 1, 1, 1, 1, 1, 1, 5, 7, 1 };
		struct conv_case t = conv_new(c, false, true);
		conv_run(&t);
		const size_t y = t.y_size / n, x = t.x_size / n;
		for (int i = 0; i < n; i++) {
			struct conv_case one = conv_new(c, false, true);
			one.c.n = 1;
			memcpy(one.x, t.x + i * x, x * sizeof *t.x);
			memcpy(one.dy, t.dy + i * y, y * sizeof *t.dy);
			conv_run(&one);
			ck_assert(memcmp(one.out, t.out + i * y, y * sizeof *t.out) == 0);
			ck_assert(memcmp(one.out + t.y_size, t.out + t.y_size + i * x, x * sizeof *t.out) == 0);
			conv_free(&one);
		}
		conv_free(&t);
	}
}
END_TEST

Suite *
suite_conv(void)
{
	Suite *s = suite_create("conv");
	TCase *t = tcase_create("conv");
	tcase_add_loop_test(t, all_directions_equal_the_oracle_everywhere, 0, SHAPES);
	tcase_add_loop_test(t, openblas_agrees_to_tolerance, 0, SHAPES);
	tcase_add_loop_test(t, unwanted_gradients_are_not_touched, 0, SHAPES);
	tcase_add_loop_test(t, both_gradients_at_once_have_the_bits_of_each, 0, SHAPES);
	tcase_add_loop_test(t, the_step_in_place_is_that_of_the_gradient, 0, SHAPES);
	tcase_add_loop_test(t, scratch_for_a_full_batch_serves_a_smaller_one, 0, SHAPES);
	tcase_add_test(t, every_image_of_a_batch_is_as_if_alone);
	suite_add_tcase(s, t);
	return s;
}
