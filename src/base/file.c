/* Files read: mapped or whole; folders and links. What writes is in file_writer.c. */
#include "tlrun/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file_parts.h"
#include "tlrun/arena.h"

/* Without O_NONBLOCK opening a pipe would wait for whoever writes to it. */
int
file_open_read(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* What a name that is not a regular file stands for. */
static const char *
file_kind(mode_t mode)
{
	if (S_ISDIR(mode)) return "a folder";
	if (S_ISFIFO(mode)) return "a pipe";
	if (S_ISSOCK(mode)) return "a socket";
	return "a device";
}

/* Regular files alone: reading a pipe or a device may wait for ever or have no end. */
static enum status
file_open(const char *path, int *fd, struct stat *st, enum status code, struct err *e)
{
	*fd = file_open_read(path);
	if (*fd < 0) {
		const int bad = errno;
		if (bad == ENXIO)	/* a socket cannot be opened */
			return err_set(e, code, MARK_FILE(path), "expected a regular file, found a socket");
		return err_errno(e, code, MARK_FILE(path), bad, "cannot open it");
	}
	const int bad = fstat(*fd, st) != 0 ? errno : 0;
	if (!bad && S_ISREG(st->st_mode)) return OK;
	close(*fd);
	if (bad) return err_errno(e, code, MARK_FILE(path), bad, "cannot read it");
	return err_set(e, code, MARK_FILE(path), "expected a regular file, found %s",
		file_kind(st->st_mode));
}

enum status
file_map_open(struct file_map *m, const char *path, enum status code, struct err *e)
{
	*m = (struct file_map){ NULL, 0 };
	int fd;
	struct stat st;
	TRY(file_open(path, &fd, &st, code, e));
	enum status result = OK;
	if (st.st_size > 0) {
		void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			result = err_errno(e, code, MARK_FILE(path), errno, "cannot map it");
		else
			*m = (struct file_map){ p, (size_t)st.st_size };
	}
	close(fd);
	return result;
}

void
file_map_close(struct file_map *m)
{
	if (m->data) munmap((void *)(uintptr_t)m->data, m->size);
	*m = (struct file_map){ NULL, 0 };
}

enum status
file_read(const char *path, size_t limit, struct str *out, enum status code, struct err *e)
{
	int fd;
	struct stat st;
	TRY(file_open(path, &fd, &st, code, e));
	enum status result = OK;
	const size_t before = out->len;
	char block[16384];
	ssize_t n;
	do {
		n = read(fd, block, sizeof block);
		if (n < 0 && errno != EINTR)
			result = err_errno(e, code, MARK_FILE(path), errno, "cannot read it");
		else if (n > 0 && (size_t)n > limit - (out->len - before))
			result = err_set(e, code, MARK_FILE(path), "larger than the limit of %zu bytes", limit);
		else if (n > 0)
			str_add_len(out, block, (size_t)n);
	} while (result == OK && n != 0);
	close(fd);
	return result;
}

int
file_open_folder(const char *path)
{
	struct str folder = STR_INIT;
	const char *const slash = strrchr(path, '/');
	str_add_len(&folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
	const int fd = open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	str_free(&folder);
	return fd;
}

/*
 * Whether the file at path is the one that is open. Over NFS a name comes from a cache until its
 * folder is seen to have changed, and opening the folder asks the server (close-to-open): without
 * it, a file that another machine has removed meanwhile still seems to stand there.
 */
static bool
file_is_at(int fd, const char *path)
{
	struct stat mine, there;
	const int folder = file_open_folder(path);
	if (folder >= 0) close(folder);
	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
		mine.st_dev == there.st_dev;
}

/* Tries where NFS 3 says ESTALE, seldom ENOLCK, of a file that another machine has removed. */
enum { FILE_LOCK_TRIES = 5 };

int
file_lock(const char *path)
{
	for (int gone = 0;;) {
		const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		const int why = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
		if (!why && file_is_at(fd, path)) return fd;
		if (fd >= 0) close(fd);
		if (!why || ((why == ESTALE || why == ENOLCK) && ++gone < FILE_LOCK_TRIES)) continue;
		errno = why;
		return -1;
	}
}

int
file_lock_wait(const char *path, int seconds)
{
	static const struct timespec pause = { 0, 20 * 1000 * 1000 };
	int fd;
	for (int i = 0; (fd = file_lock(path)) < 0 && errno == EWOULDBLOCK && i < 50 * seconds; i++)
		nanosleep(&pause, NULL);
	return fd;
}

/* The name goes while the lock is held: nobody else's file can stand there by then. */
void
file_unlock(const char *path, int fd)
{
	if (fd < 0) return;
	if (file_is_at(fd, path)) unlink(path);
	close(fd);
}

bool
file_unlock_left(const char *path)
{
	struct stat st;
	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
	const int fd = file_lock(path);
	file_unlock(path, fd);
	return fd >= 0 && lstat(path, &st) != 0;
}

/* The name is held until the lock is: whoever meets it taken came before we began. */
bool
file_lock_turn(const char *path, int seconds, int *fd)
{
	struct str next = STR_INIT;
	str_printf(&next, "%s.next", path);
	const int turn = file_lock(next.data);
	const bool mine = turn >= 0 || errno != EWOULDBLOCK;
	if (mine) *fd = file_lock_wait(path, seconds);
	file_unlock(next.data, turn);
	str_free(&next);
	return mine;
}

/* Over NFS a shared lock needs a descriptor for reading, an exclusive one a descriptor for writing
 * (flock(2)). */
bool
file_locked(const char *path)
{
	const int fd = file_open_read(path);
	if (fd < 0) return false;
	const bool locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return locked;
}

bool
file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

bool
file_is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void
file_remove(const char *path)
{
	unlink(path);
}

enum status
file_remove_surely(const char *path, struct err *e)
{
	if (unlink(path) == 0 || errno == ENOENT) return OK;
	return err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot remove this file");
}

enum status
file_make_folders(const char *path, struct err *e)
{
	struct str part = STR_INIT;
	enum status result = OK;
	for (const char *p = path; result == OK && *p;) {
		const char *slash = strchr(p + 1, '/');
		const char *end = slash ? slash : p + strlen(p);
		str_clear(&part);
		str_add_len(&part, path, (size_t)(end - path));
		const int bad = mkdir(part.data, 0777) == 0 ? 0 : errno;
		if (bad && !file_is_folder(part.data))
			result = err_errno(e, ERR_IO, MARK_FILE(part.data), bad, "cannot make this folder");
		p = end;
	}
	str_free(&part);
	return result;
}

enum status
file_symlink(const char *target, const char *path, struct err *e)
{
	/* One name: what a process that died has left is the next one's. Others make the same link,
	 * and may be faster with the one that lies there. */
	enum { TRIES = 100 };
	struct str temporary = STR_INIT;
	int bad = EEXIST;
	char now[PATH_MAX];
	const ssize_t len = readlink(path, now, sizeof now);
	if (len >= 0 && (size_t)len == strlen(target) && !memcmp(now, target, (size_t)len)) return OK;
	str_printf(&temporary, "%s.tmp", path);
	for (int i = 0; i < TRIES && (bad == EEXIST || bad == ENOENT); i++) {
		unlink(temporary.data);
		bad = symlink(target, temporary.data) == 0 && rename(temporary.data, path) == 0 ? 0 : errno;
	}
	if (bad) unlink(temporary.data);
	str_free(&temporary);
	if (!bad) return OK;
	return err_errno(e, ERR_IO, MARK_FILE(path), bad, "cannot make this link to %s", target);
}

static int
file_compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct file_name {
	struct file_name *next;
	const char *text;
};

enum status
file_list(const char *folder, struct arena *a, const char *const **names, size_t *n,
	enum status code, struct err *e)
{
	*names = NULL;
	*n = 0;
	DIR *dir = opendir(folder);
	if (!dir) return err_errno(e, code, MARK_FILE(folder), errno, "cannot list this folder");
	struct file_name *first = NULL;
	const struct dirent *entry;
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
		struct file_name *name = ARENA_NEW(a, struct file_name);
		name->text = arena_strdup(a, entry->d_name);
		name->next = first;
		first = name;
		++*n;
	}
	const int bad = errno;
	closedir(dir);
	if (bad) return err_errno(e, code, MARK_FILE(folder), bad, "cannot list this folder");
	const char **list = ARENA_ARRAY(a, const char *, *n);
	size_t i = 0;
	for (const struct file_name *name = first; name; name = name->next)
		list[i++] = name->text;
	qsort(list, *n, sizeof *list, file_compare_names);
	*names = list;
	return OK;
}

const char *
path_real(struct arena *a, const char *path)
{
	char *const real = path ? realpath(path, NULL) : NULL;
	const char *const out = real ? arena_strdup(a, real) : path;
	free(real);
	return out;
}

const char *
path_join(struct arena *a, const char *folder, const char *name)
{
	if (name[0] == '/' || folder[0] == '\0') return arena_strdup(a, name);
	const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
	return arena_printf(a, "%s%s%s", folder, slash, name);
}

const char *
path_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash) return ".";
	return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

const char *
path_stem(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	return dot && dot > name ? arena_strndup(a, name, (size_t)(dot - name)) : arena_strdup(a, name);
}
