/*
 * A small network with convolution, pooling, batch normalization, dropout and dense layers: its
 * gradients against finite differences along random directions, and its bits under every
 * instruction set and 1 to 4 threads.
 */
#include "doctor.h"

#include <math.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/buffer.h"
#include "tlrun/exec.h"
#include "tlrun/hash.h"
#include "tlrun/kernels.h"
#include "tlrun/parallel.h"
#include "tlrun/str.h"

enum { DOCTOR_BATCH = 8, DOCTOR_CLASSES = 3, DOCTOR_SIZE = 8, DOCTOR_DIRECTIONS = 6 };

static const char doctor_layers[] =
	"layers:\n"
	"  - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n"
	"  - max_pooling2d\n"
	"  - conv2d: {filters: 6, kernel_size: 3, activation: silu}\n"
	"  - batch_normalization\n"
	"  - flatten\n"
	"  - dropout: {rate: 0.25}\n"
	"  - dense: {units: 5, activation: tanh}\n"
	"  - dense: {units: num_classes, activation: softmax}\n";

struct doctor_model { struct kind_list layers; };
static const struct field doctor_fields[] = {
	FIELD_KINDS(struct doctor_model, layers, .family = &family_layer),
	FIELD_END
};

struct doctor {
	struct net *net;
	struct exec *exec;
	struct buffer workspace, params, grads;
	int32_t labels[DOCTOR_BATCH];
};

static enum status
doctor_build(struct arena *a, struct doctor *d, struct err *e)
{
	struct diags *diags = diags_new();
	struct field_reader r = { .arena = a, .diags = diags };
	struct doctor_model model;
	struct node *root = NULL;
	document_parse(a, "doctor", doctor_layers, strlen(doctor_layers), &root, diags);
	if (root && field_read(&r, doctor_fields, root, "doctor", &model))
		d->net = net_build(&r, &(struct net_request){ .layers = &model.layers,
			.input = SHAPE4(SHAPE_BATCH, DOCTOR_SIZE, DOCTOR_SIZE, 3),
			.num_classes = DOCTOR_CLASSES, .batch = DOCTOR_BATCH });
	diags_free(diags);
	if (!d->net)
		return err_set(e, ERR_FAILED, MARK_NONE, "the self-check's network does not build");
	const struct plan_options o = { .purpose = PLAN_TRAIN, .batch = DOCTOR_BATCH, .fuse = true };
	const struct plan *p = plan_make(a, d->net, &o);
	TRY(buffer_alloc(&d->workspace, p->workspace, "the self-check", e));
	TRY(buffer_alloc(&d->params, d->net->floats * sizeof(float), "the self-check", e));
	TRY(buffer_alloc(&d->grads, d->net->floats * sizeof(float), "the self-check", e));
	d->exec = exec_open(a, p, &(struct exec_memory){ .workspace = d->workspace.data,
		.params = d->params.data, .grads = d->grads.data });
	return OK;
}

static void
doctor_input(struct doctor *d)
{
	const struct rng r = rng_stream(7, RNG_SYNTHETIC, 0, 0);
	float *x = exec_input(d->exec);
	for (size_t i = 0; i < (size_t)DOCTOR_BATCH * DOCTOR_SIZE * DOCTOR_SIZE * 3; i++)
		x[i] = (float)(rng_uniform(&r, i) - 0.5);
	for (int i = 0; i < DOCTOR_BATCH; i++)
		d->labels[i] = i % DOCTOR_CLASSES;
}

static double
doctor_loss(struct doctor *d)
{
	float loss[DOCTOR_BATCH];
	double sum = 0;
	const float *z = exec_forward(d->exec, DOCTOR_BATCH, true, 1, 1);
	kern_softmax_xent(DOCTOR_BATCH, DOCTOR_CLASSES, z, d->labels, 0, NULL, 1.0f / DOCTOR_BATCH,
		NULL, loss, exec_dlogits(d->exec));
	for (int i = 0; i < DOCTOR_BATCH; i++)
		sum += (double)loss[i];
	return sum / DOCTOR_BATCH;
}

/* The slope along a random direction of +1 and -1, by central differences and by the gradient. */
static double
doctor_direction(struct arena *a, struct doctor *d, int which, double *scale)
{
	const size_t n = d->net->trainable_floats;
	const struct rng r = rng_stream(11, RNG_SYNTHETIC, 1, (uint64_t)which);
	const double h = 1e-4;
	float *p = d->params.data, *g = d->grads.data;
	float *saved = ARENA_ARRAY(a, float, n);
	double slope = 0, norm = 0, loss[2];
	memcpy(saved, p, n * sizeof *p);
	doctor_loss(d);
	exec_backward(d->exec, NULL, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		slope += rng_u32(&r, i) & 1 ? (double)g[i] : -(double)g[i];
		norm += (double)g[i] * (double)g[i];
	}
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < n; i++)
			p[i] = saved[i] + (float)((rng_u32(&r, i) & 1 ? h : -h) * (side ? -1 : 1));
		loss[side] = doctor_loss(d);
	}
	memcpy(p, saved, n * sizeof *p);
	*scale = sqrt(norm);
	return fabs((loss[0] - loss[1]) / (2 * h) - slope);
}

/* Bits of the gradients and of the moving statistics after one step. */
static void
doctor_bits(struct doctor *d, char hex[65])
{
	net_init(d->net, 1, d->params.data);
	doctor_loss(d);
	exec_backward(d->exec, NULL, NULL, NULL);
	struct hash *h = hash_new();
	hash_add(h, d->grads.data, d->net->trainable_floats * sizeof(float));
	hash_add(h, d->params.data, d->params.size);
	hash_hex(h, hex);
}

static enum status
doctor_compare(struct arena *a, struct doctor *d, struct doctor_check *c, struct err *e)
{
	char first[65] = "", hex[65];
	const int threads = parallel_threads();
	c->bits_ok = true;
	c->compared = arena_printf(a, "%s, %d thread%s", kern_isa_list(), threads,
		threads > 1 ? "s and 1" : "");
	char *list = arena_strdup(a, kern_isa_list()), *save = NULL;
	for (char *isa = strtok_r(list, " ", &save); isa; isa = strtok_r(NULL, " ", &save)) {
		TRY(kern_select(isa, e));
		for (int one = 0; one < 2; one++) {
			parallel_set_threads(one ? 1 : threads);
			doctor_bits(d, hex);
			if (!*first) memcpy(first, hex, sizeof first);
			if (memcmp(first, hex, sizeof first) != 0) c->bits_ok = false;
		}
	}
	parallel_set_threads(threads);
	return OK;
}

enum status
doctor_run(struct arena *a, struct doctor_check *c, struct err *e)
{
	struct doctor d = { 0 };
	*c = (struct doctor_check){ 0 };
	enum status s = doctor_build(a, &d, e);
	if (s == OK) {
		double worst = 0, most = 0;
		doctor_input(&d);
		net_init(d.net, 1, d.params.data);
		for (int i = 0; i < DOCTOR_DIRECTIONS; i++) {
			double scale;
			const double difference = doctor_direction(a, &d, i, &scale);
			if (difference > worst) worst = difference;
			if (scale > most) most = scale;
		}
		c->gradient = most > 0 ? worst / most : 1;
		c->gradient_ok = c->gradient < 0.02;
		s = doctor_compare(a, &d, c, e);
	}
	buffer_free(&d.workspace);
	buffer_free(&d.params);
	buffer_free(&d.grads);
	return s;
}
