/* floor: base */
/* Files: map read-only, read whole, write then rename, make folders. Paths are NUL-terminated. */
#ifndef TLRUN_FILE_H
#define TLRUN_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"
#include "tlrun/str.h"

struct arena;

/* A file mapped read-only. data is NULL for an empty file. */
struct file_map {
	const unsigned char *data;
	size_t size;
};

/* Both read regular files alone: a folder, pipe, socket or device is refused and not waited for.
 * code is what a failure is to the caller: ERR_DATA for data sets, ERR_IO for our own files, … */
enum status file_map_open(struct file_map *m, const char *path, enum status code, struct err *e);
void file_map_close(struct file_map *m);

/*
 * A descriptor for reading, -1 with errno, for those who lock or look into a file themselves. It
 * never waits: a pipe opens at once, so whoever reads asks fstat what it is.
 */
int file_open_read(const char *path);

/* Read whole, at most limit bytes (more is an error that names the limit). out is appended to. */
enum status file_read(const char *path, size_t limit, struct str *out, enum status code,
	struct err *e);

/*
 * Write a file whole or not at all: temporary file beside it, write, fsync, rename, fsync of the
 * folder. The error names the file and the bytes it needed. ERR_IO.
 */
enum status file_write(const char *path, const void *data, size_t size, struct err *e);
/* The same for what may be lost: who reads sees the old file or the new one, but nothing waits for
 * the disk. */
enum status file_note(const char *path, const void *data, size_t size, struct err *e);
/* As file_write, of a text, as name in folder; the text is cleared, written or not. A file that has
 * these bytes already stays as it is, so nothing has to be written where nothing changed. */
enum status file_put(struct arena *a, const char *folder, const char *name, struct str *text,
	struct err *e);
/* As file_write, in pieces: open, add, then commit (or abandon, which removes the temporary
 * file). */
struct file_writer;
enum status file_writer_open(struct file_writer **w, const char *path, struct err *e);
enum status file_writer_add(struct file_writer *w, const void *data, size_t size, struct err *e);
enum status file_writer_commit(struct file_writer *w, struct err *e);	/* frees w in any case */
void file_writer_abandon(struct file_writer *w);	/* accepts NULL */
/* Remove from a folder the temporary files of writers that died. A folder that is not there has
 * none. */
void file_sweep(const char *folder);

/* Rename a file that is whole and closed, on disk when it returns. ERR_IO. */
enum status file_move(const char *from, const char *to, struct err *e);

enum status file_make_folders(const char *path, struct err *e);	/* mkdir -p */
/* atomically replaced */
enum status file_symlink(const char *target, const char *path, struct err *e);
/*
 * Lock a file for this process alone, made when it is not there, without waiting: a descriptor,
 * which gives the lock back when it is closed; -1 with errno, EWOULDBLOCK when another process has
 * it. The name still means the locked file, though its last holder may have moved or removed it.
 */
int file_lock(const char *path);
/* The same, waiting up to so many seconds for its holder. */
int file_lock_wait(const char *path, int seconds);
/*
 * A turn at work that takes in all that stands there when it begins. Of those who come while
 * another is at it, one waits, up to so many seconds, and the rest need not: false, and the one
 * that waits will find what they left. true: *fd is the lock, or -1 as above.
 */
bool file_lock_turn(const char *path, int seconds, int *fd);
void file_unlock(const char *path, int fd);	/* remove the file and give its lock back; -1: none */
/* Remove a lock file or temporary file that nobody holds; true: it is removed. Links and what is no
 * regular file stay. */
bool file_unlock_left(const char *path);
/* Whether another descriptor holds the lock of a file; none when it is not there. While it looks,
 * file_lock may fail: whom that would harm tries again. */
bool file_locked(const char *path);
bool file_exists(const char *path);
bool file_is_folder(const char *path);
void file_remove(const char *path);	/* nothing to say when it is not there, or stays */
/* As file_remove, where what stays would be wrong: ERR_IO. */
enum status file_remove_surely(const char *path, struct err *e);

/* A folder with all that is in it; links are removed, not followed. What cannot go stays. */
void file_remove_folder(const char *path);

/*
 * The regular files in a folder and in all folders below it, as paths sorted bytewise; links are
 * followed. ERR_DATA or ERR_IO as code says: a folder that cannot be listed, contains itself
 * through a link, or is more than 64 folders deep.
 */
enum status file_tree(const char *folder, struct arena *a, const char *const **paths, size_t *n,
	enum status code, struct err *e);

/* Names in a folder, sorted bytewise, without "." and "..". ERR_DATA or ERR_IO as code says. */
enum status file_list(const char *folder, struct arena *a, const char *const **names, size_t *n,
	enum status code, struct err *e);

/* Path arithmetic; results live in the arena. */
/* Without links and ".."; the path itself where it leads nowhere. NULL gives NULL. */
const char *path_real(struct arena *a, const char *path);
/* absolute name wins */
const char *path_join(struct arena *a, const char *folder, const char *name);
const char *path_folder(struct arena *a, const char *path);	/* "." when there is none */
const char *path_stem(struct arena *a, const char *path);	/* without folder and last ".xyz" */

#endif
