/* bn_act: where it matches, and that with it every bit is as without. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fusions/suites.h"
#include "support/gradcheck.h"
#include "support/net_oracle.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { BN_N = 5, BN_LOGITS = BN_N * 3 };

static const struct { const char *norm, *act; bool fused; } bn_options[] = {
	{ "{}", "re_lu: {max_value: 6}", true },
	{ "{}", "re_lu", true },
	{ "{}", "activation: {activation: relu}", true },
	{ "{}", "activation: {activation: relu6}", true },
	{ "{scale: false, epsilon: 1e-5}", "re_lu", true },
	{ "{center: false}", "re_lu: {max_value: 6}", true },
	{ "{inference: true}", "re_lu: {max_value: 6}", true },
	{ "{trainable: false}", "re_lu: {max_value: 6}", true },
	{ "{}", "re_lu: {max_value: 5}", false },
	{ "{}", "re_lu: {negative_slope: 0.1}", false },
	{ "{}", "re_lu: {threshold: 0.5}", false },
	{ "{}", "activation: {activation: elu}", false },
};
enum { BN_OPTIONS = sizeof bn_options / sizeof *bn_options };

static int
bn_steps(const struct plan *p)
{
	int n = 0;
	for (int i = 0; i < p->steps; i++)
		n += p->step[i].fusion && strcmp(p->step[i].fusion->kind->name, "bn_act") == 0;
	return n;
}

/* The normalization's input has two readers, one of which sets its gradient. */
static void
bn_open(struct tiny *t, int which)
{
	char yaml[1024];
	snprintf(yaml, sizeof yaml, "  - conv2d: {name: a, filters: 6, kernel_size: 3}\n"
		"  - batch_normalization: %s\n  - %s%s\n  - add: {from: [%s, a]}\n"
		"  - batch_normalization\n  - global_average_pooling2d\n"
		"  - dense: {units: num_classes, activation: softmax}\n", bn_options[which].norm,
		bn_options[which].act, strchr(bn_options[which].act, '{') ? "" : ": {}",
		bn_options[which].act[0] == 'r' ? "re_lu" : "activation");
	tiny_open(t, yaml, SHAPE4(0, 9, 6, 2), 3, BN_N);
}

static void
bn_run(struct tiny *t, struct tiny_run *r, bool fuse, float *logits)
{
	const struct plan_options o = { .purpose = PLAN_TRAIN, .batch = BN_N, .fuse = fuse };
	const size_t images = BN_N * shape_count(&t->net->input);
	tiny_start(t, r, &o, tiny_params(t));
	tiny_fill(exec_input(r->exec), images, 1);
	for (size_t i = 0; i < images; i++) exec_input(r->exec)[i] *= 4;
	memcpy(logits, exec_forward(r->exec, BN_N, true, 1, 1), BN_LOGITS * sizeof *logits);
	tiny_fill(exec_dlogits(r->exec), BN_LOGITS, 2);
	exec_backward(r->exec, NULL, NULL, NULL);
}

static void
bn_same(const struct net *net, const struct tiny_run *a, const struct tiny_run *b)
{
	for (int k = 0; k < net->params; k++) {
		const struct net_param *p = &net->param[k];
		const size_t bytes = p->count * sizeof(float);
		ck_assert_msg(memcmp(a->params + p->offset, b->params + p->offset, bytes) == 0, "%s",
			p->name);
		ck_assert_msg(!p->trainable ||
			memcmp(a->grads + p->offset, b->grads + p->offset, bytes) == 0, "gradient of %s",
			p->name);
	}
}

START_TEST(it_matches_a_relu_behind_it_and_changes_no_bit)
{
	struct tiny t;
	struct tiny_run r[2];
	float logits[2][BN_LOGITS];
	bn_open(&t, _i);
	for (int fuse = 0; fuse < 2; fuse++) bn_run(&t, &r[fuse], fuse, logits[fuse]);
	ck_assert_int_eq(bn_steps(r[0].plan), 0);
	ck_assert_int_eq(bn_steps(r[1].plan), bn_options[_i].fused);
	ck_assert_mem_eq(logits[0], logits[1], sizeof logits[0]);
	bn_same(t.net, &r[0], &r[1]);
	tiny_close(&t);
}
END_TEST

START_TEST(its_bits_do_not_depend_on_threads_or_instruction_set)
{
	static const char *const isas[] = { "generic", "avx2", "avx512" };
	struct tiny first = { .net = NULL };
	struct tiny_run want_run, r;
	float want[BN_LOGITS], got[BN_LOGITS];
	for (int i = 0; i < 9; i++) {
		struct tiny t;
		struct err e = ERR_INIT;
		if (kern_select(isas[i / 3], &e) != OK) continue;
		parallel_set_threads(i % 3 + 1);
		bn_open(&t, 0);
		bn_run(&t, &r, true, got);
		if (!first.net) {
			first = t;
			want_run = r;
			memcpy(want, got, sizeof want);
			continue;
		}
		ck_assert_mem_eq(want, got, sizeof want);
		bn_same(t.net, &want_run, &r);
		tiny_close(&t);
	}
	tiny_close(&first);
}
END_TEST

START_TEST(its_gradients_equal_the_oracles_slopes)
{
	struct tiny t;
	struct tiny_run r;
	struct net_oracle o;
	float logits[BN_LOGITS];
	bn_open(&t, _i);
	bn_run(&t, &r, true, logits);
	const size_t images = BN_N * shape_count(&t.net->input);
	float *x = tiny_floats(t.arena, images), *weight = tiny_floats(t.arena, BN_LOGITS);
	tiny_fill(x, images, 1);
	for (size_t i = 0; i < images; i++) x[i] *= 4;
	tiny_fill(weight, BN_LOGITS, 2);
	net_oracle_open(&o, t.arena, t.net, BN_N, x, tiny_params(&t), weight);
	net_oracle_loss(&o);
	for (int i = 0; i < BN_LOGITS; i++)
		ck_assert_double_eq_tol((double)logits[i], o.y[t.net->logits][i], 1e-5);
	for (int k = 0; k < t.net->params; k++) {
		const struct net_param *p = &t.net->param[k];
		if (p->trainable)
			gradcheck_compare(net_oracle_loss, &o, o.params + p->offset, r.grads + p->offset,
				p->count, 60, 1e-5, p->name);
	}
	tiny_close(&t);
}
END_TEST

/* A forward that is looked at again moves no statistics. */
START_TEST(a_second_look_leaves_the_moving_statistics)
{
	struct tiny t;
	struct tiny_run r;
	float logits[BN_LOGITS];
	bn_open(&t, _i);
	bn_run(&t, &r, true, logits);
	float *before = tiny_floats(t.arena, t.net->floats);
	memcpy(before, r.params, t.net->floats * sizeof *before);
	ck_assert_ptr_null(exec_first_not_finite(r.exec));
	ck_assert_mem_eq(before, r.params, t.net->floats * sizeof *before);
	tiny_close(&t);
}
END_TEST

Suite *
suite_bn_act(void)
{
	Suite *s = suite_create("fusions: bn_act");
	TCase *c = tcase_create("bn_act");
	tcase_add_loop_test(c, it_matches_a_relu_behind_it_and_changes_no_bit, 0, BN_OPTIONS);
	tcase_add_test(c, its_bits_do_not_depend_on_threads_or_instruction_set);
	tcase_add_loop_test(c, its_gradients_equal_the_oracles_slopes, 0, BN_OPTIONS);
	tcase_add_loop_test(c, a_second_look_leaves_the_moving_statistics, 0, BN_OPTIONS);
	suite_add_tcase(s, c);
	return s;
}
