/* Pixels to floats. For src/data alone. */
#ifndef DATA_NORMALIZE_H
#define DATA_NORMALIZE_H

#include "tlrun/kernels.h"
#include "tlrun/loader.h"

enum { NORMALIZE_CHANNELS = 3, NORMALIZE_LEVELS = 256 };

/* How the pixels of a set become floats. */
struct pixels {
	int from, to;			/* channels: equal, 1 to 3 or 3 to 1 */
	struct normalize normalize;
	/* Normalized values; 3 to 1: weighted levels, to be added and then normalized. */
	float table[NORMALIZE_CHANNELS][NORMALIZE_LEVELS];
};

/* n of mean and std fits channels; NORMALIZE_AUTO must have been resolved. */
void pixels_init(struct pixels *p, const struct normalize *n, int from, int to);
/* count pixels of one image to floats: x uint8 [count,from], y [count,to]. */
void pixels_image(const struct pixels *p, size_t count, const uint8_t *x, float *y);

/* The same as y = x*scale + offset. */
void normalize_affine(const struct normalize *n, int channel, float *scale, float *offset);
/* The same as steps of a resizing kernel, and its weighted levels of grey. */
void pixels_resize(const struct pixels *p, struct kern_resize *r);

#endif
