/* Printing back: canonical, and it reads back to the same bytes. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"
#include "tlrun/rng.h"

static void
print(const struct toy_reading *t, bool origins, struct str *out)
{
	str_clear(out);
	field_print(toy_fields, &t->value, t->root, origins, out);
}

static const char full[] = "description: \"Two,\\n lines\"\n"
						   "version: 0x1\n"
						   "dataset: {name: folder, path: ~/data}\n"
						   "layers:\n"
						   "  - conv2d: {filters: 3, kernel_size: 3, padding: same, name: stem}\n"
						   "  - zero_padding2d: {padding: [1, 2]}\n"
						   "  - flatten\n"
						   "  - dense: {units: num_classes, from: [stem, flatten]}\n"
						   "training:\n"
						   "  optimizer: sgd\n"
						   "  max_time: 90m\n"
						   "  phases: [{rounds: 3}, {stepper: sgd, rounds: 2, ease: 2, name: b}]\n"
						   "  early_stopping: {}\n"
						   "classes: [cat, \"3\", 4, \"on: off\", 'true']\n"
						   "mean: 1.50e-7\n"
						   "runtime: {memory_limit: 2048M}\n";

static const char canonical[] = "version: 1\n"
								"description: \"Two,\\n lines\"\n"
								"odd: 7\n"
								"dataset:\n"
								"  name: folder\n"
								"  path: \"~/data\"\n"
								"  validation_split: 0.1\n"
								"layers:\n"
								"  - conv2d:\n"
								"      filters: 3\n"
								"      kernel_size: [3, 3]\n"
								"      strides: [1, 1]\n"
								"      padding: same\n"
								"      use_bias: true\n"
								"      name: stem\n"
								"  - zero_padding2d:\n"
								"      padding: [[1, 1], [2, 2]]\n"
								"  - flatten\n"
								"  - dense:\n"
								"      units: num_classes\n"
								"      from: [stem, flatten]\n"
								"training:\n"
								"  epochs: 10\n"
								"  batch_size: 32\n"
								"  eval_batch_size: null  # same as batch_size\n"
								"  shuffle: true\n"
								"  optimizer:\n"
								"    type: sgd\n"
								"    learning_rate: 0.01\n"
								"    momentum: 0\n"
								"    nesterov: false\n"
								"  early_stopping:\n"
								"    monitor: val_loss\n"
								"    patience: 3\n"
								"    min_delta: 0\n"
								"  max_time: 1h30m\n"
								"  phases:\n"
								"    - name: phase_1\n"
								"      rounds: 3\n"
								"    - name: b\n"
								"      rounds: 2\n"
								"      ease: 2\n"
								"      stepper:\n"
								"        type: sgd\n"
								"        learning_rate: 0.01\n"
								"        momentum: 0\n"
								"        nesterov: false\n"
								"runtime:\n"
								"  threads: null  # one per core\n"
								"  memory_limit: 2G\n"
								"mean: [1.5e-07]\n"
								"seeds: [1]\n"
								"classes: [cat, \"3\", 4, \"on: off\", \"true\"]\n"
								"reports: null  # all\n";

START_TEST(presets_are_written_out_in_the_tables_order)
{
	struct str out = STR_INIT;
	struct toy_reading *t = toy_read(full);
	ck_assert_str_eq(t->errors, "");
	print(t, false, &out);
	ck_assert_str_eq(str_text(&out), canonical);
	toy_free(t);
	str_free(&out);
}
END_TEST

/* Print, read, print: the same bytes; also with the origins. */
static void
expect_fixed(const char *text)
{
	struct str once = STR_INIT, twice = STR_INIT;
	struct toy_reading *t = toy_read(text);
	ck_assert_msg(t->good, "%s\n%s", text, t->errors);
	for (int origins = 0; origins < 2; origins++) {
		print(t, origins, &once);
		struct toy_reading *again = toy_read(str_text(&once));
		ck_assert_msg(again->good, "%s\n%s", str_text(&once), again->errors);
		print(t, false, &once);
		print(again, false, &twice);
		ck_assert_str_eq(str_text(&twice), str_text(&once));
		toy_free(again);
	}
	toy_free(t);
	str_free(&once);
	str_free(&twice);
}

START_TEST(what_is_printed_reads_back_to_the_same_bytes)
{
	expect_fixed("version: 1\ndataset: {name: cifar10}\n");
	expect_fixed(full);
	expect_fixed(canonical);
	expect_fixed("version: 1\ndataset: {name: cifar10}\nlayers: []\ntraining: {}\n");
}
END_TEST

