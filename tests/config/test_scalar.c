/* Plain scalars by YAML 1.2's core schema, sizes, durations. */
#include <math.h>

#include "config/scalar.h"
#include "config/suites.h"

START_TEST(integers_are_those_of_the_core_schema)
{
	static const struct {
		const char *text;
		long long value;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "+7", 7 },
		{ "0123", 123 },
		{ "-12", -12 },
		{ "0x1F", 31 },
		{ "0o17", 15 },
		{ "9223372036854775807", 9223372036854775807LL },
		{ "-9223372036854775808", -9223372036854775807LL - 1 },
	};
	static const char *const none[] = { "", "-", "+", "0x", "0o", "0o8", "0xg", "1_000", "0b1",
		"12a", " 1", "1 ", "--1", "one", "1,0", "-0x1", "0X1F" };
	static const char *const fractions[] = { "1.0", "1.", ".5", "1e3", "1E-3", ".inf", "-.inf",
		".nan" };
	long long n;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(scalar_int(good[i].text, &n) == SCALAR_OK, "%s", good[i].text);
		ck_assert_int_eq(n, good[i].value);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(scalar_int(none[i], &n) == SCALAR_NONE, "%s", none[i]);
	for (size_t i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++)
		ck_assert_msg(scalar_int(fractions[i], &n) == SCALAR_FRACTION, "%s", fractions[i]);
	ck_assert_int_eq(scalar_int("9223372036854775808", &n), SCALAR_RANGE);
	ck_assert_int_eq(scalar_int("-9223372036854775809", &n), SCALAR_RANGE);
}
END_TEST

START_TEST(reals_are_those_of_the_core_schema)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {
		{ "1", 1 },
		{ "1.5", 1.5 },
		{ "-.5", -0.5 },
		{ "1.", 1 },
		{ "1e-3", 1e-3 },
		{ "1E+3", 1000 },
		{ "0123", 123 },
		{ "0x10", 16 },
		{ "+0.25e1", 2.5 },
		{ "1e-07", 1e-7 },
	};
	static const char *const none[] = { "", ".", "e3", "1e", "1e+", "1.2.3", "inf", "nan",
		"Infinity", "0x1p3", "1f", "1 000", "-", "+.nan", "-.nan", ".InF" };
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", "+.inf", "-.INF", ".nan",
		".NaN" };
	double x;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(scalar_real(good[i].text, &x) == SCALAR_OK, "%s", good[i].text);
		ck_assert_double_eq(x, good[i].value);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(scalar_real(none[i], &x) == SCALAR_NONE, "%s", none[i]);
	for (size_t i = 0; i < sizeof(infinite) / sizeof(infinite[0]); i++)
		ck_assert_msg(scalar_real(infinite[i], &x) == SCALAR_INFINITE, "%s", infinite[i]);
	ck_assert_int_eq(scalar_real("1e400", &x), SCALAR_RANGE);
	ck_assert_int_eq(scalar_real("0xfffffffffffffffff", &x), SCALAR_RANGE);
}
END_TEST

START_TEST(booleans_have_three_spellings_each)
{
	static const char *const yes[] = { "true", "True", "TRUE" }, *const no[] = { "false", "False",
		"FALSE" };
	static const char *const none[] = { "yes", "on", "y", "1", "tRUE", "no", "off", "0", "" };
	bool b;
	for (int i = 0; i < 3; i++) {
		ck_assert(scalar_bool(yes[i], &b) && b);
		ck_assert(scalar_bool(no[i], &b) && !b);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(!scalar_bool(none[i], &b), "%s", none[i]);
}
END_TEST

START_TEST(nulls_are_nulls)
{
	ck_assert(scalar_is_null("") && scalar_is_null("~") && scalar_is_null("null"));
	ck_assert(scalar_is_null("Null") && scalar_is_null("NULL"));
	ck_assert(!scalar_is_null("nULL") && !scalar_is_null("none") && !scalar_is_null(" "));
}
END_TEST

START_TEST(sizes_are_powers_of_1024)
{
	static const char *const none[] = { "", "G", "-1G", "1.5G", "2GB", "2g", "1GG", "2 G", "0x2G" };
	long long n;
	ck_assert(scalar_bytes("0", &n) == SCALAR_OK && n == 0);
	ck_assert(scalar_bytes("1500", &n) == SCALAR_OK && n == 1500);
	ck_assert(scalar_bytes("64K", &n) == SCALAR_OK && n == 65536);
	ck_assert(scalar_bytes("512M", &n) == SCALAR_OK && n == 536870912);
	ck_assert(scalar_bytes("2G", &n) == SCALAR_OK && n == 2147483648LL);
	ck_assert(scalar_bytes("1T", &n) == SCALAR_OK && n == 1099511627776LL);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(scalar_bytes(none[i], &n) == SCALAR_NONE, "%s", none[i]);
	ck_assert_int_eq(scalar_bytes("99999999999999999999", &n), SCALAR_RANGE);
	ck_assert_int_eq(scalar_bytes("9999999999T", &n), SCALAR_RANGE);
}
END_TEST

START_TEST(durations_go_from_hours_to_seconds)
{
	static const char *const none[] = { "", "90", "h", "1m1h", "1h1h", "1.5h", "-1s", "1d",
		"1h 30m" };
	double s;
	ck_assert(scalar_seconds("90s", &s) == SCALAR_OK && s == 90);
	ck_assert(scalar_seconds("30m", &s) == SCALAR_OK && s == 1800);
	ck_assert(scalar_seconds("2h", &s) == SCALAR_OK && s == 7200);
	ck_assert(scalar_seconds("1h30m", &s) == SCALAR_OK && s == 5400);
	ck_assert(scalar_seconds("1h2s", &s) == SCALAR_OK && s == 3602);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(scalar_seconds(none[i], &s) == SCALAR_NONE, "%s", none[i]);
	ck_assert_int_eq(scalar_seconds("9999999999h", &s), SCALAR_RANGE);
}
END_TEST

Suite *
suite_scalar(void)
{
	Suite *s = suite_create("scalar");
	TCase *t = tcase_create("scalar");
	tcase_add_test(t, integers_are_those_of_the_core_schema);
	tcase_add_test(t, reals_are_those_of_the_core_schema);
	tcase_add_test(t, booleans_have_three_spellings_each);
	tcase_add_test(t, nulls_are_nulls);
	tcase_add_test(t, sizes_are_powers_of_1024);
	tcase_add_test(t, durations_go_from_hours_to_seconds);
	suite_add_tcase(s, t);
	return s;
}
