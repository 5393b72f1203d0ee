/* report.md: what it says of a run, its blocks, and names that Markdown would take for its own. */
#include <math.h>
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
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

/* One record as a set. */
static void
report(const struct record *r)
{
	const struct record_set s = { .name = r->name, .description = r->description,
		.config_hash = r->config_hash, .folder = "results/sample/01234567", .n = 1, .record = r,
		.timing = sample_timing(a, r->epochs), .classification_report = true,
		.confusion_matrix = true, .learning_curves = true };
	report_markdown(&s, &out);
}

START_TEST(it_says_all_that_is_promised)
{
	report(sample_record(a, 3, 5, 1));
	says(&out, "# sample\n\nTwo words.\n\n");
	/* 21 of 30: Wilson 0.5212, 0.8334. */
	says(&out, "- seed 1: **test accuracy 70.00 %**, 95 % interval (Wilson) 52.12 to 83.34 "
		"%, n = 30; loss 0.8000, macro_f1 0.6500\n");
	says(&out, "Training ran 5 of 7 epochs and was stopped early: val_loss did not improve. "
		"The model has the weights of epoch 4, the best by val_loss.");
	says(&out, "| 4 \\* ");
	says(&out, "\n\\* restored\n");
	says(&out, "weighted avg       0.70      0.70      0.70        30");
	says(&out, "- data: synthetic, 3 classes, 12x13x3, x/255; 90 training, 10 validation, 30 test "
		"images\n");
	says(&out, "- network: 4 layers, 12,345 parameters (12,000 trained), 1,000,000 multiply-adds");
	says(&out, "- training: adam at 0.001, batches of 16\n");
	says(&out, "1,234");
	says(&out, "Measured on A CPU (avx2 kernels).");
	says(&out, "- weights of seed 1 `30`");
	says_not(&out, "program");
}
END_TEST

START_TEST(a_confusion_matrix_has_counts_shares_and_pairs)
{
	struct record *r = sample_record(a, 3, 5, 1);
	const long long confusion[] = { 5, 4, 1, 0, 0, 0, 4, 2, 94 };
	sample_confusion(a, r, confusion);
	report(r);
	says(&out, "            0    1    2    right\n"
		"c0     0    5    4    1   50.0 %\n"
		"c1     1    0    0    0        -\n"
		"c2     2    4    2   94   94.0 %\n");
	/* Most images first; equal ones by the classes. */
	says(&out, "| c0   | c1        |      4 |       40.0 % |\n"
		"| c2   | c0        |      4 |        4.0 % |\n"
		"| c2   | c1        |      2 |        2.0 % |\n"
		"| c0   | c2        |      1 |       10.0 % |\n");
}
END_TEST

START_TEST(nothing_mixed_up_is_said)
{
	struct record *r = sample_record(a, 2, 5, 1);
	const long long confusion[] = { 5, 0, 0, 5 };
	sample_confusion(a, r, confusion);
	report(r);
	says(&out, "No image was mixed up.\n");
	says_not(&out, "Mixed up most");
}
END_TEST

START_TEST(a_hundred_classes_have_pairs_alone)
{
	report(sample_record(a, 100, 5, 1));
	says(&out, "100 classes: the whole matrix is in result.json.");
	says(&out, "| c0   | c1        |      3 |       30.0 % |");
	ck_assert_int_eq(times(&out, "|      3 |"), 5);
	says(&out, "\n         c99       0.70      0.70      0.70        10\n");
}
END_TEST

START_TEST(a_thousand_epochs_are_a_table_people_read)
{
	struct record *r = sample_record(a, 2, 1000, 1);
	r->restored_epoch = 777;
	report(r);
	says(&out, "One epoch in 20 is shown; all 1000 are in history.csv.");
	says(&out, "| 777 \\* ");
	says(&out, "| 1000 ");
	ck_assert_int_le(times(&out, " 0.001 |"), 53);
	ck_assert_int_ge(times(&out, " 0.001 |"), 50);
}
END_TEST

START_TEST(names_do_not_become_markdown)
{
	struct record *r = sample_record(a, 3, 5, 1);
	const char *const names[] = { "a|b", "*bold* _it_ x_y", "```\n# head <b>" };
	r->class_name = names;
	report(r);
	says(&out, "| a\\|b  ");
	says(&out, "\\*bold\\* \\_it\\_ x_y");
	says(&out, "\\`\\`\\`\\\\n# head \\<b\\>");
	/* In a block of code they stand as they are, and no fence in them ends it. */
	says(&out, "````\n");
	says_not(&out, "\n# head");
	struct record *other = sample_record(a, 3, 5, 1);
	other->dataset = "*x*\n# y\x1b";
	report(other);
	says(&out, "- data: \\*x\\*\\\\n# y\\\\x1b, ");
}
END_TEST

START_TEST(the_loss_as_headline_has_no_interval)
{
	struct record *r = sample_record(a, 2, 5, 1);
	r->metrics = 0;
	r->headline_loss = true;
	report(r);
	says(&out, "- seed 1: **test loss 0.8000**\n");
	says_not(&out, "Wilson");
}
END_TEST

START_TEST(what_was_not_measured_is_said)
{
	struct record *r = sample_record(a, 2, 5, 1);
	double metric[] = { NAN, NAN };
	r->test.metric = metric;
	r->test.loss = NAN;
	r->test.confusion = NULL;
	report(r);
	says(&out, "**test accuracy not measured**; loss not measured, macro_f1 not measured\n");
	says_not(&out, " nan");
}
END_TEST

