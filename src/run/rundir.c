/* The results folder: paths, the lock of a seed's folder, and what stands there. */
#include "tlrun/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/suggest.h"

enum { RUNDIR_HASH = 8 };	/* hex digits of the configuration's folder */

struct rundir *
rundir_new(struct arena *a, const char *results, const char *name, const char *config_hash,
	uint64_t seed)
{
	struct rundir *d = ARENA_NEW(a, struct rundir);
	d->results = results;
	d->name = name;
	d->config = arena_printf(a, "%s/%s/%.*s", results, name, RUNDIR_HASH, config_hash);
	d->seed = arena_printf(a, "%s/seed-%llu", d->config, (unsigned long long)seed);
	d->lock = -1;
	return d;
}

const char *
rundir_file(struct arena *a, const struct rundir *d, const char *name)
{
	return path_join(a, d->seed, name);
}

/* The folder itself is what is locked, so that no lock file is left behind. */
enum status
rundir_open(struct rundir *d, struct err *e)
{
	TRY(file_make_folders(d->seed, e));
	d->lock = open(d->seed, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->lock < 0) return err_errno(e, ERR_IO, MARK_FILE(d->seed), errno, "cannot open");
	if (flock(d->lock, LOCK_EX | LOCK_NB) == 0) return OK;
	rundir_close(d);
	return err_set(e, ERR_FAILED, MARK_FILE(d->seed),
		"another tlrun is running this seed; wait for it, or stop it");
}

void
rundir_close(struct rundir *d)
{
	if (!d || d->lock < 0) return;
	close(d->lock);
	d->lock = -1;
}

bool
rundir_locked(const char *seed_folder)
{
	const int fd = open(seed_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return false;
	const bool locked = flock(fd, LOCK_SH | LOCK_NB) != 0;
	close(fd);
	return locked;
}

bool
rundir_done(struct arena *a, const struct rundir *d, const char *config_hash)
{
	struct record r;
	struct err e = ERR_INIT;
	const char *const path = rundir_file(a, d, "result.json");
	return file_exists(path) && record_read(path, a, &r, &e) == OK &&
		!strcmp(r.config_hash, config_hash);
}

enum status
rundir_latest(struct arena *a, const struct rundir *d, struct err *e)
{
	const char *const target = strrchr(d->config, '/') + 1;
	return file_symlink(target, arena_printf(a, "%s/%s/latest", d->results, d->name), e);
}

/* "seed-12" to 12. */
static bool
rundir_seed_name(const char *name, long long *seed)
{
	return !strncmp(name, "seed-", 5) && num_parse_int(name + 5, seed) && *seed >= 0;
}

static int
rundir_by_seed(const void *x, const void *y)
{
	const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return a < b ? -1 : a > b;
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
	for (size_t i = 0; i < n; i++) {
		long long s;
		if (rundir_seed_name(names[i], &s)) seed[seeds++] = (uint64_t)s;
	}
	qsort(seed, seeds, sizeof *seed, rundir_by_seed);
	struct record *r = ARENA_ARRAY(a, struct record, seeds);
	struct timing *t = ARENA_ARRAY(a, struct timing, seeds);
	struct record_set *set = ARENA_NEW(a, struct record_set);
	for (size_t i = 0; i < seeds; i++) {
		struct err bad = ERR_INIT;
		const char *const at = arena_printf(a, "%s/seed-%llu", folder, (unsigned long long)seed[i]);
		const char *const path = path_join(a, at, "result.json");
		if (!file_exists(path)) continue;
		if (record_read(path, a, &r[set->n], &bad) != OK ||
			timing_read(path_join(a, at, "timing.json"), a, &t[set->n], &bad) != OK) {
			if (skipped) str_printf(skipped, "%s\n", bad.message);
			continue;
		}
		set->n++;
	}
	if (!set->n) return OK;
	set->name = r[0].name;
	set->description = r[0].description;
	set->config_hash = r[0].config_hash;
	set->folder = folder;
	set->record = r;
	set->timing = t;
	set->classification_report = set->confusion_matrix = set->learning_curves = true;
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
		readlink(path_join(a, experiment, "latest"), latest, sizeof latest - 1);
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
	enum { MOST = 1 << 20 };
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
	const char **out = ARENA_ARRAY(a, const char *, room < MOST ? room : MOST);
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
		path_join(a, path_join(a, results, run), "latest"),
		path_join(a, results, run),
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
	const int near = n ? suggest_nearest(run, names, n) : -1;
	return err_set(e, ERR_USAGE, MARK_NONE, "no finished run \"%s\" in %s%s%s%s", run, results,
		near >= 0 ? "; did you mean \"" : "; tlrun ls lists the runs",
		near >= 0 ? names[near] : "", near >= 0 ? "\"?" : "");
}
