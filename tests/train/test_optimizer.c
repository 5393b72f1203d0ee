/* Optimizers against Keras: golden/optimizers.txt, and section 14.6 of the specification. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/golden.h"
#include "tlrun/net.h"
#include "tlrun/optimizer.h"
#include "train/experiment.h"
#include "train/step.h"
#include "train/suites.h"

enum { FLOATS = 32, U = 16 };	/* w [3] and u [2], 16 floats apart */

/* Two trainable variables and the step of an optimizer on them. */
struct bench {
	struct experiment_text x;
	struct net net;
	struct net_param param[2];
	struct step step;
	float params[FLOATS], grads[FLOATS], slots[3 * FLOATS];
};

static void
bench_open(struct bench *b, const char *optimizer)
{
	static const float w[3] = { 1, -2, .5f }, u[2] = { .3f, -.1f };
	char yaml[512];
	memset(b, 0, sizeof *b);
	snprintf(yaml, sizeof yaml, "training: {optimizer: %s}", optimizer);
	experiment_open(&b->x, yaml);
	b->param[0] = (struct net_param){ .name = "w", .count = 3, .trainable = true };
	b->param[1] = (struct net_param){ .name = "u", .count = 2, .offset = U, .trainable = true };
	b->net = (struct net){ .params = 2, .param = b->param, .floats = FLOATS,
		.trainable_floats = FLOATS };
	b->step = (struct step){ .net = &b->net, .optimizer = &b->x.training.optimizer,
		.params = b->params, .grads = b->grads, .slots = b->slots };
	memcpy(b->params, w, sizeof w);
	memcpy(b->params + U, u, sizeof u);
	step_init(&b->step, b->x.arena);
}

static void
bench_step(struct bench *b, int t, double rate, const double *g)
{
	for (int i = 0; i < 3; i++) b->grads[i] = (float)g[i];
	for (int i = 0; i < 2; i++) b->grads[U + i] = (float)g[3 + i];
	step_prepare(&b->step, (unsigned long)t, rate);
	step_finish(&b->step);
}

static double
bench_value(const struct bench *b, int i)
{
	return b->params[i < 3 ? i : U + i - 3];
}

static const struct { const char *name, *yaml; } kinds[] = {
	{ "sgd", "type: sgd" },
	{ "momentum", "type: sgd, momentum: 0.9" },
	{ "nesterov", "type: sgd, momentum: 0.9, nesterov: true" },
	{ "adam", "type: adam" },
	{ "adamw", "type: adamw" },
	{ "adam_betas", "type: adam, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3" },
	{ "rmsprop", "type: rmsprop" },
	{ "rmsprop_momentum", "type: rmsprop, momentum: 0.9" },
	{ "rmsprop_centered", "type: rmsprop, centered: true" },
	{ "rmsprop_centered_momentum",
		"type: rmsprop, centered: true, momentum: 0.5, rho: 0.8, epsilon: 1e-4" },
	{ "nadam", "type: nadam" },
};
static const struct { const char *name, *yaml; } options[] = {
	{ "plain", "" }, { "wd", ", weight_decay: 0.01" }, { "clip_norm", ", clip_norm: 0.5" },
	{ "global_clip_norm", ", global_clip_norm: 0.5" }, { "clip_value", ", clip_value: 0.25" },
	{ "wd_global", ", weight_decay: 0.01, global_clip_norm: 0.5" }, { "schedule", "" },
};
enum { KINDS = sizeof kinds / sizeof kinds[0], OPTIONS = sizeof options / sizeof options[0] };

static void
follows(const struct golden *g, const char *name, const char *yaml, const char *option,
	const char *more)
{
	struct bench b;
	char text[256];
	const bool adamw = strcmp(name, "adamw") == 0 && strstr(more, "weight_decay");
	if (adamw) return;	/* adamw's own decay is the option */
	snprintf(text, sizeof text, "{%s%s, learning_rate: 0.1}", yaml, more);
	bench_open(&b, text);
	for (int t = 1; t <= 5; t++) {
		const double rate = strcmp(option, "schedule") == 0 ? .1 * pow(.5, (t - 1) / 2.0) : .1;
		char of[64], step[96];
		snprintf(of, sizeof of, "%s.%s", name, option);
		snprintf(step, sizeof step, "step%d", t);
		const double *want = golden_values(g, of, step, 5);
		bench_step(&b, t, rate, golden_values(g, "gradients", step, 5));
		for (int i = 0; i < 5; i++)
			ck_assert_msg(fabs(bench_value(&b, i) - want[i]) <= 5e-6 * fmax(1, fabs(want[i])),
			    "%s %s: value %d is %.9g, expected %.9g", of, step, i, bench_value(&b, i), want[i]);
	}
	experiment_close(&b.x);
}

START_TEST(five_steps_are_keras_s)
{
	struct golden *g = golden_open("optimizers");
	for (int o = 0; o < OPTIONS; o++)
		follows(g, kinds[_i].name, kinds[_i].yaml, options[o].name, options[o].yaml);
	golden_close(g);
}
END_TEST

