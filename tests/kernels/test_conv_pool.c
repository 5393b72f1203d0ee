/*
 * The fused 3x3 convolution, relu and 2x2 pooling against naive loops, and against the parts it
 * fuses.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

static const struct kern_conv_pool shapes[] = {
	{ 1, 2, 2, 1, 1 }, { 3, 4, 6, 3, 5 }, { 2, 7, 9, 3, 32 }, { 3, 8, 8, 16, 16 },
	{ 1, 5, 5, 17, 33 }, { 2, 6, 4, 32, 64 }, { 64, 4, 4, 5, 7 }, { 3, 9, 6, 48, 20 },
	{ 17, 6, 10, 15, 40 },
	{ 2, 3, 2, 31, 65 }, { 1, 44, 30, 3, 12 }, { 1, 40, 34, 20, 9 }, { 65, 3, 3, 16, 4 },
	{ 2, 4, 4, 130, 130 },	/* a large kernel: no shards */
	{ 1, 3, 70, 64, 256 },	/* large, and more than one band */
	{ 1, 4, 140, 2, 2 }, { 3, 1, 5, 4, 6 }, { 2, 4, 1, 20, 3 },	/* the last two: nothing to pool */
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct pool_case {
	struct kern_conv_pool c;
	size_t x_size, w_size, y_size;
	float *x, *w, *b, *dy, *dx0, *out;	/* out: y, dx, dw, db, then which in bytes */
	size_t out_size;		/* floats, without which */
	bool add, bias;
};

static uint8_t *
pool_which(const struct pool_case *t)
{
	return (uint8_t *)(t->out + t->out_size);
}

static struct pool_case
pool_new(struct kern_conv_pool c, bool add, bool bias)
{
	struct pool_case t = { .c = c, .add = add, .bias = bias };
	t.x_size = (size_t)c.n * c.h * c.w * c.cin;
	t.w_size = (size_t)9 * c.cin * c.cout;
	t.y_size = (size_t)c.n * (c.h / 2) * (c.w / 2) * c.cout;
	t.x = new_random(t.x_size, 1);
	t.w = new_random(t.w_size, 2);
	t.b = new_random((size_t)c.cout, 3);
	t.dy = new_random(t.y_size, 4);
	t.dx0 = new_random(t.x_size, 5);
	t.out_size = t.y_size + t.x_size + t.w_size + c.cout;
	t.out = new_random(t.out_size + t.y_size / 4 + 1, 6);
	return t;
}

static void
pool_free(struct pool_case *t)
{
	free(t->x);
	free(t->w);
	free(t->b);
	free(t->dy);
	free(t->dx0);
	free(t->out);
}

static void
pool_run_in(struct pool_case *t, size_t scratch_bytes)
{
	struct guarded scratch = guard_new(scratch_bytes);
	float *y = t->out, *dx = y + t->y_size, *dw = dx + t->x_size, *db = dw + t->w_size;
	memset(t->out, 0xff, t->out_size * sizeof *t->out + t->y_size);
	if (t->add) memcpy(dx, t->dx0, t->x_size * sizeof *dx);
	kern_conv_pool_forward(&t->c, t->x, t->w, t->bias ? t->b : NULL, y, pool_which(t),
		scratch.data);
	kern_conv_pool_backward(&t->c, t->x, t->w, pool_which(t), t->dy, dx, t->add, dw, db,
		scratch.data);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
}

static void
pool_run(void *ctx)
{
	struct pool_case *t = ctx;
	pool_run_in(t, kern_conv_pool_scratch(&t->c));
}

/* The activation of one output before relu, in double. */
static double
pool_oracle_at(const struct pool_case *t, int image, int y, int x, int k)
{
	const struct kern_conv_pool *c = &t->c;
	double s = t->bias ? t->b[k] : 0;
	for (int r = -1; r <= 1; r++)
		for (int q = -1; q <= 1; q++) {
			if (y + r < 0 || y + r >= c->h || x + q < 0 || x + q >= c->w) continue;
			const float *in = t->x + (((size_t)image * c->h + y + r) * c->w + x + q) * c->cin;
			for (int i = 0; i < c->cin; i++)
				s += (double)in[i] * t->w[(((r + 1) * 3 + q + 1) * c->cin + i) * c->cout + k];
		}
	return s;
}

