/*
 * The child's side of Keras's HDF5 files: what its files share. Everything here runs in a process
 * that ends afterwards, and memory is the arena's. Used in src/weights/keras_h5_*.c only.
 */
#ifndef KERAS_H5_READ_H
#define KERAS_H5_READ_H

#include <hdf5.h>

#include "tlrun/arena.h"
#include "tlrun/str.h"
#include "weights/keras_h5.h"

enum { H5_MAX_DEPTH = 16, H5_MAX_GROUPS = 32768 };

/* How a tensor's numbers are stored, where libhdf5 does not convert them itself. */
enum h5_numbers { H5_AS_FLOAT, H5_AS_INT, H5_AS_BFLOAT16 };

struct h5_tensor {
	hid_t dataset;
	enum h5_numbers numbers;
	size_t count;
};

struct h5_layer { const char *name, *path; size_t n; };

struct h5_reader {
	struct arena *a;
	const char *path;			/* of the file, for messages */
	size_t size;				/* of the file */
	hid_t file;
	enum weights_format format;
	size_t tensors, layers;
	struct tensor tensor[WEIGHTS_MAX_TENSORS];	/* what is written; data NULL */
	struct h5_tensor source[WEIGHTS_MAX_TENSORS];
	struct h5_layer layer[WEIGHTS_MAX_LAYERS];
	size_t bytes;				/* of all tensors */
	size_t stored;				/* of their data in the file */
	size_t groups;				/* opened so far */
};

/* "FILE: where: message", ERR_DATA. */
#define H5_REFUSE(k, e, where, ...) \
	err_set((e), ERR_DATA, MARK_FILE((k)->path), "%s: %s", (where), \
		arena_printf((k)->a, __VA_ARGS__))

/* ---- keras_h5_links.c ---- */

/* Whether the group has a member of that name. */
bool h5_has(hid_t group, const char *name);
/*
 * Open what stands at path below group, step by step: every link a hard one, so that nothing leads
 * out of the file. where names it in errors.
 */
enum status h5_open(struct h5_reader *k, hid_t group, const char *path, H5I_type_t want,
	const char *where, hid_t *out, struct err *e);
/* The names of a group's members, numbers in them counted: conv2d_2 before conv2d_10. */
struct h5_names { size_t n; const char **v; };
enum status h5_members(struct h5_reader *k, hid_t group, const char *where, struct h5_names *out,
	struct err *e);

/* ---- keras_h5_strings.c ---- */

/* Whether there is such an attribute, whole or in parts (name0, name1, …). */
bool h5_has_strings(hid_t object, const char *name);
/* A string attribute, a list or one, of fixed or variable length, whole or in parts. */
enum status h5_strings(struct h5_reader *k, hid_t object, const char *name, const char *where,
	struct h5_names *out, struct err *e);

/* ---- keras_h5_tensor.c ---- */

/* Add the dataset at path below group as the next tensor, called name, when it can be read. */
enum status h5_tensor_add(struct h5_reader *k, hid_t group, const char *path, const char *name,
	struct err *e);
/* The numbers of tensor i into out, its bytes long. */
enum status h5_tensor_read(struct h5_reader *k, size_t i, void *out, struct err *e);
/* The tensors added since `first` are a layer; nothing when there are none. */
enum status h5_layer_add(struct h5_reader *k, const char *name, const char *path, size_t first,
	struct err *e);

/* ---- the two layouts ---- */

enum status h5_legacy(struct h5_reader *k, hid_t group, const char *where, struct err *e);
enum status h5_keras3(struct h5_reader *k, struct err *e);

#endif
