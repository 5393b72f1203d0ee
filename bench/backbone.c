/*
 * One pass of MobileNetV2 (alpha 1, without its top) with folded batch norms: images a second, and
 * the share of the multiply-add peak that is measured in the same run, between the passes: on a
 * busy machine only such ratios mean anything.
 *
 *   make bench_backbone
 *   ./bench_backbone [--size 96] [--batch 64] [--threads 2] [--isa avx2] [--rounds 64] [--no-fuse]
 *       [--steps] [--json]
 *
 * --steps: the time of each part, by passes of networks that end with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "build-config.h"
#include "tlrun/arena.h"
#include "tlrun/buffer.h"
#include "tlrun/diag.h"
#include "tlrun/document.h"
#include "tlrun/exec.h"
#include "tlrun/parallel.h"
#include "tlrun/str.h"

struct options {
	int size, batch, threads, rounds;
	const char *isa;
	bool no_fuse, steps, json;
};

struct result { double best, median, seconds, peak; long long mult_adds; };

static void *
memory(size_t bytes)
{
	struct buffer b;
	struct err e = ERR_INIT;
	if (buffer_alloc(&b, bytes + 64, "bench", &e) == OK) return b.data;
	fprintf(stderr, "%s\n", e.message);
	exit(5);
}

/* With one thread its own time, so that a busy machine disturbs little. */
static double
now(void)
{
	struct timespec t;
	clock_gettime(parallel_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the network, in the experiment's language ---- */

static void
normalized(struct str *s, bool act)
{
	str_add(s, "  - batch_normalization: {trainable: false}\n");
	if (act) str_add(s, "  - re_lu: {max_value: 6}\n");
}

static void
block(struct str *s, int number, int in, int expansion, int out, int stride)
{
	if (expansion > 1) {
		str_printf(s, "  - conv2d: {filters: %d, kernel_size: 1, use_bias: false, "
			"trainable: false}\n", in * expansion);
		normalized(s, true);
	}
	if (stride == 2) str_add(s, "  - zero_padding2d: {padding: [[0, 1], [0, 1]]}\n");
	str_printf(s, "  - depthwise_conv2d: {kernel_size: 3, strides: %d, padding: %s, "
		"use_bias: false, trainable: false}\n", stride, stride == 2 ? "valid" : "same");
	normalized(s, true);
	const bool residual = stride == 1 && in == out;
	str_printf(s, "  - conv2d: {filters: %d, kernel_size: 1, use_bias: false, "
		"trainable: false}\n", out);
	str_printf(s, "  - batch_normalization: {trainable: false, name: %s%d}\n",
		residual ? "project" : "block", number);
	if (residual)
		str_printf(s, "  - add: {from: [block%d, project%d], name: block%d}\n", number - 1, number,
			number);
}

/* The first `parts` of its 19 parts. */
static void
network(struct str *s, int parts)
{
	static const struct { int expansion, out, count, stride; } groups[] = {
		{ 1, 16, 1, 1 }, { 6, 24, 2, 2 }, { 6, 32, 3, 2 }, { 6, 64, 4, 2 }, { 6, 96, 3, 1 },
		{ 6, 160, 3, 2 }, { 6, 320, 1, 1 },
	};
	int in = 32, number = 0;
	str_add(s, "layers:\n  - conv2d: {filters: 32, kernel_size: 3, strides: 2, padding: same, "
		"use_bias: false, trainable: false}\n");
	normalized(s, true);
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
		for (int i = 0; i < groups[g].count && ++number < parts; i++, in = groups[g].out)
			block(s, number, in, groups[g].expansion, groups[g].out,
				i == 0 ? groups[g].stride : 1);
	if (parts > 18) {
		str_add(s, "  - conv2d: {filters: 1280, kernel_size: 1, use_bias: false, "
			"trainable: false}\n");
		normalized(s, true);
	}
	str_add(s, "  - global_average_pooling2d\n  - dense: {units: 10, activation: softmax}\n");
}

struct model { struct kind_list layers; };

static const struct field fields[] = {
	FIELD_KINDS(struct model, layers, .family = &family_layer, .doc = "the network"),
	FIELD_END
};

static struct net *
build(struct arena *a, const struct options *o, int parts)
{
	struct str text = STR_INIT;
	struct diags *d = diags_new();
	struct field_reader r = { .arena = a, .diags = d };
	struct model model = { { 0, NULL } };
	struct node *root = NULL;
	network(&text, parts);
	const char *yaml = str_text(&text);
	diags_source(d, "mobilenet", yaml, strlen(yaml));
	document_parse(a, "mobilenet", yaml, strlen(yaml), &root, d);
	struct net *net = NULL;
	if (diags_errors(d) == 0) field_read(&r, fields, root, "model", &model);
	if (diags_errors(d) == 0)
		net = net_build(&r, &(struct net_request){ .layers = &model.layers,
			.input = SHAPE4(SHAPE_BATCH, o->size, o->size, 3), .num_classes = 10,
			.batch = o->batch });
	if (net) return net;
	struct str s = STR_INIT;
	diags_format(d, false, &s);
	fputs(str_text(&s), stderr);
	exit(2);
}

/* ---- passes ---- */

static int
by_time(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static struct result
measure(const struct options *o, int parts)
{
	struct arena *a = arena_new();
	const struct net *net = build(a, o, parts);
	const struct plan_options options = { .purpose = PLAN_EVALUATE, .batch = o->batch,
		.fuse = !o->no_fuse, .last = net->cut };
	const struct plan *p = plan_make(a, net, &options);
	struct exec_memory m = { .workspace = memory(p->workspace), .params = memory(p->params),
		.folded = memory(p->folded) };
	net_init(net, 1, m.params);
	struct exec *x = exec_open(a, p, &m);
	exec_fold(x);
	struct result r = { .best = 1e9 };
	for (int i = 0; i < net->cut; i++) r.mult_adds += net->node[i].layer.kind ==
		layer_find("batch_normalization") ? 0 : net->node[i].layer.mult_adds;
	float *image = exec_input(x);
	for (size_t i = 0; i < (size_t)o->batch * o->size * o->size * 3; i++)
		image[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
	double *times = memory((size_t)o->rounds * sizeof *times);
	for (int i = -3; i < o->rounds; i++) {
		const double peak = i % 4 == 0 ? kern_peak_gflops(0.005) : 0;
		if (peak > r.peak) r.peak = peak;
		const double start = now();
		exec_forward(x, o->batch, false, 1, 1);
		if (i < 0) continue;
		times[i] = now() - start;
		r.seconds += times[i];
	}
	qsort(times, (size_t)o->rounds, sizeof *times, by_time);
	r.best = times[o->rounds / 20];
	r.median = times[o->rounds / 2];
	arena_free(a);
	return r;
}

static void
show_steps(const struct options *o)
{
	double before = 0;
	long long done = 0;
	for (int parts = 1; parts <= 19; parts++) {
		const struct result r = measure(o, parts);
		const double flops = 2.0 * o->batch * (double)(r.mult_adds - done), t = r.best - before;
		printf("part %2d %8.3f ms  %6.1f MFLOP  %3.0f %%\n", parts - 1, t * 1e3, flops * 1e-6,
			flops / t * 1e-7 / r.peak);
		before = r.best;
		done = r.mult_adds;
	}
}

static bool
parse(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		const char *k = argv[i];
		if (strcmp(k, "--no-fuse") == 0) o->no_fuse = true;
		else if (strcmp(k, "--steps") == 0) o->steps = true;
		else if (strcmp(k, "--json") == 0) o->json = true;
		else if (i + 1 == argc) return false;
		else if (strcmp(k, "--size") == 0) o->size = atoi(argv[++i]);
		else if (strcmp(k, "--batch") == 0) o->batch = atoi(argv[++i]);
		else if (strcmp(k, "--threads") == 0) o->threads = atoi(argv[++i]);
		else if (strcmp(k, "--rounds") == 0) o->rounds = atoi(argv[++i]);
		else if (strcmp(k, "--isa") == 0) o->isa = argv[++i];
		else return false;
	}
	return o->size >= 32 && o->batch > 0 && o->threads >= 0 && o->rounds > 0;
}

int
main(int argc, char **argv)
{
	struct options o = { .size = 96, .batch = 64, .threads = 2, .rounds = 64 };
	struct err e = ERR_INIT;
	if (!parse(argc, argv, &o)) {
		fprintf(stderr, "bench_backbone: see bench/README.md\n");
		return 2;
	}
	if (o.isa && kern_select(o.isa, &e) != OK) {
		fprintf(stderr, "%s\n", e.message);
		return 2;
	}
	parallel_set_threads(o.threads);
	if (o.steps) {
		show_steps(&o);
		return 0;
	}
	const struct result r = measure(&o, 19);
	const double flops = 2.0 * o.batch * (double)r.mult_adds;
	if (o.json)
		printf("{\"rival\": \"tlrun\", \"version\": \"tlrun " PACKAGE_VERSION "\", "
			"\"variant\": \"%s\", \"seconds\": %.3f, \"images_per_second\": %.1f, "
			"\"of_peak\": %.3f, \"threads\": %d, \"loss\": 0.0}\n", kern_isa(), r.seconds,
			o.batch * o.rounds / r.seconds, flops / r.median * 1e-9 / r.peak, parallel_threads());
	else
		printf("%s, %d threads, %dx%d, batch %d: %.3f ms (median %.3f), %.0f images/s, %.0f GF/s, "
			"%.0f %% of %.0f\n", kern_isa(), parallel_threads(), o.size, o.size, o.batch,
			r.best * 1e3, r.median * 1e3, o.batch / r.best, flops / r.best * 1e-9,
			flops / r.best * 1e-7 / r.peak, r.peak);
	return 0;
}