/* The gradient g of one output spread over dx and dw. */
static void
pool_oracle_spread(const struct pool_case *t, int image, int y, int x, int k, double g,
	double *want)
{
	const struct kern_conv_pool *c = &t->c;
	double *dx = want + t->y_size, *dw = dx + t->x_size;
	for (int r = -1; r <= 1; r++)
		for (int q = -1; q <= 1; q++) {
			if (y + r < 0 || y + r >= c->h || x + q < 0 || x + q >= c->w) continue;
			const size_t xi = (((size_t)image * c->h + y + r) * c->w + x + q) * c->cin;
			const size_t wi = (size_t)((r + 1) * 3 + q + 1) * c->cin;
			for (int i = 0; i < c->cin; i++) {
				dx[xi + i] += g * t->w[(wi + i) * c->cout + k];
				dw[(wi + i) * c->cout + k] += g * t->x[xi + i];
			}
		}
}

/*
 * Forward by the oracle; which must be a position whose value is the largest up to rounding (4 only
 * where nothing is clearly above 0). Backward by the positions that forward chose.
 */
static void
pool_assert_oracle(const struct pool_case *t)
{
	const struct kern_conv_pool *c = &t->c;
	const int ph = c->h / 2, pw = c->w / 2;
	double *want = new_doubles(t->out_size), *db = want + t->y_size + t->x_size + t->w_size;
	for (size_t i = 0; t->add && i < t->x_size; i++) want[t->y_size + i] = t->dx0[i];
	for (size_t i = 0; i < t->y_size; i++) {
		const int k = (int)(i % c->cout), px = (int)(i / c->cout % pw);
		const int py = (int)(i / c->cout / pw % ph), image = (int)(i / c->cout / pw / ph);
		const int o = pool_which(t)[i];
		double v[4], most = 0;
		for (int q = 0; q < 4; q++) {
			v[q] = pool_oracle_at(t, image, 2 * py + q / 2, 2 * px + q % 2, k);
			if (v[q] > most) most = v[q];
		}
		want[i] = most;
		ck_assert_int_le(o, 4);
		if (o == 4) ck_assert_double_lt(most, 1e-4);
		if (o == 4) continue;
		ck_assert_double_ge(v[o], most - 1e-4);
		db[k] += t->dy[i];
		pool_oracle_spread(t, image, 2 * py + o / 2, 2 * px + o % 2, k, t->dy[i], want);
	}
	assert_close("y, dx, dw, db", t->out_size, t->out, want, 3e-5);
	free(want);
}

START_TEST(both_directions_equal_the_oracle_everywhere)
{
	for (int add = 0; add < 2; add++) {
		struct pool_case t = pool_new(shapes[_i], add, !add);
		pool_run(&t);
		pool_assert_oracle(&t);
		assert_same_everywhere("conv_pool", pool_run, &t, t.out,
			t.out_size * sizeof *t.out + t.y_size);
		pool_free(&t);
	}
}
END_TEST

/* The convolution's own kernel gives the same bits before relu and pooling. */
START_TEST(forward_has_the_bits_of_its_parts)
{
	struct pool_case t = pool_new(shapes[_i], false, true);
	const struct kern_conv_pool *c = &t.c;
	const struct kern_conv conv = { c->n, c->h, c->w, c->cin, 3, 3, c->cout, 1, 1, 1, 1, 1, 1, c->h,
		c->w, 1 };
	const size_t full = (size_t)c->n * c->h * c->w * c->cout;
	float *z = new_random(full, 7);
	struct guarded scratch = guard_new(kern_conv_scratch(&conv));
	pool_run(&t);
	kern_conv_forward(&conv, t.x, t.w, t.b, z, scratch.data);
	guard_free(&scratch);
	for (size_t i = 0; i < t.y_size; i++) {
		const size_t k = i % c->cout, p = i / c->cout, pw = c->w / 2, ph = c->h / 2;
		const size_t row = p / pw / ph * c->h + p / pw % ph * 2;
		const float *top = z + (row * c->w + p % pw * 2) * c->cout + k;
		const float v[4] = { top[0], top[c->cout], top[(size_t)c->w * c->cout],
			top[(size_t)(c->w + 1) * c->cout] };
		int first = 0;
		for (int q = 1; q < 4; q++)
			if (v[q] > v[first]) first = q;
		const float want = v[first] > 0 ? v[first] : 0;
		ck_assert(memcmp(&want, t.out + i, sizeof want) == 0);
		ck_assert_int_eq(pool_which(&t)[i], v[first] > 0 ? first : 4);
	}
	free(z);
	pool_free(&t);
}
END_TEST

