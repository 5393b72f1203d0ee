/* What binds to what, and what a binding that is not whole is told. */
#include <check.h>
#include <string.h>

#include "tlrun/net.h"
#include "weights/small.h"
#include "weights/suites.h"

static struct small small;

static void
setup(void)
{
	small_open(&small);
}

static void
teardown(void)
{
	small_close(&small);
}

static const char *
older(struct arena *a, const char *name)
{
	static const char *const names[][2] = { { "conv_0", "stem" }, { "bn_0", "stem_bn" },
		{ "dw_0", "dw" }, { "conv_1", "project" }, { "bn_1", "project_bn" } };
	(void)a;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i][0], name) == 0) return names[i][1];
	return NULL;
}

START_TEST(older_names_bind_by_name)
{
	struct weights_binding b;
	struct weights_file *f = small_weights(&small, "old_names_head.h5");
	small.target.old_name = older;
	weights_bind(small.tiny.arena, f, &small.target, &b);
	ck_assert_str_eq(b.how, "by name");
	small_same(&small, f, &b);
	weights_close(f);
}
END_TEST

START_TEST(the_list_is_by_parameter_and_then_what_is_left)
{
	struct weights_binding b;
	struct weights_file *f = small_weights(&small, "nested.weights.h5");
	weights_bind(small.tiny.arena, f, &small.target, &b);
	ck_assert_uint_eq(b.n, 14);
	for (int i = 0; i < 12; i++) ck_assert_int_eq(b.bound[i].param, i);
	ck_assert_str_eq(b.bound[0].file, "layers/functional/layers/conv2d/vars/0");
	ck_assert_str_eq(b.bound[7].file, "layers/functional/layers/conv2d_1/vars/0");
	ck_assert_str_eq(b.bound[11].file, "layers/functional/layers/batch_normalization_1/vars/2");
	ck_assert_int_eq(b.bound[12].param, -1);
	ck_assert_str_eq(b.bound[12].file, "layers/dense/vars/0");
	weights_close(f);
}
END_TEST

static const struct { const char *name; int matched, missing, misfits, left; const char *words; }
partial[] = {
	{ "short.h5", 9, 3, 0, 0, "3 of 12 parameters are not in the file: project_bn/beta [6], "
		"project_bn/moving_mean [6], project_bn/moving_variance [6]; bound by name: the file has "
		"4 layers with weights, this part of the network 5; " },
	{ "turned.h5", 11, 0, 1, 0, "1 of 12 parameters have another shape in the file: project/kernel "
		"is [1,1,4,6] in the network and [6,4,1,1] in the file (project/project/kernel:0); bound "
		"by name; " },
	{ "extra.h5", 12, 0, 0, 1, "1 of 13 tensors of the file have no place in the network: "
		"more/more/kernel:0 [2,2]; " },
	{ "bias.h5", 12, 0, 0, 1, "1 of 13 tensors of the file have no place in the network: "
		"stem/stem/bias:0 [4]; " },
	{ "one.h5", 1, 11, 0, 0, "11 of 12 parameters are not in the file: stem_bn/gamma [4], "
		"stem_bn/beta [4], stem_bn/moving_mean [4] and 8 more; " },
};

START_TEST(what_does_not_fit_is_told_with_names_and_shapes)
{
	struct weights_binding b;
	struct err e = ERR_INIT;
	struct weights_file *f = small_weights(&small, partial[_i].name);
	weights_bind(small.tiny.arena, f, &small.target, &b);
	ck_assert_int_eq(b.matched, partial[_i].matched);
	ck_assert_int_eq(b.missing, partial[_i].missing);
	ck_assert_int_eq(b.misfits, partial[_i].misfits);
	ck_assert_int_eq(b.left, partial[_i].left);
	ck_assert_int_eq(weights_check(f, &small.target, &b, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, partial[_i].words) &&
		strstr(e.message, f->path) == e.message, "%s", e.message);
	weights_close(f);
}
END_TEST

START_TEST(a_head_in_the_target_is_bound_as_well)
{
	struct weights_binding b;
	struct err e = ERR_INIT;
	small.target.nodes = small.tiny.net->nodes;
	static const char *const names[] = { "flat.weights.h5", "nested.h5", "old_names_head.h5",
		"split.h5" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct weights_file *f = small_weights(&small, names[i]);
		weights_bind(small.tiny.arena, f, &small.target, &b);
		ck_assert_int_eq(b.matched, 14);
		ck_assert_int_eq(b.left, 0);
		ck_assert_msg(weights_check(f, &small.target, &b, &e) == OK, "%s", e.message);
		weights_close(f);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_not_copied)
{
	struct weights_binding b;
	struct weights_file *f = small_weights(&small, "turned.h5");
	float *const block = tiny_floats(small.tiny.arena, small.tiny.net->floats);
	const float *const kernel = block + small.tiny.net->param[7].offset;
	const float *const gamma = block + small.tiny.net->param[1].offset;
	ck_assert_str_eq(small.tiny.net->param[7].name, "project/kernel");
	weights_bind(small.tiny.arena, f, &small.target, &b);
	weights_apply(&small.target, &b, block);
	ck_assert(kernel[0] != kernel[0]);
	ck_assert(gamma[0] == 13.0f / 4 - 8);
	weights_close(f);
}
END_TEST

Suite *
suite_binding(void)
{
	Suite *s = suite_create("binding");
	TCase *c = tcase_create("binding");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, older_names_bind_by_name);
	tcase_add_test(c, the_list_is_by_parameter_and_then_what_is_left);
	tcase_add_loop_test(c, what_does_not_fit_is_told_with_names_and_shapes, 0,
		sizeof partial / sizeof partial[0]);
	tcase_add_test(c, a_head_in_the_target_is_bound_as_well);
	tcase_add_test(c, what_does_not_fit_is_not_copied);
	suite_add_tcase(s, c);
	return s;
}
