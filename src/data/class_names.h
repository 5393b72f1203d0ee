/* The names of classes that lie beside binary records. For src/data alone. */
#ifndef DATA_CLASS_NAMES_H
#define DATA_CLASS_NAMES_H

#include "data/lookup.h"

/*
 * *names: the lines of folder/file, in the arena, or builtin where there is no such file. ERR_DATA
 * when the file cannot be read or does not hold n different names.
 */
enum status class_names_read(const struct lookup *l, const char *folder, const char *file, int n,
	const char *const *builtin, struct arena *a, const char *const **names, struct err *e);

#endif
