/* Booleans, text, words, maps. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

static const struct {
	const char *text, *errors;
} booleans_are_true_or_false_cases[] = {
	{ HEAD "training: {shuffle: yes}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found \"yes\"\n"
		"    3 | training: {shuffle: yes}\n"
		"      |                     ^~~  write true\n" },
	{ HEAD "training: {shuffle: off}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found \"off\"\n"
		"    3 | training: {shuffle: off}\n"
		"      |                     ^~~  write false\n" },
	{ HEAD "training: {shuffle: 1}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found 1\n"
		"    3 | training: {shuffle: 1}\n"
		"      |                     ^  write true\n" },
	{ HEAD "training: {shuffle: \"true\"}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found the string \"true\"\n"
		"    3 | training: {shuffle: \"true\"}\n"
		"      |                     ^~~~~~  remove the quotes\n" },
	{ HEAD "training: {shuffle: maybe}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found \"maybe\"\n"
		"    3 | training: {shuffle: maybe}\n"
		"      |                     ^~~~~\n" },
	{ HEAD "training: {shuffle: tRue}\n",
		"x.yaml:3:21: error: shuffle must be true or false, found \"tRue\"\n"
		"    3 | training: {shuffle: tRue}\n"
		"      |                     ^~~~\n" },
};

START_TEST(booleans_are_true_or_false)
{
	for (size_t i = 0;
		 i < sizeof(booleans_are_true_or_false_cases) / sizeof(booleans_are_true_or_false_cases[0]);
		 i++)
		toy_expect(
			booleans_are_true_or_false_cases[i].text, booleans_are_true_or_false_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} text_and_slugs_are_checked_cases[] = {
	{ HEAD "description: [a]\n", "x.yaml:3:14: error: description must be text, found a list\n"
								 "    3 | description: [a]\n"
								 "      |              ^~~\n" },
	{ HEAD "description: {a: b}\n", "x.yaml:3:14: error: description must be text, found a map\n"
									"    3 | description: {a: b}\n"
									"      |              ^~~~~~\n" },
	{ HEAD "name: a b\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found \"a b\"\n"
		"    3 | name: a b\n"
		"      |       ^~~\n" },
	{ HEAD "name: -x\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found \"-x\"\n"
		"    3 | name: -x\n"
		"      |       ^~\n" },
	{ HEAD "name: \"\"\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found the string \"\"\n"
		"    3 | name: \"\"\n"
		"      |       ^~\n" },
	{ HEAD "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\"\n"
		"    3 | name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"      |       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n" },
	{ HEAD "name: é\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found \"é\"\n"
		"    3 | name: é\n"
		"      |       ^\n" },
	{ HEAD "name: a/b\n",
		"x.yaml:3:7: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", t"
		"he first a letter or digit, found \"a/b\"\n"
		"    3 | name: a/b\n"
		"      |       ^~~\n" },
};

START_TEST(text_and_slugs_are_checked)
{
	for (size_t i = 0;
		 i < sizeof(text_and_slugs_are_checked_cases) / sizeof(text_and_slugs_are_checked_cases[0]);
		 i++)
		toy_expect(
			text_and_slugs_are_checked_cases[i].text, text_and_slugs_are_checked_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} words_are_one_of_a_list_cases[] = {
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, padding: smae}]\n",
		"x.yaml:3:56: error: padding must be valid or same, found \"smae\"\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, padding: smae}]\n"
		"      |                                                        ^~~~  did you mean"
		" \"same\"?\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, padding: SAME}]\n",
		"x.yaml:3:56: error: padding must be valid or same, found \"SAME\"\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, padding: SAME}]\n"
		"      |                                                        ^~~~  did you mean"
		" \"same\"?\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, padding: full}]\n",
		"x.yaml:3:56: error: padding must be valid or same, found \"full\"\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, padding: full}]\n"
		"      |                                                        ^~~~\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, padding: [1]}]\n",
		"x.yaml:3:56: error: padding must be valid or same, found a list\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, padding: [1]}]\n"
		"      |                                                        ^~~\n" },
};

START_TEST(words_are_one_of_a_list)
{
	for (size_t i = 0;
		 i < sizeof(words_are_one_of_a_list_cases) / sizeof(words_are_one_of_a_list_cases[0]); i++)
		toy_expect(words_are_one_of_a_list_cases[i].text, words_are_one_of_a_list_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} maps_and_customs_are_checked_cases[] = {
	{ HEAD "training: fast\n",
		"x.yaml:3:11: error: training must be a map of keys, found \"fast\"\n"
		"    3 | training: fast\n"
		"      |           ^~~~\n" },
	{ HEAD "training: [1]\n", "x.yaml:3:11: error: training must be a map of keys, found a list\n"
							  "    3 | training: [1]\n"
							  "      |           ^~~\n" },
	{ HEAD "training: 3\n", "x.yaml:3:11: error: training must be a map of keys, found 3\n"
							"    3 | training: 3\n"
							"      |           ^\n" },
	{ HEAD "training: {early_stopping: true}\n",
		"x.yaml:3:28: error: early_stopping must be a map of keys, found true\n"
		"    3 | training: {early_stopping: true}\n"
		"      |                            ^~~~\n" },
	{ HEAD "odd: x\n", "x.yaml:3:6: error: expected an odd number, found \"x\"\n"
					   "    3 | odd: x\n"
					   "      |      ^\n" },
	{ HEAD "odd: \"3\"\n", "x.yaml:3:6: error: expected an odd number, found the string \"3\"\n"
						   "    3 | odd: \"3\"\n"
						   "      |      ^~~  remove the quotes\n" },
	{ HEAD "odd: 4\n", "x.yaml:3:6: error: expected an odd number, found 4\n"
					   "    3 | odd: 4\n"
					   "      |      ^  add one\n" },
	{ HEAD "training: {early_stopping: {patience: 101}}\n",
		"x.yaml:3:29: error: that is no patience, it is hope\n"
		"    3 | training: {early_stopping: {patience: 101}}\n"
		"      |                             ^~~~~~~~  train longer instead\n" },
};

START_TEST(maps_and_customs_are_checked)
{
	for (size_t i = 0; i < sizeof(maps_and_customs_are_checked_cases) /
							   sizeof(maps_and_customs_are_checked_cases[0]);
		 i++)
		toy_expect(maps_and_customs_are_checked_cases[i].text,
			maps_and_customs_are_checked_cases[i].errors);
}
END_TEST

Suite *
suite_field_word(void)
{
	Suite *s = suite_create("field_word");
	TCase *t = tcase_create("field_word");
	tcase_add_test(t, booleans_are_true_or_false);
	tcase_add_test(t, text_and_slugs_are_checked);
	tcase_add_test(t, words_are_one_of_a_list);
	tcase_add_test(t, maps_and_customs_are_checked);
	suite_add_tcase(s, t);
	return s;
}
