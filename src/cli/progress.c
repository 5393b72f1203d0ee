/* Progress as doc/command-line.md says. */
#include "progress.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "tlrun/host.h"
#include "tlrun/num.h"

static const double progress_redraw = 0.1, progress_heartbeat = 60;	/* seconds */

void
progress_begin(struct progress *p, const struct options *o)
{
	const bool lines = o->worker && !strcmp(o->worker, "lines");
	*p = (struct progress){ .o = o, .terminal = !lines && isatty(STDERR_FILENO), .epoch = -1 };
	/* Lines of several processes mix, but no two in one. */
	if (lines) setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	if (o->worker) signals_step(SIGNALS_NO_STEP);
}

void
progress_clear(struct progress *p)
{
	if (p->line) fputs("\r\033[K", stderr);
	p->line = false;
}

static bool
progress_stop(void *ctx)
{
	(void)ctx;
	return signals_caught() != 0 || deadline_over();
}

static void
progress_run_begin(void *ctx, const struct experiment *x, uint64_t seed, const char *folder)
{
	struct progress *p = ctx;
	p->x = x;
	p->seed = seed;
	p->epoch = -1;
	p->epochs = 0;
	for (int i = 0; i < x->phases; i++)
		p->epochs += x->phase[i].training.epochs;
	p->phase = NULL;
	p->noted[0] = '\0';
	p->epoch_seconds = 0;
	p->started = p->epoch_started = p->drawn = host_seconds();
	if (p->o->quiet) return;
	cli_say("%s seed %llu: %s\n", x->name, (unsigned long long)seed, folder);
}

void
progress_done(struct progress *p, const struct experiment *x, uint64_t seed, const char *folder)
{
	progress_clear(p);
	if (!p->o->quiet)
		cli_say("%s seed %llu: done before, %s (--rerun runs it again)\n", x->name,
			(unsigned long long)seed, folder);
}

static void
progress_skip(void *ctx, const struct experiment *x, uint64_t seed, const char *folder)
{
	progress_done(ctx, x, seed, folder);
}

static void
progress_resume(void *ctx)
{
	struct progress *p = ctx;
	if (p->o->quiet) return;
	progress_clear(p);
	cli_say("%s seed %llu: goes on from its checkpoint\n", p->x->name,
		(unsigned long long)p->seed);
}

static void
progress_stage(void *ctx, const char *stage)
{
	struct progress *p = ctx;
	p->stage = stage;
	if (p->o->quiet || !p->terminal || !strcmp(stage, "train")) return;
	progress_clear(p);
	fprintf(stderr, "%s seed %llu  %s", p->x->name, (unsigned long long)p->seed, stage);
	fflush(stderr);
	p->line = true;
}

static void
progress_phase(void *ctx, const struct trainer_phase *phase)
{
	struct progress *p = ctx;
	p->phase = p->x->phases > 1 ? phase->name : NULL;
	p->epoch_seconds = 0;	/* a phase's epochs take a time of their own */
}

static void
progress_note(void *ctx, const char *text)
{
	struct progress *p = ctx;
	if (p->o->quiet || !strncmp(p->noted, text, sizeof p->noted - 1)) return;
	progress_clear(p);
	snprintf(p->noted, sizeof p->noted, "%s", text);
	cli_say("%s seed %llu: %s\n", p->x->name, (unsigned long long)p->seed, text);
}

static void
progress_features(void *ctx, int done, int images)
{
	struct progress *p = ctx;
	const double now = host_seconds();
	char a[32], b[32];
	if (p->o->quiet) return;
	if (now - p->drawn < (p->terminal ? progress_redraw : progress_heartbeat)) return;
	num_human_count(done, a, sizeof a);
	num_human_count(images, b, sizeof b);
	fprintf(stderr, "%s%s seed %llu  features %s/%s images%s", p->terminal ? "\r" : "", p->x->name,
		(unsigned long long)p->seed, a, b, p->terminal ? "\033[K" : "\n");
	fflush(stderr);
	p->line = p->terminal;
	p->drawn = now;
}

/* "  last_20" before the epoch, where there are several phases. */
static void
progress_head(const struct progress *p)
{
	fprintf(stderr, "%s seed %llu  %s%s", p->x->name, (unsigned long long)p->seed,
		p->phase ? p->phase : "", p->phase ? "  " : "");
}

