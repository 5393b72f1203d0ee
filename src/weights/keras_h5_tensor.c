/*
 * HDF5 datasets as tensors: floats of any size and byte order become float32, integers int64.
 * Contiguous, compact and chunked storage, deflate, shuffle and checksums. Sizes are checked
 * against the file before anything is read.
 *
 * Source  HDF5 File Format Specification 3.0, IV.A.2; deflate's ratio of at most 1032 to 1: RFC
 *         1951.
 */
#include <string.h>

#include "weights/keras_h5_read.h"

enum { H5_RATIO = 1032, H5_CHUNK = 64 << 20, H5_BFLOAT16 = 2 };

static bool
h5_is_bfloat16(struct h5_reader *k, hid_t dataset, const char *name)
{
	struct h5_names word;
	struct err none = ERR_INIT;
	return h5_has_strings(dataset, "dtype") &&
		h5_strings(k, dataset, "dtype", name, &word, &none) == OK && word.n == 1 &&
		strcmp(word.v[0], "bfloat16") == 0;
}

static enum status
h5_type(struct h5_reader *k, hid_t dataset, struct tensor *t, struct h5_tensor *source,
	struct err *e)
{
	const hid_t type = H5Dget_type(dataset);
	const H5T_class_t class = H5Tget_class(type);
	const size_t size = H5Tget_size(type);
	H5Tclose(type);
	t->type = TENSOR_F32;
	if (class == H5T_FLOAT && (size == 2 || size == 4 || size == 8)) source->numbers = H5_AS_FLOAT;
	else if (class == H5T_INTEGER && size <= 8) {
		source->numbers = H5_AS_INT;
		t->type = TENSOR_I64;
	} else if (size == H5_BFLOAT16 && h5_is_bfloat16(k, dataset, t->name))
		source->numbers = H5_AS_BFLOAT16;
	else return H5_REFUSE(k, e, t->name, "not of float16, bfloat16, float32, float64 or integers");
	return OK;
}

/* Rank and sizes, with the product checked. */
static enum status
h5_shape(struct h5_reader *k, hid_t dataset, struct tensor *t, struct h5_tensor *source,
	struct err *e)
{
	hsize_t d[SHAPE_RANK] = { 0 };
	const size_t each = t->type == TENSOR_I64 ? 8 : 4;
	const hid_t space = H5Dget_space(dataset);
	const H5S_class_t class = H5Sget_simple_extent_type(space);
	const int rank = H5Sget_simple_extent_ndims(space);
	const bool fits = rank >= 0 && rank <= SHAPE_RANK;
	if (fits) H5Sget_simple_extent_dims(space, d, NULL);
	H5Sclose(space);
	if (class != H5S_SIMPLE && class != H5S_SCALAR)
		return H5_REFUSE(k, e, t->name, "has no sizes");
	if (!fits)
		return H5_REFUSE(k, e, t->name, "%d sizes, at most %d are read", rank, SHAPE_RANK);
	t->rank = rank;
	source->count = 1;
	for (int i = 0; i < rank; i++) {
		t->d[i] = (long long)d[i];
		if (d[i] > KERAS_H5_MAX_TENSOR ||
			__builtin_mul_overflow(source->count, (size_t)d[i], &source->count) ||
			source->count > KERAS_H5_MAX_TENSOR / each)
			return H5_REFUSE(k, e, t->name, "its sizes make more than 1 GiB: damaged or hostile");
	}
	t->bytes = source->count * each;
	k->bytes += t->bytes;
	if (k->bytes > KERAS_H5_MAX_BYTES)
		return H5_REFUSE(k, e, t->name, "the tensors up to this one are more than 8 GiB");
	return OK;
}

static enum status
h5_filters(struct h5_reader *k, hid_t plist, const char *name, struct err *e)
{
	const int n = H5Pget_nfilters(plist);
	for (int i = 0; i < n; i++) {
		unsigned flags = 0;
		size_t values = 0;
		const H5Z_filter_t f = H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL,
			NULL);
		if (f != H5Z_FILTER_DEFLATE && f != H5Z_FILTER_SHUFFLE && f != H5Z_FILTER_FLETCHER32)
			return H5_REFUSE(k, e, name, "compressed in another way (filter %d) than gzip; write "
				"it without", (int)f);
	}
	return n < 0 ? H5_REFUSE(k, e, name, "its filters cannot be read: the file is damaged") : OK;
}

