/* The inverted residual block against its three convolutions: naive in double, and bit by bit. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

static const struct kern_act relu6 = { .type = ACT_RELU6 }, relu = { .type = ACT_RELU },
	none = { .type = ACT_LINEAR };

static const struct kern_inverted shapes[] = {
	/* n h w cin expanded cout, stride pt pl oh ow, expand residual */
	{ 1, 1, 1, 3, 9, 4, 1, 1, 1, 1, 1, true, false },
	{ 5, 1, 1, 40, 240, 40, 1, 1, 1, 1, 1, true, true },
	{ 3, 2, 2, 16, 96, 16, 1, 1, 1, 2, 2, true, true },
	{ 3, 2, 3, 8, 33, 20, 2, 0, 0, 1, 1, true, false },
	{ 7, 8, 8, 24, 144, 24, 1, 1, 1, 8, 8, true, true },
	{ 2, 16, 15, 16, 96, 24, 2, 0, 0, 8, 7, true, false },
	{ 3, 9, 12, 21, 21, 21, 1, 1, 1, 9, 12, false, true },
	{ 2, 17, 16, 33, 33, 5, 2, 1, 1, 9, 8, false, false },
	{ 1, 48, 40, 4, 20, 6, 1, 1, 1, 48, 40, true, false },	/* bands, and a ring of rows */
	{ 3, 48, 47, 3, 37, 3, 1, 1, 1, 48, 47, true, true },
	{ 2, 61, 50, 3, 18, 4, 2, 0, 0, 30, 24, true, false },
	{ 1, 40, 130, 2, 40, 7, 1, 1, 1, 40, 130, true, false },
	{ 2, 40, 36, 40, 40, 9, 1, 1, 1, 40, 36, false, false },
	{ 2, 3, 4, 5, 12, 6, 1, 4, 5, 8, 12, true, false },	/* windows of nothing but zeros */
	{ 33, 3, 3, 20, 130, 20, 1, 1, 1, 3, 3, true, true },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct inverted_case {
	struct kern_inverted b;
	struct kern_fold fold[3];
	size_t x_size, y_size;
	float *x, *y;
};

static struct kern_fold
inverted_part(size_t w, int n, unsigned seed)
{
	float *variance = new_random((size_t)n, seed + 1), *kernel = new_random(w * n, seed);
	for (int i = 0; i < n; i++) variance[i] = 1.5f + variance[i];
	for (size_t i = 0; i < w * n; i++) kernel[i] *= 2 / sqrtf((float)w);
	return (struct kern_fold){ .w = kernel, .beta = new_random((size_t)n, seed + 2),
		.mean = new_random((size_t)n, seed + 3), .variance = variance, .epsilon = 1e-3 };
}

static struct inverted_case
inverted_new(struct kern_inverted b)
{
	struct inverted_case t = { .b = b };
	t.b.act[0] = relu6;
	t.b.act[1] = relu;
	t.x_size = (size_t)b.n * b.h * b.w * b.cin;
	t.y_size = (size_t)b.n * b.oh * b.ow * b.cout;
	t.x = new_random(t.x_size, 1);
	t.y = new_random(t.y_size, 2);
	for (size_t i = 0; i < t.x_size; i++) t.x[i] *= 4;
	t.fold[0] = inverted_part((size_t)b.cin, b.expanded, 10);
	t.fold[1] = inverted_part(9, b.expanded, 20);
	t.fold[2] = inverted_part((size_t)b.expanded, b.cout, 30);
	return t;
}

static void
inverted_free(struct inverted_case *t)
{
	for (int i = 0; i < 3; i++) {
		const float *all[] = { t->fold[i].w, t->fold[i].beta, t->fold[i].mean,
			t->fold[i].variance };
		for (int k = 0; k < 4; k++) free((void *)(uintptr_t)all[k]);
	}
	free(t->x);
	free(t->y);
}

