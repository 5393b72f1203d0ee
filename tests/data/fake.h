/* A dataset without files whose classes and sizes a test sets; loaders on it. */
#ifndef TLRUN_TESTS_DATA_FAKE_H
#define TLRUN_TESTS_DATA_FAKE_H

#include "tlrun/loader.h"

enum { FAKE_CLASSES = 4, FAKE_H = 3, FAKE_W = 2 };

/* Images of class k in training and in test; image i has class of i by turns while there are
 * any. */
struct fake {
	int train[FAKE_CLASSES], test[FAKE_CLASSES];
	int channels;
	int reads[SPLIT_COUNT];	/* how often each split was read */
	int h, w;				/* 0: FAKE_H, FAKE_W */
	/* of the request */
	double crop;
	struct int_pair resize;
	enum resize_method interpolation;
};
extern const struct dataset_kind dataset_fake;	/* classes ant, bee, cat, dog; opts: struct fake */

/* Byte e of image i of a split. */
int fake_pixel(enum dataset_split split, int i, int e);

/* A loader of the dataset map that yaml says ("{classes: [cat]}", the shared keys) with
 * request's rest. */
struct fake_loader {
	struct arena *arena;
	struct diags *diags;
	struct loader *loader;
	struct err err;
	enum status status;	/* of loader_inspect */
	struct dataset_common common;
};
void fake_open(struct fake_loader *f, struct fake *data, const char *yaml,
	enum loader_channels channels, struct normalize normalize);
void fake_close(struct fake_loader *f);
/* The diagnostics contain part. */
void fake_complains(const struct fake_loader *f, const char *part);

#endif
