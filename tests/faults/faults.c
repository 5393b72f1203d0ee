/*
 * A library to be preloaded, which makes one call of a program fail: the FAULTS_AT-th of the calls
 * that FAULTS_KIND names, in each process, or that one and all after it with FAULTS_MODE=on.
 *
 * Kinds     disk (opening to write, write, sync, rename, mkdir, …), close, read, map, memory, and
 *           kill, which counts as disk does and ends the process, before the call or after it.
 * Errors    ENOSPC and EIO by turns on a disk, EIO from a close, EIO and EMFILE from what reads,
 *           ENOMEM from the others.
 * Sizes     FAULTS_LEAST=BYTES: memory of fewer bytes does not count.
 * Whose     FAULTS_WHO=worker, supervisor: in processes of a batch, or in those that are none.
 * Counting  with FAULTS_COUNT=FILE the number of calls is written there when the program ends.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { DISK, CLOSE, READ, MAP, MEMORY, KILL, NONE };
static const char *const names[] = { "disk", "close", "read", "map", "memory", "kill" };

static enum kind kind = NONE;
static long at, calls;
static size_t least;	/* bytes of memory that count */
static bool stays;	/* what failed once fails from then on */
static bool ended;

/* The next library's function of a name, found when it is first called. */
#define NEXT(name)                                                                                 \
	static __typeof__(&name) next;                                                                 \
	if (!next) next = (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name)

/* Whether this process is a run of a batch, by its command line. */
static bool
faults_worker(void)
{
	static char words[8192];
	size_t n = 0;
	FILE *f = fopen("/proc/self/cmdline", "r");
	if (!f) return false;
	n = fread(words, 1, sizeof words - 1, f);
	fclose(f);
	for (size_t i = 0; i < n; i += strlen(words + i) + 1)
		if (strcmp(words + i, "--worker") == 0) return true;
	return false;
}

__attribute__((constructor)) static void
faults_begin(void)
{
	const char *const who = getenv("FAULTS_WHO");
	if (who && faults_worker() != (strcmp(who, "worker") == 0)) return;
	const char *which = getenv("FAULTS_KIND"), *n = getenv("FAULTS_AT");
	const char *mode = getenv("FAULTS_MODE"), *bytes = getenv("FAULTS_LEAST");
	at = n ? strtol(n, NULL, 10) : 0;
	least = bytes ? (size_t)strtol(bytes, NULL, 10) : 0;
	stays = mode && strcmp(mode, "on") == 0;
	for (int i = 0; which && i < NONE; i++)
		if (strcmp(which, names[i]) == 0) kind = (enum kind)i;
}

__attribute__((destructor)) static void
faults_end(void)
{
	const char *const path = getenv("FAULTS_COUNT");
	ended = true;
	if (!path) return;
	FILE *f = fopen(path, "w");
	if (!f) return;
	fprintf(f, "%ld\n", calls);
	fclose(f);
}

/* Whether this call of a kind is to fail. */
static bool
faults_hit(enum kind of)
{
	if (ended || (of != kind && !(of == DISK && kind == KILL))) return false;
	const long n = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	if (at <= 0 || n < at || (n > at && !stays)) return false;
	if (kind != KILL) return true;
	if (at % 2) raise(SIGKILL);
	return false;
}

/* After a call, whose value it hands on. */
static long
faults_after(long value)
{
	if (kind == KILL && at > 0 && calls == at) raise(SIGKILL);
	return value;
}

static int
faults_disk(void)
{
	errno = at % 2 ? ENOSPC : EIO;
	return -1;
}

static bool
faults_writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

static bool
faults_open(int flags)
{
	if (faults_writes(flags)) {
		if (!faults_hit(DISK)) return false;
		faults_disk();
		return true;
	}
	if (!faults_hit(READ)) return false;
	errno = at % 2 ? EIO : EMFILE;
	return true;
}

#define OPEN(name)                                                                                 \
	int name(const char *path, int flags, ...)                                                     \
	{                                                                                              \
		NEXT(name);                                                                                \
		va_list ap;                                                                                \
		va_start(ap, flags);                                                                       \
		const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;                \
		va_end(ap);                                                                                \
		if (faults_open(flags)) return -1;                                                         \
		return (int)faults_after(next(path, flags, mode));                                         \
	}
OPEN(open)
OPEN(open64)

#define FOPEN(name)                                                                                \
	FILE *name(const char *restrict path, const char *restrict mode)                               \
	{                                                                                              \
		NEXT(name);                                                                                \
		if (faults_open(mode[0] == 'r' && !strchr(mode, '+') ? O_RDONLY : O_WRONLY)) return NULL;  \
		return next(path, mode);                                                                   \
	}
FOPEN(fopen)
FOPEN(fopen64)

ssize_t
read(int fd, void *to, size_t size)
{
	NEXT(read);
	if (!faults_hit(READ)) return next(fd, to, size);
	errno = EIO;
	return -1;
}

/* A disk that runs full takes the first half. */
ssize_t
write(int fd, const void *from, size_t size)
{
	NEXT(write);
	if (fd <= STDERR_FILENO) return next(fd, from, size);
	const long before = calls;
	if (!faults_hit(DISK)) return faults_after(next(fd, from, size));
	if (stays && before + 1 == at && size > 1) return next(fd, from, size / 2);
	return faults_disk();
}

#define DISK_CALL(name, plain, given)                                                              \
	int name plain                                                                                 \
	{                                                                                              \
		NEXT(name);                                                                                \
		if (faults_hit(DISK)) return faults_disk();                                                \
		return (int)faults_after(next given);                                                      \
	}
DISK_CALL(fsync, (int fd), (fd))
DISK_CALL(fdatasync, (int fd), (fd))
DISK_CALL(rename, (const char *from, const char *to), (from, to))
DISK_CALL(mkdir, (const char *path, mode_t mode), (path, mode))
DISK_CALL(unlink, (const char *path), (path))
DISK_CALL(symlink, (const char *to, const char *path), (to, path))
DISK_CALL(ftruncate, (int fd, off_t size), (fd, size))

/* As Linux does: the descriptor is gone, whatever close says. */
int
close(int fd)
{
	NEXT(close);
	const int value = next(fd);
	if (!faults_hit(CLOSE)) return value;
	errno = EIO;
	return -1;
}

#define MAP_CALL(name)                                                                             \
	void *name(void *start, size_t size, int protection, int flags, int fd, off_t offset)          \
	{                                                                                              \
		NEXT(name);                                                                                \
		if (!faults_hit(MAP)) return next(start, size, protection, flags, fd, offset);             \
		errno = ENOMEM;                                                                            \
		return MAP_FAILED;                                                                         \
	}
MAP_CALL(mmap)
MAP_CALL(mmap64)

/* dlsym itself allocates: the C library's own names need no search. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

static bool
faults_memory(size_t bytes)
{
	if (bytes < least || !faults_hit(MEMORY)) return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return faults_memory(size) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return faults_memory(n * size) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return faults_memory(size) ? NULL : __libc_realloc(old, size);
}

int
posix_memalign(void **out, size_t align, size_t size)
{
	void *const p = faults_memory(size) ? NULL : __libc_memalign(align, size);
	if (!p) return ENOMEM;
	*out = p;
	return 0;
}
