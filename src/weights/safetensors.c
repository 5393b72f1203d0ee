/*
 * safetensors: what is read is hostile until checked, what is written is canonical.
 *
 * A file is the header's length n (8 bytes, little-endian), n bytes of JSON, then the data that the
 * JSON's data_offsets cut into tensors without holes or overlaps. Values are little-endian,
 * row-major.
 *
 * Errors  ERR_DATA with the byte offset for a file that breaks the format, ERR_IO for one not
 *         written.
 * Source  https://github.com/huggingface/safetensors, README, "Format".
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "weights/weights_parts.h"

enum { PREFIX = 8, HEADER_MAX = 64 << 20, ALIGN = 8 };

struct safetensors {
	struct arena *arena;
	const char *path;
	struct file_map map;
	size_t data;		/* offset of the data */
	size_t n, metas;
	struct tensor *t;
	enum tensor_type *stored;	/* of each tensor, its type in the file */
	struct metadata *m;
};

static const struct { const char *name; size_t size; } types[] = {
	[TENSOR_F32] = { "F32", 4 }, [TENSOR_F64] = { "F64", 8 }, [TENSOR_F16] = { "F16", 2 },
	[TENSOR_BF16] = { "BF16", 2 }, [TENSOR_I64] = { "I64", 8 }, [TENSOR_I32] = { "I32", 4 },
	[TENSOR_U8] = { "U8", 1 },
};
enum { TYPES = sizeof types / sizeof types[0] };

/* ---- writing ---- */

static void
safetensors_header(const struct tensor *t, size_t n, const struct metadata *m, size_t metas,
	struct str *out)
{
	size_t at = 0;
	str_add_char(out, '{');
	for (size_t i = 0; i < metas; i++) {
		str_add(out, i == 0 ? "\"__metadata__\":{" : ",");
		json_quote(out, m[i].key);
		str_add_char(out, ':');
		json_quote(out, m[i].value);
	}
	if (metas > 0) str_add(out, n > 0 ? "}," : "}");
	for (size_t i = 0; i < n; i++) {
		if (i > 0) str_add_char(out, ',');
		json_quote(out, t[i].name);
		str_printf(out, ":{\"dtype\":\"%s\",\"shape\":[", types[t[i].type].name);
		for (int d = 0; d < t[i].rank; d++) str_printf(out, "%s%lld", d ? "," : "", t[i].d[d]);
		str_printf(out, "],\"data_offsets\":[%zu,%zu]}", at, at + t[i].bytes);
		at += t[i].bytes;
	}
	str_add_char(out, '}');
	while (out->len % ALIGN != 0) str_add_char(out, ' ');
}

void
weights_safetensors_head(const struct tensor *t, size_t n, const struct metadata *m, size_t metas,
	struct str *out)
{
	struct str header = STR_INIT;
	safetensors_header(t, n, m, metas, &header);
	for (int i = 0; i < PREFIX; i++)
		str_add_char(out, (char)(unsigned char)((uint64_t)header.len >> 8 * i));
	str_add_len(out, header.data, header.len);
	str_free(&header);
}

enum status
safetensors_write(const char *path, const struct tensor *t, size_t n, const struct metadata *m,
	size_t metas, struct err *e)
{
	struct str header = STR_INIT;
	struct file_writer *w = NULL;
	weights_safetensors_head(t, n, m, metas, &header);
	enum status s = file_writer_open(&w, path, e);
	if (s == OK) s = file_writer_add(w, header.data, header.len, e);
	for (size_t i = 0; i < n && s == OK; i++)
		if (t[i].bytes > 0) s = file_writer_add(w, t[i].data, t[i].bytes, e);
	str_free(&header);
	if (s == OK) return file_writer_commit(w, e);
	file_writer_abandon(w);
	return s;
}

/* ---- reading ---- */

/* ERR_DATA at the tensor (NULL: the header as a whole). */
#define REFUSE(s, e, ...) err_set((e), ERR_DATA, MARK_OFFSET((s)->path, PREFIX), __VA_ARGS__)

/* A member that is an integer of 0 or more. */
static bool
safetensors_size(const json_t *v, long long *out)
{
	if (!json_is_integer(v)) return false;
	*out = json_integer_value(v);
	return *out >= 0;
}

