/* summary.json: one experiment over its seeds. */
#include "report/sample.h"
#include "report/suites.h"
#include "tlrun/json.h"

static double
number(const json_t *root, const char *metric, const char *key)
{
	const json_t *const test = json_object_get(root, "test");
	const json_t *const v = json_object_get(json_object_get(test, metric), key);
	ck_assert_msg(json_is_number(v), "%s of %s is no number", key, metric);
	return json_number_value(v);
}

START_TEST(it_has_mean_deviation_and_every_seed)
{
	struct arena *a = arena_new();
	struct str out = STR_INIT;
	struct err e = ERR_INIT;
	json_t *root = NULL;
	report_summary_json(sample_set(a, "x", 3), &out);
	ck_assert_msg(json_parse("summary", out.data, out.len, &root, ERR_DATA, &e) == OK, "%s",
		e.message);
	ck_assert_str_eq(json_string_value(json_object_get(root, "headline")), "accuracy");
	ck_assert_double_eq_tol(number(root, "accuracy", "mean"), 0.72, 1e-12);
	ck_assert_double_eq_tol(number(root, "accuracy", "sd"), 0.02, 1e-12);
	ck_assert_double_eq_tol(number(root, "loss", "mean"), 0.8, 1e-7);
	const json_t *const interval = json_object_get(json_object_get(json_object_get(root, "test"),
		"accuracy"), "interval");
	ck_assert_double_eq_tol(json_number_value(json_array_get(interval, 0)), 0.67031724, 1e-8);
	const json_t *const ece = json_object_get(json_object_get(root, "calibration"), "ece");
	ck_assert_double_eq_tol(json_number_value(json_object_get(ece, "mean")), 0.0625, 1e-12);
	const json_t *const seeds = json_object_get(root, "seeds");
	ck_assert_uint_eq(json_array_size(seeds), 3);
	ck_assert_int_eq(json_integer_value(json_array_get(seeds, 2)), 3);
	json_decref(root);
	str_free(&out);
	arena_free(a);
}
END_TEST

Suite *
suite_summary(void)
{
	Suite *s = suite_create("summary");
	TCase *c = tcase_create("summary");
	tcase_add_test(c, it_has_mean_deviation_and_every_seed);
	suite_add_tcase(s, c);
	return s;
}
