/* What `tlrun run` prints besides progress: the list of --dry-run, failures, tables. */
#include "run_output.h"

#include <math.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/sweep.h"
#include "tlrun/rundir.h"

/* ---- --dry-run ---- */

static const char *
dry_state(const struct batch_run *r)
{
	return r->state == BATCH_DONE ? "done" : r->resumes ? "resume" : "run";
}

static void
dry_json(const struct batch_run *r, struct json *j)
{
	json_open_object(j, NULL);
	json_put_string(j, "experiment", r->x->name);
	json_put_int(j, "seed", (long long)r->seed);
	json_put_string(j, "state", dry_state(r));
	json_put_string(j, "why", r->why);
	json_put_string(j, "folder", r->dir->seed);
	json_put_double(j, "estimated_seconds", r->state == BATCH_DONE ? 0 : r->seconds);
	json_put_double(j, "memory_bytes", r->memory);
	json_close(j);
}

static void
dry_text(const struct batch_run *r, struct str *text)
{
	char took[32];
	str_printf(text, "%-6s  %s  seed %llu  %s", dry_state(r), r->x->name,
		(unsigned long long)r->seed, r->dir->seed);
	num_human_seconds(r->seconds, took, sizeof took);
	if (r->state != BATCH_DONE && !isnan(r->seconds)) str_printf(text, "  about %s", took);
	if (r->why) str_printf(text, "  (%s)", r->why);
	str_add_char(text, '\n');
}

int
run_dry(const struct options *o, const struct batch *b)
{
	struct str text = STR_INIT;
	struct json j;
	char took[32];
	double seconds = 0;
	const int left = batch_count(b, BATCH_LEFT);
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < b->n; i++) {
		const struct batch_run *r = &b->run[i];
		if (r->state != BATCH_DONE && !isnan(r->seconds)) seconds += r->seconds;
		if (o->json) dry_json(r, &j);
		else dry_text(r, &text);
	}
	const int jobs = o->jobs > left && left ? left : o->jobs > 1 ? o->jobs : 1;
	num_human_seconds(seconds / jobs, took, sizeof took);
	if (o->json) json_close(&j), json_finish(&j);
	else if (b->n > 1) {
		str_printf(&text, "%d of %d runs to do", left, b->n);
		if (left) str_printf(&text, ", about %s", took);
		str_add_char(&text, '\n');
	}
	return cli_print_free(&text);
}

/* ---- why ---- */

/* Whether the run is a further one of those that line i tells of: same experiment, same reason. */
static bool
why_same(const struct batch_run *r, const struct batch_run *of, bool experiment)
{
	return r->state == BATCH_LEFT && (!experiment || r->x == of->x) && !strcmp(r->why, of->why);
}

/* One line of run i and of those behind it that why_same says belong to it, where none stood
 * before. */
static void
why_line(const struct batch *b, int i, bool experiment, struct str *text)
{
	const struct batch_run *const r = &b->run[i];
	int n = 0;
	for (int k = 0; k < i; k++)
		if (why_same(&b->run[k], r, experiment)) return;
	for (int k = i; k < b->n; k++)
		n += why_same(&b->run[k], r, experiment);
	if (!experiment) {
		str_printf(text, "%d run%s to do: %s\n", n, n == 1 ? "" : "s", r->why);
		return;
	}
	str_printf(text, "%s seed%s ", r->x->name, n == 1 ? "" : "s");
	for (int k = i, told = 0; k < b->n; k++)
		if (why_same(&b->run[k], r, experiment))
			str_printf(text, "%s%llu", told++ ? ", " : "", (unsigned long long)b->run[k].seed);
	str_printf(text, " to do: %s\n", r->why);
}

void
run_why(const struct options *o, const struct batch *b)
{
	enum { LINES = 16 };
	struct str text = STR_INIT;
	int lines = 0;
	if (o->smoke || o->worker) return;
	for (int i = 0; i < b->n; i++)
		cli_warn(b->run[i].damage);
	if (o->quiet || o->dry_run) return;	/* the list says it, too */
	if (b->n == 1 && b->run[0].why && !strncmp(b->run[0].why, "new", 3)) return;
	for (int i = 0; i < b->n; i++)
		if (b->run[i].state == BATCH_LEFT) why_line(b, i, true, &text);
	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	/* Of many experiments the runs of each reason are counted. */
	if (lines > LINES) {
		str_clear(&text);
		for (int i = 0; i < b->n; i++)
			if (b->run[i].state == BATCH_LEFT) why_line(b, i, false, &text);
	}
	cli_say_lines(&text);
	str_free(&text);
}

/* ---- failures ---- */

void
run_failed(const struct options *o, const struct batch *b, const struct batch_run *r)
{
	struct err named = ERR_INIT;
	const unsigned long long seed = r->seed;
	if (r->state == BATCH_NOT_RUN || b->n == 1)
		err_set(&named, r->code, MARK_NONE, "%s seed %llu: %s", r->x->name, seed, r->cause);
	else
		err_set(&named, r->code, MARK_NONE, "%s seed %llu: %s (log: %s/log.txt)", r->x->name, seed,
			r->cause, r->dir->seed);
	cli_fail(o, &named);
}

void
run_failures(const struct options *o, const struct batch *b)
{
	const int failed = batch_count(b, BATCH_FAILED), not_run = batch_count(b, BATCH_NOT_RUN);
	if (b->n == 1 || !(failed + not_run) || o->json) return;
	cli_say("%d of %d runs failed", failed, b->n);
	if (not_run) cli_say(", %d that start%s from them not run", not_run,
		not_run == 1 ? "s" : "");
	cli_say("; the same command tries them again:\n");
	for (int i = 0; i < b->n; i++) {
		const struct batch_run *r = &b->run[i];
		if (r->state != BATCH_FAILED && r->state != BATCH_NOT_RUN) continue;
		cli_say("  %s seed %llu: %s\n", r->x->name, (unsigned long long)r->seed, r->cause);
		if (r->state == BATCH_FAILED) cli_say("    %s/log.txt\n", r->dir->seed);
	}
}

/* ---- the outcome ---- */

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
		str_printf(text, "report: %s/report.html\n", sets[i]->folder);
	if (n > 1) str_printf(text, "comparison: %s/" RUNDIR_INDEX "\n", o->results);
}

/* The outcome on stdout: the comparison's table, then where the reports are. */
int
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
