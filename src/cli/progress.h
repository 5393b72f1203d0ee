/* Progress on stderr: a status line on a terminal, a line an epoch on a pipe. Used in src/cli/
 * only. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli.h"
#include "live.h"
#include "tlrun/single.h"

struct progress {
	const struct options *o;
	bool terminal;				/* on which something is redrawn */
	bool block;					/* the block of a run, not only a line */
	bool stopping;				/* it was said that a signal stops the run */
	struct live live;
	const struct experiment *x;
	uint64_t seed;
	const char *stage, *phase;	/* phase NULL: there is only one */
	char noted[256];			/* the last note: said once a run */
	int epochs, epoch, step, steps;
	double started, epoch_started, drawn, epoch_seconds;
	int first_epoch;			/* of this process: a resumed run starts later */
};

void progress_begin(struct progress *p, const struct options *o);
struct run_events progress_events(struct progress *p);
/* A run was done before. */
void progress_done(struct progress *p, const struct experiment *x, uint64_t seed,
	const char *folder);

#endif
