/* floor: data */
/*
 * Pictures from files: PNG, JPEG (where it was built in) and binary PGM and PPM, recognised by
 * content. Files are untrusted: sizes are compared with limits before memory is taken for them.
 * Pictures are upright: the Exif orientation of a JPEG or PNG file is obeyed.
 */
#ifndef TLRUN_PICTURE_H
#define TLRUN_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/buffer.h"

struct picture {
	int h, w, c;				/* c 1: grey; 3: red, green, blue */
	struct buffer pixels;		/* uint8 [h,w,c] */
};

/* ERR_DATA: no picture, damaged, too large, or of a kind that was not built in; ERR_MEMORY. */
enum status picture_read(const char *path, struct picture *out, struct err *e);
/* Whether the file can be read and begins like a picture of a known format. */
bool picture_is(const char *path);
void picture_free(struct picture *p);

#endif
