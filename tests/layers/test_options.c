/*
 * What layers' arguments read to and print: initializers, regularizers, activations, padding,
 * sizes of windows; and the table of kinds.
 */
#include <check.h>
#include <string.h>

#include "layers/suites.h"
#include "support/tiny.h"

/* ---- values as they read and print ---- */

struct options_values {
	struct initializer init;
	struct regularizer penalty;
	int activation;
};
static const struct field options_fields[] = {
	FIELD_CUSTOM(struct options_values, init, .custom = &layer_initializer_custom,
		.preset_str = "glorot_uniform", .doc = "tried"),
	FIELD_CUSTOM(struct options_values, penalty, .custom = &layer_regularizer_custom,
		.optional = true, .doc = "tried"),
	FIELD_WORD(struct options_values, activation, .words = layer_activation_words,
		.preset = ACTIVATION_NONE, .doc = "tried"),
	FIELD_END
};

/* Read "key: value" lines; the number of errors. */
static int
options_read(struct arena *a, const char *text, struct options_values *v)
{
	struct diags *d = diags_new();
	struct field_reader r = { .arena = a, .diags = d };
	struct node *root = NULL;
	document_parse(a, "options", text, strlen(text), &root, d);
	field_read(&r, options_fields, root, "options", v);
	const int errors = diags_errors(d);
	diags_free(d);
	return errors;
}

static const struct { const char *text, *print; } options_initializers[] = {
	{ "init: zeros", "zeros" }, { "init: zero", "zeros" }, { "init: one", "ones" },
	{ "init: normal", "random_normal" }, { "init: uniform", "random_uniform" },
	{ "init: {type: he_normal}", "he_normal" }, { "init: orthogonal", "orthogonal" },
	{ "init: {type: orthogonal, gain: 1.5}", "{type: orthogonal, gain: 1.5}" },
	{ "init: {type: constant, value: -2}", "{type: constant, value: -2}" },
	{ "init: {type: normal, mean: 1, stddev: 0.05}", "{type: random_normal, mean: 1}" },
	{ "init: {type: truncated_normal, stddev: 0.5}", "{type: truncated_normal, stddev: 0.5}" },
	{ "init: {type: uniform, minval: -0.05, maxval: 1}", "{type: random_uniform, maxval: 1}" },
	{ "init: {type: variance_scaling, scale: 2, mode: fan_out, distribution: untruncated_normal}",
		"{type: variance_scaling, scale: 2, mode: fan_out, distribution: untruncated_normal}" },
	{ "init: {type: variance_scaling, scale: 1}", "variance_scaling" },
	{ "{}", "glorot_uniform" },
};

START_TEST(initializers_print_as_they_would_be_read)
{
	struct arena *a = arena_new();
	struct options_values v, again;
	struct str s = STR_INIT, t = STR_INIT;
	ck_assert_int_eq(options_read(a, options_initializers[_i].text, &v), 0);
	layer_initializer_custom.print(&v.init, &s);
	ck_assert_str_eq(str_text(&s), options_initializers[_i].print);
	ck_assert_int_eq(options_read(a, arena_printf(a, "init: %s", str_text(&s)), &again), 0);
	layer_initializer_custom.print(&again.init, &t);
	ck_assert_str_eq(str_text(&s), str_text(&t));
	ck_assert_int_eq(v.init.type, again.init.type);
	str_free(&s);
	str_free(&t);
	arena_free(a);
}
END_TEST

static const struct { const char *text, *print; double l1, l2; } options_penalties[] = {
	{ "penalty: l1", "{l1: 0.01}", 0.01, 0 }, { "penalty: l2", "{l2: 0.01}", 0, 0.01 },
	{ "penalty: {l2: 1e-4}", "{l2: 0.0001}", 0, 1e-4 },
	{ "penalty: {l1: 0.5, l2: 2}", "{l1: 0.5, l2: 2}", 0.5, 2 },
	{ "penalty: null", "null", 0, 0 }, { "{}", "null", 0, 0 },
};

START_TEST(regularizers_read_as_kerass_and_print)
{
	struct arena *a = arena_new();
	struct options_values v;
	struct str s = STR_INIT;
	ck_assert_int_eq(options_read(a, options_penalties[_i].text, &v), 0);
	ck_assert_double_eq(v.penalty.l1, options_penalties[_i].l1);
	ck_assert_double_eq(v.penalty.l2, options_penalties[_i].l2);
	layer_regularizer_custom.print(&v.penalty, &s);
	ck_assert_str_eq(str_text(&s), options_penalties[_i].print);
	str_free(&s);
	arena_free(a);
}
END_TEST

static const char *const options_wrong[] = {
	"init: glorot", "init: {type: he_normal, stddev: 1}", "init: 3", "init: [zeros]",
	"init: {stddev: 1}", "init: {type: uniform, minval: 1, maxval: 0}",
	"init: {type: random_normal, stddev: -1}", "init: {type: variance_scaling, scale: 0}",
	"penalty: l3", "penalty: l1_l2", "penalty: 0.01", "penalty: {l3: 1}", "penalty: {l1: -1}",
	"activation: swich", "activation: 1", "activation: LINEAR",
};