static enum status
safetensors_shape(const struct safetensors *s, struct tensor *t, const json_t *shape,
	unsigned long long *count, struct err *e)
{
	if (!json_is_array(shape) || json_array_size(shape) > SHAPE_RANK)
		return REFUSE(s, e, "tensor \"%.80s\": shape is not a list of at most %d sizes", t->name,
		    SHAPE_RANK);
	*count = 1;
	t->rank = (int)json_array_size(shape);
	for (int i = 0; i < t->rank; i++) {
		if (!safetensors_size(json_array_get(shape, (size_t)i), &t->d[i]))
			return REFUSE(s, e, "tensor \"%.80s\": a size of its shape is no whole number of 0 "
			    "or more", t->name);
		if (__builtin_mul_overflow(*count, (unsigned long long)t->d[i], count) ||
		    *count > LLONG_MAX / 8)
			return REFUSE(s, e, "tensor \"%.80s\": its shape holds more than any file", t->name);
	}
	return OK;
}

static enum status
safetensors_tensor(const struct safetensors *s, struct tensor *t, const char *name,
	const json_t *entry, struct err *e)
{
	const char *type = json_string_value(json_object_get(entry, "dtype"));
	const json_t *offsets = json_object_get(entry, "data_offsets");
	const size_t all = s->map.size - s->data;
	unsigned long long count = 0;
	long long first, last;
	t->name = name;
	if (!json_is_object(entry) || json_object_size(entry) != 3 || !type)
		return REFUSE(s, e, "tensor \"%.80s\": expected {dtype, shape, data_offsets}", name);
	int k = 0;
	while (k < TYPES && strcmp(types[k].name, type) != 0) k++;
	if (k == TYPES)
		return REFUSE(s, e,
			"tensor \"%.80s\" is of type \"%.16s\"; this program reads F32, F64, "
			"F16, BF16, I64, I32 and U8", name, type);
	t->type = (enum tensor_type)k;
	TRY(safetensors_shape(s, t, json_object_get(entry, "shape"), &count, e));
	if (!json_is_array(offsets) || json_array_size(offsets) != 2 ||
	    !safetensors_size(json_array_get(offsets, 0), &first) ||
	    !safetensors_size(json_array_get(offsets, 1), &last) || first > last)
		return REFUSE(s, e, "tensor \"%.80s\": data_offsets are not two ascending offsets", name);
	if ((unsigned long long)last > all)
		return REFUSE(s, e, "tensor \"%.80s\" ends at byte %lld of the data, which has %zu: the "
		    "file is cut off or corrupt", name, last, all);
	if ((unsigned long long)(last - first) != count * types[k].size)
		return REFUSE(s, e, "tensor \"%.80s\": %lld bytes of data, but its shape and type take "
		    "%llu", name, last - first, count * types[k].size);
	t->bytes = (size_t)(last - first);
	t->data = s->map.data + s->data + first;
	return OK;
}

static enum status
safetensors_metadata(struct safetensors *s, const json_t *map, struct err *e)
{
	const char *key;
	json_t *value;
	if (!json_is_object(map)) return REFUSE(s, e, "__metadata__ is not a map of texts");
	s->m = ARENA_ARRAY(s->arena, struct metadata, json_object_size(map));
	json_object_foreach((json_t *)map, key, value) {
		if (!json_is_string(value))
			return REFUSE(s, e, "__metadata__: \"%.80s\" is not a text", key);
		s->m[s->metas].key = arena_strdup(s->arena, key);
		s->m[s->metas++].value = arena_strdup(s->arena, json_string_value(value));
	}
	return OK;
}

