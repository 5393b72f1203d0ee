/* Depthwise convolution: Keras's numbers, naive loops over any shape, bits, missing outputs. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

/* n h w c m, filter, stride, dilation; same padding or none. */
static struct kern_depthwise
shape(int n, int h, int w, int c, int m, int kh, int kw, int s, int d, bool same)
{
	struct kern_depthwise k = { .n = n, .h = h, .w = w, .c = c, .m = m, .kh = kh, .kw = kw,
		.sh = s, .sw = s, .dh = d, .dw = d };
	const int eh = (kh - 1) * d + 1, ew = (kw - 1) * d + 1;
	k.oh = same ? (h + s - 1) / s : (h - eh) / s + 1;
	k.ow = same ? (w + s - 1) / s : (w - ew) / s + 1;
	const int th = (k.oh - 1) * s + eh - h, tw = (k.ow - 1) * s + ew - w;
	k.pt = same && th > 0 ? th / 2 : 0;
	k.pl = same && tw > 0 ? tw / 2 : 0;
	return k;
}

struct depthwise_case {
	struct kern_depthwise k;
	size_t in, out, filter, bias;
	float *x, *w, *b, *dy, *result;	/* result: y [out], dx [in], dw [filter], db [bias] */
	bool add;
};

static size_t
floats(const struct depthwise_case *t)
{
	return t->out + t->in + t->filter + t->bias;
}

static struct depthwise_case
depthwise_new(struct kern_depthwise k, bool add)
{
	struct depthwise_case t = { .k = k, .add = add };
	t.bias = (size_t)(k.c * k.m);
	t.in = (size_t)(k.n * k.h * k.w * k.c);
	t.out = (size_t)(k.n * k.oh * k.ow) * t.bias;
	t.filter = (size_t)(k.kh * k.kw) * t.bias;
	t.x = new_random(t.in, 1);
	t.w = new_random(t.filter, 2);
	t.b = new_random(t.bias, 3);
	t.dy = new_random(t.out, 4);
	t.result = new_random(floats(&t), 5);
	return t;
}

static void
depthwise_free(struct depthwise_case *t)
{
	free(t->x);
	free(t->w);
	free(t->b);
	free(t->dy);
	free(t->result);
}

static void
depthwise_run(void *ctx)
{
	struct depthwise_case *t = ctx;
	float *y = t->result, *dx = y + t->out, *dw = dx + t->in, *db = dw + t->filter;
	struct guarded s = guard_new(kern_depthwise_scratch(&t->k));
	memset(y, 0xff, floats(t) * sizeof *y);
	memcpy(dx, t->x, t->in * sizeof *dx);
	if (!t->add) memset(dx, 0xff, t->in * sizeof *dx);
	kern_depthwise_forward(&t->k, t->x, t->w, t->b, y, s.data);
	kern_depthwise_backward_data(&t->k, t->dy, t->w, dx, t->add, s.data);
	kern_depthwise_backward_weights(&t->k, t->x, t->dy, dw, db, s.data);
	guard_check("scratch", &s);
	guard_free(&s);
}

/* Output element at: y, and its share of dx, dw, db. */
static void
depthwise_oracle_element(const struct depthwise_case *t, size_t at, double *want)
{
	const struct kern_depthwise *k = &t->k;
	const int channels = k->c * k->m, o = (int)at % channels, ox = (int)at / channels % k->ow;
	const int oy = (int)at / channels / k->ow % k->oh, image = (int)at / channels / k->ow / k->oh;
	double *dx = want + t->out, *dw = dx + t->in, *db = dw + t->filter;
	want[at] = t->b[o];
	db[o] += t->dy[at];
	for (int u = 0; u < k->kh; u++)
		for (int v = 0; v < k->kw; v++) {
			const int y = oy * k->sh - k->pt + u * k->dh, x = ox * k->sw - k->pl + v * k->dw;
			if (y < 0 || y >= k->h || x < 0 || x >= k->w) continue;
			const size_t i = (size_t)(((image * k->h + y) * k->w + x) * k->c + o / k->m);
			const size_t f = (size_t)((u * k->kw + v) * channels + o);
			want[at] += (double)t->x[i] * t->w[f];
			dx[i] += (double)t->dy[at] * t->w[f];
			dw[f] += (double)t->dy[at] * t->x[i];
		}
}

