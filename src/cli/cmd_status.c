/* tlrun status: how far batches have come, and when they will end. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/night_progress.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

/* A batch that is shown. */
struct status_batch { struct night n; struct night_progress p; };

enum { STATUS_WAITING = 10 };	/* that are named; --json names all */

/* "09:41", or with the day where that is another one. */
static const char *
status_clock(struct arena *a, double seconds_ahead)
{
	char text[64] = "";
	const time_t now = time(NULL), then = now + (time_t)(seconds_ahead + 0.5);
	struct tm today, at;
	if (!localtime_r(&now, &today) || !localtime_r(&then, &at)) return "?";
	const bool same = today.tm_yday == at.tm_yday && today.tm_year == at.tm_year;
	strftime(text, sizeof text, same ? "%H:%M" : "%Y-%m-%d %H:%M", &at);
	return arena_strdup(a, text);
}

static const char *
status_seconds(struct arena *a, double seconds)
{
	char text[32];
	num_human_seconds(seconds, text, sizeof text);
	return arena_strdup(a, text);
}

static const char *
status_log(struct arena *a, const struct night_run_progress *p)
{
	return path_join(a, p->folder, "log.txt");
}

static void
status_head(struct arena *a, const struct status_batch *b, struct str *out)
{
	const struct night *n = &b->n;
	const size_t *count = b->p.count;
	const size_t left = count[NIGHT_WAITING] + count[NIGHT_INTERRUPTED] + count[NIGHT_RUNNING];
	const char *separator = "";
	str_printf(out, "%s: %zu run%s, ", n->id, n->n, n->n == 1 ? "" : "s");
	if (n->listed)
		str_printf(out, "listed by `tlrun batch --list` %s on %s%s\n", n->started, n->host,
			left ? "" : "; over");
	else
		str_printf(out, "%d at a time, began %s on %s (process %lld)%s\n", n->jobs, n->started,
			n->host, n->pid, b->p.alive ? "" : left ? "; stopped before its end" : "; over");
	for (int i = 0; i < NIGHT_STATES; i++) {
		if (!count[i]) continue;
		str_printf(out, "%s%zu %s", separator, count[i], night_state_name[i]);
		separator = ", ";
	}
	if (left && !isfinite(b->p.left)) str_add(out, "; how long it takes is not known yet");
	else if (left && (b->p.alive || (n->listed && count[NIGHT_RUNNING])))
		str_printf(out, "; %s left, ends about %s", status_seconds(a, b->p.left),
			status_clock(a, b->p.left));
	else if (left)
		str_printf(out, n->listed ? "; %s left, one at a time; none of its commands is running"
								  : "; %s left, the same command goes on with them",
			status_seconds(a, b->p.left));
	str_add_char(out, '\n');
}

static void
status_run(struct arena *a, const struct night_run *r, const struct night_run_progress *p,
	struct str *out)
{
	const struct run_state *s = &p->told;
	str_printf(out, "  %-11s  %s seed %llu", night_state_name[p->state], visible_text(a, r->name),
		(unsigned long long)r->seed);
	if ((p->state == NIGHT_RUNNING || p->state == NIGHT_INTERRUPTED) && s->epoch)
		str_printf(out, "  %s%sepoch %d/%d  step %d/%d  %d %%",
			s->phase ? visible_text(a, s->phase) : "",
			s->phase ? "  " : "", s->epoch, s->epochs, s->step, s->steps, (int)(100 * s->share));
	else if (p->state == NIGHT_RUNNING && s->stage) str_printf(out, "  %s", s->stage);
	if (p->state == NIGHT_RUNNING && isfinite(p->left))
		str_printf(out, "  %s left", status_seconds(a, p->left));
	if (p->state == NIGHT_FAILED)
		str_printf(out, "  %s", s->message ? visible_text(a, s->message) : "it does not say why");
	if (p->state == NIGHT_FAILED && file_exists(status_log(a, p)))
		str_printf(out, "\n  %-11s  %s", "", visible_text(a, status_log(a, p)));
	str_add_char(out, '\n');
}

static void
status_text(struct arena *a, const struct status_batch *b, struct str *out)
{
	static const enum night_state order[] = { NIGHT_RUNNING, NIGHT_FAILED, NIGHT_INTERRUPTED,
		NIGHT_WAITING };
	status_head(a, b, out);
	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		size_t named = 0;
		const size_t most = order[k] == NIGHT_WAITING ? STATUS_WAITING : b->n.n;
		for (size_t i = 0; i < b->n.n && named < most; i++) {
			if (b->p.run[i].state != order[k]) continue;
			status_run(a, &b->n.run[i], &b->p.run[i], out);
			named++;
		}
		if (b->p.count[order[k]] > named)
			str_printf(out, "  %-11s  and %zu more\n", night_state_name[order[k]],
				b->p.count[order[k]] - named);
	}
}

