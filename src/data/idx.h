/* One IDX file, plain or gzip. For src/data alone. */
#ifndef DATA_IDX_H
#define DATA_IDX_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

#include "data/lookup.h"

enum { IDX_DIMS = 3 };
#define IDX_MAX_BYTES (1ull << 31)	/* of one file's elements */

struct idx_file {
	const struct lookup *lookup;
	const char *path;
	int ndim;				/* 1: labels [n], 3: images [n,h,w] */
	int dim[IDX_DIMS];		/* 1 … INT_MAX each, their product at most IDX_MAX_BYTES */
	size_t bytes;			/* that product */
	/* where the next byte comes from */
	struct file_map map;
	size_t used;			/* of map */
	unsigned long long at;	/* bytes given so far, unpacked */
	bool gzip, inside;		/* inside: a gzip member has begun and not ended */
	z_stream z;				/* initialised when gzip */
};

/*
 * Open path (borrowed until idx_close) and read its header, whose dimensions must be ndim. A plain
 * file's size must then be what the header promises; of a gzip file the length in its trailer must
 * be, or it is unpacked to see why not. ERR_DATA; nothing is open then.
 */
enum status idx_open(struct idx_file *f, const struct lookup *l, const char *path, int ndim,
	struct err *e);
/* The next n bytes of the elements. ERR_DATA at the byte where they end or stop making sense. */
enum status idx_take(struct idx_file *f, void *out, size_t n, struct err *e);
/* All elements were taken: nothing may follow, and gzip's checksum must be right. ERR_DATA. */
enum status idx_end(struct idx_file *f, struct err *e);
void idx_close(struct idx_file *f);

#endif
