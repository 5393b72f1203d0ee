/* floor: data */
/*
 * Pictures from files: PNG, JPEG (where it was built in) and binary PGM and PPM, recognised by
 * content. Files are hostile: sizes are compared with limits before anything is taken for them.
 */
#ifndef TLRUN_PICTURE_H
#define TLRUN_PICTURE_H

#include <stdint.h>

#include "tlrun/buffer.h"

struct picture {
	int h, w, c;				/* c 1: grey; 3: red, green, blue */
	struct buffer pixels;		/* uint8 [h,w,c] */
};

/* ERR_DATA: no picture, damaged, too large, or of a kind that was not built in; ERR_MEMORY. */
enum status picture_read(const char *path, struct picture *out, struct err *e);
void picture_free(struct picture *p);

#endif
