/* The results folder: paths, the lock of a seed, and what stands there. */
#include "tlrun/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/suggest.h"

enum { RUNDIR_HASH = 8 };	/* hex digits of the configuration's folder */

/* rundir_locked holds a lock for an instant: who meets it tries again. */
enum { RUNDIR_TRIES = 5 };
static const struct timespec rundir_pause = { 0, 20 * 1000 * 1000 };

bool
rundir_reserved(const char *name)
{
	static const char *const own[] = { RUNDIR_CACHE, RUNDIR_BATCHES, RUNDIR_CHARTS, RUNDIR_INDEX,
		RUNDIR_COMPARISON, RUNDIR_BRIEFS, RUNDIR_LOCK, RUNDIR_LATEST };
	static const char seed[] = "seed-";
	/* A file system that ignores case has one file for both. */
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcasecmp(name, own[i])) return true;
	const char *const digits = name + sizeof seed - 1;
	return !strncasecmp(name, seed, sizeof seed - 1) && *digits &&
		strspn(digits, "0123456789") == strlen(digits);
}

struct rundir *
rundir_new(struct arena *a, const char *results, const char *name, const char *config_hash,
	uint64_t seed)
{
	struct rundir *d = ARENA_NEW(a, struct rundir);
	d->results = results;
	d->name = name;
	d->config = arena_printf(a, "%s/%s/%.*s", results, name, RUNDIR_HASH, config_hash);
	d->seed = arena_printf(a, "%s/seed-%llu", d->config, (unsigned long long)seed);
	d->seed_number = seed;
	d->lock = -1;
	return d;
}

const char *
rundir_file(struct arena *a, const struct rundir *d, const char *name)
{
	return path_join(a, d->seed, name);
}

static const char *
rundir_lock_path(struct arena *a, const char *seed_folder)
{
	return path_join(a, seed_folder, "lock");
}

enum status
rundir_open(struct rundir *d, struct err *e)
{
	TRY(file_make_folders(d->seed, e));
	struct arena *a = arena_new();
	const char *const path = rundir_lock_path(a, d->seed);
	d->lock = file_lock(path);
	for (int i = 0; i < RUNDIR_TRIES && d->lock < 0 && (errno == EWOULDBLOCK || errno == ENOENT);
		i++) {
		/* `tlrun gc` may have removed the folder just then. */
		if (errno == ENOENT) file_make_folders(d->seed, e);
		else nanosleep(&rundir_pause, NULL);
		d->lock = file_lock(path);
	}
	enum status s = OK;
	if (d->lock < 0 && errno != EWOULDBLOCK)
		s = err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot lock this file");
	else if (d->lock < 0)
		s = err_set(e, ERR_FAILED, MARK_FILE(d->seed),
			"another tlrun is running this seed; wait for it, or stop it");
	else file_sweep(d->seed);
	arena_free(a);
	return s;
}

void
rundir_close(struct rundir *d)
{
	if (!d || d->lock < 0) return;
	struct arena *a = arena_new();
	file_unlock(rundir_lock_path(a, d->seed), d->lock);
	arena_free(a);
	d->lock = -1;
}

void
rundir_tidy(struct rundir *d)
{
	struct arena *a = arena_new();
	struct err none = ERR_INIT;
	const char *const path = rundir_lock_path(a, d->seed);
	if (file_exists(path) && !file_locked(path) && rundir_open(d, &none) == OK) rundir_close(d);
	arena_free(a);
}

bool
rundir_locked(const char *seed_folder)
{
	struct arena *a = arena_new();
	const bool locked = file_locked(rundir_lock_path(a, seed_folder));
	arena_free(a);
	return locked;
}

enum status
rundir_latest(struct arena *a, const struct rundir *d, struct err *e)
{
	const char *const target = strrchr(d->config, '/') + 1;
	return file_symlink(target, arena_printf(a, "%s/%s/" RUNDIR_LATEST, d->results, d->name), e);
}

/* "seed-12" to 12, and no other way to write it. */
static bool
rundir_seed_name(const char *name, uint64_t *seed)
{
	char same[32];
	long long number;
	if (strncmp(name, "seed-", 5) != 0 || !num_parse_int(name + 5, &number)) return false;
	*seed = (uint64_t)number;
	snprintf(same, sizeof same, "seed-%lld", number);
	return number >= 0 && !strcmp(name, same);
}

const char *
rundir_run_seed(struct arena *a, const char *run, long long *seed)
{
	const char *const slash = strrchr(run, '/');
	if (!slash || strncmp(slash, "/seed-", 6) != 0 || !num_parse_int(slash + 6, seed)) return run;
	return arena_strndup(a, run, (size_t)(slash - run));
}

static int
rundir_by_seed(const void *x, const void *y)
{
	const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return a < b ? -1 : a > b;
}

/* Whether the reports can show both records side by side. */
static bool
rundir_alike(const struct record *a, const struct record *b)
{
	bool same = a->metrics == b->metrics && a->headline_loss == b->headline_loss &&
		!strcmp(a->config_hash, b->config_hash);
	for (int i = 0; same && i < a->metrics; i++)
		same = !strcmp(a->metric[i].name, b->metric[i].name);
	return same;
}

