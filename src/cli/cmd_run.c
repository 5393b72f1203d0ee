/* tlrun run: check all files, run what is not done, print the outcome. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "progress.h"
#include "run_output.h"
#include "screen.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/kernels.h"
#include "tlrun/parallel.h"
#include "tlrun/run_state.h"

/* More runs that were done before are counted, not named. */
enum { RUN_NAMED = 16 };

/* What the batch tells, and what it is about. */
struct run_teller {
	struct progress *p;
	const struct batch *b;
	int done;					/* that were not named */
};

static void
run_hear_done(void *ctx, const struct batch_run *r)
{
	struct run_teller *t = ctx;
	if (t->b->n > RUN_NAMED && !r->held) t->done++;
	else progress_done(t->p, r->x, r->seed, r->dir->seed);
}

static void
run_hear_held(void *ctx, const struct batch_run *r)
{
	struct run_teller *t = ctx;
	screen_clear();
	if (!t->p->o->quiet)
		cli_say("%s seed %llu: another tlrun is running it; looked at again later\n",
			r->x->name, (unsigned long long)r->seed);
}

static void
run_hear_failed(void *ctx, const struct batch_run *r)
{
	struct run_teller *t = ctx;
	screen_clear();
	run_failed(t->p->o, t->b, r);
}

static void
run_hear_stopping(void *ctx, int n, int signal)
{
	struct run_teller *t = ctx;
	screen_clear();
	if (signal)
		cli_say("\nfinishing the step of %d run%s, saving%s\n", n, n == 1 ? "" : "s",
			signal == SIGINT ? "; press again to stop now" : "");
	else if (!t->p->o->quiet)
		cli_say("the time is over: finishing the step of %d run%s, saving\n", n,
			n == 1 ? "" : "s");
}

/* ---- a process of a batch ---- */

/* It ends with the batch, and where memory is short it goes before the batch does. */
static void
run_as_worker(void)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	FILE *f = fopen("/proc/self/oom_score_adj", "we");
	if (!f) return;
	fputs("300", f);
	fclose(f);
}

/* One run; what it failed of stands in its state.json, for the batch to say. */
static int
run_worker(const struct options *o, struct arena *a, struct experiment *x)
{
	struct progress p;
	struct err e = ERR_INIT;
	struct run_state state;
	bool held;
	const uint64_t seed = (uint64_t)x->o.seeds.v[0];
	progress_begin(&p, o);
	const struct run_events events = progress_events(&p);
	const struct run_options options = { .results = o->results, .rerun = o->rerun,
		.keep_done = o->keep_done,
		.no_cache = o->no_cache, .cache_limit = o->cache_limit, .events = &events };
	const enum status s = run_seed(x, &options, seed, &held, &e);
	screen_clear();
	if (s == OK) return 0;
	if (held) return BATCH_EXIT_HELD;
	if (s == ERR_STOPPED) return cli_exit(s);
	const struct rundir *d = rundir_new(a, o->results, x->name, x->config_hash, seed);
	if (run_state_read(a, d->seed, &state) && !strcmp(state.state, "failed")) return cli_exit(s);
	return cli_fail(o, &e);
}

/* ---- the batch ---- */

static int
run_batch(const struct options *o, struct arena *a, struct experiment **x, int n)
{
	struct progress p;
	struct err e = ERR_INIT;
	struct cli_args args;
	int signal = 0;
	cli_split(o, a, &args);
	progress_begin(&p, o);
	const struct run_events events = progress_events(&p);
	struct batch_options bo = {
		.run = { .results = o->results, .rerun = o->rerun, .keep_done = o->keep_done,
			.no_cache = o->no_cache,
			.cache_limit = o->cache_limit, .events = &events },
		.overrides = args.override, .n_overrides = args.overrides, .data = o->data, .isa = o->isa,
		.threads = o->threads, .jobs = o->jobs, .fail_fast = o->fail_fast, .smoke = o->smoke,
		.quiet = o->quiet, .verbose = o->verbose, .status_line = p.terminal,
	};
	/* One core at a time: on a busy machine the cores together are rarely at their best. */
	parallel_set_threads(1);
	struct batch *b = batch_plan(a, x, n, &bo, kern_peak_gflops(0.02));
	run_why(o, b);
	if (o->dry_run) return run_dry(o, b);
	struct run_teller t = { .p = &p, .b = b };
	const struct batch_events batch = { &t, run_hear_done, run_hear_held, run_hear_failed,
		run_hear_stopping };
	bo.spawn = batch_count(b, BATCH_LEFT) > 1;
	if (p.terminal && bo.spawn) screen_expect();
	if (!bo.spawn) signals_install();
	const enum status s = batch_run(b, &batch, &signal, &e);
	screen_clear();
	if (t.done && !o->quiet)
		cli_say("%d runs were done before (--rerun runs them again)\n", t.done);
	const bool failed = batch_count(b, BATCH_FAILED) > 0;
	run_failures(o, b);
	if (s == ERR_STOPPED) return cli_fail(o, &e), signal ? 128 + signal : cli_exit(s);
	if (s != OK && !failed) return cli_fail(o, &e);
	const int code = o->smoke ? 0 : run_outcome(o, a, x, n);
	return !failed ? code : b->n > 1 ? CLI_SOME_FAILED : cli_exit(e.code);
}

/* Nothing of it is a result; what ran and failed can be looked at. */
static void
run_scratch_end(const struct options *o, bool ran, int code)
{
	if (!code || !ran) file_remove_folder(o->results);
	else if (file_is_folder(o->results)) cli_say("logs: %s\n", o->results);
	if (!code && !o->quiet) cli_say("smoke test passed; nothing was kept\n");
}

static int
cmd_run(const struct options *o, struct arena *a)
{
	struct experiment **x;
	struct options own = *o;
	int n;
	if (o->worker) {
		run_as_worker();
		signals_install();
	}
	/* The cores are divided among the runs. */
	if (!o->threads && o->jobs > 1) {
		own.threads = parallel_cores() / o->jobs;
		if (own.threads < 1) own.threads = 1;
	}
	deadline_set(o);
	if (o->smoke && !o->worker) {
		own.standing = o->results;
		if (!(own.results = cli_scratch(o, a, "smoke"))) return 1;
	}
	int code = cli_open(&own, a, !o->dry_run, &x, &n);
	const bool opened = !code;
	if (opened) {
		if (o->worker) code = run_worker(&own, a, x[n - 1]);
		else code = run_batch(&own, a, x, n);
		cli_close(x, n);
	}
	if (o->smoke && !o->worker) run_scratch_end(&own, opened, code);
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
	.words = WORDS_FILES,
	.run = cmd_run,
};
