/* The nearest name. */
#include "tlrun/suggest.h"

#include <string.h>

#include "base/suites.h"

static const char *const kinds[] = { "conv2d", "dense", "depthwise_conv2d", "dropout", "flatten",
	"global_average_pooling2d", "max_pooling2d", "re_lu", "filters", "filter" };
enum { KINDS = sizeof kinds / sizeof kinds[0] };

START_TEST(distance_counts_edits)
{
	static const struct {
		const char *a, *b;
		int edits;
	} cases[] = {
		{ "", "", 0 },
		{ "abc", "", 3 },
		{ "", "abc", 3 },
		{ "abc", "abc", 0 },
		{ "abc", "ABC", 0 },
		{ "kitten", "sitting", 3 },
		{ "filtres", "filters", 1 },
		{ "ab", "ba", 1 },
		{ "dens", "dense", 1 },
		{ "ddense", "dense", 1 },
		{ "densa", "dense", 1 },
		{ "ca", "abc", 3 }, /* optimal string alignment edits no substring twice */
		{ "a cat", "an act", 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_assert_int_eq(suggest_distance(cases[i].a, cases[i].b), cases[i].edits);
		ck_assert_int_eq(suggest_distance(cases[i].b, cases[i].a), cases[i].edits);
	}
}
END_TEST

START_TEST(near_names_are_found)
{
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{ "filtres", "filters" },
		{ "Conv2D", "conv2d" },
		{ "relu", "re_lu" },
		{ "flaten", "flatten" },
		{ "maxpooling2d", "max_pooling2d" },
		{ "global_avg_pooling2d", "global_average_pooling2d" },
		{ "filtes", "filters" },
		{ "conv", "conv2d" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const int at = suggest_nearest(cases[i].word, kinds, KINDS);
		ck_assert_int_ge(at, 0);
		ck_assert_str_eq(kinds[at], cases[i].nearest);
	}
}
END_TEST

START_TEST(far_names_are_not_offered)
{
	ck_assert_int_eq(suggest_nearest("optimizer", kinds, KINDS), -1);
	ck_assert_int_eq(suggest_nearest("", kinds, KINDS), -1);
	ck_assert_int_eq(suggest_nearest("dense", kinds, 0), -1);
	ck_assert_int_eq(suggest_nearest("global_max_pooling2d", kinds, KINDS - 4), -1);
	/* Two edits make any word of two letters any other. */
	static const char *const two[] = { "lr", "id" };
	ck_assert_int_eq(suggest_nearest("zz", two, 2), -1);
	ck_assert_int_eq(suggest_nearest("lt", two, 2), 0);
}
END_TEST

START_TEST(ties_go_to_the_first)
{
	static const char *const names[] = { "beta_2", "beta_1" };
	ck_assert_int_eq(suggest_nearest("beta_3", names, 2), 0);
}
END_TEST

START_TEST(very_long_words_are_no_trouble)
{
	char word[1000];
	memset(word, 'd', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	ck_assert_int_eq(suggest_distance(word, "dense"), 999);
	ck_assert_int_eq(suggest_distance(word, word), 0);
	ck_assert_int_eq(suggest_nearest(word, kinds, KINDS), -1);
}
END_TEST

Suite *
suite_suggest(void)
{
	Suite *s = suite_create("suggest");
	TCase *t = tcase_create("suggest");
	tcase_add_test(t, distance_counts_edits);
	tcase_add_test(t, near_names_are_found);
	tcase_add_test(t, far_names_are_not_offered);
	tcase_add_test(t, ties_go_to_the_first);
	tcase_add_test(t, very_long_words_are_no_trouble);
	suite_add_tcase(s, t);
	return s;
}
