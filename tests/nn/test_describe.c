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
	plan_describe(describe_plan(&t, PLAN_TRAIN), &s);
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
	plan_json(p, &j);
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

Suite *
suite_describe(void)
{
	Suite *s = suite_create("nn: describe");
	TCase *c = tcase_create("describe");
	tcase_add_test(c, the_text_lists_layers_prefix_and_memory);
	tcase_add_test(c, the_json_says_the_same);
	suite_add_tcase(s, c);
	return s;
}
