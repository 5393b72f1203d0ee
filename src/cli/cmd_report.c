/* tlrun report: write all reports again from the records. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/reports.h"
#include "tlrun/sweep.h"
#include "tlrun/rundir.h"

/* What is written anew. */
struct report_work {
	int sets, sweeps;
	const struct record_set **set;
	const struct sweep_sheet **sweep;	/* those with records */
};

static int
report_trials(const struct sweep_sheet *s)
{
	int n = 0;
	for (int i = 0; i < s->n; i++)
		n += s->row[i].set != NULL;
	return n;
}

/* Room for n more sets. */
static void
report_room(struct arena *a, struct report_work *w, int n)
{
	const struct record_set **set =
		ARENA_ARRAY(a, const struct record_set *, (size_t)(w->sets + n));
	for (int i = 0; i < w->sets; i++)
		set[i] = w->set[i];
	w->set = set;
}

/* The sweep that a word names, by its name or its folder below results; NULL: none. */
static const char *
report_sweep_name(const struct options *o, struct arena *a, const char *word)
{
	size_t n = strlen(word);
	while (n > 1 && word[n - 1] == '/') n--;
	const char *const bare = arena_strndup(a, word, n), *const folder = path_real(a, word);
	if (sweep_stands(a, o->results, bare)) return bare;
	if (!str_same(path_folder(a, folder), path_real(a, o->results))) return NULL;
	const char *const name = strrchr(folder, '/') + 1;
	return sweep_stands(a, o->results, name) ? name : NULL;
}

/* A sweep with its trials, and where it has runs of its own name the experiment of that name. */
static enum status
report_add_sweep(const struct options *o, struct arena *a, const char *name,
	struct report_work *w, struct err *e)
{
	struct sweep_sheet *s;
	struct err none = ERR_INIT;
	const struct record_set *own = NULL;
	TRY(sweep_read(a, o->results, name, &s, e));
	const int trials = report_trials(s);
	if (cli_set(o, a, name, &own, &none) != OK) own = NULL;
	if (!trials && !own)
		return err_set(e, ERR_USAGE, MARK_NONE, "no finished run of the sweep \"%s\" in %s", name,
			o->results);
	report_room(a, w, trials + 1);
	for (int i = 0; i < s->n; i++)
		if (s->row[i].set) w->set[w->sets++] = s->row[i].set;
	if (own) w->set[w->sets++] = own;
	if (trials) w->sweep[w->sweeps++] = s;
	return OK;
}

static enum status
report_add(const struct options *o, struct arena *a, const char *word, struct report_work *w,
	struct err *e)
{
	const char *const sweep = report_sweep_name(o, a, word);
	if (sweep) return report_add_sweep(o, a, sweep, w, e);
	report_room(a, w, 1);
	return cli_set(o, a, word, &w->set[w->sets++], e);
}

static enum status
report_named(const struct options *o, struct arena *a, struct report_work *w, struct err *e)
{
	w->sweep = ARENA_ARRAY(a, const struct sweep_sheet *, (size_t)o->args);
	for (int i = 0; i < o->args; i++)
		TRY(report_add(o, a, o->arg[i], w, e));
	return OK;
}

/* What is damaged is named and left out. */
static enum status
report_all(const struct options *o, struct arena *a, struct report_work *w, struct err *e)
{
	const char *const *names;
	size_t n;
	TRY(cli_sets(o, a, true, &w->set, &w->sets, e));
	TRY(sweep_list(a, o->results, &names, &n, e));
	w->sweep = ARENA_ARRAY(a, const struct sweep_sheet *, n);
	for (size_t i = 0; i < n; i++) {
		struct sweep_sheet *s;
		struct err bad = ERR_INIT;
		if (sweep_read(a, o->results, names[i], &s, &bad) != OK)
			cli_say("%s\n", bad.message);
		else if (report_trials(s)) w->sweep[w->sweeps++] = s;
	}
	return OK;
}

/* Everything of w, each page's file into text; then what compares. */
static enum status
report_write(const struct options *o, struct arena *a, const struct report_work *w,
	struct str *text, struct err *e)
{
	const struct record_set **sets = w->set;
	int compared = w->sets;
	for (int i = 0; i < w->sets; i++) {
		TRY(reports_write(a, w->set[i], e));
		str_printf(text, "%s/report.html\n", w->set[i]->folder);
	}
	for (int i = 0; i < w->sweeps; i++) {
		TRY(sweep_put(a, w->sweep[i], o->results, e));
		str_printf(text, "%s/%s/" SWEEP_PAGE "\n", o->results, w->sweep[i]->name);
	}
	/* Of all there are, the latest configuration of each is compared. */
	if (!o->args) TRY(cli_sets(o, a, false, &sets, &compared, e));
	else if (compared == 1) return OK;
	TRY(reports_write_comparison(a, o->results, sets, compared, e));
	str_printf(text, "%s/" RUNDIR_INDEX "\n", o->results);
	return OK;
}

static int
cmd_report(const struct options *o, struct arena *a)
{
	struct report_work w = { 0 };
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	enum status s = o->args ? report_named(o, a, &w, &e) : report_all(o, a, &w, &e);
	if (s == OK) s = report_write(o, a, &w, &text, &e);
	if (s == OK) return cli_print_free(&text);
	str_free(&text);
	return cli_fail(o, &e);
}

const struct command command_report = {
	.name = "report",
	.usage = "[NAME…]",
	.summary = "write reports again from the records, without training",
	.help = "NAME is a name (its latest configuration), name/hash, a folder, or a sweep with\n"
			"all its trials; none: every configuration and sweep in the results folder, and\n"
			"the comparison of the latest. With several names the comparison is theirs.\n",
	.max_args = -1,
	.words = WORDS_RUNS,
	.run = cmd_report,
};
