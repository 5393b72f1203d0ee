/* Experiments side by side: rows, tests, what may be said, warnings, and every way to show it. */
#include <math.h>
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
#include "report/suites.h"
#include "support/tmpdir.h"
#include "tlrun/comparison.h"
#include "tlrun/json.h"

static struct arena *a;
static struct str out;
static struct tmpdir dir;

static void
setup(void)
{
	a = arena_new();
	out = STR_INIT;
	tmpdir_make(&dir);
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
	str_free(&out);
	arena_free(a);
}

/* A set of n seeds 1 … n with these accuracies, in a folder of its own. */
static struct record_set *
set_of(const char *name, int n, const double *accuracy)
{
	struct record_set *s = sample_set(a, name, n);
	struct record *r = ARENA_ARRAY(a, struct record, (size_t)n);
	for (int i = 0; i < n; i++) {
		double *metric = ARENA_ARRAY(a, double, 2);
		metric[0] = accuracy[i];
		metric[1] = 0.5;
		r[i] = s->record[i];
		r[i].name = name;
		r[i].test.metric = metric;
	}
	s->record = r;
	s->folder = arena_printf(a, "%s/%s", dir.path, name);
	return s;
}

/* What the set's model of this seed predicts: every image right but the first `wrong`. */
static void
predict(const struct record_set *s, int i, int wrong)
{
	const struct record *r = &s->record[i];
	const size_t n = (size_t)r->test.n, c = (size_t)r->classes;
	uint32_t *index = ARENA_ARRAY(a, uint32_t, n);
	int32_t *label = ARENA_ARRAY(a, int32_t, n), *predicted = ARENA_ARRAY(a, int32_t, n);
	float *p = ARENA_ARRAY(a, float, n * c);
	for (size_t k = 0; k < n; k++) {
		index[k] = (uint32_t)k;
		label[k] = (int32_t)(k % c);
		predicted[k] = (int32_t)((k + ((int)k < wrong)) % c);
		p[k * c + (size_t)predicted[k]] = 1;
	}
	const struct predictions all = { r->test.n, r->classes, r->class_name, index, label, predicted,
		p };
	struct str csv = STR_INIT;
	report_predictions_csv(&all, &csv);
	tmpdir_write(&dir, arena_printf(a, "%s/seed-%llu/predictions.csv", s->name,
		(unsigned long long)r->seed), csv.data, csv.len);
	str_free(&csv);
}

static const double high[] = { 0.80, 0.81, 0.82, 0.80, 0.83, 0.81 };
static const double low[] = { 0.70, 0.72, 0.71, 0.70, 0.72, 0.71 };

START_TEST(one_seed_has_an_interval)
{
	const struct record_set *const s[] = { sample_set(a, "one", 1) };
	report_comparison(s, 1, true, &out);
	ck_assert_str_eq(str_text(&out),
		"experiment  seeds  test accuracy     95 % interval  macro F1     ECE  epochs  trained  "
		"    time  memory\n"
		"one             1        70.00 %  52.12 to 83.34 %    0.7000  0.0625       5   12,000  "
		"1 m 15 s   3 MiB\n");
}
END_TEST

START_TEST(several_seeds_have_a_deviation_and_an_interval)
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
	says(&out, "| experiment | seeds |  test accuracy |    95 % interval |");
	says(&out, "| one        |     1 |        70.00 % | 52.12 to 83.34 % |");
	says(&out, "| many\\|x    |     3 | 72.00 ± 2.00 % | 67.03 to 76.97 % |");
	says(&out, "| 5 to 7 |");
}
END_TEST

START_TEST(different_headlines_are_named_and_not_tested)
{
	struct record_set *loss = sample_set(a, "loss", 1);
	struct record r = loss->record[0];
	r.headline_loss = true;
	loss->record = &r;
	const struct record_set *const s[] = { sample_set(a, "one", 1), loss };
	comparison_terminal(comparison_make(a, s, 2, true), &out);
	says(&out, "accuracy 70.00 %  52.12 to 83.34 %");
	says(&out, "loss 0.8000  ");
	says(&out, "loss and one are not tested: their headline metrics differ");
}
END_TEST

/* The file of an experiment names what it is tested against. */
static void
says_compare_with(const char *name, const char *with)
{
	const char *const text = arena_printf(a, "version: 1\ncompare_with: %s\n", with);
	tmpdir_write(&dir, arena_printf(a, "%s/experiment.yaml", name), text, strlen(text));
}

