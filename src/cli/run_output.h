/* What `tlrun run` prints besides progress. Used in src/cli/ only. */
#ifndef CLI_RUN_OUTPUT_H
#define CLI_RUN_OUTPUT_H

#include "cli.h"
#include "tlrun/batch.h"

/* The list of --dry-run on stdout; its exit code. */
int run_dry(const struct options *o, const struct batch *b);
/* Why each run is to be done, to stderr; one alone that is new needs no words. */
void run_why(const struct options *o, const struct batch *b);
/* A run that failed or is not run, to stderr, when it happens. */
void run_failed(const struct options *o, const struct batch *b, const struct batch_run *r);
/* All of them again, at the end; nothing where there is one run alone, or none failed. */
void run_failures(const struct options *o, const struct batch *b);
/* The tables on stdout, then where the reports are; the exit code. */
int run_outcome(const struct options *o, struct arena *a, struct experiment *const *x, int n);

#endif
