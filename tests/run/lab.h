/* A folder with experiment files and results for a test, and what was opened in it. */
#ifndef TLRUN_TESTS_RUN_LAB_H
#define TLRUN_TESTS_RUN_LAB_H

#include "support/tmpdir.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/rundir.h"

struct lab {
	struct tmpdir dir;
	struct arena *a;
	struct diags *diags;
	const char *results;		/* "results" in the folder */
	struct err err;
};

void lab_open(struct lab *l);
void lab_close(struct lab *l);

/* An experiment that trains in milliseconds: 48 images for training in 3 steps, 2 epochs. more:
 * lines of further top-level keys, written behind it. The file's path. */
const char *lab_file(struct lab *l, const char *name, const char *more);
const char *lab_path(struct lab *l, const char *name);	/* in the folder; lives in the arena */

/* Open a request; the test fails with the errors when there are any. */
struct experiment *lab_experiment_of(struct lab *l, const struct experiment_request *q);
struct experiment *lab_experiment(struct lab *l, const char *path);
/* The request is refused, and what is said contains words. */
void lab_refused(struct lab *l, const struct experiment_request *q, const char *words);

/* The text of a file; the test fails when it cannot be read. */
const char *lab_read(struct lab *l, const char *path);

/* A minimal record with its timing, as seed's of configuration hash, of the version given. */
void lab_record(struct lab *l, const char *name, const char *hash, uint64_t seed,
	const char *version);

#endif
