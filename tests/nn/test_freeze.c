/* Freezing: what selectors mean, how they print, and every refusal word for word. */
#include <check.h>
#include <string.h>

#include "layers/batch_normalization.h"
#include "nn/suites.h"
#include "support/tiny.h"
#include "tlrun/freeze.h"

/* A list of layers with a selector, from YAML. */
struct freeze_case {
	struct arena *arena;
	struct diags *diags;
	struct field_reader reader;
	struct kind_list layers;
	struct freeze freeze;
};

static const struct field freeze_table[] = {
	FIELD_CUSTOM(struct freeze_case, freeze, .custom = &freeze_custom, .optional = true,
		.doc = "what is frozen"),
	FIELD_KINDS(struct freeze_case, layers, .family = &family_layer, .doc = "layers"),
	FIELD_END
};

static const char freeze_stack[] =
	"layers:\n"
	"  - conv2d: {name: stem, filters: 2, kernel_size: 3}\n"
	"  - batch_normalization: {name: stem_bn}\n"
	"  - re_lu\n"
	"  - conv2d: {name: block_1_conv, filters: 2, kernel_size: 3}\n"
	"  - batch_normalization: {name: block_1_bn, trainable: false}\n"
	"  - re_lu\n"
	"  - conv2d: {name: block_2_conv, filters: 2, kernel_size: 3}\n";
enum { FREEZE_LAYERS = 7 };

static void
freeze_open(struct freeze_case *c, const char *selector)
{
	struct node *root = NULL;
	*c = (struct freeze_case){ .arena = arena_new(), .diags = diags_new() };
	c->reader = (struct field_reader){ .arena = c->arena, .diags = c->diags };
	const char *text = arena_printf(c->arena, "freeze: %s\n%s", selector, freeze_stack);
	diags_source(c->diags, "f.yaml", text, strlen(text));
	document_parse(c->arena, "f.yaml", text, strlen(text), &root, c->diags);
	struct freeze_case read;
	field_read(&c->reader, freeze_table, root, "model", &read);
	c->layers = read.layers;
	c->freeze = read.freeze;
}

static void
freeze_close(struct freeze_case *c)
{
	diags_free(c->diags);
	arena_free(c->arena);
}

/* f for a frozen layer, t for a trained one. */
static const char *
freeze_pattern(struct freeze_case *c)
{
	char *s = arena_strndup(c->arena, "ttttttt", c->layers.n);
	for (size_t i = 0; i < c->layers.n; i++)
		if (!((const struct layer_common *)c->layers.v[i].common)->trainable) s[i] = 'f';
	return s;
}

/* input: whether an input layer counts. */
static const struct { const char *selector; bool input; const char *frozen, *printed; }
freeze_meanings[] = {
	{ "null", true, "ttttftt", "" },
	{ "all", true, "fffffff", "freeze: all\n" },
	{ "none", true, "ttttttt", "freeze: none\n" },
	{ "{all_but_last: 3}", true, "ffffttt", "freeze: {all_but_last: 3}\n" },
	{ "{all_but_last: 3}", false, "ffffttt", "freeze: {all_but_last: 3}\n" },
	{ "{all_but_last: 7}", true, "ttttttt", "freeze: {all_but_last: 7}\n" },
	{ "{all_but_last: 8}", true, "ttttttt", "freeze: {all_but_last: 8}\n" },
	{ "{first: 1}", true, "ttttttt", "freeze: {first: 1}\n" },
	{ "{first: 1}", false, "ftttttt", "freeze: {first: 1}\n" },
	{ "{first: 3}", true, "ffttttt", "freeze: {first: 3}\n" },
	{ "{first: 8}", true, "fffffff", "freeze: {first: 8}\n" },
	{ "{before: block_1_bn}", true, "ffffttt", "freeze: {before: \"block_1_bn\"}\n" },
	{ "{before: re_lu_1}", true, "ffffftt", "freeze: {before: \"re_lu_1\"}\n" },
	{ "{before: stem}", false, "ttttttt", "freeze: {before: \"stem\"}\n" },
	{ "{match: \"block_*\"}", true, "tttfftf", "freeze: {match: [\"block_*\"]}\n" },
	{ "{match: [\"*_bn\", re_lu, \"block_[2-9]*\"]}", true, "tfftftf",
		"freeze: {match: [\"*_bn\", \"re_lu\", \"block_[2-9]*\"]}\n" },
};

