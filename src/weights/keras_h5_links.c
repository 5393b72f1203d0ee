/* HDF5 groups: members by name, without leaving the file. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "weights/keras_h5_read.h"

bool
h5_has(hid_t group, const char *name)
{
	return H5Lexists(group, name, H5P_DEFAULT) > 0;
}

/* One step of a path; closes nothing. */
static enum status
h5_step(struct h5_reader *k, hid_t from, const char *name, const char *where, hid_t *out,
	struct err *e)
{
	H5L_info_t info;
	if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return H5_REFUSE(k, e, where, "\"%.40s\" is no name in a path", name);
	if (++k->groups > H5_MAX_GROUPS)
		return H5_REFUSE(k, e, where, "more than %d groups are on the way to its weights",
			H5_MAX_GROUPS);
	if (H5Lget_info(from, name, &info, H5P_DEFAULT) < 0)
		return H5_REFUSE(k, e, where, "not in the file, though it is listed there");
	if (info.type != H5L_TYPE_HARD)
		return H5_REFUSE(k, e, where, "a link to another place or file, which is not followed");
	*out = H5Oopen(from, name, H5P_DEFAULT);
	if (*out < 0) return H5_REFUSE(k, e, where, "cannot be opened: the file is damaged");
	return OK;
}

enum status
h5_open(struct h5_reader *k, hid_t group, const char *path, H5I_type_t want, const char *where,
	hid_t *out, struct err *e)
{
	hid_t at = group;
	for (const char *p = path;;) {
		const size_t len = strcspn(p, "/");
		hid_t next = H5I_INVALID_HID;
		enum status s = OK;
		if (at != group && H5Iget_type(at) != H5I_GROUP)
			s = H5_REFUSE(k, e, where, "leads through something that is no group");
		if (s == OK) s = h5_step(k, at, arena_strndup(k->a, p, len), where, &next, e);
		if (at != group) H5Oclose(at);
		if (s != OK) return s;
		at = next;
		if (p[len] == '\0') break;
		p += len + 1;
	}
	*out = at;
	if (H5Iget_type(at) == want) return OK;
	return H5_REFUSE(k, e, where, want == H5I_GROUP ? "no group" : "no dataset");
}

/* ---- members ---- */

struct h5_walk { struct arena *a; struct h5_names *names; size_t room; };

static herr_t
h5_member(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
	struct h5_walk *const w = data;
	(void)group, (void)info;
	if (w->names->n == w->room || strlen(name) > WEIGHTS_MAX_NAME) return -1;
	w->names->v[w->names->n++] = arena_strdup(w->a, name);
	return 0;
}

/* As text, but digits as numbers. */
static int
h5_by_name(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	for (;; a++, b++) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a += strspn(a, "0");
			b += strspn(b, "0");
			const size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");
			if (n != m) return n < m ? -1 : 1;
			const int order = strncmp(a, b, n);
			if (order != 0) return order;
			a += n;
			b += n;
		}
		if (*a != *b || !*a) break;
	}
	if (*a == *b) return strcmp(*(const char *const *)x, *(const char *const *)y);
	return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
}

enum status
h5_members(struct h5_reader *k, hid_t group, const char *where, struct h5_names *out,
	struct err *e)
{
	H5G_info_t info;
	hsize_t at = 0;
	*out = (struct h5_names){ 0 };
	if (H5Gget_info(group, &info) < 0)
		return H5_REFUSE(k, e, where, "its members cannot be listed: the file is damaged");
	if (info.nlinks > H5_MAX_GROUPS)
		return H5_REFUSE(k, e, where, "%llu members, at most %d are read",
			(unsigned long long)info.nlinks, H5_MAX_GROUPS);
	struct h5_walk w = { k->a, out, (size_t)info.nlinks };
	out->v = ARENA_ARRAY(k->a, const char *, w.room + 1);
	if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, h5_member, &w) < 0)
		return H5_REFUSE(k, e, where, "its members cannot be listed: the file is damaged");
	qsort(out->v, out->n, sizeof *out->v, h5_by_name);
	return OK;
}
