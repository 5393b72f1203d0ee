/* Building networks: names, wiring, parameters, and every refusal word for word. */
#include <check.h>
#include <limits.h>
#include <string.h>

#include "nn/suites.h"
#include "support/tiny.h"

static const struct shape net_input = { 4, { 0, 8, 8, 3 } };

/* ---- refusals ---- */

static const struct { const char *yaml, *errors; } net_refused[] = {
	{ "  - conv2d: {filters: 8, kernel_size: 3}\n"
	  "  - dense: {units: num_classes, activation: softmax}\n",
		"net.yaml:3:5: error: dense: input [n,6,6,8] from conv2d is not flat; put flatten or "
		"global_average_pooling2d before this layer\n"
		"    3 |   - dense: {units: num_classes, activation: softmax}\n"
		"      |     ^~~~~\n" },
	{ "  - conv2d: {filters: 8, kernel_size: 9}\n  - flatten\n"
	  "  - dense: {units: num_classes, activation: softmax}\n",
		"net.yaml:2:5: error: conv2d: a window of 9x9 does not fit in [n,8,8,3] from input; "
		"padding: same "
		"would\n"
		"    2 |   - conv2d: {filters: 8, kernel_size: 9}\n"
		"      |     ^~~~~~\n" },
	{ "  - flatten\n  - dense: {units: num_classes}\n",
		"net.yaml:3:5: error: the network must end in a softmax; dense, its last layer, gives no "
		"probabilities\n"
		"    3 |   - dense: {units: num_classes}\n"
		"      |     ^~~~~  activation: softmax\n" },
	{ "  - flatten\n  - dense: {units: num_classes}\n  - dropout: {rate: 0.5}\n",
		"net.yaml:4:5: error: the network must end in a softmax; dropout, its last layer, gives no "
		"probabilities\n"
		"    4 |   - dropout: {rate: 0.5}\n"
		"      |     ^~~~~~~  - softmax as the last layer\n" },
	{ "  - flatten\n  - dense: {units: 5, activation: softmax}\n",
		"net.yaml:3:5: error: the last layer, dense, gives [n,5], and 10 classes need [n,10]\n"
		"    3 |   - dense: {units: 5, activation: softmax}\n"
		"      |     ^~~~~  dense: {units: num_classes, activation: softmax} as the last layer\n" },
	{ "  - flatten\n  - conv2d: {filters: 8, kernel_size: 3}\n  - flatten\n  - dense: {units: "
		"num_classes}\n"
	  "  - softmax\n",
		"net.yaml:3:5: error: conv2d: input [n,192] from flatten is flat; this layer takes images "
		"[n,h,w,c]\n"
		"    3 |   - conv2d: {filters: 8, kernel_size: 3}\n"
		"      |     ^~~~~~\n" },
	{ "  - flatten: {name: a}\n  - dense: {units: num_classes, name: a}\n  - softmax\n",
		"net.yaml:3:5: error: two layers are called \"a\"; the first is in line 2\n"
		"    3 |   - dense: {units: num_classes, name: a}\n"
		"      |     ^~~~~  choose another name\n" },
	{ "  - flatten: {name: dense}\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:3:5: error: two layers are called \"dense\"; the first is in line 2\n"
		"    3 |   - dense: {units: num_classes}\n"
		"      |     ^~~~~  choose another name\n" },
	{ "  - flatten\n  - dense: {units: num_classes, name: input}\n  - softmax\n",
		"net.yaml:3:5: error: input is the network's input, no layer\n"
		"    3 |   - dense: {units: num_classes, name: input}\n"
		"      |     ^~~~~  choose another name\n" },
	{ "  - flatten: {name: stem}\n  - dense: {units: num_classes, from: stam}\n  - softmax\n",
		"net.yaml:3:39: error: from: no earlier layer is called \"stam\"\n"
		"    3 |   - dense: {units: num_classes, from: stam}\n"
		"      |                                       ^~~~  did you mean \"stem\"?\n" },
	{ "  - flatten: {from: dense}\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:2:21: error: \"dense\" comes later\n"
		"    2 |   - flatten: {from: dense}\n"
		"      |                     ^~~~~  a layer reads earlier ones\n" },
	{ "  - flatten: {from: flatten}\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:2:21: error: \"flatten\" is this layer itself\n"
		"    2 |   - flatten: {from: flatten}\n"
		"      |                     ^~~~~~~  a layer reads earlier ones\n" },
	{ "  - conv2d: {filters: 8, kernel_size: 3}\n"
	  "  - conv2d: {filters: 4, kernel_size: 1, name: b}\n"
	  "  - add: {from: [conv2d, b]}\n  - flatten\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:4:5: error: add: inputs differ: [n,6,6,8] from conv2d and [n,6,6,4] from b\n"
		"    4 |   - add: {from: [conv2d, b]}\n"
		"      |     ^~~\n" },
	{ "  - add\n  - flatten\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:2:5: error: add reads 2 or more layers, not 1\n"
		"    2 |   - add\n"
		"      |     ^~~  name them: {from: [a, b]}\n" },
	{ "  - re_lu\n  - subtract: {from: [re_lu, input, re_lu]}\n  - flatten\n"
	  "  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:3:5: error: subtract reads 2 layers, not 3\n"
		"    3 |   - subtract: {from: [re_lu, input, re_lu]}\n"
		"      |     ^~~~~~~~  name them: {from: [a, b]}\n" },
	{ "  - re_lu\n  - flatten: {from: [re_lu, input]}\n  - dense: {units: num_classes}\n  - "
		"softmax\n",
		"net.yaml:3:5: error: flatten reads one layer, not 2\n"
		"    3 |   - flatten: {from: [re_lu, input]}\n"
		"      |     ^~~~~~~  add or concatenate joins several layers into one\n" },
	{ "  - re_lu\n  - flatten: {from: input}\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:2:5: error: nobody reads the output of re_lu\n"
		"    2 |   - re_lu\n"
		"      |     ^~~~~  name it in a later layer's from, or remove it\n" },
	{ "  - max_pooling2d\n  - concatenate: {from: [max_pooling2d, input]}\n  - flatten\n"
	  "  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:3:5: error: concatenate: inputs differ in more than channels: [n,4,4,3] from "
		"max_pooling2d and [n,8,8,3] from input\n"
		"    3 |   - concatenate: {from: [max_pooling2d, input]}\n"
		"      |     ^~~~~~~~~~~\n" },
	{ "  - re_lu\n  - concatenate: {from: [re_lu, input], axis: 1}\n  - flatten\n"
	  "  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:3:5: error: concatenate: axis: 1; only the last axis (-1 or 3) can be joined\n"
		"    3 |   - concatenate: {from: [re_lu, input], axis: 1}\n"
		"      |     ^~~~~~~~~~~\n" },
	{ "  - rescaling: {scale: [1, 2]}\n  - flatten\n  - dense: {units: num_classes}\n  - softmax\n",
		"net.yaml:2:5: error: rescaling: scale has 2 numbers; input [n,8,8,3] from input has 3 "
		"channels\n"
		"    2 |   - rescaling: {scale: [1, 2]}\n"
		"      |     ^~~~~~~~~\n" },
	/* All at once, and what follows from an error is not reported again. */
	{ "  - conv2d: {filters: 8, kernel_size: 3, groups: 2}\n"
	  "  - conv2d: {filters: 8, kernel_size: 3, from: input, strides: 2, dilation_rate: 2}\n"
	  "  - add: {from: [conv2d, conv2d_1]}\n  - flatten\n  - dense: {units: num_classes}\n",
		"net.yaml:2:5: error: conv2d: groups: 2 does not divide both the 3 input channels of "
		"[n,8,8,3] and "
		"the 8 filters\n"
		"    2 |   - conv2d: {filters: 8, kernel_size: 3, groups: 2}\n"
		"      |     ^~~~~~\n"
		"net.yaml:3:5: error: conv2d_1: strides and dilation_rate are both above 1; one of them "
		"must be 1\n"
		"    3 |   - conv2d: {filters: 8, kernel_size: 3, from: input, strides: 2, dilation_rate: "
		"2}\n"
		"      |     ^~~~~~\n"
		"net.yaml:6:5: error: the network must end in a softmax; dense, its last layer, gives no "
		"probabilities\n"
		"    6 |   - dense: {units: num_classes}\n"
		"      |     ^~~~~  activation: softmax\n" },
	/* Values of layers' arguments. */
	{ "  - flatten\n  - dense: {units: 3, kernel_initializer: he_norml, bias_regularizer: l1_l2}\n",
		"net.yaml:3:43: error: unknown initializer \"he_norml\"\n"
		"    3 |   - dense: {units: 3, kernel_initializer: he_norml, bias_regularizer: l1_l2}\n"
		"      |                                           ^~~~~~~~  did you mean \"he_normal\"?\n"
		"net.yaml:3:71: error: l1_l2 alone has no strength\n"
		"    3 |   - dense: {units: 3, kernel_initializer: he_norml, bias_regularizer: l1_l2}\n"
		"      |                                                                       ^~~~~  "
		"write {l1: 0.01, "
		"l2: 0.01}\n" },
	{ "  - dense: {units: 3, bias_initializer: {type: uniform, minval: 1}, bias_regularizer: l3}\n",
		"net.yaml:2:41: error: minval is above maxval\n"
		"    2 |   - dense: {units: 3, bias_initializer: {type: uniform, minval: 1}, "
		"bias_regularizer: l3}\n"
		"      |                                         ^~~~~~~~~~~~~~~~~~~~~~~~~~  swap them\n"
		"net.yaml:2:87: error: l3 is no regularizer\n"
		"    2 |   - dense: {units: 3, bias_initializer: {type: uniform, minval: 1}, "
		"bias_regularizer: l3}\n"
		"      |                                                                                   "
		"    ^~  "
		"l1, l2, or {l1: 0.01, l2: 0.01}\n" },
	{ "  - dense: {units: 3, kernel_regularizer: {l2: -1}}\n",
		"net.yaml:2:48: error: l2 must be a number of 0 or more, found -1\n"
		"    2 |   - dense: {units: 3, kernel_regularizer: {l2: -1}}\n"
		"      |                                                ^~\n" },
};
enum { NET_REFUSED = sizeof net_refused / sizeof *net_refused };

