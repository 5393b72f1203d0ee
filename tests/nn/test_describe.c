/* The network and its plan as text and as JSON. */
#include <check.h>
#include <string.h>

#include "nn/suites.h"
#include "support/tiny.h"
#include "tlrun/json.h"

static const char describe_net[] =
	"  - conv2d: {filters: 32, kernel_size: 3, padding: same, trainable: false}\n"
	"  - re_lu: {max_value: 6}\n"
	"  - max_pooling2d: {pool_size: 2}\n"
	"  - flatten\n"
	"  - dense: {units: 64, activation: relu}\n"
	"  - dense: {units: num_classes, activation: softmax}\n";

static struct plan *
describe_plan(struct tiny *t, enum plan_purpose purpose)
{
	const struct plan_options o = { .purpose = purpose, .batch = 8, .fuse = true };
	tiny_open(t, describe_net, SHAPE4(0, 16, 16, 3), 10, 8);
	return plan_make(t->arena, t->net, &o);
}

START_TEST(the_text_lists_layers_prefix_and_memory)
{
	struct tiny t;
	struct str s = STR_INIT;
	plan_describe(describe_plan(&t, PLAN_TRAIN), NULL, 0, &s);
	const char *want =
		"#  layer          kind            output        parameters  multiply-adds  trained\n"
		"1  conv2d         conv2d          [n,16,16,32]         896        221,184  no\n"
		"2  re_lu          re_lu           [n,16,16,32]           0              0\n"
		"3  max_pooling2d  max_pooling2d   [n,8,8,32]             0              0\n"
		"4  flatten        flatten         [n,2048]               0              0\n"
		"5  dense          dense, relu     [n,64]           131,136        131,072  yes\n"
		"6  dense_1        dense, softmax  [n,10]               650            640  yes\n"
		"\n"
		"132,682 parameters, 131,786 of them trained; 352,896 multiply-adds an image\n"
		"frozen: the first 4 of 7 steps, up to flatten\n"
		"memory for batches of 8\n"
		"  parameters 518.3 KiB\n"
		"  their gradients 514.8 KiB\n"
		"  activations and their gradients ";
	ck_assert_msg(strncmp(str_text(&s), want, strlen(want)) == 0, "%s", str_text(&s));
	str_free(&s);
	tiny_close(&t);
}
END_TEST

START_TEST(the_json_says_the_same)
{
	struct tiny t;
	struct str s = STR_INIT;
	struct json j;
	struct err e = ERR_INIT;
	json_t *root;
	const struct plan *p = describe_plan(&t, PLAN_EVALUATE);
	json_begin(&j, &s);
	json_open_object(&j, NULL);
	plan_json(p, NULL, 0, &j);
	json_close(&j);
	json_finish(&j);
	ck_assert_msg(json_parse("plan", s.data, s.len, &root, ERR_FAILED, &e) == OK, "%s", e.message);
	const json_t *layers = json_object_get(root, "layers"), *dense = json_array_get(layers, 4);
	ck_assert_uint_eq(json_array_size(layers), 6);
	ck_assert_str_eq(json_string_value(json_object_get(root, "input")), "[n,16,16,3]");
	ck_assert_str_eq(json_string_value(json_object_get(dense, "name")), "dense");
	ck_assert_str_eq(json_string_value(json_object_get(dense, "activation")), "relu");
	ck_assert_str_eq(json_string_value(json_object_get(dense, "output")), "[n,64]");
	ck_assert_int_eq(json_integer_value(json_object_get(dense, "parameters")), 131136);
	ck_assert(json_is_false(json_object_get(json_array_get(layers, 0), "trainable")));
	ck_assert_int_eq(json_integer_value(json_object_get(root, "parameters")), 132682);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "trainable_parameters")), 131786);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "frozen_steps")), 4);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "activation_bytes")),
		(int)p->scratch);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "gradient_bytes")), 0);
	json_decref(root);
	str_free(&s);
	tiny_close(&t);
}
END_TEST

/* The rest and the prefix that was cut off it, for 45,000 images. */
static struct plan *
describe_prefix(struct tiny *t, struct plan **rest)
{
	struct plan_options o = { .purpose = PLAN_TRAIN, .batch = 8, .fuse = true };
	tiny_open(t, describe_net, SHAPE4(0, 16, 16, 3), 10, 8);
	o.first = t->net->cut;
	*rest = plan_make(t->arena, t->net, &o);
	return plan_make(t->arena, t->net, &(struct plan_options){ .purpose = PLAN_EVALUATE,
		.batch = 8, .fuse = true, .last = t->net->cut });
}

START_TEST(the_text_says_what_is_computed_once)
{
	struct tiny t;
	struct plan *rest;
	struct str s = STR_INIT;
	const struct plan *prefix = describe_prefix(&t, &rest);
	plan_describe(rest, prefix, 45000, &s);
	ck_assert_msg(strstr(str_text(&s), "\nfrozen prefix, computed once: 4 of 6 layers, up to "
		"flatten [n,2048]; the features of 45,000 images take 351.6 MiB on disk\n") != NULL, "%s",
		str_text(&s));
	ck_assert_ptr_nonnull(strstr(str_text(&s),
		"memory for batches of 8\n  parameters 518.3 KiB\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&s), "memory of the prefix for batches of 8\n"
		"  activations "));
	ck_assert_ptr_null(strstr(str_text(&s), "frozen: the first"));
	ck_assert_double_eq(plan_feature_bytes(t.net, 45000), 45000.0 * 2048 * 4);
	str_free(&s);
	tiny_close(&t);
}
END_TEST

START_TEST(the_json_says_what_is_computed_once)
{
	struct tiny t;
	struct plan *rest;
	struct str s = STR_INIT;
	struct json j;
	struct err e = ERR_INIT;
	json_t *root;
	const struct plan *prefix = describe_prefix(&t, &rest);
	json_begin(&j, &s);
	json_open_object(&j, NULL);
	plan_json(rest, prefix, 45000, &j);
	json_close(&j);
	json_finish(&j);
	ck_assert_msg(json_parse("plan", s.data, s.len, &root, ERR_FAILED, &e) == OK, "%s", e.message);
	const json_t *p = json_object_get(root, "prefix");
	ck_assert_int_eq(json_integer_value(json_object_get(p, "layers")), 4);
	ck_assert_str_eq(json_string_value(json_object_get(p, "last")), "flatten");
	ck_assert_int_eq(json_integer_value(json_object_get(p, "feature_bytes")), 45000LL * 2048 * 4);
	ck_assert_int_eq(json_integer_value(json_object_get(p, "folded_bytes")), (int)prefix->folded);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "steps")), rest->steps);
	json_decref(root);
	str_free(&s);
	tiny_close(&t);
}
END_TEST

Suite *
suite_describe(void)
{
	Suite *s = suite_create("nn: describe");
	TCase *c = tcase_create("describe");
	tcase_add_test(c, the_text_lists_layers_prefix_and_memory);
	tcase_add_test(c, the_json_says_the_same);
	tcase_add_test(c, the_text_says_what_is_computed_once);
	tcase_add_test(c, the_json_says_what_is_computed_once);
	suite_add_tcase(s, c);
	return s;
}
