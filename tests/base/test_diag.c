/* Diagnostics: position, source line, caret, cure; order; the limit. */
#include "tlrun/diag.h"

#include <stdio.h>
#include <string.h>

#include "base/suites.h"
#include "tlrun/json.h"

/* One error in one source. */
static void
diag_expect(const char *source, int line, int column, int span, const char *hint, const char *text)
{
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	diags_source(d, "f.yaml", source, strlen(source));
	diag_add(d, DIAG_ERROR, (struct mark){ "f.yaml", line, column, -1 }, span, hint, "bad");
	diags_format(d, false, &s);
	ck_assert_str_eq(str_text(&s), text);
	str_free(&s);
	diags_free(d);
}

START_TEST(error_is_shown_in_its_line)
{
	static const char source[] = "layers:\n- conv2d:\n        filtres: 32\n        strides: 1\n";
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	diags_source(d, "experiments/flowers.yaml", source, strlen(source));
	diag_add(d, DIAG_ERROR, (struct mark){ "experiments/flowers.yaml", 3, 9, -1 }, 7,
		"did you mean \"filters\"?", "unknown key \"%s\" in conv2d", "filtres");
	diags_format(d, false, &s);
	ck_assert_str_eq(str_text(&s),
		"experiments/flowers.yaml:3:9: error: unknown key \"filtres\" in conv2d\n"
		"    3 |         filtres: 32\n"
		"      |         ^~~~~~~  did you mean \"filters\"?\n");
	str_free(&s);
	diags_free(d);
}
END_TEST

START_TEST(caret_stands_under_what_is_marked)
{
	diag_expect("ab\n", 1, 2, 1, NULL, "f.yaml:1:2: error: bad\n    1 | ab\n      |  ^\n");
	/* Characters are counted, not bytes. */
	diag_expect("\xc3\xa4\xe2\x82\xac: x", 1, 5, 1, NULL,
		"f.yaml:1:5: error: bad\n    1 | \xc3\xa4\xe2\x82\xac: x\n      |     ^\n");
	/* A tab is shown, and stands in the caret's line too. */
	diag_expect(
		"\ta\tb", 1, 4, 1, NULL, "f.yaml:1:4: error: bad\n    1 | \ta\tb\n      | \t \t^\n");
	/* Behind the end of the line; an empty line; the end of the text. */
	diag_expect("ab\n\n", 1, 5, 1, NULL, "f.yaml:1:5: error: bad\n    1 | ab\n      |     ^\n");
	diag_expect("ab\n\n", 2, 1, 1, "put x", "f.yaml:2:1: error: bad\n    2 | \n      | ^  put x\n");
	diag_expect("ab\n\n", 3, 1, 1, NULL, "f.yaml:3:1: error: bad\n    3 | \n      | ^\n");
	diag_expect("", 1, 1, 0, NULL, "f.yaml:1:1: error: bad\n    1 | \n      | ^\n");
	/* Lines that end in CR LF. */
	diag_expect("ab\r\ncd\r\n", 2, 1, 2, NULL, "f.yaml:2:1: error: bad\n    2 | cd\n      | ^~\n");
	/* A number of more than five digits only widens its line. */
	diag_expect("\n", 2, 1, 1, NULL, "f.yaml:2:1: error: bad\n    2 | \n      | ^\n");
}
END_TEST

START_TEST(unknown_source_shows_message_and_cure)
{
	diag_expect("one line\n", 7, 1, 1, "try x", "f.yaml:7:1: error: bad\n        try x\n");
	diag_expect("one line\n", 7, 1, 1, NULL, "f.yaml:7:1: error: bad\n");
	diag_expect("one line\n", 1, 0, 1, NULL, "f.yaml:1: error: bad\n");
	diag_expect("one line\n", 0, 0, 1, NULL, "f.yaml: error: bad\n");
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	diag_add(d, DIAG_WARNING, MARK_NONE, 1, NULL, "odd");
	diag_add(d, DIAG_ERROR, MARK_FILE("--set"), 1, NULL, "bad");
	diags_format(d, false, &s);
	ck_assert_str_eq(str_text(&s), "warning: odd\n--set: error: bad\n");
	str_free(&s);
	diags_free(d);
}
END_TEST

START_TEST(terminal_is_not_taken_over)
{
	diag_expect("a\x1b[2J\xff!\n", 1, 7, 1, "h\nx",
		"f.yaml:1:7: error: bad\n    1 | a\\x1b[2J\\xff!\n      |             ^  h\\nx\n");
}
END_TEST

