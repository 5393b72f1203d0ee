/* safetensors: what is written comes back, and no hostile file is believed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "tlrun/weights.h"
#include "weights/suites.h"

static struct tmpdir dir;

static void
setup(void)
{
	tmpdir_make(&dir);
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

/* A file of this header and so many bytes of data; its path. */
static const char *
crafted(const char *header, size_t length, size_t data)
{
	const size_t size = strlen(header);
	unsigned char *all = calloc(1, 8 + size + data);
	ck_assert_ptr_nonnull(all);
	for (int i = 0; i < 8; i++) all[i] = (unsigned char)((uint64_t)length >> 8 * i);
	memcpy(all + 8, header, size);
	const char *path = tmpdir_write(&dir, "crafted.safetensors", all, 8 + size + data);
	free(all);
	return path;
}

/* The file is refused as data, and the message says so. */
static void
refused(const char *path, const char *words)
{
	struct safetensors *s = (void *)&dir;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_open(&s, path, &e), ERR_DATA);
	ck_assert_ptr_null(s);
	ck_assert_msg(strstr(e.message, words) != NULL, "\"%s\" does not say \"%s\"", e.message, words);
	ck_assert_msg(strstr(e.message, ".safetensors") != NULL, "\"%s\" names no file", e.message);
}

static void
refused_header(const char *header, size_t data, const char *words)
{
	refused(crafted(header, strlen(header), data), words);
}

START_TEST(what_is_written_comes_back)
{
	const float f[6] = { 1, -2.5f, 3e-40f, 0, -0.0f, 7 };
	const double d[2] = { 0.1, -1e300 };
	const long long l[1] = { -5 };
	const int32_t i[3] = { 1, -2, 3 };
	const unsigned char u[3] = { 0, 128, 255 };
	const struct tensor t[] = {
		{ "conv/kernel", TENSOR_F32, 2, { 2, 3 }, f, sizeof f },
		{ "numbers", TENSOR_F64, 1, { 2 }, d, sizeof d },
		{ "scalar", TENSOR_I64, 0, { 0 }, l, sizeof l },
		{ "none", TENSOR_F32, 2, { 0, 4 }, NULL, 0 },
		{ "ints \"quoted\" \xc3\xa9", TENSOR_I32, 3, { 1, 3, 1 }, i, sizeof i },
		{ "bytes", TENSOR_U8, 1, { 3 }, u, sizeof u },
	};
	const struct metadata m[] = { { "format", "tlrun" }, { "classes", "[\"a\", \"b\"]\n" } };
	const char *path = tmpdir_path(&dir, "a.safetensors");
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, t, 6, m, 2, &e), OK);
	struct safetensors *s = NULL;
	ck_assert_msg(safetensors_open(&s, path, &e) == OK, "%s", e.message);
	ck_assert_uint_eq(safetensors_count(s), 6);
	for (size_t k = 0; k < 6; k++) {
		const struct tensor *g = safetensors_at(s, k);
		ck_assert_ptr_eq(g, safetensors_find(s, t[k].name));
		ck_assert_str_eq(g->name, t[k].name);
		ck_assert_int_eq(g->type, t[k].type);
		ck_assert_int_eq(g->rank, t[k].rank);
		for (int r = 0; r < g->rank; r++) ck_assert_int_eq(g->d[r], t[k].d[r]);
		ck_assert_uint_eq(g->bytes, t[k].bytes);
		if (g->bytes > 0) ck_assert_mem_eq(g->data, t[k].data, g->bytes);
	}
	ck_assert_ptr_null(safetensors_at(s, 6));
	ck_assert_ptr_null(safetensors_find(s, "conv"));
	ck_assert_str_eq(safetensors_meta(s, "format"), "tlrun");
	ck_assert_str_eq(safetensors_meta(s, "classes"), m[1].value);
	ck_assert_ptr_null(safetensors_meta(s, "nothing"));
	safetensors_close(s);
	safetensors_close(NULL);
}
END_TEST

