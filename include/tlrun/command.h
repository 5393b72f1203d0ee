/* floor: cli */
/*
 * Commands: one file each, src/cli/cmd_<command>.c, and one line of command_table.c. Only this
 * floor prints and exits. Specification: doc/command-line.md.
 */
#ifndef TLRUN_COMMAND_H
#define TLRUN_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "tlrun/error.h"

struct arena;

/* What the command line says, flags taken out. */
struct options {
	bool quiet, verbose, json;
	bool color, color_err;		/* of stdout, of stderr */
	const char *results;		/* "results" */
	const char *standing;		/* where runs that start_from names stand; NULL: in results */
	const char *data;			/* NULL */
	const char *isa;			/* NULL: the CPU's best */
	int threads;				/* 0: the file's, or the machine's */
	const char *seeds;			/* NULL */
	const char *only;			/* name of an experiment; NULL: all */
	bool strict;				/* warnings are errors */
	bool dry_run, rerun, keep_done, fail_fast, no_fuse, no_cache;
	const char *split;			/* train, validation or test; NULL */
	bool csv, markdown, latex;
	const char *columns;		/* of compare --latex; NULL: those that fit */
	const char *against;		/* compare: the one that all are tested against; NULL */
	bool list;					/* batch: its runs as commands */
	bool expand;				/* config: the backbone written out */
	long long cache_limit;		/* bytes; 0: what the disk has free */
	int jobs;					/* runs at the same time; 0: not given */
	double max_time;			/* seconds; 0: none */
	const char *until;			/* "07:00"; NULL */
	bool smoke;
	const char *worker;			/* a process of a batch: "status" or "lines"; NULL: none */
	int args;
	const char **arg;			/* what is no flag, in order; key=value among them */
};

/* What the words of a command may be, for the shells' completion. */
enum command_words {
	WORDS_NONE,
	WORDS_FILES,				/* experiment files, folders, key=value */
	WORDS_RUNS,					/* names of experiments that have results */
	WORDS_RUNS_FILES,			/* a run, then files */
	WORDS_KEYS,					/* keys of the experiment file */
	WORDS_BACKBONES,
	WORDS_DATASETS,
	WORDS_COMMANDS,
	WORDS_SHELLS,
	WORDS_FOLDERS,
};

struct subcommand;

struct command {
	const char *name;
	const char *usage;			/* "FILE or FOLDER… [key=value…]" */
	const char *summary;		/* one line */
	const char *help;			/* more, for `tlrun help NAME`; ends in a newline */
	bool runs;					/* takes the flags of runs */
	int min_args, max_args;		/* max -1: any number */
	int (*run)(const struct options *o, struct arena *a);	/* the exit code */
	enum command_words words;
	const struct subcommand *sub;	/* by its first word; NULL: none */
};

extern const struct command *const command_table[];	/* sorted, NULL-ended */
const struct command *command_find(const char *name);

#endif