START_TEST(long_lines_are_cut_around_the_caret)
{
	/* 300 characters of two bytes each but for one X at every tenth. */
	struct str source = STR_INIT, s = STR_INIT;
	for (int i = 0; i < 300; i++)
		str_add(&source, i % 10 == 9 ? "X" : "\xc3\xa4");
	for (int column = 1; column <= 300; column++) {
		struct diags *d = diags_new();
		diags_source(d, "f", source.data, source.len);
		diag_add(d, DIAG_ERROR, (struct mark){ "f", 1, column, -1 }, 500, NULL, "bad");
		str_clear(&s);
		diags_format(d, false, &s);
		const char *line = strstr(s.data, " | ") + 3, *caret = strstr(line, " | ") + 3;
		size_t at = 0, width = 0;
		for (const char *p = line; *p != '\n'; p++)
			width += ((unsigned char)*p & 0xc0) != 0x80;
		/* 96 characters, and three dots where something was cut. */
		ck_assert_uint_eq(width, 96 + (column > 49 ? 3 : 0) + (column < 253 ? 3 : 0));
		ck_assert_uint_le(strlen(caret), 152);
		at = strcspn(caret, "^");
		for (; at > 0 || ((unsigned char)*line & 0xc0) == 0x80; line++)
			at -= ((unsigned char)*line & 0xc0) != 0x80;
		ck_assert_int_eq(*line, column % 10 == 0 ? 'X' : '\xc3');
		diags_free(d);
	}
	str_free(&source);
	str_free(&s);
}
END_TEST

START_TEST(errors_are_sorted_by_file_line_and_column)
{
	static const struct mark marks[] = { { "b", 1, 1, -1 }, { "a", 10, 2, -1 }, { "a", 9, 5, -1 },
		{ "a", 10, 1, -1 }, { "a", 9, 5, -1 } };
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	for (int i = 0; i < 5; i++)
		diag_add(d, i == 4 ? DIAG_WARNING : DIAG_ERROR, marks[i], 1, NULL, "%d", i);
	diags_format(d, false, &s);
	ck_assert_str_eq(str_text(&s), "a:9:5: error: 2\na:9:5: warning: 4\na:10:1: error: 3\na:10:2: "
								   "error: 1\nb:1:1: error: 0\n");
	ck_assert_int_eq(diags_errors(d), 4);
	ck_assert_int_eq(diags_warnings(d), 1);
	str_free(&s);
	diags_free(d);
	diags_free(NULL);
}
END_TEST

START_TEST(twenty_are_shown_and_the_rest_counted)
{
	for (int n = DIAG_SHOWN; n <= DIAG_SHOWN + 2; n++) {
		struct diags *d = diags_new();
		struct str s = STR_INIT;
		int lines = 0;
		for (int i = n; i > 0; i--)
			diag_add(d, DIAG_ERROR, (struct mark){ "f", i, 1, -1 }, 1, NULL, "bad");
		diags_format(d, false, &s);
		for (size_t i = 0; i < s.len; i++)
			lines += s.data[i] == '\n';
		ck_assert_int_eq(diags_errors(d), n);
		ck_assert_int_eq(lines, DIAG_SHOWN + (n > DIAG_SHOWN));
		ck_assert_ptr_nonnull(strstr(s.data, "f:20:1: error: bad\n"));
		ck_assert_ptr_null(strstr(s.data, "f:21:1"));
		if (n > DIAG_SHOWN)
			ck_assert_ptr_nonnull(strstr(s.data, n == 21 ? "\nand 1 more\n" : "\nand 2 more\n"));
		str_free(&s);
		diags_free(d);
	}
}
END_TEST

START_TEST(colours_do_not_change_the_text)
{
	struct diags *d = diags_new();
	struct str plain = STR_INIT, colored = STR_INIT, stripped = STR_INIT;
	diags_source(d, "f", "abc\n", 4);
	diag_add(d, DIAG_ERROR, (struct mark){ "f", 1, 2, -1 }, 2, "cure", "bad");
	diag_add(d, DIAG_WARNING, (struct mark){ "f", 2, 0, -1 }, 2, NULL, "odd");
	diags_format(d, false, &plain);
	diags_format(d, true, &colored);
	for (const char *p = colored.data; *p; p++)
		if (*p == '\033')
			p = strchr(p, 'm');
		else
			str_add_char(&stripped, *p);
	ck_assert_str_eq(stripped.data, plain.data);
	ck_assert_ptr_nonnull(strstr(colored.data, "\033[1;31merror:\033[0m bad"));
	ck_assert_ptr_nonnull(strstr(colored.data, "\033[1;35mwarning:\033[0m odd"));
	ck_assert_ptr_nonnull(strstr(colored.data, "\033[1;32m^~\033[0m  cure"));
	str_free(&plain);
	str_free(&colored);
	str_free(&stripped);
	diags_free(d);
}
END_TEST

