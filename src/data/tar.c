/*
 * tar: ustar over gzip, of which only the files that are expected are taken.
 *
 * Format  blocks of 512 bytes: a header (name at 0, octal size at 124, sum at 148, type at 156,
 *         "ustar" at 257, prefix at 345), then the file, padded; two blocks of zeros end it
 *         (POSIX.1-2017, pax, "ustar Interchange Format"). Longer names of pax and GNU tar are
 *         passed over: what they name is not expected.
 * Errors  hostile archives: sizes that overflow or do not end, sums that do not fit, names with
 *         folders of their own are never opened, bytes without end are cut at the limit.
 */
#include "data/tar.h"

#include <string.h>
#include <zlib.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"

enum { TAR_BLOCK = 512, TAR_NAME = 100, TAR_PREFIX = 155, TAR_CHUNK = 65536 };
#define TAR_SLACK (64ll << 20)	/* of an archive, beside the files expected */

struct tar {
	const char *path;
	struct file_map map;
	z_stream z;
	long long at, most;		/* bytes unpacked, and the most there may be */
	size_t given;			/* of map to zlib */
	bool ended;				/* the gzip stream has */
	unsigned char block[TAR_CHUNK];
};

static enum status
tar_error(const struct tar *t, const char *what, struct err *e)
{
	return err_set(e, ERR_DATA, MARK_OFFSET(t->path, t->at), "%s", what);
}

/* The next n bytes, at most TAR_CHUNK, in block. */
static enum status
tar_take(struct tar *t, size_t n, struct err *e)
{
	t->z.next_out = t->block;
	t->z.avail_out = (uInt)n;
	while (t->z.avail_out > 0) {
		if (t->ended) return tar_error(t, "the archive ends too early", e);
		if (t->z.avail_in == 0) {
			const size_t rest = t->map.size - t->given, most = 1u << 30;
			if (!rest) return tar_error(t, "the archive is cut off", e);
			t->z.next_in = (unsigned char *)(uintptr_t)(t->map.data + t->given);
			t->z.avail_in = (uInt)(rest < most ? rest : most);
			t->given += t->z.avail_in;
		}
		const int code = inflate(&t->z, Z_NO_FLUSH);
		if (code == Z_STREAM_END) t->ended = true;
		else if (code != Z_OK && code != Z_BUF_ERROR)
			return tar_error(t, "not gzip, or damaged", e);
	}
	t->at += (long long)n;
	return t->at <= t->most ? OK : tar_error(t, "the archive holds more than it should", e);
}

/* Octal digits, blanks around them; -1: something else. */
static long long
tar_number(const unsigned char *s, size_t n)
{
	long long v = 0;
	size_t i = 0;
	while (i < n && s[i] == ' ') i++;
	const size_t first = i;
	for (; i < n && s[i] >= '0' && s[i] <= '7'; i++) v = 8 * v + s[i] - '0';
	if (i == first) return -1;
	while (i < n && (s[i] == ' ' || s[i] == '\0')) i++;
	return i == n ? v : -1;
}

