/* Tensors to parameters by name: whole or not at all. */
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/net.h"
#include "tlrun/weights.h"
#include "weights/suites.h"

static struct tmpdir dir;
static struct arena *arena;

static void
setup(void)
{
	tmpdir_make(&dir);
	arena = arena_new();
}

static void
teardown(void)
{
	arena_free(arena);
	tmpdir_remove(&dir);
}

enum { FLOATS = 32 };

/* Two parameters, 16 floats apart: all that binding looks at. */
static struct net *
net(void)
{
	struct net *n = ARENA_NEW(arena, struct net);
	n->params = 2;
	n->floats = FLOATS;
	n->param = ARENA_ARRAY(arena, struct net_param, 2);
	n->param[0] = (struct net_param){ .name = "dense/kernel", .shape = SHAPE2(2, 3), .count = 6 };
	n->param[1] = (struct net_param){ .name = "dense/bias", .shape = SHAPE1(3), .count = 3,
		.offset = 16 };
	return n;
}

static const float values[6] = { 1, 2, 3, 4, 5, 6 };

/* Write tensors, bind them, and see status and words of the error; the block stays as it was. */
static void
refused(const struct tensor *t, size_t n, const char *words)
{
	const char *path = tmpdir_path(&dir, "m.safetensors");
	struct err e = ERR_INIT;
	struct safetensors *s = NULL;
	float block[FLOATS];
	memset(block, 0x5a, sizeof block);
	ck_assert_int_eq(safetensors_write(path, t, n, NULL, 0, &e), OK);
	ck_assert_int_eq(safetensors_open(&s, path, &e), OK);
	ck_assert_int_eq(weights_to_net(s, path, net(), block, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, words) != NULL, "\"%s\" does not say \"%s\"", e.message, words);
	for (size_t i = 0; i < sizeof block; i++) ck_assert_int_eq(((unsigned char *)block)[i], 0x5a);
	safetensors_close(s);
}

START_TEST(a_network_s_parameters_come_back)
{
	const struct net *n = net();
	float out[FLOATS] = { 0 }, in[FLOATS] = { 0 };
	for (int i = 0; i < 6; i++) out[i] = (float)i - 2.5f;
	for (int i = 16; i < 19; i++) out[i] = (float)i;
	struct tensor *t = weights_of_net(arena, n, out);
	ck_assert_str_eq(t[0].name, "dense/kernel");
	ck_assert_int_eq(t[0].rank, 2);
	ck_assert_int_eq(t[0].d[1], 3);
	ck_assert_ptr_eq(t[1].data, out + 16);
	const char *path = tmpdir_path(&dir, "m.safetensors");
	struct err e = ERR_INIT;
	struct safetensors *s = NULL;
	ck_assert_int_eq(safetensors_write(path, t, 2, NULL, 0, &e), OK);
	ck_assert_int_eq(safetensors_open(&s, path, &e), OK);
	ck_assert_msg(weights_to_net(s, path, n, in, &e) == OK, "%s", e.message);
	ck_assert_mem_eq(in, out, sizeof in);
	safetensors_close(s);
}
END_TEST

START_TEST(what_does_not_match_is_refused)
{
	const struct tensor kernel = { "dense/kernel", TENSOR_F32, 2, { 2, 3 }, values, 24 };
	const struct tensor bias = { "dense/bias", TENSOR_F32, 1, { 3 }, values, 12 };
	const struct tensor extra = { "conv2d/kernel", TENSOR_F32, 1, { 1 }, values, 4 };
	const struct tensor turned = { "dense/kernel", TENSOR_F32, 2, { 3, 2 }, values, 24 };
	const struct tensor flat = { "dense/kernel", TENSOR_F32, 1, { 6 }, values, 24 };
	const struct tensor ints = { "dense/bias", TENSOR_I32, 1, { 3 }, values, 12 };
	refused(&kernel, 1, "1 of the network's parameters are not in the file: \"dense/bias\"");
	refused((struct tensor[]){ kernel, bias, extra }, 3, "not in the network: \"conv2d/kernel\"");
	refused((struct tensor[]){ turned, bias }, 2, "[3,2] of float32 in the file");
	refused((struct tensor[]){ flat, bias }, 2, "[2,3] of float32 in the network");
	refused((struct tensor[]){ kernel, ints }, 2, "[3] of int32 in the file");
}
END_TEST

Suite *
suite_bind(void)
{
	Suite *s = suite_create("bind");
	TCase *c = tcase_create("bind");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_network_s_parameters_come_back);
	tcase_add_test(c, what_does_not_match_is_refused);
	suite_add_tcase(s, c);
	return s;
}
