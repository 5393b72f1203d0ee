/*
 * Lists of names in HDF5 attributes: fixed or variable length, one or many, whole or split into
 * name0, name1, … as Keras does above 64512 bytes. An empty list is stored as numbers.
 *
 * Source  doc/keras-semantics.md 11.2.
 */
#include <stdio.h>
#include <string.h>

#include "weights/keras_h5_read.h"

enum { H5_MAX_STRINGS = 65536, H5_PART = 80 };

static const char *
h5_part(char *text, const char *name, int part)
{
	snprintf(text, H5_PART, "%s%d", name, part);
	return text;
}

bool
h5_has_strings(hid_t object, const char *name)
{
	char first[H5_PART];
	return H5Aexists(object, name) > 0 || H5Aexists(object, h5_part(first, name, 0)) > 0;
}

static enum status
h5_take(struct h5_reader *k, const char *text, size_t len, const char *where,
	struct h5_names *out, struct err *e)
{
	if (len > WEIGHTS_MAX_NAME || memchr(text, '\0', len))
		return H5_REFUSE(k, e, where, "a name of more than %d bytes", WEIGHTS_MAX_NAME);
	out->v[out->n++] = arena_strndup(k->a, text, len);
	return OK;
}

static enum status
h5_variable(struct h5_reader *k, hid_t attribute, hid_t type, hid_t space, size_t n,
	const char *where, struct h5_names *out, struct err *e)
{
	char **const text = ARENA_ARRAY(k->a, char *, n);
	enum status s = OK;
	const hid_t memory = H5Tcopy(H5T_C_S1);
	H5Tset_size(memory, H5T_VARIABLE);
	H5Tset_cset(memory, H5Tget_cset(type));
	if (H5Aread(attribute, memory, text) < 0)
		s = H5_REFUSE(k, e, where, "its names cannot be read: the file is damaged");
	for (size_t i = 0; i < n && s == OK; i++) {
		const char *const t = text[i] ? text[i] : "";
		s = h5_take(k, t, strnlen(t, WEIGHTS_MAX_NAME + 1), where, out, e);
	}
	if (s == OK) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, text);
	H5Tclose(memory);
	return s;
}

static enum status
h5_fixed(struct h5_reader *k, hid_t attribute, hid_t type, size_t n, const char *where,
	struct h5_names *out, struct err *e)
{
	const size_t size = H5Tget_size(type);
	const bool spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
	if (size == 0 || size > WEIGHTS_MAX_NAME)
		return H5_REFUSE(k, e, where, "names of %zu bytes, at most %d are read", size,
			WEIGHTS_MAX_NAME);
	char *const text = arena_array(k->a, n, size);
	if (H5Aread(attribute, type, text) < 0)
		return H5_REFUSE(k, e, where, "its names cannot be read: the file is damaged");
	for (size_t i = 0; i < n; i++) {
		size_t len = strnlen(text + i * size, size);
		while (spaces && len > 0 && text[i * size + len - 1] == ' ') len--;
		TRY(h5_take(k, text + i * size, len, where, out, e));
	}
	return OK;
}

/* The points of an attribute, 0 for none; refused when they are no list. */
static enum status
h5_points(struct h5_reader *k, hid_t space, const char *where, size_t *n, struct err *e)
{
	const H5S_class_t class = H5Sget_simple_extent_type(space);
	const hssize_t points = class == H5S_NULL ? 0 : H5Sget_simple_extent_npoints(space);
	if (class == H5S_NO_CLASS || points < 0 || H5Sget_simple_extent_ndims(space) > 1)
		return H5_REFUSE(k, e, where, "no list of names");
	if (points > H5_MAX_STRINGS)
		return H5_REFUSE(k, e, where, "%lld names, at most %d are read", (long long)points,
			H5_MAX_STRINGS);
	*n = (size_t)points;
	return OK;
}

static enum status
h5_attribute(struct h5_reader *k, hid_t object, const char *name, const char *where,
	struct h5_names *out, struct err *e)
{
	size_t n = 0;
	const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
	if (attribute < 0) return H5_REFUSE(k, e, where, "cannot be opened: the file is damaged");
	const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
	enum status s = OK;
	if (type < 0 || space < 0) s = H5_REFUSE(k, e, where, "has no type: the file is damaged");
	if (s == OK) s = h5_points(k, space, where, &n, e);
	if (s == OK && n > 0) {
		const char **const all = ARENA_ARRAY(k->a, const char *, out->n + n);
		if (out->n > 0) memcpy(all, out->v, out->n * sizeof *all);
		out->v = all;
		if (H5Tget_class(type) != H5T_STRING)
			s = H5_REFUSE(k, e, where, "holds no names, but numbers or something else");
		else if (H5Tis_variable_str(type) > 0)
			s = h5_variable(k, attribute, type, space, n, where, out, e);
		else s = h5_fixed(k, attribute, type, n, where, out, e);
	}
	H5Sclose(space);
	H5Tclose(type);
	H5Aclose(attribute);
	return s;
}

enum status
h5_strings(struct h5_reader *k, hid_t object, const char *name, const char *where,
	struct h5_names *out, struct err *e)
{
	char part[H5_PART];
	*out = (struct h5_names){ 0 };
	const char *const place = arena_printf(k->a, "%s: attribute %s", where, name);
	if (H5Aexists(object, name) > 0) return h5_attribute(k, object, name, place, out, e);
	for (int i = 0; H5Aexists(object, h5_part(part, name, i)) > 0; i++) {
		TRY(h5_attribute(k, object, part, place, out, e));
		if (out->n > H5_MAX_STRINGS)
			return H5_REFUSE(k, e, place, "more than %d names", H5_MAX_STRINGS);
	}
	return OK;
}
