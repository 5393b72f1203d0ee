/*
 * Files of weights, recognised by content: how each is opened, and which layers its tensors form.
 *
 * Errors  ERR_DATA for a file that is missing, unreadable, damaged or of no known format.
 * Source  doc/keras-semantics.md 11; safetensors.c and keras_h5.c name theirs.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "weights/keras_h5.h"

const char *
weights_format_name(enum weights_format f)
{
	switch (f) {
	case WEIGHTS_SAFETENSORS: return "safetensors";
	case WEIGHTS_KERAS_LEGACY: return "Keras HDF5, legacy layout";
	case WEIGHTS_KERAS_3: break;
	}
	return "Keras 3 .weights.h5";
}

const char *
weights_folder_of(struct arena *a, const char *name)
{
	const char *const slash = strrchr(name, '/');
	return slash ? arena_strndup(a, name, (size_t)(slash - name)) : "";
}

const char *
weights_base_of(struct arena *a, const char *name)
{
	const char *const slash = strrchr(name, '/'), *const base = slash ? slash + 1 : name;
	const size_t len = strlen(base);
	return len > 2 && strcmp(base + len - 2, ":0") == 0 ? arena_strndup(a, base, len - 2) : base;
}

void
weights_layers_by_folder(struct arena *a, struct weights_file *f)
{
	const size_t n = safetensors_count(f->tensors);
	struct weights_layer *const layer = ARENA_ARRAY(a, struct weights_layer, n + 1);
	const struct tensor **const order = ARENA_ARRAY(a, const struct tensor *, n + 1);
	for (size_t i = 0; i < n; i++) {
		order[i] = safetensors_at(f->tensors, i);
		const char *const path = weights_folder_of(a, order[i]->name);
		struct weights_layer *l = f->layers ? &layer[f->layers - 1] : NULL;
		if (!l || strcmp(l->path, path) != 0) {
			l = &layer[f->layers++];
			*l = (struct weights_layer){ .name = path, .path = path, .tensor = &order[i] };
		}
		l->n++;
	}
	f->layer = layer;
}

enum { FILE_HEAD = 8 };

static enum status
weights_unknown(const char *path, const struct file_map *m, struct err *e)
{
	if (m->size >= 4 && memcmp(m->data, "PK\3\4", 4) == 0)
		return err_set(e, ERR_DATA, MARK_FILE(path), "this is a .keras archive (zip): unpack it "
			"and name the model.weights.h5 in it");
	return err_set(e, ERR_DATA, MARK_FILE(path), "no weights file: its first bytes are neither "
		"those of HDF5 (.h5 of Keras) nor of safetensors");
}

static enum status
weights_read(struct arena *a, struct weights_file *f, const struct file_map *m, const char *cache,
	struct err *e)
{
	if (m->size == 0)
		return err_set(e, ERR_DATA, MARK_FILE(f->path), "this file is empty, expected weights: "
			"HDF5 of Keras or safetensors");
	if (keras_h5_signature(m)) return keras_h5_open(a, f, m, cache, e);
	/* A header's length of less than 2^32, then a map. */
	if (m->size <= FILE_HEAD || m->data[FILE_HEAD] != '{' ||
		memcmp(m->data + FILE_HEAD / 2, "\0\0\0\0", FILE_HEAD / 2) != 0)
		return weights_unknown(f->path, m, e);
	f->format = WEIGHTS_SAFETENSORS;
	TRY(safetensors_open(&f->tensors, f->path, e));
	const enum status s = safetensors_to_float32(f->tensors, e);
	if (s != OK) {
		weights_close(f);
		return s;
	}
	weights_layers_by_folder(a, f);
	return OK;
}

enum status
weights_open(struct arena *a, const char *path, const char *cache, struct weights_file **out,
	struct err *e)
{
	struct file_map m;
	struct weights_file *const f = ARENA_NEW(a, struct weights_file);
	*out = NULL;
	f->path = arena_strdup(a, path);
	TRY(file_map_open(&m, path, ERR_DATA, e));
	hash_of(m.data, m.size, f->hash);
	const enum status s = weights_read(a, f, &m, cache, e);
	file_map_close(&m);
	if (s == OK) *out = f;
	return s;
}

void
weights_close(struct weights_file *f)
{
	if (!f) return;
	safetensors_close(f->tensors);
	f->tensors = NULL;
}
