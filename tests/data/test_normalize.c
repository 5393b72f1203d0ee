/* preprocessing.normalize as it is written, and what it does to pixels, in Keras's float32
 * steps. */
#include <string.h>

#include "data/normalize.h"
#include "data/suites.h"
#include "tlrun/arena.h"

static struct arena *arena;
static struct diags *diags;

struct holder { struct normalize normalize; };
static const struct field table[] = {
	FIELD_CUSTOM(struct holder, normalize, .custom = &normalize_custom, .preset_str = "auto",
		.doc = "what the test reads"),
	FIELD_END
};

static void
setup(void)
{
	arena = arena_new();
	diags = diags_new();
}

static void
teardown(void)
{
	diags_free(diags);
	arena_free(arena);
}

static bool
read_yaml(const char *yaml, struct normalize *out)
{
	struct holder h;
	struct node *root;
	struct field_reader r = { arena, diags };
	document_parse(arena, "test.yaml", yaml, strlen(yaml), &root, diags);
	const bool good = field_read(&r, table, root, "preprocessing", &h);
	*out = h.normalize;
	return good;
}

START_TEST(words_and_lists_are_read_and_printed)
{
	static const struct { const char *yaml, *printed; enum normalize_type type; int n; } good[] = {
		{ "{}", "auto", NORMALIZE_AUTO, 0 },
		{ "normalize: auto", "auto", NORMALIZE_AUTO, 0 },
		{ "normalize: zero_one", "zero_one", NORMALIZE_ZERO_ONE, 0 },
		{ "normalize: minus_one_one", "minus_one_one", NORMALIZE_MINUS_ONE_ONE, 0 },
		{ "normalize: imagenet", "imagenet", NORMALIZE_IMAGENET, 0 },
		{ "normalize: none", "none", NORMALIZE_NONE, 0 },
		{ "normalize: {mean: 0.5, std: [0.25]}", "{mean: [0.5], std: [0.25]}", NORMALIZE_MEAN_STD,
			1 },
		{ "normalize: {mean: [0.1, 0.2, 0.3], std: 0.25}",
			"{mean: [0.1, 0.2, 0.3], std: [0.25, 0.25, 0.25]}", NORMALIZE_MEAN_STD, 3 },
	};
	struct normalize n;
	struct str s = STR_INIT;
	ck_assert(read_yaml(good[_i].yaml, &n));
	ck_assert_int_eq(n.type, good[_i].type);
	ck_assert_int_eq(n.n, good[_i].n);
	normalize_custom.print(&n, &s);
	ck_assert_str_eq(str_text(&s), good[_i].printed);
	str_free(&s);
}
END_TEST

START_TEST(wrong_values_are_reported)
{
	static const struct { const char *yaml, *part; } bad[] = {
		{ "normalize: zero-one", "did you mean \"zero_one\"?" },
		{ "normalize: [0, 1]", "auto, zero_one" },
		{ "normalize: {mean: 0.5}", "std" },
		{ "normalize: {mean: [0.5, 0.5], std: 1}", "mean has 2 values, expected 1 or 3" },
		{ "normalize: {mean: 0.5, std: []}", "std" },
		{ "normalize: {mean: 0.5, std: 0}", "std" },
		{ "normalize: {mean: 0.5, std: 1, scale: 2}", "scale" },
	};
	struct normalize n;
	struct str s = STR_INIT;
	ck_assert(!read_yaml(bad[_i].yaml, &n));
	diags_format(diags, false, &s);
	ck_assert_msg(strstr(str_text(&s), bad[_i].part) != NULL, "%s", str_text(&s));
	str_free(&s);
}
END_TEST

/*
 * numpy: x = np.arange(256, dtype='float32'); x / 255.0; x / 127.5 - 1; (x / 255.0 - m) / s per
 * channel, steps in float32, at levels 0, 1, 77, 128, 254, 255.
 */