START_TEST(refusals_say_where_and_how_to_cure)
{
	struct tiny t;
	struct str s = STR_INIT;
	tiny_build(&t, net_refused[_i].yaml, net_input, 10, 4);
	ck_assert_ptr_null(t.net);
	diags_format(t.diags, false, &s);
	ck_assert_str_eq(str_text(&s), net_refused[_i].errors);
	str_free(&s);
	tiny_close(&t);
}
END_TEST

START_TEST(no_layers_are_refused)
{
	struct tiny t;
	struct str s = STR_INIT;
	const struct kind_list none = { 0, NULL };
	tiny_open(&t, "  - flatten\n  - dense: {units: 10}\n  - softmax\n", net_input, 10, 4);
	ck_assert_ptr_null(net_build(&t.reader, &(struct net_request){ .layers = &none,
		.input = net_input, .num_classes = 10, .batch = 4 }));
	diags_format(t.diags, false, &s);
	ck_assert_str_eq(str_text(&s), "error: the network has no layers\n");
	str_free(&s);
	tiny_close(&t);
}
END_TEST

START_TEST(tensors_that_the_kernels_cannot_count_are_refused)
{
	struct tiny t;
	struct str s = STR_INIT;
	tiny_build(&t, "  - zero_padding2d: {padding: 1000}\n  - flatten\n  - dense: {units: 10}\n  - "
		"softmax\n",
		net_input, 10, 100000);
	ck_assert_ptr_null(t.net);
	diags_format(t.diags, false, &s);
	ck_assert_ptr_nonnull(strstr(str_text(&s),
		"zero_padding2d: output [n,2008,2008,3] is too large for batches of 100000"));
	str_free(&s);
	tiny_close(&t);
}
END_TEST

