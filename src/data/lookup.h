/* Where a dataset's files lie, and what to say when they do not. For src/data alone. */
#ifndef DATA_LOOKUP_H
#define DATA_LOOKUP_H

#include "tlrun/dataset.h"
#include "tlrun/file.h"

struct lookup {
	const char *name;			/* of the dataset, for messages */
	const char *const *usual;	/* folders below a search folder or dataset.path, NULL-ended */
	const char *const *files;	/* any of these marks a folder as the right one, NULL-ended */
	const char *cure;			/* what brings the files */
};

/*
 * The first candidate that holds one of the files: dataset.path itself or a usual folder in it when
 * it is given, else the usual folders of the search path. ERR_DATA names every folder that was
 * looked in.
 */
enum status lookup_folder(const struct lookup *l, const struct dataset_request *q, struct arena *a,
	const char **folder, struct err *e);

/* Map a file, or say what is wrong with it: missing, no file, empty, unreadable. ERR_DATA. */
enum status lookup_open(const struct lookup *l, const char *path, struct file_map *m,
	struct err *e);

#endif
