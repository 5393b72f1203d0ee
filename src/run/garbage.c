/* What may go from a results folder, found without a change to it. */
#include "tlrun/garbage.h"

#include <string.h>
#include <sys/stat.h>

#include "experiment_parts.h"
#include "garbage_parts.h"
#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/experiment.h"
#include "tlrun/file.h"
#include "tlrun/night.h"
#include "tlrun/rundir.h"

enum { GARBAGE_HASH = 8 };

/* The search. */
struct garbage_search {
	struct arena *a;
	const char *results;
	struct experiment *const *x;
	int n;
	struct garbage_item *last;	/* of those found, the newest first */
	struct garbage *out;
	struct str kept;
	size_t nights;
	struct night *night;		/* batches that run */
};

static void
search_add(struct garbage_search *s, enum garbage_kind kind, const char *path, long long bytes,
	const char *why)
{
	struct garbage_item *const i = ARENA_NEW(s->a, struct garbage_item);
	*i = (struct garbage_item){ .kind = kind, .path = path, .why = why, .bytes = bytes,
		.next = s->last };
	s->last = i;
	s->out->n++;
	s->out->bytes += bytes;
}

static void
search_keep(struct garbage_search *s, const char *path, const char *why)
{
	s->out->kept++;
	str_printf(&s->kept, "%s: %s\n", path, why);
}

static long long
search_size(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 ? (long long)st.st_size : 0;
}

static const char *const *
search_list(struct garbage_search *s, const char *folder, size_t *n)
{
	const char *const *names;
	struct err none = ERR_INIT;
	*n = 0;
	return garbage_is_folder(folder) && file_list(folder, s->a, &names, n, ERR_DATA, &none) == OK
		? names : NULL;
}

/* Whether a file is a lock of this folder: "lock", or "*.lock" for all that end so. */
static bool
search_is_lock(const char *name, const char *lock)
{
	const char *const dot = strrchr(name, '.');
	return *lock == '*' ? dot && !strcmp(dot, lock + 1) : *lock && !strcmp(name, lock);
}

/* Temporary files and locks that nobody holds. */
static void
search_left(struct garbage_search *s, const char *folder, const char *locks)
{
	size_t n;
	const char *const *names = search_list(s, folder, &n);
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(s->a, folder, names[i]);
		const bool temporary = garbage_is_temporary(names[i]);
		if ((!temporary && !search_is_lock(names[i], locks)) || !garbage_is_file(path) ||
			file_locked(path))
			continue;
		search_add(s, GARBAGE_LEFT, path, search_size(path),
			temporary ? "temporary file of a killed process" : "lock of a killed process");
	}
}

/* ---- folders that may go as a whole ---- */

/* What is in a folder. */
struct folder_content {
	long long bytes;
	size_t ours;
	const char *foreign;		/* the first name that is not tlrun's; NULL: none */
};

static bool
search_named(const char *name, const char *const *list)
{
	while (*list && strcmp(*list, name) != 0) list++;
	return *list;
}

static void
content_add(struct garbage_search *s, const char *path, bool ours, struct folder_content *c)
{
	if (ours && garbage_is_file(path)) {
		c->bytes += search_size(path);
		c->ours++;
	} else if (!c->foreign) c->foreign = arena_strdup(s->a, path);
}

static void
content_of_seed(struct garbage_search *s, const char *folder, struct folder_content *c)
{
	size_t n;
	const char *const *names = search_list(s, folder, &n);
	c->ours++;
	for (size_t i = 0; i < n; i++)
		content_add(s, path_join(s->a, folder, names[i]), garbage_is_temporary(names[i]) ||
			search_named(names[i], garbage_seed_files), c);
}

static void
content_of_charts(struct garbage_search *s, const char *folder, struct folder_content *c)
{
	size_t n;
	const char *const *names = search_list(s, folder, &n);
	for (size_t i = 0; i < n; i++)
		content_add(s, path_join(s->a, folder, names[i]), garbage_is_temporary(names[i]) ||
			garbage_is_chart(names[i]), c);
}

