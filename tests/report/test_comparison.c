/* comparison.md and the table on the terminal: a row an experiment. */
#include <string.h>

#include "report/sample.h"
#include "report/suites.h"

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

START_TEST(one_seed_has_an_interval)
{
	const struct record_set *const s[] = { sample_set(a, "one", 1) };
	report_comparison(s, 1, true, &out);
	ck_assert_str_eq(str_text(&out),
		"experiment  seeds  test accuracy     95 % interval  epochs  trained      time  images/s  "
		"memory\n"
		"one             1        70.00 %  52.12 to 83.34 %       5   12,000  1 m 15 s     1,234  "
		" 3 MiB\n");
}
END_TEST

START_TEST(several_seeds_have_a_deviation)
{
	struct record_set *many = sample_set(a, "many|x", 3);
	struct record *r = ARENA_ARRAY(a, struct record, 3);
	for (int i = 0; i < 3; i++) {
		r[i] = many->record[i];
		r[i].epochs_run = 5 + i;
	}
	many->record = r;
	const struct record_set *const s[] = { sample_set(a, "one", 1), many };
	report_comparison(s, 2, false, &out);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "# Comparison\n\n| experiment | seeds | "
		"test accuracy | sd, or 95 % interval |"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "| one        |     1 |       70.00 % |     "
		"52.12 to 83.34 % |      5 |"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "| many\\|x    |     3 |       72.00 % |         "
		"      2.00 % | 5 to 7 |"));
}
END_TEST

START_TEST(different_headlines_are_named_in_the_row)
{
	struct record_set *loss = sample_set(a, "loss", 1);
	struct record r = loss->record[0];
	r.headline_loss = true;
	loss->record = &r;
	const struct record_set *const s[] = { sample_set(a, "one", 1), loss };
	report_comparison(s, 2, true, &out);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "accuracy 70.00 %  52.12 to 83.34 %"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "loss 0.8000  "));
}
END_TEST

Suite *
suite_comparison(void)
{
	Suite *s = suite_create("comparison");
	TCase *c = tcase_create("comparison");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, one_seed_has_an_interval);
	tcase_add_test(c, several_seeds_have_a_deviation);
	tcase_add_test(c, different_headlines_are_named_in_the_row);
	suite_add_tcase(s, c);
	return s;
}
