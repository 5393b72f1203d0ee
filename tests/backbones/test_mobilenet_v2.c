/* MobileNetV2: its layers are Keras's, at every width and size, and so is what it computes. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backbones/base.h"
#include "backbones/suites.h"
#include "layers/batch_normalization.h"
#include "support/golden.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { MOBILENET_MOST = 160 };

/* The names in the golden file: lines that start with |. */
static size_t
mobilenet_names(struct arena *a, const char **names)
{
	char file[4096], *line = NULL;
	size_t size = 0, n = 0;
	snprintf(file, sizeof file, "%s/golden/mobilenet_v2_layers.txt", TESTS_DIR);
	FILE *f = fopen(file, "r");
	ck_assert_ptr_nonnull(f);
	while (getline(&line, &size, f) > 0)
		if (*line == '|' && n < MOBILENET_MOST)
			names[n++] = arena_strndup(a, line + 1, strcspn(line + 1, "\n"));
	free(line);
	fclose(f);
	return n;
}

/* The i-th network of the golden file; false behind the last. */
static bool
mobilenet_case(const struct golden *g, size_t i, char name[64], char yaml[64], int *h, int *w)
{
	double alpha;
	const char *found = golden_case(g, "", "order", i);
	if (!found) return false;
	snprintf(name, 64, "%s", found);
	ck_assert_int_eq(sscanf(name, "%lf_%dx%d", &alpha, h, w), 3);
	snprintf(yaml, 64, "{name: mobilenet_v2, alpha: %g}", alpha);
	return true;
}

static void
mobilenet_compare(const struct golden *g, const char *of, const char *const *names,
	const struct base *b)
{
	const size_t n = b->count;
	const double *order = golden_values(g, of, "order", n);
	const double *height = golden_values(g, of, "height", n);
	const double *width = golden_values(g, of, "width", n);
	const double *channels = golden_values(g, of, "channels", n);
	const double *parameters = golden_values(g, of, "parameters", n);
	ck_assert_int_eq(b->net->backbone, n);
	for (size_t i = 0; i < n; i++) {
		const struct layer *l = &b->net->node[i].layer;
		double count = 0;
		for (int k = 0; k < LAYER_MAX_PARAMS; k++)
			if (l->param[k].rank) count += (double)shape_count(&l->param[k]);
		ck_assert_str_eq(l->name, names[(size_t)order[i]]);
		ck_assert_msg(l->out.d[1] == (int)height[i] && l->out.d[2] == (int)width[i] &&
			l->out.d[3] == (int)channels[i], "%s of %s: %s", l->name, of, shape_str(&l->out).s);
		ck_assert_msg(count == parameters[i], "%s of %s: %g parameters", l->name, of, count);
	}
}

/* What names, shapes and counts do not show. */
static void
mobilenet_compare_options(const struct golden *g, const char *of, const struct base *b)
{
	struct str text = STR_INIT;
	const double *pad = golden_values(g, of, "padding", 16), *add = golden_values(g, of, "add", 0);
	const double *norm = golden_values(g, of, "norm", 2);
	const double relu = golden_value(g, of, "max_value");
	ck_assert(golden_value(g, of, "bias") == 0);
	for (size_t i = 0; i < b->count; i++) {
		const struct kind_value *v = &b->layers.v[i];
		const struct net_node *node = &b->net->node[i];
		const char *kind = v->kind->name;
		char want[64];
		str_clear(&text);
		if (v->kind->fields) field_print(v->kind->fields, v->opts, NULL, false, &text);
		snprintf(want, sizeof want, "epsilon: %g\n", norm[1]);
		if (strcmp(kind, "batch_normalization") == 0) {
			ck_assert_ptr_nonnull(strstr(str_text(&text), want));
			snprintf(want, sizeof want, "momentum: %g\n", norm[0]);
		}
		if (strcmp(kind, "re_lu") == 0) snprintf(want, sizeof want, "max_value: %g\n", relu);
		if (strstr(kind, "conv2d")) snprintf(want, sizeof want, "use_bias: false\n");
		if (strcmp(kind, "zero_padding2d") == 0) {
			snprintf(want, sizeof want, "[[%g, %g], [%g, %g]]", pad[0], pad[1], pad[2], pad[3]);
			pad += 4;
		}
		if (strcmp(kind, "add") != 0) {
			ck_assert_msg(strstr(str_text(&text), want) != NULL, "%s%s", want, str_text(&text));
			continue;
		}
		ck_assert_int_eq(node->input[0], (int)add[0]);
		ck_assert_int_eq(node->input[1], (int)add[1]);
		add += 2;
	}
	str_free(&text);
}

