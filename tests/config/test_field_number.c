/* Numbers: every way in which one is none, or out of range. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

static const struct {
	const char *text, *errors;
} integers_are_integers_cases[] = {
	{ "version: 2\n"
	  "dataset: {name: cifar10}\n",
		"x.yaml:1:10: error: version must be 1, found 2\n"
		"    1 | version: 2\n"
		"      |          ^\n" },
	{ HEAD "training: {epochs: ten}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found \"ten\"\n"
		"    3 | training: {epochs: ten}\n"
		"      |                    ^~~\n" },
	{ HEAD "training: {epochs: \"10\"}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found the string \"10"
		"\"\n"
		"    3 | training: {epochs: \"10\"}\n"
		"      |                    ^~~~  remove the quotes\n" },
	{ HEAD "training: {epochs: '10'}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found the string \"10"
		"\"\n"
		"    3 | training: {epochs: '10'}\n"
		"      |                    ^~~~  remove the quotes\n" },
	{ HEAD "training: {epochs: 1.0}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 1.0\n"
		"    3 | training: {epochs: 1.0}\n"
		"      |                    ^~~  write 1\n" },
	{ HEAD "training: {epochs: 1e1}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 1e1\n"
		"    3 | training: {epochs: 1e1}\n"
		"      |                    ^~~  write 10\n" },
	{ HEAD "training: {epochs: 1.5}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 1.5\n"
		"    3 | training: {epochs: 1.5}\n"
		"      |                    ^~~\n" },
	{ HEAD "training: {epochs: 0}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 0\n"
		"    3 | training: {epochs: 0}\n"
		"      |                    ^\n" },
	{ HEAD "training: {epochs: -3}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found -3\n"
		"    3 | training: {epochs: -3}\n"
		"      |                    ^~\n" },
	{ HEAD "training: {epochs: .inf}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found .inf\n"
		"    3 | training: {epochs: .inf}\n"
		"      |                    ^~~~  the number must be finite\n" },
	{ HEAD "training: {epochs: 99999999999}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 99999999999\n"
		"    3 | training: {epochs: 99999999999}\n"
		"      |                    ^~~~~~~~~~~  the number is too large\n" },
	{ HEAD "training: {epochs: 99999999999999999999999}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found 999999999999999"
		"99999999\n"
		"    3 | training: {epochs: 99999999999999999999999}\n"
		"      |                    ^~~~~~~~~~~~~~~~~~~~~~~  the number is too large\n" },
	{ HEAD "training: {epochs: [1]}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found a list\n"
		"    3 | training: {epochs: [1]}\n"
		"      |                    ^~~\n" },
	{ HEAD "training: {epochs: {a: 1}}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found a map\n"
		"    3 | training: {epochs: {a: 1}}\n"
		"      |                    ^~~~~~\n" },
	{ HEAD "training: {epochs: true}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found true\n"
		"    3 | training: {epochs: true}\n"
		"      |                    ^~~~\n" },
	{ HEAD "training: {epochs: 1_000}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found \"1_000\"\n"
		"    3 | training: {epochs: 1_000}\n"
		"      |                    ^~~~~\n" },
	{ HEAD "training: {epochs: 0b11}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found \"0b11\"\n"
		"    3 | training: {epochs: 0b11}\n"
		"      |                    ^~~~\n" },
	{ HEAD "training: {epochs: 10k}\n",
		"x.yaml:3:20: error: epochs must be an integer of 1 or more, found \"10k\"\n"
		"    3 | training: {epochs: 10k}\n"
		"      |                    ^~~\n" },
	{ HEAD "training: {batch_size: 5000}\n",
		"x.yaml:3:24: error: batch_size must be an integer from 1 to 4096, found 5000\n"
		"    3 | training: {batch_size: 5000}\n"
		"      |                        ^~~~\n" },
	{ HEAD "training:\n"
		   "  epochs: |\n"
		   "    10\n",
		"x.yaml:4:11: error: epochs must be an integer of 1 or more, found the string \"10"
		" \"\n"
		"    4 |   epochs: |\n"
		"      |           ^\n" },
};

START_TEST(integers_are_integers)
{
	for (size_t i = 0;
		 i < sizeof(integers_are_integers_cases) / sizeof(integers_are_integers_cases[0]); i++)
		toy_expect(integers_are_integers_cases[i].text, integers_are_integers_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} reals_are_finite_and_in_range_cases[] = {
	{ HEAD "training: {optimizer: {type: adam, learning_rate: fast}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found \"fast\"\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: fast}}\n"
		"      |                                                   ^~~~\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: \"1e-3\"}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found the string \"1e"
		"-3\"\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: \"1e-3\"}}\n"
		"      |                                                   ^~~~~~  remove the quot"
		"es\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: 0}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found 0\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: 0}}\n"
		"      |                                                   ^\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: .nan}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found .nan\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: .nan}}\n"
		"      |                                                   ^~~~  the number must b"
		"e finite\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: -.inf}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found -.inf\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: -.inf}}\n"
		"      |                                                   ^~~~~  the number must "
		"be finite\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: 1e999}}\n",
		"x.yaml:3:51: error: learning_rate must be a number above 0, found 1e999\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: 1e999}}\n"
		"      |                                                   ^~~~~  no number of the"
		" machine is that large or small\n" },
	{ HEAD "training: {optimizer: {type: adam, beta_1: 1}}\n",
		"x.yaml:3:44: error: beta_1 must be a number of 0 or more and below 1, found 1\n"
		"    3 | training: {optimizer: {type: adam, beta_1: 1}}\n"
		"      |                                            ^\n" },
	{ HEAD "training: {optimizer: {type: adam, beta_1: -0.1}}\n",
		"x.yaml:3:44: error: beta_1 must be a number of 0 or more and below 1, found -0.1\n"
		"    3 | training: {optimizer: {type: adam, beta_1: -0.1}}\n"
		"      |                                            ^~~~\n" },
	{ HEAD "training: {optimizer: {type: adam, learning_rate: 1,000}}\n",
		"x.yaml:3:53: error: unknown key \"000\" in adam\n"
		"    3 | training: {optimizer: {type: adam, learning_rate: 1,000}}\n"
		"      |                                                     ^~~  one of: type, le"
		"arning_rate, beta_1\n" },
};

START_TEST(reals_are_finite_and_in_range)
{
	for (size_t i = 0; i < sizeof(reals_are_finite_and_in_range_cases) /
							   sizeof(reals_are_finite_and_in_range_cases[0]);
		 i++)
		toy_expect(reals_are_finite_and_in_range_cases[i].text,
			reals_are_finite_and_in_range_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} layer_sizes_may_say_num_classes_cases[] = {
	{ HEAD "layers: [dense: {units: num_class}]\n",
		"x.yaml:3:25: error: units must be an integer of 1 or more, or num_classes, found "
		"\"num_class\"\n"
		"    3 | layers: [dense: {units: num_class}]\n"
		"      |                         ^~~~~~~~~  did you mean \"num_classes\"?\n" },
	{ HEAD "layers: [dense: {units: many}]\n",
		"x.yaml:3:25: error: units must be an integer of 1 or more, or num_classes, found "
		"\"many\"\n"
		"    3 | layers: [dense: {units: many}]\n"
		"      |                         ^~~~\n" },
	{ HEAD "layers: [dense: {units: 0}]\n",
		"x.yaml:3:25: error: units must be an integer of 1 or more, or num_classes, found "
		"0\n"
		"    3 | layers: [dense: {units: 0}]\n"
		"      |                         ^\n" },
};

START_TEST(layer_sizes_may_say_num_classes)
{
	for (size_t i = 0; i < sizeof(layer_sizes_may_say_num_classes_cases) /
							   sizeof(layer_sizes_may_say_num_classes_cases[0]);
		 i++)
		toy_expect(layer_sizes_may_say_num_classes_cases[i].text,
			layer_sizes_may_say_num_classes_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} sizes_are_sizes_cases[] = {
	{ HEAD "runtime: {memory_limit: 5X}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found \"5X\"\n"
		"    3 | runtime: {memory_limit: 5X}\n"
		"      |                         ^~\n" },
	{ HEAD "runtime: {memory_limit: \"2G\"}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found the string \"2G\"\n"
		"    3 | runtime: {memory_limit: \"2G\"}\n"
		"      |                         ^~~~  remove the quotes\n" },
	{ HEAD "runtime: {memory_limit: 1}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found 1\n"
		"    3 | runtime: {memory_limit: 1}\n"
		"      |                         ^\n" },
	{ HEAD "runtime: {memory_limit: 2GB}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found \"2GB\"\n"
		"    3 | runtime: {memory_limit: 2GB}\n"
		"      |                         ^~~  write 2G\n" },
	{ HEAD "runtime: {memory_limit: 99999999999T}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found \"99999999999T\"\n"
		"    3 | runtime: {memory_limit: 99999999999T}\n"
		"      |                         ^~~~~~~~~~~~\n" },
	{ HEAD "runtime: {memory_limit: [2G]}\n",
		"x.yaml:3:25: error: memory_limit must be a size such as 512M or 2G, 1024 bytes or"
		" more, found a list\n"
		"    3 | runtime: {memory_limit: [2G]}\n"
		"      |                         ^~~~\n" },
};

START_TEST(sizes_are_sizes)
{
	for (size_t i = 0; i < sizeof(sizes_are_sizes_cases) / sizeof(sizes_are_sizes_cases[0]); i++)
		toy_expect(sizes_are_sizes_cases[i].text, sizes_are_sizes_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} durations_are_durations_cases[] = {
	{ HEAD "training: {max_time: 90}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"90\n"
		"    3 | training: {max_time: 90}\n"
		"      |                      ^~  write 90s for seconds\n" },
	{ HEAD "training: {max_time: 30m1h}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"\"30m1h\"\n"
		"    3 | training: {max_time: 30m1h}\n"
		"      |                      ^~~~~\n" },
	{ HEAD "training: {max_time: \"2h\"}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"the string \"2h\"\n"
		"    3 | training: {max_time: \"2h\"}\n"
		"      |                      ^~~~  remove the quotes\n" },
	{ HEAD "training: {max_time: 1.5h}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"\"1.5h\"\n"
		"    3 | training: {max_time: 1.5h}\n"
		"      |                      ^~~~\n" },
	{ HEAD "training: {max_time: soon}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"\"soon\"\n"
		"    3 | training: {max_time: soon}\n"
		"      |                      ^~~~\n" },
	{ HEAD "training: {max_time: 99999999999s}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"\"99999999999s\"\n"
		"    3 | training: {max_time: 99999999999s}\n"
		"      |                      ^~~~~~~~~~~~\n" },
	{ HEAD "training: {max_time: 1h1h}\n",
		"x.yaml:3:22: error: max_time must be a duration such as 90s, 30m or 1h30m, found "
		"\"1h1h\"\n"
		"    3 | training: {max_time: 1h1h}\n"
		"      |                      ^~~~\n" },
};

START_TEST(durations_are_durations)
{
	for (size_t i = 0;
		 i < sizeof(durations_are_durations_cases) / sizeof(durations_are_durations_cases[0]); i++)
		toy_expect(durations_are_durations_cases[i].text, durations_are_durations_cases[i].errors);
}
END_TEST

Suite *
suite_field_number(void)
{
	Suite *s = suite_create("field_number");
	TCase *t = tcase_create("field_number");
	tcase_add_test(t, integers_are_integers);
	tcase_add_test(t, reals_are_finite_and_in_range);
	tcase_add_test(t, layer_sizes_may_say_num_classes);
	tcase_add_test(t, sizes_are_sizes);
	tcase_add_test(t, durations_are_durations);
	suite_add_tcase(s, t);
	return s;
}