static void
inverted_run_for(struct inverted_case *t, int most)
{
	struct kern_inverted full = t->b;
	full.n = most;
	struct guarded constants = guard_new(kern_inverted_bytes(&full));
	struct guarded scratch = guard_new(kern_inverted_scratch(&full));
	memset(t->y, 0xff, t->y_size * sizeof *t->y);
	kern_inverted_fold(&full, t->fold, constants.data);
	kern_inverted_forward(&t->b, constants.data, t->x, t->y, scratch.data);
	guard_check("constants", &constants);
	guard_check("scratch", &scratch);
	guard_free(&constants);
	guard_free(&scratch);
}

static void
inverted_run(void *ctx)
{
	struct inverted_case *t = ctx;
	inverted_run_for(t, t->b.n);
}

/* ---- the oracle: one part after the other, in double ---- */

static double
inverted_norm(const struct kern_fold *f, int o, double v, double most)
{
	v = (v - (double)f->mean[o]) / sqrt((double)f->variance[o] + f->epsilon) + (double)f->beta[o];
	return most > 0 ? v < 0 ? 0 : v > most ? most : v : v;
}

static void
inverted_pointwise(size_t pixels, int cin, int cout, const struct kern_fold *f, const double *x,
	double most, double *y)
{
	for (size_t p = 0; p < pixels; p++)
		for (int o = 0; o < cout; o++) {
			double s = 0;
			for (int i = 0; i < cin; i++) s += x[p * cin + i] * (double)f->w[i * cout + o];
			y[p * cout + o] = inverted_norm(f, o, s, most);
		}
}

static void
inverted_depthwise(const struct kern_inverted *b, const struct kern_fold *f, const double *x,
	double *y)
{
	const int c = b->expanded;
	for (size_t i = 0; i < (size_t)b->n * b->oh * b->ow * c; i++) {
		const int o = (int)(i % c), ox = (int)(i / c % b->ow), oy = (int)(i / c / b->ow % b->oh);
		const size_t image = i / c / b->ow / b->oh;
		double s = 0;
		for (int t = 0; t < 9; t++) {
			const int iy = oy * b->stride - b->pt + t / 3, ix = ox * b->stride - b->pl + t % 3;
			if (iy < 0 || iy >= b->h || ix < 0 || ix >= b->w) continue;
			s += x[((image * b->h + iy) * b->w + ix) * c + o] * (double)f->w[t * c + o];
		}
		y[i] = inverted_norm(f, o, s, INFINITY);
	}
}

static void
inverted_oracle(const struct inverted_case *t, double *y)
{
	const struct kern_inverted *b = &t->b;
	const size_t cells = (size_t)b->n * b->h * b->w, pixels = (size_t)b->n * b->oh * b->ow;
	double *x = new_doubles(t->x_size), *e = new_doubles(cells * b->expanded),
		*d = new_doubles(pixels * b->expanded);
	for (size_t i = 0; i < t->x_size; i++) x[i] = (double)t->x[i];
	if (b->expand) inverted_pointwise(cells, b->cin, b->expanded, &t->fold[0], x, 6, e);
	inverted_depthwise(b, &t->fold[1], b->expand ? e : x, d);
	inverted_pointwise(pixels, b->expanded, b->cout, &t->fold[2], d, 0, y);
	for (size_t i = 0; b->residual && i < t->y_size; i++) y[i] += x[i];
	free(x);
	free(e);
	free(d);
}

START_TEST(every_shape_equals_the_oracle_everywhere)
{
	struct inverted_case t = inverted_new(shapes[_i]);
	double *want = new_doubles(t.y_size);
	inverted_oracle(&t, want);
	inverted_run(&t);
	assert_close("y", t.y_size, t.y, want, 2e-5);
	assert_same_everywhere("inverted", inverted_run, &t, t.y, t.y_size * sizeof *t.y);
	free(want);
	inverted_free(&t);
}
END_TEST

