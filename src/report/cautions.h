/* What the reader of an experiment's numbers must know, in the same words in every report. Used in
 * src/report/ only. */
#ifndef REPORT_CAUTIONS_H
#define REPORT_CAUTIONS_H

#include "tlrun/report.h"

enum caution { CAUTION_EXPLODED, CAUTION_CHANCE, CAUTION_TEST_CHOSE, CAUTION_LAST_EPOCH,
	CAUTION_ONE_SEED, CAUTIONS };

/* Whether it is to be said of one run, whatever its seeds; of an experiment: of one run of it. */
bool caution_of_run(enum caution c, const struct record *r);
bool caution_of(enum caution c, const struct record_set *s);
const char *caution_text(enum caution c);	/* a sentence without its full stop */

#endif
