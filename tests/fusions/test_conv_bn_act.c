/* conv_bn_act: where it matches, and that with it everything is as without. */
#include <check.h>

#include "fusions/folded.h"
#include "fusions/suites.h"

#define BN "  - batch_normalization\n"
#define ACT(word) "  - activation: {activation: " #word "}\n"

static const struct folded_net nets[] = {
	/* the stem of MobileNetV2 */
	{ "  - conv2d: {filters: 32, kernel_size: 3, strides: 2, padding: same, use_bias: false}\n" BN
		"  - re_lu: {max_value: 6}\n", 32, 32, 3, 1 },
	{ "  - conv2d: {filters: 5, kernel_size: 3, strides: 2, padding: same}\n" BN, 19, 33, 3, 1 },
	{ "  - conv2d: {filters: 40, kernel_size: 1}\n" BN ACT(relu), 5, 7, 17, 1 },
	{ "  - conv2d: {filters: 130, kernel_size: 1, strides: 2}\n" BN ACT(tanh), 3, 3, 70,
		1 },
	{ "  - zero_padding2d: {padding: [[0, 1], [2, 3]]}\n"
		"  - conv2d: {filters: 7, kernel_size: [2, 5], padding: same}\n" BN "  - re_lu\n", 9, 11, 4,
		1 },
	{ "  - conv2d: {filters: 6, kernel_size: 3, dilation_rate: 2}\n" BN
		"  - re_lu: {max_value: 1, negative_slope: 0.5}\n", 14, 14, 3, 1 },
	{ "  - zero_padding2d: {padding: 3}\n  - conv2d: {filters: 4, kernel_size: 1}\n"
		"  - batch_normalization: {center: false, epsilon: 0.1}\n", 2, 2, 3, 1 },
	{ "  - depthwise_conv2d: {kernel_size: 3, padding: same}\n" BN "  - re_lu: {max_value: 1}\n", 9,
		12, 21, 1 },
	{ "  - zero_padding2d: {padding: [[0, 1], [0, 1]]}\n"
		"  - depthwise_conv2d: {kernel_size: 3, strides: 2}\n" BN "  - re_lu\n", 12, 7, 40, 1 },
	{ "  - zero_padding2d: {padding: 5}\n"
		"  - depthwise_conv2d: {kernel_size: 3, strides: 2, padding: same}\n" BN, 2, 3, 5, 1 },
	{ "  - depthwise_conv2d: {kernel_size: 5, padding: same, depth_multiplier: 2}\n"
		"  - batch_normalization: {scale: false}\n" ACT(silu), 6, 6, 5, 1 },
	{ "  - depthwise_conv2d: {kernel_size: 3, padding: same, strides: [1, 2]}\n" BN "  - re_lu\n",
		8, 8, 5, 1 },
	{ "  - depthwise_conv2d: {kernel_size: 3, padding: same}\n" BN ACT(elu), 1, 1, 3, 1 },
	/* two in a row; what a third layer reads ends one */
	{ "  - conv2d: {filters: 8, kernel_size: 3}\n" BN "  - re_lu\n"
		"  - conv2d: {filters: 9, kernel_size: 1}\n" BN, 12, 10, 2, 2 },
	{ "  - conv2d: {filters: 8, kernel_size: 3, padding: same}\n"
		"  - batch_normalization: {name: a}\n  - re_lu: {name: b}\n  - add: {from: [a, b]}\n", 6, 6,
		2, 1 },
};
enum { NETS = sizeof nets / sizeof *nets };

static const struct folded_net others[] = {
	{ "  - conv2d: {filters: 8, kernel_size: 3, groups: 2}\n" BN, 6, 6, 2, 0 },
	{ "  - conv2d: {filters: 8, kernel_size: 3, activation: relu}\n" BN, 6, 6, 2, 0 },
	{ "  - conv2d: {filters: 8, kernel_size: 3}\n  - re_lu\n", 6, 6, 2, 0 },
	{ "  - conv2d: {filters: 8, kernel_size: 3, name: a}\n" BN "  - add: {from: [a, "
		"batch_normalization]}\n", 6, 6, 2, 0 },
	{ "  - zero_padding2d\n" BN, 6, 6, 2, 0 },
};

START_TEST(it_matches_what_it_can_do)
{
	ck_assert_int_eq(folded_count(&nets[_i], "conv_bn_act", false), nets[_i].fused);
}
END_TEST

START_TEST(other_chains_do_not_match)
{
	ck_assert_int_eq(folded_count(&others[_i], "conv_bn_act", false), 0);
}
END_TEST

START_TEST(in_training_only_what_is_fixed_is_folded)
{
	const struct folded_net trained = { "  - conv2d: {filters: 4, kernel_size: 1}\n" BN, 3, 3, 2,
		0 };
	const struct folded_net frozen = {
		"  - conv2d: {filters: 4, kernel_size: 1, trainable: false}\n"
		"  - batch_normalization: {trainable: false}\n"
		"  - conv2d: {filters: 4, kernel_size: 1}\n"
		"  - batch_normalization: {trainable: false}\n", 3, 3, 2, 1 };
	ck_assert_int_eq(folded_count(&trained, "conv_bn_act", true), 0);
	ck_assert_int_eq(folded_count(&frozen, "conv_bn_act", true), 1);
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
suite_conv_bn_act(void)
{
	Suite *s = suite_create("fusions: conv_bn_act");
	TCase *c = tcase_create("conv_bn_act");
	tcase_add_loop_test(c, it_matches_what_it_can_do, 0, NETS);
	tcase_add_loop_test(c, other_chains_do_not_match, 0, sizeof others / sizeof *others);
	tcase_add_test(c, in_training_only_what_is_fixed_is_folded);
	tcase_add_loop_test(c, with_and_without_it_logits_are_equal, 0, NETS);
	tcase_add_loop_test(c, its_bits_do_not_depend_on_threads_or_instruction_set, 0, NETS);
	tcase_add_loop_test(c, its_bits_do_not_depend_on_the_batch, 0, NETS);
	suite_add_tcase(s, c);
	return s;
}
