/* What loader.c and batch.c share. For src/data alone. */
#ifndef DATA_LOADER_STATE_H
#define DATA_LOADER_STATE_H

#include "data/normalize.h"

struct loader {
	struct loader_request q;
	struct dataset_info data;
	struct loader_info info;
	const int *renumber;	/* [data.classes] the class in the network, -1: left out */
	struct pixels pixels;
	struct image_set set[SPLIT_COUNT];
	struct buffer chosen[SPLIT_COUNT];	/* indices and labels of the parts */
	struct loader_part train, validation, test;
};

#endif