START_TEST(times_that_are_lost_are_unknown)
{
	struct record_set *s = sample_set(a, "x", 1);
	const struct timing lost = { .seconds_total = NAN, .seconds_train = NAN,
		.images_per_second = NAN };
	s->timing = &lost;
	report_markdown(s, &out);
	report_comparison((const struct record_set *const *)&s, 1, false, &out);
	says_not(&out, " nan");
	says_not(&out, "Measured on");
	says(&out, "| 1    |     ? |        ? |        ? |      ? |       ? |\n");
}
END_TEST

START_TEST(it_warns_of_what_makes_a_number_too_good)
{
	struct record *r = sample_record(a, 3, 5, 1);
	report(r);
	says_not(&out, "> ");
	str_clear(&out);
	r->validation_is_test = true;
	r->restored_epoch = r->epochs_run = r->epochs_planned = 5;
	r->stopped = "epochs";
	report(r);
	says(&out, "> Warning: model selection saw the test set;");
	says(&out, "> Warning: the best epoch is the last one; more epochs may do better.");
	says(&out, "reached its last epoch.");
}
END_TEST

/* Of two classes: 7 + 7 of 20 right reaches one half in its interval, 9 + 9 does not. */
START_TEST(a_model_that_learned_nothing_is_named)
{
	static const long long chance[4] = { 7, 3, 3, 7 }, better[4] = { 9, 1, 1, 9 };
	static const struct { double loss; const long long *confusion; const char *words; } cases[] = {
		{ 0.5, better, NULL },
		{ 6.9, better, NULL },		/* confident and often wrong, and yet it learned */
		{ 694, better, "the loss exploded" },
		{ 0.69, chance, "the test accuracy is not better than always answering" },
		{ 6.9, chance, "the test accuracy is not better" },
		{ 7.0, chance, "the loss exploded" },
		{ INFINITY, better, "the loss exploded" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct record *r = sample_record(a, 2, 5, 1);
		r->test.loss = cases[i].loss;
		r->test.confusion = cases[i].confusion;
		r->test.n = 20;
		const char *const found = record_learned_nothing(r);
		ck_assert_msg(cases[i].words ? found && strstr(found, cases[i].words) == found : !found,
			"case %zu: %s", i, found ? found : "nothing");
	}
}
END_TEST

START_TEST(several_seeds_have_mean_and_deviation)
{
	report_markdown(sample_set(a, "x", 3), &out);
	says(&out, "- 3 seeds: mean **72.00 %**, standard deviation 2.00 %, 95 % interval "
		"(Student's t) 67.03 to 76.97 %\n");
	says(&out, "## Seed 3\n");
	says(&out, "### Calibration (test)\n\n- ECE (15 bins) 0.0625, Brier 0.5000, NLL 0.8000\n- with "
		"temperature 1.250, fitted on validation: ECE 0.0312, Brier 0.5000, NLL 0.8000\n");
	says(&out, "### Confusion matrix (test)");
}
END_TEST

/* Neither a fit at its end nor one without an error to learn from says how sure to be. */
START_TEST(a_temperature_of_a_perfect_validation_is_no_cure)
{
	static const long long right[] = { 4, 0, 0, 6 };
	struct record_set *const s = sample_set(a, "sample", 1);
	struct record r = s->record[0], perfect = s->record[0];
	r.temperature = 0.05;
	s->record = &r;
	report_markdown(s, &out);
	says(&out, "- no temperature is shown: the fit reached the end of its range\n");
	str_clear(&out);
	perfect.classes = 2;
	perfect.validation.n = 10;
	perfect.validation.confusion = right;
	s->record = &perfect;
	report_markdown(s, &out);
	says(&out, "- no temperature is shown: the validation images have no errors to fit it on\n");
	says_not(&out, "fitted on validation");
	str_clear(&out);
	report_html(s, &out);
	says_not(&out, ">0.0312<");
}
END_TEST

START_TEST(blocks_nobody_asked_for_are_left_out)
{
	struct record_set *s = sample_set(a, "x", 1);
	s->classification_report = s->confusion_matrix = s->learning_curves = false;
	report_markdown(s, &out);
	says_not(&out, "Classification report");
	says_not(&out, "Confusion matrix");
	says_not(&out, "Epochs");
	says(&out, "## Setting");
}
END_TEST

START_TEST(same_records_same_bytes)
{
	struct str again = STR_INIT;
	struct arena *b = arena_new();
	report_markdown(sample_set(a, "x", 4), &out);
	report_markdown(sample_set(b, "x", 4), &again);
	ck_assert_str_eq(str_text(&out), str_text(&again));
	arena_free(b);
	str_free(&again);
}
END_TEST

Suite *
suite_markdown(void)
{
	Suite *s = suite_create("markdown");
	TCase *c = tcase_create("markdown");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, it_says_all_that_is_promised);
	tcase_add_test(c, a_confusion_matrix_has_counts_shares_and_pairs);
	tcase_add_test(c, nothing_mixed_up_is_said);
	tcase_add_test(c, a_hundred_classes_have_pairs_alone);
	tcase_add_test(c, a_thousand_epochs_are_a_table_people_read);
	tcase_add_test(c, names_do_not_become_markdown);
	tcase_add_test(c, the_loss_as_headline_has_no_interval);
	tcase_add_test(c, what_was_not_measured_is_said);
	tcase_add_test(c, times_that_are_lost_are_unknown);
	tcase_add_test(c, it_warns_of_what_makes_a_number_too_good);
	tcase_add_test(c, a_model_that_learned_nothing_is_named);
	tcase_add_test(c, several_seeds_have_mean_and_deviation);
	tcase_add_test(c, blocks_nobody_asked_for_are_left_out);
	tcase_add_test(c, same_records_same_bytes);
	tcase_add_test(c, a_temperature_of_a_perfect_validation_is_no_cure);
	suite_add_tcase(s, c);
	return s;
}
