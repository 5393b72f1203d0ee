/* Names of experiments where there is little room. Used in src/report/ only. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

struct arena;

/*
 * short_[i]: name[i] where it has at most `most` letters; else without what all such names begin
 * with, "…0.001-64", so that what differs is seen. Both [n].
 */
void names_short(struct arena *a, int n, const char *const *name, int most, const char **short_);

#endif
