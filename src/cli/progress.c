/* Progress as doc/command-line.md says. */
#include "progress.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#include "screen.h"
#include "tlrun/host.h"
#include "tlrun/num.h"

static const double progress_redraw = 0.1, progress_heartbeat = 60;	/* seconds */

void
progress_begin(struct progress *p, const struct options *o)
{
	const bool lines = o->worker && !strcmp(o->worker, "lines");
	*p = (struct progress){ .o = o, .terminal = !lines && screen_live(o), .epoch = -1 };
	p->block = p->terminal && !o->worker;
	live_begin(&p->live);
	/* Lines of several processes mix, but no two in one. */
	if (lines) setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	if (o->worker || p->block) signals_step(SIGNALS_NO_STEP);
}

static bool
progress_stop(void *ctx)
{
	struct progress *p = ctx;
	/* The handler must not write into the block. */
	if (signals_caught() && p->block && !p->stopping) {
		cli_say("finishing step %d, saving%s\n", p->step,
			signals_caught() == SIGINT ? "; press again to stop now" : "");
		p->stopping = true;
	}
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
	live_begin(&p->live);
	if (p->o->quiet || p->block) return;
	cli_say("%s seed %llu: %s\n", x->name, (unsigned long long)seed, folder);
}

void
progress_done(struct progress *p, const struct experiment *x, uint64_t seed, const char *folder)
{
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
	cli_say("%s seed %llu: goes on from its checkpoint\n", p->x->name,
		(unsigned long long)p->seed);
}

static void
progress_stage(void *ctx, const char *stage)
{
	struct progress *p = ctx;
	p->stage = stage;
	if (p->o->quiet || !p->terminal || p->stopping || !strcmp(stage, "train")) return;
	/* The block stays while an epoch is validated. */
	if (p->block && p->live.n && !strcmp(stage, "validate")) return;
	struct str line = STR_INIT;
	str_printf(&line, "%s seed %llu  %s", p->x->name, (unsigned long long)p->seed, stage);
	screen_draw(&line);
	str_free(&line);
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
	snprintf(p->noted, sizeof p->noted, "%s", text);
	cli_say("%s seed %llu: %s\n", p->x->name, (unsigned long long)p->seed, text);
}

/* A line that tells how far the run is: redrawn on a terminal, else one more. It is freed. */
static void
progress_show(struct progress *p, struct str *line, double now)
{
	if (p->terminal && !p->stopping) screen_draw(line);
	else if (!p->terminal) cli_say("%s\n", str_text(line));
	str_free(line);
	p->drawn = now;
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
	struct str line = STR_INIT;
	str_printf(&line, "%s seed %llu  features %s/%s images", p->x->name,
		(unsigned long long)p->seed, a, b);
	progress_show(p, &line, now);
}

/* "  last_20" before the epoch, where there are several phases. */
static void
progress_head(const struct progress *p, struct str *out)
{
	str_printf(out, "%s seed %llu  %s%s", p->x->name, (unsigned long long)p->seed,
		p->phase ? p->phase : "", p->phase ? "  " : "");
}

/* "epoch  7/12": as wide in every epoch. */
static void
progress_number(const struct progress *p, int epoch, struct str *out)
{
	int width = 1;
	for (int n = p->epochs; n >= 10; n /= 10) width++;
	str_printf(out, "epoch %*d/%d", width, epoch, p->epochs);
}

/* "  loss 0.1234": six characters for what is below 1000, so that the values of epochs align. */
static void
progress_value(const char *split, const char *name, double x, struct str *out)
{
	const int digits = fabs(x) < 9.99995 ? 4 : fabs(x) < 99.9995 ? 3 : 2;
	str_printf(out, "  %s%s ", split, name);
	if (fabs(x) < 999.995) str_printf(out, "%.*f", digits, x);
	else str_printf(out, "%6.4g", x);
}

