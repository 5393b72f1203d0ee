/*
 * One pass of MobileNetV2 (alpha 1, without its top) with folded batch norms: images a second, and
 * the share of the multiply-add peak that is measured in the same run, between the passes: on a
 * busy machine only such ratios mean anything.
 *
 *   make bench_backbone
 *   ./bench_backbone [--size 96] [--batch 64] [--threads 2] [--isa avx2] [--rounds 64] [--no-fuse]
 *       [--steps] [--json]
 *
 * --steps: the time of each part, by passes that end with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "build-config.h"
#include "tlrun/arena.h"
#include "tlrun/exec.h"
#include "tlrun/parallel.h"

enum { LAST_PART = 18 };

struct options {
	int size, batch, threads, rounds;
	const char *isa;
	bool no_fuse, steps, json;
};

struct result { double best, median, seconds, peak; long long mult_adds; };

/* ---- passes ---- */

static int
by_time(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* How many nodes the parts up to this one have: the stem, 17 blocks, the last convolution; then
 * the pooling, which is the head's and in the frozen prefix. */
static int
part_end(const struct net *net, int part)
{
	char next[32];
	if (part == LAST_PART) return net->cut;
	if (part == 0) snprintf(next, sizeof next, "expanded_conv_depthwise");
	else if (part < 17) snprintf(next, sizeof next, "block_%d_expand", part);
	else snprintf(next, sizeof next, "Conv_1");
	int i = 0;
	while (i < net->nodes && strcmp(net->node[i].layer.name, next) != 0) i++;
	return i;
}

static struct result
measure(const struct options *o, int part)
{
	struct arena *a = arena_new();
	const struct net *net = bench_mobilenet(a, o->size, o->batch, "all", "inference");
	const int last = part_end(net, part);
	const struct plan_options options = { .purpose = PLAN_EVALUATE, .batch = o->batch,
		.fuse = !o->no_fuse, .last = last };
	const struct plan *p = plan_make(a, net, &options);
	struct exec_memory m = { .workspace = bench_memory(p->workspace),
		.params = bench_memory(p->params), .folded = bench_memory(p->folded) };
	net_init(net, 1, m.params);
	struct exec *x = exec_open(a, p, &m);
	exec_fold(x);
	struct result r = { .best = 1e9 };
	for (int i = 0; i < last; i++) r.mult_adds += net->node[i].layer.kind ==
		layer_find("batch_normalization") ? 0 : net->node[i].layer.mult_adds;
	float *image = exec_input(x);
	for (size_t i = 0; i < (size_t)o->batch * o->size * o->size * 3; i++)
		image[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
	double *times = bench_memory((size_t)o->rounds * sizeof *times);
	for (int i = -3; i < o->rounds; i++) {
		const double peak = i % 4 == 0 ? kern_peak_gflops(0.005) : 0;
		if (peak > r.peak) r.peak = peak;
		const double start = bench_now();
		exec_forward(x, o->batch, false, 1, 1);
		if (i < 0) continue;
		times[i] = bench_now() - start;
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
	for (int part = 0; part <= LAST_PART; part++) {
		const struct result r = measure(o, part);
		const double flops = 2.0 * o->batch * (double)(r.mult_adds - done), t = r.best - before;
		printf("part %2d %8.3f ms  %6.1f MFLOP  %3.0f %%\n", part, t * 1e3, flops * 1e-6,
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
	const struct result r = measure(&o, LAST_PART);
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
