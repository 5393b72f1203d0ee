/* tlrun: find the command, set up the machine, run it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build-config.h"
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/kernels.h"
#include "tlrun/log.h"
#include "tlrun/parallel.h"

static int
main_help(const struct command_line *c)
{
	struct str text = STR_INIT;
	if (c->command) help_command(c->command, &text);
	else help_overview(&text);
	return cli_print_free(&text);
}

static int
main_version(void)
{
	struct str text = STR_INIT;
	str_printf(&text, "tlrun %s\n", PACKAGE_VERSION);
	return cli_print_free(&text);
}

static int
main_no_command(void)
{
	struct str text = STR_INIT;
	help_overview(&text);
	cli_say_lines(&text);
	str_free(&text);
	return cli_exit(ERR_USAGE);
}

static int
main_run(const struct command_line *c, struct arena *a)
{
	struct err e = ERR_INIT;
	const struct options *o = &c->o;
	const char *isa = o->isa ? o->isa : getenv("TLRUN_ISA");
	log_setup(o->quiet ? LOG_QUIET : o->verbose ? LOG_DEBUG : LOG_INFO, o->verbose ? stderr : NULL);
	if (kern_select(isa && *isa ? isa : NULL, &e) != OK) return cli_fail(o, &e);
	parallel_set_threads(o->threads);
	if (o->args < c->command->min_args ||
		(c->command->max_args >= 0 && o->args > c->command->max_args)) {
		err_set(&e, ERR_USAGE, MARK_NONE, "usage: tlrun %s %s", c->command->name,
			c->command->usage);
		return cli_fail(o, &e);
	}
	return c->command->run(o, a);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct command_line c = { 0 };
	struct err e = ERR_INIT;
	int code;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a file that may not grow is an error, no death */
	if (options_parse(argc, argv, a, &c, &e) != OK) code = cli_fail(&c.o, &e);
	else if (c.version) code = main_version();
	else if (c.help) code = main_help(&c);
	else if (!c.command) code = main_no_command();
	else code = main_run(&c, a);
	arena_free(a);
	return code;
}