START_TEST(layers_are_keras_at_every_width_and_size)
{
	struct golden *g = golden_open("mobilenet_v2_layers");
	struct base b;
	char of[64], yaml[64];
	int h, w;
	size_t cases = 0;
	for (; mobilenet_case(g, cases, of, yaml, &h, &w); cases++) {
		base_read(&b, yaml);
		const char *names[MOBILENET_MOST];
		ck_assert_int_eq(mobilenet_names(b.arena, names), (int)golden_value(g, "", "names"));
		base_build(&b, h, w, 1);
		mobilenet_compare(g, of, names, &b);
		mobilenet_compare_options(g, of, &b);
		base_close(&b);
	}
	ck_assert_int_eq(cases, 12);
	golden_close(g);
}
END_TEST

/* Parameters as the golden file fills them: tensor k in order, from U(k). */
static float *
mobilenet_fill(struct base *b)
{
	const struct net *net = b->net;
	float *block = tiny_floats(b->arena, net->floats);
	memset(block, 0, net->floats * sizeof *block);
	for (int k = 0; k < net->params; k++) {
		const struct net_param *p = &net->param[k];
		float *v = block + p->offset;
		const char *name = p->spec->name;
		double offset = 0, scale = 0.2;
		if (p->shape.rank == 4) {
			const bool depthwise = strstr(net->node[p->node].layer.kind->kind.name, "depthwise");
			const int *d = p->shape.d;
			scale = sqrt(24.0 / (depthwise ? 9 : d[0] * d[1] * d[2]));
		}
		if (strcmp(name, "gamma") == 0) offset = 1;
		if (strcmp(name, "moving_variance") == 0) {
			offset = 1;
			scale = 0.5;
		}
		for (size_t i = 0; i < p->count; i++) {
			uint32_t u = (uint32_t)i * 2654435761u + (uint32_t)k * 40503u;
			u = (u ^ (u >> 15)) * 2246822519u;
			u ^= u >> 13;
			v[i] = (float)(offset + scale * (u / 4294967296.0 - 0.5));
		}
	}
	return block;
}

static const struct { const char *of; double alpha; int size; } mobilenet_runs[] = {
	{ "1.0_64", 1, 64 }, { "1.0_32", 1, 32 }, { "1.0_96", 1, 96 }, { "0.35_64", 0.35, 64 },
	{ "0.5_33", 0.5, 33 }, { "1.4_32", 1.4, 32 },
};
static const char *const mobilenet_watched[] = {
	"Conv1_relu", "expanded_conv_depthwise", "expanded_conv_project_BN", "block_1_pad",
	"block_1_depthwise_BN", "block_1_project_BN", "block_2_add", "block_6_project_BN",
	"block_13_depthwise_relu", "block_16_project_BN", "out_relu",
};

static int
mobilenet_node(const struct net *net, const char *name)
{
	for (int i = 0; i < net->nodes; i++)
		if (strcmp(net->node[i].layer.name, name) == 0) return i;
	return -1;
}