START_TEST(higher_is_written_where_interval_and_p_allow_it)
{
	const struct record_set *const s[] = { set_of("low", 6, low), set_of("high", 6, high) };
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert_int_eq(c->pairs, 1);
	ck_assert_int_eq(c->pair[0].verdict, VERDICT_HIGHER);
	ck_assert(c->pair[0].p == 0.03125 && c->pair[0].p_least == 0.03125);
	comparison_sentence(c, &c->pair[0], &out);
	says(&out, "accuracy of high is higher than that of low: by +10.17 %, 95 % interval ");
	says(&out, "sign-flip p = 0.0312, paired t-test p ");
	comparison_note(c, &out);
	says(&out, "With 6 seeds and 1 test the smallest p that the sign-flip test can reach, "
		"corrected, is 0.03125.");
	const struct record_set *const turned[] = { s[1], s[0] };
	ck_assert_int_eq(comparison_make(a, turned, 2, true)->pair[0].verdict, VERDICT_LOWER);
}
END_TEST

/* Five seeds cannot reach 0.05, whatever they show; nor can six in three comparisons. */
START_TEST(too_few_seeds_show_no_difference)
{
	const struct record_set *const s[] = { set_of("low", 5, low), set_of("high", 5, high) };
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert(c->pair[0].interval.low > 0 && c->pair[0].verdict == VERDICT_NONE);
	comparison_sentence(c, &c->pair[0], &out);
	says(&out, "no difference shown with 5 seeds between high and low");
	const struct record_set *const three[] = { set_of("low", 6, low), set_of("high", 6, high),
		set_of("again", 6, high) };
	c = comparison_make(a, three, 3, true);
	ck_assert_int_eq(c->pairs, 3);
	ck_assert(c->pair[0].p == 0.03125 && c->pair[0].p_holm == 0.09375);
	ck_assert_int_eq(c->pair[0].verdict, VERDICT_NONE);
	ck_assert(c->pair[0].p_least == 0.09375 && c->pair[0].needed == 7 && c->tested == 3);
	comparison_note(c, &out);
	says(&out, "is 0.09375, so that it can show no difference. 7 seeds would be enough for one "
		"below 0.05. Fewer tests need fewer seeds:");
	/* Against one alone, or by what the files name: two tests, 6 seeds still too few, and one. */
	c = comparison_make_against(a, three, 3, 1);
	ck_assert(c->pairs == 2 && c->pair[0].a == 1 && c->pair[0].b == 0 && c->pair[1].b == 2);
	ck_assert(c->pair[0].p_holm == 0.0625);
	says_compare_with("high", "low");
	c = comparison_make(a, three, 3, true);
	ck_assert(c->choice == CHOICE_FILES && c->pairs == 1 && c->pair[0].a == 0);
	ck_assert_int_eq(c->pair[0].verdict, VERDICT_HIGHER);
	says_compare_with("again", "nothing");
	c = comparison_make(a, three, 3, true);
	ck_assert_int_eq(c->pairs, 1);
	comparison_terminal(c, &out);
	says(&out, "again: compare_with names an experiment that is not among these");
}
END_TEST

/* Three seeds far apart: their t interval would go below 0 and above 100 %. */
START_TEST(an_interval_of_shares_ends_at_0_and_100_percent)
{
	static const double wide[] = { 0.02, 0.99, 0.5 };
	const struct record_set *const s[] = { set_of("wide", 3, wide), set_of("high", 3, high) };
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert(c->row[0].interval.low == 0 && c->row[0].interval.high == 1);
	ck_assert(c->pair[0].interval.low >= -1 && c->pair[0].interval.high <= 1);
	comparison_markdown(c, &out);
	says(&out, "0.00 to 100.00 %");
	str_clear(&out);
	report_markdown(s[0], &out);
	says(&out, "0.00 to 100.00 %");
	str_clear(&out);
	report_summary_json(s[0], &out);
	says_not(&out, "-0.");
}
END_TEST

START_TEST(a_table_for_latex_fits_a_column_or_is_chosen)
{
	struct err e = ERR_INIT;
	const struct record_set *const s[] = { set_of("low", 6, low), set_of("high", 6, high) };
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert(comparison_latex(c, NULL, &out, &e) == OK);
	says(&out, "% left out to fit the 345 pt of article: ");
	says(&out, "experiment & seeds & test accuracy (\\%) & 95\\,\\% interval & macro F1");
	says(&out, "\nhigh & low & $+10.17$ & $0.0312$ & $");
	str_clear(&out);
	ck_assert(comparison_latex(c, "time,experiment", &out, &e) == OK);
	says(&out, "\\begin{tabular}{rl}\n\\toprule\ntime & experiment \\\\\n");
	ck_assert(comparison_latex(c, "experiment,tiem", &out, &e) == ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(e.message, "there is no column \"tiem\""));
	ck_assert(comparison_latex(c, "test,", &out, &e) == ERR_USAGE);
}
END_TEST