START_TEST(levels_are_those_of_numpy)
{
	static const uint8_t level[] = { 0, 1, 77, 128, 254, 255 };
	static const struct { struct normalize n; int channel; float y[6]; } golden[] = {
		{ { .type = NORMALIZE_ZERO_ONE }, 0,
			{ 0x0.0p+0f, 0x1.0101020000000p-8f, 0x1.3535360000000p-2f,
				0x1.0101020000000p-1f, 0x1.fdfdfe0000000p-1f, 0x1.0000000000000p+0f } },
		{ { .type = NORMALIZE_MINUS_ONE_ONE }, 1,
			{ -0x1.0000000000000p+0f, -0x1.fbfbfc0000000p-1f, -0x1.9595940000000p-2f,
				0x1.0102000000000p-8f, 0x1.fbfbfc0000000p-1f, 0x1.0000000000000p+0f } },
		{ { .type = NORMALIZE_IMAGENET }, 0,
			{ -0x1.0f177a0000000p+1f, -0x1.0ce6560000000p+1f, -0x1.993d920000000p-1f,
				0x1.2f5e640000000p-4f, 0x1.1dab140000000p+1f, 0x1.1fdc3a0000000p+1f } },
		{ { .type = NORMALIZE_IMAGENET }, 2,
			{ -0x1.cdf0120000000p+0f, -0x1.c979d40000000p+0f, -0x1.d97e720000000p-2f,
				0x1.b4ba780000000p-2f, 0x1.4fb0680000000p+1f, 0x1.51eb860000000p+1f } },
		{ { NORMALIZE_MEAN_STD, 3, { 0.1, 0.2, 0.3 }, { 0.5, 0.25, 2 } }, 1,
			{ -0x1.99999a0000000p-1f, -0x1.9191920000000p-1f, 0x1.a1a1a40000000p-2f,
				0x1.3535380000000p+0f, 0x1.9797980000000p+1f, 0x1.99999a0000000p+1f } },
	};
	struct pixels p;
	pixels_init(&p, &golden[_i].n, 3, 3);
	for (int j = 0; j < 6; j++) {
		const uint8_t x[3] = { level[j], level[j], level[j] };
		float y[3];
		pixels_image(&p, 1, x, y);
		ck_assert_msg(y[golden[_i].channel] == golden[_i].y[j], "level %d: %a, expected %a",
			level[j], (double)y[golden[_i].channel], (double)golden[_i].y[j]);
	}
}
END_TEST

START_TEST(affine_form_agrees_with_the_levels)
{
	const struct normalize all[] = { { .type = NORMALIZE_ZERO_ONE }, { .type = NORMALIZE_NONE },
		{ .type = NORMALIZE_MINUS_ONE_ONE }, { .type = NORMALIZE_IMAGENET },
		{ NORMALIZE_MEAN_STD, 3, { 0.1, 0.2, 0.3 }, { 0.5, 0.25, 2 } } };
	for (int i = 0; i < 5; i++) {
		struct pixels p;
		pixels_init(&p, &all[i], 3, 3);
		for (int j = 0; j < 3; j++) {
			float scale, offset;
			normalize_affine(&all[i], j, &scale, &offset);
			for (int v = 0; v < 256; v++)
				ck_assert_double_eq_tol((double)scale * v + offset, p.table[j][v], 3e-6);
		}
	}
}
END_TEST

START_TEST(formulas_say_what_is_done)
{
	const struct { struct normalize n; const char *text; } all[] = {
		{ { .type = NORMALIZE_ZERO_ONE }, "x/255" }, { { .type = NORMALIZE_NONE }, "x" },
		{ { .type = NORMALIZE_MINUS_ONE_ONE }, "x/127.5 - 1" },
		{ { .type = NORMALIZE_IMAGENET },
			"(x/255 - [0.485, 0.456, 0.406])/[0.229, 0.224, 0.225]" },
		{ { NORMALIZE_MEAN_STD, 1, { 0.5, 0.5, 0.5 }, { 2, 2, 2 } }, "(x/255 - [0.5])/[2]" } };
	for (int i = 0; i < 5; i++) {
		struct str s = STR_INIT;
		normalize_formula(&all[i].n, &s);
		ck_assert_str_eq(str_text(&s), all[i].text);
		str_free(&s);
	}
}
END_TEST

START_TEST(grey_becomes_colour_and_colour_grey)
{
	const uint8_t grey[] = { 0, 100, 255 }, colour[] = { 10, 20, 30, 255, 255, 255, 200, 0, 77 };
	const struct normalize n = { .type = NORMALIZE_ZERO_ONE };
	struct pixels p;
	float y[9];
	pixels_init(&p, &n, 1, 3);
	pixels_image(&p, 3, grey, y);
	for (int i = 0; i < 9; i++)
		ck_assert(y[i] == (float)grey[i / 3] / 255.0f);
	pixels_init(&p, &n, 3, 1);
	pixels_image(&p, 3, colour, y);
	for (int i = 0; i < 3; i++) {
		const double exact = 0.2989 * colour[3 * i] + 0.5870 * colour[3 * i + 1]
			+ 0.1140 * colour[3 * i + 2];
		ck_assert_double_eq_tol(y[i], exact / 255, 2e-7);
	}
}
END_TEST

Suite *
suite_normalize(void)
{
	Suite *const s = suite_create("normalize");
	TCase *const t = tcase_create("normalize");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, words_and_lists_are_read_and_printed, 0, 8);
	tcase_add_loop_test(t, wrong_values_are_reported, 0, 7);
	tcase_add_loop_test(t, levels_are_those_of_numpy, 0, 5);
	tcase_add_test(t, affine_form_agrees_with_the_levels);
	tcase_add_test(t, formulas_say_what_is_done);
	tcase_add_test(t, grey_becomes_colour_and_colour_grey);
	suite_add_tcase(s, t);
	return s;
}
