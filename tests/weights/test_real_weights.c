/*
 * The public MobileNetV2 files, alpha 1.0, old names and new: both bind whole, to the same numbers.
 * $TLRUN_SHARED/weights or ../shared/weights; where the files are not there a line says so and the
 * test passes.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backbones/base.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/weights.h"
#include "weights/suites.h"

static const char *
real_path(struct arena *a, const char *name)
{
	const char *const shared = getenv("TLRUN_SHARED");
	const char *const path = shared && *shared ? arena_printf(a, "%s/weights/%s", shared, name)
		: arena_printf(a, "%s/../../shared/weights/%s", TESTS_DIR, name);
	if (file_exists(path)) return path;
	fprintf(stderr, "skipped: %s is not there\n", path);
	return NULL;
}

static const struct { const char *name; int left; } real[] = {
	{ "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5", 0 },
	{ "mobilenet_v2_imagenet_1.0_224.h5", 2 },
};

/* Bind one to the backbone with and without its table of old names; the parameters' hash. */
static void
real_load(struct base *b, int which, bool renamed, const char *how, char hash[65])
{
	const char *const path = real_path(b->arena, real[which].name);
	struct weights_file *f;
	struct weights_binding binding;
	struct err e = ERR_INIT;
	const struct weights_target t = { .net = b->net, .nodes = b->net->backbone,
		.old_name = renamed ? backbone_kind_of(b->backbone.kind)->old_name : NULL };
	float *const block = arena_alloc(b->arena, b->net->floats * sizeof *block);
	ck_assert_msg(weights_open(b->arena, path, NULL, &f, &e) == OK, "%s", e.message);
	ck_assert_int_eq(f->format, WEIGHTS_KERAS_LEGACY);
	weights_bind(b->arena, f, &t, &binding);
	ck_assert_str_eq(binding.how, how);
	ck_assert_int_eq(binding.matched, 260);
	ck_assert_int_eq(binding.missing + binding.misfits, 0);
	ck_assert_int_eq(binding.left, real[which].left);
	ck_assert_msg(weights_check(f, &t, &binding, &e) == OK, "%s", e.message);
	weights_apply(&t, &binding, block);
	net_hash(b->net, block, hash);
	weights_close(f);
}

START_TEST(both_public_layouts_fill_the_backbone_alike)
{
	struct base b;
	char one[HASH_HEX], two[HASH_HEX];
	base_read(&b, "{name: mobilenet_v2, alpha: 1.0}");
	base_build(&b, 32, 32, 1);
	if (real_path(b.arena, real[0].name) && real_path(b.arena, real[1].name)) {
		real_load(&b, 0, false, "by order", one);
		real_load(&b, 0, true, "by name", two);
		ck_assert_str_eq(one, two);
		real_load(&b, 1, true, "by name", two);
		ck_assert_str_eq(one, two);
	}
	base_close(&b);
}
END_TEST

Suite *
suite_real_weights(void)
{
	Suite *s = suite_create("real_weights");
	TCase *c = tcase_create("real_weights");
	tcase_add_test(c, both_public_layouts_fill_the_backbone_alike);
	suite_add_tcase(s, c);
	return s;
}
