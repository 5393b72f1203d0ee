/* Pooling: Keras's numbers, naive loops, ties, overlaps, what is not a number, bits. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

/* Output size and padding before of one axis, doc/keras-semantics.md section 1. */
static int
axis_out(int cells, int size, int stride, bool same, int *before)
{
	if (!same) {
		*before = 0;
		return (cells - size) / stride + 1;
	}
	const int out = (cells + stride - 1) / stride, total = (out - 1) * stride + size - cells;
	*before = total > 0 ? total / 2 : 0;
	return out;
}

static struct kern_pool
pool_shape(int n, int h, int w, int c, int ph, int pw, int sh, int sw, bool same)
{
	struct kern_pool p = { .n = n, .h = h, .w = w, .c = c, .ph = ph, .pw = pw, .sh = sh, .sw = sw };
	p.oh = axis_out(h, ph, sh, same, &p.pt);
	p.ow = axis_out(w, pw, sw, same, &p.pl);
	return p;
}

struct pool_case {
	struct kern_pool p;
	size_t in, out;
	float *x, *dy, *result;	/* result: max y, average y [out], max dx, average dx [in] */
	int32_t *which;
	bool add;
};

static struct pool_case
pool_new(struct kern_pool p, bool add)
{
	struct pool_case t = { .p = p, .add = add };
	t.in = (size_t)(p.n * p.h * p.w * p.c);
	t.out = (size_t)(p.n * p.oh * p.ow * p.c);
	t.x = new_random(t.in, 1);
	t.dy = new_random(t.out, 2);
	t.result = new_random(2 * t.in + 2 * t.out, 3);
	t.which = malloc(t.out * sizeof *t.which);
	ck_assert_ptr_nonnull(t.which);
	return t;
}

static void
pool_free(struct pool_case *t)
{
	free(t->x);
	free(t->dy);
	free(t->result);
	free(t->which);
}

static void
pool_run(void *ctx)
{
	struct pool_case *t = ctx;
	float *max = t->result, *average = max + t->out, *dmax = average + t->out;
	float *daverage = dmax + t->in;
	memcpy(dmax, t->x, t->in * sizeof *dmax);
	memcpy(daverage, t->x, t->in * sizeof *daverage);
	kern_max_pool_forward(&t->p, t->x, max, t->which);
	kern_average_pool_forward(&t->p, t->x, average);
	kern_max_pool_backward(&t->p, t->which, t->dy, dmax, t->add);
	kern_average_pool_backward(&t->p, t->dy, daverage, t->add);
}

/* One window of the oracle: y of both, and what they give back. */
static void
pool_oracle_window(const struct pool_case *t, size_t at, double *want)
{
	const struct kern_pool *p = &t->p;
	const int k = (int)at % p->c, ox = (int)at / p->c % p->ow, oy = (int)at / p->c / p->ow % p->oh;
	const int image = (int)at / p->c / p->ow / p->oh;
	double *dmax = want + 2 * t->out, *daverage = dmax + t->in, best = -INFINITY, sum = 0;
	size_t cell[256], first = 0;
	int cells = 0;
	for (int y = oy * p->sh - p->pt; y < oy * p->sh - p->pt + p->ph; y++)
		for (int x = ox * p->sw - p->pl; x < ox * p->sw - p->pl + p->pw; x++) {
			if (y < 0 || y >= p->h || x < 0 || x >= p->w) continue;
			const size_t i = (size_t)(((image * p->h + y) * p->w + x) * p->c + k);
			if (t->x[i] > best) {
				best = t->x[i];
				first = i;
			}
			sum += t->x[i];
			cell[cells++] = i;
		}
	want[at] = best;
	want[t->out + at] = sum / cells;
	dmax[first] += t->dy[at];
	for (int i = 0; i < cells; i++) daverage[cell[i]] += t->dy[at] / (double)cells;
}

static void
pool_assert_oracle(const struct pool_case *t)
{
	const size_t all = 2 * t->in + 2 * t->out;
	double *want = new_doubles(all);
	for (size_t i = 0; t->add && i < 2 * t->in; i++) want[2 * t->out + i] = t->x[i % t->in];
	for (size_t i = 0; i < t->out; i++) pool_oracle_window(t, i, want);
	assert_close("max, average, their gradients", all, t->result, want, 1e-6);
	free(want);
}

