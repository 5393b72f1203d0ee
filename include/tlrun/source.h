/* floor: data */
/*
 * Where the public datasets come from: `tlrun data get` and `verify`. What there is to bring stands
 * with each kind of dataset (struct dataset_source).
 */
#ifndef TLRUN_SOURCE_H
#define TLRUN_SOURCE_H

#include "tlrun/dataset.h"
#include "tlrun/download.h"

/*
 * Bring what is missing or wrong below root, a folder of the search path, and unpack it; *folder is
 * where the reader finds it. how has progress, note, stop, ctx and patience. Errors of
 * download_file; ERR_DATA of an archive.
 */
enum status source_get(const struct dataset_kind *k, const char *root, const struct download *how,
	struct arena *a, const char **folder, struct err *e);

/*
 * Compare the files in folder with the published sums, or with those of the archive that they were
 * unpacked from; a line each goes to out. ERR_DATA with the first that is wrong. e is not NULL.
 */
enum status source_verify(const struct dataset_kind *k, const char *folder, struct arena *a,
	struct str *out, struct err *e);

#endif
