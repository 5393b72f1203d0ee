/* What the files about records share. Used in src/report/ only. */
#ifndef REPORT_RECORD_PARTS_H
#define REPORT_RECORD_PARTS_H

#include "tlrun/record.h"

struct arena;

/* The first figures that contradict each other, as text in the arena: "test.accuracy is 0.9, and
 * its confusion matrix gives 0.8". NULL: none do. */
const char *record_contradiction(struct arena *a, const struct record *r);

#endif
