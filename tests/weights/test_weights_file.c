/* Files of every format give the same numbers; what is none is refused with words. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/net.h"
#include "tlrun/parallel.h"
#include "weights/small.h"
#include "weights/suites.h"

static struct tmpdir dir;
static struct small small;

static void
setup(void)
{
	tmpdir_make(&dir);
	small_open(&small);
}

static void
teardown(void)
{
	small_close(&small);
	tmpdir_remove(&dir);
}

static const struct {
	const char *name;
	enum weights_format format;
	size_t layers, tensors;
	const char *how;
} good[] = {
	{ "base.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by name" },
	{ "base_whole.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by name" },
	{ "base.weights.h5", WEIGHTS_KERAS_3, 5, 12, "by name" },
	{ "flat.weights.h5", WEIGHTS_KERAS_3, 6, 14, "by name" },
	{ "nested.h5", WEIGHTS_KERAS_LEGACY, 6, 14, "by name" },
	{ "nested_frozen.h5", WEIGHTS_KERAS_LEGACY, 6, 14, "by name" },
	{ "nested.weights.h5", WEIGHTS_KERAS_3, 6, 14, "by name" },
	{ "bfloat16.weights.h5", WEIGHTS_KERAS_3, 5, 12, "by name" },
	{ "old_names.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by order" },
	{ "old_names_head.h5", WEIGHTS_KERAS_LEGACY, 6, 14, "by order" },
	{ "split.h5", WEIGHTS_KERAS_LEGACY, 6, 14, "by name" },
	{ "spaces.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by name" },
	{ "variable.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by name" },
	{ "odd_types.h5", WEIGHTS_KERAS_LEGACY, 5, 12, "by name" },
};

START_TEST(every_format_gives_the_same_numbers)
{
	struct weights_binding b;
	struct weights_file *f = small_weights(&small, good[_i].name);
	ck_assert_int_eq(f->format, good[_i].format);
	ck_assert_uint_eq(f->layers, good[_i].layers);
	ck_assert_uint_eq(safetensors_count(f->tensors), good[_i].tensors);
	weights_bind(small.tiny.arena, f, &small.target, &b);
	ck_assert_str_eq(b.how, good[_i].how);
	ck_assert_uint_eq(b.left, good[_i].tensors - (size_t)small.params);
	small_same(&small, f, &b);
	weights_close(f);
}
END_TEST

START_TEST(a_list_of_one_name_may_be_a_text)
{
	struct weights_file *f = small_weights(&small, "one.h5");
	ck_assert_uint_eq(f->layers, 1);
	ck_assert_str_eq(f->layer[0].name, "stem");
	ck_assert_str_eq(f->layer[0].path, "stem");
	ck_assert_str_eq(f->layer[0].tensor[0]->name, "stem/stem/kernel");
	weights_close(f);
}
END_TEST

START_TEST(layers_carry_their_names_and_places)
{
	struct weights_file *f = small_weights(&small, "nested.weights.h5");
	ck_assert_str_eq(f->layer[0].name, "pred");
	ck_assert_str_eq(f->layer[0].path, "layers/dense");
	ck_assert_str_eq(f->layer[1].name, "stem_bn");
	ck_assert_str_eq(f->layer[2].name, "project_bn");
	ck_assert_str_eq(f->layer[2].path, "layers/functional/layers/batch_normalization_1");
	weights_close(f);
	f = small_weights(&small, "nested.h5");
	ck_assert_str_eq(f->layer[0].name, "stem");
	ck_assert_str_eq(f->layer[0].path, "model_weights/base");
	ck_assert_str_eq(f->layer[5].name, "pred");
	weights_close(f);
}
END_TEST

START_TEST(a_model_of_our_own_binds_by_name)
{
	const struct net *const net = small.tiny.net;
	float *const block = tiny_floats(small.tiny.arena, net->floats);
	const char *const path = tmpdir_path(&dir, "m.safetensors");
	struct weights_file *f;
	struct weights_binding b;
	struct err e = ERR_INIT;
	for (int i = 0; i < net->params; i++)
		for (size_t j = 0; j < net->param[i].count; j++)
			block[net->param[i].offset + j] = (float)((13 * (size_t)i + 7 * j) % 61) / 4 - 8;
	ck_assert_int_eq(safetensors_write(path, weights_of_net(small.tiny.arena, net, block),
		(size_t)net->params, NULL, 0, &e), OK);
	ck_assert_int_eq(weights_open(small.tiny.arena, path, NULL, &f, &e), OK);
	ck_assert_int_eq(f->format, WEIGHTS_SAFETENSORS);
	ck_assert_uint_eq(f->layers, 6);
	ck_assert_str_eq(f->layer[1].name, "stem_bn");
	ck_assert_uint_eq(f->layer[1].n, 4);
	weights_bind(small.tiny.arena, f, &small.target, &b);
	ck_assert_str_eq(b.how, "by name");
	ck_assert_int_eq(b.left, 2);
	small_same(&small, f, &b);
	weights_close(f);
}
END_TEST

/* ---- the cache ---- */