static void
status_run_json(struct arena *a, const struct night_run *r, const struct night_run_progress *p,
	struct json *j)
{
	const struct run_state *s = &p->told;
	json_open_object(j, NULL);
	json_put_string(j, "name", r->name);
	json_put_string(j, "configuration", r->config_hash);
	json_put_int(j, "seed", (long long)r->seed);
	json_put_string(j, "state", night_state_name[p->state]);
	json_put_string(j, "file", r->file);
	json_put_string(j, "folder", p->folder);
	if (s->state) {
		json_put_string(j, "message", s->message);
		json_put_string(j, "log", status_log(a, p));
		json_put_string(j, "stage", s->stage);
		json_put_string(j, "phase", s->phase);
		json_put_int(j, "epoch", s->epoch);
		json_put_int(j, "epochs", s->epochs);
		json_put_int(j, "step", s->step);
		json_put_int(j, "steps", s->steps);
		json_put_double(j, "share", s->share);
		json_put_double(j, "seconds", s->seconds);
		json_put_string(j, "updated", s->updated);
		json_put_string(j, "host", s->host);
		json_put_int(j, "pid", s->pid);
	}
	json_put_double(j, "seconds_left", p->left);
	json_close(j);
}

static void
status_json(struct arena *a, const struct status_batch *b, struct json *j)
{
	json_open_object(j, NULL);
	json_put_string(j, "id", b->n.id);
	json_put_string(j, "started", b->n.started);
	json_put_string(j, "host", b->n.host);
	json_put_int(j, "pid", b->n.pid);
	json_put_int(j, "jobs", b->n.jobs);
	json_put_bool(j, "alive", b->p.alive);
	json_put_bool(j, "listed", b->n.listed);
	for (int i = 0; i < NIGHT_STATES; i++)
		json_put_int(j, night_state_name[i], (long long)b->p.count[i]);
	json_put_double(j, "seconds_left", b->p.left);
	json_open_array(j, "runs");
	for (size_t i = 0; i < b->n.n; i++)
		status_run_json(a, &b->n.run[i], &b->p.run[i], j);
	json_close(j);
	json_close(j);
}

/* Read one batch and its progress; false: it cannot be read. */
static bool
status_read(const struct options *o, struct arena *a, const char *id, struct status_batch *b)
{
	struct err none = ERR_INIT;
	if (night_read(a, o->results, id, &b->n, &none) != OK) return false;
	night_look(a, o->results, &b->n, &b->p);
	return true;
}

/* Whether all runs of a batch are in a list: it is one of the list's commands. */
static bool
status_in_list(const struct night *list, const struct night *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct night_run *const r = &batch->run[i];
		size_t k = 0;
		while (k < list->n && (list->run[k].seed != r->seed ||
			strcmp(list->run[k].config_hash, r->config_hash) != 0 ||
			strcmp(list->run[k].name, r->name) != 0)) k++;
		if (k == list->n) return false;
	}
	return true;
}

/* The batches of a results folder, as far as status asks for them. */
struct status_choice {
	struct status_batch *shown;
	int n;
	struct status_batch list;	/* the last list that can be read */
	bool has_list;
};

static void
status_last_list(const struct options *o, struct arena *a, const char *const *ids, size_t n,
	struct status_choice *c)
{
	for (size_t i = n; !c->has_list && i-- > 0;)
		c->has_list = night_is_list(ids[i]) && status_read(o, a, ids[i], &c->list);
}

/*
 * The batches whose process runs, and the last list while it has runs left: until one of its
 * commands runs, or nothing newer began. Where there is neither, the last of all that can be read.
 * A command of the list is shown as part of the list.
 */
static enum status
status_find(const struct options *o, struct arena *a, struct status_choice *c, struct err *e)
{
	const char *const *ids;
	size_t n;
	struct status_batch b, last = { 0 };
	bool has_last = false;
	*c = (struct status_choice){ 0 };
	TRY(night_list(a, o->results, &ids, &n, e));
	c->shown = ARENA_ARRAY(a, struct status_batch, n + 1);
	status_last_list(o, a, ids, n, c);
	for (size_t i = n; i-- > 0;) {
		const bool alive = night_alive(a, o->results, ids[i]);
		if (night_is_list(ids[i]) || (!alive && has_last) || !status_read(o, a, ids[i], &b) ||
			(c->has_list && status_in_list(&c->list.n, &b.n)))
			continue;
		if (!has_last) last = b;
		has_last = true;
		if (alive) c->shown[c->n++] = b;
	}
	const size_t *const count = c->list.p.count;
	const bool newest = c->has_list && (!has_last || strcmp(c->list.n.id, last.n.id) > 0);
	const bool left = count[NIGHT_WAITING] + count[NIGHT_INTERRUPTED] > 0;
	if (c->has_list && (count[NIGHT_RUNNING] || (newest && (left || !c->n))))
		c->shown[c->n++] = c->list;
	if (!c->n && has_last) c->shown[c->n++] = last;
	return OK;
}

static int
cmd_status(const struct options *o, struct arena *a)
{
	struct status_choice c;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	struct json j;
	if (status_find(o, a, &c, &e) != OK) return cli_fail(o, &e);
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = c.n - 1; i >= 0; i--)	/* oldest first, as they were found newest first */
		if (o->json) status_json(a, &c.shown[i], &j);
		else status_text(a, &c.shown[i], &text);
	if (o->json) json_close(&j), json_finish(&j);
	if (!c.n && !o->json && !o->quiet) cli_say("nothing ran in %s\n", o->results);
	return cli_print_free(&text);
}

const struct command command_status = {
	.name = "status",
	.usage = "",
	.summary = "what runs, what failed, what is left, and when it will end",
	.help = "Of the batches that run on this results folder, on any machine, and of the last list "
		"that\n`tlrun batch --list` printed; where there is neither, of the last batch.\n",
	.run = cmd_status,
};
