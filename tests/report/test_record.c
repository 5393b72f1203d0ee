/* Records: written, read and written again; damaged ones refused, whatever the damage. */
#include <math.h>
#include <string.h>

#include "report/sample.h"
#include "report/suites.h"
#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "tlrun/rng.h"

static struct tmpdir dir;
static struct arena *a;
static struct str text, again;

static void
setup(void)
{
	tmpdir_make(&dir);
	a = arena_new();
	text = again = STR_INIT;
}

static void
teardown(void)
{
	str_free(&text);
	str_free(&again);
	arena_free(a);
	tmpdir_remove(&dir);
}

/* A sample whose figures agree with each other. */
static struct record *
consistent(int classes, int epochs, uint64_t seed)
{
	struct record *r = sample_record(a, classes, epochs, seed);
	struct record_phase *p = ARENA_ARRAY(a, struct record_phase, 2);
	struct calibration *c = ARENA_NEW(a, struct calibration), *d = ARENA_NEW(a, struct calibration);
	memcpy(p, r->phase, 2 * sizeof *p);
	p[0].epochs_run = p[0].epochs_planned = epochs - 1;
	p[0].kept_epoch = epochs > 1;
	p[1].epochs_run = 1;
	p[1].kept_epoch = epochs;
	r->phase = p;
	*c = *r->calibration;
	*d = *r->calibrated;
	for (int i = 0; i < STATS_BINS; i++)
		c->count[i] = d->count[i] = i == 7 ? 9 : i == 9 ? r->test.n - 9 : 0;
	r->calibration = c;
	r->calibrated = d;
	((double *)r->test.metric)[1] = r->test.metric[0];	/* all classes are alike */
	return r;
}

static enum status
read_text(const char *json, size_t len, struct record *r, struct err *e)
{
	*e = ERR_INIT;
	return record_read(tmpdir_write(&dir, "result.json", json, len), a, r, e);
}

static void
same_again(const struct record *r)
{
	struct record back;
	struct err e;
	str_clear(&text);
	str_clear(&again);
	record_write(r, &text);
	ck_assert_msg(read_text(text.data, text.len, &back, &e) == OK, "%s", e.message);
	record_write(&back, &again);
	ck_assert_str_eq(str_text(&text), str_text(&again));
}

START_TEST(what_was_read_is_written_as_the_same_bytes)
{
	same_again(consistent(2, 1, 1));
	same_again(consistent(10, 30, 9223372036854774784u));
	same_again(consistent(100, 1000, 0));
}
END_TEST

START_TEST(any_name_survives)
{
	struct record *r = consistent(4, 2, 1);
	const char *const names[] = { "a \"quoted\" one", "back\\slash", "line\nbreak\ttab\x01",
		"K\xc3\xa4se \xe6\x97\xa5\xe6\x9c\xac" };
	struct record back;
	struct err e;
	r->class_name = names;
	r->description = "two\nlines, \"quoted\"";
	same_again(r);
	ck_assert(read_text(text.data, text.len, &back, &e) == OK);
	for (int i = 0; i < 4; i++)
		ck_assert_str_eq(back.class_name[i], names[i]);
	ck_assert_str_eq(back.description, r->description);
}
END_TEST

START_TEST(every_field_comes_back)
{
	const struct record *r = consistent(3, 4, 17);
	struct record b;
	struct err e;
	same_again(r);
	ck_assert(read_text(text.data, text.len, &b, &e) == OK);
	ck_assert(b.seed == 17 && b.classes == 3 && b.metrics == 2 && b.epochs == 4);
	ck_assert(b.train_images == 90 && b.validation_images == 10 && b.test_images == 30);
	ck_assert(b.input[0] == 12 && b.input[1] == 13 && b.input[2] == 3 && b.layers == 4);
	ck_assert(b.parameters == 12345 && b.trained == 12000 && b.mult_adds == 1000000);
	ck_assert(b.batch_size == 16 && b.epochs_planned == 6 && b.epochs_run == 4);
	ck_assert(b.restored_epoch == 3 && !b.headline_loss && !b.validation_is_test);
	ck_assert(b.metric[0].share && !b.metric[0].lower && !b.metric[1].share);
	ck_assert(b.test.n == 30 && b.test.confusion[4] == 7 && b.test.confusion[5] == 3);
	ck_assert((float)b.test.metric[0] == (float)0.7 && (float)b.test.loss == (float)0.8);
	ck_assert((float)b.history[3].val_metric[1] == (float)r->history[3].val_metric[1]);
	ck_assert_str_eq(b.hash_weights, "30");
	ck_assert_ptr_null(b.hash_binary);
}
END_TEST

