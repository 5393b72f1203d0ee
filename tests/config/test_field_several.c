/* Pairs, paddings and lists. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

static const struct {
	const char *text, *errors;
} pairs_are_pairs_cases[] = {
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: [1, 2, 3]}]\n",
		"x.yaml:3:44: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found a list\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: [1, 2, 3]}]\n"
		"      |                                            ^~~~~~~~~\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: [1, x]}]\n",
		"x.yaml:3:48: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found \"x\"\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: [1, x]}]\n"
		"      |                                                ^\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 0}]\n",
		"x.yaml:3:44: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found 0\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 0}]\n"
		"      |                                            ^\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: {h: 1}}]\n",
		"x.yaml:3:44: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found a map\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: {h: 1}}]\n"
		"      |                                            ^~~~~~\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: []}]\n",
		"x.yaml:3:44: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found an empty list\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: []}]\n"
		"      |                                            ^~\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: num_classes}]\n",
		"x.yaml:3:44: error: kernel_size must be an integer of 1 or more, or a pair [heigh"
		"t, width], found \"num_classes\"\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: num_classes}]\n"
		"      |                                            ^~~~~~~~~~~\n" },
};

START_TEST(pairs_are_pairs)
{
	for (size_t i = 0; i < sizeof(pairs_are_pairs_cases) / sizeof(pairs_are_pairs_cases[0]); i++)
		toy_expect(pairs_are_pairs_cases[i].text, pairs_are_pairs_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} padding_has_three_spellings_cases[] = {
	{ HEAD "layers: [zero_padding2d: {padding: [[1, 2], 3]}]\n",
		"x.yaml:3:45: error: padding must be an integer of 0 or more, [height, width] or ["
		"[top, bottom], [left, right]], found 3\n"
		"    3 | layers: [zero_padding2d: {padding: [[1, 2], 3]}]\n"
		"      |                                             ^\n" },
	{ HEAD "layers: [zero_padding2d: {padding: [1, 2, 3, 4]}]\n",
		"x.yaml:3:36: error: padding must be an integer of 0 or more, [height, width] or ["
		"[top, bottom], [left, right]], found a list\n"
		"    3 | layers: [zero_padding2d: {padding: [1, 2, 3, 4]}]\n"
		"      |                                    ^~~~~~~~~~~~\n" },
	{ HEAD "layers: [zero_padding2d: {padding: -1}]\n",
		"x.yaml:3:36: error: padding must be an integer of 0 or more, [height, width] or ["
		"[top, bottom], [left, right]], found -1\n"
		"    3 | layers: [zero_padding2d: {padding: -1}]\n"
		"      |                                    ^~\n" },
	{ HEAD "layers: [zero_padding2d: {padding: [[1, 2], [3, -4]]}]\n",
		"x.yaml:3:49: error: padding must be an integer of 0 or more, [height, width] or ["
		"[top, bottom], [left, right]], found -4\n"
		"    3 | layers: [zero_padding2d: {padding: [[1, 2], [3, -4]]}]\n"
		"      |                                                 ^~\n" },
	{ HEAD "layers: [zero_padding2d: {padding: [[1, 2], [3]]}]\n",
		"x.yaml:3:45: error: padding must be an integer of 0 or more, [height, width] or ["
		"[top, bottom], [left, right]], found a list\n"
		"    3 | layers: [zero_padding2d: {padding: [[1, 2], [3]]}]\n"
		"      |                                             ^~~\n" },
};

START_TEST(padding_has_three_spellings)
{
	for (size_t i = 0; i < sizeof(padding_has_three_spellings_cases) /
							   sizeof(padding_has_three_spellings_cases[0]);
		 i++)
		toy_expect(
			padding_has_three_spellings_cases[i].text, padding_has_three_spellings_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} lists_are_lists_cases[] = {
	{ HEAD "seeds: []\n",
		"x.yaml:3:8: error: seeds must be an integer from 0 to 9007199254740992, or a list"
		" of such, found an empty list\n"
		"    3 | seeds: []\n"
		"      |        ^~\n" },
	{ HEAD "seeds: [1, x]\n",
		"x.yaml:3:12: error: seeds must be an integer from 0 to 9007199254740992, or a lis"
		"t of such, found \"x\"\n"
		"    3 | seeds: [1, x]\n"
		"      |            ^\n" },
	{ HEAD "seeds: [1, -1, \"2\"]\n",
		"x.yaml:3:12: error: seeds must be an integer from 0 to 9007199254740992, or a lis"
		"t of such, found -1\n"
		"    3 | seeds: [1, -1, \"2\"]\n"
		"      |            ^~\n"
		"x.yaml:3:16: error: seeds must be an integer from 0 to 9007199254740992, or a lis"
		"t of such, found the string \"2\"\n"
		"    3 | seeds: [1, -1, \"2\"]\n"
		"      |                ^~~  remove the quotes\n" },
	{ HEAD "seeds: one\n",
		"x.yaml:3:8: error: seeds must be an integer from 0 to 9007199254740992, or a list"
		" of such, found \"one\"\n"
		"    3 | seeds: one\n"
		"      |        ^~~\n" },
	{ HEAD "mean: [0.5, .inf]\n",
		"x.yaml:3:13: error: mean must be a number, or a list of such, found .inf\n"
		"    3 | mean: [0.5, .inf]\n"
		"      |             ^~~~  the number must be finite\n" },
	{ HEAD "mean: {r: 1}\n",
		"x.yaml:3:7: error: mean must be a number, or a list of such, found a map\n"
		"    3 | mean: {r: 1}\n"
		"      |       ^~~~~~\n" },
	{ HEAD "classes: [a, [b]]\n",
		"x.yaml:3:14: error: classes must be text, or a list of such, found a list\n"
		"    3 | classes: [a, [b]]\n"
		"      |              ^~~\n" },
	{ HEAD "reports: [confusion]\n",
		"x.yaml:3:11: error: reports must be confusion_matrix or calibration, or a list of"
		" such, found \"confusion\"\n"
		"    3 | reports: [confusion]\n"
		"      |           ^~~~~~~~~  did you mean \"confusion_matrix\"?\n" },
	{ HEAD "reports: calibratoin\n",
		"x.yaml:3:10: error: reports must be confusion_matrix or calibration, or a list of"
		" such, found \"calibratoin\"\n"
		"    3 | reports: calibratoin\n"
		"      |          ^~~~~~~~~~~  did you mean \"calibration\"?\n" },
};

START_TEST(lists_are_lists)
{
	for (size_t i = 0; i < sizeof(lists_are_lists_cases) / sizeof(lists_are_lists_cases[0]); i++)
		toy_expect(lists_are_lists_cases[i].text, lists_are_lists_cases[i].errors);
}
END_TEST

Suite *
suite_field_several(void)
{
	Suite *s = suite_create("field_several");
	TCase *t = tcase_create("field_several");
	tcase_add_test(t, pairs_are_pairs);
	tcase_add_test(t, padding_has_three_spellings);
	tcase_add_test(t, lists_are_lists);
	suite_add_tcase(s, t);
	return s;
}