static enum status
h5_chunks(struct h5_reader *k, hid_t plist, const struct tensor *t, struct err *e)
{
	hsize_t d[SHAPE_RANK] = { 0 };
	size_t count = 1;
	const int rank = H5Pget_chunk(plist, SHAPE_RANK, d);
	if (rank != t->rank) return H5_REFUSE(k, e, t->name, "its chunks have other sizes than it");
	for (int i = 0; i < rank; i++)
		if (__builtin_mul_overflow(count, (size_t)d[i], &count) || count > H5_CHUNK)
			return H5_REFUSE(k, e, t->name, "chunks of more than %d numbers", H5_CHUNK);
	return h5_filters(k, plist, t->name, e);
}

/* Where the data lies: inside of the file, all of it, and no byte of the file twice. */
static enum status
h5_storage(struct h5_reader *k, hid_t dataset, const struct tensor *t, size_t count,
	struct err *e)
{
	const hid_t plist = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
	const H5D_layout_t layout = H5Pget_layout(plist);
	const size_t stored = (size_t)H5Dget_storage_size(dataset), plain = count * H5Tget_size(type);
	const haddr_t at = H5Dget_offset(dataset);
	enum status s = OK;
	H5Tclose(type);
	if (H5Pget_external_count(plist) > 0 || layout == H5D_VIRTUAL)
		s = H5_REFUSE(k, e, t->name, "its data is in another file, which is not opened");
	else if (layout == H5D_CHUNKED) s = h5_chunks(k, plist, t, e);
	else if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
		s = H5_REFUSE(k, e, t->name, "stored in a way that is not known");
	H5Pclose(plist);
	if (s != OK || count == 0) return s;
	k->stored += stored;
	if (stored > k->size || k->stored > k->size ||
		(layout == H5D_CONTIGUOUS && (at == HADDR_UNDEF || at > k->size || stored > k->size - at)))
		return H5_REFUSE(k, e, t->name, "its data lies outside of the file: cut off, damaged or "
			"hostile");
	if (layout == H5D_CHUNKED ? plain / H5_RATIO > stored : stored < plain)
		return H5_REFUSE(k, e, t->name, "%zu bytes of data for sizes that take %zu", stored, plain);
	return OK;
}

enum status
h5_tensor_add(struct h5_reader *k, hid_t group, const char *path, const char *name,
	struct err *e)
{
	if (k->tensors == WEIGHTS_MAX_TENSORS)
		return H5_REFUSE(k, e, name, "more than %d tensors", WEIGHTS_MAX_TENSORS);
	if (strlen(name) > WEIGHTS_MAX_NAME)
		return H5_REFUSE(k, e, "a tensor", "a name of more than %d bytes", WEIGHTS_MAX_NAME);
	struct tensor *const t = &k->tensor[k->tensors];
	struct h5_tensor *const source = &k->source[k->tensors];
	*t = (struct tensor){ .name = name };
	TRY(h5_open(k, group, path, H5I_DATASET, name, &source->dataset, e));
	TRY(h5_type(k, source->dataset, t, source, e));
	TRY(h5_shape(k, source->dataset, t, source, e));
	TRY(h5_storage(k, source->dataset, t, source->count, e));
	k->tensors++;
	return OK;
}

/* The 16 bits of each number stand in the block's second half; the float's lower ones are 0. */
static void
h5_widen(char *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char wide[4] = { 0, 0, out[2 * (n + i)], out[2 * (n + i) + 1] };
		memcpy(out + 4 * i, wide, sizeof wide);
	}
}

enum status
h5_tensor_read(struct h5_reader *k, size_t i, void *out, struct err *e)
{
	const struct h5_tensor *const s = &k->source[i];
	herr_t bad = 0;
	if (s->count == 0) return OK;
	if (s->numbers == H5_AS_BFLOAT16) {
		const hid_t type = H5Dget_type(s->dataset);
		bad = H5Dread(s->dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
			(char *)out + 2 * s->count);
		H5Tclose(type);
		h5_widen(out, s->count);
	} else
		bad = H5Dread(s->dataset, s->numbers == H5_AS_INT ? H5T_NATIVE_INT64 : H5T_NATIVE_FLOAT,
			H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
	if (bad < 0)
		return H5_REFUSE(k, e, k->tensor[i].name, "its data cannot be read: cut off or damaged");
	return OK;
}

enum status
h5_layer_add(struct h5_reader *k, const char *name, const char *path, size_t first,
	struct err *e)
{
	if (k->tensors == first) return OK;
	if (k->layers == WEIGHTS_MAX_LAYERS)
		return H5_REFUSE(k, e, path, "more than %d layers", WEIGHTS_MAX_LAYERS);
	k->layer[k->layers++] = (struct h5_layer){ name, path, k->tensors - first };
	return OK;
}