START_TEST(the_bytes_are_those_of_the_format)
{
	const float f[2] = { 1, 2 };
	const struct tensor t = { "w", TENSOR_F32, 1, { 2 }, f, sizeof f };
	const struct metadata m = { "k", "v" };
	const char *path = tmpdir_path(&dir, "b.safetensors");
	static const char head[] =
		"{\"__metadata__\":{\"k\":\"v\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2],"
		"\"data_offsets\":[0,8]}}";
	struct str out = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, &t, 1, &m, 1, &e), OK);
	ck_assert_int_eq(file_read(path, 4096, &out, ERR_IO, &e), OK);
	const size_t header = (unsigned char)out.data[0];
	ck_assert_mem_eq(out.data + 1, "\0\0\0\0\0\0\0", 7);
	ck_assert_uint_eq(header % 8, 0);
	ck_assert_uint_ge(header, sizeof head - 1);
	ck_assert_uint_lt(header, sizeof head - 1 + 8);
	ck_assert_mem_eq(out.data + 8, head, sizeof head - 1);
	for (size_t i = sizeof head - 1; i < header; i++) ck_assert_int_eq(out.data[8 + i], ' ');
	ck_assert_uint_eq(out.len, 8 + header + sizeof f);
	ck_assert_mem_eq(out.data + 8 + header, f, sizeof f);
	str_free(&out);
}
END_TEST

START_TEST(nothing_at_all_is_a_file_too)
{
	const char *path = tmpdir_path(&dir, "empty.safetensors");
	struct safetensors *s = NULL;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, NULL, 0, NULL, 0, &e), OK);
	ck_assert_msg(safetensors_open(&s, path, &e) == OK, "%s", e.message);
	ck_assert_uint_eq(safetensors_count(s), 0);
	safetensors_close(s);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_an_io_error)
{
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(tmpdir_path(&dir, "no/w.safetensors"), NULL, 0, NULL, 0, &e),
	    ERR_IO);
	refused(tmpdir_path(&dir, "absent.safetensors"), "absent.safetensors");
}
END_TEST

