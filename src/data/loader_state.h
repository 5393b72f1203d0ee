/* What the loader's files share. For src/data alone. */
#ifndef DATA_LOADER_STATE_H
#define DATA_LOADER_STATE_H

#include "data/normalize.h"

struct loader {
	struct loader_request q;
	struct dataset_info data;
	struct loader_info info;
	const int *renumber;	/* [data.classes] the class in the network, -1: left out */
	struct pixels pixels;
	bool resized;			/* whether the images are cropped or resized on their way */
	struct kern_resize resize;
	struct image_set set[SPLIT_COUNT];
	struct buffer chosen[SPLIT_COUNT];	/* indices and labels of the parts */
	struct loader_part train, validation, test;
	struct loader_digest digest[3];		/* of these, once they were asked for */
};

/* Report at map's key when it was written, else at map. */
#define LOADER_ERROR(r, map, key, hint, ...)                                                       \
	field_error((r), node_get((map), (key)) ? node_get((map), (key)) : (map), (hint), __VA_ARGS__)

/* Size, channels, resizing and normalization of what the network sees: info, pixels, resize. */
void loader_input(struct loader *l, struct arena *a, const struct node *dataset,
	struct field_reader *r);

#endif
