/* conv_act_pool: where it matches, and that with it everything is as without. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fusions/suites.h"
#include "support/gradcheck.h"
#include "support/net_oracle.h"
#include "support/schedule.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { FUSED_N = 3, FUSED_LOGITS = FUSED_N * 10 };

static const char fused_end[] =
	"  - flatten\n  - dense: {units: num_classes, activation: softmax}\n";

/* ---- where it matches ---- */

static const struct { const char *conv, *pool; bool fused; } fused_options[] = {
	{ "padding: same, activation: relu", "{}", true },
	{ "padding: same, activation: relu", "{pool_size: 2, strides: 2}", true },
	{ "padding: same, activation: relu, use_bias: false, strides: 1, groups: 1", "{}", true },
	/* even sizes: nothing is padded */
	{ "padding: same, activation: relu", "{padding: same}", true },
	{ "padding: same, activation: relu, trainable: false", "{}", true },
	{ "padding: valid, activation: relu", "{}", false },
	{ "padding: same, activation: relu6", "{}", false },
	{ "padding: same", "{}", false },
	{ "padding: same, activation: relu, strides: 2", "{}", false },
	{ "padding: same, activation: relu, dilation_rate: 2", "{}", false },
	{ "padding: same, activation: relu, groups: 2", "{}", false },
	{ "padding: same, activation: relu", "{pool_size: 3, strides: 2}", false },
	{ "padding: same, activation: relu", "{strides: 1}", false },
	{ "padding: same, activation: relu", "{pool_size: [2, 1]}", false },
};

static int
fused_steps(const struct plan *p)
{
	int n = 0;
	for (int i = 0; i < p->steps; i++) n += p->step[i].fusion != NULL;
	return n;
}

/* How many steps of a plan of that network are fusions. */
static int
fused_count(const char *layers, struct shape input, bool fuse)
{
	struct tiny t;
	char yaml[1024];
	snprintf(yaml, sizeof yaml, "%s%s", layers, fused_end);
	tiny_open(&t, yaml, input, 10, FUSED_N);
	const struct plan_options o = { .purpose = PLAN_TRAIN, .batch = FUSED_N, .fuse = fuse };
	const int n = fused_steps(plan_make(t.arena, t.net, &o));
	tiny_close(&t);
	return n;
}

START_TEST(it_matches_what_it_can_do_and_nothing_else)
{
	char layers[512];
	snprintf(layers, sizeof layers,
		"  - conv2d: {filters: 4, kernel_size: 3, %s}\n  - max_pooling2d: %s\n",
		fused_options[_i].conv, fused_options[_i].pool);
	ck_assert_int_eq(fused_count(layers, SHAPE4(0, 8, 8, 4), true), fused_options[_i].fused);
	ck_assert_int_eq(fused_count(layers, SHAPE4(0, 8, 8, 4), false), 0);
}
END_TEST

START_TEST(kernels_of_other_sizes_do_not_match)
{
	ck_assert_int_eq(fused_count("  - conv2d: {filters: 4, kernel_size: 5, padding: same, "
		"activation: relu}\n"
		"  - max_pooling2d\n", SHAPE4(0, 8, 8, 4), true), 0);
	ck_assert_int_eq(fused_count("  - conv2d: {filters: 4, kernel_size: [3, 1], padding: same, "
		"activation: "
		"relu}\n  - max_pooling2d\n", SHAPE4(0, 8, 8, 4), true), 0);
}
END_TEST

START_TEST(same_pooling_of_an_odd_image_does_not_match)
{
	const char *layers = "  - conv2d: {filters: 4, kernel_size: 3, padding: same, activation: "
		"relu}\n"
		"  - max_pooling2d: {padding: same}\n";
	ck_assert_int_eq(fused_count(layers, SHAPE4(0, 7, 8, 4), true), 0);
	ck_assert_int_eq(fused_count(layers, SHAPE4(0, 8, 7, 4), true), 0);
}
END_TEST

START_TEST(a_tensor_between_that_another_layer_reads_prevents_it)
{
	ck_assert_int_eq(fused_count("  - conv2d: {filters: 4, kernel_size: 3, padding: same, "
		"activation: relu}\n"
		"  - max_pooling2d\n"
		"  - max_pooling2d: {from: conv2d}\n"
		"  - add: {from: [max_pooling2d, max_pooling2d_1]}\n", SHAPE4(0, 8, 8, 4), true), 0);
}
END_TEST