static struct folder_content
content_of_config(struct garbage_search *s, const char *folder, const char *const *names, size_t n)
{
	struct folder_content c = { 0 };
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(s->a, folder, names[i]);
		const bool is_folder = garbage_is_folder(path);
		if (is_folder && garbage_is_seed(names[i])) content_of_seed(s, path, &c);
		else if (is_folder && !strcmp(names[i], RUNDIR_CHARTS)) content_of_charts(s, path, &c);
		else content_add(s, path, garbage_is_temporary(names[i]) ||
			search_named(names[i], garbage_config_files), &c);
	}
	return c;
}

/* Add a folder that is to go, or say why it stays. */
static void
search_folder(struct garbage_search *s, enum garbage_kind kind, const char *folder,
	const struct folder_content *c, bool stale, const char *why)
{
	if (!c->foreign) {
		search_add(s, kind, folder, c->bytes, why);
		s->last->stale = stale;
	} else if (c->ours)
		search_keep(s, folder, arena_printf(s->a, "stays, since tlrun does not write %s; move that "
			"file away first", c->foreign));
}

/* ---- seeds and configurations ---- */

static void
search_seed(struct garbage_search *s, const char *folder)
{
	static const char *const passing[] = { "checkpoint", "checkpoint.aside", "state.json" };
	if (rundir_locked(folder)) return;
	if (garbage_is_empty(s->a, folder)) {
		struct folder_content c = { 0 };
		content_of_seed(s, folder, &c);
		search_folder(s, GARBAGE_SEED, folder, &c, false, "neither a result nor a checkpoint");
		return;
	}
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		const char *const path = path_join(s->a, folder, passing[i]);
		if (garbage_is_passing(s->a, folder, passing[i]))
			search_add(s, GARBAGE_PASSING, path, search_size(path), "left by a finished run");
	}
	search_left(s, folder, "lock");
}

/* Whether a batch that runs has runs of this configuration to do. */
static bool
search_in_batch(const struct garbage_search *s, const char *folder)
{
	for (size_t k = 0; k < s->nights; k++)
		if (garbage_in_batch(s->a, &s->night[k], folder)) return true;
	return false;
}

static void
search_config(struct garbage_search *s, const char *folder)
{
	size_t n, seeds = 0, empty = 0;
	bool busy = file_locked(path_join(s->a, folder, "lock")) || search_in_batch(s, folder);
	const char *const *names = search_list(s, folder, &n);
	const char **seed = ARENA_ARRAY(s->a, const char *, n);
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(s->a, folder, names[i]);
		if (!garbage_is_seed(names[i]) || !garbage_is_folder(path)) continue;
		busy = busy || rundir_locked(path);
		empty += garbage_is_empty(s->a, path);
		seed[seeds++] = path;
	}
	const bool stale = s->n && !garbage_is_current(s->a, s->x, s->n, folder);
	if ((stale || empty == seeds) && busy && seeds)
		search_keep(s, folder, "stays, since a tlrun is running it");
	if (busy) return;
	if (stale || empty == seeds) {
		const struct folder_content c = content_of_config(s, folder, names, n);
		search_folder(s, GARBAGE_CONFIG, folder, &c, stale,
			stale ? "older settings" : "neither a result nor a checkpoint");
		return;
	}
	for (size_t i = 0; i < seeds; i++) search_seed(s, seed[i]);
	search_left(s, folder, "lock");
	search_left(s, path_join(s->a, folder, RUNDIR_CHARTS), "");
}

static bool
search_is_config(const char *name)
{
	return strlen(name) == GARBAGE_HASH && strspn(name, "0123456789abcdef") == GARBAGE_HASH;
}

/* An experiment's folder, if it is one. */
static void
search_experiment(struct garbage_search *s, const char *name)
{
	size_t n, configs = 0;
	const char *const folder = path_join(s->a, s->results, name);
	if (!experiment_is_slug(name) || rundir_reserved(name)) return;
	const char *const *names = search_list(s, folder, &n);
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(s->a, folder, names[i]);
		if (!search_is_config(names[i]) || !garbage_is_folder(path)) continue;
		configs++;
		search_config(s, path);
	}
	if (configs || file_exists(path_join(s->a, folder, "sweep.json"))) search_left(s, folder, "");
}

