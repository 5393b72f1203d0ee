/* The keys of a backbone, its refusals word for word, and its layers read as a file's are. */
#include <check.h>
#include <string.h>

#include "backbones/base.h"
#include "backbones/suites.h"

START_TEST(presets_are_those_of_the_language)
{
	struct base b;
	base_read(&b, "mobilenet_v2");
	const struct backbone_common *c = b.backbone.common;
	ck_assert_int_eq(diags_errors(b.diags), 0);
	ck_assert_str_eq(c->weights, "none");
	ck_assert(!c->include_top);
	ck_assert_int_eq(c->input_shape.n, 0);
	ck_assert_int_eq(c->freeze.type, FREEZE_DEFAULT);
	ck_assert_int_eq(c->batch_normalization, BACKBONE_NORMS_INFERENCE);
	ck_assert_ptr_eq(backbone_find("mobilenet_v2"), backbone_kind_of(b.backbone.kind));
	ck_assert_ptr_null(backbone_find("mobilenet"));
	base_close(&b);
}
END_TEST

static const struct { const char *yaml, *errors; } common_refused[] = {
	{ "mobilenet_v3", "b.yaml:1:11: error: unknown backbone \"mobilenet_v3\"\n"
		"    1 | backbone: mobilenet_v3\n"
		"      |           ^~~~~~~~~~~~  tlrun has mobilenet_v2, which is another network\n" },
	{ "{name: mobilenet_v2, alpha: 0}", "b.yaml:1:39: error: alpha must be a number above 0 and "
		"at most 8, found 0\n"
		"    1 | backbone: {name: mobilenet_v2, alpha: 0}\n"
		"      |                                       ^\n" },
	{ "{name: mobilenet_v2, weights: imagnet}",
		"b.yaml:1:41: error: unknown weights \"imagnet\"\n"
		"    1 | backbone: {name: mobilenet_v2, weights: imagnet}\n"
		"      |                                         ^~~~~~~  did you mean \"imagenet\"?; a "
		"path has a \"/\" or a \".\" in it\n" },
	{ "{name: mobilenet_v2, include_top: true}",
		"b.yaml:1:45: error: include_top: true: a backbone is built without its classifier\n"
		"    1 | backbone: {name: mobilenet_v2, include_top: true}\n"
		"      |                                             ^~~~  remove it and write the "
		"classifier as model.head: [global_average_pooling2d, dense: {units: num_classes, "
		"activation: softmax}]\n" },
	{ "{name: mobilenet_v2, input_shape: [96, 96]}",
		"b.yaml:1:45: error: input_shape has 2 numbers, expected 3\n"
		"    1 | backbone: {name: mobilenet_v2, input_shape: [96, 96]}\n"
		"      |                                             ^~~~~~~~  input_shape: [height, "
		"width, channels]\n" },
	{ "{name: mobilenet_v2, input_shape: [96, 31, 3]}", "b.yaml:1:45: error: mobilenet_v2 takes "
		"images of 32x32 and more, input_shape says 96x31\n"
		"    1 | backbone: {name: mobilenet_v2, input_shape: [96, 31, 3]}\n"
		"      |                                             ^~~~~~~~~~~\n" },
	{ "{name: mobilenet_v2, freeze: {all_but_last: 0}}",
		"b.yaml:1:55: error: all_but_last must be an integer of 1 or more, found 0\n"
		"    1 | backbone: {name: mobilenet_v2, freeze: {all_but_last: 0}}\n"
		"      |                                                       ^  write freeze: all\n" },
};

START_TEST(refusals_say_place_and_cure)
{
	struct base b;
	base_read(&b, common_refused[_i].yaml);
	ck_assert_str_eq(base_errors(&b), common_refused[_i].errors);
	base_close(&b);
}
END_TEST