static void
depthwise_assert_oracle(const struct depthwise_case *t)
{
	double *want = new_doubles(floats(t));
	for (size_t i = 0; t->add && i < t->in; i++) want[t->out + i] = t->x[i];
	for (size_t i = 0; i < t->out; i++) depthwise_oracle_element(t, i, want);
	assert_close("y, dx, dw, db", floats(t), t->result, want, 1e-5);
	free(want);
}

enum { SHAPES = 24 };

static struct kern_depthwise
shape_of(int i)
{
	const struct kern_depthwise shapes[SHAPES] = {
		shape(1, 1, 1, 1, 1, 3, 3, 1, 1, true), shape(2, 5, 5, 3, 1, 3, 3, 1, 1, true),
		shape(3, 6, 7, 16, 1, 3, 3, 2, 1, true), shape(17, 9, 8, 5, 1, 3, 3, 1, 1, false),
		shape(1, 12, 13, 33, 1, 3, 3, 2, 1, false), shape(2, 2, 2, 4, 1, 3, 3, 2, 1, true),
		shape(2, 7, 11, 20, 1, 5, 5, 1, 1, true), shape(2, 8, 9, 6, 1, 5, 5, 2, 1, true),
		shape(1, 2, 3, 7, 1, 5, 5, 1, 1, true), shape(2, 10, 9, 4, 2, 3, 3, 1, 1, true),
		shape(2, 9, 10, 3, 3, 3, 3, 2, 1, true), shape(2, 6, 5, 19, 2, 2, 4, 1, 1, false),
		shape(2, 9, 9, 6, 1, 3, 3, 1, 2, true), shape(1, 11, 10, 5, 2, 3, 3, 1, 3, true),
		shape(2, 7, 7, 18, 1, 1, 1, 1, 1, false), shape(2, 7, 7, 18, 1, 2, 3, 3, 1, true),
		shape(2, 9, 6, 17, 1, 7, 7, 2, 1, true), shape(1, 3, 40, 8, 1, 1, 3, 1, 1, true),
		shape(20, 17, 16, 24, 1, 3, 3, 1, 1, true), shape(16, 16, 16, 40, 1, 3, 3, 2, 1, true),
		shape(64, 1, 1, 70, 1, 3, 3, 1, 1, true), shape(33, 2, 2, 33, 1, 3, 3, 1, 1, true),
		shape(40, 7, 5, 16, 1, 3, 3, 2, 1, true), shape(3, 8, 12, 20, 1, 3, 3, 2, 1, false),
	};
	return shapes[i];
}

START_TEST(all_directions_equal_the_oracle_with_the_same_bits_everywhere)
{
	for (int add = 0; add < 2; add++) {
		struct depthwise_case t = depthwise_new(shape_of(_i), add);
		depthwise_run(&t);
		depthwise_assert_oracle(&t);
		assert_same_everywhere("depthwise", depthwise_run, &t, t.result,
			floats(&t) * sizeof *t.result);
		depthwise_free(&t);
	}
}
END_TEST

/* A filter column apart from the rows: strides and dilations that differ. */
START_TEST(axes_may_differ)
{
	struct kern_depthwise k = shape(2, 11, 9, 10, 1, 3, 3, 1, 1, true);
	k.dh = 2;
	k.pt = 2;
	k.sw = 2;
	k.ow = 4;
	k.pl = 0;
	struct depthwise_case t = depthwise_new(k, true);
	depthwise_run(&t);
	depthwise_assert_oracle(&t);
	depthwise_free(&t);
}
END_TEST

