/* A sweep's table and page: who stands first, what they show and draw, what they warn of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
#include "report/suites.h"
#include "tlrun/json.h"

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

/* Records of n seeds whose validation accuracy is mean, spread by 0.01 a seed around it; their
 * validation loss is 1 - mean. */
static const struct record_set *
records(int n, double mean)
{
	struct record_set *s = sample_set(a, "trial", n);
	struct record *r = ARENA_ARRAY(a, struct record, (size_t)n);
	for (int i = 0; i < n; i++) {
		double *metric = ARENA_ARRAY(a, double, 2);
		r[i] = s->record[i];
		metric[0] = (float)(mean + 0.01 * (i - (n - 1) / 2.0));
		metric[1] = 0.5;
		r[i].validation = (struct record_split){ .n = 100, .loss = 1 - mean, .metric = metric };
	}
	s->record = r;
	return s;
}

static const char *const keys[] = { "a.rate", "b.units", "c.word" };
static const char *const labels[] = { "rate", "units", "word" };

/* Three trials; the word is the same in all, the last one has no runs. */
static struct sweep_sheet
sheet(int seeds)
{
	static const char *const one[] = { "0.1", "4", "x, y" };
	static const char *const two[] = { "0.1", "8", "x, y" };
	static const char *const three[] = { "0.2", "8", "x, y" };
	struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, 3);
	row[0] = (struct sweep_row){ "g-1", "aa", one, records(seeds, 0.5), 0 };
	row[1] = (struct sweep_row){ "g-2", "bb", two, records(seeds, 0.75), 0 };
	row[2] = (struct sweep_row){ "g-3", "cc", three, NULL, 0 };
	return (struct sweep_sheet){ .name = "g", .metric = "val_accuracy", .keys = 3, .key = keys,
		.label = labels, .n = 3, .row = row };
}

START_TEST(the_best_is_first_and_what_is_not_finished_last)
{
	struct sweep_sheet s = sheet(1);
	report_sweep(&s, true, &out);
	ck_assert_str_eq(str_text(&out),
		"sweep g\n"
		"trial  rate  units  val_accuracy  test accuracy  seeds\n"
		"g-2     0.1      8       75.00 %        70.00 %      1\n"
		"g-1     0.1      4       50.00 %        70.00 %      1\n"
		"g-3     0.2      8  not finished\n"
		"Ranked by val_accuracy, highest first: the mean over seeds, with the restored weights. 2 "
		"of 3 trials have finished runs.\n");
}
END_TEST

START_TEST(several_seeds_have_a_mean_and_a_deviation)
{
	struct sweep_sheet s = sheet(3);
	report_sweep(&s, true, &out);
	says(&out, "trial  rate  units  val_accuracy      sd  test accuracy  seeds\n"
		"g-2     0.1      8       75.00 %  1.00 %        72.00 %      3\n");
}
END_TEST

START_TEST(the_goal_says_which_end_is_first)
{
	struct sweep_sheet s = sheet(1);
	s.lower = true;
	report_sweep_csv(&s, &out);
	says(&out, "\n1,g-1,aa,");
	says(&out, "\n2,g-2,bb,");
	says(&out, "\n3,g-3,cc,");
	str_clear(&out);
	struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, 3);
	memcpy(row, s.row, 3 * sizeof *row);
	for (int i = 0; i < 3; i++)
		row[i].metric = -1;
	s.row = row;
	s.metric = "val_loss";
	report_sweep(&s, true, &out);
	says(&out, "g-2     0.1      8        0.2500        70.00 %      1\n"
		"g-1     0.1      4        0.5000        70.00 %      1\n");
	says(&out, "Ranked by val_loss, lowest first");
}
END_TEST

/* Where no image validates the training ranks: in the epoch whose weights the model has. */
START_TEST(the_training_ranks_by_the_epoch_that_was_kept)
{
	struct sweep_sheet s = sheet(1);
	s.metric = "accuracy";
	s.training = true;
	struct record *const r = (struct record *)s.row[1].set->record;
	struct record_epoch *const h = ARENA_ARRAY(a, struct record_epoch, 2);
	static const double early[] = { 0.875, 0.5 }, late[] = { 0.25, 0.5 };
	h[0] = (struct record_epoch){ 1, "training", 0.1, 2, NAN, early, late };
	h[1] = (struct record_epoch){ 2, "training", 0.1, 1, NAN, late, late };
	r->history = h;
	r->epochs = 2;
	r->restored_epoch = 0;
	r->validation = (struct record_split){ 0 };
	report_sweep(&s, true, &out);
	says(&out, "g-2     0.1      8       25.00 %");
	says(&out, "Ranked by accuracy, highest first: the mean over seeds, of the training images, in "
		"the epoch whose weights the model has.");
	says(&out, "Warning: the training images choose the best trial here");
	str_clear(&out);
	r->restored_epoch = 1;
	report_sweep(&s, true, &out);
	says(&out, "g-2     0.1      8       87.50 %");
}
END_TEST

