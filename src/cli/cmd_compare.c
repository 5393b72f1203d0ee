/* tlrun compare: experiments side by side. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"

/* The place of --against among the sets, where it is put first if it is not there. */
static enum status
compare_against(const struct options *o, struct arena *a, const struct record_set ***sets, int *n,
	int *at, struct err *e)
{
	const struct record_set *set;
	*at = -1;
	if (!o->against) return OK;
	TRY(cli_set(o, a, o->against, &set, e));
	if (!set)
		return err_set(e, ERR_USAGE, MARK_NONE, "--against %s: it has no finished run", o->against);
	for (int i = 0; i < *n; i++)
		if ((*sets)[i] && !strcmp((*sets)[i]->folder, set->folder)) *at = i;
	if (*at >= 0) return OK;
	const struct record_set **all = ARENA_ARRAY(a, const struct record_set *, (size_t)*n + 1);
	all[0] = set;
	memcpy(all + 1, *sets, (size_t)*n * sizeof *all);
	*sets = all;
	++*n;
	*at = 0;
	return OK;
}

static int
cmd_compare(const struct options *o, struct arena *a)
{
	const struct record_set **sets;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	int n, against;
	if (o->columns && !o->latex) {
		err_set(&e, ERR_USAGE, MARK_NONE, "--columns goes with --latex");
		return cli_fail(o, &e);
	}
	if (cli_sets(o, a, false, &sets, &n, &e) != OK ||
		compare_against(o, a, &sets, &n, &against, &e) != OK)
		return cli_fail(o, &e);
	const struct comparison *const c = against < 0 ? comparison_make(a, sets, n, true)
		: comparison_make_against(a, sets, n, against);
	if (o->json) comparison_json(c, &text);
	else if (o->csv) comparison_csv(c, &text);
	else if (o->markdown) comparison_markdown(c, &text);
	else if (!o->latex) comparison_terminal(c, &text);
	else if (comparison_latex(c, o->columns, &text, &e) != OK) return cli_fail(o, &e);
	return cli_print_free(&text);
}

const struct command command_compare = {
	.name = "compare",
	.usage = "[NAME…]",
	.summary = "experiments side by side: mean ± sd, intervals, tests, differing keys",
	.help = "NAME is a name (its latest configuration), name/hash, or a folder; none: every\n"
			"experiment in the results folder. --csv, --md, --latex (needs booktabs) and --json\n"
			"print it for spreadsheets, pull requests, papers and programs. LaTeX has the columns\n"
			"that fit `article`; --columns chooses among experiment, seeds, test, interval,\n"
			"macro_f1, ece, trained, time, epochs and memory. --against tests each experiment\n"
			"against one alone: fewer tests need fewer seeds.\n",
	.max_args = -1,
	.words = WORDS_RUNS,
	.run = cmd_compare,
};
