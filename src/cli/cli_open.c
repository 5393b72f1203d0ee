/* From the words of the command line to experiments that are checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"

void
cli_split(const struct options *o, struct arena *a, struct cli_args *out)
{
	*out = (struct cli_args){ 0 };
	out->file = ARENA_ARRAY(a, const char *, (size_t)o->args + 1);
	out->override = ARENA_ARRAY(a, const char *, (size_t)o->args + 1);
	if (o->no_fuse) out->override[out->overrides++] = "engine.fuse=false";
	for (int i = 0; i < o->args; i++) {
		const char *const s = o->arg[i];
		if (strchr(s, '=') && !file_exists(s)) out->override[out->overrides++] = s;
		else out->file[out->files++] = s;
	}
}

/* Two files that would write the same folder are a mistake; the second is the one to rename. */
static bool
cli_same_name(const struct options *o, struct experiment *const *x, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(x[i]->name, x[n]->name) && !strcmp(x[i]->config_hash, x[n]->config_hash)) {
			struct err e = ERR_INIT;
			err_set(&e, ERR_CONFIG, MARK_FILE(x[n]->path),
				"the same experiment \"%s\" as %s; name one of them otherwise", x[n]->name,
				x[i]->path);
			cli_fail(o, &e);
			return true;
		}
	return false;
}

enum { CLI_MISSING = 32 };	/* more than there are public files */

/* What is open so far. */
struct cli_opened {
	struct experiment **v;
	int n, missing;
	const char *file_missing[CLI_MISSING];	/* told already: files of weights, each once */
	bool refused;				/* --strict, and there was a warning */
};

static void
cli_add(struct arena *a, struct cli_opened *all, struct experiment *const *x, int n)
{
	struct experiment **v = ARENA_ARRAY(a, struct experiment *, (size_t)(all->n + n));
	if (all->n) memcpy(v, all->v, (size_t)all->n * sizeof *v);
	memcpy(v + all->n, x, (size_t)n * sizeof *v);
	all->v = v;
	all->n += n;
}

/* Whether a file that x lacks was told of before, for another experiment. */
static bool
cli_told(struct cli_opened *all, const struct experiment *x)
{
	if (!x->missing) return false;
	for (int i = 0; i < all->missing; i++)
		if (!strcmp(all->file_missing[i], x->missing)) return true;
	if (all->missing < CLI_MISSING) all->file_missing[all->missing++] = x->missing;
	return false;
}

/* Where the file alone is right, what is wrong with its overrides is said of these. A file that is
 * wrong by itself may hide errors that an override only brings to light. */
static void
cli_blame(struct arena *a, const struct experiment_request *q, struct diags *d)
{
	struct experiment_request alone = *q;
	struct diags *without = diags_new();
	struct err e = ERR_INIT;
	struct experiment *x = NULL, **trials = NULL;
	struct str place = STR_INIT;
	int n = 0;
	alone.n_overrides = 0;
	alone.without_weights = true;
	const enum status s = experiment_open(a, &alone, &x, without, &e);
	if (x->o.sweep.some && sweep_open(a, x, &alone, s, &trials, &n, without, &e) != OK) n = 0;
	cli_close(trials, n);
	experiment_close(x);
	str_add(&place, "command line:");
	for (int i = 0; i < q->n_overrides; i++)
		str_printf(&place, " %s", q->overrides[i]);
	if (!diags_errors(without)) diags_blame(d, str_text(&place));
	str_free(&place);
	diags_free(without);
}

/*
 * One file of the command line, or the trials of its sweep; its exit code. What only --strict
 * objects to is opened all the same, so that what is wrong between files is shown with it.
 */
