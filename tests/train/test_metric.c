/* Metrics against Keras and scikit-learn: golden/metrics.txt and section 14.8. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/golden.h"
#include "train/experiment.h"
#include "train/suites.h"
#include "train/tally.h"

enum { MOST = 128 };

static void
tally_of(struct tally *t, struct arena *a, int n, int c, const double *labels, const float *scores)
{
	int32_t label[MOST];
	float losses[MOST] = { 0 };
	ck_assert_int_le(n, MOST);
	for (int i = 0; i < n; i++) label[i] = (int32_t)labels[i];
	tally_init(t, a, c);
	/* In two batches: what is counted must add up. */
	const int half = n / 2;
	tally_batch(t, half, label, scores, losses, 0, NULL);
	tally_batch(t, n - half, label + half, scores + (size_t)half * (size_t)c, losses, 0, NULL);
	ck_assert_int_eq(t->n, n);
}

START_TEST(top_k_counts_ties_in_favour)
{
	static const char *const names[] = { "top_k.ties", "top_k.fill", "top_k.quarter" };
	struct golden *g = golden_open("metrics");
	const char *name = names[_i];
	const double *config = golden_values(g, name, "config", 2);
	const int n = (int)config[0], c = (int)config[1];
	const double *scores = golden_values(g, name, "scores", (size_t)(n * c));
	float s[MOST];
	for (int i = 0; i < n * c; i++) s[i] = (float)scores[i];
	for (int k = 1; k <= c; k++) {
		struct experiment_text x;
		struct tally t;
		char yaml[128], key[128], what[32];
		double value[2];
		snprintf(key, sizeof key, "%s.accuracy_k%d", name, k);
		snprintf(what, sizeof what, "accuracy_k%d", k);
		if (!golden_find(g, key)) continue;
		snprintf(yaml, sizeof yaml, "evaluation: {metrics: [accuracy, top_k_accuracy: {k: %d}]}",
			k);
		experiment_open(&x, yaml);
		tally_of(&t, x.arena, n, c, golden_values(g, name, "labels", (size_t)n), s);
		tally_metrics(&t, &x.evaluation.metrics, value);
		ck_assert_double_eq_tol(value[1], golden_value(g, name, what), 1e-7);
		const double *hits = golden_values(g, name, "accuracy_hits", (size_t)n);
		double accuracy = 0;
		for (int i = 0; i < n; i++) accuracy += hits[i] / n;
		ck_assert_double_eq_tol(value[0], accuracy, 1e-12);
		experiment_close(&x);
	}
	golden_close(g);
}
END_TEST

START_TEST(scores_are_scikit_learn_s)
{
	static const char *const names[] = { "spec", "perfect", "all_wrong", "absent_class",
		"absent_but_predicted", "one_prediction", "fill" };
	struct golden *g = golden_open("metrics");
	struct experiment_text x;
	struct tally t;
	float s[MOST * MOST] = { 0 };
	double value[5];
	const char *name = names[_i];
	const double *config = golden_values(g, name, "config", 2);
	const int n = (int)config[0], c = (int)config[1];
	const double *predicted = golden_values(g, name, "predicted", (size_t)n);
	for (int i = 0; i < n; i++) s[i * c + (int)predicted[i]] = 1;
	experiment_open(&x,
		"evaluation: {metrics: [accuracy, macro_f1, weighted_f1, balanced_accuracy, "
	    "loss]}");
	tally_of(&t, x.arena, n, c, golden_values(g, name, "true", (size_t)n), s);
	const double *confusion = golden_values(g, name, "confusion", (size_t)(c * c));
	for (int i = 0; i < c * c; i++) ck_assert_int_eq(t.confusion[i], (long long)confusion[i]);
	tally_metrics(&t, &x.evaluation.metrics, value);
	ck_assert_double_eq_tol(value[0], golden_value(g, name, "accuracy"), 1e-11);
	ck_assert_double_eq_tol(value[1], golden_value(g, name, "macro_f1"), 1e-11);
	ck_assert_double_eq_tol(value[2], golden_value(g, name, "weighted_f1"), 1e-11);
	ck_assert_double_eq_tol(value[3], golden_value(g, name, "balanced_accuracy"), 1e-11);
	experiment_close(&x);
	golden_close(g);
}
END_TEST

START_TEST(the_first_of_equals_is_predicted_and_losses_add_up)
{
	struct experiment_text x;
	struct tally t;
	const float p[6] = { .4f, .4f, .2f, .1f, .45f, .45f }, losses[2] = { 1.5f, .25f };
	const int32_t labels[2] = { 1, 2 };
	int32_t predicted[2];
	double value;
	experiment_open(&x, "evaluation: {metrics: [loss]}");
	tally_init(&t, x.arena, 3);
	tally_batch(&t, 2, labels, p, losses, .125, predicted);
	ck_assert(predicted[0] == 0 && predicted[1] == 1);
	ck_assert_int_eq(t.hits, 0);
	ck_assert_int_eq(t.rank[0], 2);
	ck_assert_double_eq(tally_loss(&t), (1.5 + .25) / 2 + .125);
	tally_metrics(&t, &x.evaluation.metrics, &value);
	ck_assert_double_eq(value, tally_loss(&t));
	tally_reset(&t);
	ck_assert(t.n == 0 && t.loss == 0 && t.rank[0] == 0 && t.confusion[3] == 0);
	experiment_close(&x);
}
END_TEST

Suite *
suite_metric(void)
{
	Suite *s = suite_create("metric");
	TCase *c = tcase_create("metric");
	tcase_add_loop_test(c, top_k_counts_ties_in_favour, 0, 3);
	tcase_add_loop_test(c, scores_are_scikit_learn_s, 0, 7);
	tcase_add_test(c, the_first_of_equals_is_predicted_and_losses_add_up);
	suite_add_tcase(s, c);
	return s;
}
