/* Which images of a set make which part. For src/data alone. */
#ifndef DATA_SELECTION_H
#define DATA_SELECTION_H

#include "data/loader_state.h"

/*
 * Fill part (and rest, where it is not NULL: split times the images go there, round(n*split)) from
 * the set that was read, in the file's order; memory holds what they point to. ERR_DATA names the
 * class that has too few images; ERR_MEMORY.
 */
enum status selection_images(const struct loader *l, enum dataset_split split,
	struct buffer *memory, struct loader_part *part, struct loader_part *rest, struct err *e);
/* Bytes that memory will have for a set of n images. */
size_t selection_bytes(int n);
/* Images that validate of n. */
int selection_validation(int n, double split);

#endif
