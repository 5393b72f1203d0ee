/* tlrun run: check all files, run what is not done, print the outcome. */
#include <string.h>

#include "progress.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/rundir.h"

static int
run_dry(const struct options *o, struct arena *a, struct experiment *const *x, int n)
{
	struct str text = STR_INIT;
	struct json j;
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < x[i]->o.seeds.n; k++) {
			const uint64_t seed = (uint64_t)x[i]->o.seeds.v[k];
			const struct rundir *d = rundir_new(a, o->results, x[i]->name, x[i]->config_hash, seed);
			struct rundir_origin origin;
			struct err none = ERR_INIT;
			const bool done = !o->rerun &&
				run_origin(a, x[i], o->results, seed, &origin, &none) == OK &&
				rundir_done(a, d, &origin);
			const char *const state = done ? "done"
				: file_exists(rundir_file(a, d, "checkpoint")) && !o->rerun ? "resume" : "run";
			if (o->json) {
				json_open_object(&j, NULL);
				json_put_string(&j, "experiment", x[i]->name);
				json_put_int(&j, "seed", (long long)seed);
				json_put_string(&j, "state", state);
				json_put_string(&j, "folder", d->seed);
				json_close(&j);
			} else
				str_printf(&text, "%-6s  %s  seed %llu  %s\n", state, x[i]->name,
					(unsigned long long)seed, d->seed);
		}
	if (o->json) json_close(&j), json_finish(&j);
	return cli_print_free(&text);
}

static void
run_failed(void *ctx, const struct experiment *x, enum status code, const struct err *e)
{
	struct progress *p = ctx;
	struct err named = ERR_INIT;
	progress_clear(p);
	if (p->x == x)
		err_set(&named, code, MARK_NONE, "%s seed %llu: %s", x->name,
			(unsigned long long)p->seed, e->message);
	else err_set(&named, code, MARK_NONE, "%s: %s", x->name, e->message);
	cli_fail(p->o, &named);
}

/* The experiments that are no trials, side by side, and where their reports are; then a table a
 * sweep. */
static void
run_tables(const struct options *o, struct arena *a, struct experiment *const *x, int n,
	struct str *text)
{
	struct experiment **alone = ARENA_ARRAY(a, struct experiment *, (size_t)n);
	const struct record_set **sets = ARENA_ARRAY(a, const struct record_set *, (size_t)n);
	int lone = 0;
	for (int i = 0; i < n; i++)
		if (!x[i]->trial) alone[lone++] = x[i];
	const int found = batch_records(a, alone, lone, o->results, sets);
	if (found) report_comparison(sets, found, true, text), str_add_char(text, '\n');
	if (sweep_show(a, x, n, o->results, text)) str_add_char(text, '\n');
	for (int i = 0; i < found; i++)
		str_printf(text, "report: %s/report.md\n", sets[i]->folder);
	if (n > 1) str_printf(text, "comparison: %s/comparison.md\n", o->results);
}

/* The outcome on stdout: the comparison's table, then where the reports are. */
static int
run_outcome(const struct options *o, struct arena *a, struct experiment *const *x, int n)
{
	const struct record_set **sets = ARENA_ARRAY(a, const struct record_set *, (size_t)n);
	const int found = batch_records(a, x, n, o->results, sets);
	struct str text = STR_INIT;
	if (!found) return 0;
	if (o->json) {
		struct json j;
		json_begin(&j, &text);
		json_open_array(&j, NULL);
		for (int i = 0; i < found; i++)
			for (int k = 0; k < sets[i]->n; k++) {
				const struct record *r = &sets[i]->record[k];
				json_open_object(&j, NULL);
				json_put_string(&j, "experiment", r->name);
				json_put_int(&j, "seed", (long long)r->seed);
				json_put_string(&j, "folder", sets[i]->folder);
				json_put_float(&j, "test_loss", (float)r->test.loss);
				for (int m = 0; m < r->metrics; m++)
					json_put_float(&j, arena_printf(a, "test_%s", r->metric[m].name),
						(float)r->test.metric[m]);
				json_close(&j);
			}
		json_close(&j);
		json_finish(&j);
	} else run_tables(o, a, x, n, &text);
	return cli_print_free(&text);
}

static int
cmd_run(const struct options *o, struct arena *a)
{
	struct experiment **x;
	struct err e = ERR_INIT;
	int n, failed = 0;
	int code = cli_open(o, a, !o->dry_run, &x, &n);
	if (code) return code;
	if (o->dry_run) code = run_dry(o, a, x, n);
	else {
		struct progress p;
		progress_begin(&p, o);
		const struct run_events events = progress_events(&p);
		const struct run_options options = { .results = o->results, .rerun = o->rerun,
			.no_cache = o->no_cache, .cache_limit = o->cache_limit, .events = &events };
		const struct batch_events batch = { &p, run_failed };
		signals_install();
		const enum status s = batch_run(a, x, n, &options, &batch, o->fail_fast, &failed, &e);
		progress_clear(&p);
		if (s == ERR_STOPPED) code = cli_fail(o, &e);
		else if (s != OK && !failed) code = cli_fail(o, &e);
		else if (sweep_write(a, x, n, o->results, &e) != OK) code = cli_fail(o, &e);
		else {
			code = run_outcome(o, a, x, n);
			if (failed) code = n > 1 ? 4 : cli_exit(s);
		}
	}
	cli_close(x, n);
	return code;
}

const struct command command_run = {
	.name = "run",
	.usage = "FILE or FOLDER… [key=value…]",
	.summary = "run experiments: skip what is done, resume what was interrupted",
	.help = "A folder means its *.yaml. All files are checked before the first run starts. "
		"key=value\n"
			"overrides a key of every file, checked as in the file: training.epochs=3,\n"
			"model.layers.dropout.rate=0.3. `tlrun FILE` is the same.\n",
	.runs = true,
	.min_args = 1,
	.max_args = -1,
	.run = cmd_run,
};
