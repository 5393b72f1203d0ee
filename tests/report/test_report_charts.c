/* The charts of index.html as files: which there are, and that each says what it shows. */
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
#include "report/suites.h"
#include "tlrun/comparison.h"

static struct arena *a;
static struct str out;

static void
setup(void)
{
	a = arena_new();
	out = STR_INIT;
}

static void
teardown(void)
{
	str_free(&out);
	arena_free(a);
}

/* All charts of an index, which are drawings by themselves: how many, their names one a line. */
static int
index_charts(const struct record_set *const *s, int n, struct str *names)
{
	const struct comparison *const c = comparison_make(a, s, n, false);
	const char *name;
	int charts = 0;
	str_clear(&out);
	for (int k = 0; (name = report_index_chart(a, c, k, &out)) != NULL; k++) {
		if (!*name) continue;
		charts++;
		str_printf(names, "%s\n", name);
		well_formed(&out, NULL);
		says(&out, "xmlns=\"http://www.w3.org/2000/svg\"");
		str_clear(&out);
	}
	return charts;
}

START_TEST(the_index_has_its_charts_as_files)
{
	struct str names = STR_INIT;
	const struct record_set *s[200];
	for (int i = 0; i < 200; i++)
		s[i] = sample_set(a, arena_printf(a, "experiment %d", i), 1 + i % 3);
	ck_assert_int_eq(index_charts(s, 2, &names), 6);
	ck_assert_str_eq(str_text(&names), "test_accuracy.svg\ntest_accuracy_against_time.svg\n"
		"validation_accuracy.svg\nvalidation_loss.svg\ntraining_accuracy.svg\n"
		"training_loss.svg\n");
	ck_assert_int_eq(index_charts(s, 200, &names), 6);
	const struct record_set *const odd = sample_set(a, "</svg><script>\"'&\x01\xff", 2);
	ck_assert_int_eq(index_charts(&odd, 1, &names), 6);
	str_clear(&names);
	ck_assert_int_eq(index_charts(s, 0, &names), 0);
	/* What no seed measured is not drawn. */
	struct record_set *const none = sample_set(a, "none", 1);
	struct record *r = ARENA_NEW(a, struct record);
	*r = none->record[0];
	r->epochs = 0;
	none->record = r;
	ck_assert_int_eq(index_charts((const struct record_set *const *)&none, 1, &names), 2);
	str_free(&names);
}
END_TEST

START_TEST(a_chart_by_itself_names_all_its_lines)
{
	const struct record_set *s[16];
	for (int i = 0; i < 16; i++)
		s[i] = sample_set(a, arena_printf(a, "an experiment %d", i), 1);
	const struct comparison *const few = comparison_make(a, s, 1, false);
	const struct comparison *const many = comparison_make(a, s, 16, false);
	str_clear(&out);
	report_index_chart(a, few, 4, &out);
	says(&out, "viewBox=\"0 0 480 290\"");
	says(&out, ">an experiment 0</text>");
	str_clear(&out);
	report_index_chart(a, many, 4, &out);
	for (int i = 0; i < 16; i++)
		ck_assert_int_eq(times(&out, arena_printf(a, ">an experiment %d</text>", i)), 1);
	/* Three names of 16 letters do not fit beside the axis's title: rows of two, 15 high. */
	says(&out, "viewBox=\"0 0 480 395\"");
}
END_TEST

Suite *
suite_report_charts(void)
{
	Suite *s = suite_create("report_charts");
	TCase *c = tcase_create("report_charts");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_index_has_its_charts_as_files);
	tcase_add_test(c, a_chart_by_itself_names_all_its_lines);
	suite_add_tcase(s, c);
	return s;
}