/* The sum of a header's bytes, its own field taken as blanks. */
static long long
tar_sum(const unsigned char *b)
{
	long long sum = 0;
	for (int i = 0; i < TAR_BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : b[i];
	return sum;
}

static bool
tar_is_zero(const unsigned char *b)
{
	for (int i = 0; i < TAR_BLOCK; i++)
		if (b[i]) return false;
	return true;
}

/* "prefix/name" or "name" in out, a leading "./" taken off. */
static void
tar_name(const unsigned char *b, char out[TAR_NAME + TAR_PREFIX + 2])
{
	const char *const name = (const char *)b, *const prefix = (const char *)b + 345;
	const bool ustar = memcmp(b + 257, "ustar", 5) == 0 && b[262] == '\0' && *prefix;
	size_t n = 0;
	if (ustar) {
		n = strnlen(prefix, TAR_PREFIX);
		memcpy(out, prefix, n);
		out[n++] = '/';
	}
	const size_t len = strnlen(name, TAR_NAME);
	memcpy(out + n, name, len);
	out[n + len] = '\0';
	if (strncmp(out, "./", 2) == 0) memmove(out, out + 2, strlen(out + 2) + 1);
}

/* Pass over or write (w not NULL) the size bytes of a file and its padding. */
static enum status
tar_content(struct tar *t, long long size, struct file_writer *w, struct hash *h, struct err *e)
{
	for (long long left = size; left > 0;) {
		const size_t n = left < TAR_CHUNK ? (size_t)left : TAR_CHUNK;
		TRY(tar_take(t, n, e));
		if (w) TRY(file_writer_add(w, t->block, n, e));
		if (h) hash_add(h, t->block, n);
		left -= (long long)n;
	}
	const size_t over = (size_t)(size % TAR_BLOCK);
	return over ? tar_take(t, TAR_BLOCK - over, e) : OK;
}

static enum status
tar_file(struct tar *t, const struct tar_want *want, long long size, const char *folder,
	char sum[65], struct err *e)
{
	struct arena *const a = arena_new();
	struct file_writer *w = NULL;
	struct hash *h = NULL;
	enum status s = OK;
	if (want->size ? size != want->size : size > TAR_SMALL)
		s = err_set(e, ERR_DATA, MARK_OFFSET(t->path, t->at),
			"the archive's %s has %lld bytes, expected %s%d", want->name, size,
			want->size ? "" : "at most ", want->size ? (int)want->size : TAR_SMALL);
	if (s == OK) s = file_writer_open(&w, path_join(a, folder, want->name), e);
	if (s == OK) {
		h = hash_new();
		s = tar_content(t, size, w, h, e);
		hash_hex(h, sum);
		if (s == OK) s = file_writer_commit(w, e);
		else file_writer_abandon(w);
	}
	arena_free(a);
	return s;
}

struct tar_job {
	const char *archive_folder, *folder;
	const struct tar_want *want;
	size_t n;
	char (*sums)[65];
	bool *found;
};

/* Which of the files a header names, or n. */
static size_t
tar_wanted(const struct tar_job *j, const char *name)
{
	const size_t len = strlen(j->archive_folder);
	size_t i = 0;
	if (strncmp(name, j->archive_folder, len) != 0 || name[len] != '/') return j->n;
	while (i < j->n && strcmp(j->want[i].name, name + len + 1) != 0) i++;
	return i;
}

/* One member; *end: there is none. */
static enum status
tar_member(struct tar *t, const struct tar_job *j, bool *end, struct err *e)
{
	char name[TAR_NAME + TAR_PREFIX + 2], sum[65];
	TRY(tar_take(t, TAR_BLOCK, e));
	if (tar_is_zero(t->block)) {
		*end = true;
		return OK;
	}
	const long long size = tar_number(t->block + 124, 12);
	if (tar_number(t->block + 148, 8) != tar_sum(t->block) || size < 0)
		return tar_error(t, "not a tar archive, or damaged", e);
	const unsigned char type = t->block[156];
	tar_name(t->block, name);
	const size_t i = tar_wanted(j, name);
	if (i == j->n || (type != '0' && type != '\0')) return tar_content(t, size, NULL, NULL, e);
	if (j->found[i]) return tar_error(t, "the archive holds a file twice", e);
	j->found[i] = true;
	return tar_file(t, &j->want[i], size, j->folder, j->sums ? j->sums[i] : sum, e);
}

enum status
tar_unpack(const char *archive, const char *archive_folder, const struct tar_want *want, size_t n,
	const char *folder, char (*sums)[65], struct err *e)
{
	struct arena *const a = arena_new();
	struct tar *const t = ARENA_NEW(a, struct tar);
	const struct tar_job j = { archive_folder, folder, want, n, sums, ARENA_ARRAY(a, bool, n + 1) };
	bool end = false;
	t->path = archive;
	t->most = TAR_SLACK;
	for (size_t i = 0; i < n; i++) t->most += want[i].size + TAR_BLOCK;
	enum status s = file_map_open(&t->map, archive, ERR_DATA, e);
	if (s != OK) goto done;
	if (inflateInit2(&t->z, 15 + 16) != Z_OK) s = tar_error(t, "zlib has no memory", e);
	while (s == OK && !end) s = tar_member(t, &j, &end, e);
	for (size_t i = 0; s == OK && i < n; i++)
		if (!j.found[i])
			s = err_set(e, ERR_DATA, MARK_FILE(archive), "the archive has no %s/%s",
				archive_folder, want[i].name);
	inflateEnd(&t->z);
	file_map_close(&t->map);
done:
	arena_free(a);
	return s;
}