/* Each of the layers watched as the last of a plan, layer by layer; the last one fused too. */
START_TEST(activations_are_keras)
{
	struct golden *g = golden_open("mobilenet_v2");
	struct base b;
	char yaml[64];
	const int size = mobilenet_runs[_i].size;
	const size_t pixels = (size_t)(4 * size * size * 3);
	parallel_set_threads(1);
	snprintf(yaml, sizeof yaml, "{name: mobilenet_v2, alpha: %g}", mobilenet_runs[_i].alpha);
	base_read(&b, yaml);
	base_build(&b, size, size, 4);
	struct tiny t = { .arena = b.arena, .net = b.net };
	float *params = mobilenet_fill(&b), *x = tiny_floats(b.arena, pixels);
	golden_fill_u(x, pixels, 999);
	for (size_t i = 0; i < pixels; i++) x[i] *= 2;
	enum { WATCHED = sizeof mobilenet_watched / sizeof *mobilenet_watched };
	for (int k = 0; k < WATCHED; k++)
		for (int fuse = 0; fuse <= (k + 1 == WATCHED); fuse++) {
			struct tiny_run run;
			const int node = mobilenet_node(b.net, mobilenet_watched[k]);
			tiny_start(&t, &run, &(struct plan_options){ .purpose = PLAN_EVALUATE, .batch = 4,
				.fuse = fuse, .last = node + 1 }, params);
			memcpy(exec_input(run.exec), x, pixels * sizeof *x);
			const float *y = exec_forward(run.exec, 4, false, 0, 0);
			golden_check(g, mobilenet_runs[_i].of, mobilenet_watched[k],
				4 * shape_count(&b.net->node[node].layer.out), y, 1e-4);
		}
	golden_close(g);
	base_close(&b);
}
END_TEST

/* doc/keras-semantics.md 10.2: the twenty layers, and how many parameters they hold. */
static const char *const mobilenet_last_20[] = {
	"block_15_expand", "block_15_expand_BN", "block_15_expand_relu", "block_15_depthwise",
	"block_15_depthwise_BN", "block_15_depthwise_relu", "block_15_project", "block_15_project_BN",
	"block_15_add", "block_16_expand", "block_16_expand_BN", "block_16_expand_relu",
	"block_16_depthwise", "block_16_depthwise_BN", "block_16_depthwise_relu", "block_16_project",
	"block_16_project_BN", "Conv_1", "Conv_1_bn", "out_relu",
};

START_TEST(the_last_twenty_are_those_that_keras_counts)
{
	enum { LAYERS = 153, TRAINED = 20, DENSE = 1280 * BASE_CLASSES + BASE_CLASSES };
	struct base b;
	base_read(&b, "{name: mobilenet_v2, freeze: {all_but_last: 20}}");
	base_build(&b, 32, 32, 1);
	ck_assert_int_eq(b.net->trainable_count - DENSE, 1206080);
	ck_assert_int_eq(b.net->trainable_count + b.net->frozen_count - DENSE, 2257984);
	for (int i = 0; i < LAYERS; i++) {
		const struct layer *l = &b.net->node[i].layer;
		ck_assert_int_eq(l->trainable, i >= LAYERS - TRAINED);
		if (l->trainable) ck_assert_str_eq(l->name, mobilenet_last_20[i - LAYERS + TRAINED]);
	}
	ck_assert_str_eq(b.net->node[b.net->cut - 1].layer.name, "block_14_add");
	base_close(&b);
}
END_TEST

static const struct { const char *yaml; long long trained; const char *last; }
mobilenet_freezes[] = {
	{ "mobilenet_v2", 2223872, NULL },
	{ "{name: mobilenet_v2, freeze: none, batch_normalization: train}", 2223872, NULL },
	{ "{name: mobilenet_v2, freeze: all}", 0, "global_average_pooling2d" },
	{ "{name: mobilenet_v2, freeze: {all_but_last: 154}}", 2223872, NULL },
	{ "{name: mobilenet_v2, freeze: {first: 134}}", 1206080, "block_14_add" },
	{ "{name: mobilenet_v2, freeze: {before: block_15_expand}}", 1206080, "block_14_add" },
	{ "{name: mobilenet_v2, freeze: {all_but_last: 1}}", 0, "global_average_pooling2d" },
};

/* last: of the frozen prefix; NULL: there is none. */
START_TEST(freezing_leaves_what_it_says)
{
	struct base b;
	base_read(&b, mobilenet_freezes[_i].yaml);
	base_build(&b, 32, 32, 1);
	const char *last = mobilenet_freezes[_i].last;
	ck_assert_int_eq(b.net->trainable_count - 1280 * BASE_CLASSES - BASE_CLASSES,
		mobilenet_freezes[_i].trained);
	if (last) ck_assert_str_eq(b.net->node[b.net->cut - 1].layer.name, last);
	else ck_assert_int_eq(b.net->cut, 0);
	base_close(&b);
}
END_TEST

