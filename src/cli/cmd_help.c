/* tlrun help: the overview, or one command's help (options.c turns `help COMMAND` into it). */
#include "cli.h"

static int
cmd_help(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	(void)o;
	(void)a;
	help_overview(&text);
	return cli_print_free(&text);
}

const struct command command_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.summary = "this overview, or the help of a command",
	.max_args = 1,
	.words = WORDS_COMMANDS,
	.run = cmd_help,
};
