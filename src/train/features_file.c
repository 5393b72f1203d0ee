/*
 * A file of features: rows [n, row] of float32 as they lie in memory, and behind them a trailer of
 * 1024 bytes that says what they are and ends in the SHA-256 of all before. It is last so that rows
 * can be written as they are computed; the file has its name only when it is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "train/features_store.h"

struct features_trailer {
	char magic[16];
	uint32_t version, order;	/* order: 0x01020304 as the machine has it that wrote */
	int64_t n, row;
	char key[HASH_HEX];
	char what[FEATURES_WHAT];
	char rest[1024 - 16 - 8 - 16 - HASH_HEX - FEATURES_WHAT - HASH_HEX];
	char digest[HASH_HEX];
};
_Static_assert(sizeof(struct features_trailer) == 1024, "the trailer has no holes");

static const char magic[16] = "tlrun features";
enum { FILE_VERSION = 1, FILE_ORDER = 0x01020304 };

static bool
trailer_good(const struct features_trailer *t, uint64_t rows)
{
	return memcmp(t->magic, magic, sizeof magic) == 0 && t->version == FILE_VERSION &&
		t->order == FILE_ORDER && memchr(t->key, 0, sizeof t->key) &&
		memchr(t->what, 0, sizeof t->what) && memchr(t->digest, 0, sizeof t->digest) && t->n > 0 &&
		t->row > 0 && t->n <= INT32_MAX && t->row <= INT32_MAX &&
		rows == (uint64_t)t->n * (uint64_t)t->row * sizeof(float);
}

static void
trailer_digest(const struct features_trailer *t, struct hash *rows, char out[HASH_HEX])
{
	hash_add(rows, t, offsetof(struct features_trailer, digest));
	hash_hex(rows, out);
}

static enum status
file_verify(const struct features_file *f, const char *path, const struct features_label *want,
	struct err *e)
{
	struct features_trailer t;
	char digest[HASH_HEX];
	if (f->map.size < sizeof t)
		return err_set(e, ERR_DATA, MARK_FILE(path), "%zu bytes are too few", f->map.size);
	const size_t rows = f->map.size - sizeof t;
	memcpy(&t, f->map.data + rows, sizeof t);
	if (!trailer_good(&t, rows))
		return err_set(e, ERR_DATA, MARK_FILE(path), "it is torn");
	if (t.n != want->n || t.row != want->row || strcmp(t.key, want->key) != 0)
		return err_set(e, ERR_DATA, MARK_FILE(path), "it holds other features");
	struct hash *h = hash_new();
	hash_add(h, f->map.data, rows);
	trailer_digest(&t, h, digest);
	if (strcmp(digest, t.digest) != 0)
		return err_set(e, ERR_DATA, MARK_FILE(path), "its SHA-256 is %.16s…, expected %.16s…",
			digest, t.digest);
	return OK;
}

enum features_found
features_file_open(const char *path, const struct features_label *want, struct features_file *f,
	struct err *why)
{
	*f = (struct features_file){ .lock = file_open_read(path) };
	if (f->lock < 0 && errno == ENOENT) return FEATURES_NONE;
	if (f->lock < 0) {
		err_errno(why, ERR_DATA, MARK_FILE(path), errno, "cannot open it");
		return FEATURES_DAMAGED;
	}
	/* Where the file system knows no locks, nothing is lost but `cache clear` sparing it. */
	flock(f->lock, LOCK_SH | LOCK_NB);
	if (file_map_open(&f->map, path, ERR_DATA, why) != OK ||
		file_verify(f, path, want, why) != OK) {
		features_file_close(f);
		return FEATURES_DAMAGED;
	}
	f->rows = (const float *)(const void *)f->map.data;
	futimens(f->lock, NULL);	/* when it was last used */
	return FEATURES_WHOLE;
}

void
features_file_close(struct features_file *f)
{
	file_map_close(&f->map);
	if (f->lock >= 0) close(f->lock);
	*f = (struct features_file){ .lock = -1 };
}

bool
features_file_label(const char *path, struct features_label *out)
{
	struct features_trailer t;
	struct stat st;
	const int fd = file_open_read(path);
	if (fd < 0) return false;
	const bool good = fstat(fd, &st) == 0 && st.st_size >= (off_t)sizeof t &&
		pread(fd, &t, sizeof t, st.st_size - (off_t)sizeof t) == (ssize_t)sizeof t &&
		trailer_good(&t, (uint64_t)st.st_size - sizeof t);
	close(fd);
	if (!good) return false;
	*out = (struct features_label){ .n = t.n, .row = t.row };
	memcpy(out->key, t.key, sizeof out->key);
	memcpy(out->what, t.what, sizeof out->what);
	return true;
}

/* ---- writing ---- */

enum status
features_writer_open(struct features_writer *w, const char *path, struct err *e)
{
	*w = (struct features_writer){ 0 };
	TRY(file_writer_open(&w->file, path, e));
	w->hash = hash_new();
	return OK;
}

enum status
features_writer_add(struct features_writer *w, const float *rows, size_t floats, struct err *e)
{
	hash_add(w->hash, rows, floats * sizeof *rows);
	return file_writer_add(w->file, rows, floats * sizeof *rows, e);
}

enum status
features_writer_commit(struct features_writer *w, const struct features_label *label,
	struct err *e)
{
	struct features_trailer t = { .version = FILE_VERSION, .order = FILE_ORDER, .n = label->n,
		.row = label->row };
	memcpy(t.magic, magic, sizeof magic);
	memcpy(t.key, label->key, sizeof t.key);
	memcpy(t.what, label->what, sizeof t.what);
	trailer_digest(&t, w->hash, t.digest);
	w->hash = NULL;
	const enum status s = file_writer_add(w->file, &t, sizeof t, e);
	if (s != OK) file_writer_abandon(w->file);
	else return file_writer_commit(w->file, e);
	return s;
}

void
features_writer_abandon(struct features_writer *w)
{
	char unused[HASH_HEX];
	if (w->hash) hash_hex(w->hash, unused);
	file_writer_abandon(w->file);
	*w = (struct features_writer){ 0 };
}