/* The folded convolutions one by one; their results are whole tensors. */
static void
inverted_apart(const struct inverted_case *t, float *y)
{
	const struct kern_inverted *b = &t->b;
	const struct kern_conv expand = { b->n, b->h, b->w, b->cin, 1, 1, b->expanded, 1, 1, 1, 1, 0, 0,
		b->h, b->w, 1 };
	const struct kern_depthwise plane = { b->n, b->h, b->w, b->expanded, 1, 3, 3, b->stride,
		b->stride, 1, 1, b->pt, b->pl, b->oh, b->ow };
	const struct kern_conv project = { b->n, b->oh, b->ow, b->expanded, 1, 1, b->cout, 1, 1, 1, 1,
		0, 0, b->oh, b->ow, 1 };
	float *e = new_random((size_t)b->n * b->h * b->w * b->expanded, 1);
	float *d = new_random((size_t)b->n * b->oh * b->ow * b->expanded, 1);
	struct guarded k[3] = { guard_new(kern_folded_conv_bytes(&expand)),
		guard_new(kern_folded_depthwise_bytes(&plane)),
		guard_new(kern_folded_conv_bytes(&project)) };
	if (b->expand) {
		kern_folded_conv_fold(&expand, &t->fold[0], k[0].data);
		kern_folded_conv_forward(&expand, k[0].data, &b->act[0], t->x, e, NULL);
	}
	kern_folded_depthwise_fold(&plane, &t->fold[1], k[1].data);
	kern_folded_depthwise_forward(&plane, k[1].data, &b->act[1], b->expand ? e : t->x, d, NULL);
	kern_folded_conv_fold(&project, &t->fold[2], k[2].data);
	kern_folded_conv_forward(&project, k[2].data, &none, d, y, NULL);
	if (b->residual) kern_copy(t->y_size, t->x, y, true);
	for (int i = 0; i < 3; i++) guard_free(&k[i]);
	free(e);
	free(d);
}

START_TEST(it_has_the_bits_of_its_parts)
{
	struct inverted_case t = inverted_new(shapes[_i]);
	float *apart = new_random(t.y_size, 3);
	inverted_apart(&t, apart);
	inverted_run(&t);
	ck_assert_mem_eq(apart, t.y, t.y_size * sizeof *apart);
	free(apart);
	inverted_free(&t);
}
END_TEST

START_TEST(every_image_is_as_if_alone)
{
	static const int batches[] = { 2, 5, 19, 64 };
	for (int k = 0; k < 4; k++) {
		struct kern_inverted b = shapes[_i];
		if ((long)b.h * b.w * b.expanded * batches[k] > 200000) continue;
		b.n = batches[k];
		struct inverted_case t = inverted_new(b);
		inverted_run(&t);
		for (int i = 0; i < b.n; i++) {
			struct inverted_case one = t;
			one.b.n = 1;
			one.x_size /= (size_t)b.n;
			one.y_size /= (size_t)b.n;
			one.x = t.x + i * one.x_size;
			one.y = new_random(one.y_size, 9);
			inverted_run_for(&one, i % 2 ? 1 : 64);
			ck_assert_msg(memcmp(one.y, t.y + i * one.y_size, one.y_size * sizeof *one.y) == 0,
				"image %d of %d", i, b.n);
			free(one.y);
		}
		inverted_free(&t);
	}
}
END_TEST

Suite *
suite_inverted(void)
{
	Suite *s = suite_create("inverted");
	TCase *t = tcase_create("inverted");
	tcase_add_loop_test(t, every_shape_equals_the_oracle_everywhere, 0, SHAPES);
	tcase_add_loop_test(t, it_has_the_bits_of_its_parts, 0, SHAPES);
	tcase_add_loop_test(t, every_image_is_as_if_alone, 0, SHAPES);
	suite_add_tcase(s, t);
	return s;
}