/* The record and the times of one seed's folder. Times may be lost: then they are unknown. */
static enum status
rundir_seed(struct arena *a, const char *folder, uint64_t seed, const struct record *first,
	struct record *r, struct timing *t, const char **damaged, struct err *e)
{
	const char *const path = path_join(a, folder, "result.json");
	const char *const times = path_join(a, folder, "timing.json");
	TRY(record_read(path, a, r, e));
	if (r->seed != seed)
		return err_set(e, ERR_DATA, MARK_FILE(path), "the record of seed %llu",
			(unsigned long long)r->seed);
	if (first && !rundir_alike(first, r))
		return err_set(e, ERR_DATA, MARK_FILE(path),
			"the record of another configuration than that of seed %llu",
			(unsigned long long)first->seed);
	if (file_exists(times)) {
		struct err bad = ERR_INIT;
		if (timing_read(times, a, t, &bad) == OK) return OK;
		*damaged = arena_printf(a, "%s%s; the times of this run are unknown\n",
			*damaged ? *damaged : "", bad.message);
	}
	*t = (struct timing){ .seconds_total = NAN, .seconds_load = NAN, .seconds_train = NAN,
		.seconds_validate = NAN, .seconds_test = NAN, .seconds_features = NAN, .cpu_seconds = NAN,
		.images_per_second = NAN };
	return OK;
}

enum status
rundir_records(struct arena *a, const char *folder, struct record_set **out, struct str *skipped,
	struct err *e)
{
	const char *const *names;
	size_t n, seeds = 0;
	*out = NULL;
	TRY(file_list(folder, a, &names, &n, ERR_DATA, e));
	uint64_t *seed = ARENA_ARRAY(a, uint64_t, n);
	for (size_t i = 0; i < n; i++)
		seeds += rundir_seed_name(names[i], &seed[seeds]);
	qsort(seed, seeds, sizeof *seed, rundir_by_seed);
	struct record *r = ARENA_ARRAY(a, struct record, seeds);
	struct timing *t = ARENA_ARRAY(a, struct timing, seeds);
	struct record_set *set = ARENA_NEW(a, struct record_set);
	for (size_t i = 0; i < seeds; i++) {
		struct err bad = ERR_INIT;
		const char *const at = arena_printf(a, "%s/seed-%llu", folder, (unsigned long long)seed[i]);
		if (!file_exists(path_join(a, at, "result.json"))) continue;
		const struct record *first = set->n ? &r[0] : NULL;
		if (rundir_seed(a, at, seed[i], first, &r[set->n], &t[set->n], &set->damaged, &bad) == OK)
			set->n++;
		else if (skipped) str_printf(skipped, "%s\n", bad.message);
	}
	if (!set->n) return OK;
	set->name = r[0].name;
	set->description = r[0].description;
	set->config_hash = r[0].config_hash;
	set->folder = folder;
	set->record = r;
	set->timing = t;
	set->classification_report = record_asks(&r[0], "classification_report");
	set->confusion_matrix = record_asks(&r[0], "confusion_matrix");
	set->calibration = record_asks(&r[0], "calibration");
	set->learning_curves = record_asks(&r[0], "learning_curves");
	set->misclassified = record_asks(&r[0], "misclassified");
	*out = set;
	return OK;
}

/* The configuration folders of one experiment, `latest` first. */
static void
rundir_configs(struct arena *a, const char *experiment, const char **out, size_t *count,
	size_t most)
{
	const char *const *names;
	size_t n;
	struct err e = ERR_INIT;
	char latest[64] = "";
	if (file_list(experiment, a, &names, &n, ERR_DATA, &e) != OK) return;
	const ssize_t len =
		readlink(path_join(a, experiment, RUNDIR_LATEST), latest, sizeof latest - 1);
	latest[len > 0 ? len : 0] = '\0';
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n && *count < most; i++) {
			const bool is_hash = strlen(names[i]) == RUNDIR_HASH &&
				strspn(names[i], "0123456789abcdef") == RUNDIR_HASH;
			if (is_hash && (pass == 0) == !strcmp(names[i], latest))
				out[(*count)++] = path_join(a, experiment, names[i]);
		}
}

enum status
rundir_list(struct arena *a, const char *results, const char *const **folders, size_t *n,
	struct err *e)
{
	const char *const *names;
	size_t experiments;
	*n = 0;
	*folders = NULL;
	if (!file_is_folder(results)) return OK;
	TRY(file_list(results, a, &names, &experiments, ERR_DATA, e));
	size_t room = 0;
	for (size_t i = 0; i < experiments; i++) {
		const char *const *inner;
		size_t m;
		struct err none = ERR_INIT;
		if (file_list(path_join(a, results, names[i]), a, &inner, &m, ERR_DATA, &none) == OK)
			room += m;
	}
	const char **out = ARENA_ARRAY(a, const char *, room);
	for (size_t i = 0; i < experiments; i++)
		rundir_configs(a, path_join(a, results, names[i]), out, n, room);
	*folders = out;
	return OK;
}

enum status
rundir_find(struct arena *a, const char *results, const char *run, const char **folder,
	struct err *e)
{
	const char *const tries[] = {
		path_join(a, path_join(a, results, run), RUNDIR_LATEST),
		path_join(a, results, run),
		path_join(a, run, RUNDIR_LATEST),
		run,
	};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct record_set *set;
		struct err none = ERR_INIT;
		if (!file_is_folder(tries[i])) continue;
		if (rundir_records(a, tries[i], &set, NULL, &none) != OK || !set) continue;
		*folder = tries[i];
		return OK;
	}
	const char *const *names = NULL;
	size_t n = 0;
	struct err none = ERR_INIT;
	if (file_is_folder(results)) file_list(results, a, &names, &n, ERR_DATA, &none);
	const char **runs = ARENA_ARRAY(a, const char *, n);
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		if (file_is_folder(path_join(a, results, names[i]))) runs[count++] = names[i];
	const int near = count ? suggest_nearest(run, runs, count) : -1;
	return err_set(e, ERR_USAGE, MARK_NONE, "no finished run \"%s\" in %s%s%s%s", run, results,
		near >= 0 ? "; did you mean \"" : "; tlrun ls lists the runs",
		near >= 0 ? runs[near] : "", near >= 0 ? "\"?" : "");
}