START_TEST(json_holds_every_one)
{
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	for (int i = 30; i > 0; i--)
		diag_add(d, i % 2 ? DIAG_ERROR : DIAG_WARNING, (struct mark){ "f", i, 4, -1 }, 1,
			i % 3 ? "cure" : NULL, "bad \"%d\"", i);
	diags_json(d, &s);
	json_t *root = json_loads(s.data, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(json_array_size(root), 30);
	for (int i = 1; i <= 30; i++) {
		const json_t *one = json_array_get(root, (size_t)i - 1);
		char text[32];
		snprintf(text, sizeof text, "bad \"%d\"", i);
		ck_assert_uint_eq(json_object_size(one), 6);
		ck_assert_str_eq(json_string_value(json_object_get(one, "file")), "f");
		ck_assert_int_eq(json_integer_value(json_object_get(one, "line")), i);
		ck_assert_int_eq(json_integer_value(json_object_get(one, "column")), 4);
		ck_assert_str_eq(
			json_string_value(json_object_get(one, "level")), i % 2 ? "error" : "warning");
		ck_assert_str_eq(json_string_value(json_object_get(one, "message")), text);
		ck_assert_int_eq(json_is_null(json_object_get(one, "hint")), i % 3 == 0);
	}
	json_decref(root);
	str_free(&s);
	diags_free(d);
}
END_TEST

START_TEST(nothing_found_shows_nothing)
{
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	diags_format(d, true, &s);
	ck_assert_str_eq(str_text(&s), "");
	diags_json(d, &s);
	ck_assert_str_eq(str_text(&s), "[]\n");
	str_free(&s);
	diags_free(d);
}
END_TEST

START_TEST(merging_adds_what_is_not_said_yet)
{
	struct diags *d = diags_new(), *more = diags_new();
	struct str s = STR_INIT;
	const struct mark at = { "x.yaml", 1, 3, -1 }, below = { "x.yaml", 2, 1, -1 };
	diags_source(more, "x.yaml", "a: b\nc: d\n", 10);
	diag_add(d, DIAG_ERROR, at, 1, NULL, "wrong");
	diag_add(more, DIAG_ERROR, at, 1, NULL, "wrong");
	diag_add(more, DIAG_WARNING, at, 1, NULL, "odd");
	diag_add(more, DIAG_ERROR, below, 1, "cure", "wrong");
	diags_merge(d, more, " (again)");
	diags_merge(d, more, " (and again)");
	diags_free(more);
	ck_assert_int_eq(diags_errors(d), 2);
	ck_assert_int_eq(diags_warnings(d), 1);
	diags_format(d, false, &s);
	ck_assert_ptr_nonnull(strstr(str_text(&s), "x.yaml:1:3: error: wrong\n    1 | a: b\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&s), "x.yaml:1:3: warning: odd (again)\n"));
	ck_assert_ptr_nonnull(strstr(str_text(&s), "x.yaml:2:1: error: wrong (again)\n    2 | c: d\n"));
	ck_assert_ptr_null(strstr(str_text(&s), "and again"));
	str_free(&s);
	diags_free(d);
}
END_TEST

START_TEST(promoted_warnings_are_errors)
{
	struct diags *d = diags_new();
	struct str s = STR_INIT;
	const struct mark at = { "x.yaml", 1, 3, -1 };
	diag_add(d, DIAG_ERROR, at, 1, NULL, "wrong");
	diag_add(d, DIAG_WARNING, at, 1, "cure", "odd");
	diags_promote(d, " (now)");
	ck_assert_int_eq(diags_errors(d), 2);
	ck_assert_int_eq(diags_warnings(d), 0);
	diags_format(d, false, &s);
	ck_assert_str_eq(str_text(&s), "x.yaml:1:3: error: wrong\n"
		"x.yaml:1:3: error: odd (now)\n        cure\n");
	str_free(&s);
	diags_free(d);
}
END_TEST

Suite *
suite_diag(void)
{
	Suite *s = suite_create("diag");
	TCase *t = tcase_create("diag");
	tcase_add_test(t, error_is_shown_in_its_line);
	tcase_add_test(t, caret_stands_under_what_is_marked);
	tcase_add_test(t, unknown_source_shows_message_and_cure);
	tcase_add_test(t, terminal_is_not_taken_over);
	tcase_add_test(t, long_lines_are_cut_around_the_caret);
	tcase_add_test(t, errors_are_sorted_by_file_line_and_column);
	tcase_add_test(t, twenty_are_shown_and_the_rest_counted);
	tcase_add_test(t, colours_do_not_change_the_text);
	tcase_add_test(t, json_holds_every_one);
	tcase_add_test(t, nothing_found_shows_nothing);
	tcase_add_test(t, merging_adds_what_is_not_said_yet);
	tcase_add_test(t, promoted_warnings_are_errors);
	suite_add_tcase(s, t);
	return s;
}
