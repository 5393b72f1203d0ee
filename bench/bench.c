/* What the benchmarks in C share: clock, memory, MobileNetV2. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tlrun/arena.h"
#include "tlrun/backbone.h"
#include "tlrun/buffer.h"
#include "tlrun/diag.h"
#include "tlrun/net.h"
#include "tlrun/parallel.h"

struct bench_model { struct kind_value backbone; struct kind_list head; };
static const struct field model_fields[] = {
	FIELD_KIND(struct bench_model, backbone, .family = &family_backbone),
	FIELD_KINDS(struct bench_model, head, .family = &family_layer),
	FIELD_END
};

double
bench_now(void)
{
	struct timespec t;
	clock_gettime(parallel_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void *
bench_memory(size_t bytes)
{
	struct buffer b;
	struct err e = ERR_INIT;
	if (buffer_alloc(&b, bytes + 64, "bench", &e) == OK) return b.data;
	fprintf(stderr, "%s\n", e.message);
	exit(5);
}

/* Backbone and head as one list, freeze and norms applied. */
static struct kind_list
bench_layers(struct field_reader *r, const struct bench_model *m, int size, size_t *backbone)
{
	const struct backbone_common *c = m->backbone.common;
	const struct kind_list body = backbone_layers(r->arena, &m->backbone, size, size);
	struct kind_list all = { body.n + m->head.n, NULL };
	all.v = ARENA_ARRAY(r->arena, struct kind_value, all.n);
	memcpy(all.v, body.v, body.n * sizeof *body.v);
	memcpy(all.v + body.n, m->head.v, m->head.n * sizeof *m->head.v);
	freeze_apply(r, &c->freeze, &all, body.n, true);
	freeze_batch_norms(&all, body.n, c->batch_normalization == BACKBONE_NORMS_INFERENCE);
	*backbone = body.n;
	return all;
}

const struct net *
bench_mobilenet(struct arena *a, int size, int batch, const char *freeze, const char *norms)
{
	struct diags *d = diags_new();
	struct field_reader r = { .arena = a, .diags = d };
	struct bench_model m;
	struct node *root = NULL;
	struct net *net = NULL;
	const char *yaml = arena_printf(a, "backbone: {name: mobilenet_v2, freeze: %s, "
		"batch_normalization: %s}\nhead: [global_average_pooling2d, "
		"dense: {units: num_classes, activation: softmax}]\n", freeze, norms);
	diags_source(d, "bench", yaml, strlen(yaml));
	document_parse(a, "bench", yaml, strlen(yaml), &root, d);
	if (!diags_errors(d) && field_read(&r, model_fields, root, "model", &m)) {
		size_t backbone;
		const struct kind_list all = bench_layers(&r, &m, size, &backbone);
		net = net_build(&r, &(struct net_request){ .layers = &all, .backbone = backbone,
			.input = SHAPE4(SHAPE_BATCH, size, size, 3), .num_classes = 10, .batch = batch });
	}
	if (net) {
		diags_free(d);
		return net;
	}
	struct str s = STR_INIT;
	diags_format(d, false, &s);
	fputs(str_text(&s), stderr);
	exit(2);
}