START_TEST(selectors_freeze_what_keras_counts)
{
	struct freeze_case c;
	freeze_open(&c, freeze_meanings[_i].selector);
	ck_assert(freeze_apply(&c.reader, &c.freeze, &c.layers, c.layers.n, freeze_meanings[_i].input));
	ck_assert_int_eq(diags_errors(c.diags), 0);
	ck_assert_str_eq(freeze_pattern(&c), freeze_meanings[_i].frozen);
	freeze_close(&c);
}
END_TEST

START_TEST(selectors_print_as_they_are_read)
{
	struct freeze_case c, again;
	struct str out = STR_INIT, twice = STR_INIT;
	const struct field only[] = { freeze_table[0], FIELD_END };
	freeze_open(&c, freeze_meanings[_i].selector);
	field_print(only, &c, NULL, false, &out);
	ck_assert_str_eq(str_text(&out), freeze_meanings[_i].printed);
	if (out.len) {
		freeze_open(&again, str_text(&out) + strlen("freeze: "));
		field_print(only, &again, NULL, false, &twice);
		ck_assert_str_eq(str_text(&twice), freeze_meanings[_i].printed);
		freeze_close(&again);
	}
	str_free(&out);
	str_free(&twice);
	freeze_close(&c);
}
END_TEST

START_TEST(only_the_first_n_layers_are_touched)
{
	struct freeze_case c;
	freeze_open(&c, "{all_but_last: 1}");
	ck_assert(freeze_apply(&c.reader, &c.freeze, &c.layers, 4, true));
	ck_assert_str_eq(freeze_pattern(&c), "ffftftt");
	freeze_close(&c);
}
END_TEST

static const struct { const char *selector, *error; } freeze_refused[] = {
	{ "true", "1:9: error: unknown freeze \"true\"|freeze: all" },
	{ "false", "1:9: error: unknown freeze \"false\"|freeze: none" },
	{ "20", "1:9: error: unknown freeze \"20\"|{all_but_last: 20} or {first: 20}" },
	{ "nonne", "1:9: error: unknown freeze \"nonne\"|did you mean \"none\"?" },
	{ "all_but_lst", "1:9: error: unknown freeze \"all_but_lst\"|{all_but_last: …}" },
	{ "backbone", "1:9: error: unknown freeze \"backbone\"|all, none, {all_but_last: N}, "
		"{first: N}, {before: LAYER}, or {match: GLOB or list}" },
	{ "[stem]", "1:9: error: freeze must be a word or a map, found a list|"
		"{match: [GLOB, …]} takes several patterns" },
	{ "{}", "1:9: error: freeze: no selector is given|all, none, {all_but_last: N}, {first: N}, "
		"{before: LAYER}, or {match: GLOB or list}" },
	{ "{first: 2, before: stem}", "1:20: error: freeze takes one selector, and both first and "
		"before are given|keep one of them" },
	{ "{last: 2}", "1:10: error: unknown key \"last\" in freeze|did you mean "
		"\"all_but_last\"?" },
	{ "{first: 0}", "1:17: error: first must be an integer of 1 or more, found 0|" },
	{ "{first: 9}", "1:17: error: first: 9, and there are 8 layers|"
		"first: 1 to 8, as Keras counts: the input layer is the first" },
	{ "{all_but_last: 9}", "1:24: error: all_but_last: 9, and there are 8 layers|"
		"all_but_last: 1 to 8, as Keras counts: the input layer is the first" },
	{ "{before: block_2_con}", "1:18: error: before: no layer is called \"block_2_con\"|"
		"nearest: \"block_2_conv\"" },
	{ "{before: head}", "1:18: error: before: no layer is called \"head\"|"
		"the layers are \"stem\" to \"block_2_conv\"; `tlrun layers` lists a backbone's" },
	{ "{match: [stem, \"blok_1*\", \"x*\"]}",
		"1:24: error: match: no layer matches \"blok_1*\"|"
		"nearest: \"block_1_conv\", \"block_1_bn\"" },
	{ "{match: []}", "1:17: error: match must be text, or a list of such, found an "
		"empty list|" },
};

