/* Trees from text: places, spans, what is quoted, aliases, limits. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"
#include "tlrun/str.h"

static struct arena *arena;
static struct diags *diags;

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

static struct node *
parse(const char *text)
{
	struct node *root;
	document_parse(arena, "x.yaml", text, strlen(text), &root, diags);
	return root;
}

static void
expect_errors(const char *errors)
{
	ck_assert_str_eq(toy_errors(arena, diags), errors);
}

static void
expect_place(const struct node *n, int line, int column, int span)
{
	ck_assert_ptr_nonnull(n);
	ck_assert_str_eq(n->at.file, "x.yaml");
	ck_assert_int_eq(n->at.line, line);
	ck_assert_int_eq(n->at.column, column);
	ck_assert_int_eq(n->span, span);
	ck_assert_ptr_null(n->origin);
}

START_TEST(values_know_their_place)
{
	const struct node *root = parse("aä: one\nb:\n  - 'x y'\n  - {k: [1, 2]}\n  - \n"
									"c: &anchor {d: ~}\ne:\nf: \"a\n  b\"\n");
	expect_place(root, 1, 1, 2);
	expect_place(node_get(root, "aä"), 1, 5, 3);
	const struct node *b = node_get(root, "b");
	expect_place(b, 3, 3, 1);
	ck_assert_int_eq(b->name_at.line, 2);
	ck_assert_int_eq(b->name_at.column, 1);
	expect_place(b->items[0], 3, 5, 5);
	expect_place(b->items[1], 4, 5, 11);
	expect_place(node_get(b->items[1], "k"), 4, 9, 6);
	expect_place(b->items[2], 5, 4, 1);
	ck_assert_int_eq(node_get(root, "c")->span, 14);
	expect_place(node_get(node_get(root, "c"), "d"), 6, 16, 1);
	expect_place(node_get(root, "e"), 7, 1, 1); /* nothing is written: its key */
	expect_place(node_get(root, "f"), 8, 4, 1); /* several lines: the first character */
	expect_errors("");
}
END_TEST

START_TEST(types_are_null_scalar_list_and_map)
{
	const struct node *root =
		parse("a: null\nb: ~\nc:\nd: NULL\ne: 'null'\nf: [x]\ng: {x: y}\nh: nULL\n"
			  "i: |\n  text\nj: >-\n  a\n  b\nk: plain text\nl: on\n");
	const char *nulls[] = { "a", "b", "c", "d" };
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(node_get(root, nulls[i])->type, NODE_NULL);
		ck_assert_str_eq(node_get(root, nulls[i])->text, "");
	}
	ck_assert_int_eq(node_get(root, "e")->type, NODE_SCALAR);
	ck_assert(node_get(root, "e")->quoted);
	ck_assert_int_eq(node_get(root, "f")->type, NODE_LIST);
	ck_assert_int_eq(node_get(root, "g")->type, NODE_MAP);
	ck_assert_str_eq(node_get(root, "h")->text, "nULL");
	ck_assert(!node_get(root, "h")->quoted);
	ck_assert_str_eq(node_get(root, "i")->text, "text\n");
	ck_assert(node_get(root, "i")->quoted);
	ck_assert_str_eq(node_get(root, "j")->text, "a b");
	ck_assert_str_eq(node_get(root, "k")->text, "plain text");
	ck_assert_str_eq(node_get(root, "l")->text, "on");
	ck_assert_ptr_null(node_get(root, "z"));
	ck_assert_ptr_null(node_get(node_get(root, "a"), "z"));
	ck_assert_ptr_null(node_get(NULL, "z"));
}
END_TEST

START_TEST(byte_order_mark_and_crlf_count_for_nothing)
{
	const struct node *root = parse("\xef\xbb\xbf# c\r\na: 1\r\nb: x\r\n");
	expect_place(node_get(root, "a"), 2, 4, 1);
	expect_place(node_get(root, "b"), 3, 4, 1);
	ck_assert_str_eq(node_get(root, "b")->text, "x");
	expect_errors("");
}
END_TEST

START_TEST(aliases_are_copies_that_keep_their_place)
{
	const struct node *root =
		parse("a: &x {k: [1, {m: 2}]}\nb: *x\nc: &y word\nd: [*y, *x]\ne: &x 3\nf: *x\n");
	const struct node *b = node_get(root, "b");
	expect_place(b, 1, 4, 19);
	ck_assert_int_eq(b->name_at.line, 2);
	ck_assert_ptr_ne(b, node_get(root, "a"));
	ck_assert_ptr_ne(node_get(b, "k"), node_get(node_get(root, "a"), "k"));
	ck_assert_str_eq(node_get(node_get(b, "k")->items[1], "m")->text, "2");
	ck_assert_str_eq(node_get(root, "d")->items[0]->text, "word");
	ck_assert_str_eq(node_get(root, "f")->text, "3"); /* the last anchor of a name holds */
	expect_errors("");
}
END_TEST

START_TEST(first_of_duplicate_keys_is_kept)
{
	const struct node *root = parse("a: 1\nb: 2\na: 3\n");
	ck_assert_uint_eq(root->n, 2);
	ck_assert_str_eq(node_get(root, "a")->text, "1");
	ck_assert_str_eq(node_get(root, "b")->text, "2");
}
END_TEST