/* ---- the results folder ---- */

/* Files of batches that ended, but for the last ones. */
static void
search_batches(struct garbage_search *s)
{
	const char *const *ids;
	size_t n;
	struct err none = ERR_INIT;
	if (!garbage_is_folder(path_join(s->a, s->results, RUNDIR_BATCHES)) ||
		night_old(s->a, s->results, &ids, &n, &none) != OK)
		return;
	while (n-- > 0) {
		const char *const path = night_file(s->a, s->results, ids[n]);
		if (garbage_is_file(path))
			search_add(s, GARBAGE_BATCH, path, search_size(path), "batch that ended");
	}
}

static void
search_nights(struct garbage_search *s)
{
	const char *const *ids;
	size_t n;
	struct err none = ERR_INIT;
	if (night_list(s->a, s->results, &ids, &n, &none) != OK) return;
	s->night = ARENA_ARRAY(s->a, struct night, n);
	for (size_t i = 0; i < n; i++)
		if (night_alive(s->a, s->results, ids[i]) &&
			night_read(s->a, s->results, ids[i], &s->night[s->nights], &none) == OK)
			s->nights++;
}

static enum status
search_all(struct garbage_search *s, struct err *e)
{
	const char *const *names;
	size_t n;
	TRY(file_list(s->results, s->a, &names, &n, ERR_DATA, e));
	for (size_t i = 0; i < n; i++)
		search_experiment(s, names[i]);
	search_left(s, s->results, RUNDIR_LOCK);
	search_left(s, path_join(s->a, s->results, RUNDIR_CHARTS), "");
	search_left(s, path_join(s->a, s->results, RUNDIR_CACHE), "*.lock");
	search_left(s, path_join(s->a, s->results, RUNDIR_BATCHES), "*.lock");
	search_batches(s);
	return OK;
}

static void
search_once(struct garbage_search *s, const char **seen, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(seen[i], name)) return;
	seen[(*n)++] = name;
	search_experiment(s, name);
}

/* The folders of the experiments' names, of their sweeps, and of trials that these had before. */
static void
search_named_ones(struct garbage_search *s)
{
	size_t seen = 0, room = 2 * (size_t)s->n;
	const char ***trials = ARENA_ARRAY(s->a, const char **, (size_t)s->n);
	size_t *n = ARENA_ARRAY(s->a, size_t, (size_t)s->n);
	const struct sweep *before = NULL;
	for (int i = 0; i < s->n; i++) {
		const struct sweep *const w = s->x[i]->trial ? s->x[i]->trial->sweep : NULL;
		if (!w || w != before)
			trials[i] = sweep_names(s->a, s->results, w ? w->name : s->x[i]->name, &n[i]);
		before = w;
		room += n[i];
	}
	const char **name = ARENA_ARRAY(s->a, const char *, room);
	for (int i = 0; i < s->n; i++) {
		search_once(s, name, &seen, s->x[i]->name);
		if (s->x[i]->trial) search_once(s, name, &seen, s->x[i]->trial->sweep->name);
		for (size_t k = 0; k < n[i]; k++) search_once(s, name, &seen, trials[i][k]);
	}
}

enum status
garbage_find(struct arena *a, const char *results, struct experiment *const *x, int n,
	struct garbage *out, struct err *e)
{
	struct garbage_search s = { .a = a, .results = results, .x = x, .n = n, .out = out,
		.kept = STR_INIT };
	*out = (struct garbage){ .kept_lines = "" };
	if (!file_is_folder(results)) return OK;
	search_nights(&s);
	if (n) search_named_ones(&s);
	else TRY(search_all(&s, e));
	out->item = ARENA_ARRAY(a, struct garbage_item, out->n);
	size_t at = out->n;
	for (const struct garbage_item *i = s.last; i; i = i->next)
		out->item[--at] = *i;
	out->kept_lines = arena_strdup(a, str_text(&s.kept));
	str_free(&s.kept);
	return OK;
}