static unsigned
pick(uint64_t *counter, unsigned n)
{
	const struct rng r = rng_stream(3, RNG_SHUFFLE, 0, 0);
	return (unsigned)rng_below(&r, (*counter)++, n);
}

/* Text of any characters as a double-quoted scalar of escapes. */
static void
random_text(uint64_t *c, struct str *out)
{
	static const unsigned planes[] = { 0x20, 0x7f, 0x80, 0xa0, 0x2020, 0x2030, 0xd7f0, 0xe000,
		0xfef0, 0xfff0, 0x1f600 };
	str_add_char(out, '"');
	for (unsigned n = pick(c, 8); n > 0; n--) {
		const unsigned at = pick(c, 3) ? 1 + pick(c, 0x7e) : planes[pick(c, 11)] + pick(c, 16);
		str_printf(out, "\\U%08X", at == 0xd800 ? 0xd7ff : at);
	}
	str_add_char(out, '"');
}

static void
random_document(uint64_t *c, struct str *s)
{
	static const char *const sizes[] = { "4K", "12345", "3M", "1048576", "7T" };
	static const char *const reals[] = { "1e-3", "0.1", "123456789", "1e22", "4.9e-324",
		"0.30000000000000004" };
	static const char *const times[] = { "0s", "59s", "60s", "1h", "1h1s", "100m", "86400s" };
	str_clear(s);
	str_add(s, "version: 1\ndataset: {name: folder, path: ");
	random_text(c, s);
	str_printf(s, ", validation_split: 0.%u}\ndescription: ", 1 + pick(c, 99999));
	random_text(c, s);
	str_printf(s, "\nodd: %u\nmean: [%s, -%s]\n", 2 * pick(c, 100) + 1, reals[pick(c, 6)],
		reals[pick(c, 6)]);
	str_add(s, "classes: [");
	for (unsigned n = 1 + pick(c, 4); n > 0; n--) {
		random_text(c, s);
		str_add(s, n > 1 ? ", " : "]\n");
	}
	str_printf(s, "runtime: {memory_limit: %s}\n", sizes[pick(c, 5)]);
	str_printf(s,
		"training: {max_time: %s, shuffle: %s, optimizer: {type: %s, learning_rate: %s}, "
		"phases: [{rounds: %u, stepper: {type: %s, learning_rate: %s}}, {rounds: 1, ease: %s}]}\n",
		times[pick(c, 7)], pick(c, 2) ? "true" : "False", pick(c, 2) ? "sgd" : "adam",
		reals[pick(c, 6)], 1 + pick(c, 9), pick(c, 2) ? "sgd" : "adam", reals[pick(c, 6)],
		reals[pick(c, 6)]);
	str_add(s, "layers:\n");
	for (unsigned n = 1 + pick(c, 5); n > 0; n--)
		switch (pick(c, 4)) {
		case 0:
			str_add(s, "  - flatten\n");
			break;
		case 1:
			str_printf(
				s, "  - zero_padding2d: {padding: [[%u, 2], [0, %u]]}\n", pick(c, 9), pick(c, 9));
			break;
		case 2:
			str_printf(s, "  - dropout: {rate: 0.%u, name: d%u}\n", pick(c, 999999), pick(c, 9));
			break;
		default:
			str_printf(s, "  - conv2d: {filters: %u, kernel_size: [1, %u]}\n", 1 + pick(c, 99),
				1 + pick(c, 9));
		}
}

START_TEST(any_document_reads_back_to_the_same_bytes)
{
	struct str s = STR_INIT;
	uint64_t counter = 0;
	for (int i = 0; i < 500; i++) {
		random_document(&counter, &s);
		expect_fixed(str_text(&s));
	}
	str_free(&s);
}
END_TEST