START_TEST(pooling_equals_the_oracle_with_the_same_bits_everywhere)
{
	const struct kern_pool shapes[] = {
		pool_shape(1, 1, 1, 1, 1, 1, 1, 1, false), pool_shape(2, 7, 5, 3, 2, 2, 2, 2, false),
		pool_shape(3, 8, 9, 17, 3, 3, 2, 2, true), pool_shape(1, 6, 7, 16, 3, 2, 1, 2, true),
		pool_shape(2, 9, 9, 5, 2, 2, 3, 3, false), pool_shape(2, 4, 4, 33, 4, 4, 4, 4, false),
		pool_shape(1, 2, 2, 3, 5, 5, 2, 2, true), pool_shape(9, 33, 32, 8, 3, 3, 2, 2, true),
	};
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
		for (int add = 0; add < 2; add++) {
			struct pool_case t = pool_new(shapes[s], add);
			pool_run(&t);
			pool_assert_oracle(&t);
			const size_t bytes = 2 * (t.in + t.out) * sizeof *t.result;
			assert_same_everywhere("pooling", pool_run, &t, t.result, bytes);
			assert_same_everywhere("pooling", pool_run, &t, t.which, t.out * sizeof *t.which);
			pool_free(&t);
		}
}
END_TEST

/* Output and gradient of one of the golden file's cases. */
static void
golden_pool(const struct golden *g, const char *name, bool max)
{
	const double *k = golden_values(g, name, "config", 9);
	struct pool_case t = pool_new(pool_shape((int)k[0], (int)k[1], (int)k[2], (int)k[3], (int)k[4],
		(int)k[5], (int)k[6], (int)k[7], k[8] != 0), false);
	golden_fill_p(t.x, t.in, 37, 11, 101);
	golden_fill_p(t.dy, t.out, 29, 3, 83);
	for (size_t i = 0; strstr(name, "ties") && i < t.in; i++) t.x[i] = (float)(i * 7 % 5 / 2);
	pool_run(&t);
	const float *dx = t.result + 2 * t.out + (max ? 0 : t.in);
	golden_check(g, name, "y", t.out, t.result + (max ? 0 : t.out), 1e-5);
	golden_check(g, name, "dx", t.in, dx, 1e-5);
	pool_free(&t);
}

