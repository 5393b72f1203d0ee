/* The formats of pictures. For src/data alone. */
#ifndef DATA_PICTURE_FORMATS_H
#define DATA_PICTURE_FORMATS_H

#include <stdbool.h>

#include "tlrun/file.h"
#include "tlrun/picture.h"

enum { PICTURE_SIDE = 32768, PICTURE_PIXELS = 64 << 20, PICTURE_BYTES = 256 << 20 };

/* Take memory for h x w x c; ERR_DATA where that is more than a picture may have. */
enum status picture_alloc(struct picture *p, const char *path, double h, double w, int c,
	struct err *e);

/*
 * The orientation, 1 to 8, in an Exif block of n bytes, which begins with TIFF's header. 1,
 * upright, where it says nothing or is damaged.
 */
int exif_orientation(const uint8_t *tiff, size_t n);
/* Turn the pixels upright. ERR_MEMORY, ERR_DATA as picture_alloc; then the picture is as it was. */
enum status picture_turn(struct picture *p, int orientation, const char *path, struct err *e);

/* Each is given a file that begins as its own do; what it took is given back by the caller. */
enum status picture_png(const char *path, const struct file_map *m, struct picture *p,
	struct err *e);
enum status picture_jpeg(const char *path, const struct file_map *m, struct picture *p,
	struct err *e);
enum status picture_pnm(const char *path, const struct file_map *m, struct picture *p,
	struct err *e);

#endif