START_TEST(text_needs_quotes_where_yaml_would_read_another_thing)
{
	static const char *const cases[][2] = {
		{ "plain words of text", "plain words of text" },
		{ "a/b_c.d-e+f 1", "a/b_c.d-e+f 1" },
		{ "'null'", "\"null\"" },
		{ "'~'", "\"~\"" },
		{ "'- x'", "\"- x\"" },
		{ "'a: b'", "\"a: b\"" },
		{ "'a #b'", "\"a #b\"" },
		{ "\"\"", "\"\"" },
		{ "' x'", "\" x\"" },
		{ "'x '", "\"x \"" },
		{ "'a  b'", "\"a  b\"" },
		{ "'[x'", "\"[x\"" },
		{ "'@x'", "\"@x\"" },
		{ "'x\"y\\z'", "\"x\\\"y\\\\z\"" },
		{ "\"\\u0085\\u2029\\uFEFF\\uFFFE\\x7F\\e\"",
			"\"\\u0085\\u2029\\uFEFF\\uFFFE\\x7F\\x1B\"" },
		{ "größer", "\"größer\"" },
		{ "true", "true" },
		{ "12", "12" },
		{ "'---'", "\"---\"" },
	};
	struct str in = STR_INIT, out = STR_INIT;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_clear(&in);
		str_printf(&in, "version: 1\ndataset: {name: cifar10}\ndescription: %s\n", cases[i][0]);
		struct toy_reading *t = toy_read(str_text(&in));
		ck_assert_str_eq(t->errors, "");
		print(t, false, &out);
		str_clear(&in);
		str_printf(&in, "\ndescription: %s\n", cases[i][1]);
		ck_assert_msg(
			strstr(str_text(&out), str_text(&in)) != NULL, "%s not in %s", cases[i][1], out.data);
		toy_free(t);
	}
	str_free(&in);
	str_free(&out);
}
END_TEST

START_TEST(origins_are_default_file_and_command_line)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct node *root;
	struct str out = STR_INIT;
	static const char text[] =
		"version: 1\ndataset:\n  name: cifar10\nlayers: [flatten, dense: {units: 3}]\n"
		"training:\n  optimizer: sgd\n  phases:\n    - rounds: 2\n    - {name: b, rounds: 3}\n";
	document_parse(a, "dir/x.yaml", text, strlen(text), &root, d);
	document_override(a, root, "training.optimizer.momentum=0.5", d);
	document_override(a, root, "training.epochs=2", d);
	document_override(a, root, "training.phases.b.ease=4", d);
	struct toy_reading *t = toy_read_node(a, d, root);
	ck_assert_str_eq(t->errors, "");
	print(t, true, &out);
	ck_assert_str_eq(str_text(&out), "version: 1  # dir/x.yaml:1\n"
									 "odd: 7  # default\n"
									 "dataset:  # dir/x.yaml:2\n"
									 "  name: cifar10  # dir/x.yaml:3\n"
									 "  validation_split: 0.1  # default\n"
									 "layers:  # dir/x.yaml:4\n"
									 "  - flatten  # dir/x.yaml:4\n"
									 "  - dense:  # dir/x.yaml:4\n"
									 "      units: 3  # dir/x.yaml:4\n"
									 "training:  # dir/x.yaml:5\n"
									 "  epochs: 2  # command line\n"
									 "  batch_size: 32  # default\n"
									 "  eval_batch_size: null  # default: same as batch_size\n"
									 "  shuffle: true  # default\n"
									 "  optimizer:  # dir/x.yaml:6\n"
									 "    type: sgd  # dir/x.yaml:6\n"
									 "    learning_rate: 0.01  # default\n"
									 "    momentum: 0.5  # command line\n"
									 "    nesterov: false  # default\n"
									 "  phases:  # dir/x.yaml:7\n"
									 "    - name: phase_1  # default\n"
									 "      rounds: 2  # dir/x.yaml:8\n"
									 "    - name: b  # dir/x.yaml:9\n"
									 "      rounds: 3  # dir/x.yaml:9\n"
									 "      ease: 4  # command line\n"
									 "runtime:  # default\n"
									 "  threads: null  # default: one per core\n"
									 "seeds: [1]  # default\n"
									 "reports: null  # default: all\n");
	str_free(&out);
	diags_free(d);
	arena_free(a);
}
END_TEST

START_TEST(without_a_document_values_decide_what_was_given)
{
	struct str out = STR_INIT;
	struct toy_reading *t = toy_read(full);
	t->root = NULL;
	print(t, false, &out);
	ck_assert_str_eq(str_text(&out), canonical);
	toy_free(t);
	str_free(&out);
}
END_TEST

Suite *
suite_field_print(void)
{
	Suite *s = suite_create("field_print");
	TCase *t = tcase_create("field_print");
	tcase_add_test(t, presets_are_written_out_in_the_tables_order);
	tcase_add_test(t, what_is_printed_reads_back_to_the_same_bytes);
	tcase_add_test(t, any_document_reads_back_to_the_same_bytes);
	tcase_add_test(t, text_needs_quotes_where_yaml_would_read_another_thing);
	tcase_add_test(t, origins_are_default_file_and_command_line);
	tcase_add_test(t, without_a_document_values_decide_what_was_given);
	suite_add_tcase(s, t);
	return s;
}
