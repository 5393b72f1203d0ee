/* What is escaped, what stays, and how many columns it takes. */
#include "tlrun/visible.h"

#include <string.h>

#include "base/suites.h"

static void
shows(const char *text, const char *expected)
{
	struct str once = STR_INIT, twice = STR_INIT;
	visible_line(text, &once);
	ck_assert_str_eq(str_text(&once), expected);
	visible_line(expected, &twice);
	ck_assert_str_eq(str_text(&twice), expected);
	str_free(&once);
	str_free(&twice);
}

START_TEST(what_acts_or_hides_is_escaped)
{
	static const char *const plain = "plain, \xc3\xa4 \xe2\x80\xa6 \xf0\x9f\x99\x82";
	shows(plain, plain);
	shows("\x1b[2J\x7f\a", "\\x1b[2J\\x7f\\x07");
	shows("a\tb\nc\rd", "a\\tb\\nc\\rd");
	shows("\xc2\x9b", "<U+009B>");
	shows("\xe2\x80\xae" "exe.txt", "<U+202E>exe.txt");
	shows("\xe2\x81\xa6\xd8\x9c\xef\xbb\xbf", "<U+2066><U+061C><U+FEFF>");
	shows("\xf3\xa0\x80\x81", "<U+E0001>");
	shows("\xff\xc3(\xed\xa0\x80", "\\xff\\xc3(\\xed\\xa0\\x80");
	shows("\xe2\x80\x8d", "\xe2\x80\x8d");
}
END_TEST

START_TEST(lines_keep_their_newlines_and_tabs)
{
	struct str out = STR_INIT;
	visible_lines("a\n\tb\r\n\0c", 8, &out);
	ck_assert_str_eq(str_text(&out), "a\n\tb\\r\n\\x00c");
	str_free(&out);
}
END_TEST

START_TEST(columns_are_those_of_a_terminal)
{
	ck_assert_int_eq(visible_width("abc"), 3);
	ck_assert_int_eq(visible_width("e\xcc\x81"), 1);
	ck_assert_int_eq(visible_width("\xe7\x8c\xab\xe7\x8a\xac"), 4);
	ck_assert_int_eq(visible_width("\x1b"), 4);
	ck_assert_uint_eq(visible_fit("abc", 2), 2);
	ck_assert_uint_eq(visible_fit("abc", 3), 3);
	ck_assert_uint_eq(visible_fit("abc", 0), 0);
	/* Half a wide character does not fit; a mark stays with its letter. */
	ck_assert_uint_eq(visible_fit("\xe7\x8c\xab\xe7\x8a\xac", 3), 3);
	ck_assert_uint_eq(visible_fit("e\xcc\x81x", 1), 3);
}
END_TEST

Suite *
suite_visible(void)
{
	Suite *s = suite_create("visible");
	TCase *t = tcase_create("visible");
	tcase_add_test(t, what_acts_or_hides_is_escaped);
	tcase_add_test(t, lines_keep_their_newlines_and_tabs);
	tcase_add_test(t, columns_are_those_of_a_terminal);
	suite_add_tcase(s, t);
	return s;
}
