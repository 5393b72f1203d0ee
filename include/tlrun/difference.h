/* floor: report */
/*
 * Two experiments, or two runs of one seed each, taken apart: what differs in their settings, in
 * what they began from and came to, from which epoch on, and on which test images.
 */
#ifndef TLRUN_DIFFERENCE_H
#define TLRUN_DIFFERENCE_H

#include "tlrun/comparison.h"

/* One of the things that must be the same for a run to be the same; NULL: it has none. */
struct difference_item { const char *what, *a, *b; };

/* An image that two models predict otherwise. */
struct difference_image { uint32_t index; const char *label, *a, *b; };

/* The runs of one seed; two runs of one seed each are taken as such, whatever their seeds. */
struct difference_seed {
	uint64_t seed;				/* of the first */
	int hashes;
	const struct difference_item *hash;	/* "data", "weights", "binary", … that differ */
	int epoch;					/* the first at which their histories part; 0: they do not */
	const char *column;			/* what parts first in it: "loss" */
	int metrics;
	const struct difference_item *metric;	/* test metrics that differ */
	/* images predicted otherwise; none and p NaN: not the same test images, or no predictions */
	struct comparison_flip flip;
	const struct difference_image *image;	/* [flip.differ] */
	bool predictions;			/* both have them, of the same images */
};

struct difference {
	const struct record_set *a, *b;
	bool any;					/* anything at all */
	int keys;
	const struct comparison_key *key;	/* [2] values each */
	int seeds;					/* pairs of runs */
	const struct difference_seed *seed;
	const char *only_a, *only_b;	/* "3, 4": seeds of one alone; "" */
};

/* All of it lies in the arena. Names, hashes of configurations and descriptions are no difference:
 * what they stand for is. */
struct difference *difference_make(struct arena *a, const struct record_set *x,
	const struct record_set *y);
void difference_text(const struct difference *d, struct str *out);
void difference_json(const struct difference *d, struct str *out);

#endif
