/* What the commands share. Used in src/cli/ only. */
#ifndef CLI_H
#define CLI_H

#include "tlrun/backbone.h"
#include "tlrun/command.h"
#include "tlrun/diag.h"
#include "tlrun/experiment.h"
#include "tlrun/str.h"

/* ---- options.c ---- */

/* One flag; a NULL-ended list in the order help prints them. */
struct flag {
	const char *name;			/* "threads" */
	char letter;				/* 0: none */
	const char *value;			/* "N"; NULL: a switch */
	bool runs;					/* of commands that run */
	bool hidden;
	const char *help;
	bool (*set)(struct options *o, const char *value);	/* false: no such value */
	/* commands that take it besides, "evaluate predict"; NULL: none where runs, else all */
	const char *of;
};
extern const struct flag option_flags[];
/* Whether arg is a flag that other programs have: then e says what is written here. value: what
 * follows it; NULL: nothing. */
bool option_other(const char *arg, const char *value, struct err *e);
/* The flag of a word ("--seeds", "--seeds=1", "-j"); NULL: none. */
const struct flag *option_named(const char *word);
/* Whether a command takes a flag. */
bool option_is_of(const struct flag *f, const struct command *c);

/* Take argv apart; help, version and the command's name are set too. ERR_USAGE. */
struct command_line {
	struct options o;
	const struct command *command;	/* NULL: none named */
	const char *word;				/* the name given, for help */
	bool help, version;
};
enum status options_parse(int argc, char **argv, struct arena *a, struct command_line *c,
	struct err *e);

/* ---- output.c ---- */

/* The exit code of a status; ERR_STOPPED asks signals_caught and deadline_over. */
int cli_exit(enum status code);
enum { CLI_SOME_FAILED = 4 };	/* exit code: some of many failed */
/*
 * Print to stderr. What visible.h hides is escaped, newlines too, but for one at the beginning and
 * one at the end of the format.
 */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a text of several lines, whose newlines and tabs stay. */
void cli_say_lines(const struct str *text);
/* Print an error to stderr, as text or JSON, and give its exit code. */
int cli_fail(const struct options *o, const struct err *e);
/* Print all diagnostics to stderr. */
void cli_diags(const struct options *o, struct diags *d);
/* Print text to stdout whole, with escapes for what visible.h hides; a closed pipe or a full disk
 * is exit 1. */
int cli_print(const struct str *text);
/* Print the text and free it. */
int cli_print_free(struct str *text);
/* Print each line of the text to stderr as a warning; NULL: nothing. */
void cli_warn(const char *lines);
/* A new folder of TMPDIR, for what is no result; NULL: printed why there is none. */
const char *cli_scratch(const struct options *o, struct arena *a, const char *what);
/* Columns of the terminal, 80 where there is none; and whether its locale is of UTF-8. */
int cli_columns(void);
bool cli_utf8(void);

/* ---- cli_open.c ---- */

/* Take files (no '=' or existing) and overrides apart. */
struct cli_args {
	int files, overrides;
	const char **file, **override;
};
void cli_split(const struct options *o, struct arena *a, struct cli_args *out);

/*
 * Open all experiments of the arguments (folders mean their *.yaml), printing every error of every
 * file. Returns the exit code; 0: all in *x, n of them, those that others start from first. Those
 * opened are to be closed. writes: results/cache may be written to.
 */
int cli_open(const struct options *o, struct arena *a, bool writes, struct experiment ***x, int *n);
void cli_close(struct experiment **x, int n);
/* The one file of plan, config: exactly one experiment, or an error. */
int cli_open_one(const struct options *o, struct arena *a, struct experiment **x);

/* ---- complete.c ---- */

/* The words that may stand in place of the last of n, a line each (cmd_completion.c). */
void complete_line(struct arena *a, const char *const *word, int n, struct str *out);

/* ---- subcommand.c ---- */

/* The second word of a command; a list ends in {0}. run gets the words behind it. */
struct subcommand {
	const char *name, *usage;	/* "show", "FILE" */
	int min_args, max_args;		/* max -1: any number */
	int (*run)(const struct options *o, struct arena *a);
	enum command_words words;
};
/* Run the one that the first word names; the exit code. There is a first word. */
int cli_subcommand(const char *command, const struct subcommand *table, const struct options *o,
	struct arena *a);

/* ---- cmd_evaluate.c ---- */

struct trained_evaluation;
/* The model of the first word on o->split; the exit code, errors are printed. */
int cli_evaluate(const struct options *o, struct arena *a, struct trained_evaluation *out);

/* ---- cli_backbone.c ---- */

/* A backbone of the command line, with the shortest head and without weights. */
struct cli_backbone {
	const struct backbone_kind *kind;
	const void *opts;			/* of its kind */
	struct net *net;			/* net->backbone nodes are its own */
	size_t layers;				/* of its own, as the experiment language counts them */
};
/* words[0] names it, the others are its options ("alpha=0.5"). The exit code; errors are
 * printed. */
int cli_backbone(const struct options *o, struct arena *a, const char *const *words, int n,
	struct cli_backbone *out);

/* ---- cli_sets.c ---- */

struct record_set;
/* The records of one experiment by what a user calls it; what is damaged is named on stderr. */
enum status cli_set(const struct options *o, struct arena *a, const char *run,
	const struct record_set **out, struct err *e);
/* Of those that the arguments name; without any, of every experiment in the results folder that has
 * some: its latest configuration, or all. ERR_USAGE: none. */
enum status cli_sets(const struct options *o, struct arena *a, bool all,
	const struct record_set ***out, int *n, struct err *e);

/* ---- starters.c, made of the files of starters/ ---- */

/* The experiments of `tlrun init`, in the order of the names; {0} last. */
struct starter { const char *name, *text; };
extern const struct starter starters[];

/* ---- weights_show.c ---- */

int weights_show(const struct options *o, struct arena *a);

/* ---- weights_get.c ---- */

int weights_get(const struct options *o, struct arena *a);
int weights_verify(const struct options *o, struct arena *a);

/* ---- signals.c ---- */

void signals_install(void);
int signals_caught(void);		/* SIGINT, SIGTERM, or 0 */
enum { SIGNALS_NO_STEP = -1 };
/* What the message says is being finished; SIGNALS_NO_STEP: nothing, it stops as soon as it can. */
void signals_step(int step);

/* ---- deadline.c ---- */

/* "07:00", local time: whether that is a time of day. */
bool deadline_clock(const char *text);
void deadline_set(const struct options *o);	/* --until and --max-time count from here */
bool deadline_over(void);

/* ---- help.c ---- */

void help_overview(struct str *out);
void help_command(const struct command *c, struct str *out);

#endif
