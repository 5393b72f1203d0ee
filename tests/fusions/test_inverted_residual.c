/* inverted_residual: where it matches, and that with it everything is as without. */
#include <check.h>

#include "fusions/folded.h"
#include "fusions/suites.h"

#define BN "  - batch_normalization\n"
#define RELU6 "  - re_lu: {max_value: 6}\n"
#define EXPAND(n) "  - conv2d: {filters: " #n ", kernel_size: 1, use_bias: false}\n" BN RELU6
#define ACT(word) "  - activation: {activation: " #word "}\n"
#define DEPTHWISE                                                                                  \
	"  - depthwise_conv2d: {kernel_size: 3, padding: same, use_bias: false}\n" BN RELU6
#define SHRINK                                                                                     \
	"  - zero_padding2d: {padding: [[0, 1], [0, 1]]}\n"                                            \
	"  - depthwise_conv2d: {kernel_size: 3, strides: 2, use_bias: false}\n" BN RELU6
#define PROJECT(n)                                                                                 \
	"  - conv2d: {filters: " #n ", kernel_size: 1, use_bias: false}\n"                             \
	"  - batch_normalization: {name: out}\n"
#define START "  - rescaling: {scale: 1, name: start}\n"
#define ADD "  - add: {from: [start, out]}\n"

static const struct folded_net nets[] = {
	{ START EXPAND(96) DEPTHWISE PROJECT(16) ADD, 8, 8, 16, 1 },
	{ START EXPAND(144) DEPTHWISE PROJECT(24) "  - add: {from: [out, start]}\n", 5, 7, 24, 1 },
	{ EXPAND(96) SHRINK PROJECT(24), 16, 16, 16, 1 },
	{ EXPAND(40) SHRINK PROJECT(9), 7, 9, 5, 1 },
	{ DEPTHWISE PROJECT(16), 10, 6, 32, 1 },
	{ START DEPTHWISE PROJECT(21) ADD, 3, 3, 21, 1 },
	{ START EXPAND(200) DEPTHWISE PROJECT(33) ADD, 1, 1, 33, 1 },
	{ START EXPAND(70) DEPTHWISE PROJECT(20) ADD, 2, 2, 20, 1 },
	{ START EXPAND(20) DEPTHWISE PROJECT(4) ADD, 4, 4, 4, 1 },
	{ EXPAND(60) SHRINK PROJECT(10), 2, 2, 10, 1 },
	/* bands of rows */
	{ START EXPAND(18) DEPTHWISE PROJECT(3) ADD, 40, 34, 3, 1 },
	{ EXPAND(18) SHRINK PROJECT(4), 41, 40, 3, 1 },
	/* more padding than the kernel sees; other activations that are limits; biases */
	{ "  - conv2d: {filters: 12, kernel_size: 1}\n" BN
		"  - zero_padding2d: {padding: [[4, 1], [3, 2]]}\n"
		"  - depthwise_conv2d: {kernel_size: 3}\n" BN ACT(relu) PROJECT(5), 4, 5, 3, 1 },
	/* two blocks; what a block gives has two readers */
	{ START EXPAND(18) DEPTHWISE PROJECT(3) "  - add: {from: [start, out], name: a}\n" EXPAND(18)
		DEPTHWISE "  - conv2d: {filters: 3, kernel_size: 1}\n  - batch_normalization: {name: b}\n"
		"  - add: {from: [a, b]}\n", 6, 6, 3, 2 },
};
enum { NETS = sizeof nets / sizeof *nets };

/* Of these only parts are done in one step. */
static const struct folded_net others[] = {
	{ EXPAND(12) "  - depthwise_conv2d: {kernel_size: 5, padding: same}\n" BN PROJECT(3), 6, 6, 3,
		3 },
	{ EXPAND(12) "  - depthwise_conv2d: {kernel_size: 3, depth_multiplier: 2}\n" BN PROJECT(3), 6,
		6, 3, 3 },
	{ "  - conv2d: {filters: 12, kernel_size: 1}\n" BN ACT(silu) DEPTHWISE
		"  - conv2d: {filters: 3, kernel_size: 3}\n" BN, 6, 6, 3, 3 },
	{ EXPAND(12) DEPTHWISE PROJECT(3) "  - re_lu\n", 6, 6, 3, 3 },
};

START_TEST(it_matches_what_it_can_do)
{
	ck_assert_int_eq(folded_count(&nets[_i], "inverted_residual", false), nets[_i].fused);
	ck_assert_int_eq(folded_count(&nets[_i], "inverted_residual", true), 0);
}
END_TEST

START_TEST(other_chains_are_left_to_conv_bn_act)
{
	ck_assert_int_eq(folded_count(&others[_i], "inverted_residual", false), 0);
	ck_assert_int_eq(folded_count(&others[_i], "conv_bn_act", false), others[_i].fused);
	folded_equals_layers(&others[_i]);
}
END_TEST

START_TEST(a_sum_of_something_else_is_not_its_own)
{
	const struct folded_net net = { START "  - re_lu: {name: other}\n" EXPAND(18) DEPTHWISE
		PROJECT(3) ADD, 6, 6, 3, 1 };
	ck_assert_int_eq(folded_count(&net, "inverted_residual", false), 1);
	folded_equals_layers(&net);
}
END_TEST

START_TEST(with_and_without_it_logits_are_equal)
{
	folded_equals_layers(&nets[_i]);
}
END_TEST

START_TEST(its_bits_do_not_depend_on_threads_or_instruction_set)
{
	folded_same_everywhere(&nets[_i]);
}
END_TEST

START_TEST(its_bits_do_not_depend_on_the_batch)
{
	folded_same_in_any_batch(&nets[_i]);
}
END_TEST

Suite *
suite_inverted_residual(void)
{
	Suite *s = suite_create("fusions: inverted_residual");
	TCase *c = tcase_create("inverted_residual");
	tcase_add_loop_test(c, it_matches_what_it_can_do, 0, NETS);
	tcase_add_loop_test(c, other_chains_are_left_to_conv_bn_act, 0, sizeof others / sizeof *others);
	tcase_add_test(c, a_sum_of_something_else_is_not_its_own);
	tcase_add_loop_test(c, with_and_without_it_logits_are_equal, 0, NETS);
	tcase_add_loop_test(c, its_bits_do_not_depend_on_threads_or_instruction_set, 0, NETS);
	tcase_add_loop_test(c, its_bits_do_not_depend_on_the_batch, 0, NETS);
	suite_add_tcase(s, c);
	return s;
}
