/* Schedules against Keras: golden/schedules.txt and section 14.6. Epochs of ten steps. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/golden.h"
#include "train/experiment.h"
#include "train/suites.h"

enum { STEPS = 10 };	/* of an epoch */

static double
rate_at(const struct experiment_text *x, double learning_rate, unsigned long step)
{
	const struct schedule_context c = { .learning_rate = learning_rate, .steps_per_epoch = STEPS,
		.epochs = x->training.epochs };
	return schedule_rate(&x->training.lr_schedule, &c, step);
}

/* Config numbers c of Keras's schedule called name, in steps, as ours, in epochs. The initial
 * rate. */
static double
schedule_yaml(const char *name, const double *c, int n, char *out, size_t size)
{
	const char *head = "training: {epochs: 1000, lr_schedule: ";
	double rate = c[0];
	if (strncmp(name, "exponential", 11) == 0)
		snprintf(out, size,
		    "%s{type: exponential, decay_epochs: %.17g, decay_rate: %.17g, staircase: %s}}", head,
		    c[1] / STEPS, c[2], c[3] > 0 ? "true" : "false");
	else if (strncmp(name, "cosine", 6) == 0) {
		const double warmup = c[3] >= 0 ? c[4] / STEPS : 0;
		if (c[3] >= 0) rate = c[3];
		snprintf(out, size,
		    "%s{type: cosine, decay_epochs: %.17g, alpha: %.17g, warmup_epochs: %.17g}}", head,
		    c[1] / STEPS, c[2], warmup);
	} else if (strncmp(name, "restarts", 8) == 0)
		snprintf(out, size, "%s{type: cosine_restarts, first_decay_epochs: %.17g, t_mul: %.17g, "
		    "m_mul: %.17g, alpha: %.17g}}", head, c[1] / STEPS, c[2], c[3], c[4]);
	else if (strncmp(name, "polynomial", 10) == 0)
		snprintf(out, size, "%s{type: polynomial, decay_epochs: %.17g, end_learning_rate: %.17g, "
		    "power: %.17g, cycle: %s}}", head, c[1] / STEPS, c[2], c[3],
		    c[4] > 0 ? "true" : "false");
	else {
		const int boundaries = (n - 1) / 2;
		int at = snprintf(out, size, "%s{type: piecewise, boundaries: [", head);
		for (int i = 0; i < n; i++)
			at += snprintf(out + at, size - (size_t)at, "%s%.17g",
			    i == boundaries ? "], values: [" : i > 0 ? ", " : "",
			    i < boundaries ? c[i] / STEPS : c[i]);
		snprintf(out + at, size - (size_t)at, "]}}");
		rate = c[boundaries];
	}
	return rate;
}

static const char *const names[] = {
	"exponential_0.1_100_0.5_0", "exponential_0.1_100_0.5_1", "exponential_0.01_25_0.9_0",
	"exponential_0.01_25_0.9_1", "exponential_0.1_30_0.96_1", "cosine_0.1_100_0_-1_0",
	"cosine_0.1_100_0.1_-1_0", "cosine_0.001_300_0.05_-1_0", "cosine_0_100_0_0.1_10",
	"cosine_0_100_0.1_0.1_25", "cosine_0.1_100_0_-1_10", "restarts_0.1_50_2_1_0",
	"restarts_0.1_50_1_0.5_0.01", "restarts_0.1_50_1_1_0", "restarts_0.1_25_2_0.8_0.1",
	"restarts_0.1_10_1.5_0.9_0", "polynomial_0.1_100_0.01_1_0", "polynomial_0.1_100_0.01_2_0",
	"polynomial_0.1_100_0.01_1_1", "polynomial_0.1_50_0.0001_0.5_1", "polynomial_0.1_100_0_1_0",
	"polynomial_0.01_300_0.0001_3_0", "piecewise_50_100", "piecewise_10", "piecewise_5_25_150_300",
};

START_TEST(rates_are_keras_s)
{
	struct golden *g = golden_open("schedules");
	struct experiment_text x;
	char key[96], yaml[512];
	snprintf(key, sizeof key, "%s.config", names[_i]);
	const struct golden_line *config = golden_find(g, key), *steps = golden_find(g, "steps");
	ck_assert(config && steps);
	const double rate = schedule_yaml(names[_i], config->v, (int)config->n, yaml, sizeof yaml);
	experiment_open(&x, yaml);
	const double *want = golden_values(g, names[_i], "values", steps->n);
	for (size_t i = 0; i < steps->n; i++) {
		const double found = rate_at(&x, rate, (unsigned long)steps->v[i]);
		ck_assert_msg(fabs(found - want[i]) <= 1e-6 * rate, "%s at %g: %.9g, expected %.9g",
		    names[_i], steps->v[i], found, want[i]);
		ck_assert_msg(found == (double)(float)found, "%s at %g is no float", names[_i],
			steps->v[i]);
	}
	experiment_close(&x);
	golden_close(g);
}
END_TEST

