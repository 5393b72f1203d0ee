/* floor: base */
/* Pictures as PNG (ISO/IEC 15948), through libpng. */
#ifndef TLRUN_PNG_H
#define TLRUN_PNG_H

#include <stdint.h>

#include "tlrun/error.h"
#include "tlrun/str.h"

/*
 * Append the file of a picture to out. pixels [h,w,c], c 1 (grey) or 3 (red, green, blue), sRGB.
 * Same pixels, same bytes; another version of zlib may give others. ERR_FAILED with what libpng
 * says: a picture of no pixels, or too large.
 */
enum status png_encode(int h, int w, int c, const uint8_t *pixels, struct str *out, struct err *e);

#endif