START_TEST(bias_and_gradients_may_be_missing)
{
	for (int i = 0; i < SHAPES; i++) {
		struct depthwise_case t = depthwise_new(shape_of(i), false);
		memset(t.b, 0, t.bias * sizeof *t.b);
		depthwise_run(&t);
		float *y = new_random(t.out, 6), *dw = new_random(t.filter, 7), *db = new_random(t.bias, 8);
		struct guarded s = guard_new(kern_depthwise_scratch(&t.k));
		kern_depthwise_forward(&t.k, t.x, t.w, NULL, y, s.data);
		kern_depthwise_backward_weights(&t.k, t.x, t.dy, dw, NULL, s.data);
		kern_depthwise_backward_weights(&t.k, t.x, t.dy, NULL, db, s.data);
		ck_assert_mem_eq(y, t.result, t.out * sizeof *y);
		ck_assert_mem_eq(dw, t.result + t.out + t.in, t.filter * sizeof *dw);
		ck_assert_mem_eq(db, t.result + t.out + t.in + t.filter, t.bias * sizeof *db);
		guard_free(&s);
		free(y);
		free(dw);
		free(db);
		depthwise_free(&t);
	}
}
END_TEST

/* One of the golden file's cases. */
static void
golden_depthwise(const struct golden *g, const char *name)
{
	const double *k = golden_values(g, name, "config", 9);
	struct depthwise_case t = depthwise_new(shape((int)k[0], (int)k[1], (int)k[2], (int)k[3],
		(int)k[4], (int)k[5], (int)k[6], (int)k[7], 1, k[8] != 0), false);
	golden_fill_p(t.x, t.in, 37, 11, 101);
	golden_fill_p(t.w, t.filter, 53, 7, 97);
	golden_fill_p(t.b, t.bias, 41, 5, 89);
	golden_fill_p(t.dy, t.out, 29, 3, 83);
	depthwise_run(&t);
	const float *y = t.result, *dx = y + t.out, *dw = dx + t.in, *db = dw + t.filter;
	golden_check(g, name, "y", t.out, y, 1e-5);
	golden_check(g, name, "dx", t.in, dx, 1e-5);
	golden_check(g, name, "dkernel", t.filter, dw, 1e-5);
	golden_check(g, name, "dbias", t.bias, db, 1e-5);
	depthwise_free(&t);
}

START_TEST(all_directions_are_those_of_keras)
{
	struct golden *g = golden_open("depthwise_conv2d");
	const char *name;
	size_t i = 0;
	for (; (name = golden_case(g, "n", "config", i)); i++) golden_depthwise(g, name);
	ck_assert_uint_ge(i, 20);
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.2 */
START_TEST(all_directions_are_those_of_the_specification)
{
	static const struct { int n, s; bool same; double y[3], dx, dw; } want[] = {
		{ 5, 1, true, { 9.554047, .096407, .141982 }, 6.864675, 4.025170 },
		{ 6, 2, true, { 3.269623, .105262, .494973 }, 5.179605, 3.787785 },
	};
	for (int i = 0; i < 2; i++) {
		struct depthwise_case t = depthwise_new(shape(1, want[i].n, want[i].n, 2, 1, 3, 3,
			want[i].s, 1, want[i].same), false);
		golden_fill_p(t.x, t.in, 37, 11, 101);
		golden_fill_p(t.w, t.filter, 53, 7, 97);
		golden_fill_p(t.dy, t.out, 29, 3, 83);
		memset(t.b, 0, t.bias * sizeof *t.b);
		depthwise_run(&t);
		const float *y = t.result, *dx = y + t.out, *dw = dx + t.in;
		ck_assert_double_eq_tol(kern_sum_abs(t.out, y), want[i].y[0], 1e-5);
		assert_close("y", 2, y, want[i].y + 1, 1e-6);
		ck_assert_double_eq_tol(kern_sum_abs(t.in, dx), want[i].dx, 1e-5);
		ck_assert_double_eq_tol(kern_sum_abs(t.filter, dw), want[i].dw, 1e-5);
		depthwise_free(&t);
	}
}
END_TEST

Suite *
suite_depthwise(void)
{
	Suite *s = suite_create("depthwise");
	TCase *t = tcase_create("depthwise");
	tcase_add_loop_test(t, all_directions_equal_the_oracle_with_the_same_bits_everywhere, 0,
		SHAPES);
	tcase_add_test(t, axes_may_differ);
	tcase_add_test(t, bias_and_gradients_may_be_missing);
	tcase_add_test(t, all_directions_are_those_of_keras);
	tcase_add_test(t, all_directions_are_those_of_the_specification);
	suite_add_tcase(s, t);
	return s;
}
