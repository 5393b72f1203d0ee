/* A folder of its own for a test that writes files. */
#include "support/tmpdir.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void
tmpdir_make(struct tmpdir *t)
{
	const char *top = getenv("TMPDIR");
	snprintf(t->path, sizeof t->path, "%s/tlrun-test-XXXXXX", top && *top ? top : "/tmp");
	ck_assert_msg(mkdtemp(t->path) != NULL, "cannot make a folder like %s", t->path);
}

static int
tmpdir_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void
tmpdir_remove(const struct tmpdir *t)
{
	nftw(t->path, tmpdir_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *
tmpdir_path(const struct tmpdir *t, const char *name)
{
	static char paths[8][512];
	static int next;
	char *path = paths[next++ % 8];
	const int n = snprintf(path, sizeof paths[0], "%s/%s", t->path, name);
	ck_assert_int_lt(n, (int)sizeof paths[0]);
	return path;
}

const char *
tmpdir_write(const struct tmpdir *t, const char *name, const void *data, size_t size)
{
	const char *path = tmpdir_path(t, name);
	char folder[512];
	for (const char *p = path + 1; *p; p++)
		if (*p == '/') {
			snprintf(folder, sizeof folder, "%.*s", (int)(p - path), path);
			mkdir(folder, 0777);
		}
	FILE *f = fopen(path, "wb");
	ck_assert_msg(f != NULL, "cannot write %s", path);
	ck_assert_uint_eq(fwrite(data, 1, size, f), size);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}
