/*
 * Optimizer rules: Keras's steps, a double oracle, regularizers, tiles, the same bits everywhere.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "support/golden.h"
#include "tlrun/kernels.h"

/* One optimizer of the golden file; weight_decay is its own default. */
struct named_rule {
	const char *name;
	enum kern_rule rule;
	double beta_1, beta_2, rho, momentum, epsilon, weight_decay;
};

static const struct named_rule rules[] = {
	{ "sgd", RULE_SGD, 0, 0, 0, 0, 0, 0 },
	{ "momentum", RULE_MOMENTUM, 0, 0, 0, 0.9, 0, 0 },
	{ "nesterov", RULE_NESTEROV, 0, 0, 0, 0.9, 0, 0 },
	{ "adam", RULE_ADAM, 0.9, 0.999, 0, 0, 1e-7, 0 },
	{ "adamw", RULE_ADAM, 0.9, 0.999, 0, 0, 1e-7, 0.004 },
	{ "adamw_wd", RULE_ADAM, 0.9, 0.999, 0, 0, 1e-7, 0.05 },
	{ "adam_betas", RULE_ADAM, 0.8, 0.95, 0, 0, 1e-3, 0 },
	{ "rmsprop", RULE_RMSPROP, 0, 0, 0.9, 0, 1e-7, 0 },
	{ "rmsprop_momentum", RULE_RMSPROP_MOMENTUM, 0, 0, 0.9, 0.9, 1e-7, 0 },
	{ "rmsprop_centered", RULE_RMSPROP_CENTERED, 0, 0, 0.9, 0, 1e-7, 0 },
	{ "rmsprop_centered_momentum", RULE_RMSPROP_CENTERED_MOMENTUM, 0, 0, 0.8, 0.5, 1e-4, 0 },
	{ "nadam", RULE_NADAM, 0.9, 0.999, 0, 0, 1e-7, 0 },
};
enum { RULES = sizeof rules / sizeof *rules };

static double
nadam_product(double beta_1, int t)
{
	double p = 1;
	for (int i = 1; i <= t; i++) p *= beta_1 * (1 - 0.5 * pow(0.96, i));
	return p;
}

/* The constants of step t (from 1) at rate lr. */
static struct kern_update
update_at(const struct named_rule *r, int t, double lr, double weight_decay)
{
	const double now = r->beta_1 * (1 - 0.5 * pow(0.96, t));
	const double next = r->beta_1 * (1 - 0.5 * pow(0.96, t + 1));
	const double product = nadam_product(r->beta_1, t), left_2 = 1 - pow(r->beta_2, t);
	return (struct kern_update){ .rule = r->rule, .lr = (float)lr, .grad_scale = 1,
		.alpha = (float)(lr * sqrt(left_2) / (1 - pow(r->beta_1, t))),
		.beta_1 = r->beta_1, .beta_2 = r->beta_2, .rho = r->rho, .momentum = r->momentum,
		.epsilon = (float)r->epsilon, .decay = (float)(weight_decay * lr),
		.nadam_g = (float)((1 - now) / (1 - product)),
		.nadam_m = (float)(next / (1 - product * next)), .nadam_v = (float)(1 / left_2) };
}

static double
norm(const float *g, int n)
{
	return sqrt(kern_sum_squares((size_t)n, g));
}

