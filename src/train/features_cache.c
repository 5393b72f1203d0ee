/*
 * The cache folder: KEY.features, its lock KEY.features.lock while it is computed, temporary files
 * KEY.features.tmp.… of the writer; beside them what weights were read into. Anyone may remove any
 * of it at any time: what is open stays readable, what is missing is computed again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "train/features_store.h"

/* What is left free on the disk for other files of the run. */
enum { CACHE_MARGIN = 64 << 20 };

static const char lock_end[] = ".lock";

static bool
cache_ends(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);
	return n >= m && strcmp(name + n - m, end) == 0;
}

/* Regular files of the folder, with what stat says of each; a folder that is not there is empty. */
struct cache_file { const char *name, *path; struct stat st; };

static enum status
cache_files(struct arena *a, const char *folder, struct cache_file **out, size_t *n, struct err *e)
{
	const char *const *names;
	size_t all;
	*out = NULL;
	*n = 0;
	if (!file_exists(folder)) return OK;
	TRY(file_list(folder, a, &names, &all, ERR_IO, e));
	*out = ARENA_ARRAY(a, struct cache_file, all + 1);
	for (size_t i = 0; i < all; i++) {
		struct cache_file *f = &(*out)[*n];
		f->name = names[i];
		f->path = path_join(a, folder, names[i]);
		/* It may be gone by now: others clear too. */
		if (lstat(f->path, &f->st) == 0 && S_ISREG(f->st.st_mode)) ++*n;
	}
	return OK;
}

/* ---- room ---- */

static enum status
cache_refuse(struct err *e, const char *folder, double need, double have, const char *of)
{
	char a[32], b[32];
	num_human_bytes(need, a, sizeof a);
	num_human_bytes(have > 0 ? have : 0, b, sizeof b);
	return err_set(e, ERR_MEMORY, MARK_FILE(folder), "they need %s and %s has %s left", a, of, b);
}

enum status
features_room(const struct features_cache *cache, long long need, struct err *e)
{
	struct statvfs disk;
	TRY(file_make_folders(cache->folder, e));
	if (cache->limit > 0) {
		struct arena *a = arena_new();
		struct cache_file *f;
		size_t n;
		long long used = 0;
		const enum status s = cache_files(a, cache->folder, &f, &n, e);
		for (size_t i = 0; i < n; i++) used += f[i].st.st_size;
		arena_free(a);
		TRY(s);
		if (need > cache->limit - used)
			return cache_refuse(e, cache->folder, (double)need, (double)(cache->limit - used),
				"the limit of the cache");
	}
	if (statvfs(cache->folder, &disk) != 0) return OK;
	const double left = (double)disk.f_bavail * (double)disk.f_frsize - CACHE_MARGIN;
	if ((double)need > left)
		return cache_refuse(e, cache->folder, (double)need, left, "the disk");
	return OK;
}

/* ---- locks ---- */

void
features_unlock(int lock, const char *path)
{
	if (lock < 0) return;
	file_unlock(path, lock);
}

/* ---- the folder as such ---- */

/* Whether a running process holds a lock on the file. */
static bool
cache_held(const char *path)
{
	/* Over NFS an exclusive lock needs a descriptor for writing (flock(2)). */
	const int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) return false;
	const bool held = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return held;
}

/* The lock of the file that a temporary file is to become: "KEY.features.tmp.1.2" to
 * "KEY.features.lock". NULL: no temporary file. */
static const char *
cache_writer_lock(struct arena *a, const struct cache_file *f)
{
	const char *tmp = strstr(f->name, ".tmp.");
	if (!tmp) return NULL;
	const size_t folder = (size_t)(strlen(f->path) - strlen(f->name));
	return arena_printf(a, "%.*s%.*s%s", (int)folder, f->path, (int)(tmp - f->name), f->name,
		lock_end);
}

static struct features_entry
cache_entry(struct arena *a, const struct cache_file *f)
{
	struct features_label label;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct features_entry entry = { .file = f->name, .key = "", .bytes = f->st.st_size };
	entry.seconds_ago = (double)(now.tv_sec - f->st.st_mtim.tv_sec);
	if (features_file_label(f->path, &label)) {
		entry.key = arena_strdup(a, label.key);
		entry.what = arena_strdup(a, label.what);
		entry.whole = true;
		return entry;
	}
	const char *lock = cache_writer_lock(a, f);
	entry.whole = !lock && !cache_ends(f->name, ".features");
	if (entry.whole) entry.what = "weights, as read from another format";
	else entry.what = lock && cache_held(lock) ? "being written" : "left by a run that died";
	return entry;
}

static int
cache_larger(const void *a, const void *b)
{
	const struct features_entry *x = a, *y = b;
	if (x->bytes != y->bytes) return x->bytes > y->bytes ? -1 : 1;
	return strcmp(x->file, y->file);
}

enum status
features_list(struct arena *a, const char *folder, struct features_entry **out, size_t *n,
	struct err *e)
{
	struct cache_file *f;
	size_t files;
	*out = NULL;
	*n = 0;
	TRY(cache_files(a, folder, &f, &files, e));
	*out = ARENA_ARRAY(a, struct features_entry, files + 1);
	for (size_t i = 0; i < files; i++)
		if (!cache_ends(f[i].name, lock_end)) (*out)[(*n)++] = cache_entry(a, &f[i]);
	qsort(*out, *n, sizeof **out, cache_larger);
	return OK;
}

enum status
features_clear(struct arena *a, const char *folder, long long *bytes, int *files, struct err *e)
{
	struct cache_file *f;
	size_t n;
	*bytes = 0;
	*files = 0;
	TRY(cache_files(a, folder, &f, &n, e));
	for (size_t i = 0; i < n; i++) {
		const char *lock = cache_writer_lock(a, &f[i]);
		if (cache_held(lock ? lock : f[i].path)) continue;
		if (unlink(f[i].path) != 0) {
			if (errno == ENOENT) continue;
			return err_errno(e, ERR_IO, MARK_FILE(f[i].path), errno, "cannot remove it");
		}
		if (cache_ends(f[i].name, lock_end)) continue;
		*bytes += f[i].st.st_size;
		++*files;
	}
	return OK;
}
