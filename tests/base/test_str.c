/* Growing strings. */
#include "tlrun/str.h"

#include <string.h>

#include "base/suites.h"

START_TEST(empty_string_has_a_text)
{
	struct str s = STR_INIT;
	ck_assert_str_eq(str_text(&s), "");
	ck_assert_uint_eq(s.len, 0);
	str_free(&s);
}
END_TEST

START_TEST(pieces_follow_each_other)
{
	struct str s = STR_INIT;
	str_add(&s, "one");
	str_add_char(&s, ' ');
	str_add_len(&s, "twofold", 3);
	str_pad(&s, '.', 3);
	str_pad(&s, '!', 0);
	str_pad(&s, '!', -4);
	str_printf(&s, "%d%s", 42, "x");
	str_add_len(&s, "", 0);
	ck_assert_str_eq(str_text(&s), "one two...42x");
	ck_assert_uint_eq(s.len, strlen(s.data));
	str_free(&s);
	ck_assert_ptr_null(s.data);
}
END_TEST

START_TEST(text_of_any_length_fits)
{
	struct str s = STR_INIT;
	for (int i = 0; i < 10000; i++) {
		str_printf(&s, "%s", "0123456789");
		ck_assert_uint_gt(s.cap, s.len);
	}
	ck_assert_uint_eq(s.len, 100000);
	ck_assert_uint_eq(strlen(s.data), 100000);
	for (size_t i = 0; i < s.len; i++)
		ck_assert_int_eq(s.data[i], '0' + (int)(i % 10));
	str_free(&s);
}
END_TEST

START_TEST(bytes_of_any_value_are_kept)
{
	struct str s = STR_INIT;
	str_add_len(&s, "a\0b", 3);
	ck_assert_uint_eq(s.len, 3);
	ck_assert_mem_eq(s.data, "a\0b", 4);
	str_free(&s);
}
END_TEST

START_TEST(clear_keeps_the_memory)
{
	struct str s = STR_INIT;
	str_clear(&s);
	str_pad(&s, 'x', 1000);
	const size_t cap = s.cap;
	str_clear(&s);
	ck_assert_str_eq(str_text(&s), "");
	ck_assert_uint_eq(s.cap, cap);
	str_add(&s, "again");
	ck_assert_str_eq(str_text(&s), "again");
	str_free(&s);
}
END_TEST

/* The test vectors of RFC 4648, section 10. */
START_TEST(base64_is_the_rfcs)
{
	static const char *const expected[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=",
		"Zm9vYmFy" };
	for (size_t n = 0; n <= 6; n++) {
		struct str s = STR_INIT;
		str_add_base64(&s, "foobar", n);
		ck_assert_str_eq(str_text(&s), expected[n]);
		str_free(&s);
	}
	struct str s = STR_INIT;
	str_add_base64(&s, "\xff\xef\xbe\x00", 4);
	ck_assert_str_eq(str_text(&s), "/+++AA==");
	str_free(&s);
}
END_TEST

START_TEST(cut_takes_the_end_off)
{
	struct str s = STR_INIT;
	str_cut(&s, 0);
	str_add(&s, "one two");
	str_cut(&s, 3);
	ck_assert_str_eq(str_text(&s), "one");
	str_add(&s, "!");
	ck_assert_str_eq(str_text(&s), "one!");
	str_free(&s);
}
END_TEST

START_TEST(nothing_is_the_same_as_nothing_alone)
{
	ck_assert(str_same("a", "a") && str_same("", "") && str_same(NULL, NULL));
	ck_assert(!str_same("a", "b") && !str_same("", NULL) && !str_same(NULL, ""));
}
END_TEST

Suite *
suite_str(void)
{
	Suite *s = suite_create("str");
	TCase *t = tcase_create("str");
	tcase_add_test(t, empty_string_has_a_text);
	tcase_add_test(t, pieces_follow_each_other);
	tcase_add_test(t, text_of_any_length_fits);
	tcase_add_test(t, bytes_of_any_value_are_kept);
	tcase_add_test(t, clear_keeps_the_memory);
	tcase_add_test(t, base64_is_the_rfcs);
	tcase_add_test(t, cut_takes_the_end_off);
	tcase_add_test(t, nothing_is_the_same_as_nothing_alone);
	suite_add_tcase(s, t);
	return s;
}