/*
 * Seconds that are left: this epoch's steps at its own pace, then the other epochs as long as
 * the last one
 * took, validation included.
 */
static double
progress_left(const struct progress *p, double now)
{
	if (!p->step) return 0;
	const double pace = (now - p->epoch_started) / p->step;
	const double whole = p->epoch_seconds > 0 ? p->epoch_seconds : pace * p->steps;
	return pace * (p->steps - p->step) + whole * (p->epochs - p->epoch - 1);
}

static void
progress_status(struct progress *p, double loss, double accuracy, double now)
{
	char left[32], rate[32];
	const double in_epoch = now - p->epoch_started;
	const double images = (double)p->step * p->x->o.training.batch_size;
	num_human_seconds(progress_left(p, now), left, sizeof left);
	num_human_count(in_epoch > 0 ? (long long)(images / in_epoch) : 0, rate, sizeof rate);
	if (p->terminal) fputs("\r", stderr);
	progress_head(p);
	fprintf(stderr,
		"epoch %d/%d  step %d/%d  loss %.4f  accuracy %.4f  %s images/s  %s left%s", p->epoch + 1,
		p->epochs, p->step, p->steps, loss, accuracy, rate, left, p->terminal ? "\033[K" : "\n");
	fflush(stderr);
	p->line = p->terminal;
	p->drawn = now;
}

static void
progress_step(void *ctx, int epoch, int epochs, int step, int steps, double loss, double accuracy)
{
	struct progress *p = ctx;
	const double now = host_seconds();
	if (!p->o->worker) signals_step(step);
	if (epoch != p->epoch) {
		p->epoch = epoch;
		p->epochs = epochs;
		p->epoch_started = now;
	}
	p->step = step;
	p->steps = steps;
	if (p->o->quiet) return;
	if (now - p->drawn >= (p->terminal ? progress_redraw : progress_heartbeat))
		progress_status(p, loss, accuracy, now);
}

static void
progress_epoch(void *ctx, const struct experiment *x, const struct epoch_row *row)
{
	struct progress *p = ctx;
	const double now = host_seconds();
	char took[32];
	p->epoch_seconds = now - p->epoch_started;
	p->epoch_started = p->drawn = now;
	if (p->o->quiet) return;
	progress_clear(p);
	num_human_seconds(p->epoch_seconds, took, sizeof took);
	progress_head(p);
	fprintf(stderr, "epoch %d/%d  loss %.4f", row->epoch + 1, p->epochs, row->loss);
	for (size_t i = 0; i < x->o.evaluation.metrics.n; i++)
		if (strcmp(x->o.evaluation.metrics.v[i].kind->name, "loss") != 0)
			fprintf(stderr, "  %s %.4f", x->o.evaluation.metrics.v[i].kind->name, row->metric[i]);
	if (!isnan(row->val_loss)) {
		fprintf(stderr, "  val_loss %.4f", row->val_loss);
		for (size_t i = 0; i < x->o.evaluation.metrics.n; i++)
			if (strcmp(x->o.evaluation.metrics.v[i].kind->name, "loss") != 0)
				fprintf(stderr, "  val_%s %.4f", x->o.evaluation.metrics.v[i].kind->name,
					row->val_metric[i]);
	}
	fprintf(stderr, "  %s%s\n", took, row->best ? "  best" : "");
}

static void
progress_end(void *ctx, const struct experiment *x, uint64_t seed, const char *folder,
	const struct record *r, const struct timing *t)
{
	struct progress *p = ctx;
	char took[32];
	(void)folder;
	progress_clear(p);
	if (p->o->quiet) return;
	num_human_seconds(t->seconds_total, took, sizeof took);
	double test;
	const char *const metric = record_headline(r, &test).name;
	cli_say("%s seed %llu  test %s %.4f  %s\n", x->name, (unsigned long long)seed, metric,
		test, took);
}

struct run_events
progress_events(struct progress *p)
{
	return (struct run_events){
		.ctx = p,
		.stop = progress_stop,
		.begin = progress_run_begin,
		.skip = progress_skip,
		.resume = progress_resume,
		.stage = progress_stage,
		.note = progress_note,
		.phase = progress_phase,
		.features = progress_features,
		.step = progress_step,
		.epoch = progress_epoch,
		.end = progress_end,
	};
}
