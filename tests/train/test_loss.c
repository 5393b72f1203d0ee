/* Cross entropy against Keras: golden/losses.txt and section 14.5; class weights. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/golden.h"
#include "train/experiment.h"
#include "train/suites.h"

enum { MOST = 16 };

static const char *const names[] = {
	"n4_3_x2_ls0", "n4_3_x2_ls0.1", "n5_10_x6_ls0", "n5_10_x6_ls0.2", "n6_4_x3_ls0_weighted",
	"n6_4_x3_ls0.1_weighted", "n3_3_x60_ls0", "n3_3_x60_ls0.1", "n1_2_x1_ls0",
	"n7_10_x4_ls0.05_weighted",
};

static void
loss_open(struct experiment_text *x, const char *options)
{
	char yaml[256];
	snprintf(yaml, sizeof yaml, "training: {loss: {type: cross_entropy%s}}", options);
	experiment_open(x, yaml);
}

static void
run(const struct experiment_text *x, const struct loss_call *c)
{
	const struct kind_value *v = &x->training.loss;
	loss_kind_of(v->kind)->run(v->opts, c);
}

START_TEST(losses_and_gradients_are_keras_s)
{
	struct golden *g = golden_open("losses");
	const double *config = golden_values(g, names[_i], "config", 4);
	const int n = (int)config[0], c = (int)config[1];
	float z[MOST * MOST], w[MOST], losses[MOST], dz[MOST * MOST], p[MOST * MOST];
	int32_t labels[MOST];
	struct experiment_text x;
	char options[64];
	snprintf(options, sizeof options, ", label_smoothing: %.17g", config[3]);
	loss_open(&x, options);
	golden_fill_p(z, (size_t)(n * c), 37, 11, 101);
	for (int i = 0; i < n * c; i++) z[i] *= (float)config[2];
	const double *weights = golden_values(g, names[_i], "class_weight", (size_t)c);
	const double *want_labels = golden_values(g, names[_i], "labels", (size_t)n);
	for (int i = 0; i < c; i++) w[i] = (float)weights[i];
	for (int i = 0; i < n; i++) labels[i] = (int32_t)want_labels[i];
	struct loss_call call = { .n = n, .classes = c, .logits = z, .labels = labels,
		.probabilities = p, .losses = losses };
	run(&x, &call);
	const double *per_sample = golden_values(g, names[_i], "per_sample", (size_t)n);
	for (int i = 0; i < n; i++)
		ck_assert_double_eq_tol(losses[i], per_sample[i], 1e-5 * fmax(1, per_sample[i]));
	call.class_weights = w;
	call.dlogits = dz;
	run(&x, &call);
	double sum = 0;
	for (int i = 0; i < n; i++) sum += losses[i];
	const double want = golden_values(g, names[_i], "loss", 1)[0];
	ck_assert_double_eq_tol(sum / n, want, 1e-5 * fmax(1, want));
	golden_check(g, names[_i], "dz", (size_t)(n * c), dz, 1e-5);
	experiment_close(&x);
	golden_close(g);
}
END_TEST

START_TEST(losses_are_the_specification_s)
{
	const float z[6] = { 1, 2, -1, 0, .5f, 3 };
	const int32_t labels[2] = { 1, 2 };
	static const struct { const char *options; double want[2]; } cases[] = {
		{ "", { .349012, .123873 } }, { ", label_smoothing: 0.1", { .482346, .307206 } },
	};
	for (int k = 0; k < 2; k++) {
		struct experiment_text x;
		float losses[2];
		loss_open(&x, cases[k].options);
		run(&x, &(struct loss_call){ .n = 2, .classes = 3, .logits = z, .labels = labels,
		    .losses = losses });
		for (int i = 0; i < 2; i++) ck_assert_double_eq_tol(losses[i], cases[k].want[i], 1e-6);
		experiment_close(&x);
	}
}
END_TEST

/* ---- class weights ---- */

static const char *const classes[] = { "cat", "dog", "2" };
static const long long counts[] = { 50, 30, 20 };

static bool
weights_of(const char *option, float *out, char *said, size_t size)
{
	struct experiment_text x;
	struct str text = STR_INIT;
	loss_open(&x, option);
	const struct kind_value *v = &x.training.loss;
	const bool given = loss_kind_of(v->kind)->class_weights(&x.reader, v->opts, 3, classes, counts,
		out);
	diags_format(x.diags, false, &text);
	snprintf(said, size, "%s", str_text(&text));
	str_free(&text);
	experiment_close(&x);
	return given;
}

START_TEST(class_weights_are_balanced_or_the_map_s)
{
	char said[2048];
	float w[3] = { 9, 9, 9 };
	ck_assert(!weights_of("", w, said, sizeof said));
	ck_assert_float_eq(w[0], 9);
	ck_assert(weights_of(", class_weight: balanced", w, said, sizeof said));
	for (int i = 0; i < 3; i++)
		ck_assert_double_eq_tol(w[i], 100.0 / (3.0 * (double)counts[i]), 1e-7);
	ck_assert(weights_of(", class_weight: {dog: 2.5, 0: 0.5}", w, said, sizeof said));
	ck_assert(w[0] == .5f && w[1] == 2.5f && w[2] == 1);
	ck_assert_str_eq(said, "");
	/* A name comes before an index: class "2" is the third either way. */
	ck_assert(weights_of(", class_weight: {2: 3}", w, said, sizeof said));
	ck_assert(w[0] == 1 && w[1] == 1 && w[2] == 3);
}
END_TEST

START_TEST(class_weights_of_no_class_are_errors)
{
	char said[4096];
	float w[3];
	ck_assert(!weights_of(", class_weight: {dogs: 2, cat: 1, bird: 3, 3: 1}", w, said,
		sizeof said));
	ck_assert_msg(strstr(said, "no class \"dogs\"") && strstr(said, "did you mean \"dog\"") &&
	    strstr(said, "\"bird\"") && strstr(said, "\"3\""), "%s", said);
	ck_assert(!weights_of(", class_weight: {cat: 2, 0: 1}", w, said, sizeof said));
	ck_assert_msg(strstr(said, "same class"), "%s", said);
}
END_TEST

Suite *
suite_loss(void)
{
	Suite *s = suite_create("loss");
	TCase *c = tcase_create("loss");
	tcase_add_loop_test(c, losses_and_gradients_are_keras_s, 0, sizeof names / sizeof names[0]);
	tcase_add_test(c, losses_are_the_specification_s);
	tcase_add_test(c, class_weights_are_balanced_or_the_map_s);
	tcase_add_test(c, class_weights_of_no_class_are_errors);
	suite_add_tcase(s, c);
	return s;
}
