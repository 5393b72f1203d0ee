/* Archives made for tests. */
#include "data/tar_files.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

void
tar_add(struct str *tar, const char *name, char type, long long size, const void *data,
	size_t bytes)
{
	char h[512] = { 0 };
	static const char zeros[512];
	unsigned sum = 0;
	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "%07o", 0644u);
	snprintf(h + 124, 12, "%011llo", (unsigned long long)size);
	memcpy(h + 148, "        ", 8);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++) sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	str_add_len(tar, h, sizeof h);
	str_add_len(tar, data, bytes);
	if (bytes % 512) str_add_len(tar, zeros, 512 - bytes % 512);
}

void
tar_end(struct str *tar)
{
	static const char zeros[1024];
	str_add_len(tar, zeros, sizeof zeros);
}

const char *
tar_write(const struct str *tar, const char *path)
{
	gzFile f = gzopen(path, "wb1");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(gzwrite(f, tar->data, (unsigned)tar->len), (int)tar->len);
	ck_assert_int_eq(gzclose(f), Z_OK);
	return path;
}
