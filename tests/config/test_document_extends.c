/* Parents: what is merged, where it comes from, chains that break. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/schema.h"
#include "config/suites.h"
#include "support/tmpdir.h"

static struct arena *arena;
static struct diags *diags;
static struct tmpdir folder;

static void
setup(void)
{
	arena = arena_new();
	diags = diags_new();
	tmpdir_make(&folder);
	ck_assert_int_eq(chdir(folder.path), 0);
}

static void
teardown(void)
{
	diags_free(diags);
	arena_free(arena);
	tmpdir_remove(&folder);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static const struct node *
load(const char *path)
{
	struct node *root;
	document_load(arena, path, &root, diags);
	return root;
}

static void
expect_errors(const char *errors)
{
	ck_assert_str_eq(toy_errors(arena, diags), errors);
}

static const char *
text_at(const struct node *root, const char *a, const char *b)
{
	const struct node *n = node_get(root, a);
	if (b) n = node_get(n, b);
	return n ? n->text : "(none)";
}

START_TEST(maps_merge_lists_are_replaced_null_removes)
{
	put("base.yaml", "a: 1\nm: {x: 1, y: {p: 1, q: 2}, z: 3}\nl: [1, 2]\nk: word\ng: {a: 1}\n");
	put("child.yaml", "extends: base.yaml\nm: {y: {q: 5, r: 6}, z: null}\nl: [3]\nk: {now: map}\n"
					  "a: null\ng: 7\nn: 8\n");
	const struct node *root = load("child.yaml");
	expect_errors("");
	ck_assert_ptr_null(node_get(root, "extends"));
	ck_assert_ptr_null(node_get(root, "a"));
	ck_assert_str_eq(text_at(root, "m", "x"), "1");
	ck_assert_ptr_null(node_get(node_get(root, "m"), "z"));
	const struct node *y = node_get(node_get(root, "m"), "y");
	ck_assert_str_eq(text_at(y, "p", NULL), "1");
	ck_assert_str_eq(text_at(y, "q", NULL), "5");
	ck_assert_str_eq(text_at(y, "r", NULL), "6");
	ck_assert_uint_eq(node_get(root, "l")->n, 1);
	ck_assert_str_eq(text_at(root, "k", "now"), "map");
	ck_assert_str_eq(text_at(root, "g", NULL), "7");
	ck_assert_str_eq(text_at(root, "n", NULL), "8");
	ck_assert_str_eq(root->keys[0], "m"); /* the parent's order, then what is new */
	ck_assert_str_eq(root->keys[root->n - 1], "n");
}
END_TEST

START_TEST(every_value_knows_its_file)
{
	ck_assert_int_eq(mkdir("sub", 0777), 0);
	put("sub/base.yaml", "a: 1\nm: {x: 1}\n");
	put("child.yaml", "extends: sub/base.yaml\nm: {y: 2}\n");
	const struct node *root = load("child.yaml");
	const struct node *a = node_get(root, "a"), *m = node_get(root, "m");
	ck_assert_str_eq(a->origin, "sub/base.yaml");
	ck_assert_str_eq(a->at.file, "sub/base.yaml");
	ck_assert_ptr_null(m->origin);
	ck_assert_str_eq(m->at.file, "child.yaml");
	ck_assert_str_eq(node_get(m, "x")->origin, "sub/base.yaml");
	ck_assert_ptr_null(node_get(m, "y")->origin);
	ck_assert_str_eq(m->key_at[0].file, "sub/base.yaml");
	ck_assert_str_eq(m->key_at[1].file, "child.yaml");
}
END_TEST

START_TEST(paths_are_relative_to_the_file_that_names_them)
{
	ck_assert_int_eq(mkdir("sub", 0777), 0);
	put("root.yaml", "a: root\n");
	put("sub/middle.yaml", "extends: ../root.yaml\nb: middle\n");
	put("sub/leaf.yaml", "extends: middle.yaml\nc: leaf\n");
	const struct node *root = load("sub/leaf.yaml");
	expect_errors("");
	ck_assert_str_eq(text_at(root, "a", NULL), "root");
	ck_assert_str_eq(text_at(root, "b", NULL), "middle");
	ck_assert_str_eq(text_at(root, "c", NULL), "leaf");
	ck_assert_str_eq(node_get(root, "a")->origin, "sub/../root.yaml");
}
END_TEST

