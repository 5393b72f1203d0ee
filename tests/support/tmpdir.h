/* A folder of its own for a test that writes files. */
#ifndef SUPPORT_TMPDIR_H
#define SUPPORT_TMPDIR_H

#include <stddef.h>

struct tmpdir {
	char path[256];
};

void tmpdir_make(struct tmpdir *t); /* in $TMPDIR or /tmp; ends the test when it cannot */
void tmpdir_remove(const struct tmpdir *t); /* with everything in it */

/* The path of a file in it; good until eight more were asked for. */
const char *tmpdir_path(const struct tmpdir *t, const char *name);

/* Write a file into it, making its folders; the path of it. */
const char *tmpdir_write(const struct tmpdir *t, const char *name, const void *data, size_t size);

#endif
