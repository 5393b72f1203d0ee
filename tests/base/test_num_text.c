/* Numbers as text: the shortest that reads back, strict reading, figures for people. */
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suites.h"
#include "tlrun/num.h"
#include "tlrun/rng.h"

/* Texts are those of Python's repr but for whole numbers, which have no ".0", and 1e15 up. */
static const struct {
	double x;
	const char *text;
} doubles[] = {
	{ 0, "0" },
	{ -0.0, "-0" },
	{ 1, "1" },
	{ -3, "-3" },
	{ 100, "100" },
	{ 0.1, "0.1" },
	{ 0.1 + 0.2, "0.30000000000000004" },
	{ 1.0 / 3, "0.3333333333333333" },
	{ 2.5, "2.5" },
	{ 1e-4, "0.0001" },
	{ 1.5e-5, "1.5e-05" },
	{ 1e-7, "1e-07" },
	{ 123456.789, "123456.789" },
	{ 123456789012345, "123456789012345" },
	{ 1e15, "1e+15" },
	{ 1e22, "1e+22" },
	{ 1e23, "1e+23" },
	{ 1.2345678901234567e+19, "1.2345678901234567e+19" },
	{ 0.00123, "0.00123" },
	{ 5e-324, "5e-324" },
	{ 1e-310, "1e-310" },
	{ DBL_MIN, "2.2250738585072014e-308" },
	{ DBL_MAX, "1.7976931348623157e+308" },
	{ 9007199254740993.0, "9.007199254740992e+15" },
	{ HUGE_VAL, "inf" },
	{ -HUGE_VAL, "-inf" },
};

START_TEST(known_doubles_have_their_shortest_text)
{
	char text[32];
	for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
		num_format(doubles[i].x, text, sizeof text);
		ck_assert_str_eq(text, doubles[i].text);
	}
	num_format(NAN, text, sizeof text);
	ck_assert_str_eq(text, "nan");
	num_format(-(double)NAN, text, sizeof text);
	ck_assert_str_eq(text, "nan");
}
END_TEST

START_TEST(known_floats_have_their_shortest_text)
{
	static const struct {
		float x;
		const char *text;
	} floats[] = {
		{ 0.1f, "0.1" },
		{ 1.0f / 3, "0.33333334" },
		{ 16777216.0f, "16777216" },
		{ 1e10f, "10000000000" },
		{ FLT_MAX, "3.4028235e+38" },
		{ FLT_MIN, "1.1754944e-38" },
		{ 1e-45f, "1e-45" },
		{ 0.999999f, "0.999999" },
		{ -2.5f, "-2.5" },
		{ INFINITY, "inf" },
	};
	char text[32];
	for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++) {
		num_format_float(floats[i].x, text, sizeof text);
		ck_assert_str_eq(text, floats[i].text);
	}
}
END_TEST

START_TEST(any_bits_read_back)
{
	const struct rng r = rng_stream(1, RNG_INIT, 0, 0);
	char text[32];
	for (uint32_t i = 0; i < 50000; i++) {
		uint32_t w[4];
		double x, back;
		float f, f_back;
		rng_block(&r, i, w);
		/* Every tenth has exponent 0 or one near 1. */
		if (i % 10 == 0) w[1] = i % 20 ? w[1] & 0x800fffff : (w[1] & 0xfffff) | 0x40000000;
		memcpy(&x, w, sizeof x);
		memcpy(&f, w + 2, sizeof f);
		if (!isfinite(x) || !isfinite(f)) continue;
		num_format(x, text, sizeof text);
		ck_assert_uint_lt(strlen(text), 25);
		ck_assert(num_parse_double(text, &back));
		ck_assert_mem_eq(&back, &x, sizeof x);
		num_format_float(f, text, sizeof text);
		f_back = strtof(text, NULL);
		ck_assert_mem_eq(&f_back, &f, sizeof f);
	}
}
END_TEST

START_TEST(no_shorter_text_reads_back)
{
	const struct rng r = rng_stream(2, RNG_INIT, 0, 0);
	for (uint32_t i = 0; i < 20000; i++) {
		const double x = rng_uniform(&r, i) * pow(10, (int)(i % 40) - 20);
		char text[32], shorter[32];
		num_format(x, text, sizeof text);
		/* Digits from the first to the last that is not 0. */
		int digits = 0, seen = 0;
		for (const char *p = text; *p && *p != 'e'; p++) {
			seen += *p >= '0' && *p <= '9' && (seen > 0 || *p != '0');
			digits = *p > '0' ? seen : digits;
		}
		snprintf(shorter, sizeof shorter, "%.*e", digits - 2, x);
		ck_assert_msg(digits == 1 || strtod(shorter, NULL) != x, "%s and %s", text, shorter);
	}
}
END_TEST

START_TEST(locale_does_not_matter)
{
	static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE" };
	char text[32];
	double x;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (setlocale(LC_ALL, names[i])) break;
	num_format(1234.5, text, sizeof text);
	ck_assert_str_eq(text, "1234.5");
	ck_assert(num_parse_double("1234.5", &x));
	ck_assert(x == 1234.5);
	ck_assert(!num_parse_double("1234,5", &x));
	num_human_bytes(1536, text, sizeof text);
	ck_assert_str_eq(text, "1.5 KiB");
}
END_TEST