static const struct { const char *yaml; int h, w, c; const char *errors; } common_taken[] = {
	{ "{name: mobilenet_v2, weights: imagenet, input_shape: [96, 64, 3]}", 96, 64, 3, "" },
	{ "{name: mobilenet_v2, weights: w/a.h5}", 32, 32, 4, "" },
	{ "mobilenet_v2", 28, 28, 3, "b.yaml:1:11: error: mobilenet_v2 takes images of 32x32 and more, "
		"the data has 28x28\n"
		"    1 | backbone: mobilenet_v2\n"
		"      |           ^~~~~~~~~~~~  preprocessing.resize: 32\n" },
	{ "{name: mobilenet_v2, input_shape: [96, 96, 3]}", 32, 32, 3,
		"b.yaml:1:45: error: input_shape is [96, 96, 3], the data has [32, 32, 3]\n"
		"    1 | backbone: {name: mobilenet_v2, input_shape: [96, 96, 3]}\n"
		"      |                                             ^~~~~~~~~~~  remove it, or change "
		"preprocessing.resize\n" },
	{ "{name: mobilenet_v2, weights: imagenet}", 32, 32, 1, "b.yaml:1:41: error: weights: imagenet "
		"are for images of 3 channels, the data has 1\n"
		"    1 | backbone: {name: mobilenet_v2, weights: imagenet}\n"
		"      |                                         ^~~~~~~~  preprocessing.channels: rgb\n" },
};

START_TEST(the_data_must_fit)
{
	struct base b;
	base_read(&b, common_taken[_i].yaml);
	ck_assert_str_eq(base_errors(&b), "");
	const bool taken = backbone_takes(&b.reader, &b.backbone, common_taken[_i].h,
		common_taken[_i].w, common_taken[_i].c);
	ck_assert_int_eq(taken, !common_taken[_i].errors[0]);
	ck_assert_str_eq(base_errors(&b), common_taken[_i].errors);
	base_close(&b);
}
END_TEST

struct common_model { struct kind_list layers; };
static const struct field common_model_fields[] = {
	FIELD_KINDS(struct common_model, layers, .family = &family_layer, .doc = "layers"),
	FIELD_END
};

/* With places known and without, before a run and in its canonical text. */
START_TEST(layers_print_and_read_back)
{
	struct base b;
	base_read(&b, "{name: mobilenet_v2, alpha: 0.35}");
	struct common_model model = { backbone_layers(b.arena, &b.backbone, 33, 32) }, again;
	struct str out = STR_INIT, twice = STR_INIT;
	struct node *root = NULL;
	field_print(common_model_fields, &model, NULL, false, &out);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "name: block_16_project_BN\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&out),
		"from: [block_1_project_BN, block_2_project_BN]\n"));
	document_parse(b.arena, "again", out.data, out.len, &root, b.diags);
	field_read(&b.reader, common_model_fields, root, "model", &again);
	ck_assert_int_eq(diags_errors(b.diags), 0);
	ck_assert_int_eq(again.layers.n, 153);
	field_print(common_model_fields, &again, NULL, false, &twice);
	ck_assert_str_eq(str_text(&twice), str_text(&out));
	str_free(&out);
	str_free(&twice);
	base_close(&b);
}
END_TEST

/* What is wrong with a layer of the backbone is shown where the backbone is named. */
START_TEST(errors_show_the_backbones_place)
{
	struct base b;
	base_read(&b, "{name: mobilenet_v2}");
	struct kind_list layers = backbone_layers(b.arena, &b.backbone, 32, 32);
	for (size_t i = 0; i < layers.n; i++) ck_assert_int_eq(layers.v[i].node->at.line, 1);
	ck_assert_ptr_null(net_build(&b.reader, &(struct net_request){ .layers = &layers,
		.backbone = layers.n, .input = SHAPE4(SHAPE_BATCH, 32, 32, 3), .num_classes = 10,
		.batch = 1 }));
	ck_assert_ptr_nonnull(strstr(base_errors(&b), "b.yaml:1:11: error: the network must end in a "
		"softmax; out_relu, its last layer, gives no probabilities\n"
		"    1 | backbone: {name: mobilenet_v2}\n"));
	base_close(&b);
}
END_TEST

Suite *
suite_backbone_common(void)
{
	Suite *s = suite_create("backbone_common");
	TCase *t = tcase_create("backbone_common");
	tcase_add_test(t, presets_are_those_of_the_language);
	tcase_add_loop_test(t, refusals_say_place_and_cure, 0,
		sizeof common_refused / sizeof *common_refused);
	tcase_add_loop_test(t, the_data_must_fit, 0, sizeof common_taken / sizeof *common_taken);
	tcase_add_test(t, layers_print_and_read_back);
	tcase_add_test(t, errors_show_the_backbones_place);
	suite_add_tcase(s, t);
	return s;
}