START_TEST(pooling_is_that_of_keras)
{
	struct golden *g = golden_open("pooling");
	const char *name;
	for (int max = 0; max < 2; max++) {
		size_t i = 0;
		for (;; i++) {
			name = golden_case(g, max ? "max_pooling2d." : "average_pooling2d.", "config", i);
			if (!name) break;
			golden_pool(g, name, max);
		}
		ck_assert_uint_ge(i, 20);
	}
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.3 */
START_TEST(pooling_is_that_of_the_specification)
{
	struct pool_case t = pool_new(pool_shape(1, 5, 5, 2, 3, 3, 2, 2, true), false);
	golden_fill_p(t.x, 50, 37, 11, 101);
	golden_fill_p(t.dy, 18, 29, 3, 83);
	pool_run(&t);
	const float *average = t.result + 18, *dmax = average + 18, *daverage = dmax + 50;
	assert_close("average", 4, average, (double[]){ .056931, -.076733, .072607, .105611 }, 1e-6);
	assert_close("average", 3, average + 15, (double[]){ .09571, -.004951, -.138614 }, 1e-6);
	assert_close("max", 3, t.result, (double[]){ .341584, .371287, .470297 }, 1e-6);
	ck_assert_double_eq_tol(kern_sum_abs(18, t.result), 6.782178, 1e-5);
	ck_assert_double_eq_tol(kern_sum_abs(50, daverage), 3.171687, 1e-5);
	ck_assert_double_eq_tol(kern_sum_abs(50, dmax), 4.493976, 1e-5);
	pool_free(&t);
}
END_TEST

START_TEST(the_first_of_equal_maxima_gets_the_gradient)
{
	const struct kern_pool p = pool_shape(1, 2, 2, 1, 2, 2, 2, 2, false);
	const float x[4] = { 1, 1, 1, 1 }, dy = 1;
	float y, dx[4];
	int32_t which;
	kern_max_pool_forward(&p, x, &y, &which);
	kern_max_pool_backward(&p, &which, &dy, dx, false);
	ck_assert(dx[0] == 1 && dx[1] == 0 && dx[2] == 0 && dx[3] == 0);
}
END_TEST

START_TEST(padding_never_wins)
{
	const struct kern_pool p = pool_shape(1, 2, 2, 1, 3, 3, 2, 2, true);
	const float x[4] = { -5, -6, -INFINITY, -8 };
	float y;
	int32_t which;
	kern_max_pool_forward(&p, x, &y, &which);
	ck_assert(y == -5 && which == 0);
	const float low[4] = { -INFINITY, -INFINITY, -INFINITY, -INFINITY };
	kern_max_pool_forward(&p, low, &y, &which);
	ck_assert(y == -INFINITY && which == 0);
	kern_max_pool_forward(&p, x, &y, NULL);
	ck_assert(y == -5);
}
END_TEST

START_TEST(what_is_no_number_is_not_pooled_away)
{
	const struct kern_pool p = pool_shape(1, 2, 2, 1, 2, 2, 2, 2, false);
	for (int at = 0; at < 4; at++) {
		float x[4] = { 1, 2, 3, 4 }, y;
		int32_t which;
		x[at] = NAN;
		kern_max_pool_forward(&p, x, &y, &which);
		ck_assert(isnan(y) && which == at);
		kern_average_pool_forward(&p, x, &y);
		ck_assert(isnan(y));
	}
}
END_TEST

struct global_case { int n, hw, c; float *x, *out; };

static void
global_run(void *ctx)
{
	struct global_case *t = ctx;
	const size_t in = (size_t)(t->n * t->hw * t->c), out = (size_t)(t->n * t->c);
	float *dx = t->out + out;
	memcpy(dx, t->x, in * sizeof *dx);
	kern_global_average_forward(t->n, t->hw, t->c, t->x, t->out);
	kern_global_average_backward(t->n, t->hw, t->c, t->x, dx, true);
	kern_global_average_backward(t->n, t->hw, t->c, t->x, dx + in, false);
}

START_TEST(global_averages_equal_the_oracle_with_the_same_bits_everywhere)
{
	static const int shapes[][3] = { { 1, 1, 1 }, { 3, 49, 5 }, { 2, 100, 16 }, { 5, 3, 37 },
		{ 40, 64, 24 } };
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
		struct global_case t = { shapes[s][0], shapes[s][1], shapes[s][2], NULL, NULL };
		const size_t cell = (size_t)(t.hw * t.c), in = (size_t)t.n * cell, out = in / (size_t)t.hw;
		t.x = new_random(in, 1);
		t.out = new_random(out + 2 * in, 2);
		double *want = new_doubles(out + 2 * in);
		for (size_t i = 0; i < in; i++) {
			const size_t to = i / cell * (size_t)t.c + i % (size_t)t.c;
			want[to] += t.x[i] / (double)t.hw;
			want[out + in + i] = t.x[to] / (double)t.hw;
			want[out + i] = t.x[i] + want[out + in + i];
		}
		global_run(&t);
		assert_close("global average", out + 2 * in, t.out, want, 1e-6);
		const size_t bytes = (out + 2 * in) * sizeof *t.out;
		assert_same_everywhere("global average", global_run, &t, t.out, bytes);
		free(want);
		free(t.x);
		free(t.out);
	}
}
END_TEST

START_TEST(global_averages_are_those_of_keras)
{
	struct golden *g = golden_open("pooling");
	const char *name;
	size_t i = 0;
	for (; (name = golden_case(g, "global_average_pooling2d.", "config", i)); i++) {
		const double *k = golden_values(g, name, "config", 4);
		const int n = (int)k[0], hw = (int)(k[1] * k[2]), c = (int)k[3];
		float *x = new_random((size_t)(n * hw * c), 1), *y = new_random((size_t)(n * c), 1);
		golden_fill_p(x, (size_t)(n * hw * c), 37, 11, 101);
		kern_global_average_forward(n, hw, c, x, y);
		golden_check(g, name, "y", (size_t)(n * c), y, 1e-5);
		golden_fill_p(y, (size_t)(n * c), 29, 3, 83);
		kern_global_average_backward(n, hw, c, y, x, false);
		golden_check(g, name, "dx", (size_t)(n * hw * c), x, 1e-5);
		free(x);
		free(y);
	}
	ck_assert_uint_ge(i, 4);
	golden_close(g);
}
END_TEST

Suite *
suite_pool(void)
{
	Suite *s = suite_create("pool");
	TCase *t = tcase_create("pool");
	tcase_add_test(t, pooling_equals_the_oracle_with_the_same_bits_everywhere);
	tcase_add_test(t, pooling_is_that_of_keras);
	tcase_add_test(t, pooling_is_that_of_the_specification);
	tcase_add_test(t, the_first_of_equal_maxima_gets_the_gradient);
	tcase_add_test(t, padding_never_wins);
	tcase_add_test(t, what_is_no_number_is_not_pooled_away);
	tcase_add_test(t, global_averages_equal_the_oracle_with_the_same_bits_everywhere);
	tcase_add_test(t, global_averages_are_those_of_keras);
	suite_add_tcase(s, t);
	return s;
}
