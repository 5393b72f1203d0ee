/* floor: base */
/*
 * Names with a number each, for lists that may be long: adding and finding take the same time
 * however many there are.
 */
#ifndef TLRUN_NAME_TABLE_H
#define TLRUN_NAME_TABLE_H

#include <stddef.h>

struct arena;
struct name_table;

struct name_table *name_table_new(struct arena *a);
/* The number of a name; -1: it is not there. */
long name_table_find(const struct name_table *s, const char *name);
/* Add a name with its number (0 or more), if it is not there yet. Returns the number that it had,
 * or -1 when it is new. name is borrowed: it must live as long as s. */
long name_table_add(struct name_table *s, const char *name, long number);
/* How many names have been compared with another so far: what the work of a list comes to. */
size_t name_table_compared(const struct name_table *s);

#endif