START_TEST(refusals_say_place_and_cure)
{
	struct freeze_case c;
	struct str s = STR_INIT;
	freeze_open(&c, freeze_refused[_i].selector);
	if (diags_errors(c.diags) == 0)
		ck_assert(!freeze_apply(&c.reader, &c.freeze, &c.layers, c.layers.n, true));
	ck_assert_str_eq(freeze_pattern(&c), "ttttftt");
	diags_format(c.diags, false, &s);
	const char *bar = strchr(freeze_refused[_i].error, '|');
	const char *line = arena_strndup(c.arena, freeze_refused[_i].error,
		(size_t)(bar - freeze_refused[_i].error));
	ck_assert_msg(strstr(str_text(&s), arena_printf(c.arena, "f.yaml:%s\n", line)) != NULL,
		"%s", str_text(&s));
	ck_assert_msg(strstr(str_text(&s), bar + 1) != NULL, "%s", str_text(&s));
	str_free(&s);
	freeze_close(&c);
}
END_TEST

START_TEST(batch_norms_are_set_to_inference_and_back)
{
	struct freeze_case c;
	freeze_open(&c, "none");
	const struct batch_normalization *stem = c.layers.v[1].opts, *block = c.layers.v[4].opts;
	freeze_batch_norms(&c.layers, 2, true);
	ck_assert(stem->inference);
	ck_assert(!block->inference);
	freeze_batch_norms(&c.layers, FREEZE_LAYERS, true);
	ck_assert(block->inference);
	freeze_batch_norms(&c.layers, FREEZE_LAYERS, false);
	ck_assert(!stem->inference);
	freeze_close(&c);
}
END_TEST

START_TEST(a_copy_changes_alone)
{
	struct freeze_case c;
	freeze_open(&c, "all");
	struct kind_list copy = freeze_copy(c.arena, &c.layers);
	ck_assert(freeze_apply(&c.reader, &c.freeze, &copy, copy.n, true));
	freeze_batch_norms(&copy, copy.n, true);
	ck_assert_str_eq(freeze_pattern(&c), "ttttftt");
	ck_assert(!((const struct batch_normalization *)c.layers.v[1].opts)->inference);
	c.layers = copy;
	ck_assert_str_eq(freeze_pattern(&c), "fffffff");
	ck_assert(((const struct batch_normalization *)c.layers.v[1].opts)->inference);
	freeze_close(&c);
}
END_TEST

Suite *
suite_freeze(void)
{
	Suite *s = suite_create("freeze");
	TCase *t = tcase_create("freeze");
	const int meanings = sizeof freeze_meanings / sizeof *freeze_meanings;
	tcase_add_loop_test(t, selectors_freeze_what_keras_counts, 0, meanings);
	tcase_add_loop_test(t, selectors_print_as_they_are_read, 0, meanings);
	tcase_add_test(t, only_the_first_n_layers_are_touched);
	tcase_add_loop_test(t, refusals_say_place_and_cure, 0,
		sizeof freeze_refused / sizeof *freeze_refused);
	tcase_add_test(t, batch_norms_are_set_to_inference_and_back);
	tcase_add_test(t, a_copy_changes_alone);
	suite_add_tcase(s, t);
	return s;
}