/* Records from before calibration was measured have none; so has a run without validation a
 * temperature. */
START_TEST(calibration_may_be_missing)
{
	struct record *r = consistent(2, 1, 1), back;
	struct err e;
	r->calibrated = NULL;
	same_again(r);
	ck_assert(read_text(text.data, text.len, &back, &e) == OK);
	ck_assert(back.calibration && !back.calibrated && isnan(back.temperature));
	ck_assert(back.calibration->count[7] == 9 && back.calibration->accuracy[7] == 0.25);
	r->calibration = NULL;
	same_again(r);
	ck_assert(read_text(text.data, text.len, &back, &e) == OK && !back.calibration);
}
END_TEST

START_TEST(what_was_not_measured_is_null)
{
	struct record b;
	struct err e;
	same_again(consistent(2, 2, 1));
	ck_assert_ptr_nonnull(strstr(str_text(&text), "\"val_loss\": null"));
	ck_assert_ptr_null(strstr(str_text(&text), "nan"));
	ck_assert(read_text(text.data, text.len, &b, &e) == OK);
	ck_assert(isnan(b.history[0].val_loss) && isnan(b.history[0].val_metric[0]));
	ck_assert(!isnan(b.history[1].val_loss));
	ck_assert(b.validation.n == 0 && isnan(b.validation.loss) && isnan(b.validation.metric[1]));
}
END_TEST

START_TEST(the_loss_can_be_the_headline)
{
	struct record *r = consistent(2, 2, 1);
	struct record b;
	struct err e;
	double test;
	r->metrics = 0;
	r->headline_loss = true;
	same_again(r);
	ck_assert(read_text(text.data, text.len, &b, &e) == OK);
	const struct record_metric m = record_headline(&b, &test);
	ck_assert_str_eq(m.name, "loss");
	ck_assert(m.lower && !m.share && (float)test == (float)0.8);
	r->metrics = 2;
	same_again(r);
	ck_assert_str_eq(record_headline(r, &test).name, "loss");
	r->headline_loss = false;
	ck_assert_str_eq(record_headline(r, &test).name, "accuracy");
}
END_TEST

START_TEST(times_survive_too)
{
	struct timing back;
	struct err e = ERR_INIT;
	timing_write(sample_timing(a, 3), &text);
	const char *const path = tmpdir_write(&dir, "timing.json", text.data, text.len);
	ck_assert_msg(timing_read(path, a, &back, &e) == OK, "%s", e.message);
	timing_write(&back, &again);
	ck_assert_str_eq(str_text(&text), str_text(&again));
	ck_assert(back.epochs == 3 && back.threads == 4 && back.seconds_total == 75.25);
}
END_TEST

