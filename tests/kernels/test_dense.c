/* Dense forward and backward against naive loops; the optimizer's step taken in the tiles. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

static const struct kern_dense shapes[] = {
	{ 1, 1, 1 }, { 3, 5, 2 }, { 1, 70, 10 }, { 3, 64, 33 }, { 64, 130, 10 }, { 65, 67, 65 },
	{ 64, 300, 64 }, { 300, 37, 20 }, { 7, 257, 129 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct dense_case {
	struct kern_dense s;
	size_t nd, du, nu;
	float *x, *w, *b, *dy, *out, *dx0;
	size_t out_size;
	bool add;
};

static struct dense_case
dense_new(struct kern_dense s, bool add)
{
	const size_t n = s.n, d = s.d, u = s.u;
	struct dense_case t = { .s = s, .nd = n * d, .du = d * u, .nu = n * u, .add = add };
	t.x = new_random(t.nd, 1);
	t.w = new_random(t.du, 2);
	t.b = new_random(u, 3);
	t.dy = new_random(t.nu, 4);
	t.dx0 = new_random(t.nd, 5);
	t.out_size = t.nu + t.nd + t.du + u;
	t.out = new_random(t.out_size, 6);
	return t;
}

static void
dense_free(struct dense_case *t)
{
	free(t->x);
	free(t->w);
	free(t->b);
	free(t->dy);
	free(t->dx0);
	free(t->out);
}

/* out: y, dx, dw, db one after the other. */
static void
dense_run(void *ctx)
{
	struct dense_case *t = ctx;
	struct guarded scratch = guard_new(kern_dense_scratch(&t->s));
	float *y = t->out, *dx = y + t->nu, *dw = dx + t->nd, *db = dw + t->du;
	memset(t->out, 0xff, t->out_size * sizeof *t->out);
	memcpy(dx, t->dx0, t->nd * sizeof *dx);
	kern_dense_forward(&t->s, t->x, t->w, t->b, y, scratch.data);
	kern_dense_backward(&t->s, t->x, t->w, t->dy, dx, t->add, dw, db, NULL, scratch.data);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
}

static void
dense_assert_oracle(const struct dense_case *t)
{
	const int n = t->s.n, d = t->s.d, u = t->s.u;
	double *want = new_doubles(t->out_size);
	double *y = want, *dx = y + t->nu, *dw = dx + t->nd, *db = dw + t->du;
	for (size_t i = 0; i < t->nu; i++) y[i] = t->b[i % u];
	naive_gemm(n, u, d, t->x, d, 1, t->w, u, 1, y, u);
	for (size_t i = 0; t->add && i < t->nd; i++) dx[i] = t->dx0[i];
	naive_gemm(n, d, u, t->dy, u, 1, t->w, 1, u, dx, d);
	naive_gemm(d, u, n, t->x, 1, d, t->dy, u, 1, dw, u);
	for (size_t i = 0; i < t->nu; i++) db[i % u] += t->dy[i];
	assert_close("y, dx, dw, db", t->out_size, t->out, want, 1e-5);
	free(want);
}

START_TEST(forward_and_backward_equal_the_oracle_everywhere)
{
	for (int add = 0; add < 2; add++) {
		struct dense_case t = dense_new(shapes[_i], add);
		dense_run(&t);
		dense_assert_oracle(&t);
		assert_same_everywhere("dense", dense_run, &t, t.out, t.out_size * sizeof *t.out);
		dense_free(&t);
	}
}
END_TEST

START_TEST(openblas_agrees_to_tolerance)
{
	kern_set_matmul(MATMUL_OPENBLAS);
	struct dense_case t = dense_new(shapes[_i], _i % 2);
	dense_run(&t);
	dense_assert_oracle(&t);
	dense_free(&t);
}
END_TEST

/* Each output alone is the same as all together, and the others stay as they were. */
START_TEST(unwanted_gradients_are_not_touched)
{
	struct dense_case t = dense_new(shapes[_i], false);
	dense_run(&t);
	const float *dx = t.out + t.nu, *dw = dx + t.nd, *db = dw + t.du;
	float *one = new_random(t.nd + t.du + t.s.u, 9);
	struct guarded scratch = guard_new(kern_dense_scratch(&t.s));
	kern_dense_backward(&t.s, t.x, t.w, t.dy, one, false, NULL, NULL, NULL, scratch.data);
	ck_assert(memcmp(one, dx, t.nd * sizeof *dx) == 0);
	kern_dense_backward(&t.s, t.x, t.w, t.dy, NULL, false, one, NULL, NULL, scratch.data);
	ck_assert(memcmp(one, dw, t.du * sizeof *dw) == 0);
	kern_dense_backward(&t.s, t.x, t.w, t.dy, NULL, false, NULL, one, NULL, scratch.data);
	ck_assert(memcmp(one, db, t.s.u * sizeof *db) == 0);
	kern_dense_backward(&t.s, t.x, t.w, t.dy, NULL, false, NULL, NULL, NULL, scratch.data);
	kern_dense_forward(&t.s, t.x, t.w, NULL, one, scratch.data);
	guard_free(&scratch);
	free(one);
	dense_free(&t);
}
END_TEST

