/* tlrun show: one run's report in the terminal. */
#include "cli.h"
#include "tlrun/report.h"

static int
cmd_show(const struct options *o, struct arena *a)
{
	const struct record_set *set;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (cli_set(o, a, o->arg[0], &set, &e) != OK) return cli_fail(o, &e);
	if (o->json) report_summary_json(set, &text);
	else {
		report_markdown(set, &text);
		str_add_char(&text, '\n');
		if (set->learning_curves) report_terminal_plot(set, cli_columns(), cli_utf8(), &text);
	}
	return cli_print_free(&text);
}

const struct command command_show = {
	.name = "show",
	.usage = "RUN",
	.summary = "one run's report",
	.help = "RUN is a name (its latest configuration), name/hash, or a folder.\n",
	.min_args = 1,
	.max_args = 1,
	.words = WORDS_RUNS,
	.run = cmd_show,
};
