/*
 * Keras 3's .weights.h5 of models with branches and sub-models: each parameter has the numbers that
 * its layer has in Keras (tests/golden/make_weights.py, with_structure), though shapes do not tell
 * the layers apart.
 */
#include <check.h>
#include <string.h>

#include "tlrun/net.h"
#include "weights/small.h"
#include "weights/suites.h"

#define BRANCHES                                                                                   \
	"  - conv2d: {name: stem, filters: 4, kernel_size: 3, padding: same, activation: linear}\n"   \
	"  - conv2d: {name: shortcut, from: input, filters: 4, kernel_size: 3, padding: same}\n"     \
	"  - conv2d: {name: a1, from: stem, filters: 4, kernel_size: 3, padding: same}\n"            \
	"  - conv2d: {name: a2, filters: 4, kernel_size: 3, padding: same}\n"                        \
	"  - add: {from: [a2, shortcut]}\n"                                                          \
	"  - global_average_pooling2d\n"                                                             \
	"  - dense: {name: pred, units: num_classes, activation: softmax}\n"

#define CHAIN(A, B, C, D)                                                                          \
	"  - conv2d: {filters: " #A ", kernel_size: 1}\n"                                            \
	"  - conv2d: {filters: " #B ", kernel_size: 1}\n"                                            \
	"  - batch_normalization\n"                                                                  \
	"  - conv2d: {filters: " #C ", kernel_size: 1}\n"                                            \
	"  - conv2d: {filters: " #D ", kernel_size: 1}\n"                                            \
	"  - global_average_pooling2d\n"                                                             \
	"  - dense: {units: num_classes, activation: softmax}\n"

static const char named[] =
	"  - conv2d: {name: c1, filters: 3, kernel_size: 1}\n"
	"  - conv2d: {name: c2, filters: 3, kernel_size: 1}\n"
	"  - batch_normalization: {name: b}\n"
	"  - conv2d: {name: c3, filters: 3, kernel_size: 1}\n"
	"  - conv2d: {name: c4, filters: 3, kernel_size: 1}\n"
	"  - global_average_pooling2d\n"
	"  - dense: {name: pred, units: num_classes, activation: softmax}\n";

/* how NULL: refused as ambiguous. */
static const struct { const char *file, *yaml; int channels; const char *how; } cases[] = {
	{ "branches.weights.h5", BRANCHES, 4, "by name" },
	{ "branches_other.weights.h5", BRANCHES, 4, "by structure" },
	{ "branches_turned.weights.h5", BRANCHES, 4, NULL },
	{ "sub_functional.weights.h5", CHAIN(4, 5, 6, 7), 3, "by structure" },
	{ "sub_sequential.weights.h5", CHAIN(4, 5, 6, 7), 3, "by structure" },
	{ "sub_named.weights.h5", named, 3, "by name" },
	{ "sub_equal.weights.h5", CHAIN(3, 3, 3, 3), 3, NULL },
};

static void
same_numbers(const struct weights_file *f, const struct net *net, const float *block)
{
	for (int i = 0; i < net->params; i++) {
		const struct net_param *const p = &net->param[i];
		for (size_t j = 0; j < p->count; j++)
			ck_assert_msg(block[p->offset + j] == (float)((13 * (size_t)i + 7 * j) % 61) / 4 - 8,
				"%s: %s[%zu] is %g", f->path, p->name, j, (double)block[p->offset + j]);
	}
}

START_TEST(keras_3_layers_bind_as_in_keras)
{
	struct small s;
	struct weights_binding b;
	struct err e = ERR_INIT;
	tiny_open(&s.tiny, cases[_i].yaml, SHAPE4(SHAPE_BATCH, 8, 8, cases[_i].channels), 3, 1);
	const struct net *const net = s.tiny.net;
	s.target = (struct weights_target){ .net = net, .nodes = net->nodes };
	struct weights_file *const f = small_weights(&s, cases[_i].file);
	float *const block = tiny_floats(s.tiny.arena, net->floats);
	weights_bind(s.tiny.arena, f, &s.target, &b);
	if (cases[_i].how) {
		ck_assert_msg(weights_check(f, &s.target, &b, &e) == OK, "%s", e.message);
		ck_assert_str_eq(b.how, cases[_i].how);
		weights_apply(&s.target, &b, block);
		same_numbers(f, net, block);
	} else {
		ck_assert_int_eq(weights_check(f, &s.target, &b, &e), ERR_DATA);
		ck_assert_int_eq(b.matched, 0);
		ck_assert_msg(strstr(e.message, "cannot be told"), "%s", e.message);
	}
	weights_close(f);
	tiny_close(&s.tiny);
}
END_TEST

Suite *
suite_structure(void)
{
	Suite *s = suite_create("structure");
	TCase *c = tcase_create("structure");
	tcase_add_loop_test(c, keras_3_layers_bind_as_in_keras, 0, sizeof cases / sizeof cases[0]);
	suite_add_tcase(s, c);
	return s;
}
