/* Matrix products of any strides against a naive one; the choice of instruction set; OpenBLAS. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

enum { LAYOUTS = 5, MARGIN = 3 };

/* A product whose a and b are stored by rows or columns, or with a step, and c with a margin. */
struct gemm_case {
	struct kern_gemm g;
	size_t a_size, b_size, c_size;
	float *a, *b, *c, *c0;
	void *pack;
};

static void
gemm_set(struct gemm_case *t, int m, int n, int k, int layout, bool add)
{
	t->g = (struct kern_gemm){ .m = m, .n = n, .k = k, .a_rs = k, .a_cs = 1, .b_rs = n, .b_cs = 1,
		.c_rs = n + MARGIN, .add = add };
	if (layout == 1) t->g.a_rs = 1, t->g.a_cs = m + 1;
	if (layout == 2) t->g.b_rs = 1, t->g.b_cs = k + 2;
	if (layout == 3) t->g.a_rs = 1, t->g.a_cs = m, t->g.b_rs = 1, t->g.b_cs = k;
	if (layout == 4) t->g.a_rs = 3 * k, t->g.a_cs = 3, t->g.b_rs = 2 * n, t->g.b_cs = 2;
	t->a_size = (size_t)((m - 1) * t->g.a_rs + (k - 1) * t->g.a_cs + 1);
	t->b_size = (size_t)((k - 1) * t->g.b_rs + (n - 1) * t->g.b_cs + 1);
	t->c_size = (size_t)(m * t->g.c_rs);
	t->g.a = t->a = new_random(t->a_size, 1);
	t->g.b = t->b = new_random(t->b_size, 2);
	t->c0 = new_random(t->c_size, 3);
	t->g.c = t->c = new_random(t->c_size, 3);
}

static void
gemm_clear(struct gemm_case *t)
{
	free(t->a);
	free(t->b);
	free(t->c);
	free(t->c0);
}

static void
gemm_run(void *ctx)
{
	struct gemm_case *t = ctx;
	struct guarded pack = guard_new(kern_gemm_pack(t->g.m, t->g.n, t->g.k));
	memcpy(t->c, t->c0, t->c_size * sizeof *t->c);
	kern_gemm_tile(&t->g, pack.data);
	guard_check("pack", &pack);
	guard_free(&pack);
}

static double *
gemm_oracle(const struct gemm_case *t)
{
	double *want = new_doubles(t->c_size);
	for (size_t i = 0; i < t->c_size; i++)
		if (t->g.add || (int)(i % t->g.c_rs) >= t->g.n) want[i] = t->c0[i];
	naive_gemm(t->g.m, t->g.n, t->g.k, t->a, t->g.a_rs, t->g.a_cs, t->b, t->g.b_rs, t->g.b_cs, want,
		t->g.c_rs);
	return want;
}

static void
gemm_try(int m, int n, int k, int layout, bool add)
{
	struct gemm_case t;
	gemm_set(&t, m, n, k, layout, add);
	double *want = gemm_oracle(&t);
	gemm_run(&t);
	assert_close("c", t.c_size, t.c, want, 1e-5);
	assert_same_everywhere("c", gemm_run, &t, t.c, t.c_size * sizeof *t.c);
	free(want);
	gemm_clear(&t);
}

START_TEST(every_tail_equals_the_oracle)
{
	static const int ns[] = { 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40 };
	for (int m = 1; m <= 29; m++) gemm_try(m, ns[m % 13], 5, _i, m % 2);
	for (int i = 0; i < 13; i++) gemm_try(5, ns[i], 1 + 3 * i, _i, i % 2);
}
END_TEST

START_TEST(deep_and_large_equal_the_oracle)
{
	gemm_try(27, 33, 300, _i, false);
	gemm_try(64, 64, 256, _i, true);
	gemm_try(13, 70, 513, _i, true);
	gemm_try(1, 1, 1, _i, false);
}
END_TEST

START_TEST(openblas_agrees_to_tolerance)
{
	kern_set_matmul(MATMUL_OPENBLAS);
	for (int m = 1; m < 40; m += 6) {
		struct gemm_case t;
		gemm_set(&t, m, 37 - m / 2, 2 * m + 1, _i, m % 4 == 3);
		double *want = gemm_oracle(&t);
		gemm_run(&t);
		assert_close("c", t.c_size, t.c, want, 1e-5);
		free(want);
		gemm_clear(&t);
	}
	ck_assert_uint_gt(strlen(kern_openblas_info()), 0);
}
END_TEST

START_TEST(one_accumulator_takes_the_terms_in_order_fused)
{
	float a[300], b[300], c, want = 0;
	fill_random(a, 300, 5);
	fill_random(b, 300, 6);
	for (int p = 0; p < 300; p++) want = __builtin_fmaf(a[p], b[p], want);
	struct guarded pack = guard_new(kern_gemm_pack(1, 1, 300));
	kern_gemm_tile(&(struct kern_gemm){ .m = 1, .n = 1, .k = 300, .a = a, .a_rs = 300, .a_cs = 1,
		.b = b, .b_rs = 1, .b_cs = 1, .c = &c, .c_rs = 1 }, pack.data);
	ck_assert(memcmp(&c, &want, sizeof c) == 0);
	guard_free(&pack);
}
END_TEST

START_TEST(instruction_sets_are_chosen_by_name)
{
	struct err e = ERR_INIT;
	ck_assert_int_eq(kern_select("generic", &e), OK);
	ck_assert_str_eq(kern_isa(), "generic");
	ck_assert_int_eq(kern_select("avx1024", &e), ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(e.message, "generic"));
	ck_assert_str_eq(kern_isa(), "generic");
	ck_assert_int_eq(kern_select(NULL, &e), OK);
	ck_assert_ptr_nonnull(strstr(kern_isa_list(), kern_isa()));
}
END_TEST

START_TEST(peak_is_more_than_any_product)
{
	ck_assert_double_gt(kern_peak_gflops(0.01), 0.01);
}
END_TEST

Suite *
suite_gemm(void)
{
	Suite *s = suite_create("gemm");
	TCase *t = tcase_create("gemm");
	tcase_add_loop_test(t, every_tail_equals_the_oracle, 0, LAYOUTS);
	tcase_add_loop_test(t, deep_and_large_equal_the_oracle, 0, LAYOUTS);
	tcase_add_loop_test(t, openblas_agrees_to_tolerance, 0, LAYOUTS);
	tcase_add_test(t, one_accumulator_takes_the_terms_in_order_fused);
	tcase_add_test(t, instruction_sets_are_chosen_by_name);
	tcase_add_test(t, peak_is_more_than_any_product);
	suite_add_tcase(s, t);
	return s;
}