START_TEST(equal_trials_stay_in_the_files_order)
{
	struct sweep_sheet s = sheet(1);
	struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, 3);
	memcpy(row, s.row, 3 * sizeof *row);
	row[0].set = records(1, 0.75 - 4e-8);	/* a float's last digits */
	s.row = row;
	report_sweep_csv(&s, &out);
	says(&out, "\n1,g-1,aa,");
	says(&out, "\n2,g-2,bb,");
}
END_TEST

START_TEST(csv_has_every_key_and_quotes_what_must_be)
{
	struct sweep_sheet s = sheet(2);
	report_sweep_csv(&s, &out);
	ck_assert_str_eq(str_text(&out),
		"rank,trial,configuration,a.rate,b.units,c.word,seeds,val_accuracy,sd,test\n"
		"1,g-2,bb,0.1,8,\"x, y\",2,0.75,0.007071061,0.71\n"
		"2,g-1,aa,0.1,4,\"x, y\",2,0.5,0.007071061,0.71\n"
		"3,g-3,cc,0.2,8,\"x, y\",0,,,\n");
}
END_TEST

START_TEST(json_reads_and_what_is_not_measured_is_null)
{
	struct sweep_sheet s = sheet(2);
	struct err e = ERR_INIT;
	json_t *root;
	report_sweep_json(&s, &out);
	ck_assert_msg(json_parse("x", out.data, out.len, &root, ERR_DATA, &e) == OK, "%s", e.message);
	ck_assert_str_eq(json_string_value(json_object_get(root, "goal")), "maximize");
	const json_t *const trials = json_object_get(root, "trials");
	ck_assert_uint_eq(json_array_size(trials), 3);
	const json_t *const best = json_array_get(trials, 0), *const none = json_array_get(trials, 2);
	ck_assert_str_eq(json_string_value(json_object_get(best, "name")), "g-2");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(best, "values"),
		"c.word")), "x, y");
	ck_assert_uint_eq(json_array_size(json_object_get(best, "by_seed")), 2);
	ck_assert(json_is_null(json_object_get(none, "mean")));
	json_decref(root);
}
END_TEST

START_TEST(markdown_says_how_to_set_the_best)
{
	struct sweep_sheet s = sheet(1);
	s.same = 2;
	report_sweep(&s, false, &out);
	says(&out, "# Sweep g\n\nRanked by val_accuracy");
	says(&out, "2 more would be the same experiment as one of these.");
	says(&out, "| g-2   |  0.1 |     8 |");
	says(&out, "The best: g-2, which is\n\n```\na.rate=0.1\nb.units=8\nc.word=x, y\n```\n");
}
END_TEST

START_TEST(selection_by_the_test_images_is_warned_of)
{
	struct sweep_sheet s = sheet(1);
	report_sweep(&s, false, &out);
	ck_assert_ptr_null(strstr(str_text(&out), "Warning"));
	str_clear(&out);
	s.test = true;
	s.metric = "test_accuracy";
	report_sweep(&s, false, &out);
	says(&out, "Warning: the test images choose the best trial here");
	says(&out, "| trial | rate | units | test_accuracy | seeds |");
	str_clear(&out);
	s = sheet(1);
	((struct record *)s.row[0].set->record)->validation_is_test = true;
	report_sweep(&s, false, &out);
	says(&out, "Warning: the test images choose the best trial here");
}
END_TEST

START_TEST(without_records_there_is_no_table)
{
	struct sweep_sheet s = sheet(1);
	s.row += 2;
	s.n = 1;
	report_sweep(&s, true, &out);
	ck_assert_str_eq(str_text(&out), "");
}
END_TEST

