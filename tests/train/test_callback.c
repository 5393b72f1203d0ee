/* Early stopping and the plateau rule, fed as Keras's callbacks were: golden/callbacks.txt and
 * section 14.8. */
#include <math.h>
#include <stdio.h>

#include "support/golden.h"
#include "train/experiment.h"
#include "train/suites.h"

/* Every line NAME.<i>.config there is, from 1 on. */
static bool
case_of(const struct golden *g, const char *name, int i, char *of, size_t size)
{
	char key[96];
	snprintf(of, size, "%s.%d", name, i);
	snprintf(key, sizeof key, "%s.config", of);
	return golden_find(g, key) != NULL;
}

static const struct golden_line *
monitor_of(const struct golden *g, const char *of)
{
	char key[96];
	snprintf(key, sizeof key, "%s.monitor", of);
	const struct golden_line *l = golden_find(g, key);
	ck_assert_ptr_nonnull(l);
	return l;
}

START_TEST(early_stopping_is_keras_s)
{
	struct golden *g = golden_open("callbacks");
	char of[64];
	int cases = 0;
	for (; case_of(g, "early_stopping", cases + 1, of, sizeof of); cases++) {
		const double *c = golden_values(g, of, "config", 5),
			*want = golden_values(g, of, "result", 4);
		const struct golden_line *l = monitor_of(g, of);
		const struct early_stopping o = { .given = true, .mode = c[0] > 0 ? MODE_MAX : MODE_MIN,
			.patience = (int)c[1], .min_delta = c[2], .baseline = c[3], .has_baseline = c[3] > -999,
			.start_from_epoch = (int)c[4], .restore_best_weights = true };
		struct early_stopping_state s = { .best_epoch = -1 };
		int epoch = 0, kept = -1;
		for (; epoch < (int)l->n; epoch++) {
			/* The direction is the mode's: auto's opinion must not matter. */
			const enum early_verdict v = early_stopping_epoch(&o, &s, epoch, l->v[epoch], c[0] > 0);
			if (v == EARLY_BEST) kept = epoch;
			if (v == EARLY_STOP) break;
		}
		const int last = epoch < (int)l->n ? epoch : (int)l->n - 1;
		ck_assert_msg(last == (int)want[0] && s.stopped == (want[1] > 0), "%s: ended at %d", of,
			last);
		/* Keras has best_epoch 0, and the last epoch's weights, when nothing was ever noted. */
		ck_assert_msg((kept < 0 ? 0 : kept) == (int)want[2], "%s: best %d", of, kept);
		ck_assert_msg((kept < 0 ? last : kept) == (int)want[3], "%s: kept %d", of, kept);
		ck_assert_int_eq(kept, s.best_epoch);
	}
	ck_assert_int_ge(cases, 30);
	golden_close(g);
}
END_TEST

START_TEST(reduce_lr_on_plateau_is_keras_s)
{
	struct golden *g = golden_open("callbacks");
	char of[64];
	int cases = 0;
	for (; case_of(g, "reduce_lr", cases + 1, of, sizeof of); cases++) {
		const double *c = golden_values(g, of, "config", 6);
		const struct golden_line *l = monitor_of(g, of);
		const double *want = golden_values(g, of, "lr", l->n);
		const struct plateau o = { .given = true, .mode = c[0] > 0 ? MODE_MAX : MODE_MIN,
			.patience = (int)c[1], .factor = c[2], .min_delta = c[3], .cooldown = (int)c[4],
			.min_lr = c[5] };
		struct plateau_state s = { 0 };
		double rate = (double).1f;
		for (size_t i = 0; i < l->n; i++) {
			rate = plateau_epoch(&o, &s, l->v[i], rate, c[0] > 0);
			ck_assert_msg(fabs(rate - want[i]) <= 1e-6 * want[i],
				"%s: %.9g after epoch %zu, expected "
			    "%.9g", of, rate, i, want[i]);
			ck_assert(rate == (double)(float)rate);
		}
	}
	ck_assert_int_ge(cases, 13);
	golden_close(g);
}
END_TEST

/* Section 14.8: [patience, min_delta, baseline, start_from_epoch] to [stops at, best epoch]. */
static const struct { int patience; double min_delta, baseline; int start, stops,
	best; } traces[] = {
	{ 2, 0, NAN, 0, 3, 1 }, { 0, 0, NAN, 0, 2, 1 }, { 1, 0, NAN, 0, 2, 1 }, { 3, 0, NAN, 0, 7, 4 },
	{ 2, .1, NAN, 0, 2, 0 }, { 3, 0, .88, 0, 2, 1 }, { 1, 0, NAN, 3, 5, 4 },
};

START_TEST(early_stopping_follows_the_specification_s_traces)
{
	static const double values[] = { 1, .9, .95, .91, .85, .86, .87, .88 };
	for (size_t k = 0; k < sizeof traces / sizeof traces[0]; k++) {
		const struct early_stopping o = { .mode = MODE_AUTO, .patience = traces[k].patience,
			.min_delta = traces[k].min_delta, .baseline = traces[k].baseline,
			.has_baseline = !isnan(traces[k].baseline), .start_from_epoch = traces[k].start };
		struct early_stopping_state s = { .best_epoch = -1 };
		int epoch = 0;
		while (epoch < 8 && early_stopping_epoch(&o, &s, epoch, values[epoch], true) != EARLY_STOP)
			epoch++;
		ck_assert_int_eq(epoch, traces[k].stops);
		ck_assert_int_eq(s.best_epoch, traces[k].best);
	}
}
END_TEST

START_TEST(auto_mode_follows_the_monitor_and_nan_never_improves)
{
	const struct early_stopping o = { .mode = MODE_AUTO, .patience = 9 };
	struct early_stopping_state s = { .best_epoch = -1 };
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 0, NAN, false), EARLY_BEST);
	s = (struct early_stopping_state){ .best_epoch = -1 };
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 0, .5, false), EARLY_BEST);
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 1, .4, false), EARLY_GO_ON);
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 2, NAN, false), EARLY_GO_ON);
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 3, .5, false), EARLY_GO_ON);
	ck_assert_int_eq(early_stopping_epoch(&o, &s, 4, .6, false), EARLY_BEST);
	ck_assert_int_eq(s.wait, 0);
}
END_TEST

Suite *
suite_callback(void)
{
	Suite *s = suite_create("callback");
	TCase *c = tcase_create("callback");
	tcase_add_test(c, early_stopping_is_keras_s);
	tcase_add_test(c, reduce_lr_on_plateau_is_keras_s);
	tcase_add_test(c, early_stopping_follows_the_specification_s_traces);
	tcase_add_test(c, auto_mode_follows_the_monitor_and_nan_never_improves);
	suite_add_tcase(s, c);
	return s;
}