/* Five steps of w (3 values) and u (2), clipped as option says. */
static void
golden_steps(const struct golden *g, const struct named_rule *r, const char *option)
{
	float w[5] = { 1, -2, .5f, .3f, -.1f }, slots[3][5] = { { 0 } };
	const bool schedule = strcmp(option, "schedule") == 0;
	const bool decayed = strcmp(option, "wd") == 0 || strcmp(option, "wd_global") == 0;
	const bool global = strcmp(option, "global_clip_norm") == 0 || strcmp(option, "wd_global") == 0;
	for (int t = 1; t <= 5; t++) {
		char step[32], name[96];
		snprintf(step, sizeof step, "step%d", t);
		const double *given = golden_values(g, "gradients", step, 5);
		float gradient[5];
		for (int i = 0; i < 5; i++) gradient[i] = (float)given[i];
		const double lr = schedule ? 0.1 * pow(0.5, (t - 1) / 2.0) : 0.1;
		struct kern_update u = update_at(r, t, lr, decayed ? 0.01 : r->weight_decay);
		if (strcmp(option, "clip_value") == 0) u.clip_value = 0.25f;
		for (int v = 0; v < 2; v++) {
			const int at = v * 3, n = v ? 2 : 3;
			for (int i = 0; i < 3; i++) u.slot[i] = slots[i] + at;
			if (global) u.grad_scale = (float)(0.5 / fmax(norm(gradient, 5), 0.5));
			if (strcmp(option, "clip_norm") == 0)
				u.grad_scale = (float)(0.5 / fmax(norm(gradient + at, n), 0.5));
			kern_update(&u, (size_t)n, w + at, gradient + at);
		}
		snprintf(name, sizeof name, "%s.%s", r->name, option);
		golden_check(g, name, step, 5, w, 5e-6);
	}
}

START_TEST(steps_are_those_of_keras)
{
	static const char *const options[] = { "plain", "wd", "clip_norm", "global_clip_norm",
		"clip_value", "wd_global", "schedule" };
	struct golden *g = golden_open("optimizers");
	const struct named_rule *r = &rules[_i];
	for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
		char first[96];
		snprintf(first, sizeof first, "%s.%s.step1", r->name, options[k]);
		/* adamw_wd has a decay of its own and no case with another. */
		if (!golden_find(g, first)) ck_assert(strcmp(r->name, "adamw_wd") == 0 && k > 0);
		else golden_steps(g, r, options[k]);
	}
	golden_close(g);
}
END_TEST

/* doc/keras-semantics.md 14.6: w and u after three steps. */
START_TEST(steps_are_those_of_the_specification)
{
	static const struct { int rule; double want[5]; } after[] = {
		{ 0, { 1, -1.995, .49, .075, -.085 } },
		{ 1, { .9649, -1.9698, .4747, .012, .0185 } },
		{ 2, { .9684101, -1.96782, .4672299, -.1842, .02165 } },
		{ 3, { .8101477, -1.8672304, .4095009, .1063036, .0107158 } },
		{ 5, { .7967026, -1.8385109, .402939, .1029567, .0111662 } },
		{ 7, { .6571396, -1.9066794, .3166555, -.1752561, -.0073476 } },
		{ 8, { -.1407231, -1.4986329, .007805, -.583307, .3568971 } },
		{ 9, { .6119779, -1.8906525, .3002908, -.2100034, .0096056 } },
		{ 11, { .8781556, -1.9533226, .4335069, .1292378, -.0567751 } },
	};
	static const float gradients[3][5] = { { .1f, -.2f, .3f, .5f, -1 },
		{ .2f, .1f, -.4f, -.25f, .75f }, { -.3f, .05f, .2f, 2, .1f } };
	for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
		const struct named_rule *r = &rules[after[i].rule];
		float w[5] = { 1, -2, .5f, .3f, -.1f }, slots[3][5] = { { 0 } };
		for (int t = 1; t <= 3; t++) {
			struct kern_update u = update_at(r, t, 0.1, r->weight_decay);
			for (int k = 0; k < 3; k++) u.slot[k] = slots[k];
			kern_update(&u, 5, w, gradients[t - 1]);
		}
		assert_close(r->name, 5, w, after[i].want, 3e-6);
	}
}
END_TEST

START_TEST(regularizers_clipping_scale_and_decay_come_in_this_order)
{
	const float g[4] = { .5f, -.5f, 0, 3 };
	float w[4] = { 2, -4, 0, 1 };
	double want[4];
	const struct kern_update u = { .rule = RULE_SGD, .lr = 0.5f, .grad_scale = 0.5f, .l1 = 0.25f,
		.l2 = 0.125f, .clip_value = 1.5f, .decay = 0.125f };
	for (int i = 0; i < 4; i++) {
		const double sign = (w[i] > 0) - (w[i] < 0);
		const double d = fmax(-1.5, fmin(1.5, g[i] + 0.25 * sign + 2 * 0.125 * w[i])) * 0.5;
		want[i] = w[i] - w[i] * 0.125 - 0.5 * d;
	}
	kern_update(&u, 4, w, g);
	assert_close("w", 4, w, want, 1e-7);
}
END_TEST