/* One piece of a good record exchanged for another; what is said contains words. */
static const struct { const char *from, *to, *words; } damages[] = {
	{ "\"format\": 2", "\"format\": 3",
		"format 3, written by a newer tlrun; this one reads up to 2" },
	{ "\"format\": 2", "\"format\": \"2\"", "damaged record: \"format\"" },
	{ "\"format\"", "\"fromat\"", "damaged record: \"format\"" },
	{ "\"seed\": 1", "\"seed\": -1", "damaged record: \"seed\"" },
	{ "\"name\": \"sample\"", "\"name\": 7", "damaged record: \"name\"" },
	{ "\"name\": \"macro_f1\"", "\"name\": \"../f1\"", "\"name\" is not a metric's name" },
	{ "\"headline\": \"accuracy\"", "\"headline\": \"macro_f1\"", "\"headline\"" },
	{ "\"input\": [12, 13, 3]", "\"input\": [12, 13]", "\"input\"" },
	{ "\"classes\": [", "\"classes\": [7,", "\"classes\"" },
	{ "\"batch_size\": 16", "\"batch_size\": 16.5", "\"batch_size\"" },
	{ "\"epochs_run\": 3", "\"epochs_run\": 99999999999", "\"epochs_run\"" },
	{ "\"phases\": [", "\"phases\": [{}, ", "\"name\"" },
	{ "\"phases\": [", "\"phases\": 1, \"x\": [", "\"phases\" is not a list" },
	{ "\"frozen_layers\": 3", "\"frozen_layers\": -1", "\"frozen_layers\"" },
	{ "[7, 3]", "[7, 3, 0]", "\"confusion_matrix\" is not classes by classes" },
	{ "[7, 3]", "[7, 4]", "\"confusion_matrix\" is not counts of the images" },
	{ "[7, 3]", "[7, -3]", "\"confusion_matrix\" is not counts of the images" },
	{ "[7, 3]", "[9223372036854775807, 3]", "\"confusion_matrix\" is not counts of the images" },
	{ "\"images\": 20", "\"images\": 21", "\"confusion_matrix\" is not counts of the images" },
	{ "\"accuracy\": 0.7", "\"accuracy\": 0.9",
		"test.accuracy is 0.900000, and its confusion matrix gives 0.700000" },
	{ "\"accuracy\": 0.7", "\"accuracy\": null", "test.accuracy is not between 0 and 1" },
	{ "\"macro_f1\": 0.7", "\"macro_f1\": 0.71",
		"test.macro_f1 is 0.710000, and its confusion matrix gives 0.700000" },
	{ "\"test_images\": 20", "\"test_images\": 30",
		"test.images is 20, and data.test_images is 30" },
	{ "\"bin_images\": [0", "\"bin_images\": [9223372036854775807",
		"\"bin_images\" is not a count for each bin" },
	{ "\"bin_images\": [0", "\"bin_images\": [1",
		"calibration counts 21 images, and test.images is 20" },
	{ "\"bin_accuracy\": [0", "\"bin_accuracy\": [1.5",
		"\"bin_accuracy\" is not a number from 0 to 1" },
	{ "\"epochs_run\": 3", "\"epochs_run\": 2", "epochs_run is 2, and the history has 3 epochs" },
	{ "\"epoch\": 2", "\"epoch\": 3", "epoch 3 stands in the history where epoch 2 belongs" },
	{ "\"restored_epoch\": 2", "\"restored_epoch\": 4",
		"restored_epoch is 4, and epochs_run is 3" },
	{ "\"epochs_planned\": 5", "\"epochs_planned\": 2",
		"epochs_run is 3, and epochs_planned is 2" },
	{ "\"epochs_planned\": 3", "\"epochs_planned\": 0", "epochs_run of phase last, 20 is 1" },
	{ "\"kept_epoch\": 3", "\"kept_epoch\": 4", "kept_epoch of phase last, 20 is 4" },
	{ "\"epochs_run\": 1", "\"epochs_run\": 2", "and the phases ran 4 epochs" },
	{ "\"trained_parameters\": 12000", "\"trained_parameters\": 99999",
		"trained_parameters is 99999, and parameters is 12345" },
	{ "\"loss\": 0.8", "\"loss\": \"0.8\"", "\"loss\" is not a number" },
	{ "\"history\": [", "\"history\": [{}, ", "\"epoch\"" },
	{ "\"configuration\"", "\"config\"", "\"configuration\"" },
	{ "\"network\"", "\"networks\"", "\"network\" is not an object" },
	{ "\"description\"", "\"name\"", "result.json" },
};

START_TEST(a_damaged_record_is_refused_by_name)
{
	struct record r;
	struct err e;
	record_write(consistent(2, 3, 1), &text);
	const char *const at = strstr(str_text(&text), damages[_i].from);
	ck_assert_msg(at != NULL, "%s is not in\n%s", damages[_i].from, str_text(&text));
	str_add_len(&again, text.data, (size_t)(at - text.data));
	str_add(&again, damages[_i].to);
	str_add(&again, at + strlen(damages[_i].from));
	ck_assert_int_eq(read_text(again.data, again.len, &r, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, damages[_i].words) && strstr(e.message, "/result.json"),
		"%s", e.message);
}
END_TEST

