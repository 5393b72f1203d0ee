/* tlrun compare: experiments side by side. */
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"

static int
cmd_compare(const struct options *o, struct arena *a)
{
	const struct record_set **sets;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	int n;
	if (cli_sets(o, a, false, &sets, &n, &e) != OK) return cli_fail(o, &e);
	const struct comparison *const c = comparison_make(a, sets, n, true);
	if (o->json) comparison_json(c, &text);
	else if (o->csv) comparison_csv(c, &text);
	else if (o->markdown) comparison_markdown(c, &text);
	else if (o->latex) comparison_latex(c, &text);
	else comparison_terminal(c, &text);
	return cli_print_free(&text);
}

const struct command command_compare = {
	.name = "compare",
	.usage = "[NAME…]",
	.summary = "experiments side by side: mean ± sd, intervals, tests, differing keys",
	.help = "NAME is a name (its latest configuration), name/hash, or a folder; none: every\n"
			"experiment in the results folder. --csv, --md, --latex (needs booktabs) and --json\n"
			"print it for spreadsheets, pull requests, papers and programs.\n",
	.max_args = -1,
	.run = cmd_compare,
};
