/*
 * Times training steps of MobileNetV2 (alpha 1.0, 32x32 images) through plan and exec, step by
 * step: where a training step's time goes. With one thread the thread's own time is taken, so that
 * a busy machine disturbs little.
 *
 *   make bench_training && ./bench_training full|last20 [rounds [threads [isa [options]]]]
 *
 * full    every layer trained, batch statistics, batch 64, Adam
 * last20  block_15_expand to the end, batch norms with their moving statistics
 * options letters: u layer by layer (no fusions), a no Adam, l every step
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "tlrun/arena.h"
#include "tlrun/exec.h"
#include "tlrun/parallel.h"

enum { BATCH = 64, CLASSES = 10, MAX_STEPS = 200 };

/* ---- the steps ---- */

struct timed {
	const struct layer_kind *layer;
	const struct fusion_kind *fusion;
	struct layer_kind layer_copy;
	struct fusion_kind fusion_copy;
	double forward, backward;	/* of this round */
	double best_forward, best_backward;
};
static struct timed timed[MAX_STEPS];
static const struct plan *timed_plan;

static struct timed *
timed_of(const struct layer *l, const struct fusion *f)
{
	for (int i = 0; i < timed_plan->steps; i++) {
		const struct plan_step *s = &timed_plan->step[i];
		if (f ? s->fusion == f : !s->fusion && s->layer == l) return &timed[i];
	}
	abort();
}

static void
layer_forward(const struct layer *l, const struct layer_io *io)
{
	struct timed *t = timed_of(l, NULL);
	const double start = bench_now();
	t->layer->forward(l, io);
	t->forward = bench_now() - start;
}

static void
layer_backward(const struct layer *l, const struct layer_io *io)
{
	struct timed *t = timed_of(l, NULL);
	const double start = bench_now();
	t->layer->backward(l, io);
	t->backward = bench_now() - start;
}

static void
fusion_forward(const struct fusion *f, const struct layer_io *io)
{
	struct timed *t = timed_of(NULL, f);
	const double start = bench_now();
	t->fusion->forward(f, io);
	t->forward = bench_now() - start;
}

static void
fusion_backward(const struct fusion *f, const struct layer_io *io)
{
	struct timed *t = timed_of(NULL, f);
	const double start = bench_now();
	t->fusion->backward(f, io);
	t->backward = bench_now() - start;
}

/* Puts a stopwatch around each step of the plan. */
static void
watch_steps(const struct plan *p)
{
	timed_plan = p;
	for (int i = 0; i < p->steps; i++) {
		struct timed *t = &timed[i];
		const struct plan_step *s = &p->step[i];
		t->best_forward = t->best_backward = 1e9;
		if (s->fusion) {
			t->fusion = s->fusion->kind;
			t->fusion_copy = *t->fusion;
			t->fusion_copy.forward = fusion_forward;
			t->fusion_copy.backward = fusion_backward;
			((struct fusion *)s->fusion)->kind = &t->fusion_copy;
		} else {
			t->layer = s->layer->kind;
			t->layer_copy = *t->layer;
			t->layer_copy.forward = layer_forward;
			t->layer_copy.backward = layer_backward;
			((struct layer *)s->layer)->kind = &t->layer_copy;
		}
	}
}

struct training {
	const struct net *net;
	struct exec *exec;
	float *params, *grads, *slots;
	struct kern_update update[2 * MAX_STEPS * 2];
	bool fused[2 * MAX_STEPS * 2];
};

static const struct kern_update *
update_of(void *ctx, int param)
{
	return &((struct training *)ctx)->update[param];
}

static void
update_rest(struct training *t)
{
	const struct net *net = t->net;
	for (int i = 0; i < net->params;) {
		if (!net->param[i].trainable || t->fused[i]) {
			i++;
			continue;
		}
		const size_t first = net->param[i].offset;
		size_t end = first;
		for (; i < net->params && !t->fused[i]; i++)
			if (net->param[i].trainable) end = net->param[i].offset + net->param[i].count;
		kern_update(&(struct kern_update){ .rule = RULE_ADAM, .alpha = 1e-5f, .beta_1 = 0.9,
			.beta_2 = 0.999, .epsilon = 1e-7f, .grad_scale = 1, .slot = { t->slots + first,
			t->slots + net->trainable_floats + first } }, end - first, t->params + first,
			t->grads + first);
	}
}

static void
fill(float *x, size_t n, float scale, float offset)
{
	static unsigned state = 1;
	for (size_t i = 0; i < n; i++) {
		state = state * 1664525u + 1013904223u;
		x[i] = ((float)(state >> 8) / 8388608.0f - 1.0f) * scale + offset;
	}
}

static void
open_training(struct training *t, struct arena *a, const struct plan *p)
{
	const struct net *net = p->net;
	t->net = net;
	t->params = bench_memory(net->floats * sizeof(float));
	t->grads = bench_memory(net->trainable_floats * sizeof(float));
	t->slots = bench_memory(2 * net->trainable_floats * sizeof(float));
	net_init(net, 1, t->params);
	for (int i = 0; i < net->params; i++) {
		const size_t at = net->param[i].offset;
		t->update[i] = (struct kern_update){ .rule = RULE_ADAM, .alpha = 1e-5f, .beta_1 = 0.9,
			.beta_2 = 0.999, .epsilon = 1e-7f, .grad_scale = 1, .slot = { t->slots + at,
			t->slots + net->trainable_floats + at } };
	}
	t->exec = exec_open(a, p, &(struct exec_memory){ .workspace = bench_memory(p->workspace),
		.params = t->params, .grads = t->grads, .folded = bench_memory(p->folded) });
	exec_fold(t->exec);
	fill(exec_input(t->exec), BATCH * shape_count(&p->tensor[0].shape), 1, 0);
}