START_TEST(a_truncated_record_is_refused)
{
	struct record r;
	struct err e;
	record_write(consistent(2, 2, 1), &text);
	for (size_t n = 0; n + 2 < text.len; n += 7) {
		ck_assert_int_eq(read_text(text.data, n, &r, &e), ERR_DATA);
		ck_assert_ptr_nonnull(strstr(e.message, "result.json"));
	}
	ck_assert_int_eq(record_read(tmpdir_path(&dir, "none.json"), a, &r, &e), ERR_DATA);
}
END_TEST

/* Everything that shows a record, on one that was read. */
static void
show(const struct record *r)
{
	const struct record_set set = { .name = r->name, .config_hash = r->config_hash,
		.folder = "f", .n = 1, .record = r, .timing = sample_timing(a, 1),
		.classification_report = true, .confusion_matrix = true, .learning_curves = true };
	const struct record_set *const sets[] = { &set };
	struct str out = STR_INIT;
	report_history_csv(r, &out);
	report_markdown(&set, &out);
	report_summary_json(&set, &out);
	report_comparison(sets, 1, true, &out);
	ck_assert(out.len > 0);
	str_free(&out);
}

/* A few bytes exchanged, dropped or repeated; digits are exchanged for digits as well, because
 * most other damage is no JSON any more. */
static void
mutate(const struct rng *g, uint64_t *at, struct str *s)
{
	static const char bytes[] = "0123456789-.eE\"{}[],:ntf \n\x80";
	const uint64_t times = 1 + rng_below(g, (*at)++, 3);
	for (uint64_t i = 0; i < times && s->len > 1; i++) {
		const size_t p = (size_t)rng_below(g, (*at)++, s->len);
		const uint64_t how = rng_below(g, (*at)++, 4);
		if (how == 0) {
			memmove(s->data + p, s->data + p + 1, s->len - p);
			s->len--;
		} else if (how == 1) {
			s->data[p] = bytes[rng_below(g, (*at)++, sizeof bytes - 1)];
		} else {
			const size_t digit = p + strcspn(s->data + p, "0123456789");
			if (digit < s->len) s->data[digit] = bytes[rng_below(g, (*at)++, 14)];
		}
	}
}

START_TEST(no_mutation_of_a_record_crashes_a_report)
{
	const struct rng g = rng_stream(20261124, RNG_SPLIT, 0, 0);
	uint64_t at = 0;
	int read = 0;
	record_write(consistent(3, 3, 1), &text);
	for (int i = 0; i < 1500; i++) {
		struct record r;
		struct err e;
		str_clear(&again);
		str_add_len(&again, text.data, text.len);
		mutate(&g, &at, &again);
		if (read_text(again.data, again.len, &r, &e) != OK) {
			ck_assert_msg(e.message[0] != '\0', "refused without a word");
			continue;
		}
		show(&r);
		read++;
	}
	ck_assert_int_gt(read, 50);
}
END_TEST

Suite *
suite_record(void)
{
	Suite *s = suite_create("record");
	TCase *c = tcase_create("record");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_was_read_is_written_as_the_same_bytes);
	tcase_add_test(c, any_name_survives);
	tcase_add_test(c, every_field_comes_back);
	tcase_add_test(c, calibration_may_be_missing);
	tcase_add_test(c, what_was_not_measured_is_null);
	tcase_add_test(c, the_loss_can_be_the_headline);
	tcase_add_test(c, times_survive_too);
	tcase_add_loop_test(c, a_damaged_record_is_refused_by_name, 0,
		sizeof damages / sizeof damages[0]);
	tcase_add_test(c, a_truncated_record_is_refused);
	tcase_add_test(c, no_mutation_of_a_record_crashes_a_report);
	suite_add_tcase(s, c);
	return s;
}
