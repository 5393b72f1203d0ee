/* What is read: every type, every spelling, every preset. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"

static const char head[] = "version: 1\ndataset: {name: cifar10}\n";

/* The text behind the head, which must be without errors. */
static struct toy_reading *
read_good(const char *text)
{
	struct arena *a = arena_new();
	struct toy_reading *t = toy_read(arena_printf(a, "%s%s", head, text));
	arena_free(a);
	ck_assert_str_eq(t->errors, "");
	ck_assert(t->good);
	return t;
}

START_TEST(absent_keys_are_presets)
{
	struct toy_reading *t = read_good("");
	const struct toy *v = &t->value;
	ck_assert_int_eq(v->version, 1);
	ck_assert_ptr_null(v->name);
	ck_assert_ptr_null(v->description);
	ck_assert_int_eq(v->odd.value, 7);
	ck_assert_str_eq(v->dataset.kind->name, "cifar10");
	ck_assert_ptr_null(v->dataset.opts);
	ck_assert_uint_eq(v->layers.n, 0);
	ck_assert_int_eq(v->training.epochs, 10);
	ck_assert_int_eq(v->training.batch_size, 32);
	ck_assert_int_eq(v->training.eval_batch_size, 0);
	ck_assert(v->training.shuffle);
	ck_assert(!v->training.early_stopping_given);
	ck_assert_str_eq(v->training.early_stopping.monitor, "val_loss");
	ck_assert_int_eq(v->training.early_stopping.patience, 3);
	ck_assert_double_eq(v->training.early_stopping.min_delta, 0);
	ck_assert(!v->training.max_time_given);
	ck_assert_double_eq(v->training.max_time, 0);
	ck_assert_str_eq(v->training.optimizer.kind->name, "adam");
	ck_assert_ptr_null(v->training.optimizer.node);
	const struct toy_adam *adam = v->training.optimizer.opts;
	ck_assert_double_eq(adam->learning_rate, 0.001);
	ck_assert_double_eq(adam->beta_1, 0.9);
	ck_assert_uint_eq(v->mean.n, 0);
	ck_assert_uint_eq(v->seeds.n, 1);
	ck_assert_int_eq(v->seeds.v[0], 1);
	ck_assert_uint_eq(v->classes.n, 0);
	ck_assert_uint_eq(v->reports.n, 0);
	ck_assert_int_eq(v->runtime.memory_limit, 0);
	toy_free(t);
}
END_TEST

START_TEST(null_is_as_if_the_key_were_not_there)
{
	struct toy_reading *t =
		read_good("training: {epochs: null, optimizer: ~, early_stopping: null}\n"
				  "seeds: null\nlayers: ~\nodd: null\nruntime:\nname: null\n");
	ck_assert_int_eq(t->value.training.epochs, 10);
	ck_assert_str_eq(t->value.training.optimizer.kind->name, "adam");
	ck_assert(!t->value.training.early_stopping_given);
	ck_assert_uint_eq(t->value.seeds.n, 1);
	ck_assert_int_eq(t->value.odd.value, 7);
	ck_assert_ptr_null(t->value.name);
	toy_free(t);
}
END_TEST

START_TEST(numbers_follow_yaml_1_2)
{
	struct toy_reading *t =
		read_good("training: {epochs: 0123, batch_size: 0x20, eval_batch_size: 0o10, "
				  "optimizer: {type: sgd, learning_rate: 1e-3, momentum: .5}}\n");
	ck_assert_int_eq(t->value.training.epochs, 123);
	ck_assert_int_eq(t->value.training.batch_size, 32);
	ck_assert_int_eq(t->value.training.eval_batch_size, 8);
	const struct toy_sgd *sgd = t->value.training.optimizer.opts;
	ck_assert_double_eq(sgd->learning_rate, 1e-3);
	ck_assert_double_eq(sgd->momentum, 0.5);
	toy_free(t);
}
END_TEST

START_TEST(text_is_taken_as_written)
{
	static const char *const words[] = { "on", "yes", "0123", "1e-3", "true", "12:30:45",
		"2001-01-01" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct arena *a = arena_new();
		struct toy_reading *t = read_good(arena_printf(a, "description: %s\n", words[i]));
		ck_assert_str_eq(t->value.description, words[i]);
		toy_free(t);
		arena_free(a);
	}
	struct toy_reading *t = read_good("description: 'null'\nname: 2024.1_a-b\n");
	ck_assert_str_eq(t->value.description, "null");
	ck_assert_str_eq(t->value.name, "2024.1_a-b");
	toy_free(t);
}
END_TEST

START_TEST(limits_include_their_ends_unless_open)
{
	struct toy_reading *t =
		read_good("training: {epochs: 1, batch_size: 4096, early_stopping: {patience: 0},"
				  " optimizer: {type: sgd, momentum: 0, learning_rate: 1e-300}}\n"
				  "seeds: [0, 9007199254740992]\nruntime: {memory_limit: 1K}\n");
	ck_assert_int_eq(t->value.training.batch_size, 4096);
	ck_assert_int_eq(t->value.seeds.v[1], 9007199254740992LL);
	ck_assert_int_eq(t->value.runtime.memory_limit, 1024);
	toy_free(t);
}
END_TEST