START_TEST(explicit_keys_and_directives_are_yaml)
{
	const struct node *root = parse("%YAML 1.1\n---\n? a\n: 1\n\"b\": 2\n...\n");
	ck_assert_str_eq(node_get(root, "a")->text, "1");
	ck_assert_str_eq(node_get(root, "b")->text, "2");
	expect_errors("");
}
END_TEST

/* Nested lists in key a: levels deep in all, the root being the first. */
static struct node *
parse_nested(int levels)
{
	struct str s = STR_INIT;
	str_add(&s, "a: ");
	for (int i = 2; i < levels; i++)
		str_add_char(&s, '[');
	str_add(&s, "1");
	for (int i = 2; i < levels; i++)
		str_add_char(&s, ']');
	struct node *root = parse(str_text(&s));
	str_free(&s);
	return root;
}

START_TEST(depth_is_bounded)
{
	ck_assert_ptr_nonnull(parse_nested(DOCUMENT_MAX_DEPTH));
	expect_errors("");
	ck_assert_ptr_null(parse_nested(DOCUMENT_MAX_DEPTH + 1));
	ck_assert_ptr_nonnull(strstr(
		toy_errors(arena, diags), "x.yaml:1:67: error: nested deeper than the limit of 64\n"));
	ck_assert_ptr_null(parse_nested(20000));
	ck_assert_int_eq(diags_errors(diags), 2);
}
END_TEST

START_TEST(depth_is_bounded_through_aliases)
{
	struct str s = STR_INIT;
	str_add(&s, "a0: &a0 [[[[[[[[1]]]]]]]]\n");
	for (int i = 1; i < 9; i++)
		str_printf(&s, "a%d: &a%d [[[[[[[*a%d]]]]]]]\n", i, i, i - 1);
	ck_assert_ptr_null(parse(str_text(&s)));
	expect_errors("x.yaml:9:16: error: nested deeper than the limit of 64, aliases expanded\n"
				  "    9 | a8: &a8 [[[[[[[*a7]]]]]]]\n"
				  "      |                ^~~\n");
	str_free(&s);
}
END_TEST

START_TEST(laughs_are_bounded)
{
	struct str s = STR_INIT;
	str_add(&s, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 10; i++) {
		str_printf(&s, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			str_printf(&s, "%s*a%d", j ? ", " : "", i - 1);
		str_add(&s, "]\n");
	}
	ck_assert_ptr_null(parse(str_text(&s)));
	expect_errors("x.yaml:5:45: error: more values than the limit of 100000, aliases expanded\n"
				  "    5 | a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]\n"
				  "      |                                             ^~~  repeat less through "
				  "aliases\n");
	str_free(&s);
}
END_TEST

START_TEST(values_are_counted)
{
	struct str s = STR_INIT;
	str_add(&s, "a: [");
	for (int i = 0; i < DOCUMENT_MAX_NODES - 2; i++)
		str_add(&s, "1,\n");
	const size_t len = s.len;
	str_add(&s, "]\n");
	ck_assert_ptr_nonnull(parse(str_text(&s)));
	expect_errors("");
	s.len = len;
	str_add(&s, "1]\n");
	ck_assert_ptr_null(parse(str_text(&s)));
	ck_assert_ptr_nonnull(strstr(toy_errors(arena, diags), "x.yaml:99999:1: error: more values"));
	str_free(&s);
}
END_TEST

START_TEST(keys_of_a_map_are_counted)
{
	struct str s = STR_INIT;
	for (int i = 0; i <= DOCUMENT_MAX_KEYS; i++)
		str_printf(&s, "k%d: 1\n", i);
	ck_assert_ptr_null(parse(str_text(&s)));
	expect_errors("x.yaml:10001:1: error: more keys in one map than the limit of 10000\n"
				  "10001 | k10000: 1\n"
				  "      | ^~~~~~\n");
	str_free(&s);
}
END_TEST

START_TEST(bytes_are_counted)
{
	struct str s = STR_INIT;
	struct node *root;
	str_add(&s, "a: 1\n");
	str_pad(&s, '#', DOCUMENT_MAX_BYTES - 5);
	document_parse(arena, "x.yaml", s.data, s.len, &root, diags);
	ck_assert_ptr_nonnull(root);
	expect_errors("");
	str_add_char(&s, '#');
	document_parse(arena, "x.yaml", s.data, s.len, &root, diags);
	ck_assert_ptr_null(root);
	expect_errors("x.yaml: error: the file has more bytes than the limit of 1048576 (1 MiB)\n");
	str_free(&s);
}
END_TEST

Suite *
suite_document(void)
{
	Suite *s = suite_create("document");
	TCase *t = tcase_create("document");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, values_know_their_place);
	tcase_add_test(t, types_are_null_scalar_list_and_map);
	tcase_add_test(t, byte_order_mark_and_crlf_count_for_nothing);
	tcase_add_test(t, aliases_are_copies_that_keep_their_place);
	tcase_add_test(t, first_of_duplicate_keys_is_kept);
	tcase_add_test(t, explicit_keys_and_directives_are_yaml);
	tcase_add_test(t, depth_is_bounded);
	tcase_add_test(t, depth_is_bounded_through_aliases);
	tcase_add_test(t, laughs_are_bounded);
	tcase_add_test(t, values_are_counted);
	tcase_add_test(t, keys_of_a_map_are_counted);
	tcase_add_test(t, bytes_are_counted);
	suite_add_tcase(s, t);
	return s;
}
