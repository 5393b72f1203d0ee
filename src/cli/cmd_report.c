/* tlrun report: write all reports again from the records. */
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/reports.h"

static int
cmd_report(const struct options *o, struct arena *a)
{
	const struct record_set **sets;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	int n, compared = 0;
	if (cli_sets(o, a, true, &sets, &n, &e) != OK) return cli_fail(o, &e);
	for (int i = 0; i < n; i++) {
		if (reports_write(a, sets[i], &e) != OK) {
			str_free(&text);
			return cli_fail(o, &e);
		}
		str_printf(&text, "%s/report.html\n", sets[i]->folder);
	}
	/* Of all there are, the latest configuration of each is compared. */
	if (!o->args && cli_sets(o, a, false, &sets, &compared, &e) != OK) return cli_fail(o, &e);
	if (o->args > 1) compared = n;
	if (compared && reports_write_comparison(a, o->results, sets, compared, &e) != OK) {
		str_free(&text);
		return cli_fail(o, &e);
	}
	if (compared) str_printf(&text, "%s/index.html\n", o->results);
	return cli_print_free(&text);
}

const struct command command_report = {
	.name = "report",
	.usage = "[NAME…]",
	.summary = "write reports again from the records, without training",
	.help = "NAME is a name (its latest configuration), name/hash, or a folder; none: every\n"
			"configuration in the results folder, and the comparison of their latest. With\n"
			"several names the comparison is theirs.\n",
	.max_args = -1,
	.run = cmd_report,
};