START_TEST(one_seed_shows_nothing)
{
	const struct record_set *const s[] = { set_of("low", 1, low), set_of("high", 1, high) };
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert(isnan(c->pair[0].p) && c->pair[0].verdict == VERDICT_NONE);
	comparison_markdown(c, &out);
	says(&out, "no difference shown with 1 seed between high and low: by +10.00 %\n");
	says(&out, "low and high: one seed; how much another seed would change the result is not "
		"known");
}
END_TEST

START_TEST(models_of_one_seed_are_tested_image_by_image)
{
	const struct record_set *const s[] = { set_of("low", 2, low), set_of("high", 2, high) };
	predict(s[0], 0, 12);
	predict(s[1], 0, 2);
	predict(s[0], 1, 3);
	predict(s[1], 1, 3);
	const struct comparison *c = comparison_make(a, s, 2, true);
	const struct comparison_flip *f = c->pair[0].flip;
	ck_assert_int_eq(c->pair[0].seeds, 2);
	ck_assert(f[0].images == 30 && f[0].differ == 10 && f[0].only_a == 0 && f[0].only_b == 10);
	ck_assert_double_eq_tol(f[0].p, 0.0009765625, 1e-15);
	ck_assert_double_eq_tol(f[0].p_holm, 2 * 0.0009765625, 1e-15);
	ck_assert(f[1].differ == 0 && f[1].p == 1);
	ck_assert(c->pair[0].bootstrap.low >= 0 && c->pair[0].bootstrap.high > 0.2);
	comparison_terminal(c, &out);
	says(&out, "low    high       1             10 of 30                 0                 10");
}
END_TEST

START_TEST(damaged_predictions_are_left_out)
{
	const struct record_set *const s[] = { set_of("low", 1, low), set_of("high", 1, high) };
	predict(s[0], 0, 12);
	tmpdir_write(&dir, "high/seed-1/predictions.csv", "index,label\n1,", 14);
	const struct comparison *c = comparison_make(a, s, 2, true);
	ck_assert(c->row[0].predictions[0].n == 30 && c->row[1].predictions[0].n == 0);
	ck_assert(c->pair[0].flip[0].images == 0 && isnan(c->pair[0].flip[0].p));
	comparison_terminal(c, &out);
	says(&out, "- high: predictions.csv is missing or damaged; its images are not compared\n");
}
END_TEST

START_TEST(other_test_images_are_not_compared)
{
	struct record_set *other = set_of("other", 1, high);
	struct record r = other->record[0];
	r.dataset = "mnist";
	other->record = &r;
	const struct record_set *const s[] = { set_of("low", 1, low), other };
	const struct comparison *c = comparison_make(a, s, 2, true);
	comparison_sentence(c, &c->pair[0], &out);
	ck_assert_str_eq(str_text(&out),
		"other and low are not tested: they were measured on different test images");
}
END_TEST

START_TEST(warnings_say_what_is_unfair)
{
	struct record_set *unfair = set_of("unfair", 1, high);
	struct record r = unfair->record[0];
	r.epochs_planned = 100;
	r.validation_is_test = true;
	r.hash_split = "51";
	r.hash_binary = "b1";
	r.stopped = "epochs";
	r.restored_epoch = r.epochs_run;
	unfair->record = &r;
	const struct record_set *const s[] = { set_of("low", 6, low), unfair };
	comparison_markdown(comparison_make(a, s, 2, true), &out);
	says(&out, "- unfair: one seed;");
	says(&out, "- unfair: model selection saw the test set;");
	says(&out, "- different splits:");
	says(&out, "- not all were run by the same build of tlrun");
	says(&out, "- unequal budgets (training images in the epochs planned): low 630, unfair "
		"9,000\n");
	says(&out, "- unequal numbers of seeds: unfair 1, low 6");
	says(&out, "- unfair: the best epoch is the last one;");
	str_clear(&out);
	const struct record_set *const fair[] = { set_of("low", 6, low), set_of("high", 6, high) };
	for (int i = 0; i < 6; i++) {
		predict(fair[0], i, 9);
		predict(fair[1], i, 6);
	}
	ck_assert_int_eq(comparison_make(a, fair, 2, true)->warnings, 0);
}
END_TEST

