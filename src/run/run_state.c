/* state.json: how far a run has come, told by the run and read by others. */
#include "tlrun/run_state.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/host.h"
#include "tlrun/json.h"
#include "tlrun/rundir.h"

enum { STATE_MAX_BYTES = 1 << 16 };
/* seconds between two writes, within an epoch and at its end */
static const double state_pause = 10, state_pause_epoch = 1;

static void
state_json(const struct run_state *s, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "state", s->state);
	json_put_string(&j, "message", s->message);
	json_put_string(&j, "stage", s->stage);
	json_put_string(&j, "phase", s->phase);
	json_put_int(&j, "epoch", s->epoch);
	json_put_int(&j, "epochs", s->epochs);
	json_put_int(&j, "step", s->step);
	json_put_int(&j, "steps", s->steps);
	json_put_double(&j, "share", s->share);
	json_put_double(&j, "share_before", s->share_before);
	json_put_double(&j, "seconds", s->seconds);
	json_put_string(&j, "updated", s->updated);
	json_put_string(&j, "host", s->host);
	json_put_int(&j, "pid", s->pid);
	json_close(&j);
	json_finish(&j);
}

static enum status
state_put(struct arena *a, const char *seed_folder, struct run_state *s, struct err *e)
{
	struct str text = STR_INIT;
	s->updated = host_time(a);
	state_json(s, &text);
	const enum status status =
		file_note(path_join(a, seed_folder, "state.json"), text.data, text.len, e);
	str_free(&text);
	return status;
}

static enum status
state_write(struct run_state_teller *t, struct err *e)
{
	struct arena *a = arena_new();
	struct run_state s = t->now;
	char host[256] = "";
	if (gethostname(host, sizeof host - 1) == 0) s.host = host;
	s.pid = getpid();
	t->written = host_seconds();
	s.seconds = t->written - t->started;
	const enum status status = state_put(a, t->dir->seed, &s, e);
	arena_free(a);
	return status;
}

/* What was written less than this many seconds ago is new enough. */
static void
state_tell(struct run_state_teller *t, double pause)
{
	struct err lost = ERR_INIT;
	if (host_seconds() - t->written >= pause) state_write(t, &lost);
}

enum status
run_state_begin(struct run_state_teller *t, const struct rundir *d,
	const struct run_state_phase *plan, int phases, struct err *e)
{
	*t = (struct run_state_teller){ .dir = d, .plan = plan, .phases = phases, .first = -1,
		.started = host_seconds(), .now = { .state = "running" } };
	for (int i = 0; i < phases; i++)
		t->now.epochs += plan[i].epochs;
	return state_write(t, e);
}

void
run_state_stage(struct run_state_teller *t, const char *stage)
{
	t->now.stage = stage;
	state_tell(t, state_pause);
}

void
run_state_enter(struct run_state_teller *t, int phase)
{
	t->phase = phase;
	t->first = -1;
	t->now.phase = t->plan[phase].name;
	state_tell(t, 0);
}

/*
 * The fraction of all work that is done after so many epochs. Epochs of a frozen phase may take
 * milliseconds and those of the next one minutes, so each phase counts by its work.
 */
static double
state_done(const struct run_state_teller *t, double epochs)
{
	const struct run_state_phase *const now = t->plan + t->phase;
	double done = 0, all = 0;
	for (int i = 0; i < t->phases; i++) {
		if (i < t->phase) done += t->plan[i].work;
		all += t->plan[i].work;
	}
	done += now->work * (epochs - t->first) / now->epochs;
	return all > 0 ? done / all : 0;
}

/* An earlier phase may have stopped early, and a resumed run enters its phase at any epoch. */
static int
state_first(const struct run_state_teller *t, int epoch)
{
	int planned = 0;
	for (int i = 0; i < t->phase; i++)
		planned += t->plan[i].epochs;
	return epoch < planned ? epoch : planned;
}

static void
state_share(struct run_state_teller *t, int epoch, double before, double now)
{
	if (t->first < 0) t->first = state_first(t, epoch);
	if (!t->taken_up) t->now.share_before = state_done(t, epoch + before);
	t->taken_up = true;
	t->now.share = state_done(t, epoch + now);
}

void
run_state_step(struct run_state_teller *t, int epoch, int step, int steps)
{
	state_share(t, epoch, (double)(step - 1) / steps, (double)step / steps);
	t->now.epoch = epoch + 1;
	t->now.step = step;
	t->now.steps = steps;
	state_tell(t, state_pause);
}

void
run_state_epoch(struct run_state_teller *t, int epoch)
{
	state_share(t, epoch, 0, 1);
	t->now.epoch = epoch + 1;
	t->now.step = t->now.steps;
	state_tell(t, state_pause_epoch);
}

void
run_state_end(struct run_state_teller *t, const char *state, const char *message)
{
	t->now.state = state;
	t->now.message = message;
	state_tell(t, 0);
}

static const char *
state_text(struct arena *a, const json_t *root, const char *key)
{
	const char *const text = json_string_value(json_object_get(root, key));
	return text ? arena_strdup(a, text) : NULL;
}

/* 0 for what is no count. */
static int
state_int(const json_t *root, const char *key)
{
	const json_int_t n = json_integer_value(json_object_get(root, key));
	return n > 0 && n <= INT_MAX ? (int)n : 0;
}

/* A number from 0 to most; 0 for what is none. */
static double
state_number(const json_t *root, const char *key, double most)
{
	const double x = json_number_value(json_object_get(root, key));
	return x > 0 && x <= most ? x : 0;
}

bool
run_state_read(struct arena *a, const char *seed_folder, struct run_state *out)
{
	json_t *root;
	struct err none = ERR_INIT;
	*out = (struct run_state){ 0 };
	if (json_read(path_join(a, seed_folder, "state.json"), STATE_MAX_BYTES, &root, ERR_DATA,
		&none) != OK)
		return false;
	*out = (struct run_state){
		.state = state_text(a, root, "state"),
		.message = state_text(a, root, "message"),
		.stage = state_text(a, root, "stage"),
		.phase = state_text(a, root, "phase"),
		.epoch = state_int(root, "epoch"),
		.epochs = state_int(root, "epochs"),
		.step = state_int(root, "step"),
		.steps = state_int(root, "steps"),
		.share = state_number(root, "share", 1),
		.share_before = state_number(root, "share_before", 1),
		.seconds = state_number(root, "seconds", 1e12),
		.updated = state_text(a, root, "updated"),
		.host = state_text(a, root, "host"),
		.pid = json_integer_value(json_object_get(root, "pid")),
	};
	json_decref(root);
	if (out->state && !strcmp(out->state, "running") && !rundir_locked(seed_folder))
		out->state = "interrupted";
	return out->state != NULL;
}

enum status
run_state_died(const char *seed_folder, const char *message, struct err *e)
{
	struct arena *a = arena_new();
	struct run_state s;
	run_state_read(a, seed_folder, &s);
	s.state = "failed";
	s.message = message;
	enum status status = file_make_folders(seed_folder, e);
	if (status == OK) status = state_put(a, seed_folder, &s, e);
	arena_free(a);
	return status;
}
