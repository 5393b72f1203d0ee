/* Kinds: which one is meant, and how it may be written. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

static const struct {
	const char *text, *errors;
} tagged_kinds_are_named_in_their_map_cases[] = {
	{ "version: 1\n"
	  "dataset: cifar10\n",
		"x.yaml:2:10: error: dataset must be a map, found \"cifar10\"\n"
		"    2 | dataset: cifar10\n"
		"      |          ^~~~~~~  write {name: cifar10}\n" },
	{ "version: 1\n"
	  "dataset: [cifar10]\n",
		"x.yaml:2:10: error: dataset must be a map, found a list\n"
		"    2 | dataset: [cifar10]\n"
		"      |          ^~~~~~~~~\n" },
	{ "version: 1\n"
	  "dataset: {}\n",
		"x.yaml:2:1: error: missing key \"name\" in dataset\n"
		"    2 | dataset: {}\n"
		"      | ^~~~~~~  one of: cifar10, folder\n" },
	{ "version: 1\n"
	  "dataset: {name: null}\n",
		"x.yaml:2:1: error: missing key \"name\" in dataset\n"
		"    2 | dataset: {name: null}\n"
		"      | ^~~~~~~  one of: cifar10, folder\n" },
	{ "version: 1\n"
	  "dataset: {name: [a]}\n",
		"x.yaml:2:17: error: name must be the name of a dataset, found a list\n"
		"    2 | dataset: {name: [a]}\n"
		"      |                 ^~~\n" },
	{ "version: 1\n"
	  "dataset: {name: cifar}\n",
		"x.yaml:2:17: error: unknown dataset \"cifar\"\n"
		"    2 | dataset: {name: cifar}\n"
		"      |                 ^~~~~  did you mean \"cifar10\"?\n" },
	{ "version: 1\n"
	  "dataset: {name: svhn}\n",
		"x.yaml:2:17: error: unknown dataset \"svhn\"\n"
		"    2 | dataset: {name: svhn}\n"
		"      |                 ^~~~  one of: cifar10, folder\n" },
	{ "version: 1\n"
	  "dataset: {name: \"cifar10\", path: x}\n",
		"x.yaml:2:28: error: unknown key \"path\" in cifar10\n"
		"    2 | dataset: {name: \"cifar10\", path: x}\n"
		"      |                            ^~~~  an argument of folder\n" },
	{ "version: 1\n"
	  "dataset:\n"
	  "  name: folder\n",
		"x.yaml:2:1: error: missing key \"path\" in folder\n"
		"    2 | dataset:\n"
		"      | ^~~~~~~  path: root of the images\n" },
	{ HEAD "training: {optimizer: adm}\n",
		"x.yaml:3:23: error: unknown optimizer \"adm\"\n"
		"    3 | training: {optimizer: adm}\n"
		"      |                       ^~~  did you mean \"adam\"?\n" },
	{ HEAD "training: {optimizer: Adam}\n",
		"x.yaml:3:23: error: unknown optimizer \"Adam\"\n"
		"    3 | training: {optimizer: Adam}\n"
		"      |                       ^~~~  did you mean \"adam\"?\n" },
	{ HEAD "training: {optimizer: SGD}\n",
		"x.yaml:3:23: error: unknown optimizer \"SGD\"\n"
		"    3 | training: {optimizer: SGD}\n"
		"      |                       ^~~  did you mean \"sgd\"?\n" },
	{ HEAD "training: {optimizer: lion}\n",
		"x.yaml:3:23: error: unknown optimizer \"lion\"\n"
		"    3 | training: {optimizer: lion}\n"
		"      |                       ^~~~  one of: adam, sgd\n" },
	{ HEAD "training: {optimizer: [adam]}\n",
		"x.yaml:3:23: error: optimizer must be a name or a map, found a list\n"
		"    3 | training: {optimizer: [adam]}\n"
		"      |                       ^~~~~~\n" },
	{ HEAD "training: {optimizer: {learning_rate: 1}}\n",
		"x.yaml:3:12: error: missing key \"type\" in optimizer\n"
		"    3 | training: {optimizer: {learning_rate: 1}}\n"
		"      |            ^~~~~~~~~  one of: adam, sgd\n" },
	{ HEAD "training: {optimizer: {type: {a: b}}}\n",
		"x.yaml:3:30: error: type must be the name of an optimizer, found a map\n"
		"    3 | training: {optimizer: {type: {a: b}}}\n"
		"      |                              ^~~~~~\n" },
	{ HEAD "training: {optimizer: {type: adm}}\n",
		"x.yaml:3:30: error: unknown optimizer \"adm\"\n"
		"    3 | training: {optimizer: {type: adm}}\n"
		"      |                              ^~~  did you mean \"adam\"?\n" },
	{ HEAD "training: {optimizer: {type: sgd, beta_1: 0.5}}\n",
		"x.yaml:3:35: error: unknown key \"beta_1\" in sgd\n"
		"    3 | training: {optimizer: {type: sgd, beta_1: 0.5}}\n"
		"      |                                   ^~~~~~  an argument of adam\n" },
	{ HEAD "training: {optimizer: {type: adam, momentum: 0.5, foo: 1}}\n",
		"x.yaml:3:36: error: unknown key \"momentum\" in adam\n"
		"    3 | training: {optimizer: {type: adam, momentum: 0.5, foo: 1}}\n"
		"      |                                    ^~~~~~~~  an argument of sgd\n"
		"x.yaml:3:51: error: unknown key \"foo\" in adam\n"
		"    3 | training: {optimizer: {type: adam, momentum: 0.5, foo: 1}}\n"
		"      |                                                   ^~~  one of: type, lear"
		"ning_rate, beta_1\n" },
	{ HEAD "training: {optimizer: 3}\n", "x.yaml:3:23: error: unknown optimizer \"3\"\n"
										 "    3 | training: {optimizer: 3}\n"
										 "      |                       ^  one of: adam, sgd\n" },
	{ HEAD "training: {optimizer: {name: sgd}}\n",
		"x.yaml:3:24: error: unknown key \"name\" in optimizer\n"
		"    3 | training: {optimizer: {name: sgd}}\n"
		"      |                        ^~~~  did you mean \"type\"?\n" },
};

START_TEST(tagged_kinds_are_named_in_their_map)
{
	for (size_t i = 0; i < sizeof(tagged_kinds_are_named_in_their_map_cases) /
							   sizeof(tagged_kinds_are_named_in_their_map_cases[0]);
		 i++)
		toy_expect(tagged_kinds_are_named_in_their_map_cases[i].text,
			tagged_kinds_are_named_in_their_map_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} items_are_a_name_with_arguments_cases[] = {
	{ HEAD "layers: flatten\n", "x.yaml:3:9: error: layers must be a list, found \"flatten\"\n"
								"    3 | layers: flatten\n"
								"      |         ^~~~~~~  write [flatten]\n" },
	{ HEAD "layers: {dense: {units: 3}}\n",
		"x.yaml:3:9: error: layers must be a list, found a map\n"
		"    3 | layers: {dense: {units: 3}}\n"
		"      |         ^~~~~~~~~~~~~~~~~~~  begin each item with \"- \"\n" },
	{ HEAD "layers: 3\n", "x.yaml:3:9: error: layers must be a list, found 3\n"
						  "    3 | layers: 3\n"
						  "      |         ^  begin each item with \"- \"\n" },
	{ HEAD "layers: [flaten]\n", "x.yaml:3:10: error: unknown layer \"flaten\"\n"
								 "    3 | layers: [flaten]\n"
								 "      |          ^~~~~~  did you mean \"flatten\"?\n" },
	{ HEAD "layers: [Conv2D: {filters: 3, kernel_size: 3}]\n",
		"x.yaml:3:10: error: unknown layer \"Conv2D\"\n"
		"    3 | layers: [Conv2D: {filters: 3, kernel_size: 3}]\n"
		"      |          ^~~~~~  did you mean \"conv2d\"?\n" },
	{ HEAD "layers: [lstm]\n",
		"x.yaml:3:10: error: unknown layer \"lstm\"\n"
		"    3 | layers: [lstm]\n"
		"      |          ^~~~  one of: conv2d, dense, dropout, flatten, zero_padding2d\n" },
	{ HEAD "layers: [dense]\n", "x.yaml:3:10: error: missing key \"units\" in dense\n"
								"    3 | layers: [dense]\n"
								"      |          ^~~~~  for example units: 10\n" },
	{ HEAD "layers: [dense: null]\n", "x.yaml:3:10: error: missing key \"units\" in dense\n"
									  "    3 | layers: [dense: null]\n"
									  "      |          ^~~~~  for example units: 10\n" },
	{ HEAD "layers: [dense: {}]\n", "x.yaml:3:10: error: missing key \"units\" in dense\n"
									"    3 | layers: [dense: {}]\n"
									"      |          ^~~~~  for example units: 10\n" },
	{ HEAD "layers: [dense: 10]\n",
		"x.yaml:3:17: error: the arguments of dense must be a map, found 10\n"
		"    3 | layers: [dense: 10]\n"
		"      |                 ^~  write dense: {units: 10}\n" },
	{ HEAD "layers: [conv2d: 10]\n",
		"x.yaml:3:18: error: the arguments of conv2d must be a map, found 10\n"
		"    3 | layers: [conv2d: 10]\n"
		"      |                  ^~\n" },
	{ HEAD "layers: [dense: [10]]\n",
		"x.yaml:3:17: error: the arguments of dense must be a map, found a list\n"
		"    3 | layers: [dense: [10]]\n"
		"      |                 ^~~~\n" },
	{ HEAD "layers: [null]\n",
		"x.yaml:3:10: error: an item of layers must be the name of a layer, or name: {argu"
		"ments}, found nothing\n"
		"    3 | layers: [null]\n"
		"      |          ^~~~\n" },
	{ HEAD "layers: [[flatten]]\n",
		"x.yaml:3:10: error: an item of layers must be the name of a layer, or name: {argu"
		"ments}, found a list\n"
		"    3 | layers: [[flatten]]\n"
		"      |          ^~~~~~~~~\n" },
	{ HEAD "layers: [{}]\n",
		"x.yaml:3:10: error: an item of layers must be the name of a layer, or name: {argu"
		"ments}, found a map\n"
		"    3 | layers: [{}]\n"
		"      |          ^~\n" },
	{ HEAD "layers: [\"\"]\n",
		"x.yaml:3:10: error: unknown layer \"\"\n"
		"    3 | layers: [\"\"]\n"
		"      |          ^~  one of: conv2d, dense, dropout, flatten, zero_padding2d\n" },
	{ HEAD "layers:\n"
		   "  - dense:\n"
		   "    units: 3\n",
		"x.yaml:5:5: error: a layer is one name with its arguments, found 2 keys\n"
		"    5 |     units: 3\n"
		"      |     ^~~~~  indent it further than dense, or write dense: {units: …}\n" },
	{ HEAD "layers:\n"
		   "  - flatten:\n"
		   "    dense: {units: 3}\n",
		"x.yaml:5:5: error: a layer is one name with its arguments, found 2 keys\n"
		"    5 |     dense: {units: 3}\n"
		"      |     ^~~~~  indent it further than flatten, or write flatten: {dense: …}\n" },
	{ HEAD "layers:\n"
		   "  - flatten\n"
		   "  -\n",
		"x.yaml:5:4: error: an item of layers must be the name of a layer, or name: {argum"
		"ents}, found nothing\n"
		"    5 |   -\n"
		"      |    ^\n" },
	{ HEAD "layers:\n"
		   "  - conv2d:\n"
		   "      filters: 3\n"
		   "      strides: 2\n",
		"x.yaml:4:5: error: missing key \"kernel_size\" in conv2d\n"
		"    4 |   - conv2d:\n"
		"      |     ^~~~~~  for example kernel_size: 3\n" },
	{ HEAD "layers: [flatten: {units: 3}]\n",
		"x.yaml:3:20: error: unknown key \"units\" in flatten\n"
		"    3 | layers: [flatten: {units: 3}]\n"
		"      |                    ^~~~~  an argument of dense\n" },
	{ HEAD "layers: [flatten: {name: a b}]\n",
		"x.yaml:3:26: error: name must be 1 to 64 letters, digits, \".\", \"_\" or \"-\", "
		"the first a letter or digit, found \"a b\"\n"
		"    3 | layers: [flatten: {name: a b}]\n"
		"      |                          ^~~\n" },
	{ HEAD "layers: [dense: {units: 3, form: x}]\n",
		"x.yaml:3:28: error: unknown key \"form\" in dense\n"
		"    3 | layers: [dense: {units: 3, form: x}]\n"
		"      |                            ^~~~  did you mean \"from\"?\n" },
	{ HEAD "layers: [flatten: 3]\n",
		"x.yaml:3:19: error: the arguments of flatten must be a map, found 3\n"
		"    3 | layers: [flatten: 3]\n"
		"      |                   ^\n" },
};

START_TEST(items_are_a_name_with_arguments)
{
	for (size_t i = 0; i < sizeof(items_are_a_name_with_arguments_cases) /
							   sizeof(items_are_a_name_with_arguments_cases[0]);
		 i++)
		toy_expect(items_are_a_name_with_arguments_cases[i].text,
			items_are_a_name_with_arguments_cases[i].errors);
}
END_TEST

Suite *
suite_field_kind(void)
{
	Suite *s = suite_create("field_kind");
	TCase *t = tcase_create("field_kind");
	tcase_add_test(t, tagged_kinds_are_named_in_their_map);
	tcase_add_test(t, items_are_a_name_with_arguments);
	suite_add_tcase(s, t);
	return s;
}
