/*
 * picture_exif: the orientation that a camera wrote beside the pixels, and pixels turned by it.
 *
 * Source  Exif 2.32 (CIPA DC-008), 4.5 and 4.6.4 (tag Orientation); TIFF 6.0, section 2.
 *         Pillow's ImageOps.exif_transpose gives the same pixels (tests/golden/pictures.txt).
 */
#include <string.h>

#include "data/picture_formats.h"

enum { EXIF_ORIENTATION = 0x0112, EXIF_SHORT = 3, EXIF_LONG = 4, EXIF_ENTRY = 12 };

/* An unsigned number of `bytes` bytes at `at`, which the caller has checked to be inside. */
static uint32_t
exif_number(const uint8_t *tiff, size_t at, int bytes, bool big)
{
	uint32_t v = 0;
	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)tiff[at + (size_t)i] << 8 * (big ? bytes - 1 - i : i);
	return v;
}

int
exif_orientation(const uint8_t *tiff, size_t n)
{
	if (n < 8) return 1;
	const bool big = memcmp(tiff, "MM\0*", 4) == 0;
	if (!big && memcmp(tiff, "II*\0", 4) != 0) return 1;
	const size_t directory = exif_number(tiff, 4, 4, big);
	if (directory > n - 2) return 1;
	const size_t entries = exif_number(tiff, directory, 2, big);
	for (size_t i = 0; i < entries; i++) {
		const size_t at = directory + 2 + i * EXIF_ENTRY;
		if (at + EXIF_ENTRY > n) return 1;
		if (exif_number(tiff, at, 2, big) != EXIF_ORIENTATION) continue;
		const uint32_t type = exif_number(tiff, at + 2, 2, big);
		if (type != EXIF_SHORT && type != EXIF_LONG) return 1;
		const uint32_t v = exif_number(tiff, at + 8, type == EXIF_SHORT ? 2 : 4, big);
		return v >= 1 && v <= 8 ? (int)v : 1;
	}
	return 1;
}

enum status
picture_turn(struct picture *p, int orientation, const char *path, struct err *e)
{
	/* Pixel i, j of the upright picture is pixel i, j (swapped: j, i) of the stored one, counted
	 * from the other end where a flip says so. */
	static const struct { bool swap, flip_row, flip_column; } turns[9] = {
		[2] = { false, false, true }, [3] = { false, true, true }, [4] = { false, true, false },
		[5] = { true, false, false }, [6] = { true, true, false }, [7] = { true, true, true },
		[8] = { true, false, true },
	};
	if (orientation <= 1) return OK;
	struct picture out;
	const bool swap = turns[orientation].swap;
	TRY(picture_alloc(&out, path, swap ? p->w : p->h, swap ? p->h : p->w, p->c, e));
	const uint8_t *from = p->pixels.data;
	uint8_t *to = out.pixels.data;
	const size_t c = (size_t)p->c;
	for (int i = 0; i < out.h; i++)
		for (int j = 0; j < out.w; j++, to += c) {
			const int row = swap ? j : i, column = swap ? i : j;
			const int y = turns[orientation].flip_row ? p->h - 1 - row : row;
			const int x = turns[orientation].flip_column ? p->w - 1 - column : column;
			memcpy(to, from + ((size_t)y * (size_t)p->w + (size_t)x) * c, c);
		}
	picture_free(p);
	*p = out;
	return OK;
}
