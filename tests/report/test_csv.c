/* history.csv and predictions.csv: quoting, empty fields, every row. */
#include <string.h>

#include "report/csv.h"
#include "report/sample.h"
#include "report/suites.h"

START_TEST(names_are_quoted_where_they_must_be)
{
	const char *const names[] = { "plain name", "a, b", "say \"hi\"", "two\nlines", "cr\rhere" };
	const uint32_t index[] = { 7, 4294967295u };
	const int32_t label[] = { 1, 0 }, predicted[] = { 2, 3 };
	const float p[] = { .1f, .2f, .3f, .4f, 0, 1, 0, 0, 0, 1e-30f };
	const struct predictions q = { 2, 5, names, index, label, predicted, p };
	struct str out = STR_INIT;
	report_predictions_csv(&q, &out);
	ck_assert_str_eq(str_text(&out),
		"index,label,predicted,plain name,\"a, b\",\"say \"\"hi\"\"\",two\\nlines,cr\\rhere\n"
		"7,\"a, b\",\"say \"\"hi\"\"\",0.1,0.2,0.3,0.4,0\n"
		"4294967295,plain name,two\\nlines,1,0,0,0,1e-30\n");
	str_free(&out);
}
END_TEST

/* No spreadsheet computes a name; numbers stay numbers, and no two names become one. */
START_TEST(formulas_are_text)
{
	static const char *const cases[][2] = { { "=1+1", "'=1+1" }, { "@x", "'@x" }, { "-x", "'-x" },
		{ "'=1", "''=1" }, { "+", "'+" }, { "-1.5", "-1.5" }, { "+3", "+3" }, { "'x", "'x" },
		{ "=a,b", "\"'=a,b\"" }, { "x=1", "x=1" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;
		csv_text(&out, cases[i][0]);
		ck_assert_str_eq(str_text(&out), cases[i][1]);
		str_free(&out);
	}
}
END_TEST

START_TEST(what_was_not_measured_is_an_empty_field)
{
	struct arena *a = arena_new();
	struct str out = STR_INIT;
	report_history_csv(sample_record(a, 2, 2, 1), &out);
	ck_assert_str_eq(str_text(&out),
		"epoch,phase,learning_rate,loss,accuracy,macro_f1,val_loss,val_accuracy,val_macro_f1\n"
		"1,training,0.001,2,0,0.1,,,\n"
		"2,training,0.001,1,0.25,0.35,1.25,0.45,0.55\n");
	str_free(&out);
	arena_free(a);
}
END_TEST

START_TEST(every_epoch_has_a_row)
{
	struct arena *a = arena_new();
	struct str out = STR_INIT;
	int lines = 0;
	report_history_csv(sample_record(a, 2, 1000, 1), &out);
	for (const char *s = str_text(&out); *s; s++)
		lines += *s == '\n';
	ck_assert_int_eq(lines, 1001);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "\n1000,training,"));
	str_free(&out);
	arena_free(a);
}
END_TEST

Suite *
suite_csv(void)
{
	Suite *s = suite_create("csv");
	TCase *c = tcase_create("csv");
	tcase_add_test(c, names_are_quoted_where_they_must_be);
	tcase_add_test(c, formulas_are_text);
	tcase_add_test(c, what_was_not_measured_is_an_empty_field);
	tcase_add_test(c, every_epoch_has_a_row);
	suite_add_tcase(s, c);
	return s;
}
