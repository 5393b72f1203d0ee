/*
 * picture_png: PNG through libpng's simplified interface. Palettes and 16 bits become 8 bits of
 * grey or colour; transparency is dropped, the colours beneath stay, as Pillow's convert does.
 * The Exif block is the chunk eXIf (PNG specification, third edition, 11.3.4.5), which that
 * interface does not show.
 */
#include <png.h>
#include <string.h>

#include "data/picture_formats.h"

/* Colour or grey of pixels with one more value behind it, in place. */
static void
png_drop_alpha(struct picture *p)
{
	uint8_t *x = p->pixels.data;
	const size_t n = (size_t)p->h * (size_t)p->w, c = (size_t)p->c - 1;
	for (size_t i = 0; i < n; i++)
		memmove(x + i * c, x + i * (c + 1), c);
	p->c = (int)c;
}

/* The orientation in the first eXIf chunk; libpng has read the file, so its chunks are in order. */
static int
png_orientation(const struct file_map *m)
{
	for (size_t at = 8; m->size - at >= 12;) {
		const uint8_t *chunk = m->data + at;
		const size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 |
			(size_t)chunk[2] << 8 | chunk[3];
		if (length > m->size - at - 12) break;
		if (memcmp(chunk + 4, "eXIf", 4) == 0) return exif_orientation(chunk + 8, length);
		at += length + 12;
	}
	return 1;
}

enum status
picture_png(const char *path, const struct file_map *m, struct picture *p, struct err *e)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_memory(&image, m->data, m->size))
		return err_set(e, ERR_DATA, MARK_FILE(path), "damaged PNG: %s", image.message);
	image.format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;
	const bool alpha = image.format & PNG_FORMAT_FLAG_ALPHA;
	const int c = (image.format & PNG_FORMAT_FLAG_COLOR ? 3 : 1) + alpha;
	const enum status s = picture_alloc(p, path, image.height, image.width, c, e);
	if (s != OK) {
		png_image_free(&image);
		return s;
	}
	if (!png_image_finish_read(&image, NULL, p->pixels.data, 0, NULL))
		return err_set(e, ERR_DATA, MARK_FILE(path), "damaged PNG: %s", image.message);
	if (alpha) png_drop_alpha(p);
	return picture_turn(p, png_orientation(m), path, e);
}
