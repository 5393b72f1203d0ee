/* Two experiments or runs taken apart. */
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
#include "report/suites.h"
#include "tlrun/difference.h"
#include "tlrun/json.h"

static struct arena *a;
static struct str out;
static struct record_set *x, *y;
static struct record *r;		/* y's first, to be changed */

static void
setup(void)
{
	a = arena_new();
	out = STR_INIT;
	x = sample_set(a, "x", 2);
	y = sample_set(a, "y", 2);
	r = (struct record *)y->record;
}

static void
teardown(void)
{
	str_free(&out);
	arena_free(a);
}

START_TEST(equal_records_have_no_difference)
{
	const struct difference *d = difference_make(a, x, y);
	ck_assert(!d->any && d->seeds == 2);
	difference_text(d, &out);
	ck_assert_str_eq(str_text(&out), "");
}
END_TEST

START_TEST(hashes_history_and_metrics_are_told)
{
	struct record_epoch *h = (struct record_epoch *)r->history;
	r->hash_weights = "31";
	r->hash_start = NULL;
	h[3].val_loss = 9;
	r->test.loss = (float)0.75;
	const struct difference *d = difference_make(a, x, y);
	ck_assert(d->any && d->seed[0].hashes == 2 && d->seed[0].epoch == 4 && !d->seed[1].hashes);
	difference_text(d, &out);
	says(&out, "weights                 30     31\n");
	says(&out, "weights it starts from  60     -\n");
	says(&out, "histories part at epoch 4: val_loss\n");
	says(&out, "loss  0.8    0.75\n");
	says(&out, "seed 2: no difference\n");
}
END_TEST

START_TEST(a_shorter_history_parts_behind_its_end)
{
	r->epochs = 2;
	const struct difference *d = difference_make(a, x, y);
	ck_assert_int_eq(d->seed[0].epoch, 3);
	ck_assert_str_eq(d->seed[0].column, "the second ends before it");
}
END_TEST

START_TEST(seeds_of_one_alone_are_a_difference)
{
	y->n = 1;
	const struct difference *d = difference_make(a, x, y);
	ck_assert(d->any && d->seeds == 1);
	ck_assert_str_eq(d->only_a, "2");
	ck_assert_str_eq(d->only_b, "");
}
END_TEST

START_TEST(two_runs_are_compared_whatever_their_seeds)
{
	struct record_set *second = sample_set(a, "z", 2);
	second->record++;
	second->n = x->n = 1;
	const struct difference *d = difference_make(a, x, second);
	ck_assert(d->seeds == 1 && d->any);
	difference_json(d, &out);
	struct err e = ERR_INIT;
	json_t *root = NULL;
	ck_assert(json_parse("json", out.data, out.len, &root, ERR_DATA, &e) == OK);
	ck_assert(json_is_true(json_object_get(root, "different")));
	json_decref(root);
}
END_TEST

Suite *
suite_difference(void)
{
	Suite *s = suite_create("difference");
	TCase *c = tcase_create("difference");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, equal_records_have_no_difference);
	tcase_add_test(c, hashes_history_and_metrics_are_told);
	tcase_add_test(c, a_shorter_history_parts_behind_its_end);
	tcase_add_test(c, seeds_of_one_alone_are_a_difference);
	tcase_add_test(c, two_runs_are_compared_whatever_their_seeds);
	suite_add_tcase(s, c);
	return s;
}
