/* Which source pixels an output pixel is made of, and with which weights. For src/data alone. */
#ifndef DATA_RESAMPLING_H
#define DATA_RESAMPLING_H

#include "tlrun/kernels.h"
#include "tlrun/loader.h"

struct arena;

/*
 * The axis of `to` output places over the `from` source places that start at `first`, tables in the
 * arena. Half-pixel centres, no antialiasing, as tf.image.resize.
 */
struct kern_axis resampling_axis(struct arena *a, enum resize_method method, int first, int from,
	int to);
/* Most source places of one output place: the taps of the axis. */
int resampling_taps(enum resize_method method, int from, int to);

/* The central share of n places: tf.image.central_crop's margin on both sides. 0 < share <= 1. */
int crop_margin(int n, double share);

#endif
