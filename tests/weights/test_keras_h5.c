/* Hostile HDF5: every file is refused with words or read, and never ends the program. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
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

static const struct { const char *name, *words; } hostile[] = {
	{ "bad_cycle.h5", "more than 16 deep" },
	{ "bad_wide_cycle.h5", "more than 16 deep" },
	{ "bad_external_link.h5", "stem/stem/kernel:0: a link to another place or file" },
	{ "bad_soft_link.h5", "stem/stem/kernel:0: a link to another place or file" },
	{ "bad_external_data.h5", "its data is in another file" },
	{ "bad_virtual.h5", "stem/stem/kernel:0" },
	{ "bad_huge.h5", "its sizes make more than 1 GiB" },
	{ "bad_overflow.h5", "its sizes make more than 1 GiB" },
	{ "bad_unwritten.h5", "0 bytes of data for sizes that take 67108864" },
	{ "bad_rank.h5", "5 sizes, at most 4" },
	{ "bad_text.h5", "not of float16" },
	{ "bad_group.h5", "no dataset" },
	{ "bad_missing.h5", "stem/stem/kernel:0: not in the file" },
	{ "bad_filter.h5", "filter 32000" },
	{ "bad_foreign.h5", "not of Keras" },
	{ "bad_empty.h5", "not of Keras" },
	{ "bad_numbers.h5", "attribute layer_names: holds no names" },
	{ "bad_no_weights.h5", "no weights" },
	{ "bad_holes.h5", "layers/dense/vars: its variables are not numbered" },
	{ "bad_path.h5", "no name in a path" },
};

START_TEST(a_hostile_file_is_refused_with_its_place)
{
	const char *const path = small_file(&small, hostile[_i].name);
	struct weights_file *f = (void *)-1;
	struct err e = ERR_INIT;
	ck_assert_int_eq(weights_open(small.tiny.arena, path, dir.path, &f, &e), ERR_DATA);
	ck_assert_ptr_null(f);
	ck_assert_msg(strstr(e.message, hostile[_i].words) && strstr(e.message, path) == e.message,
		"%s", e.message);
	const char *const *names;
	size_t n;
	ck_assert_int_eq(file_list(dir.path, small.tiny.arena, &names, &n, ERR_IO, &e), OK);
	ck_assert_uint_eq(n, 0);
}
END_TEST

/* Open what was made of a file: whole, or refused. */
static void
survived(const char *data, size_t size, size_t *read)
{
	struct arena *const a = arena_new();
	struct weights_file *f;
	struct err e = ERR_INIT;
	const char *const path = tmpdir_write(&dir, "m.h5", data, size);
	const enum status s = weights_open(a, path, NULL, &f, &e);
	if (s == OK) {
		++*read;
		for (size_t i = 0; i < f->layers; i++)
			for (size_t k = 0; k < f->layer[i].n; k++) ck_assert_ptr_nonnull(f->layer[i].tensor[k]);
		weights_close(f);
	} else {
		ck_assert_int_eq(s, ERR_DATA);
		ck_assert_msg(strstr(e.message, path) == e.message && strlen(e.message) > strlen(path) + 8,
			"%s", e.message);
	}
	arena_free(a);
}

static const char *const mutated[] = { "base.weights.h5", "nested.h5", "variable.h5",
	"odd_types.h5" };
enum { CUTS = 24, FLIPS = 90, FLIP_HEAD = 2048 };

static void
whole(const char *name, struct str *out)
{
	struct err e = ERR_INIT;
	ck_assert_int_eq(file_read(small_file(&small, name), 1 << 20, out, ERR_IO, &e), OK);
}

START_TEST(a_file_cut_off_anywhere_is_refused)
{
	struct str all = STR_INIT;
	size_t read = 0;
	whole(mutated[_i], &all);
	for (size_t k = 0; k < CUTS; k++) survived(all.data, all.len * k / CUTS, &read);
	for (size_t k = 1; k < CUTS; k++) survived(all.data, all.len - k * k, &read);
	ck_assert_uint_eq(read, 0);
	str_free(&all);
}
END_TEST

START_TEST(a_file_with_any_byte_changed_is_read_or_refused)
{
	struct str all = STR_INIT;
	size_t read = 0;
	whole(mutated[_i], &all);
	for (size_t k = 0; k < FLIPS; k++) {
		const size_t room = k % 2 ? all.len : FLIP_HEAD, at = k * 7919 % room;
		static const unsigned char values[] = { 0xff, 0x00, 0x80, 0x01 };
		const char before = all.data[at];
		all.data[at] = (char)(before ^ (char)(values[k % 4] ? values[k % 4] : before));
		survived(all.data, all.len, &read);
		all.data[at] = before;
	}
	ck_assert_uint_gt(read, 0);
	str_free(&all);
}
END_TEST

/* Eight bytes at a time, where addresses and sizes are. */
START_TEST(a_file_with_any_word_changed_is_read_or_refused)
{
	struct str all = STR_INIT;
	size_t read = 0;
	whole(mutated[_i], &all);
	for (size_t k = 0; k < FLIPS; k++) {
		const size_t at = k * 8 * 37 % (all.len - 8) & ~(size_t)7;
		const unsigned long long values[] = { ~0ULL, 0x7fffffffffffffffULL, all.len - 1, 96,
			1ULL << 32 };
		char before[8];
		memcpy(before, all.data + at, 8);
		memcpy(all.data + at, &values[k % 5], 8);
		survived(all.data, all.len, &read);
		memcpy(all.data + at, before, 8);
	}
	str_free(&all);
}
END_TEST

Suite *
suite_keras_h5(void)
{
	enum { FILES = sizeof mutated / sizeof mutated[0] };
	Suite *s = suite_create("keras_h5");
	TCase *c = tcase_create("keras_h5");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, a_hostile_file_is_refused_with_its_place, 0,
		sizeof hostile / sizeof hostile[0]);
	tcase_add_loop_test(c, a_file_cut_off_anywhere_is_refused, 0, FILES);
	tcase_add_loop_test(c, a_file_with_any_byte_changed_is_read_or_refused, 0, FILES);
	tcase_add_loop_test(c, a_file_with_any_word_changed_is_read_or_refused, 0, FILES);
	suite_add_tcase(s, c);
	return s;
}
