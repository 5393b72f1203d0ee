/*
 * The real ImageNet weights on real images: every block gives what Keras gives, layer by layer and
 * folded. The weights are large and lie beside the sources, not in them; without them the test
 * says so and passes.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backbones/base.h"
#include "backbones/suites.h"
#include "support/golden.h"
#include "support/tiny.h"
#include "tlrun/file.h"
#include "tlrun/weights.h"

enum { IMAGES = 3, SIDE = 32, CHANNELS = 3, RECORD = 1 + CHANNELS * SIDE * SIDE, SAMPLES = 60 };

static const int imagenet_sizes[] = { 32, 96, 224 };
enum { SIZES = sizeof imagenet_sizes / sizeof *imagenet_sizes };

static const char *
imagenet_weights(struct arena *a)
{
	const char *path = arena_printf(a, "%s/../../shared/weights/"
		"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5", TESTS_DIR);
	return file_exists(path) ? path : NULL;
}

/* A pixel between four others, half-pixel centres, the borders repeated; then x/127.5 - 1. */
static float
imagenet_pixel(const unsigned char *record, int size, int y, int x, int c)
{
	const double at[2] = { (y + 0.5) * SIDE / size - 0.5, (x + 0.5) * SIDE / size - 0.5 };
	double value = 0;
	for (int corner = 0; corner < 4; corner++) {
		int index[2];
		double weight = 1;
		for (int axis = 0; axis < 2; axis++) {
			const double low = floor(at[axis]);
			const int high = corner >> axis & 1;
			weight *= high ? at[axis] - low : 1 - (at[axis] - low);
			index[axis] = (int)fmin(fmax(low + high, 0), SIDE - 1);
		}
		value += weight * record[1 + (c * SIDE + index[0]) * SIDE + index[1]];
	}
	return (float)(value / 127.5 - 1);
}

static void
imagenet_images(int size, float *x)
{
	unsigned char record[RECORD];
	char path[4096];
	snprintf(path, sizeof path, "%s/golden/cifar10_images.bin", TESTS_DIR);
	FILE *f = fopen(path, "rb");
	ck_assert_ptr_nonnull(f);
	for (int n = 0; n < IMAGES; n++) {
		ck_assert_uint_eq(fread(record, 1, RECORD, f), RECORD);
		for (int i = 0; i < size * size * CHANNELS; i++)
			*x++ = imagenet_pixel(record, size, i / CHANNELS / size, i / CHANNELS % size,
				i % CHANNELS);
	}
	fclose(f);
}

static float *
imagenet_params(struct base *b, const char *path)
{
	struct weights_file *f;
	struct weights_binding bound;
	struct err e = ERR_INIT;
	float *block = tiny_floats(b->arena, b->net->floats);
	const struct weights_target t = { .net = b->net, .nodes = b->net->backbone,
		.old_name = backbone_kind_of(b->backbone.kind)->old_name };
	net_init(b->net, 1, block);
	ck_assert_msg(weights_open(b->arena, path, NULL, &f, &e) == OK, "%s", e.message);
	weights_bind(b->arena, f, &t, &bound);
	ck_assert_msg(weights_check(f, &t, &bound, &e) == OK, "%s", e.message);
	ck_assert_int_eq(bound.matched, 260);
	weights_apply(&t, &bound, block);
	weights_close(f);
	return block;
}

/* Every 60th of the values is Keras's to 1e-4 of the range of all. */
static void
imagenet_compare(const struct golden *g, const char *of, size_t n, const float *y)
{
	const double *range = golden_values(g, of, "range", 3);
	const double *want = golden_values(g, of, "sample", SAMPLES);
	const double tolerance = 1e-4 * (range[2] - range[1]);
	ck_assert_uint_eq(n, (size_t)range[0]);
	for (size_t j = 0; j < SAMPLES; j++)
		ck_assert_msg(fabs(y[j * n / SAMPLES] - want[j]) <= tolerance,
			"%s: value %zu is %.9g, not %.9g", of, j * n / SAMPLES, y[j * n / SAMPLES], want[j]);
}

struct imagenet {
	struct base b;
	struct golden *g;
	struct exec *exec;
};

/* o's plan on the images of a size; false: there are no weights. */
static bool
imagenet_open(struct imagenet *t, int size, struct plan_options o)
{
	base_read(&t->b, "{name: mobilenet_v2, freeze: none}");
	const char *path = imagenet_weights(t->b.arena);
	if (!path) {
		fprintf(stderr, "skipped: ../shared/weights is not there\n");
		base_close(&t->b);
		return false;
	}
	base_build(&t->b, size, size, IMAGES);
	o.batch = IMAGES;
	float *params = imagenet_params(&t->b, path);
	const struct plan *p = plan_make(t->b.arena, t->b.net, &o);
	t->g = golden_open("mobilenet_v2_imagenet");
	t->exec = exec_open(t->b.arena, p, &(struct exec_memory){
		.workspace = tiny_floats(t->b.arena, p->workspace / sizeof(float)), .params = params,
		.folded = tiny_floats(t->b.arena, p->folded / sizeof(float)) });
	exec_fold(t->exec);
	imagenet_images(size, exec_input(t->exec));
	return true;
}

static void
imagenet_close(struct imagenet *t)
{
	golden_close(t->g);
	base_close(&t->b);
}

/* A plan for training keeps what each layer reads. */
START_TEST(every_block_is_keras)
{
	struct imagenet t;
	const int size = imagenet_sizes[_i];
	char of[64], prefix[16];
	if (!imagenet_open(&t, size, (struct plan_options){ .purpose = PLAN_TRAIN })) return;
	snprintf(prefix, sizeof prefix, "%d.", size);
	exec_forward(t.exec, IMAGES, false, 0, 0);
	size_t cases = 0;
	for (const char *c; (c = golden_case(t.g, prefix, "sample", cases)); cases++) {
		struct shape shape;
		snprintf(of, sizeof of, "%s", c);
		const float *y = exec_tensor(t.exec, of + strlen(prefix), &shape);
		ck_assert_msg(y != NULL, "%s", of);
		imagenet_compare(t.g, of, IMAGES * shape_count(&shape), y);
	}
	ck_assert_uint_eq(cases, 19);
	imagenet_close(&t);
}
END_TEST

START_TEST(the_folded_network_is_keras)
{
	struct imagenet t;
	const int size = imagenet_sizes[_i];
	char of[64];
	/* out_relu is the last of the backbone's nodes, and the head has three more. */
	const struct plan_options o = { .purpose = PLAN_EVALUATE, .fuse = true, .last = 153 };
	if (!imagenet_open(&t, size, o)) return;
	const float *y = exec_forward(t.exec, IMAGES, false, 0, 0);
	const int side = (size + 31) / 32;
	snprintf(of, sizeof of, "%d.out_relu", size);
	imagenet_compare(t.g, of, (size_t)IMAGES * side * side * 1280, y);
	imagenet_close(&t);
}
END_TEST

Suite *
suite_imagenet(void)
{
	Suite *s = suite_create("imagenet");
	TCase *t = tcase_create("imagenet");
	tcase_add_loop_test(t, every_block_is_keras, 0, SIZES);
	tcase_add_loop_test(t, the_folded_network_is_keras, 0, SIZES);
	suite_add_tcase(s, t);
	return s;
}
