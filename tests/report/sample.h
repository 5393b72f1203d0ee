/* Records made up for a test, every field of them filled. */
#ifndef TLRUN_TESTS_REPORT_SAMPLE_H
#define TLRUN_TESTS_REPORT_SAMPLE_H

#include "tlrun/arena.h"
#include "tlrun/report.h"

/*
 * A record of metrics accuracy (a share of the images) and macro_f1, and of classes "c0", "c1", …
 * with 10 test images each: 7 right and 3 taken for the next class. Validation has no images. The
 * first epoch is not measured on validation.
 */
struct record *sample_record(struct arena *a, int classes, int epochs, uint64_t seed);
/* The same with the confusion matrix given, row by row; its images and accuracy follow. */
void sample_confusion(struct arena *a, struct record *r, const long long *confusion);
struct timing *sample_timing(struct arena *a, int epochs);

/* Both as a set of n seeds 1 … n whose accuracies are 0.7, 0.72, 0.74, …; all blocks asked for. */
struct record_set *sample_set(struct arena *a, const char *name, int n);

#endif
