/* What `tlrun gc` found is removed, each thing under its lock. */
#include "tlrun/garbage.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "garbage_parts.h"
#include "tlrun/arena.h"
#include "tlrun/experiment.h"
#include "tlrun/file.h"
#include "tlrun/reports.h"
#include "tlrun/rundir.h"

/* The files of these names in a folder, and the temporary ones; its lock is its holder's. */
static enum status
remove_files(struct arena *a, const char *folder, const char *const *names, struct err *e)
{
	for (; *names; names++) {
		const char *const path = path_join(a, folder, *names);
		if (strcmp(*names, "lock") != 0 && garbage_is_file(path)) TRY(file_remove_surely(path, e));
	}
	file_sweep(folder);
	return OK;
}

/* A folder that something else was put into meanwhile stays. */
static enum status
remove_folder(const char *path, struct err *e)
{
	if (rmdir(path) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return OK;
	return err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot remove this folder");
}

/* The lock of a folder; -1: another process has it, and that is no error, or it cannot be had. */
static enum status
remove_lock(const char *path, int *fd, struct err *e)
{
	*fd = file_lock(path);
	if (*fd >= 0 || errno == EWOULDBLOCK) return OK;
	return err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot lock this file");
}

/* The folder of a seed. result.json and the checkpoint go first: what a kill leaves is a run that
 * is not done, and garbage. */
static enum status
remove_seed(struct arena *a, const char *folder, bool stale, struct err *e)
{
	const char *const lock = path_join(a, folder, "lock");
	int fd;
	if (!garbage_is_folder(folder)) return OK;
	TRY(remove_lock(lock, &fd, e));
	if (fd < 0) return OK;
	const bool goes = stale || garbage_is_empty(a, folder);
	const enum status s = goes ? remove_files(a, folder, garbage_seed_files, e) : OK;
	file_unlock(lock, fd);
	return s == OK && goes ? remove_folder(folder, e) : s;
}

static enum status
remove_charts(struct arena *a, const char *folder, struct err *e)
{
	const char *const *names;
	size_t n;
	if (!garbage_is_folder(folder)) return OK;
	TRY(file_list(folder, a, &names, &n, ERR_IO, e));
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(a, folder, names[i]);
		if (garbage_is_chart(names[i]) && garbage_is_file(path)) TRY(file_remove_surely(path, e));
	}
	file_sweep(folder);
	return remove_folder(folder, e);
}

static enum status
remove_config(struct arena *a, const char *folder, bool stale, struct err *e)
{
	const char *const *names, *const lock = path_join(a, folder, "lock");
	size_t n, left = 0;
	int fd;
	TRY(file_list(folder, a, &names, &n, ERR_IO, e));
	for (size_t i = 0; i < n; i++) {
		const char *const seed = path_join(a, folder, names[i]);
		if (!garbage_is_seed(names[i])) continue;
		TRY(remove_seed(a, seed, stale, e));
		left += garbage_is_folder(seed);
	}
	/* A run has begun meanwhile. */
	if (left) return OK;
	TRY(remove_lock(lock, &fd, e));
	if (fd < 0) return OK;
	enum status s = remove_files(a, folder, garbage_config_files, e);
	if (s == OK) s = remove_charts(a, path_join(a, folder, RUNDIR_CHARTS), e);
	file_unlock(lock, fd);
	return s == OK ? remove_folder(folder, e) : s;
}

/* A file that a run in progress has, of one that is done. */
static enum status
remove_passing(struct arena *a, const char *path, struct err *e)
{
	const char *const folder = path_folder(a, path), *const lock = path_join(a, folder, "lock");
	int fd;
	TRY(remove_lock(lock, &fd, e));
	if (fd < 0) return OK;
	const bool goes = garbage_is_passing(a, folder, strrchr(path, '/') + 1);
	const enum status s = goes ? file_remove_surely(path, e) : OK;
	file_unlock(lock, fd);
	return s;
}

static enum status
remove_item(struct arena *a, const struct garbage_item *i, struct err *e)
{
	switch (i->kind) {
	case GARBAGE_LEFT:
		if (!file_unlock_left(i->path) && garbage_is_file(i->path) && !file_locked(i->path))
			return err_set(e, ERR_IO, MARK_FILE(i->path), "cannot lock or remove this file");
		return OK;
	case GARBAGE_PASSING: return remove_passing(a, i->path, e);
	case GARBAGE_BATCH: return file_remove_surely(i->path, e);
	case GARBAGE_SEED: return remove_seed(a, i->path, i->stale, e);
	case GARBAGE_CONFIG: return remove_config(a, i->path, i->stale, e);
	}
	return OK;
}

/* Point `latest` of an experiment that loses a configuration to the one that its file has now, if
 * that has finished runs. Done before, so that a kill in between leaves no link to nowhere. */
static void
remove_prepare(struct arena *a, struct experiment *const *x, int n, const char *experiment)
{
	struct err none = ERR_INIT;
	for (int i = 0; i < n; i++) {
		const char *const folder = arena_printf(a, "%s/%.8s", experiment, x[i]->config_hash);
		if (garbage_is_current(a, x, n, folder) && garbage_is_folder(folder) &&
			file_exists(path_join(a, folder, "summary.json")))
			file_symlink(strrchr(folder, '/') + 1, path_join(a, experiment, RUNDIR_LATEST), &none);
	}
}

/* A `latest` that leads nowhere goes, and so does an experiment's folder with nothing in it. */
static void
remove_follow(struct arena *a, const char *experiment)
{
	struct stat st;
	const char *const latest = path_join(a, experiment, RUNDIR_LATEST);
	if (lstat(latest, &st) == 0 && S_ISLNK(st.st_mode) && !file_exists(latest)) unlink(latest);
	rmdir(experiment);
}

enum status
garbage_remove(struct arena *a, const char *results, struct experiment *const *x, int n,
	struct garbage *g, struct err *e)
{
	size_t removed = 0;
	bool reports = false;
	enum status first = OK;
	g->bytes = 0;
	for (size_t i = 0; i < g->n; i++) {
		const struct garbage_item item = g->item[i];
		struct err one = ERR_INIT;
		struct stat st;
		const char *const above = path_folder(a, item.path);
		if (item.kind == GARBAGE_CONFIG) remove_prepare(a, x, n, above);
		const enum status s = remove_item(a, &item, &one);
		if (s != OK && first == OK) first = s, *e = one;
		if (item.kind == GARBAGE_CONFIG) remove_follow(a, above);
		if (lstat(item.path, &st) == 0) continue;
		reports = reports || item.stale;
		g->bytes += item.bytes;
		g->item[removed++] = item;
	}
	g->n = removed;
	if (!reports || first != OK) return first;
	return reports_write_index(a, results, e);
}
