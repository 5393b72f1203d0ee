/*
 * The night itself: runs begin as cores, memory and sources allow, each as a process; what they end
 * with is told and harms no other; reports follow. Without spawn the same, one after the other in
 * this process.
 */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "batch_parts.h"
#include "run_files.h"
#include "tlrun/arena.h"
#include "tlrun/host.h"
#include "tlrun/log.h"
#include "tlrun/night.h"
#include "tlrun/reports.h"
#include "tlrun/sweep.h"

/* The batch while it runs. */
struct supervisor {
	struct batch *b;
	const struct batch_events *ev;
	sigset_t signals, before;	/* blocked, and waited for; what was blocked before */
	double memory;				/* bytes that the runs may plan for together */
	bool stopping, hurry;		/* no more begin; and none of them is wanted to go on */
	int signal;					/* that arrived */
	sig_atomic_t taken;			/* signals that other threads took, answered so far */
	struct sigaction usual[2];	/* of SIGINT and SIGTERM */
	double compared, comparing;	/* when the comparison was written, and how long it took */
	bool stale;					/* a report came after it */
	struct err first, report;	/* the first failure of a run, and of a report */
};

/* How long to look for what no signal tells: others' locks, the time of --until. */
static const struct timespec supervisor_pause = { 0, 200 * 1000 * 1000 };

/* ---- reports ---- */

/*
 * Signals are waited for, so that all is done in order. Two other places take them: a thread that
 * an earlier parallel loop left and which blocks none, and the writing of reports, which may be
 * long.
 */
static volatile sig_atomic_t supervisor_taken, supervisor_last, supervisor_heard,
	supervisor_reporting;

/* While reports are written the second signal ends this process at once. Nothing is lost by that:
 * each file is put in place whole, and the same command writes the reports again. */
static void
supervisor_handler(int number)
{
	supervisor_last = number;
	supervisor_taken++;
	if (++supervisor_heard > 1 && supervisor_reporting) {
		signal(number, SIG_DFL);
		raise(number);
	}
}

static void
supervisor_reports_now(const struct supervisor *s, bool now)
{
	sigset_t stops = s->signals;
	sigdelset(&stops, SIGCHLD);
	supervisor_reporting = now;
	if (s->b->o->spawn) sigprocmask(now ? SIG_UNBLOCK : SIG_BLOCK, &stops, NULL);
}

/* Over the experiments of this batch that have records. */
static enum status
supervisor_compare(struct supervisor *s, struct err *e)
{
	const struct batch *b = s->b;
	struct arena *a = arena_new();
	const double start = host_seconds();
	const struct record_set **sets =
		ARENA_ARRAY(a, const struct record_set *, (size_t)b->experiments);
	const char *const results = b->o->run.results;
	const int n = batch_records(a, b->x, b->experiments, results, sets);
	/* The index has links to the pages of the sweeps. */
	enum status status = sweep_write(a, b->x, b->experiments, results, e);
	if (status == OK)
		status = b->experiments > 1 ? reports_write_comparison(a, results, sets, n, e)
			: reports_write_index(a, results, e);
	arena_free(a);
	s->compared = host_seconds();
	s->comparing = s->compared - start;
	s->stale = status != OK;
	return status;
}

static void
supervisor_report(struct supervisor *s, const struct experiment *x)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	s->stale = true;
	supervisor_reports_now(s, true);
	/* Over a large batch the comparison takes its time: not at every step of it. */
	if (run_reports(a, x, s->b->o->run.results, &e) == OK &&
		host_seconds() - s->compared > 10 * s->comparing)
		supervisor_compare(s, &e);
	supervisor_reports_now(s, false);
	if (e.code != OK && s->report.code == OK) s->report = e;
	arena_free(a);
}

/* x is over once none of its runs is left or runs: its images go, its reports come. */
static void
supervisor_over(struct supervisor *s, struct experiment *x)
{
	bool some = false;
	for (int i = 0; i < s->b->n; i++) {
		const struct batch_run *r = &s->b->run[i];
		if (r->x != x) continue;
		if (r->state == BATCH_LEFT || r->state == BATCH_RUNNING) return;
		some |= r->state == BATCH_DONE;
	}
	experiment_close(x);
	if (some) supervisor_report(s, x);
}

/* ---- how runs end ---- */

static void
supervisor_stop(struct supervisor *s, int signal)
{
	const int n = worker_signal(s->b, signal ? signal : SIGTERM);
	s->stopping = true;
	if (s->ev->stopping) s->ev->stopping(s->ev->ctx, n, signal);
}

static void
supervisor_failed(struct supervisor *s, const struct batch_run *r)
{
	if (s->first.code == OK) err_set(&s->first, r->code, MARK_NONE, "%s", r->cause);
	if (s->ev->failed) s->ev->failed(s->ev->ctx, r);
	if (s->b->o->fail_fast && !s->hurry) {
		s->hurry = s->stopping = true;
		worker_signal(s->b, SIGTERM);
	}
}

