/* The small network of tests/golden/make_weights.py, and its files. */
#include "weights/small.h"

#include <check.h>
#include <string.h>

static const char small_yaml[] =
	"  - conv2d: {name: stem, filters: 4, kernel_size: 3, use_bias: false}\n"
	"  - batch_normalization: {name: stem_bn}\n"
	"  - re_lu: {name: stem_relu}\n"
	"  - depthwise_conv2d: {name: dw, kernel_size: 3}\n"
	"  - conv2d: {name: project, filters: 6, kernel_size: 1, activation: relu}\n"
	"  - batch_normalization: {name: project_bn, scale: false}\n"
	"  - global_average_pooling2d: {name: pool}\n"
	"  - dropout: {name: drop, rate: 0.2}\n"
	"  - dense: {name: pred, units: num_classes, activation: softmax}\n";

void
small_open(struct small *s)
{
	tiny_open(&s->tiny, small_yaml, SHAPE4(SHAPE_BATCH, 8, 8, 3), 3, 1);
	const struct net *const net = s->tiny.net;
	int nodes = 0;
	while (strcmp(net->node[nodes].layer.name, "pool") != 0) nodes++;
	s->target = (struct weights_target){ .net = net, .nodes = nodes };
	s->params = 0;
	while (net->param[s->params].node < nodes) s->params++;
	ck_assert_int_eq(s->params, 12);
}

void
small_close(struct small *s)
{
	tiny_close(&s->tiny);
}

const char *
small_file(struct small *s, const char *name)
{
	return arena_printf(s->tiny.arena, "%s/golden/weights/%s", TESTS_DIR, name);
}

struct weights_file *
small_weights(struct small *s, const char *name)
{
	struct weights_file *f = NULL;
	struct err e = ERR_INIT;
	ck_assert_msg(weights_open(s->tiny.arena, small_file(s, name), NULL, &f, &e) == OK, "%s",
		e.message);
	return f;
}

void
small_same(struct small *s, const struct weights_file *f, const struct weights_binding *b)
{
	struct err e = ERR_INIT;
	const struct net *const net = s->tiny.net;
	float *const block = tiny_floats(s->tiny.arena, net->floats);
	ck_assert_msg(weights_check(f, &s->target, b, &e) == OK, "%s", e.message);
	ck_assert_int_eq(b->matched, s->params);
	ck_assert_int_eq(b->missing + b->misfits, 0);
	weights_apply(&s->target, b, block);
	for (int i = 0; i < net->params; i++) {
		const struct net_param *const p = &net->param[i];
		const float *const v = block + p->offset;
		for (size_t j = 0; j < p->count && i < s->params; j++)
			ck_assert_msg(v[j] == (float)((13 * (size_t)i + 7 * j) % 61) / 4 - 8,
				"%s: %s[%zu] is %g", f->path, p->name, j, (double)v[j]);
		for (size_t j = 0; j < p->count && i >= s->params; j++)
			ck_assert_msg(v[j] != v[j], "%s: %s of the head was written", f->path, p->name);
	}
}