static const struct { double alpha; int h, w; const char *file; } mobilenet_files[] = {
	{ 1, 32, 32, "1.0_224" }, { 1, 224, 224, "1.0_224" }, { 1, 96, 96, "1.0_96" },
	{ 0.35, 128, 128, "0.35_128" }, { 0.5, 160, 160, "0.5_160" }, { 0.75, 192, 192, "0.75_192" },
	{ 1.3, 96, 128, "1.3_224" }, { 1.4, 97, 97, "1.4_224" }, { 0.6, 96, 96, NULL },
};

START_TEST(the_public_files_have_their_names)
{
	struct base b;
	char yaml[64], want[128];
	const char *why = NULL;
	snprintf(yaml, sizeof yaml, "{name: mobilenet_v2, alpha: %g}", mobilenet_files[_i].alpha);
	base_read(&b, yaml);
	const char *file = backbone_kind_of(b.backbone.kind)->imagenet(b.arena, b.backbone.opts,
		mobilenet_files[_i].h, mobilenet_files[_i].w, &why);
	if (mobilenet_files[_i].file) {
		snprintf(want, sizeof want, "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_%s_no_top.h5",
			mobilenet_files[_i].file);
		ck_assert_str_eq(file, want);
	} else {
		ck_assert_ptr_null(file);
		ck_assert_str_eq(why, "alpha must be 0.35, 0.5, 0.75, 1.0, 1.3 or 1.4");
	}
	base_close(&b);
}
END_TEST

static const struct { const char *old, *name; } mobilenet_renamed[] = {
	{ "Conv1", "Conv1" }, { "bn_Conv1", "bn_Conv1" }, { "Conv_1", "Conv_1" },
	{ "Conv_1_bn", "Conv_1_bn" },
	{ "mobl0_conv_0_depthwise", "expanded_conv_depthwise" },
	{ "bn0_conv_0_bn_project", "expanded_conv_project_BN" },
	{ "bn0_conv_bn_depthwise", "expanded_conv_depthwise_BN" },
	{ "mobl1_conv_1_expand", "block_1_expand" },
	{ "bn1_conv_1_bn_expand", "block_1_expand_BN" },
	{ "bn1_conv_bn_expand", "block_1_expand_BN" },
	{ "mobl16_conv_16_project", "block_16_project" },
	{ "bn16_conv_16_bn_depthwise", "block_16_depthwise_BN" },
	{ "mobl0_conv_0_expand", NULL }, { "mobl17_conv_17_expand", NULL },
	{ "mobl1_conv_2_expand", NULL }, { "mobl1_conv_expand", NULL }, { "mobl_conv_1_expand", NULL },
	{ "bn1_conv_1_expand", NULL }, { "mobl1_conv_1_expanded", NULL }, { "mobl1_conv_1_", NULL },
	{ "mobl99999999999999999999_conv_1_expand", NULL }, { "block_1_expand", NULL }, { "", NULL },
	{ "Logits", NULL },
};

START_TEST(old_names_have_todays)
{
	struct arena *a = arena_new();
	const char *name = backbone_find("mobilenet_v2")->old_name(a, mobilenet_renamed[_i].old);
	ck_assert_pstr_eq(name, mobilenet_renamed[_i].name);
	arena_free(a);
}
END_TEST

Suite *
suite_mobilenet_v2(void)
{
	Suite *s = suite_create("mobilenet_v2");
	TCase *t = tcase_create("mobilenet_v2");
	tcase_add_test(t, layers_are_keras_at_every_width_and_size);
	tcase_add_loop_test(t, activations_are_keras, 0,
		sizeof mobilenet_runs / sizeof *mobilenet_runs);
	tcase_add_test(t, the_last_twenty_are_those_that_keras_counts);
	tcase_add_loop_test(t, freezing_leaves_what_it_says, 0,
		sizeof mobilenet_freezes / sizeof *mobilenet_freezes);
	tcase_add_loop_test(t, the_public_files_have_their_names, 0,
		sizeof mobilenet_files / sizeof *mobilenet_files);
	tcase_add_loop_test(t, old_names_have_todays, 0,
		sizeof mobilenet_renamed / sizeof *mobilenet_renamed);
	suite_add_tcase(s, t);
	return s;
}