static int
cli_open_file(const struct options *o, struct arena *a, const struct experiment_request *q,
	struct cli_opened *all)
{
	struct diags *d = diags_new();
	struct err e = ERR_INIT;
	struct experiment *x = NULL, **trials = &x;
	int n = 1;
	enum status s = experiment_open(a, q, &x, d, &e);
	const bool swept = x->o.sweep.some;
	if (swept) s = sweep_open(a, x, q, s, &trials, &n, d, &e);
	if (o->strict && diags_warnings(d)) {
		diags_promote(d, " (--strict)");
		all->refused = true;
	}
	if (diags_errors(d) && q->n_overrides) cli_blame(a, q, d);
	if (diags_errors(d) || diags_warnings(d)) cli_diags(o, d);
	diags_free(d);
	if (s == OK && x->one_seed && !o->seeds && !o->quiet)
		cli_say("%s: note: seeds: %lld is seed %lld alone; for %lld seeds write 1-%lld\n",
			q->path, x->o.seeds.v[0], x->o.seeds.v[0], x->o.seeds.v[0], x->o.seeds.v[0]);
	if (s != OK || swept) experiment_close(x);
	if (s == OK) cli_add(a, all, trials, n);
	else if (s != ERR_CONFIG && !cli_told(all, x)) cli_fail(o, &e);
	return s == OK ? 0 : cli_exit(s);
}

/* What the experiments say of each other. */
static int
cli_link(const struct options *o, struct arena *a, struct experiment **x, int n)
{
	struct diags *d = diags_new();
	struct err e = ERR_INIT;
	const bool good = batch_link(a, x, n, o->standing ? o->standing : o->results, d);
	if (!good) cli_diags(o, d);
	diags_free(d);
	if (!good) return cli_exit(ERR_CONFIG);
	if (o->standing && smoke_sources(a, x, n, o->standing, o->results, &e) != OK)
		return cli_fail(o, &e);
	for (int i = 0; i < n; i++)
		if (cli_same_name(o, x, i)) return cli_exit(ERR_CONFIG);
	return 0;
}

int
cli_open(const struct options *o, struct arena *a, bool writes, struct experiment ***x, int *n)
{
	struct cli_args args;
	struct cli_opened all = { 0 };
	struct err e = ERR_INIT;
	const char *const *files;
	int count, code = 0;
	*n = 0;
	cli_split(o, a, &args);
	if (!args.files) {
		err_set(&e, ERR_USAGE, MARK_NONE, "no experiment file named");
		return cli_fail(o, &e);
	}
	if (batch_files(a, args.file, args.files, &files, &count, &e) != OK) return cli_fail(o, &e);
	for (int i = 0; i < count; i++) {
		const struct experiment_request q = {
			.path = files[i],
			.overrides = args.override,
			.n_overrides = args.overrides,
			.data = o->data,
			.seeds = o->seeds,
			.threads = o->threads,
			.smoke = o->smoke,
			.results = writes ? o->results : NULL,
		};
		const int this = cli_open_file(o, a, &q, &all);
		/* A wrong file outweighs missing data. */
		if (this && (!code || this < code)) code = this;
	}
	if (!code) code = cli_link(o, a, all.v, all.n);
	if (!code && o->only && batch_only(a, all.v, &all.n, o->only, &e) != OK)
		code = cli_fail(o, &e);
	if (all.refused && (!code || code > cli_exit(ERR_CONFIG))) code = cli_exit(ERR_CONFIG);
	if (code) {
		cli_close(all.v, all.n);
		return code;
	}
	*x = all.v;
	*n = all.n;
	return 0;
}

void
cli_close(struct experiment **x, int n)
{
	for (int i = 0; i < n; i++)
		experiment_close(x[i]);
}

int
cli_open_one(const struct options *o, struct arena *a, struct experiment **x)
{
	struct experiment **all;
	int n;
	const int code = cli_open(o, a, false, &all, &n);
	if (code) return code;
	/* A sweep's trials are one file. */
	if (n == 1 || (all[0]->trial && all[n - 1]->trial &&
		all[0]->trial->sweep == all[n - 1]->trial->sweep)) {
		*x = all[0];
		cli_close(all + 1, n - 1);
		return 0;
	}
	struct err e = ERR_INIT;
	err_set(&e, ERR_USAGE, MARK_NONE, "expected one experiment, found %d", n);
	cli_close(all, n);
	return cli_fail(o, &e);
}
