/* floor: cli */
/*
 * Commands: one file each, src/cli/cmd_<command>.c, and one line of command_table.c. Only this floor prints
 * and exits. Specification: doc/command-line.md.
 */
#ifndef TLRUN_COMMAND_H
#define TLRUN_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "tlrun/error.h"

struct arena;

/* The flags of all commands, and those of runs. */
struct options {
	bool quiet, json, color, color_err;	/* color of stdout, of stderr */
	int verbose;
	const char *results, *data, *isa;
	int threads;
	/* of runs */
	bool dry_run, rerun, fail_fast, no_fuse;
	const char *seeds;
	/* of config */
	int args;
	const char *const *arg;		/* what is no flag, in order; key=value among them */
};

struct command {
	const char *name;
	const char *usage;			/* "FILE or FOLDER… [key=value…]" */
	const char *summary;		/* one line */
	const char *help;			/* more, for `tlrun help NAME`; ends in a newline */
	const char *flags;			/* its own flags besides the common ones: "dry-run rerun seeds" */
	int min_args, max_args;		/* -1: any */
	int (*run)(const struct options *o, struct arena *a);	/* the exit code */
};

extern const struct command *const command_table[];	/* sorted, NULL-ended */
const struct command *command_find(const char *name);

/* The exit code of a status (doc/command-line.md); a stop by signal needs the signal. */
int command_exit(enum status code);
/* Print an error to stderr ("tlrun: …", or as JSON) and give its exit code. */
int command_fail(const struct options *o, const struct err *e);

#endif
