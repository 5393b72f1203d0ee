/* IDX files that tests write. */
#ifndef TLRUN_TESTS_DATA_IDX_FILES_H
#define TLRUN_TESTS_DATA_IDX_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "support/tmpdir.h"

/* Bytes of a file in memory; the last one made lives until the next but three. */
struct bytes {
	unsigned char *data;
	size_t size;
};

/* An IDX file of uint8: magic, the dimensions, then elements i*7 + 3 modulo `below`. */
struct bytes idx_bytes(uint32_t magic, int ndim, const uint32_t *dim, size_t elements, int below);
struct bytes gzip_bytes(struct bytes plain);
struct bytes joined_bytes(struct bytes a, struct bytes b);
const char *write_bytes(const struct tmpdir *t, const char *name, struct bytes b);

/* The four files of a dataset of n and m images of h x w pixels and ten classes, below folder. */
void write_idx_set(const struct tmpdir *t, const char *folder, int n, int m, int h, int w,
	bool gzip);

#endif
