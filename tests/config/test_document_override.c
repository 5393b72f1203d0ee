/* a.b.c=value: what it reaches, what it makes, what it cannot be. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"

static const char base[] = "version: 1\n"
						   "dataset: {name: cifar10}\n"
						   "layers:\n"
						   "  - conv2d: {filters: 3, kernel_size: 3, name: stem}\n"
						   "  - conv2d: {filters: 4, kernel_size: 3}\n"
						   "  - flatten\n"
						   "  - dense: {units: 5, name: fc.1}\n"
						   "  - dropout:\n"
						   "      rate: 0.5\n"
						   "training: {epochs: 7, optimizer: sgd, early_stopping: {patience: 2}, "
						   "phases: [{rounds: 2}, {name: last.2, rounds: 3}, {rounds: 4, ease: 1}]}"
						   "\n";

static struct arena *arena;
static struct diags *diags;
static struct node *root;

static void
setup(void)
{
	arena = arena_new();
	diags = diags_new();
	document_parse(arena, "x.yaml", base, strlen(base), &root, diags);
}

static void
teardown(void)
{
	diags_free(diags);
	arena_free(arena);
}

/* Apply one, read, and expect these errors of both. */
static const struct toy *
apply(const char *assignment, const char *errors)
{
	document_override(arena, root, assignment, diags);
	const struct toy_reading *t = toy_read_node(arena, diags, root);
	ck_assert_str_eq(t->errors, errors);
	return &t->value;
}

static const struct toy_conv *
conv_at(const struct toy *t, size_t i)
{
	ck_assert_str_eq(t->layers.v[i].kind->name, "conv2d");
	return t->layers.v[i].opts;
}

START_TEST(keys_are_set_and_say_where_they_come_from)
{
	ck_assert_int_eq(apply("training.epochs=3", "")->training.epochs, 3);
	const struct node *epochs = node_get(node_get(root, "training"), "epochs");
	ck_assert_str_eq(epochs->origin, "command line");
	ck_assert_str_eq(epochs->at.file, "command line: training.epochs=3");
	ck_assert_int_eq(epochs->at.line, 0);
}
END_TEST

START_TEST(values_are_scalars_or_flow_collections)
{
	ck_assert_uint_eq(apply("seeds=[1, 2, 3]", "")->seeds.n, 3);
	ck_assert_int_eq(
		apply("training.early_stopping={patience: 9}", "")->training.early_stopping.patience, 9);
	ck_assert_str_eq(apply("description=\"a = b\"", "")->description, "a = b");
	ck_assert_str_eq(apply("description=a=b", "")->description, "a=b");
	ck_assert_str_eq(apply("description= spaced out ", "")->description, "spaced out");
}
END_TEST

START_TEST(maps_on_the_way_are_made)
{
	ck_assert_int_eq(apply("runtime.threads=2", "")->runtime.threads, 2);
}
END_TEST

START_TEST(null_removes)
{
	const struct toy *t = apply("training.early_stopping=null", "");
	ck_assert(!t->training.early_stopping_given);
	t = apply("training.epochs=~", "");
	ck_assert_int_eq(t->training.epochs, 10);
	t = apply("layers.flatten=null", "");
	ck_assert_uint_eq(t->layers.n, 4);
	/* Removing what is not there makes nothing. */
	t = apply("training.early_stopping.patience=null", "");
	ck_assert(!t->training.early_stopping_given);
}
END_TEST

START_TEST(bare_word_takes_arguments)
{
	const struct toy *t = apply("training.optimizer.momentum=0.5", "");
	ck_assert_str_eq(t->training.optimizer.kind->name, "sgd");
	ck_assert_double_eq(((struct toy_sgd *)t->training.optimizer.opts)->momentum, 0.5);
	t = apply("layers.flatten.name=flat", "");
	ck_assert_str_eq(((struct toy_common *)t->layers.v[2].common)->name, "flat");
	t = apply("training.optimizer=adam", "");
	ck_assert_str_eq(t->training.optimizer.kind->name, "adam");
}
END_TEST

START_TEST(items_are_found_by_name_or_kind)
{
	ck_assert_int_eq(conv_at(apply("layers.stem.filters=9", ""), 0)->filters, 9);
	ck_assert_double_eq(
		((struct toy_dropout *)apply("layers.dropout.rate=0.1", "")->layers.v[4].opts)->rate, 0.1);
	/* A name with a dot is one part of the path. */
	ck_assert_int_eq(
		((struct toy_dense *)apply("layers.fc.1.units=6", "")->layers.v[3].opts)->units, 6);
	ck_assert_int_eq(
		((struct toy_dense *)apply("layers.dense.units=7", "")->layers.v[3].opts)->units, 7);
	ck_assert_int_eq(
		((struct toy_dense *)apply("layers.dense={units: 8}", "")->layers.v[3].opts)->units, 8);
}
END_TEST

