/*
 * cifar_records: what cifar10 and cifar100 share.
 *
 * Record  label bytes (CIFAR-10: class; CIFAR-100: coarse, fine), then 1024 red, 1024 green and
 *         1024 blue bytes, each plane row-major; a file is records and nothing else.
 * Layout  planes become interleaved pixels [n,32,32,3].
 * Errors  ERR_DATA: size of a file, label out of range, with byte offsets.
 * Source  https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
 */
#include "data/cifar_records.h"

#include "data/class_names.h"
#include "data/image_set.h"
#include "tlrun/arena.h"
#include "tlrun/parallel.h"

enum { CIFAR_CHANNELS = 3, CIFAR_TILE = 64 };	/* images a tile */

static size_t
cifar_record_bytes(const struct cifar_records *c)
{
	return (size_t)c->label_bytes + CIFAR_CHANNELS * CIFAR_PIXELS;
}

/* Open one file; its size must be the format's. */
static enum status
cifar_open(const struct cifar_records *c, const char *path, int records, struct file_map *m,
	struct err *e)
{
	const size_t record = cifar_record_bytes(c), expected = record * (size_t)records;
	TRY(lookup_open(&c->lookup, path, m, e));
	if (m->size == expected) return OK;
	const size_t found = m->size;
	file_map_close(m);
	return err_set(e, ERR_DATA, MARK_OFFSET(path, (long long)(found < expected ? found : expected)),
		"the file is %s: found %zu bytes, expected %zu (%d records of %zu bytes): %s",
		found < expected ? "truncated" : "too long", found, expected, records, record,
		c->lookup.cure);
}

static int
cifar_files(const struct cifar_records *c, enum dataset_split split)
{
	int n = 0;
	while (c->files[split][n]) n++;
	return n;
}

enum status
cifar_inspect(const struct cifar_records *c, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	*info = (struct dataset_info){ .h = CIFAR_SIDE, .w = CIFAR_SIDE, .c = CIFAR_CHANNELS,
		.classes = c->labels[c->label_bytes - 1] };
	TRY(lookup_folder(&c->lookup, q, a, &info->folder, e));
	for (int s = 0; s < SPLIT_COUNT; s++) {
		for (const char *const *f = c->files[s]; *f; f++) {
			struct file_map m;
			TRY(cifar_open(c, path_join(a, info->folder, *f), c->records[s], &m, e));
			file_map_close(&m);
		}
		info->n[s] = cifar_files(c, s) * c->records[s];
	}
	return class_names_read(&c->lookup, info->folder, c->names_file, info->classes, c->names, a,
		&info->class_names, e);
}

static enum status
cifar_labels(const struct cifar_records *c, const char *path, const struct file_map *m, int n,
	int32_t *labels, struct err *e)
{
	const size_t record = cifar_record_bytes(c);
	for (int i = 0; i < n; i++) {
		const unsigned char *const r = m->data + record * (size_t)i;
		for (int j = 0; j < c->label_bytes; j++)
			if (r[j] >= c->labels[j])
				return err_set(e, ERR_DATA,
					MARK_OFFSET(path, (long long)(record * (size_t)i) + j),
					"record %d has label %d, expected 0 to %d: %s", i, r[j], c->labels[j] - 1,
					c->lookup.cure);
		labels[i] = r[c->label_bytes - 1];
	}
	return OK;
}

struct cifar_move {
	const unsigned char *records;
	size_t record, skip;
	int n;
	uint8_t *pixels;
};

static void
cifar_move_tile(void *ctx, int tile, int thread)
{
	const struct cifar_move *const v = ctx;
	const int first = tile * CIFAR_TILE;
	const int last = first + CIFAR_TILE < v->n ? first + CIFAR_TILE : v->n;
	(void)thread;
	for (int i = first; i < last; i++) {
		const unsigned char *const r = v->records + v->record * (size_t)i + v->skip;
		uint8_t *const y = v->pixels + (size_t)i * CIFAR_CHANNELS * CIFAR_PIXELS;
		for (int p = 0; p < CIFAR_PIXELS; p++)
			for (int k = 0; k < CIFAR_CHANNELS; k++)
				y[p * CIFAR_CHANNELS + k] = r[k * CIFAR_PIXELS + p];
	}
}

enum status
cifar_read(const struct cifar_records *c, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	const int n = c->records[split];
	struct arena *const a = arena_new();
	enum status s = image_set_alloc(set, info, split, e);
	for (int f = 0; s == OK && c->files[split][f]; f++) {
		const char *const path = path_join(a, info->folder, c->files[split][f]);
		struct file_map m;
		s = cifar_open(c, path, n, &m, e);
		if (s != OK) break;
		s = cifar_labels(c, path, &m, n, set->labels + (size_t)f * n, e);
		if (s == OK) {
			struct cifar_move v = { m.data, cifar_record_bytes(c), (size_t)c->label_bytes, n,
				(uint8_t *)set->pixels.data + (size_t)f * n * CIFAR_CHANNELS * CIFAR_PIXELS };
			parallel_for((n + CIFAR_TILE - 1) / CIFAR_TILE, cifar_move_tile, &v);
		}
		file_map_close(&m);
	}
	arena_free(a);
	if (s != OK) image_set_free(set);
	return s;
}