/* What Keras has no schedule for, by its formula. */
static const struct { const char *yaml; double rate; struct { int step; double value; } at[5]; }
	others[] = {
	{ "constant", .1, { { 0, .1 }, { 7, .1 }, { 100, .1 }, { 5000, .1 }, { 1, .1 } } },
	{ "{type: constant, warmup_epochs: 2}", .1,
		{ { 0, 0 }, { 5, .025 }, { 19, .095 }, { 20, .1 }, { 99, .1 } } },
	{ "{type: step, every_epochs: 3, factor: 0.5}", .1,
		{ { 0, .1 }, { 29, .1 }, { 30, .05 }, { 60, .025 }, { 99, .0125 } } },
	{ "{type: step, every_epochs: 3, factor: 0.5, warmup_epochs: 1}", .1,
		{ { 5, .05 }, { 10, .1 }, { 39, .1 }, { 40, .05 }, { 70, .025 } } },
	{ "{type: linear}", .1, { { 0, .1 }, { 25, .075 }, { 50, .05 }, { 99, .001 }, { 100, 0 } } },
	{ "{type: linear, end_learning_rate: 0.02, warmup_epochs: 2}", .1,
		{ { 10, .05 }, { 20, .1 }, { 60, .06 }, { 100, .02 }, { 120, .02 } } },
	{ "{type: cosine}", .1,
		{ { 0, .1 }, { 50, .05 }, { 100, 0 }, { 25, .0853553391 }, { 75, .0146446609 } } },
	{ "{type: cosine, warmup_epochs: 0.5, decay_epochs: 5}", .2,
		{ { 0, 0 }, { 1, .04 }, { 5, .2 }, { 30, .1 }, { 55, 0 } } },
	{ "{type: polynomial, power: 2, end_learning_rate: 0, warmup_epochs: 5}", .1,
		{ { 25, .05 }, { 50, .1 }, { 75, .025 }, { 100, 0 }, { 200, 0 } } },
	{ "{type: exponential, decay_rate: 0.25}", .1,
		{ { 0, .1 }, { 50, .05 }, { 100, .025 }, { 200, .00625 }, { 150, .0125 } } },
	{ "{type: piecewise, boundaries: [1.5], values: [0.3, 0.1], warmup_epochs: 1}", .5,
		{ { 5, .15 }, { 10, .3 }, { 25, .3 }, { 26, .1 }, { 900, .1 } } },
};

START_TEST(rates_follow_their_formulas)
{
	struct experiment_text x;
	char yaml[256];
	snprintf(yaml, sizeof yaml, "training: {epochs: 10, lr_schedule: %s}", others[_i].yaml);
	experiment_open(&x, yaml);
	for (int i = 0; i < 5; i++) {
		const double want = others[_i].at[i].value;
		const double found = rate_at(&x, others[_i].rate, (unsigned long)others[_i].at[i].step);
		ck_assert_msg(fabs(found - want) <= 1e-7 * fmax(want, .05), "%s at %d: %.9g, expected %.9g",
		    yaml, others[_i].at[i].step, found, want);
	}
	experiment_close(&x);
}
END_TEST

START_TEST(no_rate_is_below_zero_or_not_finite)
{
	struct experiment_text x;
	char yaml[256];
	snprintf(yaml, sizeof yaml, "training: {epochs: 10, lr_schedule: %s}", others[_i].yaml);
	experiment_open(&x, yaml);
	for (unsigned long step = 0; step < 3000; step++) {
		const double found = rate_at(&x, .1, step);
		ck_assert_msg(isfinite(found) && found >= 0 && found <= .5, "%s at %lu: %g", yaml, step,
			found);
	}
	experiment_close(&x);
}
END_TEST

/*
 * Boundaries by exact integers. Lengths are a/100 epochs of n steps and grow by b/20, so boundary
 * number k (from 1) stands at n a (1 + (b/20) + ... + (b/20)^(k-1)) / 100 steps.
 */
struct exact { int a, n, b; };

/* step less boundary k, exactly, in units of 1/(100 20^k) steps. */
static __int128
exact_past(const struct exact *x, int k, unsigned long step)
{
	__int128 sum = 0, scale = 1;
	for (int i = 0; i < k; i++) {
		__int128 term = 1;
		for (int j = 0; j < k; j++) term *= j < i ? x->b : 20;
		sum += term;
		scale *= 20;
	}
	return (__int128)step * 100 * scale - (__int128)x->n * x->a * sum;
}

enum { EXACT_MOST = 12 };	/* boundaries: 20^12 times the rest stays within 127 bits */

/* How many boundaries `step` has reached; at_last: it stands exactly at the last of them. */
static int
exact_passed(const struct exact *x, unsigned long step, bool *at_last)
{
	int k = 0;
	while (k < EXACT_MOST && exact_past(x, k + 1, step) >= 0) k++;
	*at_last = k > 0 && exact_past(x, k, step) == 0;
	return k;
}

static double
exact_restarts(const struct exact *x, unsigned long step)
{
	bool at;
	const int k = exact_passed(x, step, &at);
	const double first = x->n * (double)x->a / 100, length = first * pow(x->b / 20., k);
	double past = (double)exact_past(x, k, step) / 100;
	for (int i = 0; i < k; i++) past /= 20;
	return .1 * pow(.5, k) * .5 * (1 + cos(M_PI * past / length));
}

