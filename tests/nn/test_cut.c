/*
 * The frozen prefix: where it ends, and that it and the rest, planned apart, give what the whole
 * gives: the same bits layer by layer, nearly the same with folded constants.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "nn/suites.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { CUT_BATCH = 5, CUT_IMAGES = 4, CUT_CLASSES = 10 };

static const struct shape cut_input = { 4, { 0, 8, 8, 4 } };

#define CUT_FROZEN ", trainable: false}\n"
#define CUT_HEAD "  - flatten\n  - dense: {units: num_classes, activation: softmax}\n"
#define CUT_CONV(name, more)                                                                       \
	"  - conv2d: {name: " name ", filters: 4, kernel_size: 3, padding: same" more
#define CUT_NORM(name, more) "  - batch_normalization: {name: " name more

/* last: the layer whose output is the prefix's; NULL: there is no prefix. */
static const struct { const char *yaml, *last; } cut_nets[] = {
	/* everything up to the head */
	{ CUT_CONV("a", CUT_FROZEN) CUT_NORM("b", CUT_FROZEN) "  - re_lu: {name: c, max_value: 6}\n"
		CUT_HEAD, "flatten" },
	/* nothing is frozen */
	{ CUT_CONV("a", "}\n") CUT_NORM("b", CUT_FROZEN) CUT_HEAD, NULL },
	/* what has no parameters is no prefix by itself, and belongs to one */
	{ "  - rescaling: {name: a, scale: 2}\n" CUT_CONV("b", "}\n") CUT_HEAD, NULL },
	{ "  - rescaling: {name: a, scale: 2}\n" CUT_CONV("b", CUT_FROZEN)
		"  - max_pooling2d: {name: c}\n" CUT_CONV("d", "}\n") CUT_HEAD, "c" },
	/* a dropout ends it, frozen or not, and one that drops nothing does not */
	{ CUT_CONV("a", CUT_FROZEN) "  - dropout: {rate: 0.4}\n" CUT_CONV("b", CUT_FROZEN) CUT_HEAD,
		"a" },
	{ CUT_CONV("a", CUT_FROZEN) "  - dropout: {rate: 0.4" CUT_FROZEN CUT_CONV("b", CUT_FROZEN)
		CUT_HEAD, "a" },
	{ CUT_CONV("a", CUT_FROZEN) "  - dropout: {rate: 0}\n" CUT_CONV("b", CUT_FROZEN)
		CUT_CONV("c", "}\n") CUT_HEAD, "b" },
	{ "  - dropout: {rate: 0.4}\n" CUT_CONV("a", CUT_FROZEN) CUT_HEAD, NULL },
	/* a shortcut that crosses: only one tensor may, so the cut goes back to it */
	{ CUT_CONV("a", CUT_FROZEN) CUT_CONV("b", CUT_FROZEN) CUT_NORM("c", CUT_FROZEN)
		CUT_CONV("d", "}\n") "  - add: {name: sum, from: [a, d]}\n" CUT_HEAD, "a" },
	{ CUT_CONV("a", CUT_FROZEN) CUT_CONV("b", CUT_FROZEN) "  - add: {name: sum, from: [a, b]}\n"
		CUT_CONV("d", "}\n") "  - add: {name: more, from: [sum, d]}\n" CUT_HEAD, "sum" },
	{ CUT_CONV("a", CUT_FROZEN) CUT_CONV("b", "}\n") "  - add: {from: [input, b]}\n" CUT_HEAD,
		NULL },
	/* frozen in the middle only */
	{ CUT_CONV("a", "}\n") CUT_CONV("b", CUT_FROZEN) CUT_NORM("c", CUT_FROZEN)
		CUT_CONV("d", "}\n") CUT_HEAD, NULL },
	{ CUT_CONV("a", CUT_FROZEN) CUT_CONV("b", "}\n") CUT_CONV("c", CUT_FROZEN)
		CUT_NORM("d", CUT_FROZEN) CUT_HEAD, "a" },
	/* a batch norm without gamma and beta: its statistics move unless it is frozen or fixed */
	{ CUT_CONV("a", CUT_FROZEN) CUT_NORM("b", ", scale: false, center: false}\n")
		CUT_CONV("c", CUT_FROZEN) CUT_HEAD, "a" },
	{ CUT_CONV("a", CUT_FROZEN) CUT_NORM("b", ", scale: false, center: false" CUT_FROZEN)
		CUT_CONV("c", "}\n") CUT_HEAD, "b" },
	{ CUT_CONV("a", CUT_FROZEN)
		CUT_NORM("b", ", scale: false, center: false, inference: true}\n")
		CUT_CONV("c", "}\n") CUT_HEAD, "b" },
	{ CUT_CONV("a", CUT_FROZEN) CUT_NORM("b", ", inference: true}\n") CUT_HEAD, "a" },
	/* an activation belongs to its layer */
	{ CUT_CONV("a", ", activation: relu6" CUT_FROZEN) CUT_CONV("b", "}\n") CUT_HEAD, "a/relu6" },
	/* an inverted residual, and one of which a part is trained */
	{ "  - conv2d: {name: e, filters: 12, kernel_size: 1, use_bias: false" CUT_FROZEN
		CUT_NORM("eb", CUT_FROZEN) "  - re_lu: {max_value: 6}\n"
		"  - depthwise_conv2d: {name: d, kernel_size: 3, padding: same, use_bias: false" CUT_FROZEN
		CUT_NORM("db", CUT_FROZEN) "  - re_lu: {max_value: 6}\n"
		"  - conv2d: {name: p, filters: 4, kernel_size: 1, use_bias: false" CUT_FROZEN
		CUT_NORM("pb", CUT_FROZEN) "  - add: {name: sum, from: [input, pb]}\n"
		CUT_CONV("c", "}\n") CUT_HEAD, "sum" },
	{ CUT_CONV("a", CUT_FROZEN)
		"  - conv2d: {name: e, filters: 12, kernel_size: 1, use_bias: false" CUT_FROZEN
		CUT_NORM("eb", CUT_FROZEN) "  - re_lu: {name: er, max_value: 6}\n"
		"  - conv2d: {name: p, filters: 4, kernel_size: 1, use_bias: false}\n"
		CUT_NORM("pb", "}\n") "  - add: {name: sum, from: [a, pb]}\n" CUT_HEAD, "a" },
};
enum { CUT_NETS = sizeof cut_nets / sizeof *cut_nets };

