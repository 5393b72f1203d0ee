/* Pictures from files: pixels as they were written, and hostile files refused. */
#include "tlrun/picture.h"

#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build-config.h"
#include "data/picture_formats.h"
#include "data/suites.h"
#include "support/golden.h"
#include "support/tmpdir.h"
#include "tlrun/png.h"
#include "tlrun/str.h"

#ifdef HAVE_JPEG
#include <jpeglib.h>
#endif

static struct tmpdir dir;
static struct picture p;
static struct err err;

static void
setup(void)
{
	tmpdir_make(&dir);
	p = (struct picture){ 0 };
	err = (struct err)ERR_INIT;
}

static void
teardown(void)
{
	picture_free(&p);
	tmpdir_remove(&dir);
}

static enum status
read_bytes(const void *data, size_t len)
{
	picture_free(&p);
	err = (struct err)ERR_INIT;
	return picture_read(tmpdir_write(&dir, "picture", data, len), &p, &err);
}

static void
refused(const void *data, size_t len, const char *words)
{
	ck_assert_int_eq(read_bytes(data, len), ERR_DATA);
	ck_assert_msg(strstr(err.message, words) != NULL, "%s", err.message);
	ck_assert_ptr_null(p.pixels.data);
}

static void
is(int h, int w, int c, const void *pixels)
{
	ck_assert_msg(p.h == h && p.w == w && p.c == c, "%d %d %d", p.h, p.w, p.c);
	ck_assert_mem_eq(p.pixels.data, pixels, (size_t)(h * w * c));
}

static const uint8_t six[18] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 128, 64, 32, 9, 9, 9 };

START_TEST(png_of_colour_and_grey_read_as_written)
{
	struct str s = STR_INIT;
	ck_assert(png_encode(2, 3, 3, six, &s, &err) == OK);
	ck_assert_msg(read_bytes(s.data, s.len) == OK, "%s", err.message);
	is(2, 3, 3, six);
	str_clear(&s);
	ck_assert(png_encode(3, 6, 1, six, &s, &err) == OK);
	ck_assert_msg(read_bytes(s.data, s.len) == OK, "%s", err.message);
	is(3, 6, 1, six);
	str_free(&s);
}
END_TEST

/* As Pillow's convert: alpha goes, the colours beneath stay. */
START_TEST(transparency_is_dropped)
{
	static const uint8_t rgba[8] = { 10, 20, 30, 0, 40, 50, 60, 128 };
	static const uint8_t rgb[6] = { 10, 20, 30, 40, 50, 60 };
	png_image image = { .version = PNG_IMAGE_VERSION, .width = 2, .height = 1,
		.format = PNG_FORMAT_RGBA };
	uint8_t file[1024];
	png_alloc_size_t size = sizeof file;
	ck_assert(png_image_write_to_memory(&image, file, &size, 0, rgba, 0, NULL));
	ck_assert_msg(read_bytes(file, size) == OK, "%s", err.message);
	is(1, 2, 3, rgb);
}
END_TEST

START_TEST(pgm_and_ppm_read_as_written)
{
	static const char ppm[] = "P6\n# a comment 9\n1 2\n255\nabcdef", pgm[] = "P5 3 1 255\nxyz";
	ck_assert(read_bytes(ppm, sizeof ppm - 1) == OK);
	is(2, 1, 3, "abcdef");
	ck_assert(read_bytes(pgm, sizeof pgm - 1) == OK);
	is(1, 3, 1, "xyz");
}
END_TEST

START_TEST(what_is_no_picture_is_refused)
{
	refused("hello", 5, "not an image file");
	refused("", 0, "not an image file");
	refused("P6", 2, "damaged header");
	refused("P6 2 2 65535\n", 13, "damaged header");
	refused("P6 2 2 255\nabc", 14, "3 bytes of pixels, expected 12");
	refused("P6 2 2 255", 10, "0 bytes of pixels");
	refused("P5 0 2 255\n", 11, "0 pixels");
	refused("P5 30000 30000 255\n", 19, "30000 x 30000");
	refused("P5 99999999999999999999 1 255\n", 30, "damaged header");
	refused("\x89PNG\r\n\x1a\n", 8, "damaged PNG");
	refused("\xff\xd8\xff\xe0", 4, "JPEG");
}
END_TEST

/* Every prefix, and every byte changed: read or refused, nothing else. */
static void
abuse(const uint8_t *file, size_t len, size_t whole)
{
	uint8_t other[4096];
	ck_assert_uint_le(len, sizeof other);
	for (size_t i = 0; i < whole; i++)
		ck_assert_int_eq(read_bytes(file, i), ERR_DATA);
	for (size_t i = 0; i < len; i++) {
		memcpy(other, file, len);
		other[i] ^= (uint8_t)(1 + i % 255);
		const enum status s = read_bytes(other, len);
		ck_assert(s == OK || (s == ERR_DATA && err.message[0] && !p.pixels.data));
	}
}

START_TEST(damaged_png_is_read_or_refused)
{
	struct str s = STR_INIT;
	ck_assert(png_encode(2, 3, 3, six, &s, &err) == OK);
	/* The last chunk says only that it was the last. */
	abuse((const uint8_t *)s.data, s.len, s.len - 12);
	str_free(&s);
}
END_TEST

