/*
 * Running a plan: whole networks against the oracle and its slopes, updates in place, bits,
 * second looks.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/suites.h"
#include "support/gradcheck.h"
#include "support/net_oracle.h"
#include "support/schedule.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { EXEC_N = 3 };

static const struct shape exec_shape = { 4, { 0, 8, 7, 3 } };

/* Residual, concatenation, batch normalization, dropout, views, a frozen layer. */
static const char exec_net[] =
	"  - rescaling: {scale: 1.5, offset: 0.1}\n"
	"  - conv2d: {filters: 6, kernel_size: 3, padding: same, activation: relu, name: stem}\n"
	"  - batch_normalization\n"
	"  - dropout: {rate: 0.25}\n"
	"  - conv2d: {filters: 6, kernel_size: 3, padding: same, use_bias: false}\n"
	"  - batch_normalization: {trainable: false}\n"
	"  - re_lu: {max_value: 6}\n"
	"  - add: {from: [stem, re_lu]}\n"
	"  - depthwise_conv2d: {kernel_size: 3, strides: 2, padding: same, activation: silu}\n"
	"  - max_pooling2d: {pool_size: 2, from: stem, padding: same}\n"
	"  - concatenate: {from: [depthwise_conv2d, max_pooling2d]}\n"
	"  - conv2d: {filters: 5, kernel_size: 1, activation: tanh, trainable: false}\n"
	"  - flatten\n"
	"  - dense: {units: 7, activation: sigmoid}\n"
	"  - dense: {units: num_classes, activation: softmax}\n";

static const struct plan_options exec_train = { .purpose = PLAN_TRAIN, .batch = EXEC_N,
	.fuse = true };

static void
exec_fill_input(struct exec *x, int n)
{
	float *v = exec_input(x);
	tiny_fill(v, (size_t)n * shape_count(&exec_shape), 1);
	for (size_t i = 0; i < (size_t)n * shape_count(&exec_shape); i++) v[i] *= 4;
}

/* Open exec_net and take a step of training forward and backward. */
static void
exec_step_once(struct tiny *t, struct tiny_run *r, float *logits, const float *params)
{
	tiny_start(t, r, &exec_train, params);
	exec_fill_input(r->exec, EXEC_N);
	memcpy(logits, exec_forward(r->exec, EXEC_N, true, 11, 5), EXEC_N * 10 * sizeof *logits);
	tiny_fill(exec_dlogits(r->exec), EXEC_N * 10, 2);
	exec_backward(r->exec, NULL, NULL, NULL);
}

static void
exec_open_oracle(struct tiny *t, struct net_oracle *o, const float *params)
{
	const size_t images = EXEC_N * shape_count(&exec_shape);
	float *x = tiny_floats(t->arena, images), *weight = tiny_floats(t->arena, EXEC_N * 10);
	tiny_fill(x, images, 1);
	for (size_t i = 0; i < images; i++) x[i] *= 4;
	tiny_fill(weight, EXEC_N * 10, 2);
	net_oracle_open(o, t->arena, t->net, EXEC_N, x, params, weight);
	o->seed = 11;
	o->step = 5;
}

static void
exec_check_logits(const struct net_oracle *o, const float *logits)
{
	for (int i = 0; i < o->n * 10; i++)
		ck_assert_double_eq_tol((double)logits[i], o->y[o->net->logits][i], 1e-6);
}

