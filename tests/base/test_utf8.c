/* UTF-8: what is a character and what is not (RFC 3629). */
#include "base/utf8.h"

#include <string.h>

#include "base/suites.h"

START_TEST(characters_have_their_lengths)
{
	ck_assert_uint_eq(utf8_length("a", 1), 1);
	ck_assert_uint_eq(utf8_length("\0", 1), 1);
	ck_assert_uint_eq(utf8_length("\x7f", 1), 1);
	ck_assert_uint_eq(utf8_length("\xc2\x80", 2), 2);
	ck_assert_uint_eq(utf8_length("\xdf\xbf", 2), 2);
	ck_assert_uint_eq(utf8_length("\xe0\xa0\x80", 3), 3);
	ck_assert_uint_eq(utf8_length("\xed\x9f\xbf", 3), 3);
	ck_assert_uint_eq(utf8_length("\xee\x80\x80", 3), 3);
	ck_assert_uint_eq(utf8_length("\xf0\x90\x80\x80", 4), 4);
	ck_assert_uint_eq(utf8_length("\xf4\x8f\xbf\xbf", 4), 4);
}
END_TEST

START_TEST(everything_else_is_refused)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x82", "\xe2\x82(", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x92", "\xff" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(utf8_length(bad[i], strlen(bad[i])) == 0, "case %zu", i);
	/* The bytes beyond n are not looked at. */
	ck_assert_uint_eq(utf8_length("\xc3\xa4", 1), 0);
}
END_TEST

Suite *
suite_utf8(void)
{
	Suite *s = suite_create("utf8");
	TCase *t = tcase_create("utf8");
	tcase_add_test(t, characters_have_their_lengths);
	tcase_add_test(t, everything_else_is_refused);
	suite_add_tcase(s, t);
	return s;
}