START_TEST(maps_of_a_list_are_found_by_name)
{
	const struct toy_phase *p = apply("training.phases.last.2.rounds=9", "")->training.phases.v;
	ck_assert(p[0].rounds == 2 && p[1].rounds == 9 && p[2].rounds == 4);
	apply("training.phases.last.2.stepper=sgd", "");
	p = apply("training.phases.last.2.stepper.momentum=0.5", "")->training.phases.v;
	ck_assert_double_eq(((const struct toy_sgd *)p[1].stepper.opts)->momentum, 0.5);
}
END_TEST

START_TEST(maps_of_a_list_are_replaced_and_removed)
{
	const struct toy_phases *p = &apply("training.phases.last.2={rounds: 8}", "")->training.phases;
	ck_assert(p->n == 3 && p->v[1].rounds == 8);
	ck_assert_str_eq(p->v[1].name, "phase_2");
	teardown();
	setup();
	p = &apply("training.phases.last.2=null", "")->training.phases;
	ck_assert(p->n == 2 && p->v[1].rounds == 4);
	p = &apply("training.phases=[{rounds: 1}]", "")->training.phases;
	ck_assert(p->n == 1 && p->v[0].rounds == 1);
	p = &apply("training.phases=null", "")->training.phases;
	ck_assert(p->n == 0);
}
END_TEST

/* {rounds: 2} is no kind called "rounds". */
START_TEST(maps_without_a_name_cannot_be_addressed)
{
	apply("training.phases.rounds=9",
		"command line: training.phases.rounds=9: error: nothing in training.phases is called "
		"\"rounds\"\n"
		"        only last.2\n");
	teardown();
	setup();
	apply("training.phases=[{rounds: 1}]", "");
	apply("training.phases.phase_1.rounds=9",
		"command line: training.phases.phase_1.rounds=9: error: nothing in training.phases is "
		"called \"phase_1\"\n"
		"        give the one that is meant a name, and use that\n");
}
END_TEST

START_TEST(kind_that_stands_twice_must_be_named)
{
	apply("layers.conv2d.filters=9",
		"command line: layers.conv2d.filters=9: error: \"conv2d\" stands 2 times in layers\n"
		"        give the one that is meant a name, and use that\n");
}
END_TEST

START_TEST(item_that_is_not_there_is_said)
{
	apply("layers.stm.filters=9",
		"command line: layers.stm.filters=9: error: nothing in layers is called \"stm\"\n"
		"        did you mean \"stem\"?\n");
}
END_TEST

START_TEST(values_are_checked_as_in_a_file)
{
	apply("training.epochs=0",
		"command line: training.epochs=0: error: epochs must be an integer of 1 or "
		"more, found 0\n");
}
END_TEST

START_TEST(keys_are_checked_as_in_a_file)
{
	apply("trainig.epochs=3",
		"command line: trainig.epochs=3: error: unknown key \"trainig\" in the "
		"experiment\n"
		"        did you mean \"training\"?\n");
}
END_TEST

START_TEST(removed_keys_are_checked_too)
{
	apply("trainig.epochs=null",
		"command line: trainig.epochs=null: error: unknown key \"trainig\" in the "
		"experiment\n"
		"        did you mean \"training\"?\n");
}
END_TEST

START_TEST(scalar_does_not_become_a_map_unseen)
{
	static const char text[] = "version: 1\ndataset: {name: cifar10}\nruntime: 3\n";
	document_parse(arena, "y.yaml", text, strlen(text), &root, diags);
	apply("runtime.threads=2", "y.yaml:3:10: error: runtime must be a map of keys, found 3\n"
							   "    3 | runtime: 3\n"
							   "      |          ^\n");
}
END_TEST