START_TEST(a_whole_network_equals_the_oracle_and_its_slopes)
{
	struct tiny t;
	struct tiny_run r;
	struct net_oracle o;
	float logits[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	const float *params = tiny_params(&t);
	exec_step_once(&t, &r, logits, params);
	exec_open_oracle(&t, &o, params);
	net_oracle_loss(&o);
	exec_check_logits(&o, logits);
	for (int i = 0; i < t.net->params; i++) {
		const struct net_param *p = &t.net->param[i];
		if (p->trainable)
			gradcheck_compare(net_oracle_loss, &o, o.params + p->offset, r.grads + p->offset,
				p->count, 40,
				1e-5, p->name);
	}
	tiny_close(&t);
}
END_TEST

/* Plans that fold nothing agree to the last bit, and any plan with a part of its batch. */
START_TEST(inference_equals_the_oracle_for_any_plan_and_any_part_of_a_batch)
{
	struct tiny t;
	struct net_oracle o;
	float first[EXEC_N * 10], plain[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	const float *params = tiny_params(&t);
	exec_open_oracle(&t, &o, params);
	o.training = false;
	net_oracle_loss(&o);
	for (int k = 0; k < 4; k++) {
		struct tiny_run r;
		const struct plan_options plan = { .purpose = k & 1 ? PLAN_TRAIN : PLAN_EVALUATE,
			.batch = EXEC_N, .fuse = k & 2 };
		tiny_start(&t, &r, &plan, params);
		for (int n = EXEC_N; n > 0; n--) {
			exec_fill_input(r.exec, n);
			const float *logits = exec_forward(r.exec, n, false, 0, 0);
			if (n == EXEC_N) {
				exec_check_logits(&o, logits);
				memcpy(first, logits, sizeof first);
				if (k == 0) memcpy(plain, logits, sizeof plain);
				if (r.plan->folded == 0) ck_assert_mem_eq(first, plain, sizeof plain);
			}
			ck_assert_mem_eq(first, logits, (size_t)n * 10 * sizeof *logits);
		}
		ck_assert_mem_eq(params, r.params, t.net->floats * sizeof *params);	/* nothing moves */
	}
	tiny_close(&t);
}
END_TEST

START_TEST(training_moves_the_statistics_of_trained_normalizations_alone)
{
	struct tiny t;
	struct tiny_run r;
	float logits[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	const float *params = tiny_params(&t);
	exec_step_once(&t, &r, logits, params);
	for (int i = 0; i < t.net->params; i++) {
		const struct net_param *p = &t.net->param[i];
		const bool moves = p->spec->role == PARAM_STATISTIC && t.net->node[p->node].layer.trainable;
		const bool same = memcmp(params + p->offset, r.params + p->offset,
			p->count * sizeof(float)) == 0;
		ck_assert_msg(same == !moves, "%s", p->name);
	}
	tiny_close(&t);
}
END_TEST

/* ---- updates in place ---- */

struct exec_updates { const struct net *net; struct kern_update u; bool asked[64]; };

static const struct kern_update *
exec_give_update(void *ctx, int param)
{
	struct exec_updates *c = ctx;
	c->asked[param] = true;
	return &c->u;
}

/* Whether the plan runs the parameter's layer by itself, and the layer steps in place. */
static bool
exec_steps_in_place(const struct plan *plan, int param)
{
	const struct net_param *p = &plan->net->param[param];
	bool alone = false;
	for (int i = 0; i < plan->steps; i++)
		alone |= !plan->step[i].fusion && plan->step[i].last_node == p->node;
	return alone && p->trainable && plan->net->node[p->node].layer.fused_update;
}

START_TEST(a_step_taken_in_place_is_the_step_taken_after)
{
	struct tiny t;
	struct tiny_run r, s;
	float logits[EXEC_N * 10];
	bool fused[64];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	const float *params = tiny_params(&t);
	struct exec_updates c = {
		.net = t.net, .u = { .rule = RULE_SGD, .lr = 0.1f, .grad_scale = 1, .l2 = 0.01f,
			.decay = 0.001f },
	};
	exec_step_once(&t, &r, logits, params);
	const struct plan_options plan = { .purpose = PLAN_TRAIN, .batch = EXEC_N, .fuse = true,
		.fused_update = true };
	tiny_start(&t, &s, &plan, params);
	exec_fill_input(s.exec, EXEC_N);
	exec_forward(s.exec, EXEC_N, true, 11, 5);
	tiny_fill(exec_dlogits(s.exec), EXEC_N * 10, 2);
	memset(fused, 1, sizeof fused);
	exec_backward(s.exec, exec_give_update, &c, fused);
	for (int i = 0; i < t.net->params; i++) {
		const struct net_param *p = &t.net->param[i];
		ck_assert_int_eq(fused[i], exec_steps_in_place(s.plan, i));
		ck_assert_int_eq(c.asked[i], fused[i]);
		if (!p->trainable) continue;
		if (fused[i]) kern_update(&c.u, p->count, r.params + p->offset, r.grads + p->offset);
		else ck_assert_mem_eq(r.grads + p->offset, s.grads + p->offset, p->count * sizeof(float));
		ck_assert_msg(memcmp(r.params + p->offset, s.params + p->offset,
			p->count * sizeof(float)) == 0,
			"%s", p->name);
	}
	tiny_close(&t);
}
END_TEST

START_TEST(nobody_is_asked_where_the_plan_has_no_updates)
{
	struct tiny t;
	struct tiny_run r;
	bool fused[64];
	struct exec_updates c = { .net = NULL };
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	tiny_start(&t, &r, &exec_train, tiny_params(&t));
	exec_fill_input(r.exec, EXEC_N);
	exec_forward(r.exec, EXEC_N, true, 11, 5);
	tiny_fill(exec_dlogits(r.exec), EXEC_N * 10, 2);
	exec_backward(r.exec, exec_give_update, &c, fused);
	for (int i = 0; i < t.net->params; i++) ck_assert(!c.asked[i] && !fused[i]);
	tiny_close(&t);
}
END_TEST

START_TEST(frozen_parameters_have_no_gradient_and_others_every_one)
{
	struct tiny t;
	struct tiny_run r;
	float logits[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	exec_step_once(&t, &r, logits, tiny_params(&t));
	for (int i = 0; i < t.net->params; i++) {
		const struct net_param *p = &t.net->param[i];
		if (!p->trainable) continue;
		ck_assert_uint_le(p->offset + p->count, t.net->trainable_floats);
		for (size_t k = 0; k < p->count; k++) ck_assert(isfinite(r.grads[p->offset + k]));
	}
	tiny_close(&t);
}
END_TEST

/* ---- random numbers ---- */

START_TEST(dropout_depends_on_seed_and_step_alone)
{
	struct tiny t;
	struct tiny_run r;
	float a[EXEC_N * 10], b[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	tiny_start(&t, &r, &exec_train, tiny_params(&t));
	exec_fill_input(r.exec, EXEC_N);
	memcpy(a, exec_forward(r.exec, EXEC_N, true, 1, 1), sizeof a);
	exec_fill_input(r.exec, EXEC_N);
	memcpy(b, exec_forward(r.exec, EXEC_N, true, 1, 1), sizeof b);
	ck_assert_mem_eq(a, b, sizeof a);
	exec_fill_input(r.exec, EXEC_N);
	memcpy(b, exec_forward(r.exec, EXEC_N, true, 1, 2), sizeof b);
	ck_assert_mem_ne(a, b, sizeof a);
	exec_fill_input(r.exec, EXEC_N);
	memcpy(b, exec_forward(r.exec, EXEC_N, true, 2, 1), sizeof b);
	ck_assert_mem_ne(a, b, sizeof a);
	tiny_close(&t);
}
END_TEST

START_TEST(a_frozen_dropout_drops_all_the_same)
{
	struct tiny t;
	struct tiny_run r;
	float a[EXEC_N * 10], b[EXEC_N * 10];
	tiny_open(&t, "  - dropout: {rate: 0.5, trainable: false}\n  - flatten\n"
		"  - dense: {units: 10, activation: softmax}\n", exec_shape, 10, EXEC_N);
	tiny_start(&t, &r, &exec_train, tiny_params(&t));
	exec_fill_input(r.exec, EXEC_N);
	memcpy(a, exec_forward(r.exec, EXEC_N, false, 1, 1), sizeof a);
	memcpy(b, exec_forward(r.exec, EXEC_N, true, 1, 1), sizeof b);
	ck_assert_mem_ne(a, b, sizeof a);
	tiny_close(&t);
}
END_TEST

/* ---- bits ---- */

START_TEST(a_step_has_the_same_bits_for_any_threads_and_instruction_set)
{
	static const char *const isas[] = { "generic", "avx2", "avx512" };
	struct tiny t, u;
	struct tiny_run want, got;
	float first[EXEC_N * 10], logits[EXEC_N * 10];
	tiny_open(&u, exec_net, exec_shape, 10, EXEC_N);
	const float *params = tiny_params(&u);
	for (int i = 0; i < 3; i++) {
		struct err err = ERR_INIT;
		if (kern_select(isas[i], &err) != OK) continue;
		for (int way = 0; way < SCHEDULES; way++) {
			const bool reference = i == 0 && way == 0;
			const int threads = schedule(way);
			tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
			exec_step_once(reference ? &u : &t, reference ? &want : &got,
				reference ? first : logits, params);
			for (int k = 0; !reference && k < t.net->params; k++) {
				const struct net_param *p = &t.net->param[k];
				const size_t bytes = p->count * sizeof(float);
				ck_assert_msg(memcmp(want.params + p->offset, got.params + p->offset, bytes) == 0 &&
					(!p->trainable || memcmp(want.grads + p->offset, got.grads + p->offset,
					bytes) == 0),
					"%s: %s, %d threads", p->name, isas[i], threads);
			}
			ck_assert(reference || memcmp(first, logits, sizeof first) == 0);
			tiny_close(&t);
		}
	}
	schedule(0);
	tiny_close(&u);
}
END_TEST

/* ---- a second look ---- */

static const char *
exec_look(struct tiny *t, const char *param, bool input, bool training)
{
	struct tiny_run r;
	float *params = tiny_params(t), *before = tiny_floats(t->arena, t->net->floats);
	for (int i = 0; param && i < t->net->params; i++)
		if (strcmp(t->net->param[i].name, param) == 0) params[t->net->param[i].offset] = NAN;
	const struct plan_options plan = { .purpose = training ? PLAN_TRAIN : PLAN_EVALUATE,
		.batch = EXEC_N, .fuse = true };
	tiny_start(t, &r, &plan, params);
	exec_fill_input(r.exec, EXEC_N);
	if (input) exec_input(r.exec)[5] = INFINITY;
	exec_forward(r.exec, EXEC_N, training, 1, 1);
	memcpy(before, r.params, t->net->floats * sizeof *before);
	const char *name = exec_first_not_finite(r.exec);
	ck_assert_mem_eq(before, r.params, t->net->floats * sizeof *before);
	return name ? name : "";
}

START_TEST(the_first_value_that_is_not_finite_is_found)
{
	struct tiny t;
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	for (int training = 0; training < 2; training++) {
		ck_assert_str_eq(exec_look(&t, NULL, false, training), "");
		ck_assert_str_eq(exec_look(&t, NULL, true, training), "input");
		ck_assert_str_eq(exec_look(&t, "stem/kernel", false, training), "stem");
		ck_assert_str_eq(exec_look(&t, "depthwise_conv2d/bias", false, training),
			"depthwise_conv2d");
		ck_assert_str_eq(exec_look(&t, "dense_1/kernel", false, training), "dense_1");
	}
	tiny_close(&t);
}
END_TEST

START_TEST(a_tensor_is_found_by_its_layers_name)
{
	struct tiny t;
	struct tiny_run r;
	struct shape s;
	float logits[EXEC_N * 10];
	tiny_open(&t, exec_net, exec_shape, 10, EXEC_N);
	exec_step_once(&t, &r, logits, tiny_params(&t));
	const float *stem = exec_tensor(r.exec, "stem", &s);
	ck_assert_str_eq(shape_str(&s).s, "[n,8,7,6]");
	for (size_t i = 0; i < EXEC_N * shape_count(&s); i++)
		ck_assert(stem[i] >= 0);	/* the activated one */
	ck_assert_ptr_eq(exec_tensor(r.exec, "input", &s), exec_input(r.exec));
	ck_assert_ptr_null(exec_tensor(r.exec, "steam", &s));
	tiny_close(&t);
}
END_TEST

Suite *
suite_exec(void)
{
	Suite *s = suite_create("nn: exec");
	TCase *c = tcase_create("exec");
	tcase_add_test(c, a_whole_network_equals_the_oracle_and_its_slopes);
	tcase_add_test(c, inference_equals_the_oracle_for_any_plan_and_any_part_of_a_batch);
	tcase_add_test(c, training_moves_the_statistics_of_trained_normalizations_alone);
	tcase_add_test(c, a_step_taken_in_place_is_the_step_taken_after);
	tcase_add_test(c, nobody_is_asked_where_the_plan_has_no_updates);
	tcase_add_test(c, frozen_parameters_have_no_gradient_and_others_every_one);
	tcase_add_test(c, dropout_depends_on_seed_and_step_alone);
	tcase_add_test(c, a_frozen_dropout_drops_all_the_same);
	tcase_add_test(c, a_step_has_the_same_bits_for_any_threads_and_instruction_set);
	tcase_add_test(c, the_first_value_that_is_not_finite_is_found);
	tcase_add_test(c, a_tensor_is_found_by_its_layers_name);
	suite_add_tcase(s, c);
	return s;
}