#ifdef HAVE_JPEG
/* Of squares of one colour, 8 x 8, which the format keeps nearly as they are. */
static size_t
jpeg_file(int c, bool progressive, unsigned char *file, size_t room)
{
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	unsigned char *made = NULL, row[16 * 3];
	unsigned long len = 0;
	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &made, &len);
	j.image_width = 16;
	j.image_height = 8;
	j.input_components = c;
	j.in_color_space = c == 3 ? JCS_RGB : JCS_GRAYSCALE;
	jpeg_set_defaults(&j);
	jpeg_set_quality(&j, 100, TRUE);
	for (int i = 0; i < c; i++)
		j.comp_info[i].h_samp_factor = j.comp_info[i].v_samp_factor = 1;
	if (progressive) jpeg_simple_progression(&j);
	for (int x = 0; x < 16 * c; x++)
		row[x] = c == 1 ? (x < 8 ? 200 : 50) : six[x / 24 * 3 + x % 3];
	jpeg_start_compress(&j, TRUE);
	for (int y = 0; y < 8; y++)
		jpeg_write_scanlines(&j, (unsigned char *[]){ row }, 1);
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	ck_assert_uint_le(len, room);
	memcpy(file, made, len);
	free(made);
	return len;
}

START_TEST(jpeg_reads_nearly_as_written)
{
	unsigned char file[4096];
	for (int k = 0; k < 4; k++) {
		const int c = k % 2 ? 1 : 3;
		const size_t len = jpeg_file(c, k / 2, file, sizeof file);
		ck_assert_msg(read_bytes(file, len) == OK, "%s", err.message);
		ck_assert(p.h == 8 && p.w == 16 && p.c == c);
		for (int i = 0; i < 8 * 16 * c; i++) {
			const int x = i % (16 * c);
			const int want = c == 1 ? (x < 8 ? 200 : 50) : six[x / 24 * 3 + x % 3];
			const int is_there = ((uint8_t *)p.pixels.data)[i];
			ck_assert_int_le(is_there > want ? is_there - want : want - is_there, 3);
		}
	}
}
END_TEST

START_TEST(damaged_jpeg_is_read_or_refused)
{
	unsigned char file[4096];
	for (int k = 0; k < 2; k++) {
		const size_t len = jpeg_file(3, k, file, sizeof file);
		abuse(file, len, len - 8);
	}
}
END_TEST
#endif

static const struct golden_line *
file_line(const struct golden *g, const char *of)
{
	char name[96];
	snprintf(name, sizeof name, "%s.file", of);
	const struct golden_line *const line = golden_find(g, name);
	ck_assert_ptr_nonnull(line);
	return line;
}

/* Pillow's pixels for files of each format, byte order and orientation. */
START_TEST(pictures_are_turned_upright)
{
	struct golden *g = golden_open("pictures");
	const char *name;
	int cases = 0;
	for (size_t i = 0; (name = golden_case(g, "", "file", i)) != NULL; i++) {
		char of[64];
		uint8_t file[1024], pixels[6];
		snprintf(of, sizeof of, "%s", name);
#ifndef HAVE_JPEG
		if (strncmp(of, "jpeg", 4) == 0) continue;
#endif
		const struct golden_line *const line = file_line(g, of);
		const double *const size = golden_values(g, of, "size", 2);
		const double *const want = golden_values(g, of, "pixels", 6);
		ck_assert_uint_le(line->n, sizeof file);
		for (size_t j = 0; j < line->n; j++) file[j] = (uint8_t)line->v[j];
		for (int j = 0; j < 6; j++) pixels[j] = (uint8_t)want[j];
		ck_assert_msg(read_bytes(file, line->n) == OK, "%s: %s", of, err.message);
		is((int)size[0], (int)size[1], 1, pixels);
		cases++;
	}
	ck_assert_int_ge(cases, 16);
	golden_close(g);
}
END_TEST

/* Whatever an Exif block holds, the picture is read, upright or as it is stored. */
START_TEST(damaged_exif_is_upright)
{
	struct golden *g = golden_open("pictures");
	const struct golden_line *const line = file_line(g, "png_big_6");
	uint8_t file[1024], *block = NULL;
	ck_assert_uint_le(line->n, sizeof file);
	for (size_t j = 0; j < line->n; j++) file[j] = (uint8_t)line->v[j];
	for (size_t j = 8; j + 4 < line->n && !block; j++)
		if (memcmp(file + j, "eXIf", 4) == 0) block = file + j + 4;
	ck_assert_ptr_nonnull(block);
	const size_t len = 38;
	for (size_t n = 0; n <= len; n++) {
		const int found = exif_orientation(block, n);
		ck_assert(found == 1 || (found == 6 && n >= 34));
	}
	for (size_t i = 0; i < len; i++)
		for (int v = 0; v < 256; v++) {
			uint8_t other[38];
			memcpy(other, block, len);
			other[i] = (uint8_t)v;
			const int found = exif_orientation(other, len);
			ck_assert(found >= 1 && found <= 8);
		}
	golden_close(g);
}
END_TEST

Suite *
suite_picture(void)
{
	Suite *s = suite_create("picture");
	TCase *t = tcase_create("picture");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, png_of_colour_and_grey_read_as_written);
	tcase_add_test(t, transparency_is_dropped);
	tcase_add_test(t, pgm_and_ppm_read_as_written);
	tcase_add_test(t, what_is_no_picture_is_refused);
	tcase_add_test(t, damaged_png_is_read_or_refused);
	tcase_add_test(t, pictures_are_turned_upright);
	tcase_add_test(t, damaged_exif_is_upright);
#ifdef HAVE_JPEG
	tcase_add_test(t, jpeg_reads_nearly_as_written);
	tcase_add_test(t, damaged_jpeg_is_read_or_refused);
#endif
	suite_add_tcase(s, t);
	return s;
}