/* ---- names, wiring, parameters ---- */

static const char net_branches[] =
	"  - conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu, name: stem}\n"
	"  - conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu, trainable: false}\n"
	"  - conv2d: {filters: 4, kernel_size: 1, kernel_regularizer: l2}\n"
	"  - add: {from: [stem, conv2d_1]}\n"
	"  - batch_normalization: {scale: false}\n"
	"  - concatenate: {from: [batch_normalization, input]}\n"
	"  - global_average_pooling2d\n"
	"  - dense: {units: num_classes, activation: softmax}\n";

START_TEST(names_are_kerass_and_from_means_the_activated_output)
{
	static const char *const names[] = {
		"stem", "stem/relu", "conv2d", "conv2d/relu", "conv2d_1", "add", "batch_normalization",
		"concatenate", "global_average_pooling2d", "dense", "dense/softmax",
	};
	struct tiny t;
	tiny_open(&t, net_branches, net_input, 10, 4);
	const struct net *net = t.net;
	ck_assert_int_eq(net->nodes, 11);
	for (int i = 0; i < net->nodes; i++) ck_assert_str_eq(net->node[i].layer.name, names[i]);
	ck_assert_int_eq(net->node[0].input[0], NET_INPUT);
	ck_assert_int_eq(net->node[2].input[0], 1);
	ck_assert_int_eq(net->node[5].inputs, 2);
	ck_assert_int_eq(net->node[5].input[0], 1);
	ck_assert_int_eq(net->node[5].input[1], 4);
	ck_assert_int_eq(net->node[7].input[1], NET_INPUT);
	ck_assert(net->node[1].inner && net->node[10].inner && !net->node[9].inner);
	ck_assert_int_eq(net->logits, 9);
	ck_assert(net->softmax && !net->log_softmax);
	tiny_close(&t);
}
END_TEST