START_TEST(the_page_ranks_the_trials_and_draws_each_key_that_differs)
{
	struct sweep_sheet s = sheet(3);
	report_sweep_page(&s, &out);
	well_formed(&out, NULL);
	says(&out, "<h1>Sweep g</h1>");
	says(&out, "href=\"../index.html\"");
	says(&out, "Ranked by val_accuracy, highest first");
	says(&out, "<tr><th scope=\"row\" dir=\"auto\"><a href=\"../g-2/bb/report.html\">g-2</a></th>"
		"<td class=\"n\" data-v=\"1\">1</td><td class=\"n\" data-v=\"0.1\">0.1</td>");
	says(&out, "<th scope=\"row\" dir=\"auto\">g-3</th>");
	says(&out, "not finished");
	says(&out, "Against rate");
	says(&out, "Against units");
	says_not(&out, "Against word");
	/* Two trials have points, with three seeds each, in each of two charts. */
	ck_assert_int_eq(times(&out, "<g class=\"trial"), 4);
	ck_assert_int_eq(times(&out, "<g class=\"trial c1\"><title>g-2: 75.00"), 2);
	ck_assert_int_eq(times(&out, "<circle class=\"dot\""), 12);
	says(&out, "<th scope=\"row\" dir=\"auto\">c.word</th><td dir=\"auto\">x, y</td>");
}
END_TEST

/* A sweep of n trials over the values of one key or two. */
static struct sweep_sheet
sheet_of(int n, int n_keys, const char *const (*value)[2])
{
	struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, (size_t)n);
	for (int i = 0; i < n; i++)
		row[i] = (struct sweep_row){ arena_printf(a, "g-%d", i + 1), "aa", value[i],
			records(1, 0.5 + 0.01 * i), 0 };
	return (struct sweep_sheet){ .name = "g", .metric = "val_accuracy", .keys = n_keys, .key = keys,
		.label = labels, .n = n, .row = row };
}

/* Where the points of the first chart stand, in the order of the trials 1 … n. */
static void
points_stand(int n, double *x)
{
	for (int i = 0; i < n; i++) {
		const char *at = strstr(str_text(&out), arena_printf(a, "<title>g-%d:", i + 1));
		ck_assert_ptr_nonnull(at);
		x[i] = strtod(strstr(at, "cx=\"") + 4, NULL);
	}
}

START_TEST(values_of_several_orders_have_a_logarithmic_axis)
{
	static const char *const orders[][2] = { { "0.001" }, { "1e-2" }, { "0.1" } };
	static const char *const near[][2] = { { "2" }, { "4" }, { "8" } };
	const bool drawn[] = { true };
	double x[3];
	struct sweep_sheet s = sheet_of(3, 1, orders);
	report_sweep_page(&s, &out);
	points_stand(3, x);
	ck_assert(fabs((x[1] - x[0]) - (x[2] - x[1])) < 0.3);
	str_clear(&out);
	s = sheet_of(3, 1, near);
	report_sweep_page(&s, &out);
	points_stand(3, x);
	ck_assert(fabs(2 * (x[1] - x[0]) - (x[2] - x[1])) < 0.3);
	str_clear(&out);
	s.drawn_log = drawn;
	report_sweep_page(&s, &out);
	points_stand(3, x);
	ck_assert(fabs((x[1] - x[0]) - (x[2] - x[1])) < 0.3);
}
END_TEST

START_TEST(words_stand_in_the_order_of_the_file)
{
	static const char *const words[][2] = { { "sgd" }, { "null" }, { "adam" }, { "<b>" } };
	double x[4];
	const struct sweep_sheet s = sheet_of(4, 1, words);
	report_sweep_page(&s, &out);
	well_formed(&out, NULL);
	points_stand(4, x);
	for (int i = 1; i < 4; i++)
		ck_assert(x[i] > x[i - 1] + 50);
	says(&out, ">sgd</text>");
	says(&out, ">&lt;b&gt;</text>");
}
END_TEST