/* Section 14.6: values after step 3 at rate .1. NAN: not given. */
static const struct { const char *yaml; double want[5]; } after_three[] = {
	{ "type: sgd", { 1, -1.995, .49, .075, -.085 } },
	{ "type: sgd, momentum: 0.9", { .9649, -1.9698, .4747, .012, .0185 } },
	{ "type: sgd, momentum: 0.9, nesterov: true",
		{ .9684101, -1.96782, .4672299, -.1842, .02165 } },
	{ "type: sgd, weight_decay: 0.01", { .9970431, -1.989036, .4885215, .0741759, -.0848252 } },
	{ "type: sgd, clip_norm: 0.5", { NAN, NAN, NAN, .2435131, -.1052097 } },
	{ "type: sgd, global_clip_norm: 0.5", { NAN, NAN, NAN, .2433422, -.1010854 } },
	{ "type: sgd, clip_value: 0.25", { NAN, NAN, NAN, .275, -.11 } },
	{ "type: adam", { .8101477, -1.8672304, .4095009, .1063036, .0107158 } },
	{ "type: adamw, weight_decay: 0.05", { .7967026, -1.8385109, .402939, .1029567, .0111662 } },
	{ "type: rmsprop", { .6571396, -1.9066794, .3166555, -.1752561, -.0073476 } },
	{ "type: rmsprop, momentum: 0.9", { -.1407231, -1.4986329, .007805, -.583307, .3568971 } },
	{ "type: rmsprop, centered: true", { .6119779, -1.8906525, .3002908, -.2100034, .0096056 } },
	{ "type: nadam", { .8781556, -1.9533226, .4335069, .1292378, -.0567751 } },
};
static const double three_gradients[3][5] = {
	{ .1, -.2, .3, .5, -1 }, { .2, .1, -.4, -.25, .75 }, { -.3, .05, .2, 2, .1 },
};

START_TEST(three_steps_are_the_specification_s)
{
	struct bench b;
	char yaml[128];
	snprintf(yaml, sizeof yaml, "{%s, learning_rate: 0.1}", after_three[_i].yaml);
	bench_open(&b, yaml);
	for (int t = 1; t <= 3; t++) bench_step(&b, t, .1, three_gradients[t - 1]);
	for (int i = 0; i < 5; i++) {
		const double want = after_three[_i].want[i];
		ck_assert_msg(isnan(want) || fabs(bench_value(&b, i) - want) < 3e-6,
		    "%s: value %d is %.9g, expected %.9g", yaml, i, bench_value(&b, i), want);
	}
	experiment_close(&b.x);
}
END_TEST

static const struct { const char *type; double want[3]; } after_one[] = {
	{ "adam", { .9000038, -1.9000022, .4000017 } },
	{ "nadam", { .893722, -1.893722, .393722 } },
	{ "rmsprop", { .683788, -1.683776, .183774 } },
};

START_TEST(the_first_step_is_the_specification_s)
{
	struct bench b;
	char yaml[128];
	snprintf(yaml, sizeof yaml, "{type: %s, learning_rate: 0.1}", after_one[_i].type);
	bench_open(&b, yaml);
	bench_step(&b, 1, .1, three_gradients[0]);
	for (int i = 0; i < 3; i++) ck_assert_double_eq_tol(b.params[i], after_one[_i].want[i], 2e-6);
	experiment_close(&b.x);
}
END_TEST

/* Presets of the optimizer tables, by their yaml when printed back. */
START_TEST(the_presets_are_keras_s)
{
	static const struct { const char *type; double rate, decay; } presets[] = {
		{ "sgd", .01, 0 }, { "adam", 1e-3, 0 }, { "adamw", 1e-3, .004 }, { "rmsprop", 1e-3, 0 },
		{ "nadam", 1e-3, 0 },
	};
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
		struct bench b;
		struct kern_update u;
		bench_open(&b, presets[i].type);
		const struct optimizer_options *o = b.step.optimizer->opts;
		ck_assert_double_eq(o->learning_rate, presets[i].rate);
		ck_assert_double_eq(o->weight_decay, presets[i].decay);
		ck_assert(o->clip_norm == 0 && o->clip_value == 0 && o->global_clip_norm == 0);
		optimizer_prepare(b.step.optimizer, 1, 1e-3, &u);
		ck_assert_float_eq(u.grad_scale, 1);
		if (i > 0) ck_assert_float_eq(u.epsilon, 1e-7f);
		experiment_close(&b.x);
	}
}
END_TEST

/* Nadam's product of momenta, against the product as written, far past where it vanishes. */
START_TEST(nadam_s_corrections_hold_at_any_step)
{
	struct bench b;
	bench_open(&b, "{type: nadam, beta_1: 0.99}");
	double product = 1;
	for (int t = 1; t <= 3000; t++) {
		const double now = .99 * (1 - .5 * pow(.96, t)), next = .99 * (1 - .5 * pow(.96, t + 1));
		struct kern_update u;
		product *= now;
		optimizer_prepare(b.step.optimizer, (unsigned long)t, 1e-3, &u);
		ck_assert_float_eq_tol(u.nadam_g, (1 - now) / (1 - product),
			1e-6 * (1 - now) / (1 - product));
		ck_assert_float_eq_tol(u.nadam_m, next / (1 - product * next), 1e-6);
	}
	experiment_close(&b.x);
}
END_TEST

