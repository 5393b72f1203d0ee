/* What the files of this folder share about files of weights. Used in src/weights/ only. */
#ifndef WEIGHTS_PARTS_H
#define WEIGHTS_PARTS_H

#include "tlrun/str.h"
#include "tlrun/weights.h"

enum {
	WEIGHTS_MAX_LAYERS = 16384,
	WEIGHTS_MAX_TENSORS = 65536,
	WEIGHTS_MAX_NAME = 1024,		/* bytes of a layer's name or a tensor's path */
};

/* The part of a tensor's name before its last '/': a layer's path; "" when it has none. */
const char *weights_folder_of(struct arena *a, const char *name);
/* The part behind the last '/', without Keras 2's ":0". */
const char *weights_base_of(struct arena *a, const char *name);

/*
 * The layers of tensors whose names are "layer/param": neighbours with the same folder, in the
 * order of the tensors.
 */
void weights_layers_by_folder(struct arena *a, struct weights_file *f);

/* Make a tensor of float64, float16 or bfloat16 one of float32 in the arena; leave others.
 * ERR_DATA: a number of it is beyond float32. path names the file in errors. */
enum status tensor_to_float32(struct arena *a, const char *path, struct tensor *t, struct err *e);

/* The bytes of a safetensors file in front of the data. */
void weights_safetensors_head(const struct tensor *t, size_t n, const struct metadata *m,
	size_t metas, struct str *out);

#endif