START_TEST(null_of_a_grandchild_removes_too)
{
	put("a.yaml", "x: {k: 1, l: 2}\n");
	put("b.yaml", "extends: a.yaml\ny: 1\n");
	put("c.yaml", "extends: b.yaml\nx: {k: null}\nmisspelt: null\n");
	const struct node *root = load("c.yaml");
	ck_assert_uint_eq(node_get(root, "x")->n, 1);
	ck_assert_int_eq(node_get(root, "misspelt")->type, NODE_NULL); /* nothing to inherit: stays */
}
END_TEST

START_TEST(errors_of_a_parent_stand_in_the_parent)
{
	put("base.yaml", "version: 1\ndataset: {name: cifar10}\ntraining: {epochs: 0}\n");
	put("child.yaml", "extends: base.yaml\ntraining: {batch_size: 0}\n");
	struct node *root;
	document_load(arena, "child.yaml", &root, diags);
	toy_read_node(arena, diags, root);
	expect_errors("base.yaml:3:20: error: epochs must be an integer of 1 or more, found 0\n"
				  "    3 | training: {epochs: 0}\n"
				  "      |                    ^\n"
				  "child.yaml:2:24: error: batch_size must be an integer from 1 to 4096, found 0\n"
				  "    2 | training: {batch_size: 0}\n"
				  "      |                        ^\n");
}
END_TEST

START_TEST(inherited_argument_of_another_kind_has_its_cure)
{
	put("base.yaml", "version: 1\ndataset: {name: cifar10}\n"
					 "training: {optimizer: {type: adam, beta_1: 0.5}}\n");
	put("child.yaml", "extends: base.yaml\ntraining: {optimizer: {type: sgd}}\n");
	struct node *root;
	document_load(arena, "child.yaml", &root, diags);
	toy_read_node(arena, diags, root);
	expect_errors(
		"base.yaml:3:36: error: unknown key \"beta_1\" in sgd\n"
		"    3 | training: {optimizer: {type: adam, beta_1: 0.5}}\n"
		"      |                                    ^~~~~~  it is inherited and belongs to adam; "
		"remove it by \"beta_1: null\"\n");
}
END_TEST

START_TEST(missing_parent_is_an_error_at_the_value)
{
	put("child.yaml", "a: 1\nextends: none.yaml\n");
	ck_assert(load("child.yaml")->partial);
	expect_errors(
		"child.yaml:2:10: error: cannot read the parent none.yaml: No such file or directory\n"
		"    2 | extends: none.yaml\n"
		"      |          ^~~~~~~~~\n");
}
END_TEST

START_TEST(folder_is_no_parent)
{
	put("child.yaml", "extends: .\n");
	ck_assert(load("child.yaml")->partial);
	expect_errors("child.yaml:1:10: error: cannot read the parent .: it is a folder\n"
				  "    1 | extends: .\n"
				  "      |          ^\n");
}
END_TEST

START_TEST(extends_takes_one_path)
{
	put("list.yaml", "extends: [a.yaml, b.yaml]\n");
	put("map.yaml", "extends: {a: b}\n");
	put("empty.yaml", "extends: ''\n");
	put("null.yaml", "extends: null\na: 1\n");
	ck_assert(load("list.yaml")->partial);
	ck_assert(load("map.yaml")->partial);
	ck_assert(load("empty.yaml")->partial);
	expect_errors(
		"empty.yaml:1:10: error: extends must be the path of one parent file, found the string "
		"\"\"\n"
		"    1 | extends: ''\n"
		"      |          ^~\n"
		"list.yaml:1:10: error: extends must be the path of one parent file, found a list\n"
		"    1 | extends: [a.yaml, b.yaml]\n"
		"      |          ^~~~~~~~~~~~~~~~  name one; it may extend another\n"
		"map.yaml:1:10: error: extends must be the path of one parent file, found a map\n"
		"    1 | extends: {a: b}\n"
		"      |          ^~~~~~\n");
	const struct node *root = load("null.yaml");
	ck_assert_uint_eq(root->n, 1);
}
END_TEST