START_TEST(what_does_not_parse_is_said)
{
	static const char *const cases[][2] = {
		{ "training", "error: a key and a value are expected\n        write a.b.c=value\n" },
		{ "=3", "error: a key and a value are expected\n        write a.b.c=value\n" },
		{ "training.epochs=", "error: no value stands after \"=\"\n        null removes a key\n" },
		{ ".epochs=3", "error: the path has an empty part\n        write a.b.c=value\n" },
		{ "training..epochs=3", "error: the path has an empty part\n        write a.b.c=value\n" },
		{ "training.=3", "error: the path has an empty part\n        write a.b.c=value\n" },
		{ "training.\"epochs=3", "error: a quoted part of the path has no end\n"
								 "        write a.\"b\".c\n" },
		{ "\"a\\\"=3", "error: a quoted part of the path has no end\n        write a.\"b\".c\n" },
		{ "\"a\"b=3", "error: a quoted part of the path ends before its \".\"\n"
					 "        write a.\"b\".c\n" },
		{ "training.\"\"=3", "error: the path has an empty part\n        write a.b.c=value\n" },
		{ "\"a=b\"", "error: a key and a value are expected\n        write a.b.c=value\n" },
		{ "seeds=[1, 2", "error: \"[\" is not closed\n        add \"]\"\n" },
		{ "seeds=a: b", "error: the value must be one word, or a list or map in brackets\n"
						"        write [a, b] or {key: value}\n" },
		{ "seeds=- 1", "error: the value must be one word, or a list or map in brackets\n"
					   "        write [a, b] or {key: value}\n" },
		{ "seeds={a: 1, a: 2}", "error: duplicate key \"a\"\n        keep one\n" },
		{ "name=\xff", "error: byte 0xff is not UTF-8\n        save the file as UTF-8\n" },
		{ "seeds=*x", "error: unknown alias \"*x\"\n"
					  "        an anchor \"&x\" must stand before it\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct diags *d = diags_new();
		document_override(arena, root, cases[i][0], d);
		const char *shown = toy_errors(arena, d);
		ck_assert_ptr_nonnull(strstr(shown, ": error:"));
		ck_assert_str_eq(strstr(shown, "error:"), cases[i][1]);
		diags_free(d);
	}
}
END_TEST

START_TEST(a_part_in_quotes_is_a_key_as_it_is)
{
	static const char *const made[][2] = {
		{ "weight.\"a=b\"=2", "a=b" },
		{ "weight.\"v1.5\"=3", "v1.5" },
		{ "weight.\"say \\\"x\\\\y\\\"\"=4", "say \"x\\y\"" },
		{ "\"weight\".plain=5", "plain" },
		{ "weight.a\"b=6", "a\"b" },
	};
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		document_override(arena, root, made[i][0], diags);
		ck_assert_msg(!diags_errors(diags), "%s", made[i][0]);
		const struct node *const value = node_get(node_get(root, "weight"), made[i][1]);
		ck_assert_msg(value != NULL, "%s", made[i][0]);
		ck_assert_str_eq(value->text, strrchr(made[i][0], '=') + 1);
	}
	/* What stands there is found, is removed, and is no part of a longer key. */
	document_override(arena, root, "weight.\"a=b\"=7", diags);
	document_override(arena, root, "weight.\"v1.5\"=null", diags);
	document_override(arena, root, "weight.\"pla\"=8", diags);
	const struct node *const weight = node_get(root, "weight");
	ck_assert_uint_eq(weight->n, 5);
	ck_assert_str_eq(node_get(weight, "a=b")->text, "7");
	ck_assert_ptr_null(node_get(weight, "v1.5"));
	ck_assert_str_eq(node_get(weight, "plain")->text, "5");
	ck_assert_int_eq(diags_errors(diags), 0);
}
END_TEST

START_TEST(nothing_is_done_without_a_root)
{
	document_override(arena, NULL, "a=1", diags);
	ck_assert_int_eq(diags_errors(diags), 0);
}
END_TEST

/* Values of a document, set at a path of another. */
static const struct node *
set(const char *path, const char *yaml)
{
	struct node *values = NULL;
	document_parse(arena, "v.yaml", yaml, strlen(yaml), &values, diags);
	ck_assert_int_eq(diags_errors(diags), 0);
	const struct mark at = values->key_at[0];
	document_set(arena, root, path, values->items[0], at, values->key_span[0], diags);
	return values->items[0];
}

START_TEST(values_of_a_document_keep_their_places)
{
	const struct node *const from = set("training.epochs", "key:\n  3\n");
	const struct node *const to = node_get(node_get(root, "training"), "epochs");
	ck_assert_ptr_ne(to, from);
	ck_assert_str_eq(to->text, "3");
	ck_assert_str_eq(to->at.file, "v.yaml");
	ck_assert_int_eq(to->at.line, 2);
	ck_assert_str_eq(to->origin, "command line");
	set("training.nowhere", "  far: 1\n");
	struct field_reader r = { .arena = arena, .diags = diags };
	struct toy toy;
	ck_assert(!field_read(&r, toy_fields, root, "toy", &toy));
	ck_assert_ptr_nonnull(strstr(toy_errors(arena, diags), "v.yaml:1:3: error: unknown key "
		"\"nowhere\" in training"));
}
END_TEST