START_TEST(a_grid_of_two_keys_has_a_map)
{
	static const char *const grid[][2] = { { "0.1", "a" }, { "0.1", "b" }, { "0.01", "a" },
		{ "0.01", "b" }, { "0.001", "a" } };
	static const char *const zipped[][2] = { { "0.1", "a" }, { "0.2", "b" }, { "0.3", "c" } };
	struct sweep_sheet s = sheet_of(5, 2, grid);
	report_sweep_page(&s, &out);
	well_formed(&out, NULL);
	says(&out, "Two keys together");
	/* The last trial is the best, the first the worst; a pair without a trial is blank. */
	ck_assert_int_eq(times(&out, "<g class=\"cell\">"), 5);
	says(&out, "<title>0.001, a: 54.00 %</title>\n<rect class=\"h10\"");
	says(&out, "<title>0.1, a: 50.00 %</title>\n<rect class=\"h1\"");
	s.lower = true;
	str_clear(&out);
	report_sweep_page(&s, &out);
	says(&out, "<title>0.1, a: 50.00 %</title>\n<rect class=\"h10\"");
	/* Keys that change together say nothing of each other. */
	s = sheet_of(3, 2, zipped);
	str_clear(&out);
	report_sweep_page(&s, &out);
	says_not(&out, "Two keys together");
}
END_TEST

/* A thousand trials of many values, of numbers that doubles hold, and of losses that explode. */
START_TEST(pages_of_any_sweep_are_well_formed)
{
	static const char *const odd[][2] = { { "-1e308", "x" }, { "1e308", "x" }, { "0", "y" },
		{ "4.9e-324", "inf" }, { "\"quoted\"", "</title>" } };
	const int n = 1000;
	const char *const (*many)[2];
	const char *(*value)[2] = arena_array(a, (size_t)n, sizeof *value);
	for (int i = 0; i < n; i++) {
		value[i][0] = arena_printf(a, "%g", 1e-5 * (i + 1));
		value[i][1] = arena_printf(a, "a word of many letters %d", i);
	}
	many = (const char *const (*)[2])value;
	struct sweep_sheet s = sheet_of(n, 2, many);
	report_sweep_page(&s, &out);
	well_formed(&out, NULL);
	for (int k = 1; k <= 5; k++) {
		struct record_set *explodes = sample_set(a, "trial", 1);
		struct record *const r = sample_record(a, 3, 5, 1);
		s = sheet_of(k, 2, odd);
		struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, (size_t)k);
		memcpy(row, s.row, (size_t)k * sizeof *row);
		r->validation = (struct record_split){ .n = 1, .loss = 3e38, .metric = r->test.metric };
		explodes->record = r;
		row[0].set = explodes;
		for (int i = 0; i < k; i++)
			row[i].metric = -1;
		s.row = row;
		s.metric = "val_loss";
		s.lower = true;
		str_clear(&out);
		report_sweep_page(&s, &out);
		well_formed(&out, NULL);
		says_not(&out, "nan");
	}
}
END_TEST

START_TEST(a_page_warns_as_the_table_does)
{
	struct sweep_sheet s = sheet(1);
	s.metric = "test_accuracy";
	s.test = true;
	report_sweep_page(&s, &out);
	says(&out, "<strong>Warning: </strong>the test images choose the best trial here");
	str_clear(&out);
	s.row += 2;
	s.n = 1;
	report_sweep_page(&s, &out);
	ck_assert_str_eq(str_text(&out), "");
}
END_TEST

Suite *
suite_report_sweep(void)
{
	Suite *s = suite_create("report_sweep");
	TCase *c = tcase_create("report_sweep");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_best_is_first_and_what_is_not_finished_last);
	tcase_add_test(c, several_seeds_have_a_mean_and_a_deviation);
	tcase_add_test(c, the_goal_says_which_end_is_first);
	tcase_add_test(c, the_training_ranks_by_the_epoch_that_was_kept);
	tcase_add_test(c, equal_trials_stay_in_the_files_order);
	tcase_add_test(c, csv_has_every_key_and_quotes_what_must_be);
	tcase_add_test(c, json_reads_and_what_is_not_measured_is_null);
	tcase_add_test(c, markdown_says_how_to_set_the_best);
	tcase_add_test(c, selection_by_the_test_images_is_warned_of);
	tcase_add_test(c, without_records_there_is_no_table);
	tcase_add_test(c, the_page_ranks_the_trials_and_draws_each_key_that_differs);
	tcase_add_test(c, values_of_several_orders_have_a_logarithmic_axis);
	tcase_add_test(c, words_stand_in_the_order_of_the_file);
	tcase_add_test(c, a_grid_of_two_keys_has_a_map);
	tcase_add_test(c, pages_of_any_sweep_are_well_formed);
	tcase_add_test(c, a_page_warns_as_the_table_does);
	suite_add_tcase(s, c);
	return s;
}
