/* predictions.csv read back: what was written, and nothing of what is damaged. */
#include <string.h>

#include "report/sample.h"
#include "report/suites.h"
#include "support/tmpdir.h"

static struct arena *a;
static struct tmpdir dir;
static struct record *r;
static struct str csv;

/* 20 images of two classes, one with a name that needs quotes. */
static void
setup(void)
{
	static uint32_t index[20];
	static int32_t label[20], predicted[20];
	static float p[40];
	a = arena_new();
	tmpdir_make(&dir);
	r = sample_record(a, 2, 1, 1);
	const char **names = ARENA_ARRAY(a, const char *, 2);
	names[0] = "a \"b\", c\nd";
	names[1] = "a";
	r->class_name = names;
	for (int i = 0; i < 20; i++) {
		index[i] = (uint32_t)(3 * i);
		label[i] = i % 2;
		predicted[i] = i % 3 == 0;
		p[2 * i] = 0.1f * (float)(i % 10);
		p[2 * i + 1] = 1 - p[2 * i];
	}
	const struct predictions all = { 20, 2, names, index, label, predicted, p };
	csv = STR_INIT;
	report_predictions_csv(&all, &csv);
}

static void
teardown(void)
{
	str_free(&csv);
	tmpdir_remove(&dir);
	arena_free(a);
}

static enum status
read_back(const char *text, size_t n, bool probabilities, struct predictions *p, struct err *e)
{
	const char *const path = tmpdir_write(&dir, "predictions.csv", text, n);
	*e = ERR_INIT;
	return predictions_read(path, r, probabilities, a, p, e);
}

START_TEST(what_was_written_comes_back)
{
	struct predictions p;
	struct err e;
	for (int with = 0; with < 2; with++) {
		ck_assert_msg(read_back(csv.data, csv.len, with, &p, &e) == OK, "%s", e.message);
		ck_assert_int_eq(p.n, 20);
		for (int i = 0; i < 20; i++) {
			ck_assert(p.index[i] == 3u * (unsigned)i && p.label[i] == i % 2);
			ck_assert(p.predicted[i] == (i % 3 == 0));
			if (with) ck_assert(p.probability[2 * i] == 0.1f * (float)(i % 10));
		}
		ck_assert(with == (p.probability != NULL));
	}
}
END_TEST

/* Cut at many places, or a byte changed at many: an error or other numbers, never a crash. */
START_TEST(damage_is_an_error_or_another_number)
{
	struct predictions p;
	struct err e;
	for (size_t n = 0; n < csv.len; n += 7)
		ck_assert_int_eq(read_back(csv.data, n, true, &p, &e), ERR_DATA);
	for (size_t i = 0; i < csv.len; i += 5) {
		const char was = csv.data[i];
		for (size_t k = 0; k < 4; k++) {
			csv.data[i] = "\"\0,\n"[k];
			if (csv.data[i] == was) continue;
			ck_assert_int_eq(read_back(csv.data, csv.len, true, &p, &e), ERR_DATA);
		}
		csv.data[i] = was;
	}
}
END_TEST

START_TEST(another_records_predictions_are_refused)
{
	struct predictions p;
	struct err e;
	r->test.n = 19;
	ck_assert_int_eq(read_back(csv.data, csv.len, false, &p, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "more lines than test images"));
	r->test.n = 21;
	ck_assert_int_eq(read_back(csv.data, csv.len, false, &p, &e), ERR_DATA);
	r->test.n = 2000000000;
	ck_assert_int_eq(read_back(csv.data, csv.len, true, &p, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "fewer lines than test images"));
	r->test.n = 20;
	((const char **)r->class_name)[1] = "other";
	ck_assert_int_eq(read_back(csv.data, csv.len, false, &p, &e), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(e.message, "the columns are not those of this record"));
}
END_TEST

Suite *
suite_predictions_read(void)
{
	Suite *s = suite_create("predictions_read");
	TCase *c = tcase_create("predictions_read");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_was_written_comes_back);
	tcase_add_test(c, damage_is_an_error_or_another_number);
	tcase_add_test(c, another_records_predictions_are_refused);
	suite_add_tcase(s, c);
	return s;
}