START_TEST(the_prefix_ends_where_something_changes)
{
	struct tiny t;
	tiny_open(&t, cut_nets[_i].yaml, cut_input, CUT_CLASSES, CUT_BATCH);
	const int cut = t.net->cut;
	if (cut_nets[_i].last) {
		ck_assert_int_gt(cut, 0);
		ck_assert_str_eq(t.net->node[cut - 1].layer.name, cut_nets[_i].last);
	} else {
		ck_assert_int_eq(cut, 0);
	}
	ck_assert_int_le(cut, t.net->logits);
	for (int i = cut; i < t.net->nodes; i++)
		for (int k = 0; k < t.net->node[i].inputs; k++)
			ck_assert_int_ge(t.net->node[i].input[k], cut - 1);
	tiny_close(&t);
}
END_TEST

static void
cut_near(const float *a, const float *b, size_t n, bool exact, const char *what)
{
	if (exact) {
		ck_assert_msg(memcmp(a, b, n * sizeof *a) == 0, "%s differ", what);
		return;
	}
	float largest = 1e-3f;
	for (size_t i = 0; i < n; i++) largest = isnan(a[i]) ? largest : fmaxf(largest, fabsf(a[i]));
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(isnan(a[i]) ? isnan(b[i]) : fabsf(a[i] - b[i]) <= 1e-5f * largest,
			"%s[%zu]: %.9g and %.9g", what, i, (double)a[i], (double)b[i]);
}

/* Forward and backward of the step that both take, with the same gradient of the logits. */
static const float *
cut_step(struct tiny_run *r, const float *dlogits)
{
	const float *logits = exec_forward(r->exec, CUT_IMAGES, true, 7, 3);
	memcpy(exec_dlogits(r->exec), dlogits, CUT_IMAGES * CUT_CLASSES * sizeof *dlogits);
	return logits;
}

/* whole: layer by layer, all at once. */
static void
cut_compare(struct tiny *t, bool fuse)
{
	const struct net *net = t->net;
	const size_t pixels = CUT_IMAGES * shape_count(&cut_input);
	const size_t out = CUT_IMAGES * CUT_CLASSES;
	const float *params = tiny_params(t);
	float *x = tiny_floats(t->arena, pixels), *d = tiny_floats(t->arena, out);
	struct tiny_run whole, prefix, rest;
	tiny_fill(x, pixels, 3);
	tiny_fill(d, out, 4);
	struct plan_options o = { .purpose = PLAN_TRAIN, .batch = CUT_BATCH };
	tiny_start(t, &whole, &o, params);
	o.fuse = fuse;
	o.first = net->cut;
	tiny_start(t, &rest, &o, params);
	tiny_start(t, &prefix, &(struct plan_options){ .purpose = PLAN_EVALUATE, .batch = CUT_BATCH,
		.fuse = fuse, .last = net->cut }, params);
	memcpy(exec_input(whole.exec), x, pixels * sizeof *x);
	memcpy(exec_input(prefix.exec), x, pixels * sizeof *x);
	const float *features = exec_forward(prefix.exec, CUT_IMAGES, false, 0, 0);
	const struct shape *shape = &net->node[net->cut - 1].layer.out;
	memcpy(exec_input(rest.exec), features, CUT_IMAGES * shape_count(shape) * sizeof *features);
	const float *want = cut_step(&whole, d), *logits = cut_step(&rest, d);
	cut_near(want, logits, out, !fuse, "logits");
	exec_backward(whole.exec, NULL, NULL, NULL);
	exec_backward(rest.exec, NULL, NULL, NULL);
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		cut_near(whole.params + p->offset, rest.params + p->offset, p->count, !fuse, p->name);
		if (p->trainable)
			cut_near(whole.grads + p->offset, rest.grads + p->offset, p->count, !fuse, p->name);
		else if (!net->node[p->node].layer.varies)
			cut_near(params + p->offset, rest.params + p->offset, p->count, true, p->name);
	}
}

START_TEST(prefix_and_rest_give_what_the_whole_gives)
{
	struct tiny t;
	parallel_set_threads(2);
	tiny_open(&t, cut_nets[_i].yaml, cut_input, CUT_CLASSES, CUT_BATCH);
	if (t.net->cut) {
		cut_compare(&t, false);
		cut_compare(&t, true);
	}
	tiny_close(&t);
}
END_TEST

Suite *
suite_cut(void)
{
	Suite *s = suite_create("nn: cut");
	TCase *c = tcase_create("cut");
	tcase_add_loop_test(c, the_prefix_ends_where_something_changes, 0, CUT_NETS);
	tcase_add_loop_test(c, prefix_and_rest_give_what_the_whole_gives, 0, CUT_NETS);
	suite_add_tcase(s, c);
	return s;
}
