/*
 * Keras's HDF5 files, the parent's side: recognise, let a child turn the file into safetensors (in
 * the cache folder, or in memory), check what it wrote as hostile.
 *
 * Errors  ERR_DATA: no such file as Keras writes, damaged, hostile, or no libhdf5 in this build.
 * Source  HDF5 File Format Specification 3.0, II.A (the signature's places).
 */
#include "weights/keras_h5.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "build-config.h"
#include "tlrun/arena.h"
#include "tlrun/child.h"
#include "tlrun/hash.h"
#include "tlrun/json.h"
#include "tlrun/log.h"

/* A damaged file can send libhdf5 into an endless loop: seconds, and one more for so many bytes. */
enum { H5_FIRST = 512, H5_SECONDS = 4, H5_BYTES_A_SECOND = 4 << 20 };

bool
keras_h5_signature(const struct file_map *m)
{
	static const unsigned char signature[8] = { 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };
	for (size_t at = 0; at + sizeof signature <= m->size; at = at ? at * 2 : H5_FIRST)
		if (memcmp(m->data + at, signature, sizeof signature) == 0) return true;
	return false;
}

#ifdef HAVE_HDF5

/* ---- what the child wrote ---- */

static enum status
keras_h5_distrust(const struct weights_file *f, struct err *e)
{
	return err_set(e, ERR_DATA, MARK_FILE(f->path), "damaged or hostile: what its reader made of "
		"it is not whole");
}

static enum status
keras_h5_layer(struct arena *a, const struct weights_file *f, const json_t *entry, size_t left,
	struct weights_layer *l, struct err *e)
{
	const char *name = json_string_value(json_array_get(entry, 0));
	const char *path = json_string_value(json_array_get(entry, 1));
	const long long n = json_integer_value(json_array_get(entry, 2));
	if (!name || !path || n < 1 || (unsigned long long)n > left) return keras_h5_distrust(f, e);
	*l = (struct weights_layer){ .name = arena_strdup(a, name), .path = arena_strdup(a, path),
		.n = (size_t)n };
	return OK;
}

/* f->layer from the metadata; every tensor belongs to one. */
static enum status
keras_h5_layers(struct arena *a, struct weights_file *f, const json_t *list, struct err *e)
{
	const size_t n = safetensors_count(f->tensors), layers = json_array_size(list);
	if (!json_is_array(list) || layers > n) return keras_h5_distrust(f, e);
	struct weights_layer *const layer = ARENA_ARRAY(a, struct weights_layer, layers + 1);
	const struct tensor **const order = ARENA_ARRAY(a, const struct tensor *, n + 1);
	size_t done = 0;
	for (size_t i = 0; i < n; i++) order[i] = safetensors_at(f->tensors, i);
	for (size_t i = 0; i < layers; i++) {
		TRY(keras_h5_layer(a, f, json_array_get(list, i), n - done, &layer[i], e));
		layer[i].tensor = order + done;
		done += layer[i].n;
	}
	if (done != n) return keras_h5_distrust(f, e);
	f->layer = layer;
	f->layers = layers;
	return OK;
}

/* Whether metadata and data are those that were written: the cache is a file like any other. */
static bool
keras_h5_sealed(const struct weights_file *f)
{
	static const char *const sealed[] = { KERAS_H5_FORMAT, KERAS_H5_SOURCE, KERAS_H5_LAYERS };
	const char *const digest = safetensors_meta(f->tensors, KERAS_H5_DIGEST);
	char found[HASH_HEX];
	struct hash *const h = hash_new();
	for (size_t i = 0; i < sizeof sealed / sizeof sealed[0]; i++) {
		const char *const value = safetensors_meta(f->tensors, sealed[i]);
		if (value) hash_add(h, value, strlen(value) + 1);
	}
	for (size_t i = 0; i < safetensors_count(f->tensors); i++) {
		const struct tensor *const t = safetensors_at(f->tensors, i);
		if (t->bytes > 0) hash_add(h, t->data, t->bytes);
	}
	hash_hex(h, found);
	return digest && strcmp(digest, found) == 0;
}

static enum status
keras_h5_check(struct arena *a, struct weights_file *f, struct err *e)
{
	const char *const format = safetensors_meta(f->tensors, KERAS_H5_FORMAT);
	const char *const source = safetensors_meta(f->tensors, KERAS_H5_SOURCE);
	const char *const layers = safetensors_meta(f->tensors, KERAS_H5_LAYERS);
	json_t *list = NULL;
	if (!format || !source || !layers || strcmp(source, f->hash) != 0 || !keras_h5_sealed(f))
		return keras_h5_distrust(f, e);
	const int code = format[0] - '0';
	if (code != WEIGHTS_KERAS_LEGACY && code != WEIGHTS_KERAS_3) return keras_h5_distrust(f, e);
	f->format = (enum weights_format)code;
	TRY(json_parse(f->path, layers, strlen(layers), &list, ERR_DATA, e));
	const enum status s = keras_h5_layers(a, f, list, e);
	json_decref(list);
	return s;
}

