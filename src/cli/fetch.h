/* How downloads show themselves. Used in src/cli/ only. */
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "cli.h"
#include "tlrun/download.h"

struct fetch {
	const struct options *o;
	bool terminal;		/* on which a line is redrawn */
	double started, drawn;	/* seconds */
	long long first;	/* bytes that were there at the start; -1: nothing has come */
};

/* Progress, notes and stops of downloads on stderr; SIGINT and SIGTERM stop them. f must live as
 * long as what is returned. */
struct download fetch_begin(struct fetch *f, const struct options *o);

#endif
