/* png: libpng's simplified interface, which keeps its longjmp to itself. */
#include "tlrun/png.h"

#include <limits.h>
#include <png.h>

enum status
png_encode(int h, int w, int c, const uint8_t *pixels, struct str *out, struct err *e)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = (png_uint_32)w,
		.height = (png_uint_32)h, .format = c == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY };
	const double most = (double)h * (double)w * c;
	if (h < 1 || w < 1 || most > INT_MAX / 2)
		return err_set(e, ERR_FAILED, MARK_NONE, "no PNG of %d x %d pixels is written", h, w);
	png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
	const size_t before = out->len;
	str_pad(out, 0, (int)size);
	if (!png_image_write_to_memory(&image, out->data + before, &size, 0, pixels, 0, NULL)) {
		str_cut(out, before);
		return err_set(e, ERR_FAILED, MARK_NONE, "libpng: %s", image.message);
	}
	str_cut(out, before + size);
	return OK;
}
