/*
 * Keras's files, of both layouts, of models with branches and sub-models: each parameter has the
 * numbers that its layer has in Keras (tests/golden/make_weights.py, with_structure), though shapes
 * do not tell the layers apart, and the network predicts what Keras predicts.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "support/golden.h"

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

/* how NULL: refused as ambiguous. The legacy layout keeps no order in sub-models. */
static const struct { const char *file, *yaml; int channels; const char *how, *legacy; } cases[] = {
	{ "branches", BRANCHES, 4, "by name", "by name" },
	{ "branches_other", BRANCHES, 4, "by structure", "by order" },
	{ "branches_turned", BRANCHES, 4, NULL, NULL },
	{ "sub_functional", CHAIN(4, 5, 6, 7), 3, "by structure", "by shape" },
	{ "sub_sequential", CHAIN(4, 5, 6, 7), 3, "by structure", "by shape" },
	{ "sub_named", named, 3, "by name", "by name" },
	{ "sub_equal", CHAIN(3, 3, 3, 3), 3, NULL, NULL },
	{ "sub_frozen", CHAIN(4, 5, 6, 7), 3, "by structure", "by shape" },
	{ "sub_frozen_named", named, 3, "by name", "by name" },
};
enum { CASES = sizeof cases / sizeof cases[0], IMAGES = 2, CLASSES = 3 };

static void
same_numbers(const struct weights_file *f, const struct net *net, const float *block)
{
	for (int i = 0; i < net->params; i++) {
		const struct net_param *const p = &net->param[i];
		const bool variance = strcmp(p->spec->name, "moving_variance") == 0;
		for (size_t j = 0; j < p->count; j++) {
			const float x = ((float)((13 * (size_t)i + 7 * j) % 61) / 4 - 8) / 64;
			ck_assert_msg(block[p->offset + j] == (variance ? fabsf(x) : x), "%s: %s[%zu] is %g",
				f->path, p->name, j, (double)block[p->offset + j]);
		}
	}
}

static void
same_predictions(struct small *s, const char *file, const float *block)
{
	struct tiny_run r;
	struct golden *const g = golden_open("structure");
	float y[IMAGES * CLASSES];
	const struct plan_options options = { .batch = IMAGES, .purpose = PLAN_EVALUATE };
	tiny_start(&s->tiny, &r, &options, block);
	float *const x = exec_input(r.exec);
	const size_t floats = 8 * 8 * (size_t)s->tiny.net->node[0].layer.in[0].d[3];
	for (size_t i = 0; i < IMAGES; i++)
		for (size_t j = 0; j < floats; j++)
			x[i * floats + j] = (float)(7 * j % 61) / 16 - (float)i;
	const float *const logits = exec_forward(r.exec, IMAGES, false, 0, 0);
	for (int i = 0; i < IMAGES; i++) {
		double sum = 0;
		for (int k = 0; k < CLASSES; k++) sum += exp((double)logits[i * CLASSES + k]);
		for (int k = 0; k < CLASSES; k++)
			y[i * CLASSES + k] = (float)(exp((double)logits[i * CLASSES + k]) / sum);
	}
	golden_check(g, arena_printf(s->tiny.arena, "structure.%s", file), "y", IMAGES * CLASSES, y,
		1e-5);
	golden_close(g);
}

static void
binds_as_in_keras(int at, const char *layout, const char *how)
{
	struct small s;
	struct weights_binding b;
	struct err e = ERR_INIT;
	const char *const name = cases[at].file;
	tiny_open(&s.tiny, cases[at].yaml, SHAPE4(SHAPE_BATCH, 8, 8, cases[at].channels), CLASSES,
		IMAGES);
	const struct net *const net = s.tiny.net;
	s.target = (struct weights_target){ .net = net, .nodes = net->nodes };
	struct weights_file *const f = small_weights(&s,
		arena_printf(s.tiny.arena, "%s%s", name, layout));
	float *const block = tiny_floats(s.tiny.arena, net->floats);
	weights_bind(s.tiny.arena, f, &s.target, &b);
	if (how) {
		ck_assert_msg(weights_check(f, &s.target, &b, &e) == OK, "%s", e.message);
		ck_assert_str_eq(b.how, how);
		weights_apply(&s.target, &b, block);
		same_numbers(f, net, block);
		same_predictions(&s, name, block);
	} else {
		ck_assert_int_eq(weights_check(f, &s.target, &b, &e), ERR_DATA);
		ck_assert_int_eq(b.matched, 0);
		ck_assert_msg(strstr(e.message, "cannot be told"), "%s", e.message);
	}
	weights_close(f);
	tiny_close(&s.tiny);
}

START_TEST(keras_3_layers_bind_as_in_keras)
{
	binds_as_in_keras(_i, ".weights.h5", cases[_i].how);
}
END_TEST

START_TEST(legacy_layers_bind_as_in_keras)
{
	binds_as_in_keras(_i, ".h5", cases[_i].legacy);
}
END_TEST

Suite *
suite_structure(void)
{
	Suite *s = suite_create("structure");
	TCase *c = tcase_create("structure");
	tcase_add_loop_test(c, keras_3_layers_bind_as_in_keras, 0, CASES);
	tcase_add_loop_test(c, legacy_layers_bind_as_in_keras, 0, CASES);
	suite_add_tcase(s, c);
	return s;
}