/* Open what was written, under a name that may be no more than a descriptor's. */
static enum status
keras_h5_take(struct arena *a, struct weights_file *f, const char *path, struct err *e)
{
	struct err own = ERR_INIT;
	if (safetensors_open(&f->tensors, path, &own) != OK) return keras_h5_distrust(f, e);
	const enum status s = keras_h5_check(a, f, e);
	if (s != OK) weights_close(f);
	return s;
}

/* ---- the child ---- */

static enum status
keras_h5_child(const struct weights_file *f, const struct file_map *m, int out, struct err *e)
{
	struct keras_h5_job job = { .path = f->path, .hash = f->hash, .data = m->data,
		.size = m->size, .out = out };
	const struct child c = {
		.memory = m->size + 3 * KERAS_H5_MAX_TENSOR,
		.file = KERAS_H5_MAX_BYTES + KERAS_H5_MAX_TENSOR,
		.seconds = H5_SECONDS + (int)(m->size / H5_BYTES_A_SECOND),
		.fds = &out, .n_fds = 1,
		.at = MARK_FILE(f->path),
		.died = "this HDF5 file is damaged or hostile",
	};
	return child_run(&c, keras_h5_convert, &job, e);
}

/* In memory: a file without a name. */
static enum status
keras_h5_in_memory(struct arena *a, struct weights_file *f, const struct file_map *m,
	struct err *e)
{
#ifdef HAVE_MEMFD_CREATE
	const int out = memfd_create("tlrun-weights", MFD_CLOEXEC);
#else
	char name[] = "/tmp/tlrun-weights-XXXXXX";
	const int out = mkostemp(name, O_CLOEXEC);
	if (out >= 0) unlink(name);
#endif
	if (out < 0)
		return err_errno(e, ERR_IO, MARK_FILE(f->path), errno, "no place to unpack this file");
	enum status s = keras_h5_child(f, m, out, e);
	if (s == OK) s = keras_h5_take(a, f, arena_printf(a, "/proc/self/fd/%d", out), e);
	close(out);
	return s;
}

/* Through a temporary file of the cache folder to path. ERR_IO is the folder's, not the file's. */
static enum status
keras_h5_in_cache(struct arena *a, struct weights_file *f, const struct file_map *m,
	const char *cache, const char *path, struct err *e)
{
	const char *const temporary = arena_printf(a, "%s.tmp.%ld", path, (long)getpid());
	TRY(file_make_folders(cache, e));
	const int out = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (out < 0) return err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot write this file");
	enum status s = keras_h5_child(f, m, out, e);
	if (s == OK && fsync(out) != 0)
		s = err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot write this file");
	/* By its descriptor: whoever clears the folder may remove the name at any time. */
	if (s == OK) s = keras_h5_take(a, f, arena_printf(a, "/proc/self/fd/%d", out), e);
	close(out);
	if (s == OK && rename(temporary, path) != 0) {
		s = err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot rename to this file");
		weights_close(f);
	}
	if (s != OK) unlink(temporary);
	return s;
}

enum status
keras_h5_open(struct arena *a, struct weights_file *f, const struct file_map *m,
	const char *cache, struct err *e)
{
	struct err own = ERR_INIT;
	if (!cache) return keras_h5_in_memory(a, f, m, e);
	const char *const path = path_join(a, cache, arena_printf(a, "weights-%.16s.safetensors",
		f->hash));
	if (file_exists(path) && keras_h5_take(a, f, path, &own) == OK) return OK;
	own = ERR_INIT;
	const enum status s = keras_h5_in_cache(a, f, m, cache, path, &own);
	if (s == OK) return OK;
	if (s == ERR_DATA) return err_set(e, s, MARK_NONE, "%s", own.message);
	/* No place in the folder is no reason to fail: it is read again the next time. */
	log_write(LOG_WARN, "%s; %s is not kept", own.message, f->path);
	return keras_h5_in_memory(a, f, m, e);
}

#else

enum status
keras_h5_open(struct arena *a, struct weights_file *f, const struct file_map *m,
	const char *cache, struct err *e)
{
	(void)a, (void)m, (void)cache;
	return err_set(e, ERR_DATA, MARK_FILE(f->path), "this is an HDF5 file, and this tlrun was "
		"built without libhdf5: install libhdf5-dev and build again, or name a safetensors file");
}

#endif
