/*
 * Keras's HDF5 files: the parent's side, and what the files of the child's side share. The child
 * alone calls libhdf5. Used in src/weights/ only.
 */
#ifndef KERAS_H5_H
#define KERAS_H5_H

#include <stdbool.h>

#include "tlrun/file.h"
#include "weights/weights_parts.h"

/* Metadata of the safetensors file that an HDF5 file becomes. */
#define KERAS_H5_FORMAT "tlrun.format"	/* the digit of enum weights_format */
#define KERAS_H5_SOURCE "tlrun.source"	/* SHA-256 of the HDF5 file */
#define KERAS_H5_DIGEST "tlrun.digest"	/* SHA-256 of format, source, layers and all data */
#define KERAS_H5_LAYERS "tlrun.layers"	/* [["name","path",tensors],…], in the tensors' order */

/* What a file may hold. */
#define KERAS_H5_MAX_TENSOR ((size_t)1 << 30)	/* bytes */
#define KERAS_H5_MAX_BYTES ((size_t)8 << 30)

/* Whether the file is HDF5: its signature at 0, 512, 1024, 2048, … */
bool keras_h5_signature(const struct file_map *m);

/*
 * Fill f from an HDF5 file that is mapped: from the cache, or read by a child. f->path and f->hash
 * are set. ERR_DATA.
 */
enum status keras_h5_open(struct arena *a, struct weights_file *f, const struct file_map *m,
	const char *cache, struct err *e);

/* What the child needs, and where it writes. */
struct keras_h5_job {
	const char *path, *hash;
	const unsigned char *data;
	size_t size;
	int out;		/* the file to write, open */
};
/* In the child: read the file, write safetensors. arg: struct keras_h5_job. */
enum status keras_h5_convert(void *arg, struct err *e);

#endif