START_TEST(pairs_and_padding_have_their_spellings)
{
	struct toy_reading *t =
		read_good("layers:\n"
				  "  - conv2d: {filters: num_classes, kernel_size: 3, strides: [2, 1]}\n"
				  "  - zero_padding2d: {padding: 2}\n"
				  "  - zero_padding2d: {padding: [1, 2]}\n"
				  "  - zero_padding2d: {padding: [[1, 2], [3, 4]]}\n"
				  "  - zero_padding2d\n");
	const struct kind_value *v = t->value.layers.v;
	const struct toy_conv *conv = v[0].opts;
	ck_assert_int_eq(conv->filters, FIELD_NUM_CLASSES);
	ck_assert(conv->kernel_size.a == 3 && conv->kernel_size.b == 3);
	ck_assert(conv->strides.a == 2 && conv->strides.b == 1);
	static const struct padding4 expected[] = { { 2, 2, 2, 2 }, { 1, 1, 2, 2 }, { 1, 2, 3, 4 },
		{ 1, 1, 1, 1 } };
	for (int i = 0; i < 4; i++)
		ck_assert_mem_eq(
			&((struct toy_pad *)v[i + 1].opts)->padding, &expected[i], sizeof(expected[i]));
	toy_free(t);
}
END_TEST

START_TEST(one_value_is_a_list_of_one)
{
	struct toy_reading *t = read_good("mean: 0.5\nseeds: 7\nclasses: cat\nreports: calibration\n");
	ck_assert_uint_eq(t->value.mean.n, 1);
	ck_assert_double_eq(t->value.mean.v[0], 0.5);
	ck_assert_uint_eq(t->value.seeds.n, 1);
	ck_assert_int_eq(t->value.seeds.v[0], 7);
	ck_assert_str_eq(t->value.classes.v[0], "cat");
	ck_assert_int_eq(t->value.classes.node[0]->at.line, 5);
	ck_assert_str_eq(t->value.reports.v[0], "calibration");
	toy_free(t);
	t = read_good("classes: [cat, '3', 4]\nmean: [1, 2.5, 3]\n");
	ck_assert_uint_eq(t->value.classes.n, 3);
	ck_assert(t->value.classes.node[1]->quoted && !t->value.classes.node[2]->quoted);
	ck_assert_double_eq(t->value.mean.v[1], 2.5);
	toy_free(t);
}
END_TEST

START_TEST(kinds_bring_arguments_common_fields_and_node)
{
	struct toy_reading *t = read_good("layers:\n"
									  "  - dense: {units: 3, name: head, from: [a, b]}\n"
									  "  - flatten\n"
									  "  - flatten:\n"
									  "training: {optimizer: sgd}\n");
	const struct kind_value *v = t->value.layers.v;
	const struct toy_common *common = v[0].common;
	ck_assert_str_eq(common->name, "head");
	ck_assert_uint_eq(common->from.n, 2);
	ck_assert_int_eq(v[0].node->at.line, 4);
	ck_assert_int_eq(v[0].node->at.column, 5);
	ck_assert_str_eq(v[1].kind->name, "flatten");
	ck_assert_ptr_null(v[1].opts);
	ck_assert_ptr_null(((struct toy_common *)v[1].common)->name);
	ck_assert_str_eq(v[2].kind->name, "flatten");
	ck_assert_str_eq(t->value.training.optimizer.kind->name, "sgd");
	ck_assert_double_eq(((struct toy_sgd *)t->value.training.optimizer.opts)->learning_rate, 0.01);
	toy_free(t);
}
END_TEST

START_TEST(sizes_and_durations_are_numbers)
{
	struct toy_reading *t = read_good("training: {max_time: 1h30m}\nruntime: {memory_limit: 2G}\n");
	ck_assert(t->value.training.max_time_given);
	ck_assert_double_eq(t->value.training.max_time, 5400);
	ck_assert_int_eq(t->value.runtime.memory_limit, 2147483648LL);
	toy_free(t);
}
END_TEST

START_TEST(wrong_keys_leave_presets_and_the_rest_is_read)
{
	struct toy_reading *t =
		toy_read("version: 1\ndataset: {name: cifar10}\n"
				 "training: {epochs: x, batch_size: 8, optimizer: lion}\nodd: 2\n"
				 "layers: [foo, dense: {units: 3}]\n");
	ck_assert(!t->good);
	ck_assert_int_eq(diags_errors(t->diags), 4);
	ck_assert_int_eq(t->value.training.epochs, 10);
	ck_assert_int_eq(t->value.training.batch_size, 8);
	ck_assert_ptr_null(t->value.training.optimizer.kind);
	ck_assert_uint_eq(t->value.layers.n, 2);
	ck_assert_ptr_null(t->value.layers.v[0].kind);
	ck_assert_str_eq(t->value.layers.v[1].kind->name, "dense");
	toy_free(t);
}
END_TEST

