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
struct net_param;

/* Floats of weights files, 16 to 64 bits, become f32 when the file is opened by weights_open;
 * integers of HDF5 become i64. */
enum tensor_type { TENSOR_F32, TENSOR_F64, TENSOR_F16, TENSOR_BF16, TENSOR_I64, TENSOR_I32,
	TENSOR_U8 };
const char *tensor_type_name(enum tensor_type t);	/* "float32" */

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
/* Convert all tensors of float64, float16 and bfloat16 to float32, rounded to the nearest; others
 * stay. ERR_DATA: a float64 beyond float32. */
enum status safetensors_to_float32(struct safetensors *s, struct err *e);
/* The type in the file of a tensor of s, also after the conversion. */
enum tensor_type safetensors_stored(const struct safetensors *s, const struct tensor *t);
size_t safetensors_count(const struct safetensors *s);
const struct tensor *safetensors_at(const struct safetensors *s, size_t i);
/* or NULL */
const struct tensor *safetensors_find(const struct safetensors *s, const char *name);
const char *safetensors_meta(const struct safetensors *s, const char *key);	/* or NULL */

/* ---- files of any known format ---- */

/* Recognised by content: safetensors; Keras's HDF5, the legacy layout (weights alone or a whole
 * model) and Keras 3's .weights.h5 (doc/keras-semantics.md section 11). */
enum weights_format { WEIGHTS_SAFETENSORS, WEIGHTS_KERAS_LEGACY, WEIGHTS_KERAS_3 };

/* The tensors of one layer, in the file's order of its variables. */
struct weights_layer {
	const char *name;			/* the user-visible name; "" where the file has none */
	const char *path;			/* where it stands in the file */
	size_t n;
	const struct tensor *const *tensor;
};
struct weights_file {
	const char *path;
	enum weights_format format;
	char hash[65];				/* SHA-256 of the file */
	/* with tensors, in the file's order of layers; Keras 3 stores none: by path there */
	size_t layers;
	const struct weights_layer *layer;
	struct safetensors *tensors;
};
/*
 * Open and check a file whole. HDF5 is read by a child process with limits of its own (libhdf5 is
 * not hardened against hostile files) into a safetensors file: kept in the folder `cache` under the
 * file's hash, so that it is read once; with cache NULL nothing is written. ERR_DATA with place and
 * cure; ERR_IO. Call weights_close.
 */
enum status weights_open(struct arena *a, const char *path, const char *cache,
	struct weights_file **out, struct err *e);
void weights_close(struct weights_file *f);	/* accepts NULL */
const char *weights_format_name(enum weights_format f);

/*
 * What a file's tensors bind to in a network. Legacy HDF5: by name where a person gave all names of
 * the target's layers that have weights (or older ones, renamed by old_name), or where the file is
 * a known part of the network; else by Keras's order of the layers that have weights; where the
 * file has sub-models, of which it keeps no order, by the one layer that fits. Keras 3: by name
 * where a person gave all names; else by structure, each class counted in Keras's order of layers,
 * and where sub-models fill a flat network by the one way that fits; several: ambiguous, nothing is
 * bound. safetensors: by "layer/param". Within a layer by the parameters' Keras names where the
 * file has all of them, else by order.
 */
struct weights_bound {
	const char *file;				/* the tensor's name in the file; NULL: missing */
	const struct tensor *tensor;
	int param;						/* of the net, equal to its place here; -1: left over */
	bool fits;						/* shape and type agree */
};
struct weights_binding {
	const char *how;				/* "by order", "by name", "by shape", "by structure" */
	size_t n;
	/* by param of the target's nodes, then what is left over */
	const struct weights_bound *bound;
	int matched, missing, left, misfits;
	bool ambiguous;		/* more than one binding fits; weights_check refuses it */
};
struct weights_target {
	const struct net *net;
	int nodes;			/* params of nodes [0, nodes) must all be bound: the backbone */
	/* today's name of a layer that older files call otherwise, or NULL; may be NULL itself */
	const char *(*old_name)(struct arena *a, const char *name);
};
void weights_bind(struct arena *a, const struct weights_file *f, const struct weights_target *t,
	struct weights_binding *out);
/*
 * Whether the binding is whole: every parameter of the target's nodes bound and fitting, and
 * nothing left over but what belongs to a head of the file's own (the layers behind the last one
 * bound). ERR_DATA that lists what is not, names and shapes.
 */
enum status weights_check(const struct weights_file *f, const struct weights_target *t,
	const struct weights_binding *b, struct err *e);
/* Copy what is bound and fits within the target's nodes into the parameter block. */
void weights_apply(const struct weights_target *t, const struct weights_binding *b, float *block);

/*
 * The folders that weights are looked for in, NULL-ended: --data (may be NULL), TLRUN_WEIGHTS,
 * TLRUN_DATA, ./data, $XDG_CACHE_HOME/tlrun or ~/.cache/tlrun, ~/.keras/models,
 * /usr/share/tlrun/weights.
 */
const char *const *weights_search_path(struct arena *a, const char *data);
/*
 * A weights file by its bare name in the search path, or in a folder `weights` of one of its
 * folders; ERR_DATA says where it was looked for and that `tlrun weights get GET` brings it (get
 * NULL: nothing does).
 */
enum status weights_find(struct arena *a, const char *file, const char *data, const char *get,
	const char **path, struct err *e);

/* ---- networks ---- */

/*
 * The tensors of a network's parameter block, named "layer/param", in node order: what
 * model.safetensors holds. Array of net->params in the arena; data points into block.
 */
struct tensor *weights_of_net(struct arena *a, const struct net *net, const float *block);
/*
 * SHA-256 over names, shapes and values of a file's tensors, in their order. For a valid
 * model.safetensors this is the net_hash of its network, which result.json records.
 */
void weights_hash(const struct safetensors *s, char hex[65]);
/* Whether a tensor is float32 of the parameter's shape. */
bool weights_fits(const struct tensor *t, const struct net_param *p);
/* Copy a file's tensors into block by name; missing, left over or of another shape is ERR_DATA. */
enum status weights_to_net(const struct safetensors *s, const char *path, const struct net *net,
	float *block, struct err *e);

#endif
