/* PNG: what libpng reads back is what was written. */
#include "tlrun/png.h"

#include <png.h>
#include <string.h>

#include "base/suites.h"

enum { MOST = 64 * 64 * 3 };

static void
encode(int h, int w, int c, const uint8_t *pixels, struct str *out)
{
	struct err e = ERR_INIT;
	ck_assert_msg(png_encode(h, w, c, pixels, out, &e) == OK, "%s", e.message);
}

static void
reads_back(int h, int w, int c)
{
	static uint8_t pixels[MOST], back[MOST];
	struct str s = STR_INIT;
	png_image image = { .version = PNG_IMAGE_VERSION };
	const size_t size = (size_t)h * (size_t)w * (size_t)c;
	for (size_t i = 0; i < size; i++)
		pixels[i] = (uint8_t)(i * 37 + i / 7 * 11);
	encode(h, w, c, pixels, &s);
	ck_assert(png_image_begin_read_from_memory(&image, s.data, s.len));
	ck_assert_int_eq((int)image.height, h);
	ck_assert_int_eq((int)image.width, w);
	ck_assert_uint_eq(image.format, c == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY);
	ck_assert(png_image_finish_read(&image, NULL, back, 0, NULL));
	ck_assert_mem_eq(back, pixels, size);
	str_free(&s);
}

START_TEST(pixels_read_back)
{
	reads_back(1, 1, 1);
	reads_back(1, 1, 3);
	reads_back(5, 7, 3);
	reads_back(64, 3, 1);
	reads_back(64, 64, 3);
}
END_TEST

START_TEST(same_pixels_same_bytes_behind_what_stood_there)
{
	static const uint8_t pixels[12] = { 1, 2, 3, 250, 251, 252, 0, 0, 0, 9, 8, 7 };
	struct str a = STR_INIT, b = STR_INIT;
	encode(2, 2, 3, pixels, &a);
	str_add(&b, "before");
	encode(2, 2, 3, pixels, &b);
	ck_assert_uint_eq(b.len, a.len + 6);
	ck_assert_mem_eq(b.data, "before", 6);
	ck_assert_mem_eq(b.data + 6, a.data, a.len);
	ck_assert_mem_eq(a.data, "\x89PNG\r\n\x1a\n", 8);
	str_free(&a);
	str_free(&b);
}
END_TEST

START_TEST(a_picture_of_no_pixels_is_refused)
{
	static const uint8_t pixel[3];
	struct str s = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_int_eq(png_encode(0, 4, 3, pixel, &s, &e), ERR_FAILED);
	e = ERR_INIT;
	ck_assert_int_eq(png_encode(50000, 50000, 3, pixel, &s, &e), ERR_FAILED);
	ck_assert(strstr(e.message, "50000 x 50000"));
	ck_assert_uint_eq(s.len, 0);
}
END_TEST

Suite *
suite_png(void)
{
	Suite *s = suite_create("png");
	TCase *t = tcase_create("png");
	tcase_add_test(t, pixels_read_back);
	tcase_add_test(t, same_pixels_same_bytes_behind_what_stood_there);
	tcase_add_test(t, a_picture_of_no_pixels_is_refused);
	suite_add_tcase(s, t);
	return s;
}
