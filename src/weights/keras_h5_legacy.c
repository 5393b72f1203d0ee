/*
 * The legacy layout: attribute layer_names lists groups, whose attribute weight_names lists their
 * datasets. A nested model is one group; the folders in its weights' names are its layers.
 *
 * Source  doc/keras-semantics.md 11.2.
 */
#include <string.h>

#include "weights/keras_h5_read.h"

/* Add those of the weights whose folder is `folder` as one layer; taken marks them. */
static enum status
legacy_layer(struct h5_reader *k, hid_t group, const char *path, const struct h5_names *weights,
	const char *const *folders, const char *folder, const char *name, struct err *e)
{
	const size_t first = k->tensors;
	for (size_t i = 0; i < weights->n; i++)
		if (!folder || strcmp(folders[i], folder) == 0)
			TRY(h5_tensor_add(k, group, weights->v[i],
				arena_printf(k->a, "%s/%s", path, weights->v[i]), e));
	return h5_layer_add(k, name, path, first, e);
}

/* A layer's group: one layer, or those of a nested model, in the order of their first weights. */
static enum status
legacy_group(struct h5_reader *k, hid_t group, const char *path, const char *name, struct err *e)
{
	struct h5_names weights;
	bool nested = false;
	if (!h5_has_strings(group, "weight_names"))
		return H5_REFUSE(k, e, path, "has no attribute weight_names");
	TRY(h5_strings(k, group, "weight_names", path, &weights, e));
	const char **const folders = ARENA_ARRAY(k->a, const char *, weights.n + 1);
	for (size_t i = 0; i < weights.n; i++) {
		folders[i] = weights_folder_of(k->a, weights.v[i]);
		nested = nested || strcmp(folders[i], folders[0]) != 0;
	}
	if (!nested) return legacy_layer(k, group, path, &weights, NULL, NULL, name, e);
	for (size_t i = 0; i < weights.n; i++) {
		size_t seen = 0;
		while (strcmp(folders[seen], folders[i]) != 0) seen++;
		if (seen < i) continue;
		TRY(legacy_layer(k, group, path, &weights, folders, folders[i],
			weights_base_of(k->a, folders[i]), e));
	}
	return OK;
}

enum status
h5_legacy(struct h5_reader *k, hid_t group, const char *where, struct err *e)
{
	struct h5_names layers;
	k->format = WEIGHTS_KERAS_LEGACY;
	TRY(h5_strings(k, group, "layer_names", *where ? where : "/", &layers, e));
	for (size_t i = 0; i < layers.n; i++) {
		hid_t layer;
		const char *const path = arena_printf(k->a, "%s%s%s", where, *where ? "/" : "",
			layers.v[i]);
		TRY(h5_open(k, group, layers.v[i], H5I_GROUP, path, &layer, e));
		TRY(legacy_group(k, layer, path, layers.v[i], e));
		H5Oclose(layer);
	}
	return OK;
}