/* With clipping by norm the regularizer's gradient counts; a step equals the one with it added
 * by hand. */
START_TEST(norms_include_the_regularizer_s_gradient)
{
	for (int global = 0; global < 2; global++) {
		struct bench a, b;
		const char *yaml = global ? "{type: sgd, global_clip_norm: 0.5}"
			: "{type: sgd, clip_norm: 0.5}";
		double g[5];
		bench_open(&a, yaml);
		bench_open(&b, yaml);
		a.param[0].regularizer = (struct regularizer){ .l1 = .05, .l2 = .1 };
		for (int i = 0; i < 5; i++) {
			const double w = bench_value(&a, i);
			g[i] = three_gradients[0][i] + (i < 3 ? .05 * (w > 0 ? 1 : -1) + 2 * .1 * w : 0);
		}
		bench_step(&a, 1, .1, three_gradients[0]);
		bench_step(&b, 1, .1, g);
		for (int i = 0; i < 5; i++)
			ck_assert_double_eq_tol(bench_value(&a, i), bench_value(&b, i), 1e-7);
		experiment_close(&a.x);
		experiment_close(&b.x);
	}
}
END_TEST

/*
 * lr_mult by hand, in double: w belongs to the backbone (rate times 0.1), u to the head (times 2);
 * momentum, decay and adam's corrected rate all take the multiplied rate.
 */
START_TEST(the_rate_is_multiplied_part_by_part)
{
	static const char *const yaml[] = {
		"{type: sgd, momentum: 0.9, weight_decay: 0.01, lr_mult: {backbone: 0.1, head: 2}}",
		"{type: adam, weight_decay: 0.01, lr_mult: {backbone: 0.1, head: 2}}",
	};
	struct bench b;
	double want[5] = { 1, -2, .5, .3, -.1 }, m[5] = { 0 }, v[5] = { 0 };
	bench_open(&b, yaml[_i]);
	b.net.backbone = 1;
	b.param[1].node = 1;
	for (int t = 1; t <= 3; t++) {
		bench_step(&b, t, .05, three_gradients[t - 1]);
		for (int i = 0; i < 5; i++) {
			const double g = three_gradients[t - 1][i], lr = .05 * (i < 3 ? .1 : 2);
			want[i] -= .01 * lr * want[i];
			m[i] = _i ? .9 * m[i] + .1 * g : .9 * m[i] - lr * g;
			v[i] = .999 * v[i] + .001 * g * g;
			want[i] += _i ? -lr * sqrt(1 - pow(.999, t)) / (1 - pow(.9, t)) * m[i] /
				(sqrt(v[i]) + 1e-7) : m[i];
			ck_assert_msg(fabs(bench_value(&b, i) - want[i]) < 2e-6,
				"step %d: value %d is %.9g, expected %.9g", t, i, bench_value(&b, i), want[i]);
		}
	}
	experiment_close(&b.x);
}
END_TEST

START_TEST(padding_stays_zero_and_frozen_parameters_stay)
{
	for (int i = 0; i < KINDS; i++) {
		struct bench b;
		char yaml[160];
		snprintf(yaml, sizeof yaml, "{%s, weight_decay: 0.1}", kinds[i].yaml);
		bench_open(&b, yaml);
		b.param[1].trainable = false;
		for (int t = 1; t <= 3; t++) bench_step(&b, t, .1, three_gradients[t - 1]);
		for (int k = 3; k < U; k++) ck_assert_float_eq(b.params[k], 0);
		ck_assert_float_eq(b.params[U], .3f);
		ck_assert_float_eq(b.params[U + 1], -.1f);
		ck_assert_float_ne(b.params[0], 1);
		experiment_close(&b.x);
	}
}
END_TEST

Suite *
suite_optimizer(void)
{
	Suite *s = suite_create("optimizer");
	TCase *c = tcase_create("optimizer");
	tcase_add_loop_test(c, five_steps_are_keras_s, 0, KINDS);
	tcase_add_loop_test(c, three_steps_are_the_specification_s, 0,
	    sizeof after_three / sizeof after_three[0]);
	tcase_add_loop_test(c, the_first_step_is_the_specification_s, 0,
	    sizeof after_one / sizeof after_one[0]);
	tcase_add_test(c, the_presets_are_keras_s);
	tcase_add_test(c, nadam_s_corrections_hold_at_any_step);
	tcase_add_test(c, norms_include_the_regularizer_s_gradient);
	tcase_add_loop_test(c, the_rate_is_multiplied_part_by_part, 0, 2);
	tcase_add_test(c, padding_stays_zero_and_frozen_parameters_stay);
	suite_add_tcase(s, c);
	return s;
}