START_TEST(circles_are_found_whatever_the_path_is_spelt_like)
{
	put("a.yaml", "extends: b.yaml\n");
	put("b.yaml", "extends: ./a.yaml\n");
	put("self.yaml", "extends: self.yaml\n");
	ck_assert_int_eq(symlink("self2.yaml", "link.yaml"), 0);
	put("self2.yaml", "extends: link.yaml\n");
	ck_assert(load("a.yaml")->partial);
	ck_assert(load("self.yaml")->partial);
	ck_assert(load("self2.yaml")->partial);
	expect_errors("b.yaml:1:10: error: extends in a circle: a.yaml, b.yaml, ./a.yaml\n"
				  "    1 | extends: ./a.yaml\n"
				  "      |          ^~~~~~~~  remove one of these extends\n"
				  "self.yaml:1:10: error: extends in a circle: self.yaml, self.yaml\n"
				  "    1 | extends: self.yaml\n"
				  "      |          ^~~~~~~~~  remove one of these extends\n"
				  "self2.yaml:1:10: error: extends in a circle: self2.yaml, link.yaml\n"
				  "    1 | extends: link.yaml\n"
				  "      |          ^~~~~~~~~  remove one of these extends\n");
}
END_TEST

/* f1 extends f2 … extends fN. */
static void
put_chain(int n)
{
	for (int i = 1; i <= n; i++)
		put(arena_printf(arena, "f%d.yaml", i),
			i < n ? arena_printf(arena, "extends: f%d.yaml\nk%d: 1\n", i + 1, i) : "end: 1\n");
}

START_TEST(chains_are_bounded)
{
	put_chain(DOCUMENT_MAX_EXTENDS);
	const struct node *root = load("f1.yaml");
	expect_errors("");
	ck_assert_uint_eq(root->n, DOCUMENT_MAX_EXTENDS);
	put_chain(DOCUMENT_MAX_EXTENDS + 1);
	ck_assert(load("f1.yaml")->partial);
	expect_errors("f16.yaml:1:10: error: a chain of extends longer than the limit of 16 files\n"
				  "    1 | extends: f17.yaml\n"
				  "      |          ^~~~~~~~\n");
}
END_TEST

START_TEST(broken_parent_stops_the_reading)
{
	put("base.yaml", "a: [1\n");
	put("child.yaml", "extends: base.yaml\nb: 1\n");
	ck_assert(load("child.yaml")->partial);
	ck_assert_int_eq(diags_errors(diags), 1);
}
END_TEST

START_TEST(experiment_that_is_not_there_is_said)
{
	struct node *root;
	ck_assert_ptr_null(load("none.yaml"));
	document_read(arena, ".", &root, diags);
	ck_assert_ptr_null(root);
	expect_errors(".: error: cannot read the experiment: it is a folder\n"
				  "none.yaml: error: cannot read the experiment: No such file or directory\n");
}
END_TEST

START_TEST(file_that_is_too_large_is_not_read)
{
	FILE *f = fopen("large.yaml", "w");
	ck_assert_int_eq(ftruncate(fileno(f), DOCUMENT_MAX_BYTES + 1), 0);
	fclose(f);
	ck_assert_ptr_null(load("large.yaml"));
	expect_errors(
		"large.yaml: error: cannot read the experiment: it has 1048577 bytes, more than the "
		"limit of 1048576 (1 MiB)\n");
}
END_TEST

START_TEST(reading_alone_follows_nothing)
{
	struct node *root;
	put("child.yaml", "extends: none.yaml\n");
	document_read(arena, "child.yaml", &root, diags);
	expect_errors("");
	ck_assert_str_eq(text_at(root, "extends", NULL), "none.yaml");
}
END_TEST

Suite *
suite_document_extends(void)
{
	Suite *s = suite_create("document_extends");
	TCase *t = tcase_create("document_extends");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, maps_merge_lists_are_replaced_null_removes);
	tcase_add_test(t, every_value_knows_its_file);
	tcase_add_test(t, paths_are_relative_to_the_file_that_names_them);
	tcase_add_test(t, null_of_a_grandchild_removes_too);
	tcase_add_test(t, errors_of_a_parent_stand_in_the_parent);
	tcase_add_test(t, inherited_argument_of_another_kind_has_its_cure);
	tcase_add_test(t, missing_parent_is_an_error_at_the_value);
	tcase_add_test(t, folder_is_no_parent);
	tcase_add_test(t, extends_takes_one_path);
	tcase_add_test(t, circles_are_found_whatever_the_path_is_spelt_like);
	tcase_add_test(t, chains_are_bounded);
	tcase_add_test(t, broken_parent_stops_the_reading);
	tcase_add_test(t, experiment_that_is_not_there_is_said);
	tcase_add_test(t, file_that_is_too_large_is_not_read);
	tcase_add_test(t, reading_alone_follows_nothing);
	suite_add_tcase(s, t);
	return s;
}
