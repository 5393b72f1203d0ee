/* Expected files out of a .tar.gz. For src/data alone. */
#ifndef DATA_TAR_H
#define DATA_TAR_H

#include <stddef.h>

#include "tlrun/error.h"

struct tar_want {
	const char *name;	/* below the archive's folder */
	long long size;		/* exact bytes; 0: any up to TAR_SMALL */
};
enum { TAR_SMALL = 1 << 20 };

/*
 * Unpack the n files archive_folder/NAME of the archive to folder/NAME, each whole or not at all,
 * and nothing else. ERR_DATA at the byte of the unpacked archive: not gzip, not tar, a file of
 * another size, twice, or missing; ERR_IO. sums may be NULL or gets the SHA-256 of each.
 */
enum status tar_unpack(const char *archive, const char *archive_folder, const struct tar_want *want,
	size_t n, const char *folder, char (*sums)[65], struct err *e);

#endif