START_TEST(an_activation_layer_matches_as_an_argument_does)
{
	ck_assert_int_eq(fused_count("  - conv2d: {filters: 4, kernel_size: 3, padding: same}\n"
		"  - activation: {activation: relu}\n  - max_pooling2d\n", SHAPE4(0, 8, 8, 4), true), 1);
}
END_TEST

/* ---- the same numbers ---- */

static const struct { int h, w, c; const char *layers; int fused; } fused_nets[] = {
	{ 8, 8, 3, "  - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d\n", 1 },
	{ 7, 5, 1, "  - conv2d: {filters: 3, kernel_size: 3, padding: same, activation: relu, "
		"use_bias: false}\n"
		"  - max_pooling2d\n", 1 },
	{ 2, 2, 5, "  - conv2d: {filters: 17, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d\n", 1 },
	{ 9, 12, 3, "  - conv2d: {filters: 20, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d\n"
		"  - conv2d: {filters: 33, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d\n", 2 },
	{ 10, 6, 3, "  - conv2d: {filters: 16, kernel_size: 3, padding: same, activation: relu}\n"
		"  - max_pooling2d\n"
		"  - conv2d: {filters: 16, kernel_size: 3, padding: same, activation: relu, trainable: "
		"false}\n"
		"  - max_pooling2d\n", 2 },
	/* two readers of the fused step's input: one sets its gradient, the other adds */
	{ 8, 8, 3, "  - conv2d: {filters: 8, kernel_size: 1, name: a}\n"
		"  - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n  - "
		"max_pooling2d\n"
		"  - max_pooling2d: {from: a}\n  - add: {from: [max_pooling2d, max_pooling2d_1]}\n", 1 },
	{ 8, 8, 3, "  - conv2d: {filters: 8, kernel_size: 1, name: a}\n"
		"  - average_pooling2d: {pool_size: 2}\n"
		"  - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu, from: a}\n"
		"  - max_pooling2d\n  - add: {from: [average_pooling2d, max_pooling2d]}\n", 1 },
};
enum { FUSED_NETS = sizeof fused_nets / sizeof *fused_nets };

/* One step of training of n images; the logits are copied. */
static void
fused_run(struct tiny *t, struct tiny_run *r, bool fuse, int n, float *logits)
{
	const struct plan_options o = { .purpose = PLAN_TRAIN, .batch = FUSED_N, .fuse = fuse };
	const size_t images = (size_t)n * shape_count(&t->net->input);
	tiny_start(t, r, &o, tiny_params(t));
	float *x = exec_input(r->exec);
	tiny_fill(x, images, 1);
	for (size_t i = 0; i < images; i++) x[i] *= 4;
	memcpy(logits, exec_forward(r->exec, n, true, 1, 1), (size_t)n * 10 * sizeof *logits);
	tiny_fill(exec_dlogits(r->exec), (size_t)n * 10, 2);
	exec_backward(r->exec, NULL, NULL, NULL);
}

static void
fused_open(struct tiny *t, int which)
{
	char yaml[1024];
	snprintf(yaml, sizeof yaml, "%s%s", fused_nets[which].layers, fused_end);
	tiny_open(t, yaml, SHAPE4(0, fused_nets[which].h, fused_nets[which].w, fused_nets[which].c), 10,
		FUSED_N);
}

START_TEST(with_and_without_it_logits_and_gradients_are_equal)
{
	for (int n = 1; n <= FUSED_N; n++) {
		struct tiny t;
		struct tiny_run r[2];
		float logits[2][FUSED_LOGITS];
		fused_open(&t, _i);
		for (int fuse = 0; fuse < 2; fuse++) fused_run(&t, &r[fuse], fuse, n, logits[fuse]);
		ck_assert_int_eq(fused_steps(r[0].plan), 0);
		ck_assert_int_eq(fused_steps(r[1].plan), fused_nets[_i].fused);
		for (int i = 0; i < n * 10; i++)
			ck_assert_double_eq_tol((double)logits[0][i], (double)logits[1][i], 2e-6);
		for (int k = 0; k < t.net->params; k++) {
			const struct net_param *p = &t.net->param[k];
			for (size_t i = 0; p->trainable && i < p->count; i++) {
				const double a = (double)r[0].grads[p->offset + i],
					b = (double)r[1].grads[p->offset + i];
				ck_assert_msg(fabs(a - b) <= 5e-6 * fmax(1, fabs(a)),
					"%s[%zu]: %g without, %g with", p->name,
					i, a, b);
			}
		}
		tiny_close(&t);
	}
}
END_TEST

