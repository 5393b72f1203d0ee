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
#include <time.h>

#include "tlrun/arena.h"
#include "tlrun/buffer.h"
#include "tlrun/diag.h"
#include "tlrun/document.h"
#include "tlrun/exec.h"
#include "tlrun/parallel.h"
#include "tlrun/str.h"

enum { BATCH = 64, CLASSES = 10, MAX_STEPS = 200 };

static double
now(void)
{
	struct timespec t;
	clock_gettime(parallel_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the network ---- */

static void
write_norm(struct str *s, const char *act)
{
	str_printf(s, "- batch_normalization: {epsilon: 1e-3, momentum: 0.999%s}\n",
		strchr(act, 'i') ? ", inference: true" : "");
	if (strchr(act, 'r')) str_printf(s, "- re_lu: {max_value: 6}\n");
}

/* One inverted residual block; from: the name of what goes in where it is added at the end. */
static void
write_block(struct str *s, int number, int cin, int cout, int stride, int factor, bool inference)
{
	const char *act = inference ? "ir" : "r", *plain = inference ? "i" : "";
	if (factor > 1) {
		str_printf(s, "- conv2d: {name: b%d_expand, filters: %d, kernel_size: 1, use_bias: false}\n",
			number, cin * factor);
		write_norm(s, act);
	}
	str_printf(s, "- depthwise_conv2d: {name: b%d_depthwise, kernel_size: 3, strides: %d, "
		"padding: same, use_bias: false}\n", number, stride);
	write_norm(s, act);
	str_printf(s, "- conv2d: {name: b%d_project, filters: %d, kernel_size: 1, use_bias: false}\n",
		number, cout);
	str_printf(s, "- batch_normalization: {name: b%d_out, epsilon: 1e-3, momentum: 0.999%s}\n",
		number, *plain ? ", inference: true" : "");
}

struct stage { int factor, cout, repeats, stride; };
static const struct stage stages[] = {
	{ 1, 16, 1, 1 }, { 6, 24, 2, 2 }, { 6, 32, 3, 2 }, { 6, 64, 4, 2 }, { 6, 96, 3, 1 },
	{ 6, 160, 3, 2 }, { 6, 320, 1, 1 },
};

/* Blocks from number `first` on; `in` is the name of what goes into the first. */
static void
write_network(struct str *s, int first, const char *in, bool inference)
{
	char before[32];
	int number = 0, cin = 32;
	snprintf(before, sizeof before, "%s", in);
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
		for (int k = 0; k < stages[i].repeats; k++, number++) {
			const int stride = k ? 1 : stages[i].stride, cout = stages[i].cout;
			if (number >= first) {
				write_block(s, number, cin, cout, stride, stages[i].factor, inference);
				snprintf(before + 16, sizeof before - 16, "b%d_out", number);
				if (stride == 1 && cin == cout) {
					str_printf(s, "- add: {name: b%d_add, from: [%.15s, b%d_out]}\n", number,
						before, number);
					snprintf(before, 16, "b%d_add", number);
				} else {
					snprintf(before, 16, "b%d_out", number);
				}
			}
			cin = cout;
		}
	str_printf(s, "- conv2d: {filters: 1280, kernel_size: 1, use_bias: false}\n");
	write_norm(s, inference ? "ir" : "r");
	str_printf(s, inference ? "- flatten\n" : "- global_average_pooling2d\n");
	str_printf(s, "- dense: {units: %d, activation: softmax}\n", CLASSES);
}

struct model { struct kind_list layers; };
static const struct field model_fields[] = {
	FIELD_KINDS(struct model, layers, .family = &family_layer, .doc = "the network"),
	FIELD_END
};

static struct net *
read_network(struct arena *a, const char *yaml, struct shape input)
{
	struct node *root = NULL;
	struct model model = { { 0, NULL } };
	struct diags *diags = diags_new();
	struct field_reader reader = { .arena = a, .diags = diags };
	struct net *net = NULL;
	diags_source(diags, "net.yaml", yaml, strlen(yaml));
	document_parse(a, "net.yaml", yaml, strlen(yaml), &root, diags);
	if (!diags_errors(diags)) field_read(&reader, model_fields, root, "model", &model);
	if (!diags_errors(diags))
		net = net_build(&reader, &(struct net_request){ .layers = &model.layers, .input = input,
			.num_classes = CLASSES, .batch = BATCH });
	if (net) return net;
	struct str s = STR_INIT;
	diags_format(diags, false, &s);
	fprintf(stderr, "%s", str_text(&s));
	exit(2);
}

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
	const double start = now();
	t->layer->forward(l, io);
	t->forward = now() - start;
}

static void
layer_backward(const struct layer *l, const struct layer_io *io)
{
	struct timed *t = timed_of(l, NULL);
	const double start = now();
	t->layer->backward(l, io);
	t->backward = now() - start;
}

static void
fusion_forward(const struct fusion *f, const struct layer_io *io)
{
	struct timed *t = timed_of(NULL, f);
	const double start = now();
	t->fusion->forward(f, io);
	t->forward = now() - start;
}

static void
fusion_backward(const struct fusion *f, const struct layer_io *io)
{
	struct timed *t = timed_of(NULL, f);
	const double start = now();
	t->fusion->backward(f, io);
	t->backward = now() - start;
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

static void *
memory(size_t bytes)
{
	struct buffer b;
	struct err e = ERR_INIT;
	if (buffer_alloc(&b, bytes + 64, "bench", &e) == OK) return b.data;
	fprintf(stderr, "%s\n", e.message);
	exit(5);
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
	t->params = memory(net->floats * sizeof(float));
	t->grads = memory(net->trainable_floats * sizeof(float));
	t->slots = memory(2 * net->trainable_floats * sizeof(float));
	net_init(net, 1, t->params);
	for (int i = 0; i < net->params; i++) {
		const size_t at = net->param[i].offset;
		t->update[i] = (struct kern_update){ .rule = RULE_ADAM, .alpha = 1e-5f, .beta_1 = 0.9,
			.beta_2 = 0.999, .epsilon = 1e-7f, .grad_scale = 1, .slot = { t->slots + at,
			t->slots + net->trainable_floats + at } };
	}
	t->exec = exec_open(a, p, &(struct exec_memory){ .workspace = memory(p->workspace),
		.params = t->params, .grads = t->grads, .folded = memory(p->folded) });
	exec_fold(t->exec);
	fill(exec_input(t->exec), BATCH * shape_count(&p->tensor[0].shape), 1, 0);
}

struct round { double forward, backward, update; };

static struct round
train(struct training *t, bool adam, unsigned step)
{
	int32_t labels[BATCH];
	struct round r;
	const double start = now();
	for (int i = 0; i < BATCH; i++) labels[i] = (i + (int)step) % CLASSES;
	const float *z = exec_forward(t->exec, BATCH, true, 1, step);
	kern_softmax_xent(BATCH, CLASSES, z, labels, 0, NULL, 1.0f / BATCH, NULL, NULL,
		exec_dlogits(t->exec));
	const double middle = now();
	exec_backward(t->exec, adam ? update_of : NULL, t, t->fused);
	const double end = now();
	if (adam) update_rest(t);
	r = (struct round){ middle - start, end - middle, now() - end };
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
	struct str s = STR_INIT;
	str_printf(&s, "layers:\n");
	if (last) {
		str_printf(&s, "- activation: {name: in, activation: linear}\n");
		write_network(&s, 15, "in", true);
	} else {
		str_printf(&s, "- conv2d: {filters: 32, kernel_size: 3, strides: 2, padding: same, "
			"use_bias: false}\n");
		write_norm(&s, "r");
		write_network(&s, 0, "", false);
	}
	const struct shape input = last ? SHAPE4(SHAPE_BATCH, 1, 1, 160)
		: SHAPE4(SHAPE_BATCH, 32, 32, 3);
	const struct net *net = read_network(a, str_text(&s), input);
	const struct plan *p = plan_make(a, net, &(struct plan_options){ .purpose = PLAN_TRAIN,
		.batch = BATCH, .fuse = !strchr(options, 'u'), .fused_update = true });
	static struct training t;
	open_training(&t, a, p);
	watch_steps(p);
	printf("MobileNetV2 %s, batch %d, %s, %d threads, %.0f MB workspace, peak %.0f GF/s, "
		"%.0f MFLOP an image forward\n", last ? "last 20" : "all", BATCH, kern_isa(),
		parallel_threads(), (double)p->workspace * 1e-6, kern_peak_gflops(0.1),
		2e-6 * (double)net->mult_adds);
	measure(&t, p, rounds, !strchr(options, 'a'));
	print_steps(p, strchr(options, 'l'));
	arena_free(a);
	return 0;
}
