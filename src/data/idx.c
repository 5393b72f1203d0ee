/*
 * idx: the format of MNIST and Fashion-MNIST, one file, plain or gzip (told by content, not by
 * name).
 *
 * Layout  bytes 0 0 type dims, then dims big-endian 32-bit sizes, then the elements row-major; type
 *         8 is uint8, the only one here.
 * Errors  ERR_DATA with the byte offset, of the unpacked file where it is packed. What a gzip file
 *         unpacks to is bounded by its header: never more than that and one byte is unpacked.
 * Source  http://yann.lecun.com/exdb/mnist/, "the IDX file format"; RFC 1952 (gzip).
 */
#include "data/idx.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

enum { IDX_UINT8 = 8, IDX_WORD = 4 };
enum { IDX_FEED = 1 << 30, IDX_SKIP = 1 << 15 };

static struct mark
idx_mark(const struct idx_file *f)
{
	return MARK_OFFSET(f->path, (long long)f->at);
}

static const char *
idx_unit(const struct idx_file *f)
{
	return f->gzip ? "unpacked bytes" : "bytes";
}

static size_t
idx_header_bytes(const struct idx_file *f)
{
	return (size_t)IDX_WORD * (size_t)(1 + f->ndim);
}

static uint32_t
idx_big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum status
idx_corrupt(const struct idx_file *f, struct err *e)
{
	return err_set(e, ERR_DATA, idx_mark(f),
		"the gzip data is corrupt near byte %zu of the packed file (%s): %s", f->used,
		f->z.msg ? f->z.msg : "it does not unpack", f->lookup->cure);
}

/* Unpack up to n bytes; fewer only where the packed file ends. Members may follow one another. */
static enum status
idx_unpack(struct idx_file *f, unsigned char *out, size_t n, size_t *got, struct err *e)
{
	while (*got < n && f->used < f->map.size) {
		const size_t left = f->map.size - f->used, want = n - *got;
		const uInt in = left < IDX_FEED ? (uInt)left : IDX_FEED;
		const uInt space = want < IDX_FEED ? (uInt)want : IDX_FEED;
		f->z.next_in = (unsigned char *)(uintptr_t)(f->map.data + f->used);
		f->z.avail_in = in;
		f->z.next_out = out + *got;
		f->z.avail_out = space;
		const int r = inflate(&f->z, Z_NO_FLUSH);
		f->used += in - f->z.avail_in;
		f->at += space - f->z.avail_out;
		*got += space - f->z.avail_out;
		if (r == Z_STREAM_END) {
			f->inside = f->used < f->map.size;
			if (inflateReset(&f->z) != Z_OK) return idx_corrupt(f, e);
		} else if (r != Z_OK) {
			return idx_corrupt(f, e);
		}
	}
	return OK;
}

/* Up to n bytes into out; *got is less only where the file ends. */
static enum status
idx_some(struct idx_file *f, void *out, size_t n, size_t *got, struct err *e)
{
	*got = 0;
	if (f->gzip) return idx_unpack(f, out, n, got, e);
	*got = f->map.size - f->used < n ? f->map.size - f->used : n;
	memcpy(out, f->map.data + f->used, *got);
	f->used += *got;
	f->at += *got;
	return OK;
}

enum status
idx_take(struct idx_file *f, void *out, size_t n, struct err *e)
{
	size_t got;
	TRY(idx_some(f, out, n, &got, e));
	if (got == n) return OK;
	return err_set(e, ERR_DATA, idx_mark(f),
		"the %sfile is truncated: found %llu %s, expected %zu: %s", f->inside ? "gzip " : "",
		f->at, idx_unit(f),
		idx_header_bytes(f) + (f->at < idx_header_bytes(f) ? 0 : f->bytes), f->lookup->cure);
}

enum status
idx_end(struct idx_file *f, struct err *e)
{
	const unsigned long long expected = f->at;
	unsigned char extra;
	size_t got;
	TRY(idx_some(f, &extra, 1, &got, e));
	if (got)
		return err_set(e, ERR_DATA, MARK_OFFSET(f->path, (long long)expected),
			"the file is too long: found more than the %llu %s that its header promises: %s",
			expected, idx_unit(f), f->lookup->cure);
	if (f->inside)
		return err_set(e, ERR_DATA, idx_mark(f),
			"the gzip file is truncated: it ends inside its checksum, at packed byte %zu: %s",
			f->used, f->lookup->cure);
	return OK;
}

