/* IDX files that tests write. */
#include "data/idx_files.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct bytes
idx_files_new(size_t size)
{
	static struct bytes kept[4];
	static int next;
	struct bytes *const b = &kept[next++ % 4];
	free(b->data);
	b->data = calloc(1, size ? size : 1);
	ck_assert_ptr_nonnull(b->data);
	b->size = size;
	return *b;
}

static void
idx_files_word(unsigned char *p, uint32_t w)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(w >> (24 - 8 * i));
}

struct bytes
idx_bytes(uint32_t magic, int ndim, const uint32_t *dim, size_t elements, int below)
{
	const size_t header = 4 + 4 * (size_t)ndim;
	struct bytes b = idx_files_new(header + elements);
	idx_files_word(b.data, magic);
	for (int i = 0; i < ndim; i++)
		idx_files_word(b.data + 4 + 4 * i, dim[i]);
	for (size_t i = 0; i < elements; i++)
		b.data[header + i] = (unsigned char)((i * 7 + 3) % (size_t)below);
	return b;
}

struct bytes
gzip_bytes(struct bytes plain)
{
	z_stream z = { 0 };
	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	struct bytes b = idx_files_new(deflateBound(&z, plain.size) + 32);
	z.next_in = plain.data;
	z.avail_in = (uInt)plain.size;
	z.next_out = b.data;
	z.avail_out = (uInt)b.size;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.size = z.total_out;
	deflateEnd(&z);
	return b;
}

struct bytes
joined_bytes(struct bytes a, struct bytes b)
{
	struct bytes both = idx_files_new(a.size + b.size);
	memcpy(both.data, a.data, a.size);
	memcpy(both.data + a.size, b.data, b.size);
	return both;
}

const char *
write_bytes(const struct tmpdir *t, const char *name, struct bytes b)
{
	return tmpdir_write(t, name, b.data, b.size);
}

static void
idx_files_write(const struct tmpdir *t, const char *folder, const char *name, struct bytes b,
	bool gzip)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s%s", folder, name, gzip ? ".gz" : "");
	write_bytes(t, path, gzip ? gzip_bytes(b) : b);
}

void
write_idx_set(const struct tmpdir *t, const char *folder, int n, int m, int h, int w, bool gzip)
{
	const uint32_t train[] = { (uint32_t)n, (uint32_t)h, (uint32_t)w };
	const uint32_t test[] = { (uint32_t)m, (uint32_t)h, (uint32_t)w };
	const size_t pixels = (size_t)h * (size_t)w;
	idx_files_write(t, folder, "train-images-idx3-ubyte",
		idx_bytes(0x803, 3, train, (size_t)n * pixels, 256), gzip);
	idx_files_write(t, folder, "train-labels-idx1-ubyte", idx_bytes(0x801, 1, train, (size_t)n, 10),
		gzip);
	idx_files_write(t, folder, "t10k-images-idx3-ubyte",
		idx_bytes(0x803, 3, test, (size_t)m * pixels, 256), gzip);
	idx_files_write(t, folder, "t10k-labels-idx1-ubyte", idx_bytes(0x801, 1, test, (size_t)m, 10),
		gzip);
}