static void
progress_values(const struct experiment *x, const char *split, double loss, const double *metric,
	struct str *out)
{
	progress_value(split, "loss", loss, out);
	for (size_t i = 0; i < x->o.evaluation.metrics.n; i++) {
		const char *const name = x->o.evaluation.metrics.v[i].kind->name;
		if (strcmp(name, "loss") != 0) progress_value(split, name, metric[i], out);
	}
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
	struct str line = STR_INIT;
	progress_head(p, &line);
	progress_number(p, p->epoch + 1, &line);
	if (p->block) {
		const double done = p->epoch + (p->steps ? (double)p->step / p->steps : 0);
		struct str frame = STR_INIT, rest = STR_INIT;
		str_printf(&rest, "%s left  %s images/s  loss %.4f", left, rate, loss);
		live_frame(&p->live, str_text(&line), done / p->epochs, str_text(&rest), &frame);
		str_free(&rest);
		str_free(&line);
		progress_show(p, &frame, now);
		return;
	}
	str_printf(&line, "  step %d/%d  loss %.4f  accuracy %.4f  %s images/s  %s left", p->step,
		p->steps, loss, accuracy, rate, left);
	progress_show(p, &line, now);
}

static void
progress_step(void *ctx, int epoch, int epochs, int step, int steps, double loss, double accuracy)
{
	struct progress *p = ctx;
	const double now = host_seconds();
	if (!p->o->worker && !p->block) signals_step(step);
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

/* One row of the block's table: the names of the values, or those of an epoch. */
static void
progress_row(const struct experiment *x, const char *label, const struct epoch_row *row, bool names,
	char out[LIVE_ROW])
{
	struct str line = STR_INIT;
	if (names) str_printf(&line, "%-4s  %6s", "", "epoch");
	else str_printf(&line, "%-4s  %6d", label, row->epoch + 1);
	for (int val = 0; val < (isnan(row->val_loss) ? 1 : 2); val++)
		for (int i = -1; i < (int)x->o.evaluation.metrics.n; i++) {
			char name[64];
			const char *const kind = i < 0 ? "loss" : x->o.evaluation.metrics.v[i].kind->name;
			if (i >= 0 && !strcmp(kind, "loss")) continue;
			snprintf(name, sizeof name, "%s%s", val ? "val_" : "", kind);
			const int width = strlen(name) > 8 ? (int)strlen(name) : 8;
			const double loss = val ? row->val_loss : row->loss;
			const double v = i < 0 ? loss : (val ? row->val_metric : row->metric)[i];
			if (names) str_printf(&line, "  %*s", width, name);
			else str_printf(&line, fabs(v) < 999.5 ? "  %*.4f" : "  %*.4g", width, v);
		}
	snprintf(out, LIVE_ROW, "%s", str_text(&line));
	str_free(&line);
}

/* What the block shows of an epoch from now on. */
static void
progress_remember(struct progress *p, const struct experiment *x, const struct epoch_row *row)
{
	progress_row(x, "", row, true, p->live.head);
	progress_row(x, "last", row, false, p->live.last);
	if (row->best) progress_row(x, "best", row, false, p->live.best);
	live_loss(&p->live, isnan(row->val_loss) ? row->loss : row->val_loss);
	p->drawn = 0;
}

static void
progress_epoch(void *ctx, const struct experiment *x, const struct epoch_row *row)
{
	struct progress *p = ctx;
	const double now = host_seconds();
	char took[32];
	p->epoch_seconds = now - p->epoch_started;
	p->epoch_started = now;
	if (!p->block) p->drawn = now;
	if (p->o->quiet) return;
	num_human_seconds(p->epoch_seconds, took, sizeof took);
	if (p->block) {
		progress_remember(p, x, row);
		return;
	}
	struct str line = STR_INIT;
	progress_head(p, &line);
	progress_number(p, row->epoch + 1, &line);
	progress_values(x, "", row->loss, row->metric, &line);
	if (!isnan(row->val_loss)) progress_values(x, "val_", row->val_loss, row->val_metric, &line);
	cli_say("%s  %s%s\n", str_text(&line), took, row->best ? "  best" : "");
	str_free(&line);
}

static void
progress_end(void *ctx, const struct experiment *x, uint64_t seed, const char *folder,
	const struct record *r, const struct timing *t)
{
	struct progress *p = ctx;
	char took[32];
	(void)folder;
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