#define F32(shape, offsets)                                                                        \
	"{\"w\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static const struct { const char *header; size_t data; const char *words; } hostile[] = {
	{ F32("[2]", "[0,16]"), 8, "ends at byte 16" },
	{ F32("[2]", "[8,16]"), 8, "ends at byte 16" },
	{ F32("[2]", "[4,12]"), 12, "hole" },
	{ F32("[2]", "[0,8]"), 12, "4 bytes after the last tensor" },
	{ F32("[3]", "[0,8]"), 8, "take 12" },
	{ F32("[2]", "[8,0]"), 8, "ascending" },
	{ F32("[2]", "[-8,0]"), 8, "ascending" },
	{ F32("[2]", "[0,8.0]"), 8, "ascending" },
	{ F32("[2]", "[0]"), 8, "ascending" },
	{ F32("[2]", "[0,99999999999999999999]"), 8, "JSON" },
	{ F32("[2]", "[9223372036854775800,9223372036854775807]"), 8, "ends at byte" },
	{ F32("[-2]", "[0,8]"), 8, "whole number" },
	{ F32("[2.0]", "[0,8]"), 8, "whole number" },
	{ F32("2", "[0,8]"), 8, "list" },
	{ F32("[1,1,1,1,2]", "[0,8]"), 8, "at most 4" },
	{ F32("[4294967296,4294967296]", "[0,0]"), 0, "more than any file" },
	{ F32("[9223372036854775807]", "[0,8]"), 8, "more than any file" },
	{ "{\"w\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "F8_E4M3" },
	{ "{\"w\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "expected {dtype" },
	{ "{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "expected {dtype" },
	{ "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}", 8,
		"expected {dtype" },
	{ "{\"w\":3}", 0, "expected {dtype" },
	{ "[]", 0, "not a map" },
	{ "{\"w\":", 0, "JSON" },
	{ "", 0, "JSON" },
	{ "{\"__metadata__\":{\"k\":1}}", 0, "not a text" },
	{ "{\"__metadata__\":[]}", 0, "__metadata__" },
	{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
	  "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "overlaps" },
	{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
	  "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "overlaps" },
	{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
	  "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16, "JSON" },
};

START_TEST(a_hostile_header_is_refused)
{
	refused_header(hostile[_i].header, hostile[_i].data, hostile[_i].words);
}
END_TEST

START_TEST(a_header_longer_than_the_file_is_refused)
{
	static const char header[] = F32("[2]", "[0,8]");
	refused(crafted(header, sizeof header - 1 + 9, 8), "does not fit");
	refused(crafted(header, SIZE_MAX, 8), "does not fit");
	refused(crafted(header, (size_t)1 << 63, 8), "does not fit");
	refused(crafted("", 0, 0), "JSON");
	refused(tmpdir_write(&dir, "short.safetensors", "\1\0\0", 3), "3 bytes");
	refused(tmpdir_write(&dir, "zero.safetensors", "", 0), "0 bytes");
}
END_TEST

START_TEST(deep_json_is_refused_without_harm)
{
	enum { DEPTH = 200000 };
	char *deep = malloc(DEPTH + 1);
	ck_assert_ptr_nonnull(deep);
	memset(deep, '[', DEPTH);
	deep[DEPTH] = '\0';
	refused_header(deep, 0, "JSON");
	free(deep);
}
END_TEST

/* Expected bits: numpy's astype(float32), and for bfloat16 the same upper 16 bits. */
static const double f64[] = { 0.1, 1 + 0x1p-24, 1 + 0x3p-24, 0x1p-150, 0x1.8p-150,
	0x1p-126 - 0x1p-151, 16777217, -1.0 / 3, 3.4028235677973362e38 };
static const uint32_t f64_bits[] = { 0x3dcccccd, 0x3f800000, 0x3f800002, 0, 1, 0x800000,
	0x4b800000, 0xbeaaaaab, 0x7f7fffff };
static const uint16_t f16[] = { 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0x8000, 0xc000,
	0x7e00 };
static const uint32_t f16_bits[] = { 0x33800000, 0x387fc000, 0x38800000, 0x3eaaa000, 0x477fe000,
	0x7f800000, 0x80000000, 0xc0000000, 0x7fc00000 };
static const uint16_t bf16[] = { 0x0001, 0x3f80, 0xc049, 0x7f7f, 0xff80, 0x8000, 0x0080, 0x3eaa,
	0x4b80 };
static const uint32_t bf16_bits[] = { 0x00010000, 0x3f800000, 0xc0490000, 0x7f7f0000, 0xff800000,
	0x80000000, 0x00800000, 0x3eaa0000, 0x4b800000 };

START_TEST(floats_of_all_sizes_become_float32)
{
	const struct tensor t[] = {
		{ "odd", TENSOR_U8, 1, { 1 }, "x", 1 },		/* the others are not aligned */
		{ "wide", TENSOR_F64, 1, { 9 }, f64, sizeof f64 },
		{ "half", TENSOR_F16, 1, { 9 }, f16, sizeof f16 },
		{ "brain", TENSOR_BF16, 1, { 9 }, bf16, sizeof bf16 },
	};
	const uint32_t *const bits[] = { NULL, f64_bits, f16_bits, bf16_bits };
	const char *const path = tmpdir_path(&dir, "floats.safetensors");
	struct safetensors *s = NULL;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, t, 4, NULL, 0, &e), OK);
	ck_assert_msg(safetensors_open(&s, path, &e) == OK, "%s", e.message);
	ck_assert_msg(safetensors_to_float32(s, &e) == OK, "%s", e.message);
	ck_assert_int_eq(safetensors_at(s, 0)->type, TENSOR_U8);
	for (size_t k = 1; k < 4; k++) {
		const struct tensor *const x = safetensors_at(s, k);
		ck_assert_int_eq(x->type, TENSOR_F32);
		ck_assert_int_eq(safetensors_stored(s, x), t[k].type);
		ck_assert_uint_eq(x->bytes, 36);
		for (size_t i = 0; i < 9; i++) {
			uint32_t found;
			memcpy(&found, (const char *)x->data + 4 * i, sizeof found);
			ck_assert_msg(found == bits[k][i], "%s[%zu] is %08x", x->name, i, (unsigned)found);
		}
	}
	safetensors_close(s);
}
END_TEST

START_TEST(a_float64_beyond_float32_is_refused)
{
	const double d[2] = { 1, 1e39 };
	const struct tensor t = { "wide", TENSOR_F64, 1, { 2 }, d, sizeof d };
	const char *const path = tmpdir_path(&dir, "floats.safetensors");
	struct safetensors *s = NULL;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, &t, 1, NULL, 0, &e), OK);
	ck_assert_int_eq(safetensors_open(&s, path, &e), OK);
	ck_assert_int_eq(safetensors_to_float32(s, &e), ERR_DATA);
	ck_assert_msg(strstr(e.message, "\"wide\": number 1 is"), "%s", e.message);
	safetensors_close(s);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	const float f[5] = { 1, 2, 3, 4, 5 };
	const struct tensor t[] = {
		{ "a", TENSOR_F32, 1, { 2 }, f, 8 }, { "b", TENSOR_F32, 1, { 3 }, f + 2, 12 },
	};
	const char *path = tmpdir_path(&dir, "whole.safetensors");
	struct str all = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, t, 2, NULL, 0, &e), OK);
	ck_assert_int_eq(file_read(path, 4096, &all, ERR_IO, &e), OK);
	for (size_t n = 0; n < all.len; n++)
		refused(tmpdir_write(&dir, "cut.safetensors", all.data, n), "cut.safetensors");
	str_free(&all);
}
END_TEST

START_TEST(every_flipped_byte_of_a_header_is_harmless)
{
	const float f[5] = { 1, 2, 3, 4, 5 };
	const struct tensor t[] = {
		{ "a", TENSOR_F32, 1, { 2 }, f, 8 }, { "b", TENSOR_F32, 1, { 3 }, f + 2, 12 },
	};
	const char *path = tmpdir_path(&dir, "whole.safetensors");
	struct str all = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(safetensors_write(path, t, 2, NULL, 0, &e), OK);
	ck_assert_int_eq(file_read(path, 4096, &all, ERR_IO, &e), OK);
	for (size_t i = 0; i < all.len - sizeof f; i++)
		for (int bit = 0; bit < 8; bit++) {
			all.data[i] = (char)(all.data[i] ^ 1 << bit);
			const char *flipped = tmpdir_write(&dir, "flip.safetensors", all.data, all.len);
			all.data[i] = (char)(all.data[i] ^ 1 << bit);
			struct safetensors *s = NULL;
			if (safetensors_open(&s, flipped, &e) != OK) continue;
			size_t bytes = 0;
			for (size_t k = 0; k < safetensors_count(s); k++) bytes += safetensors_at(s, k)->bytes;
			ck_assert_uint_eq(bytes, sizeof f);
			safetensors_close(s);
		}
	str_free(&all);
}
END_TEST

Suite *
suite_safetensors(void)
{
	Suite *s = suite_create("safetensors");
	TCase *c = tcase_create("safetensors");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_is_written_comes_back);
	tcase_add_test(c, the_bytes_are_those_of_the_format);
	tcase_add_test(c, nothing_at_all_is_a_file_too);
	tcase_add_test(c, a_folder_that_is_not_there_is_an_io_error);
	tcase_add_loop_test(c, a_hostile_header_is_refused, 0, sizeof hostile / sizeof hostile[0]);
	tcase_add_test(c, a_header_longer_than_the_file_is_refused);
	tcase_add_test(c, deep_json_is_refused_without_harm);
	tcase_add_test(c, floats_of_all_sizes_become_float32);
	tcase_add_test(c, a_float64_beyond_float32_is_refused);
	tcase_add_test(c, every_truncation_is_refused);
	tcase_add_test(c, every_flipped_byte_of_a_header_is_harmless);
	suite_add_tcase(s, c);
	return s;
}