START_TEST(wrong_values_are_refused)
{
	struct arena *a = arena_new();
	struct options_values v;
	ck_assert_int_eq(options_read(a, options_wrong[_i], &v), 1);
	arena_free(a);
}
END_TEST

START_TEST(kerass_other_words_mean_the_same)
{
	static const struct { const char *text; int value; } words[] = {
		{ "activation: swish", ACT_SILU }, { "activation: silu", ACT_SILU },
		{ "activation: hard_swish", ACT_HARD_SILU }, { "activation: hard_silu", ACT_HARD_SILU },
		{ "activation: linear", ACTIVATION_NONE }, { "activation: null", ACTIVATION_NONE },
		{ "{}", ACTIVATION_NONE }, { "activation: softmax", ACTIVATION_SOFTMAX },
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct options_values v;
		ck_assert_int_eq(options_read(a, words[i].text, &v), 0);
		ck_assert_int_eq(v.activation, words[i].value);
	}
	arena_free(a);
}
END_TEST

/* ---- windows: doc/keras-semantics.md, section 1 ---- */

static const struct { int size, kernel, stride, dilation; bool same; int out, before; } axes[] = {
	{ 5, 3, 1, 1, true, 5, 1 }, { 6, 3, 2, 1, true, 3, 0 }, { 5, 3, 2, 1, true, 3, 1 },
	{ 6, 5, 2, 1, true, 3, 1 }, { 5, 5, 2, 1, true, 3, 2 }, { 6, 7, 2, 1, true, 3, 2 },
	{ 5, 7, 2, 1, true, 3, 3 }, { 6, 2, 2, 1, true, 3, 0 }, { 5, 2, 2, 1, true, 3, 0 },
	{ 7, 1, 3, 1, true, 3, 0 }, { 8, 3, 1, 2, true, 8, 2 }, { 5, 3, 1, 1, false, 3, 0 },
	{ 6, 3, 2, 1, false, 2, 0 }, { 3, 3, 5, 1, false, 1, 0 }, { 5, 3, 1, 2, false, 1, 0 },
	{ 2, 3, 1, 1, false, 0, 0 }, { 4, 3, 1, 2, false, 0, 0 }, { 1, 1024, 1, 1024, false, 0, 0 },
};

START_TEST(windows_are_kerass)
{
	int out, before;
	const enum layer_padding padding = axes[_i].same ? PADDING_SAME : PADDING_VALID;
	const bool fits = layer_axis(axes[_i].size, axes[_i].kernel, axes[_i].stride, axes[_i].dilation,
		padding, &out, &before);
	ck_assert_int_eq(fits, axes[_i].out > 0);
	ck_assert_int_eq(out, axes[_i].out);
	ck_assert_int_eq(before, axes[_i].before);
}
END_TEST

/* ---- the table ---- */

START_TEST(kinds_are_sorted_complete_and_found)
{
	for (int i = 0; family_layer.kinds[i]; i++) {
		const struct kind *kind = family_layer.kinds[i];
		const struct layer_kind *l = layer_kind_of(kind);
		ck_assert_ptr_eq(layer_find(kind->name), l);
		ck_assert_ptr_eq(family_find(&family_layer, kind->name), kind);
		ck_assert(!i || strcmp(family_layer.kinds[i - 1]->name, kind->name) < 0);
		ck_assert(l->shape && l->forward && l->backward && l->keras && l->min_inputs >= 1);
		ck_assert(l->max_inputs >= l->min_inputs && kind->summary && kind->examples);
		for (int k = 0; l->params && l->params[k].name; k++) {
			ck_assert_int_lt(k, LAYER_MAX_PARAMS);
			ck_assert_ptr_nonnull(l->params[k].keras);
		}
	}
	ck_assert_ptr_null(layer_find("conv3d"));
	ck_assert_int_eq(layers_kinds(), 23);
}
END_TEST

Suite *
suite_options(void)
{
	Suite *s = suite_create("layers: options");
	TCase *c = tcase_create("options");
	tcase_add_loop_test(c, initializers_print_as_they_would_be_read, 0,
		sizeof options_initializers / sizeof *options_initializers);
	tcase_add_loop_test(c, regularizers_read_as_kerass_and_print, 0,
		sizeof options_penalties / sizeof *options_penalties);
	tcase_add_loop_test(c, wrong_values_are_refused, 0,
		sizeof options_wrong / sizeof *options_wrong);
	tcase_add_test(c, kerass_other_words_mean_the_same);
	tcase_add_loop_test(c, windows_are_kerass, 0, sizeof axes / sizeof *axes);
	tcase_add_test(c, kinds_are_sorted_complete_and_found);
	suite_add_tcase(s, c);
	return s;
}