/* What starts from a failed run is not run: told at once, and its experiments may be over. */
static void
supervisor_orphans(struct supervisor *s)
{
	for (int i; (i = queue_orphan(s->b)) >= 0;) {
		struct batch_run *r = &s->b->run[i];
		r->state = BATCH_NOT_RUN;
		r->code = ERR_FAILED;
		r->cause = arena_printf(s->b->a, "not run: it starts from %s, which failed",
			s->b->run[r->source].x->name);
		supervisor_failed(s, r);
		supervisor_over(s, r->x);
	}
}

/* Another tlrun is running it. It is looked at every second, and reported once. */
static void
supervisor_held(struct supervisor *s, struct batch_run *r)
{
	if (!r->held_reported && s->ev->held) s->ev->held(s->ev->ctx, r);
	r->held_reported = true;
}

static void
supervisor_ended(struct supervisor *s, struct batch_run *r)
{
	if (r->state == BATCH_LEFT) {
		supervisor_held(s, r);
		return;
	}
	if (r->state == BATCH_FAILED) {
		supervisor_failed(s, r);
		supervisor_orphans(s);
	}
	supervisor_over(s, r->x);
}

/* ---- beginning ---- */

/* Whether it is done by now: its source came to the same weights, or another tlrun did it. */
static bool
supervisor_done(struct supervisor *s, struct batch_run *r)
{
	struct arena *a = arena_new();
	struct rundir_origin origin;
	struct err none = ERR_INIT;
	bool done = !r->anew &&
		run_origin(a, r->x, s->b->o->run.results, r->seed, &origin, &none) == OK;
	if (done) {
		origin.any_program = s->b->o->run.keep_done;
		done = rundir_done(a, r->dir, &origin);
	}
	arena_free(a);
	return done;
}

static void
supervisor_here(struct supervisor *s, struct batch_run *r)
{
	struct err e = ERR_INIT;
	bool held;
	r->state = BATCH_RUNNING;
	struct run_options o = s->b->o->run;
	o.rerun = r->anew;
	const enum status status = run_seed(r->x, &o, r->seed, &held, &e);
	if (status == OK) r->state = BATCH_DONE;
	else if (status == ERR_STOPPED) {
		r->state = BATCH_INTERRUPTED;
		r->cause = arena_strdup(s->b->a, e.message);
		s->stopping = true;
	} else if (held) {
		r->state = BATCH_LEFT;
		r->held = host_seconds() + 1;
	} else {
		r->state = BATCH_FAILED;
		r->code = status;
		r->cause = arena_strdup(s->b->a, e.message);
	}
}

static void
supervisor_begin(struct supervisor *s, int i)
{
	struct batch_run *r = &s->b->run[i];
	struct err e = ERR_INIT;
	if (rundir_locked(r->dir->seed)) {
		r->held = host_seconds() + 1;
		supervisor_held(s, r);
		return;
	}
	if (supervisor_done(s, r)) {
		r->state = BATCH_DONE;
		if (s->ev->done) s->ev->done(s->ev->ctx, r);
	} else if (!s->b->o->spawn) supervisor_here(s, r);
	else if (worker_start(s->b, i, &e) != OK) {
		r->state = BATCH_FAILED;
		r->code = e.code;
		r->cause = arena_strdup(s->b->a, e.message);
	}
	if (r->state != BATCH_RUNNING) supervisor_ended(s, r);
}

/* ---- the loop ---- */

static bool
supervisor_asked(const struct supervisor *s)
{
	const struct run_events *ev = s->b->o->run.events;
	return ev && ev->stop && ev->stop(ev->ctx);
}

static void
supervisor_signal(struct supervisor *s, int number)
{
	if (s->signal) worker_signal(s->b, SIGKILL);
	else {
		s->signal = number;
		supervisor_stop(s, number);
	}
}

/* Sleep until a process ends, a signal comes or it is time to look again. */
static void
supervisor_wait(struct supervisor *s)
{
	if (!s->b->o->spawn) {
		nanosleep(&supervisor_pause, NULL);
		return;
	}
	const int number = sigtimedwait(&s->signals, NULL, &supervisor_pause);
	if (number == SIGINT || number == SIGTERM) {
		supervisor_heard++;
		supervisor_signal(s, number);
	}
	for (; s->taken != supervisor_taken; s->taken++)
		supervisor_signal(s, supervisor_last);
}

