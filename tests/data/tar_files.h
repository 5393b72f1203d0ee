/* Archives made for tests. */
#ifndef TLRUN_TESTS_DATA_TAR_FILES_H
#define TLRUN_TESTS_DATA_TAR_FILES_H

#include <stddef.h>

#include "tlrun/str.h"

/* A member: header with a right sum, content, padding. size: what the header says. */
void tar_add(struct str *tar, const char *name, char type, long long size, const void *data,
	size_t bytes);
void tar_end(struct str *tar);	/* two blocks of zeros */
/* The archive packed to a file of the test's folder. */
const char *tar_write(const struct str *tar, const char *path);

#endif