static double
exact_step(const struct exact *x, unsigned long step)
{
	return .1 * pow(.5, (double)(step * 100 / (unsigned long)(x->n * x->a)));
}

static double
exact_staircase(const struct exact *x, unsigned long step)
{
	const unsigned long length = (unsigned long)(x->n * x->a);	/* hundredths of steps */
	return .1 * pow(.5, (double)(length > 100 ? step * 100 / length : step));
}

static double
exact_polynomial(const struct exact *x, unsigned long step)
{
	unsigned long length = (unsigned long)(x->n * x->a);	/* hundredths of steps */
	if (length < 100) length = 100;
	const unsigned long times = step ? (step * 100 + length - 1) / length : 1;
	return .1 * (1 - (double)(step * 100) / (double)(length * times));
}

static double
exact_piecewise(const struct exact *x, unsigned long step)
{
	return step * 100 > (unsigned long)(x->n * x->a) ? .01 : .1;
}

static const struct {
	const char *head, *tail;	/* before and after the length */
	bool grows;
	double (*rate)(const struct exact *, unsigned long);
} exacts[] = {
	{ "{type: cosine_restarts, m_mul: 0.5, first_decay_epochs: ", "}", true, exact_restarts },
	{ "{type: step, factor: 0.5, every_epochs: ", "}", false, exact_step },
	{ "{type: exponential, decay_rate: 0.5, staircase: true, decay_epochs: ", "}", false,
		exact_staircase },
	{ "{type: polynomial, end_learning_rate: 0, cycle: true, decay_epochs: ", "}", false,
		exact_polynomial },
	{ "{type: piecewise, values: [0.1, 0.01], boundaries: [", "]}", false, exact_piecewise },
};

/* The cases that were a step late, and others by chance. */
static const struct exact late[] = { { 40, 13, 30 }, { 10, 7, 20 }, { 110, 50, 20 } };

START_TEST(boundaries_fall_on_their_exact_step)
{
	static const int growth[] = { 20, 21, 25, 30, 40 };
	const int lates = sizeof late / sizeof late[0];
	unsigned chance = 1;
	for (int i = 0; i < 150; i++) {
		chance = chance * 1664525u + 1013904223u;
		const struct exact x = i < lates ? late[i] : (struct exact){ 1 + (int)(chance >> 8) % 300,
			1 + (int)(chance >> 20) % 60, growth[(chance >> 4) % 5] };
		struct experiment_text file;
		char growing[48] = "", schedule[128], yaml[256];
		if (exacts[_i].grows) snprintf(growing, sizeof growing, ", t_mul: %.17g", x.b / 20.);
		snprintf(schedule, sizeof schedule, "%s%d.%02d%s%s", exacts[_i].head, x.a / 100, x.a % 100,
		    growing, exacts[_i].tail);
		snprintf(yaml, sizeof yaml, "training: {epochs: 10, lr_schedule: %s}", schedule);
		experiment_open(&file, yaml);
		const struct schedule_context c = { .learning_rate = .1, .steps_per_epoch = x.n,
			.epochs = 10 };
		for (unsigned long step = 0; step < 600; step++) {
			bool at;
			if (exact_passed(&x, step, &at) == EXACT_MOST) break;
			const double want = exacts[_i].rate(&x, step);
			const double found = schedule_rate(&file.training.lr_schedule, &c, step);
			ck_assert_msg(fabs(found - want) <= 1e-6 * want + 1e-9, "%s, %d steps an epoch, "
			    "step %lu: %.9g, expected %.9g", schedule, x.n, step, found, want);
		}
		experiment_close(&file);
	}
}
END_TEST

/* Cosines that hardly grow: as many restarts as with t_mul 1, in bounded time. */
START_TEST(many_restarts_take_no_loop)
{
	struct experiment_text x;
	experiment_open(&x, "training: {epochs: 10, lr_schedule: {type: cosine_restarts, "
	    "first_decay_epochs: 1e-9, t_mul: 1.0000000000000002}}");
	for (unsigned long step = 0; step < 1000000000; step += 99999999) {
		const double found = rate_at(&x, .1, step);
		ck_assert_msg(found >= 0 && found <= .1 + 1e-7, "step %lu: %g", step, found);
	}
	experiment_close(&x);
}
END_TEST

Suite *
suite_schedule(void)
{
	Suite *s = suite_create("schedule");
	TCase *c = tcase_create("schedule");
	tcase_add_loop_test(c, rates_are_keras_s, 0, sizeof names / sizeof names[0]);
	tcase_add_loop_test(c, rates_follow_their_formulas, 0, sizeof others / sizeof others[0]);
	tcase_add_loop_test(c, no_rate_is_below_zero_or_not_finite, 0,
		sizeof others / sizeof others[0]);
	tcase_add_loop_test(c, boundaries_fall_on_their_exact_step, 0,
		sizeof exacts / sizeof exacts[0]);
	tcase_add_test(c, many_restarts_take_no_loop);
	suite_add_tcase(s, c);
	return s;
}
