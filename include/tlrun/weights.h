/* floor: weights */
/*
 * Named tensors in files. safetensors is the one format written: 8 bytes little-endian header
 * length, a JSON header {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {…}}, then the
 * data (https://github.com/huggingface/safetensors, format section of its README). Files are read
 * as hostile.
 */
#ifndef TLRUN_WEIGHTS_H
#define TLRUN_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "tlrun/error.h"
#include "tlrun/shape.h"

struct arena;
struct net;

enum tensor_type { TENSOR_F32, TENSOR_F64, TENSOR_I64, TENSOR_I32, TENSOR_U8 };

struct tensor {
	const char *name;
	enum tensor_type type;
	int rank;
	long long d[SHAPE_RANK];
	const void *data;		/* borrowed */
	size_t bytes;
};

struct metadata { const char *key, *value; };

/* Write atomically; tensors in the order given, metadata in the order given; same input, same
 * bytes. */
enum status safetensors_write(const char *path, const struct tensor *t, size_t n,
	const struct metadata *m, size_t metas, struct err *e);

struct safetensors;
/* Map and check whole: every offset inside the file, no overlap, sizes that match shapes.
 * ERR_DATA. */
enum status safetensors_open(struct safetensors **s, const char *path, struct err *e);
void safetensors_close(struct safetensors *s);
size_t safetensors_count(const struct safetensors *s);
const struct tensor *safetensors_at(const struct safetensors *s, size_t i);
/* or NULL */
const struct tensor *safetensors_find(const struct safetensors *s, const char *name);
const char *safetensors_meta(const struct safetensors *s, const char *key);	/* or NULL */

/*
 * The tensors of a network's parameter block, named "layer/param", in node order: what
 * model.safetensors holds. Array of net->params in the arena; data points into block.
 */
struct tensor *weights_of_net(struct arena *a, const struct net *net, const float *block);
/* Copy a file's tensors into block by name; missing, left over or of another shape is ERR_DATA. */
enum status weights_to_net(const struct safetensors *s, const char *path, const struct net *net,
	float *block, struct err *e);

#endif