START_TEST(ties_go_to_the_first_and_zero_is_dead)
{
	const struct kern_conv_pool c = { 1, 4, 4, 1, 3 };
	const float x[16] = { 1, 1, 2, 3, 1, 1, 3, 3, 0, 0, -1, -1, 0, 0, -1, -2 };
	float w[27] = { 0 }, y[12];
	uint8_t which[12];
	w[4 * 3] = 1, w[4 * 3 + 1] = -1;	/* the centre; output 2 is 0 everywhere */
	static const float want[12] = { 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 2, 0 };
	static const uint8_t first[12] = { 0, 4, 4, 1, 4, 4, 4, 4, 4, 4, 3, 4 };
	struct guarded scratch = guard_new(kern_conv_pool_scratch(&c));
	kern_conv_pool_forward(&c, x, w, NULL, y, which, scratch.data);
	for (int i = 0; i < 12; i++) {
		ck_assert_float_eq(y[i], want[i]);
		ck_assert_int_eq(which[i], first[i]);
	}
	guard_free(&scratch);
}
END_TEST

START_TEST(unwanted_gradients_are_not_touched)
{
	struct pool_case t = pool_new(shapes[_i], false, true);
	pool_run(&t);
	const float *dx = t.out + t.y_size, *dw = dx + t.x_size, *db = dw + t.w_size;
	float *one = new_random(t.x_size + t.w_size + t.c.cout, 9);
	struct guarded scratch = guard_new(kern_conv_pool_scratch(&t.c));
	const uint8_t *which = pool_which(&t);
	kern_conv_pool_backward(&t.c, t.x, t.w, which, t.dy, one, false, NULL, NULL, scratch.data);
	ck_assert(memcmp(one, dx, t.x_size * sizeof *dx) == 0);
	kern_conv_pool_backward(&t.c, t.x, t.w, which, t.dy, NULL, false, one, NULL, scratch.data);
	ck_assert(memcmp(one, dw, t.w_size * sizeof *dw) == 0);
	kern_conv_pool_backward(&t.c, t.x, t.w, which, t.dy, NULL, false, NULL, one, scratch.data);
	ck_assert(memcmp(one, db, t.c.cout * sizeof *db) == 0);
	kern_conv_pool_backward(&t.c, t.x, t.w, which, t.dy, NULL, false, NULL, NULL, scratch.data);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
	free(one);
	pool_free(&t);
}
END_TEST

START_TEST(scratch_for_a_full_batch_serves_a_smaller_one)
{
	struct kern_conv_pool full = shapes[_i];
	full.n = 70;
	struct pool_case t = pool_new(shapes[_i], false, true);
	pool_run_in(&t, kern_conv_pool_scratch(&full));
	pool_assert_oracle(&t);
	pool_free(&t);
}
END_TEST

START_TEST(every_image_of_a_batch_is_as_if_alone)
{
	for (int n = 2; n <= 67; n += 13) {
		const struct kern_conv_pool c = { n, 6, 5, 16, 6 };
		struct pool_case t = pool_new(c, false, true);
		pool_run(&t);
		const size_t y = t.y_size / n, x = t.x_size / n;
		for (int i = 0; i < n; i++) {
			struct pool_case one = pool_new(c, false, true);
			one.c.n = 1;
			memcpy(one.x, t.x + i * x, x * sizeof *t.x);
			memcpy(one.dy, t.dy + i * y, y * sizeof *t.dy);
			pool_run(&one);
			ck_assert(memcmp(one.out, t.out + i * y, y * sizeof *t.out) == 0);
			ck_assert(memcmp(one.out + t.y_size, t.out + t.y_size + i * x, x * sizeof *t.out) == 0);
			ck_assert(memcmp(pool_which(&one), pool_which(&t) + i * y, y) == 0);
			pool_free(&one);
		}
		pool_free(&t);
	}
}
END_TEST

Suite *
suite_conv_pool(void)
{
	Suite *s = suite_create("conv_pool");
	TCase *t = tcase_create("conv_pool");
	tcase_add_loop_test(t, both_directions_equal_the_oracle_everywhere, 0, SHAPES);
	tcase_add_loop_test(t, forward_has_the_bits_of_its_parts, 0, SHAPES);
	tcase_add_loop_test(t, unwanted_gradients_are_not_touched, 0, SHAPES);
	tcase_add_loop_test(t, scratch_for_a_full_batch_serves_a_smaller_one, 0, SHAPES);
	tcase_add_test(t, ties_go_to_the_first_and_zero_is_dead);
	tcase_add_test(t, every_image_of_a_batch_is_as_if_alone);
	suite_add_tcase(s, t);
	return s;
}