START_TEST(parameters_lie_trained_ones_first_on_whole_lines)
{
	static const struct { const char *name; size_t count; bool trainable; double l2; } want[] = {
		{ "stem/kernel", 108, true, 0 }, { "stem/bias", 4, true, 0 },
		{ "conv2d/kernel", 144, false, 0 }, { "conv2d/bias", 4, false, 0 },
		{ "conv2d_1/kernel", 16, true, 0.01 }, { "conv2d_1/bias", 4, true, 0 },
		{ "batch_normalization/beta", 4, true, 0 },
		{ "batch_normalization/moving_mean", 4, false, 0 },
		{ "batch_normalization/moving_variance", 4, false, 0 },
		{ "dense/kernel", 70, true, 0 }, { "dense/bias", 10, true, 0 },
	};
	enum { COUNT = sizeof want / sizeof *want };
	struct tiny t;
	size_t end[2] = { 0, 0 };
	tiny_open(&t, net_branches, net_input, 10, 4);
	const struct net *net = t.net;
	ck_assert_int_eq(net->params, COUNT);
	end[0] = net->trainable_floats;
	for (int i = 0; i < COUNT; i++) {
		const struct net_param *p = &net->param[i];
		ck_assert_str_eq(p->name, want[i].name);
		ck_assert_uint_eq(p->count, want[i].count);
		ck_assert_int_eq(p->trainable, want[i].trainable);
		ck_assert_double_eq(p->regularizer.l2, want[i].l2);
		ck_assert_uint_eq(p->offset, end[p->trainable]);
		ck_assert_uint_eq(p->offset % 16, 0);
		ck_assert_int_eq(net->node[p->node].param[p->index], i);
		end[p->trainable] += (p->count + 15) / 16 * 16;
	}
	ck_assert_uint_eq(end[1], net->trainable_floats);
	ck_assert_uint_eq(end[0], net->floats);
	ck_assert_int_eq(net->trainable_count, 108 + 4 + 16 + 4 + 4 + 70 + 10);
	ck_assert_int_eq(net->frozen_count, 144 + 4 + 4 + 4);
	tiny_close(&t);
}
END_TEST

START_TEST(a_frozen_layer_loses_its_penalty)
{
	struct tiny t;
	tiny_open(&t, "  - flatten\n  - dense: {units: 10, kernel_regularizer: {l1: 0.5, l2: 2}, "
		"trainable: false}\n"
		"  - dense: {units: 10, kernel_regularizer: {l1: 0.5, l2: 2}, activation: softmax}\n",
		net_input, 10, 4);
	ck_assert_double_eq(t.net->param[0].regularizer.l2, 0);
	ck_assert_double_eq(t.net->param[0].regularizer.l1, 0);
	ck_assert_double_eq(t.net->param[2].regularizer.l1, 0.5);
	ck_assert_double_eq(t.net->param[2].regularizer.l2, 2);
	tiny_close(&t);
}
END_TEST

