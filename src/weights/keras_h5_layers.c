/*
 * Keras 3's layout: an object's variables are vars/0, vars/1, …; what it consists of are further
 * groups, and the list of a model's layers is the group `layers`. The user's name of a layer is an
 * attribute of vars. What belongs to the optimizer and to random numbers is left out.
 *
 * Source  doc/keras-semantics.md 11.4.
 */
#include <string.h>

#include "weights/keras_h5_read.h"

static enum status
keras3_name(struct h5_reader *k, hid_t vars, const char *where, const char **name, struct err *e)
{
	struct h5_names names;
	*name = "";
	if (!h5_has_strings(vars, "name")) return OK;
	TRY(h5_strings(k, vars, "name", where, &names, e));
	if (names.n == 1) *name = names.v[0];
	return OK;
}

static enum status
keras3_vars(struct h5_reader *k, hid_t object, const char *path, struct err *e)
{
	hid_t vars;
	struct h5_names members;
	const char *name;
	const size_t first = k->tensors;
	const char *const where = arena_printf(k->a, "%s%svars", path, *path ? "/" : "");
	TRY(h5_open(k, object, "vars", H5I_GROUP, where, &vars, e));
	TRY(h5_members(k, vars, where, &members, e));
	TRY(keras3_name(k, vars, where, &name, e));
	for (size_t i = 0; i < members.n; i++) {
		if (strcmp(members.v[i], arena_printf(k->a, "%zu", i)) != 0)
			return H5_REFUSE(k, e, where, "its variables are not numbered 0 to %zu",
				members.n - 1);
		TRY(h5_tensor_add(k, vars, members.v[i],
			arena_printf(k->a, "%s/%s", where, members.v[i]), e));
	}
	H5Oclose(vars);
	return h5_layer_add(k, name, path, first, e);
}

static bool
keras3_skipped(const char *name)
{
	return strcmp(name, "vars") == 0 || strcmp(name, "optimizer") == 0 ||
		strncmp(name, "seed_generator", strlen("seed_generator")) == 0;
}

static enum status
keras3_object(struct h5_reader *k, hid_t object, const char *path, int depth, struct err *e)
{
	struct h5_names members;
	if (depth > H5_MAX_DEPTH)
		return H5_REFUSE(k, e, path, "groups in groups more than %d deep: a cycle, damaged or "
			"hostile", H5_MAX_DEPTH);
	TRY(h5_members(k, object, *path ? path : "/", &members, e));
	if (h5_has(object, "vars")) TRY(keras3_vars(k, object, path, e));
	for (size_t i = 0; i < members.n; i++) {
		hid_t child;
		if (keras3_skipped(members.v[i])) continue;
		const char *const below = arena_printf(k->a, "%s%s%s", path, *path ? "/" : "",
			members.v[i]);
		TRY(h5_open(k, object, members.v[i], H5I_GROUP, below, &child, e));
		TRY(keras3_object(k, child, below, depth + 1, e));
		H5Oclose(child);
	}
	return OK;
}

enum status
h5_keras3(struct h5_reader *k, struct err *e)
{
	k->format = WEIGHTS_KERAS_3;
	return keras3_object(k, k->file, "", 0, e);
}
