/*
 * The child's way from an HDF5 file in memory to a safetensors file: what is in it, its layers,
 * then tensor by tensor. Runs once in a process, which ends afterwards: nothing is closed at the
 * end.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tlrun/buffer.h"
#include "tlrun/hash.h"
#include "tlrun/json.h"
#include "weights/keras_h5_read.h"

enum { H5_INCREMENT = 1 << 20 };

/* The file is read from memory alone, so nothing on disk can be meant. */
static enum status
convert_open(struct h5_reader *k, const struct keras_h5_job *job, struct err *e)
{
	H5open();
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	H5PLset_loading_state(0);
	H5Lunregister(H5L_TYPE_EXTERNAL);
	const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
	H5Pset_fapl_core(access, H5_INCREMENT, 0);
	if (H5Pset_file_image(access, (void *)(uintptr_t)job->data, job->size) < 0)
		return err_set(e, ERR_MEMORY, MARK_FILE(job->path), "no memory for its %zu bytes",
			job->size);
	k->file = H5Fopen("weights", H5F_ACC_RDONLY, access);
	if (k->file < 0)
		return err_set(e, ERR_DATA, MARK_FILE(job->path), "this HDF5 file is cut off or damaged: "
			"its head cannot be read");
	return OK;
}

static enum status
convert_layout(struct h5_reader *k, struct err *e)
{
	hid_t group;
	if (h5_has_strings(k->file, "layer_names")) return h5_legacy(k, k->file, "", e);
	if (h5_has(k->file, "model_weights")) {
		TRY(h5_open(k, k->file, "model_weights", H5I_GROUP, "model_weights", &group, e));
		if (!h5_has_strings(group, "layer_names"))
			return H5_REFUSE(k, e, "model_weights", "has no attribute layer_names");
		return h5_legacy(k, group, "model_weights", e);
	}
	if (h5_has(k->file, "layers") || h5_has(k->file, "vars") ||
		h5_has(k->file, "_layer_checkpoint_dependencies"))
		return h5_keras3(k, e);
	return err_set(e, ERR_DATA, MARK_FILE(k->path), "an HDF5 file, but not of Keras: it has "
		"neither layer_names nor model_weights (legacy), neither layers nor vars (Keras 3)");
}

static void
convert_metadata(const struct h5_reader *k, struct str *layers, struct str *format)
{
	str_printf(format, "%d", (int)k->format);
	str_add_char(layers, '[');
	for (size_t i = 0; i < k->layers; i++) {
		str_add(layers, i ? ",[" : "[");
		json_quote(layers, k->layer[i].name);
		str_add_char(layers, ',');
		json_quote(layers, k->layer[i].path);
		str_printf(layers, ",%zu]", k->layer[i].n);
	}
	str_add_char(layers, ']');
}

static enum status
convert_write(const struct keras_h5_job *job, const char *data, size_t size, struct err *e)
{
	while (size > 0) {
		const ssize_t n = write(job->out, data, size);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0)
			return err_errno(e, ERR_IO, MARK_FILE(job->path), n < 0 ? errno : ENOSPC,
				"cannot write what was read from it");
		data += n;
		size -= (size_t)n;
	}
	return OK;
}

/* The digest is known after the data: it takes the place of the zeros in the head. */
static enum status
convert_seal(const struct keras_h5_job *job, const struct str *head, const char *zeros,
	struct hash *h, struct err *e)
{
	char digest[HASH_HEX];
	hash_hex(h, digest);
	const off_t at = strstr(head->data + sizeof(uint64_t), zeros) - head->data;
	if (pwrite(job->out, digest, HASH_HEX - 1, at) == HASH_HEX - 1) return OK;
	return err_errno(e, ERR_IO, MARK_FILE(job->path), errno, "cannot write what was read from it");
}

static enum status
convert_tensors(struct h5_reader *k, const struct keras_h5_job *job, struct err *e)
{
	struct buffer block;
	struct str layers = STR_INIT, format = STR_INIT, head = STR_INIT;
	size_t most = 0;
	char zeros[HASH_HEX];
	struct hash *const h = hash_new();
	memset(zeros, '0', sizeof zeros - 1);
	zeros[sizeof zeros - 1] = '\0';
	for (size_t i = 0; i < k->tensors; i++)
		if (k->tensor[i].bytes > most) most = k->tensor[i].bytes;
	TRY(buffer_alloc(&block, most, "a tensor", e));
	convert_metadata(k, &layers, &format);
	const struct metadata m[] = { { KERAS_H5_DIGEST, zeros },
		{ KERAS_H5_FORMAT, str_text(&format) }, { KERAS_H5_SOURCE, job->hash },
		{ KERAS_H5_LAYERS, str_text(&layers) } };
	for (size_t i = 1; i < sizeof m / sizeof m[0]; i++)
		hash_add(h, m[i].value, strlen(m[i].value) + 1);
	weights_safetensors_head(k->tensor, k->tensors, m, sizeof m / sizeof m[0], &head);
	TRY(convert_write(job, head.data, head.len, e));
	for (size_t i = 0; i < k->tensors; i++) {
		TRY(h5_tensor_read(k, i, block.data, e));
		TRY(convert_write(job, block.data, k->tensor[i].bytes, e));
		if (k->tensor[i].bytes > 0) hash_add(h, block.data, k->tensor[i].bytes);
	}
	return convert_seal(job, &head, zeros, h, e);
}

enum status
keras_h5_convert(void *arg, struct err *e)
{
	const struct keras_h5_job *const job = arg;
	struct arena *const a = arena_new();
	struct h5_reader *const k = ARENA_NEW(a, struct h5_reader);
	k->a = a;
	k->path = job->path;
	k->size = job->size;
	TRY(convert_open(k, job, e));
	TRY(convert_layout(k, e));
	if (k->tensors == 0)
		return err_set(e, ERR_DATA, MARK_FILE(job->path), "no weights in this file");
	return convert_tensors(k, job, e);
}