static size_t
cached(const char *folder, const char **name)
{
	const char *const *names;
	size_t n;
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_list(folder, small.tiny.arena, &names, &n, ERR_IO, &e), OK);
	if (n > 0) *name = path_join(small.tiny.arena, folder, names[0]);
	return n;
}

START_TEST(hdf5_is_read_once_into_the_cache)
{
	const char *const cache = arena_printf(small.tiny.arena, "%s/results/cache", dir.path);
	const char *kept = NULL;
	struct weights_file *f;
	struct weights_binding b;
	struct err e = ERR_INIT;
	struct stat first, second;
	for (int i = 0; i < 2; i++) {
		ck_assert_msg(weights_open(small.tiny.arena, small_file(&small, "base.h5"), cache, &f, &e)
			== OK, "%s", e.message);
		weights_bind(small.tiny.arena, f, &small.target, &b);
		small_same(&small, f, &b);
		weights_close(f);
		ck_assert_uint_eq(cached(cache, &kept), 1);
		ck_assert_int_eq(stat(kept, i ? &second : &first), 0);
	}
	ck_assert(first.st_ino == second.st_ino);
	/* Damage is found, and mended. */
	ck_assert_int_eq(truncate(kept, first.st_size - 1), 0);
	ck_assert_int_eq(weights_open(small.tiny.arena, small_file(&small, "base.h5"), cache, &f, &e),
		OK);
	weights_close(f);
	ck_assert_int_eq(stat(kept, &second), 0);
	ck_assert(first.st_size == second.st_size);
}
END_TEST

START_TEST(a_number_changed_in_the_cache_is_found)
{
	const char *const cache = arena_printf(small.tiny.arena, "%s/results/cache", dir.path);
	const char *kept = NULL;
	struct weights_file *f;
	struct weights_binding b;
	struct err e = ERR_INIT;
	struct stat st;
	ck_assert_int_eq(weights_open(small.tiny.arena, small_file(&small, "base.h5"), cache, &f, &e),
		OK);
	weights_close(f);
	ck_assert_uint_eq(cached(cache, &kept), 1);
	ck_assert_int_eq(stat(kept, &st), 0);
	FILE *const file = fopen(kept, "r+b");
	ck_assert(file && fseek(file, st.st_size - 2, SEEK_SET) == 0 && fputc('?', file) == '?');
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(weights_open(small.tiny.arena, small_file(&small, "base.h5"), cache, &f, &e),
		OK);
	weights_bind(small.tiny.arena, f, &small.target, &b);
	small_same(&small, f, &b);
	weights_close(f);
}
END_TEST