START_TEST(a_gradient_that_is_no_number_is_not_clipped_away)
{
	const float g[1] = { NAN };
	float w[1] = { 1 };
	const struct kern_update u = { .rule = RULE_SGD, .lr = 1, .grad_scale = 1, .clip_value = 1 };
	kern_update(&u, 1, w, g);
	ck_assert(isnan(w[0]));
}
END_TEST

START_TEST(slots_that_a_rule_does_not_have_stay_untouched)
{
	for (int i = 0; i < RULES; i++) {
		float w[9] = { 1 }, g[9] = { 1 }, slots[3][9] = { { 0 } };
		struct kern_update u = update_at(&rules[i], 1, 0.1, 0);
		for (int k = 0; k < kern_rule_slots(u.rule); k++) u.slot[k] = slots[k];
		kern_update(&u, 9, w, g);	/* a slot more would be a write to NULL */
		for (int k = 0; k < 3; k++)
			ck_assert_int_eq(slots[k][0] != 0, k < kern_rule_slots(u.rule));
	}
}
END_TEST

struct update_case { const struct named_rule *r; size_t n, tile; float *w0, *g, *out; };

/* out: w and three slots, after three steps; tile 0 is the whole at once. */
static void
update_run(void *ctx)
{
	struct update_case *t = ctx;
	const size_t n = t->n;
	memset(t->out, 0, 4 * n * sizeof *t->out);
	memcpy(t->out, t->w0, n * sizeof *t->out);
	for (int step = 1; step <= 3; step++) {
		struct kern_update u = update_at(t->r, step, 0.01, 0.1);
		u.l1 = 1e-3f;
		u.l2 = 1e-3f;
		u.clip_value = 0.8f;
		for (int k = 0; k < 3; k++) u.slot[k] = t->out + (size_t)(k + 1) * n;
		if (t->tile == 0) kern_update(&u, n, t->out, t->g);
		for (size_t i = 0; t->tile > 0 && i < n; i += t->tile)
			kern_update_tile(&u, i, n - i < t->tile ? n - i : t->tile, t->out, t->g + i);
	}
}

START_TEST(tiles_and_all_machines_give_the_same_bits)
{
	static const size_t sizes[] = { 1, 7, 16, 37, 50003 };
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		struct update_case t = { .r = &rules[_i], .n = sizes[k] };
		t.w0 = new_random(t.n, 1);
		t.g = new_random(t.n, 2);
		t.out = new_random(4 * t.n, 3);
		assert_same_everywhere(t.r->name, update_run, &t, t.out, 4 * t.n * sizeof *t.out);
		float *whole = new_random(4 * t.n, 4);
		memcpy(whole, t.out, 4 * t.n * sizeof *whole);
		t.tile = t.n < 20 ? 3 : 1003;
		update_run(&t);
		ck_assert_mem_eq(whole, t.out, 4 * t.n * sizeof *whole);
		free(whole);
		free(t.w0);
		free(t.g);
		free(t.out);
	}
}
END_TEST

Suite *
suite_update(void)
{
	Suite *s = suite_create("update");
	TCase *t = tcase_create("update");
	tcase_add_loop_test(t, steps_are_those_of_keras, 0, RULES);
	tcase_add_test(t, steps_are_those_of_the_specification);
	tcase_add_test(t, regularizers_clipping_scale_and_decay_come_in_this_order);
	tcase_add_test(t, a_gradient_that_is_no_number_is_not_clipped_away);
	tcase_add_test(t, slots_that_a_rule_does_not_have_stay_untouched);
	tcase_add_loop_test(t, tiles_and_all_machines_give_the_same_bits, 0, RULES);
	suite_add_tcase(s, t);
	return s;
}
