/*
 * Files written whole or not at all: a temporary file beside the real one, fsync, rename, fsync of
 * the folder. Whoever reads sees the old file or the new one. A temporary file is locked while it
 * is written: one without a lock was left by a process that died.
 */
#include "tlrun/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file_parts.h"
#include "tlrun/arena.h"

enum { FILE_BLOCK = 65536 };

struct file_writer {
	int fd;
	struct str path, temporary;
	size_t size; /* bytes added */
	size_t held; /* of them, waiting in block */
	char block[FILE_BLOCK];
};

static void
file_writer_free(struct file_writer *w)
{
	if (w->fd >= 0) close(w->fd);
	str_free(&w->path);
	str_free(&w->temporary);
	free(w);
}

/* The message must outlive w, whose path is freed: err_set copies it. */
static enum status
file_writer_fail(const struct file_writer *w, int errnum, struct err *e)
{
	return err_errno(e, ERR_IO, MARK_FILE(str_text(&w->path)), errnum,
		"cannot write this file, which needs %zu bytes", w->size);
}

/* A file nobody else has, open for writing and locked. Where the file system knows no locks, it is
 * open all the same. */
static int
file_writer_create(struct str *temporary, const char *path)
{
	static unsigned serial;
	int fd;
	do {
		str_clear(temporary);
		str_printf(temporary, "%s.tmp.%ld.%u", path, (long)getpid(), serial++);
		fd = file_lock(temporary->data);
	} while (fd < 0 && errno == EWOULDBLOCK);
	if (fd < 0 && (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS))
		return open(temporary->data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	/* Of an older process that had this number. */
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0 && ftruncate(fd, 0) != 0) {
		const int bad = errno;
		close(fd);
		errno = bad;
		return -1;
	}
	return fd;
}

enum status
file_writer_open(struct file_writer **out, const char *path, struct err *e)
{
	*out = NULL;
	struct file_writer *w = alloc_zeroed(sizeof *w);
	str_add(&w->path, path);
	w->fd = file_writer_create(&w->temporary, path);
	if (w->fd < 0) {
		const enum status result =
			err_errno(e, ERR_IO, MARK_FILE(path), errno, "cannot write this file");
		file_writer_free(w);
		return result;
	}
	*out = w;
	return OK;
}

static enum status
file_writer_put(const struct file_writer *w, const char *data, size_t size, struct err *e)
{
	while (size > 0) {
		const ssize_t n = write(w->fd, data, size);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return file_writer_fail(w, n < 0 ? errno : ENOSPC, e);
		data += n;
		size -= (size_t)n;
	}
	return OK;
}

static enum status
file_writer_flush(struct file_writer *w, struct err *e)
{
	const size_t held = w->held;
	w->held = 0;
	return file_writer_put(w, w->block, held, e);
}

enum status
file_writer_add(struct file_writer *w, const void *data, size_t size, struct err *e)
{
	w->size += size;
	if (size > FILE_BLOCK - w->held) TRY(file_writer_flush(w, e));
	if (size >= FILE_BLOCK) return file_writer_put(w, data, size, e);
	if (size > 0) memcpy(w->block + w->held, data, size);
	w->held += size;
	return OK;
}

/* The rename is on disk only when its folder is. Some file systems cannot sync a folder: EINVAL. */
static int
file_sync_folder(const char *path)
{
	const int fd = file_open_folder(path);
	if (fd < 0) return errno;
	const int bad = fsync(fd) != 0 && errno != EINVAL ? errno : 0;
	close(fd);
	return bad;
}

static enum status
file_writer_end(struct file_writer *w, bool sync, struct err *e)
{
	enum status result = file_writer_flush(w, e);
	int bad = 0;
	if (result == OK && sync && fsync(w->fd) != 0) bad = errno;
	/* Some file systems tell of a full disk only when a file is closed; the lock stays. */
	const int lock = dup(w->fd);
	if (close(w->fd) != 0 && !bad) bad = errno;
	w->fd = lock;
	if (result == OK && !bad && rename(w->temporary.data, w->path.data) != 0) bad = errno;
	if (bad && result == OK) result = file_writer_fail(w, bad, e);
	if (result != OK) {
		file_writer_abandon(w);
		return result;
	}
	bad = sync ? file_sync_folder(w->path.data) : 0;
	if (bad) result = file_writer_fail(w, bad, e);
	file_writer_free(w);
	return result;
}

enum status
file_writer_commit(struct file_writer *w, struct err *e)
{
	return file_writer_end(w, true, e);
}

void
file_writer_abandon(struct file_writer *w)
{
	if (!w) return;
	unlink(w->temporary.data);
	file_writer_free(w);
}

void
file_sweep(const char *folder)
{
	struct arena *a = arena_new();
	const char *const *names;
	size_t n;
	struct err none = ERR_INIT;
	if (!file_is_folder(folder) || file_list(folder, a, &names, &n, ERR_IO, &none) != OK) n = 0;
	for (size_t i = 0; i < n; i++) {
		if (strstr(names[i], ".tmp.")) file_unlock_left(path_join(a, folder, names[i]));
	}
	arena_free(a);
}

static enum status
file_writer_whole(const char *path, const void *data, size_t size, bool sync, struct err *e)
{
	struct file_writer *w;
	TRY(file_writer_open(&w, path, e));
	const enum status result = file_writer_add(w, data, size, e);
	if (result != OK) {
		file_writer_abandon(w);
		return result;
	}
	return file_writer_end(w, sync, e);
}

enum status
file_write(const char *path, const void *data, size_t size, struct err *e)
{
	return file_writer_whole(path, data, size, true, e);
}

enum status
file_note(const char *path, const void *data, size_t size, struct err *e)
{
	return file_writer_whole(path, data, size, false, e);
}

enum status
file_move(const char *from, const char *to, struct err *e)
{
	const int fd = file_open_read(from);
	int bad = fd < 0 || fsync(fd) != 0 ? errno : 0;
	if (fd >= 0) close(fd);
	if (!bad && rename(from, to) != 0) bad = errno;
	if (!bad) bad = file_sync_folder(to);
	return bad ? err_errno(e, ERR_IO, MARK_FILE(to), bad, "cannot bring %s here", from) : OK;
}

/* Whether these bytes stand there already. */
static bool
file_same(const char *path, const struct str *text)
{
	struct file_map m;
	struct err none = ERR_INIT;
	if (!file_exists(path) || file_map_open(&m, path, ERR_IO, &none) != OK) return false;
	const bool same = m.size == text->len && (!m.size || !memcmp(m.data, text->data, m.size));
	file_map_close(&m);
	return same;
}

enum status
file_put(struct arena *a, const char *folder, const char *name, struct str *text, struct err *e)
{
	const char *const path = path_join(a, folder, name);
	const enum status s =
		file_same(path, text) ? OK : file_write(path, text->data, text->len, e);
	str_clear(text);
	return s;
}
