/* JSON: canonical bytes, and strict reading. What is written is read back by jansson. */
#include "tlrun/json.h"

#include <math.h>
#include <string.h>

#include "base/suites.h"
#include "support/tmpdir.h"

static void
json_write_example(struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "name", "scratch \"cnn\"");
	json_put_string(&j, "note", NULL);
	json_put_int(&j, "epochs", -20);
	json_put_double(&j, "rate", 0.1);
	json_put_float(&j, "loss", 0.1f);
	json_put_double(&j, "bad", NAN);
	json_put_double(&j, "worse", -HUGE_VAL);
	json_put_float(&j, "worst", INFINITY);
	json_put_bool(&j, "done", true);
	json_open_row(&j, "shape");
	for (int i = 1; i <= 3; i++)
		json_put_int(&j, NULL, i);
	json_close(&j);
	json_open_array(&j, "rows");
	json_open_row(&j, NULL);
	json_put_double(&j, NULL, 1e-7);
	json_open_object(&j, NULL);
	json_put_bool(&j, "a", false);
	json_put_int(&j, "b", 2);
	json_close(&j);
	json_open_row(&j, NULL);
	json_close(&j);
	json_put_int(&j, NULL, 5);
	json_close(&j);
	json_open_object(&j, NULL);
	json_close(&j);
	json_close(&j);
	json_open_array(&j, "none");
	json_close(&j);
	json_put_int(&j, "last", 1);
	json_close(&j);
	json_finish(&j);
}

START_TEST(values_have_one_spelling)
{
	static const char *const expected = "{\n"
										"  \"name\": \"scratch \\\"cnn\\\"\",\n"
										"  \"note\": null,\n"
										"  \"epochs\": -20,\n"
										"  \"rate\": 0.1,\n"
										"  \"loss\": 0.1,\n"
										"  \"bad\": null,\n"
										"  \"worse\": null,\n"
										"  \"worst\": null,\n"
										"  \"done\": true,\n"
										"  \"shape\": [1, 2, 3],\n"
										"  \"rows\": [\n"
										"    [1e-07, {\"a\": false, \"b\": 2}, [], 5],\n"
										"    {}\n"
										"  ],\n"
										"  \"none\": [],\n"
										"  \"last\": 1\n"
										"}\n";
	struct str s = STR_INIT;
	json_write_example(&s);
	ck_assert_str_eq(str_text(&s), expected);
	str_free(&s);
}
END_TEST

START_TEST(what_is_written_reads_back)
{
	struct str s = STR_INIT;
	json_write_example(&s);
	json_t *root;
	struct err e = ERR_INIT;
	ck_assert_int_eq(json_parse("x", s.data, s.len, &root, ERR_DATA, &e), OK);
	ck_assert_str_eq(json_string_value(json_object_get(root, "name")), "scratch \"cnn\"");
	ck_assert(json_real_value(json_object_get(root, "rate")) == 0.1);
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(root, "shape"), 2)), 3);
	ck_assert_uint_eq(json_object_size(root), 13);
	json_decref(root);
	str_free(&s);
}
END_TEST

START_TEST(strings_are_quoted)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
		{ "", "\"\"" },
		{ "a/b", "\"a/b\"" },
		{ "\"\\", "\"\\\"\\\\\"" },
		{ "\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"" },
		{ "\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
		{ "a\xff"
		  "b\xc3",
			"\"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\"" },
		{ "\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81", "\"\\u009b\\u202e\\udb40\\udc01\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str s = STR_INIT;
		json_quote(&s, cases[i].text);
		ck_assert_str_eq(str_text(&s), cases[i].quoted);
		json_t *root = json_loadb(s.data, s.len, JSON_DECODE_ANY, NULL);
		ck_assert_ptr_nonnull(root);
		json_decref(root);
		str_free(&s);
	}
}
END_TEST

START_TEST(key_given_twice_is_refused)
{
	static const char text[] = "{\n  \"a\": 1,\n  \"a\": 2\n}\n";
	json_t *root;
	struct err e = ERR_INIT;
	ck_assert_int_eq(json_parse("r.json", text, strlen(text), &root, ERR_DATA, &e), ERR_DATA);
	ck_assert_ptr_null(root);
	ck_assert_ptr_nonnull(strstr(e.message, "r.json:3:"));
	ck_assert_ptr_nonnull(strstr(e.message, "duplicate"));
}
END_TEST

START_TEST(wrong_text_is_refused_with_its_place)
{
	static const struct {
		const char *text, *place;
	} cases[] = {
		{ "{\"a\": 1,\n \"b\" 2}", "r.json:2:" },
		{ "", "r.json:1:" },
		{ "[1, 2", "r.json:1:" },
		{ "{} x", "r.json:1:" },
		{ "[\"\xff\"]", "r.json:1:" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		json_t *root;
		struct err e = ERR_INIT;
		ck_assert_int_eq(
			json_parse("r.json", cases[i].text, strlen(cases[i].text), &root, ERR_IO, &e), ERR_IO);
		ck_assert_ptr_null(root);
		ck_assert_msg(
			strncmp(e.message, cases[i].place, strlen(cases[i].place)) == 0, "%s", e.message);
		ck_assert_ptr_nonnull(strstr(e.message, "not valid JSON"));
	}
}
END_TEST

START_TEST(file_is_read)
{
	struct tmpdir dir;
	tmpdir_make(&dir);
	const char *path = tmpdir_write(&dir, "r.json", "{\"n\": 3}", 8);
	json_t *root;
	struct err e = ERR_INIT;
	ck_assert_int_eq(json_read(path, 8, &root, ERR_DATA, &e), OK);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "n")), 3);
	json_decref(root);
	ck_assert_int_eq(json_read(path, 7, &root, ERR_DATA, &e), ERR_DATA);
	ck_assert_ptr_null(root);
	e = ERR_INIT;
	ck_assert_int_eq(json_read(tmpdir_path(&dir, "no"), 7, &root, ERR_DATA, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "No such file"));
	tmpdir_remove(&dir);
}
END_TEST

Suite *
suite_json(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");
	tcase_add_test(t, values_have_one_spelling);
	tcase_add_test(t, what_is_written_reads_back);
	tcase_add_test(t, strings_are_quoted);
	tcase_add_test(t, key_given_twice_is_refused);
	tcase_add_test(t, wrong_text_is_refused_with_its_place);
	tcase_add_test(t, file_is_read);
	suite_add_tcase(s, t);
	return s;
}