START_TEST(the_practicals_network_has_kerass_numbers)
{
	struct tiny t;
	tiny_open(&t, "  - conv2d: {filters: 32, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d: {pool_size: 2}\n"
		"  - conv2d: {filters: 64, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d: {pool_size: 2}\n  - flatten\n"
		"  - dense: {units: 512, activation: relu}\n"
		"  - dense: {units: num_classes, activation: softmax}\n", SHAPE4(0, 32, 32, 3), 10, 64);
	/* 3*9*32+32 + 32*9*64+64 + 4096*512+512 + 512*10+10 */
	ck_assert_int_eq(t.net->trainable_count, 896 + 18496 + 2097664 + 5130);
	ck_assert_int_eq(t.net->mult_adds, 1024 * 27 * 32 + 256 * 288 * 64 + 4096 * 512 + 512 * 10);
	tiny_close(&t);
}
END_TEST

START_TEST(a_log_softmax_ends_a_network_too)
{
	struct tiny t;
	tiny_open(&t, "  - flatten\n  - dense: {units: 10}\n"
		"  - activation: {activation: log_softmax}\n",
		net_input, 10, 4);
	ck_assert(t.net->softmax && t.net->log_softmax);
	tiny_close(&t);
}
END_TEST

START_TEST(another_batch_changes_memory_and_nothing_else)
{
	struct tiny a, b;
	const char *yaml = "  - conv2d: {filters: 4, kernel_size: 3}\n  - max_pooling2d\n  - flatten\n"
		"  - dense: {units: 10}\n  - softmax\n";
	tiny_open(&a, yaml, net_input, 10, 4);
	tiny_open(&b, yaml, net_input, 10, 64);
	net_set_batch(a.net, 64);
	for (int i = 0; i < a.net->nodes; i++) {
		const struct layer *x = &a.net->node[i].layer, *y = &b.net->node[i].layer;
		ck_assert_int_eq(x->batch, 64);
		ck_assert_uint_eq(x->saved, y->saved);
		ck_assert_uint_eq(x->scratch, y->scratch);
		ck_assert(shape_equal(&x->out, &y->out));
		ck_assert_int_eq(x->mult_adds, y->mult_adds);
	}
	ck_assert_uint_eq(a.net->node[1].layer.saved, 64 * 3 * 3 * 4 * sizeof(int32_t));
	tiny_close(&a);
	tiny_close(&b);
}
END_TEST

START_TEST(the_hash_sees_every_value_and_name)
{
	struct tiny a, b;
	char first[65], second[65];
	tiny_open(&a, "  - flatten\n  - dense: {units: 10}\n  - softmax\n", net_input, 10, 4);
	tiny_open(&b, "  - flatten\n  - dense: {units: 10, name: top}\n  - softmax\n", net_input, 10,
		4);
	float *block = tiny_params(&a);
	net_hash(a.net, block, first);
	net_hash(b.net, block, second);
	ck_assert_str_ne(first, second);
	block[a.net->param[0].count - 1] += 1;
	net_hash(a.net, block, second);
	ck_assert_str_ne(first, second);
	block[a.net->param[0].count - 1] -= 1;
	/* what lies between parameters is no part of it */
	block[a.net->param[1].offset + a.net->param[1].count] = 1;
	net_hash(a.net, block, second);
	ck_assert_str_eq(first, second);
	tiny_close(&a);
	tiny_close(&b);
}
END_TEST

Suite *
suite_net(void)
{
	Suite *s = suite_create("nn: net");
	TCase *c = tcase_create("net");
	tcase_add_loop_test(c, refusals_say_where_and_how_to_cure, 0, NET_REFUSED);
	tcase_add_test(c, no_layers_are_refused);
	tcase_add_test(c, tensors_that_the_kernels_cannot_count_are_refused);
	tcase_add_test(c, names_are_kerass_and_from_means_the_activated_output);
	tcase_add_test(c, parameters_lie_trained_ones_first_on_whole_lines);
	tcase_add_test(c, a_frozen_layer_loses_its_penalty);
	tcase_add_test(c, the_practicals_network_has_kerass_numbers);
	tcase_add_test(c, a_log_softmax_ends_a_network_too);
	tcase_add_test(c, another_batch_changes_memory_and_nothing_else);
	tcase_add_test(c, the_hash_sees_every_value_and_name);
	suite_add_tcase(s, c);
	return s;
}