START_TEST(its_gradients_equal_the_oracles_slopes)
{
	struct tiny t;
	struct tiny_run r;
	struct net_oracle o;
	float logits[FUSED_LOGITS];
	fused_open(&t, _i);
	fused_run(&t, &r, true, FUSED_N, logits);
	const size_t images = FUSED_N * shape_count(&t.net->input);
	float *x = tiny_floats(t.arena, images), *weight = tiny_floats(t.arena, FUSED_LOGITS);
	tiny_fill(x, images, 1);
	for (size_t i = 0; i < images; i++) x[i] *= 4;
	tiny_fill(weight, FUSED_LOGITS, 2);
	net_oracle_open(&o, t.arena, t.net, FUSED_N, x, tiny_params(&t), weight);
	net_oracle_loss(&o);
	const double *want = o.y[t.net->logits];
	double largest = 1;
	for (int i = 0; i < FUSED_LOGITS; i++) largest = fmax(largest, fabs(want[i]));
	for (int i = 0; i < FUSED_LOGITS; i++)
		ck_assert_double_eq_tol((double)logits[i], want[i], 1e-6 * largest);
	for (int k = 0; k < t.net->params; k++) {
		const struct net_param *p = &t.net->param[k];
		if (p->trainable)
			gradcheck_compare(net_oracle_loss, &o, o.params + p->offset, r.grads + p->offset,
				p->count, 60,
				1e-5, p->name);
	}
	tiny_close(&t);
}
END_TEST

START_TEST(its_bits_do_not_depend_on_threads_or_instruction_set)
{
	static const char *const isas[] = { "generic", "avx2", "avx512" };
	float want[FUSED_LOGITS], got[FUSED_LOGITS], *grads = NULL;
	struct tiny first;
	for (int i = 0; i < 3; i++) {
		struct err err = ERR_INIT;
		if (kern_select(isas[i], &err) != OK) continue;
		for (int way = 0; way < SCHEDULES; way++) {
			struct tiny t;
			struct tiny_run r;
			const int threads = schedule(way);
			fused_open(&t, _i);
			fused_run(&t, &r, true, FUSED_N, got);
			if (!grads) {
				first = t;
				grads = r.grads;
				memcpy(want, got, sizeof want);
				continue;
			}
			ck_assert_mem_eq(want, got, sizeof want);
			for (int k = 0; k < t.net->params; k++) {
				const struct net_param *p = &t.net->param[k];
				ck_assert_msg(!p->trainable || memcmp(grads + p->offset, r.grads + p->offset,
					p->count * sizeof(float)) == 0, "%s: %s, %d threads", p->name, isas[i],
					threads);
			}
			tiny_close(&t);
		}
	}
	tiny_close(&first);
	schedule(0);
}
END_TEST

Suite *
suite_conv_act_pool(void)
{
	Suite *s = suite_create("fusions: conv_act_pool");
	TCase *c = tcase_create("conv_act_pool");
	tcase_add_loop_test(c, it_matches_what_it_can_do_and_nothing_else, 0,
		sizeof fused_options / sizeof *fused_options);
	tcase_add_test(c, kernels_of_other_sizes_do_not_match);
	tcase_add_test(c, same_pooling_of_an_odd_image_does_not_match);
	tcase_add_test(c, a_tensor_between_that_another_layer_reads_prevents_it);
	tcase_add_test(c, an_activation_layer_matches_as_an_argument_does);
	tcase_add_loop_test(c, with_and_without_it_logits_and_gradients_are_equal, 0, FUSED_NETS);
	tcase_add_loop_test(c, its_gradients_equal_the_oracles_slopes, 0, FUSED_NETS);
	tcase_add_loop_test(c, its_bits_do_not_depend_on_threads_or_instruction_set, 0, FUSED_NETS);
	suite_add_tcase(s, c);
	return s;
}