START_TEST(numbers_are_read_whole)
{
	static const struct {
		const char *text;
		double x;
	} good[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "-1", -1 },
		{ "+1.5", 1.5 },
		{ ".5", 0.5 },
		{ "5.", 5 },
		{ "1e3", 1000 },
		{ "1E-3", 0.001 },
		{ "1e+3", 1000 },
		{ "0e-999", 0 },
		{ "0012", 12 },
		{ "4.9e-324", 5e-324 },
		{ "1.7976931348623157e308", DBL_MAX },
		{ "inf", HUGE_VAL },
		{ "-inf", -HUGE_VAL },
		{ "+inf", HUGE_VAL },
	};
	static const char *const bad[] = { "", " 1", "1 ", "1x", "0x10", "1e", "1e+", ".", "-", "e5",
		"1.2.3", "1e400", "-1e400", "1e-400", "infinity", "NAN", "nan(1)", "--1", "1_000", "1,5",
		"-nan", "1e5.0" };
	double x;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert_msg(num_parse_double(good[i].text, &x), "%s", good[i].text);
		ck_assert(x == good[i].x);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!num_parse_double(bad[i], &x), "%s", bad[i]);
	ck_assert(num_parse_double("nan", &x) && isnan(x));
}
END_TEST

START_TEST(whole_numbers_are_read_whole)
{
	static const struct {
		const char *text;
		long long n;
	} good[] = {
		{ "0", 0 },
		{ "123", 123 },
		{ "-123", -123 },
		{ "+5", 5 },
		{ "0123", 123 },
		{ "0x1F", 31 },
		{ "-0x10", -16 },
		{ "0o17", 15 },
		{ "9223372036854775807", LLONG_MAX },
		{ "-9223372036854775808", LLONG_MIN },
		{ "0x7fffffffffffffff", LLONG_MAX },
		{ "00", 0 },
	};
	static const char *const bad[] = { "", "-", "+", "0x", "0o", "0o8", "1.0", "1e3", " 1", "1 ",
		"12a", "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "0b1",
		"0X1F", "--1", "+-1", "0x-1", "1_000" };
	long long n;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert_msg(num_parse_int(good[i].text, &n), "%s", good[i].text);
		ck_assert_int_eq(n, good[i].n);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!num_parse_int(bad[i], &n), "%s", bad[i]);
}
END_TEST

START_TEST(figures_read_well)
{
	static const struct {
		double x;
		const char *bytes, *seconds;
	} cases[] = {
		{ 0, "0 B", "0.0 s" },
		{ 1, "1 B", "1.0 s" },
		{ 0.25, "0 B", "250 ms" },
		{ 59.94, "60 B", "59.9 s" },
		{ 59.97, "60 B", "1 m 0 s" },
		{ 80, "80 B", "1 m 20 s" },
		{ 1023, "1023 B", "17 m 3 s" },
		{ 1024, "1 KiB", "17 m 4 s" },
		{ 3600, "3.5 KiB", "1 h 0 m" },
		{ 1610612736, "1.5 GiB", "447392 h 25 m" },
		{ 1048575, "1 MiB", "291 h 16 m" },
	};
	char text[48];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		num_human_bytes(cases[i].x, text, sizeof text);
		ck_assert_str_eq(text, cases[i].bytes);
		num_human_seconds(cases[i].x, text, sizeof text);
		ck_assert_str_eq(text, cases[i].seconds);
	}
	static const double odd[] = { NAN, -1, HUGE_VAL, -HUGE_VAL, DBL_MAX };
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		num_human_seconds(odd[i], text, sizeof text);
		ck_assert_str_eq(text, "?");
		num_human_bytes(odd[i], text, sizeof text);
		ck_assert_str_eq(text, "?");
	}
	num_human_bytes(18446744073709551615.0, text, sizeof text);
	ck_assert_str_eq(text, "16384 PiB");
}
END_TEST

START_TEST(counts_are_grouped_by_three)
{
	static const struct {
		long long n;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 999, "999" },
		{ 1000, "1,000" },
		{ 45000, "45,000" },
		{ -1234567, "-1,234,567" },
		{ LLONG_MIN, "-9,223,372,036,854,775,808" },
	};
	char text[48];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		num_human_count(cases[i].n, text, sizeof text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

Suite *
suite_num_text(void)
{
	Suite *s = suite_create("num_text");
	TCase *t = tcase_create("num_text");
	tcase_add_test(t, known_doubles_have_their_shortest_text);
	tcase_add_test(t, known_floats_have_their_shortest_text);
	tcase_add_test(t, any_bits_read_back);
	tcase_add_test(t, no_shorter_text_reads_back);
	tcase_add_test(t, locale_does_not_matter);
	tcase_add_test(t, numbers_are_read_whole);
	tcase_add_test(t, whole_numbers_are_read_whole);
	tcase_add_test(t, figures_read_well);
	tcase_add_test(t, counts_are_grouped_by_three);
	suite_add_tcase(s, t);
	return s;
}