START_TEST(all_presets_are_read_from_nothing)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct field_reader r = { .arena = a, .diags = d };
	struct toy v;
	memset(&v, 0x5a, sizeof(v));
	ck_assert(field_read(&r, toy_fields, NULL, "the experiment", &v));
	ck_assert_int_eq(diags_errors(d), 0);
	ck_assert_int_eq(v.training.batch_size, 32);
	ck_assert_ptr_null(v.dataset.kind);
	diags_free(d);
	arena_free(a);
}
END_TEST

START_TEST(root_that_is_no_map_is_refused)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct field_reader r = { .arena = a, .diags = d };
	struct toy v = { .version = 0 };
	const struct node list = {
		.type = NODE_LIST, .at = MARK_FILE("x.yaml"), .span = 1, .text = ""
	};
	ck_assert(!field_read(&r, toy_fields, &list, "the experiment", &v));
	ck_assert_str_eq(toy_errors(a, d),
		"x.yaml: error: the experiment must be a map of keys, found an empty list\n");
	diags_free(d);
	arena_free(a);
}
END_TEST

START_TEST(one_kind_is_read_by_itself)
{
	struct toy_reading *t = toy_read("a: {type: sgd, momentum: 0.5}\n");
	struct diags *d = diags_new();
	struct field_reader r = { .arena = t->arena, .diags = d };
	struct kind_value v;
	ck_assert(field_read_kind(&r, &toy_optimizers, node_get(t->root, "a"), "optimizer", &v));
	ck_assert_double_eq(((struct toy_sgd *)v.opts)->momentum, 0.5);
	ck_assert(field_read_kind(&r, &toy_optimizers, NULL, "optimizer", &v));
	ck_assert_str_eq(v.kind->name, "adam");
	ck_assert(field_read_kind(&r, &toy_layers, NULL, "layer", &v));
	ck_assert_ptr_null(v.kind);
	ck_assert_ptr_eq(family_find(&toy_layers, "flatten")->fields, NULL);
	ck_assert_ptr_null(family_find(&toy_layers, "flat"));
	diags_free(d);
	toy_free(t);
}
END_TEST

START_TEST(errors_at_keys_find_their_place)
{
	struct toy_reading *t = toy_read("version: 1\ndataset: {name: cifar10}\nlayers:\n"
									 "  - dense: {units: 3, name: a}\n  - flatten\n");
	const struct node *layers = node_get(t->root, "layers");
	field_error_key(&t->reader, layers->items[0], "units", "cure", "at the argument of an item");
	field_error_key(&t->reader, layers->items[0], "rate", NULL, "not there: at the item");
	field_error_key(&t->reader, t->root, "version", NULL, "at the key");
	field_error(&t->reader, layers->items[1], NULL, "at the value");
	ck_assert_str_eq(toy_errors(t->arena, t->diags),
		"x.yaml:1:1: error: at the key\n"
		"    1 | version: 1\n"
		"      | ^~~~~~~\n"
		"x.yaml:4:5: error: not there: at the item\n"
		"    4 |   - dense: {units: 3, name: a}\n"
		"      |     ^~~~~\n"
		"x.yaml:4:13: error: at the argument of an item\n"
		"    4 |   - dense: {units: 3, name: a}\n"
		"      |             ^~~~~  cure\n"
		"x.yaml:5:5: error: at the value\n"
		"    5 |   - flatten\n"
		"      |     ^~~~~~~\n");
	toy_free(t);
}
END_TEST

Suite *
suite_field_read(void)
{
	Suite *s = suite_create("field_read");
	TCase *t = tcase_create("field_read");
	tcase_add_test(t, absent_keys_are_presets);
	tcase_add_test(t, null_is_as_if_the_key_were_not_there);
	tcase_add_test(t, numbers_follow_yaml_1_2);
	tcase_add_test(t, text_is_taken_as_written);
	tcase_add_test(t, limits_include_their_ends_unless_open);
	tcase_add_test(t, pairs_and_padding_have_their_spellings);
	tcase_add_test(t, one_value_is_a_list_of_one);
	tcase_add_test(t, kinds_bring_arguments_common_fields_and_node);
	tcase_add_test(t, sizes_and_durations_are_numbers);
	tcase_add_test(t, wrong_keys_leave_presets_and_the_rest_is_read);
	tcase_add_test(t, all_presets_are_read_from_nothing);
	tcase_add_test(t, root_that_is_no_map_is_refused);
	tcase_add_test(t, one_kind_is_read_by_itself);
	tcase_add_test(t, errors_at_keys_find_their_place);
	suite_add_tcase(s, t);
	return s;
}
