/* The files of batches: written once when a batch begins, read by `tlrun status`. */
#include "tlrun/night.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/host.h"
#include "tlrun/json.h"
#include "tlrun/rundir.h"

enum { NIGHT_VERSION = 1, NIGHT_COLUMNS = 6, NIGHT_MAX_BYTES = 256 << 20 };
static const char night_list_mark[] = "-list";
static const char *const night_columns[NIGHT_COLUMNS] = { "name", "configuration", "seed", "file",
	"seconds", "done" };

static const char *
night_path(struct arena *a, const char *results, const char *id, const char *extension)
{
	return arena_printf(a, "%s/" RUNDIR_BATCHES "/%s.%s", results, id, extension);
}

const char *
night_file(struct arena *a, const char *results, const char *id)
{
	return night_path(a, results, id, "json");
}

static void
night_json(const struct night *n, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", NIGHT_VERSION);
	json_put_string(&j, "started", n->started);
	json_put_string(&j, "host", n->host);
	json_put_int(&j, "pid", n->pid);
	json_put_int(&j, "jobs", n->jobs);
	json_put_bool(&j, "listed", n->listed);
	json_open_row(&j, "columns");
	for (int i = 0; i < NIGHT_COLUMNS; i++)
		json_put_string(&j, NULL, night_columns[i]);
	json_close(&j);
	json_open_array(&j, "runs");
	for (size_t i = 0; i < n->n; i++) {
		const struct night_run *r = &n->run[i];
		json_open_row(&j, NULL);
		json_put_string(&j, NULL, r->name);
		json_put_string(&j, NULL, r->config_hash);
		json_put_int(&j, NULL, (long long)r->seed);
		json_put_string(&j, NULL, r->file);
		json_put_double(&j, NULL, r->seconds);
		json_put_bool(&j, NULL, r->done);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

/* The id of "<id>.json"; NULL for other files. */
static const char *
night_id(struct arena *a, const char *file)
{
	const char *const dot = strrchr(file, '.');
	return dot && dot != file && !strcmp(dot, ".json")
		? arena_strndup(a, file, (size_t)(dot - file)) : NULL;
}

static int
night_by_id(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

enum status
night_list(struct arena *a, const char *results, const char *const **ids, size_t *n, struct err *e)
{
	const char *const *names;
	const char *const folder = path_join(a, results, RUNDIR_BATCHES);
	size_t files;
	*n = 0;
	*ids = NULL;
	if (!file_is_folder(folder)) return OK;
	TRY(file_list(folder, a, &names, &files, ERR_IO, e));
	const char **out = ARENA_ARRAY(a, const char *, files);
	for (size_t i = 0; i < files; i++)
		if ((out[*n] = night_id(a, names[i]))) ++*n;
	if (*n) qsort(out, *n, sizeof *out, night_by_id);
	*ids = out;
	return OK;
}

bool
night_alive(struct arena *a, const char *results, const char *id)
{
	return file_locked(night_path(a, results, id, "lock"));
}

bool
night_is_list(const char *id)
{
	const size_t n = strlen(id), mark = sizeof night_list_mark - 1;
	return n > mark && !strcmp(id + n - mark, night_list_mark);
}

/* The locks and temporary files that the runs of a killed batch left. What runs keeps its own. */
static void
night_tidy_runs(struct arena *a, const char *results, const char *id)
{
	struct night n;
	struct err none = ERR_INIT;
	if (night_read(a, results, id, &n, &none) != OK) return;
	for (size_t i = 0; i < n.n; i++) {
		const struct night_run *const r = &n.run[i];
		if (strchr(r->name, '/') || *r->name == '.') continue;
		rundir_tidy(rundir_new(a, results, r->name, r->config_hash, r->seed));
	}
}

/*
 * Who ends removes its lock, so one that nobody holds was left by a process that was killed: it
 * goes, of a batch after what its runs left. A second kill in between leaves the rest to the next
 * batch.
 */
static void
night_tidy_folder(struct arena *a, const char *results, const char *below)
{
	const char *const folder = path_join(a, results, below), *const *names;
	const bool batches = !strcmp(below, RUNDIR_BATCHES);
	size_t n;
	struct err none = ERR_INIT;
	file_sweep(folder);
	if (file_list(folder, a, &names, &n, ERR_IO, &none) != OK) return;
	for (size_t i = 0; i < n; i++) {
		const char *const id = names[i], *const dot = strrchr(id, '.');
		const char *const path = path_join(a, folder, id);
		if (!dot || strcmp(dot, ".lock") != 0 || file_locked(path)) continue;
		if (batches) night_tidy_runs(a, results, arena_strndup(a, id, strlen(id) - strlen(dot)));
		file_unlock_left(path);
	}
}

void
night_tidy(const char *results)
{
	struct arena *a = arena_new();
	file_sweep(results);
	night_tidy_folder(a, results, RUNDIR_BATCHES);
	night_tidy_folder(a, results, RUNDIR_CACHE);
	arena_free(a);
}

enum status
night_old(struct arena *a, const char *results, const char *const **ids, size_t *n, struct err *e)
{
	const char *const *all;
	size_t found, newer[2] = { 0, 0 };
	*n = 0;
	TRY(night_list(a, results, &all, &found, e));
	const char **out = ARENA_ARRAY(a, const char *, found);
	for (size_t i = found; i-- > 0;)
		if (newer[night_is_list(all[i])]++ >= NIGHT_KEPT && !night_alive(a, results, all[i]))
			out[(*n)++] = all[i];
	*ids = out;
	return OK;
}

/* What cannot be removed harms nobody. */
static void
night_prune(struct arena *a, const char *results)
{
	const char *const *ids;
	size_t n;
	struct err none = ERR_INIT;
	if (night_old(a, results, &ids, &n, &none) != OK) return;
	for (size_t i = 0; i < n; i++)
		file_remove(night_file(a, results, ids[i]));
}

/* The first id of this second that no other batch has, its lock taken where locks work. */
static void
night_name(struct arena *a, const char *results, struct night *n)
{
	char text[32] = "";
	const time_t now = time(NULL);
	struct tm tm;
	if (gmtime_r(&now, &tm)) strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &tm);
	const char *const base = arena_printf(a, "%s-%lld", text, n->pid);
	const char *const mark = n->listed ? night_list_mark : "";
	n->id = arena_printf(a, "%s%s", base, mark);
	for (int i = 2; file_exists(night_file(a, results, n->id)); i++)
		n->id = arena_printf(a, "%s-%d%s", base, i, mark);
	/* Another batch that begins looks whether somebody holds it, and holds it meanwhile. */
	n->lock = file_lock_wait(night_path(a, results, n->id, "lock"), 1);
}

enum status
night_write(struct arena *a, const char *results, struct night *n, struct err *e)
{
	struct host host;
	struct str text = STR_INIT;
	n->lock = -1;
	TRY(file_make_folders(path_join(a, results, RUNDIR_BATCHES), e));
	night_tidy(results);
	host_read(a, &host);
	n->host = host.name;
	n->pid = getpid();
	n->started = host_time(a);
	night_name(a, results, n);
	night_json(n, &text);
	const enum status s =
		file_write(night_file(a, results, n->id), text.data, text.len, e);
	str_free(&text);
	if (s == OK) night_prune(a, results);
	else night_end(results, n);
	return s;
}

void
night_end(const char *results, struct night *n)
{
	if (n->lock < 0) return;
	struct arena *a = arena_new();
	file_unlock(night_path(a, results, n->id, "lock"), n->lock);
	arena_free(a);
	n->lock = -1;
}

static const char *
night_text(struct arena *a, const json_t *v)
{
	return json_is_string(v) ? arena_strdup(a, json_string_value(v)) : NULL;
}

/* One row of "runs"; false: damaged. */
static bool
night_run_read(struct arena *a, const json_t *row, struct night_run *r)
{
	const json_t *const seed = json_array_get(row, 2), *const seconds = json_array_get(row, 4);
	r->name = night_text(a, json_array_get(row, 0));
	r->config_hash = night_text(a, json_array_get(row, 1));
	r->seed = (uint64_t)json_integer_value(seed);
	r->file = night_text(a, json_array_get(row, 3));
	r->seconds = json_is_number(seconds) ? json_number_value(seconds) : NAN;
	r->done = json_is_true(json_array_get(row, 5));
	return r->name && r->config_hash && strlen(r->config_hash) == 64 && json_is_integer(seed) &&
		r->file;
}

static bool
night_root(struct arena *a, const json_t *root, struct night *n)
{
	const json_t *const runs = json_object_get(root, "runs");
	n->started = night_text(a, json_object_get(root, "started"));
	n->host = night_text(a, json_object_get(root, "host"));
	n->pid = json_integer_value(json_object_get(root, "pid"));
	const json_int_t jobs = json_integer_value(json_object_get(root, "jobs"));
	n->jobs = jobs > 0 && jobs <= INT_MAX ? (int)jobs : 0;
	n->listed = json_is_true(json_object_get(root, "listed"));
	if (!n->started || !n->host || n->jobs < 1 || !json_is_array(runs)) return false;
	n->n = json_array_size(runs);
	n->run = ARENA_ARRAY(a, struct night_run, n->n);
	for (size_t i = 0; i < n->n; i++)
		if (!night_run_read(a, json_array_get(runs, i), &n->run[i])) return false;
	return true;
}

enum status
night_read(struct arena *a, const char *results, const char *id, struct night *n, struct err *e)
{
	json_t *root;
	const char *const path = night_file(a, results, id);
	*n = (struct night){ .id = id, .lock = -1 };
	TRY(json_read(path, NIGHT_MAX_BYTES, &root, ERR_DATA, e));
	const json_int_t format = json_integer_value(json_object_get(root, "format"));
	enum status s = OK;
	if (format > NIGHT_VERSION)
		s = err_set(e, ERR_DATA, MARK_FILE(path), "written by a newer tlrun");
	else if (format < 1 || !night_root(a, root, n))
		s = err_set(e, ERR_DATA, MARK_FILE(path), "damaged file of a batch");
	json_decref(root);
	return s;
}