START_TEST(scratch_for_a_full_batch_serves_a_smaller_one)
{
	struct dense_case t = dense_new((struct kern_dense){ 3, 130, 20 }, false);
	dense_run(&t);
	float *y = new_random(t.nu, 9), *dw = new_random(t.du, 9);
	struct guarded scratch = guard_new(kern_dense_scratch(&(struct kern_dense){ 64, 130, 20 }));
	kern_dense_forward(&t.s, t.x, t.w, t.b, y, scratch.data);
	kern_dense_backward(&t.s, t.x, t.w, t.dy, NULL, false, dw, NULL, NULL, scratch.data);
	guard_check("scratch", &scratch);
	ck_assert(memcmp(y, t.out, t.nu * sizeof *y) == 0);
	ck_assert(memcmp(dw, t.out + t.nu + t.nd, t.du * sizeof *dw) == 0);
	guard_free(&scratch);
	free(y);
	free(dw);
	dense_free(&t);
}
END_TEST

struct fused { struct dense_case *t; float *w, *m, *v, *out; };

/* out: dx, w, m, v after two steps of Adam inside the backward. */
static void
fused_run(void *ctx)
{
	struct fused *f = ctx;
	struct dense_case *t = f->t;
	float *dx = f->out, *w = dx + t->nd, *m = w + t->du, *v = m + t->du;
	struct guarded scratch = guard_new(kern_dense_scratch(&t->s));
	const struct kern_update u = { .rule = RULE_ADAM, .lr = 0.01f, .alpha = 0.02f, .beta_1 = 0.9f,
		.beta_2 = 0.999f, .epsilon = 1e-7f, .grad_scale = 1, .slot = { m, v } };
	memcpy(w, t->w, t->du * sizeof *w);
	memset(m, 0, 2 * t->du * sizeof *m);
	for (int step = 0; step < 2; step++)
		kern_dense_backward(&t->s, t->x, w, t->dy, dx, false, NULL, NULL, &u, scratch.data);
	guard_check("scratch", &scratch);
	guard_free(&scratch);
}

START_TEST(the_step_in_the_tiles_is_the_step_after_them)
{
	struct dense_case t = dense_new(shapes[_i], false);
	const size_t size = t.nd + 3 * t.du;
	struct fused f = { .t = &t, .out = new_random(size, 8) };
	float *w = new_random(t.du, 2), *m = new_random(2 * t.du, 0), *dw = new_random(t.du, 0),
		*dx = new_random(t.nd, 0);
	memset(m, 0, 2 * t.du * sizeof *m);
	const struct kern_update u = { .rule = RULE_ADAM, .lr = 0.01f, .alpha = 0.02f, .beta_1 = 0.9f,
		.beta_2 = 0.999f, .epsilon = 1e-7f, .grad_scale = 1, .slot = { m, m + t.du } };
	struct guarded scratch = guard_new(kern_dense_scratch(&t.s));
	for (int step = 0; step < 2; step++) {
		kern_dense_backward(&t.s, t.x, w, t.dy, dx, false, dw, NULL, NULL, scratch.data);
		kern_update(&u, t.du, w, dw);
	}
	guard_free(&scratch);
	fused_run(&f);
	ck_assert(memcmp(f.out, dx, t.nd * sizeof *dx) == 0);
	ck_assert(memcmp(f.out + t.nd, w, t.du * sizeof *w) == 0);
	ck_assert(memcmp(f.out + t.nd + t.du, m, 2 * t.du * sizeof *m) == 0);
	assert_same_everywhere("fused", fused_run, &f, f.out, size * sizeof *f.out);
	free(w);
	free(m);
	free(dw);
	free(dx);
	free(f.out);
	dense_free(&t);
}
END_TEST

Suite *
suite_dense(void)
{
	Suite *s = suite_create("dense");
	TCase *t = tcase_create("dense");
	tcase_add_loop_test(t, forward_and_backward_equal_the_oracle_everywhere, 0, SHAPES);
	tcase_add_loop_test(t, openblas_agrees_to_tolerance, 0, SHAPES);
	tcase_add_loop_test(t, unwanted_gradients_are_not_touched, 0, SHAPES);
	tcase_add_loop_test(t, the_step_in_the_tiles_is_the_step_after_them, 0, SHAPES);
	tcase_add_test(t, scratch_for_a_full_batch_serves_a_smaller_one);
	suite_add_tcase(s, t);
	return s;
}