START_TEST(a_path_of_a_document_says_an_equals_sign_in_quotes_as_an_assignment_does)
{
	set("weight.\"a=b\"", "key: 2\n");
	ck_assert_str_eq(node_get(node_get(root, "weight"), "a=b")->text, "2");
	set("weight.c=d", "  key: 2\n");
	ck_assert_ptr_nonnull(strstr(toy_errors(arena, diags), "v.yaml:1:3: error: weight.c=d has a "
		"\"=\" in a part without quotes"));
	ck_assert_uint_eq(node_get(root, "weight")->n, 1);
}
END_TEST

START_TEST(a_value_that_is_set_is_a_copy)
{
	const struct node *const from = set("training.optimizer", "key: {type: adam, more: [1, 2]}\n");
	set("training.optimizer.type", "key: sgd\n");
	set("training.optimizer.more", "key: null\n");
	ck_assert_str_eq(node_get(from, "type")->text, "adam");
	ck_assert_uint_eq(node_get(from, "more")->n, 2);
	const struct node *const to = node_get(node_get(root, "training"), "optimizer");
	ck_assert_str_eq(node_get(to, "type")->text, "sgd");
	ck_assert_ptr_null(node_get(to, "more"));
}
END_TEST

START_TEST(flow_text_reads_back_as_the_same_value)
{
	static const char *const values[] = { "3", "-1e-3", "+.5", "true", "null", "adam", "\"3\"",
		"\"a b\"", "\"\"", "a/b c.yaml", "[1, [2, x], null]", "{}", "[]",
		"{type: sgd, \"a: b\": {c: -2}, d: \"# no\"}", "\"tab\\tand \\\"quote\\\"\"", "0x10",
		"\"null\"", "\"~\"", "2G", "1h30m", "\"- x\"", "---x" };
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct node *first = NULL, *again = NULL;
		struct str text = STR_INIT, twice = STR_INIT;
		const char *const yaml = arena_printf(arena, "k: %s", values[i]);
		document_parse(arena, "x", yaml, strlen(yaml), &first, diags);
		ck_assert_msg(first != NULL && !diags_errors(diags), "%s", yaml);
		document_flow(first->items[0], &text);
		const char *const flow = arena_printf(arena, "k=%s", str_text(&text));
		again = ARENA_NEW(arena, struct node);
		again->type = NODE_MAP;
		again->text = "";
		document_override(arena, again, flow, diags);
		ck_assert_msg(!diags_errors(diags), "%s became %s", yaml, flow);
		ck_assert_int_eq(again->items[0]->type, first->items[0]->type);
		ck_assert_str_eq(again->items[0]->text, first->items[0]->text);
		document_flow(again->items[0], &twice);
		ck_assert_str_eq(str_text(&twice), str_text(&text));
		str_free(&text);
		str_free(&twice);
	}
}
END_TEST

Suite *
suite_document_override(void)
{
	Suite *s = suite_create("document_override");
	TCase *t = tcase_create("document_override");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, keys_are_set_and_say_where_they_come_from);
	tcase_add_test(t, values_are_scalars_or_flow_collections);
	tcase_add_test(t, maps_on_the_way_are_made);
	tcase_add_test(t, null_removes);
	tcase_add_test(t, bare_word_takes_arguments);
	tcase_add_test(t, items_are_found_by_name_or_kind);
	tcase_add_test(t, maps_of_a_list_are_found_by_name);
	tcase_add_test(t, maps_of_a_list_are_replaced_and_removed);
	tcase_add_test(t, maps_without_a_name_cannot_be_addressed);
	tcase_add_test(t, kind_that_stands_twice_must_be_named);
	tcase_add_test(t, item_that_is_not_there_is_said);
	tcase_add_test(t, values_are_checked_as_in_a_file);
	tcase_add_test(t, keys_are_checked_as_in_a_file);
	tcase_add_test(t, removed_keys_are_checked_too);
	tcase_add_test(t, scalar_does_not_become_a_map_unseen);
	tcase_add_test(t, what_does_not_parse_is_said);
	tcase_add_test(t, nothing_is_done_without_a_root);
	tcase_add_test(t, values_of_a_document_keep_their_places);
	tcase_add_test(t, a_path_of_a_document_says_an_equals_sign_in_quotes_as_an_assignment_does);
	tcase_add_test(t, a_part_in_quotes_is_a_key_as_it_is);
	tcase_add_test(t, a_value_that_is_set_is_a_copy);
	tcase_add_test(t, flow_text_reads_back_as_the_same_value);
	suite_add_tcase(s, t);
	return s;
}