/* The first word: type and number of dimensions. */
static enum status
idx_magic(struct idx_file *f, struct err *e)
{
	const uint32_t expected = (uint32_t)IDX_UINT8 << 8 | (uint32_t)f->ndim;
	unsigned char word[IDX_WORD];
	TRY(idx_take(f, word, sizeof word, e));
	const uint32_t found = idx_big_endian(word);
	if (found == expected) return OK;
	const char *const what = found == 0x801 ? " (labels)" : found == 0x803 ? " (images)" : "";
	return err_set(e, ERR_DATA, MARK_OFFSET(f->path, 0),
		"wrong magic number: found 0x%08x%s, expected 0x%08x (%s)", found, what, expected,
		f->ndim == 1 ? "labels" : "images");
}

static enum status
idx_header(struct idx_file *f, struct err *e)
{
	static const char *const of[IDX_DIMS] = { "items", "rows", "columns" };
	TRY(idx_magic(f, e));
	unsigned long long bytes = 1;
	for (int i = 0; i < f->ndim; i++) {
		const struct mark at = idx_mark(f);
		unsigned char word[IDX_WORD];
		TRY(idx_take(f, word, sizeof word, e));
		const uint32_t d = idx_big_endian(word);
		bytes *= d;	/* at most 2^31 * 2^32 */
		if (d == 0 || d > INT_MAX)
			return err_set(e, ERR_DATA, at, "found %u %s, expected 1 to %d", d, of[i], INT_MAX);
		if (bytes > IDX_MAX_BYTES)
			return err_set(e, ERR_DATA, at,
				"the header promises %llu bytes or more, expected at most %llu", bytes,
				IDX_MAX_BYTES);
		f->dim[i] = (int)d;
	}
	f->bytes = (size_t)bytes;
	return OK;
}

/* Map the file and read its header. On an error everything is closed. */
static enum status
idx_start(struct idx_file *f, struct err *e)
{
	TRY(lookup_open(f->lookup, f->path, &f->map, e));
	f->gzip = f->map.size >= 2 && f->map.data[0] == 0x1f && f->map.data[1] == 0x8b;
	if (f->gzip) {
		f->inside = true;
		f->z = (z_stream){ 0 };
		if (inflateInit2(&f->z, MAX_WBITS + 16) != Z_OK) {
			f->gzip = false;
			idx_close(f);
			return err_set(e, ERR_MEMORY, MARK_FILE(f->path), "no memory to unpack this file");
		}
	}
	const enum status s = idx_header(f, e);
	if (s != OK) idx_close(f);
	return s;
}

/* Whether the length in the trailer of a gzip file of one member is what the header promises. */
static bool
idx_gzip_length_fits(const struct idx_file *f)
{
	if (f->map.size < IDX_WORD) return false;
	const unsigned char *const p = f->map.data + f->map.size - IDX_WORD;
	const unsigned char swapped[IDX_WORD] = { p[3], p[2], p[1], p[0] };	/* gzip is little-endian */
	return idx_big_endian(swapped) == (uint32_t)(idx_header_bytes(f) + f->bytes);
}

static enum status
idx_check_plain(const struct idx_file *f, struct err *e)
{
	const size_t expected = idx_header_bytes(f) + f->bytes, found = f->map.size;
	if (found == expected) return OK;
	return err_set(e, ERR_DATA,
		MARK_OFFSET(f->path, (long long)(found < expected ? found : expected)),
		"the file is %s: found %zu bytes, expected %zu as its header promises: %s",
		found < expected ? "truncated" : "too long", found, expected, f->lookup->cure);
}

static enum status
idx_check_gzip(struct idx_file *f, struct err *e)
{
	unsigned char skip[IDX_SKIP];
	for (size_t left = f->bytes; left;) {
		const size_t n = left < sizeof skip ? left : sizeof skip;
		TRY(idx_take(f, skip, n, e));
		left -= n;
	}
	return idx_end(f, e);
}

enum status
idx_open(struct idx_file *f, const struct lookup *l, const char *path, int ndim, struct err *e)
{
	const struct idx_file fresh = { .lookup = l, .path = path, .ndim = ndim };
	*f = fresh;
	TRY(idx_start(f, e));
	if (f->gzip && idx_gzip_length_fits(f)) return OK;
	const enum status s = f->gzip ? idx_check_gzip(f, e) : idx_check_plain(f, e);
	if (s == OK && !f->gzip) return OK;
	idx_close(f);
	if (s != OK) return s;
	*f = fresh;
	return idx_start(f, e);
}

void
idx_close(struct idx_file *f)
{
	if (f->gzip) inflateEnd(&f->z);
	file_map_close(&f->map);
	f->gzip = f->inside = false;
}