START_TEST(only_differing_keys_are_shown)
{
	static const char first[] = "version: 1\nname: low\nseeds: [1]\nmodel:\n  layers:\n"
		"    - dense:\n        units: 5\n    - dense:\n        units: 6\ntraining:\n  epochs: 3\n";
	static const char second[] = "version: 1\nname: high\nseeds: [2]\nmodel:\n  layers:\n"
		"    - dense:\n        units: 5\n    - dense:\n        units: 7\n    - flatten:\n"
		"        trainable: true\ntraining:\n  epochs: 3\n";
	const struct record_set *const s[] = { set_of("low", 1, low), set_of("high", 1, high) };
	tmpdir_write(&dir, "low/experiment.yaml", first, sizeof first - 1);
	tmpdir_write(&dir, "high/experiment.yaml", second, sizeof second - 1);
	const struct comparison *c = comparison_make(a, s, 2, false);
	ck_assert_int_eq(c->keys, 3);
	ck_assert_str_eq(c->key[0].key, "model.layers");
	ck_assert_str_eq(c->key[0].value[0], "[dense, dense]");
	ck_assert_str_eq(c->key[0].value[1], "[dense, dense, flatten]");
	ck_assert_str_eq(c->key[1].key, "model.layers.dense[2].units");
	ck_assert_str_eq(c->key[1].value[0], "6");
	ck_assert_str_eq(c->key[1].value[1], "7");
	ck_assert_str_eq(c->key[2].key, "model.layers.flatten.trainable");
	ck_assert_ptr_null(c->key[2].value[0]);
	comparison_terminal(c, &out);
	says(&out, "model.layers.dense[2].units     6               7\n");
}
END_TEST

/* A hundred classes, two hundred experiments, names of any kind: each is tested with the first. */
START_TEST(two_hundred_experiments_hold_up)
{
	const struct record_set **s = ARENA_ARRAY(a, const struct record_set *, 200);
	struct err none = ERR_INIT;
	for (int i = 0; i < 200; i++) {
		struct record_set *one =
			set_of(arena_printf(a, "x%d \"<&>|`$\xc3\xa9", i), 2, i % 2 ? high : low);
		struct record *r = ARENA_ARRAY(a, struct record, 2);
		for (int k = 0; k < 2; k++) {
			r[k] = *sample_record(a, 100, 2, (uint64_t)k + 1);
			r[k].test.metric = one->record[k].test.metric;
		}
		one->record = r;
		s[i] = one;
	}
	const struct comparison *c = comparison_make(a, s, 200, true);
	ck_assert_int_eq(c->pairs, 199);
	comparison_markdown(c, &out);
	comparison_terminal(c, &out);
	ck_assert(comparison_latex(c, NULL, &out, &none) == OK);
	says(&out, "x199 \\textquotedbl{}\\textless{}\\&\\textgreater{}|`\\$");
	str_clear(&out);
	comparison_csv(c, &out);
	says(&out, "\n\"x7 \"\"<&>|`$\xc3\xa9\",");
}
END_TEST

START_TEST(json_has_all_of_it)
{
	const struct record_set *const s[] = { set_of("low", 6, low), set_of("high", 6, high) };
	struct err e = ERR_INIT;
	json_t *root = NULL;
	predict(s[0], 0, 12);
	predict(s[1], 0, 2);
	comparison_json(comparison_make(a, s, 2, true), &out);
	ck_assert_msg(json_parse("json", out.data, out.len, &root, ERR_DATA, &e) == OK, "%s",
		e.message);
	const json_t *pair = json_array_get(json_object_get(root, "pairs"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(pair, "second_is")), "higher");
	const json_t *same = json_object_get(pair, "same_seed");
	ck_assert_uint_eq(json_array_size(same), 6);
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(same, 0),
		"only_second_right")), 10);
	json_decref(root);
}
END_TEST

Suite *
suite_comparison(void)
{
	Suite *s = suite_create("comparison");
	TCase *c = tcase_create("comparison");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, one_seed_has_an_interval);
	tcase_add_test(c, several_seeds_have_a_deviation_and_an_interval);
	tcase_add_test(c, different_headlines_are_named_and_not_tested);
	tcase_add_test(c, higher_is_written_where_interval_and_p_allow_it);
	tcase_add_test(c, too_few_seeds_show_no_difference);
	tcase_add_test(c, an_interval_of_shares_ends_at_0_and_100_percent);
	tcase_add_test(c, a_table_for_latex_fits_a_column_or_is_chosen);
	tcase_add_test(c, one_seed_shows_nothing);
	tcase_add_test(c, models_of_one_seed_are_tested_image_by_image);
	tcase_add_test(c, damaged_predictions_are_left_out);
	tcase_add_test(c, other_test_images_are_not_compared);
	tcase_add_test(c, warnings_say_what_is_unfair);
	tcase_add_test(c, only_differing_keys_are_shown);
	tcase_add_test(c, two_hundred_experiments_hold_up);
	tcase_add_test(c, json_has_all_of_it);
	suite_add_tcase(s, c);
	return s;
}