static int
safetensors_by_place(const void *a, const void *b)
{
	const struct tensor *x = *(struct tensor *const *)a, *y = *(struct tensor *const *)b;
	const char *p = x->data, *q = y->data;
	if (p != q) return p < q ? -1 : 1;
	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* The tensors fill the data: each begins where the one before ends. */
static enum status
safetensors_cover(const struct safetensors *s, struct err *e)
{
	const unsigned char *at = s->map.data + s->data, *end = s->map.data + s->map.size;
	struct tensor **order = ARENA_ARRAY(s->arena, struct tensor *, s->n + 1);
	for (size_t i = 0; i < s->n; i++) order[i] = &s->t[i];
	qsort(order, s->n, sizeof *order, safetensors_by_place);
	for (size_t i = 0; i < s->n; i++) {
		const unsigned char *data = order[i]->data;
		if (data != at)
			return REFUSE(s, e, "tensor \"%.80s\" %s: its data begins at byte %td, expected %td",
			    order[i]->name, data < at ? "overlaps another" : "leaves a hole before it",
			    data - (s->map.data + s->data), at - (s->map.data + s->data));
		at = data + order[i]->bytes;
	}
	if (at != end)
		return REFUSE(s, e, "%td bytes after the last tensor: the file is corrupt", end - at);
	return OK;
}

static enum status
safetensors_read(struct safetensors *s, struct err *e)
{
	uint64_t length = 0;
	if (s->map.size < PREFIX)
		return err_set(e, ERR_DATA, MARK_OFFSET(s->path, 0), "%zu bytes are no safetensors file: "
		    "expected the header's length in the first 8", s->map.size);
	for (int i = 0; i < PREFIX; i++) length |= (uint64_t)s->map.data[i] << 8 * i;
	if (length > HEADER_MAX || length > s->map.size - PREFIX)
		return err_set(e, ERR_DATA, MARK_OFFSET(s->path, 0), "a header of %llu bytes does not fit "
		    "the file of %zu: no safetensors file, or cut off", (unsigned long long)length,
		    s->map.size);
	s->data = PREFIX + (size_t)length;
	json_t *root = NULL;
	TRY(json_parse(s->path, (const char *)s->map.data + PREFIX, (size_t)length, &root, ERR_DATA,
		e));
	enum status status = OK;
	const char *key;
	json_t *value;
	if (!json_is_object(root)) status = REFUSE(s, e, "the header is not a map of tensors");
	s->t = ARENA_ARRAY(s->arena, struct tensor, json_object_size(root) + 1);
	json_object_foreach(root, key, value) {
		if (status != OK) break;
		if (strcmp(key, "__metadata__") == 0)
			status = safetensors_metadata(s, value, e);
		else
			status = safetensors_tensor(s, &s->t[s->n++], arena_strdup(s->arena, key), value, e);
	}
	json_decref(root);
	s->stored = ARENA_ARRAY(s->arena, enum tensor_type, s->n + 1);
	for (size_t i = 0; i < s->n; i++) s->stored[i] = s->t[i].type;
	return status == OK ? safetensors_cover(s, e) : status;
}

enum status
safetensors_open(struct safetensors **out, const char *path, struct err *e)
{
	struct arena *a = arena_new();
	struct safetensors *s = ARENA_NEW(a, struct safetensors);
	s->arena = a;
	s->path = arena_strdup(a, path);
	*out = NULL;
	enum status status = file_map_open(&s->map, path, ERR_DATA, e);
	if (status == OK && (status = safetensors_read(s, e)) != OK) file_map_close(&s->map);
	if (status != OK)
		arena_free(a);
	else
		*out = s;
	return status;
}

enum status
safetensors_to_float32(struct safetensors *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		TRY(tensor_to_float32(s->arena, s->path, &s->t[i], e));
	return OK;
}

enum tensor_type
safetensors_stored(const struct safetensors *s, const struct tensor *t)
{
	return s->stored[t - s->t];
}

void
safetensors_close(struct safetensors *s)
{
	if (!s) return;
	file_map_close(&s->map);
	arena_free(s->arena);
}

size_t
safetensors_count(const struct safetensors *s)
{
	return s->n;
}

const struct tensor *
safetensors_at(const struct safetensors *s, size_t i)
{
	return i < s->n ? &s->t[i] : NULL;
}

const struct tensor *
safetensors_find(const struct safetensors *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->t[i].name, name) == 0) return &s->t[i];
	return NULL;
}

const char *
safetensors_meta(const struct safetensors *s, const char *key)
{
	for (size_t i = 0; i < s->metas; i++)
		if (strcmp(s->m[i].key, key) == 0) return s->m[i].value;
	return NULL;
}