START_TEST(a_cache_that_cannot_be_written_is_done_without)
{
	const char *const file = tmpdir_write(&dir, "file", "x", 1);
	struct weights_file *f;
	struct err e = ERR_INIT;
	ck_assert_msg(weights_open(small.tiny.arena, small_file(&small, "base.h5"),
		arena_printf(small.tiny.arena, "%s/cache", file), &f, &e) == OK, "%s", e.message);
	ck_assert_uint_eq(f->layers, 5);
	weights_close(f);
}
END_TEST

static void
tile(void *ctx, int i, int thread)
{
	(void)thread;
	((int *)ctx)[i] = i;
}

/* The reader is forked off a process that has threads by then. */
START_TEST(hdf5_is_read_after_threads_have_run)
{
	int done[64] = { 0 };
	struct weights_binding b;
	parallel_set_threads(3);
	parallel_for(64, tile, done);
	ck_assert_int_eq(done[63], 63);
	struct weights_file *f = small_weights(&small, "odd_types.h5");
	weights_bind(small.tiny.arena, f, &small.target, &b);
	small_same(&small, f, &b);
	weights_close(f);
	parallel_for(64, tile, done);
}
END_TEST

START_TEST(the_hash_is_the_file_s)
{
	struct str all = STR_INIT;
	struct err e = ERR_INIT;
	char hex[HASH_HEX];
	ck_assert_int_eq(file_read(small_file(&small, "one.h5"), 1 << 20, &all, ERR_IO, &e), OK);
	hash_of(all.data, all.len, hex);
	struct weights_file *f = small_weights(&small, "one.h5");
	ck_assert_str_eq(f->hash, hex);
	weights_close(f);
	str_free(&all);
}
END_TEST

/* ---- no weights at all ---- */

static void
refused(const char *path, const char *words)
{
	struct weights_file *f = (void *)-1;
	struct err e = ERR_INIT;
	ck_assert_int_eq(weights_open(small.tiny.arena, path, NULL, &f, &e), ERR_DATA);
	ck_assert_ptr_null(f);
	ck_assert_msg(strstr(e.message, words) && strstr(e.message, path), "%s", e.message);
}

START_TEST(what_is_no_file_of_weights_is_refused)
{
	refused(tmpdir_path(&dir, "none.h5"), "No such file");
	refused(dir.path, "expected a regular file, found a folder");
	refused(tmpdir_write(&dir, "empty.h5", "", 0), "empty");
	refused(tmpdir_write(&dir, "text.h5", "layers:\n", 8), "neither those of HDF5");
	refused(tmpdir_write(&dir, "m.keras", "PK\3\4xxxx", 8), "model.weights.h5");
	refused(tmpdir_write(&dir, "cut.safetensors", "\20\0\0\0\0\0\0\0{\"a\":", 13), "cut off");
	refused("/dev/null", "expected a regular file, found a device");
	const char *const secret = tmpdir_write(&dir, "secret.h5", "x", 1);
	ck_assert_int_eq(chmod(secret, 0), 0);
	if (geteuid() != 0) refused(secret, "Permission denied");
}
END_TEST

Suite *
suite_weights_file(void)
{
	Suite *s = suite_create("weights_file");
	TCase *c = tcase_create("weights_file");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, every_format_gives_the_same_numbers, 0, sizeof good / sizeof good[0]);
	tcase_add_test(c, a_list_of_one_name_may_be_a_text);
	tcase_add_test(c, layers_carry_their_names_and_places);
	tcase_add_test(c, a_model_of_our_own_binds_by_name);
	tcase_add_test(c, hdf5_is_read_once_into_the_cache);
	tcase_add_test(c, a_number_changed_in_the_cache_is_found);
	tcase_add_test(c, a_cache_that_cannot_be_written_is_done_without);
	tcase_add_test(c, hdf5_is_read_after_threads_have_run);
	tcase_add_test(c, the_hash_is_the_file_s);
	tcase_add_test(c, what_is_no_file_of_weights_is_refused);
	suite_add_tcase(s, c);
	return s;
}