struct round { double forward, backward, update; };

static struct round
train(struct training *t, bool adam, unsigned step)
{
	int32_t labels[BATCH];
	struct round r;
	const double start = bench_now();
	for (int i = 0; i < BATCH; i++) labels[i] = (i + (int)step) % CLASSES;
	const float *z = exec_forward(t->exec, BATCH, true, 1, step);
	kern_softmax_xent(BATCH, CLASSES, z, labels, 0, NULL, 1.0f / BATCH, NULL, NULL,
		exec_dlogits(t->exec));
	const double middle = bench_now();
	exec_backward(t->exec, adam ? update_of : NULL, t, t->fused);
	const double end = bench_now();
	if (adam) update_rest(t);
	r = (struct round){ middle - start, end - middle, bench_now() - end };
	return r;
}

static void
print_steps(const struct plan *p, bool all)
{
	struct { const char *name; double forward, backward; } sum[20];
	int sums = 0;
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		if (s->view) continue;
		const struct timed *t = &timed[i];
		const char *name = s->fusion ? t->fusion->name : t->layer->kind.name;
		const struct shape *in = &p->tensor[s->input[0]].shape;
		const double back = s->backward ? t->best_backward : 0;
		if (all) printf("  %-22s %-18s %-20s -> %-18s forward %7.3f backward %7.3f ms\n", name,
			p->tensor[s->output].name, shape_str(in).s, shape_str(&p->tensor[s->output].shape).s,
			t->best_forward * 1e3, back * 1e3);
		int k = 0;
		while (k < sums && strcmp(sum[k].name, name) != 0) k++;
		if (k == sums) {
			sum[k].name = name;
			sum[k].forward = sum[k].backward = 0;
			sums++;
		}
		sum[k].forward += t->best_forward;
		sum[k].backward += back;
	}
	for (int k = 0; k < sums; k++) printf("%-26s forward %7.3f backward %7.3f ms\n", sum[k].name,
		sum[k].forward * 1e3, sum[k].backward * 1e3);
}

static void
measure(struct training *t, const struct plan *p, int rounds, bool adam)
{
	struct round best = { 1e9, 1e9, 1e9 };
	double least = 1e9;
	for (int r = 0; r < rounds + 2; r++) {
		const struct round one = train(t, adam, (unsigned)r);
		if (r < 2) continue;
		const double all = one.forward + one.backward + one.update;
		if (all < least) least = all;
		if (one.forward < best.forward) best.forward = one.forward;
		if (one.backward < best.backward) best.backward = one.backward;
		if (one.update < best.update) best.update = one.update;
		for (int i = 0; i < p->steps; i++) {
			if (timed[i].forward < timed[i].best_forward) timed[i].best_forward = timed[i].forward;
			if (timed[i].backward < timed[i].best_backward)
				timed[i].best_backward = timed[i].backward;
		}
	}
	printf("best step %.2f ms: forward %.2f, backward %.2f, update %.2f\n", least * 1e3,
		best.forward * 1e3, best.backward * 1e3, best.update * 1e3);
}

static long long
mult_adds(const struct plan *p)
{
	long long n = 0;
	for (int i = p->options.first; i < p->net->nodes; i++) n += p->net->node[i].layer.mult_adds;
	return n;
}

int
main(int argc, char **argv)
{
	const bool last = argc > 1 && strcmp(argv[1], "last20") == 0;
	const int rounds = argc > 2 ? atoi(argv[2]) : 20;
	const char *options = argc > 5 ? argv[5] : "";
	struct err e = ERR_INIT;
	if (argc > 3) parallel_set_threads(atoi(argv[3]));
	if (argc > 4 && kern_select(argv[4], &e) != OK) {
		fprintf(stderr, "%s\n", e.message);
		return 2;
	}
	struct arena *a = arena_new();
	/* What is frozen is the prefix, which is planned apart and not timed here. */
	const struct net *net = last ? bench_mobilenet(a, 32, BATCH, "{all_but_last: 20}", "inference")
		: bench_mobilenet(a, 32, BATCH, "none", "train");
	const struct plan *p = plan_make(a, net, &(struct plan_options){ .purpose = PLAN_TRAIN,
		.batch = BATCH, .fuse = !strchr(options, 'u'), .fused_update = true, .first = net->cut });
	static struct training t;
	open_training(&t, a, p);
	watch_steps(p);
	printf("MobileNetV2 %s, batch %d, %s, %d threads, %.0f MB workspace, peak %.0f GF/s, "
		"%.0f MFLOP an image forward\n", last ? "last 20" : "all", BATCH, kern_isa(),
		parallel_threads(), (double)p->workspace * 1e-6, kern_peak_gflops(0.1),
		2e-6 * (double)mult_adds(p));
	measure(&t, p, rounds, !strchr(options, 'a'));
	print_steps(p, strchr(options, 'l'));
	arena_free(a);
	return 0;
}