static void
supervisor_loop(struct supervisor *s)
{
	const struct batch *b = s->b;
	const int jobs = b->o->spawn && b->o->jobs > 1 ? b->o->jobs : 1;
	for (;;) {
		int i, how;
		if (!s->stopping && supervisor_asked(s)) supervisor_stop(s, 0);
		while (!s->stopping && batch_count(b, BATCH_RUNNING) < jobs &&
			(i = queue_next(b, s->memory, host_seconds())) >= 0)
			supervisor_begin(s, i);
		const int running = batch_count(b, BATCH_RUNNING);
		if (!running && (s->stopping || !batch_count(b, BATCH_LEFT))) return;
		supervisor_wait(s);
		while (running && worker_ended(s->b, &i, &how)) {
			worker_judge(s->b, i, how, s->stopping);
			supervisor_ended(s, &s->b->run[i]);
		}
	}
}

/* Write down what this batch is to do, for `tlrun status`. ERR_IO. */
static enum status
batch_write_down(struct batch *b, bool listed, struct night *n, struct err *e)
{
	*n = (struct night){ .jobs = b->o->jobs > 1 ? b->o->jobs : 1, .listed = listed,
		.n = (size_t)b->n, .lock = -1 };
	n->run = ARENA_ARRAY(b->a, struct night_run, n->n);
	for (int i = 0; i < b->n; i++) {
		const struct batch_run *r = &b->run[i];
		n->run[i] = (struct night_run){ .name = r->x->name, .config_hash = r->x->config_hash,
			.seed = r->seed, .file = r->x->path, .seconds = r->seconds,
			.done = r->state == BATCH_DONE };
	}
	return night_write(b->a, b->o->run.results, n, e);
}

enum status
batch_listed(struct batch *b, struct err *e)
{
	struct night n;
	TRY(batch_write_down(b, true, &n, e));
	night_end(b->o->run.results, &n);
	return OK;
}

static enum status
supervisor_outcome(struct supervisor *s, int *signal, struct err *e)
{
	const struct batch *b = s->b;
	*signal = s->signal;
	if (s->stopping && !s->hurry) {
		for (int i = 0; i < b->n; i++)
			if (b->run[i].state == BATCH_INTERRUPTED && b->run[i].cause && b->n == 1)
				return err_set(e, ERR_STOPPED, MARK_NONE, "%s", b->run[i].cause);
		return err_set(e, ERR_STOPPED, MARK_NONE,
			"stopped: %d of %d runs done; the same command goes on", batch_count(b, BATCH_DONE),
			b->n);
	}
	if (s->report.code == OK && s->stale) supervisor_compare(s, &s->report);
	*e = s->report.code != OK ? s->report : s->first;
	if (s->report.code != OK) return s->report.code;
	return s->first.code == OK ? OK : ERR_FAILED;
}

static void
supervisor_hold(struct supervisor *s)
{
	struct sigaction own = { .sa_handler = supervisor_handler, .sa_flags = SA_RESTART };
	sigemptyset(&own.sa_mask);
	sigemptyset(&s->signals);
	sigaddset(&s->signals, SIGINT);
	sigaddset(&s->signals, SIGTERM);
	sigaddset(&s->signals, SIGCHLD);
	s->taken = supervisor_taken;
	supervisor_heard = 0;
	sigprocmask(SIG_BLOCK, &s->signals, &s->before);
	sigaction(SIGINT, &own, &s->usual[0]);
	sigaction(SIGTERM, &own, &s->usual[1]);
}

/* What came too late is answered by our end. */
static void
supervisor_release(struct supervisor *s)
{
	while (sigtimedwait(&s->signals, NULL, &(struct timespec){ 0 }) > 0) continue;
	sigaction(SIGINT, &s->usual[0], NULL);
	sigaction(SIGTERM, &s->usual[1], NULL);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

enum status
batch_run(struct batch *b, const struct batch_events *ev, int *signal, struct err *e)
{
	static const struct batch_events deaf;
	struct supervisor s = { .b = b, .ev = ev ? ev : &deaf, .first = ERR_INIT,
		.report = ERR_INIT };
	struct host h;
	struct night night = { .lock = -1 };
	host_read(b->a, &h);
	s.memory = h.available ? (double)h.available : 1e30;
	b->oom_kills = worker_oom_kills();
	/* A results folder that takes no file stops the runs themselves. */
	struct err unwritten = ERR_INIT;
	if (batch_count(b, BATCH_LEFT) && batch_write_down(b, false, &night, &unwritten) != OK)
		log_write(LOG_WARN, "%s", unwritten.message);
	for (int i = 0; i < b->n; i++) {
		if (b->run[i].state != BATCH_DONE) continue;
		run_tidy_done(b->a, b->run[i].dir);
		if (s.ev->done) s.ev->done(s.ev->ctx, &b->run[i]);
	}
	for (int i = 0; i < b->experiments; i++)
		supervisor_over(&s, b->x[i]);
	if (b->o->spawn) supervisor_hold(&s);
	supervisor_loop(&s);
	if (b->o->spawn) supervisor_release(&s);
	if (night.lock >= 0) night_end(b->o->run.results, &night);
	return supervisor_outcome(&s, signal, e);
}
