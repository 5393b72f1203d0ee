/* floor: base */
/* The nearest name in a list, for "did you mean". */
#ifndef TLRUN_SUGGEST_H
#define TLRUN_SUGGEST_H

#include <stddef.h>

/* Optimal string alignment distance (one transposition counts 1), case folded. */
int suggest_distance(const char *a, const char *b);

/*
 * The index of the nearest of n names, or -1 when none is near: at most 2 edits, or a third of the
 * word's length but no more than 5. Ties go to the first.
 */
int suggest_nearest(const char *word, const char *const *names, size_t n);

#endif
