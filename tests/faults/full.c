/*
 * A small file system that fills up: a tmpfs on the results folder, in a child that has its mounts
 * to itself. Where the system grants none, a line says so.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/full.h"
#include "faults/trial.h"

/* KiB left beside the source's results: from none, over what ends within the checkpoint, the
 * model, the pictures and the reports, to enough. */
static const int full_room[] = { 0, 8, 16, 28, 40, 56, 72, 88, 108, 132, 160, 220, 300, 420, 800 };

static bool
full_map(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY);
	const bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0) close(fd);
	return good;
}

/* Mounts of our own, as root or as a user who is root in a namespace of users. */
static bool
full_mounts(void)
{
	char uid[64], gid[64];
	const bool root = geteuid() == 0;
	snprintf(uid, sizeof uid, "0 %ld 1", (long)geteuid());
	snprintf(gid, sizeof gid, "0 %ld 1", (long)getegid());
	if (unshare(root ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
	if (!root && (!full_map("/proc/self/setgroups", "deny") ||
		!full_map("/proc/self/uid_map", uid) || !full_map("/proc/self/gid_map", gid))) return false;
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		mount("none", "results", "tmpfs", 0, "size=64k") == 0 && umount("results") == 0;
}

__attribute__((format(printf, 1, 2))) static bool
full_shell(const char *format, ...)
{
	char command[1024];
	va_list ap;
	va_start(ap, format);
	vsnprintf(command, sizeof command, format, ap);
	va_end(ap);
	return system(command) == 0;
}

/* Result files that stand are whole, and no temporary file is left. */
static bool
full_whole(const char *name, const char *reference)
{
	return full_shell("! find results -name '*.tmp.*' | grep . && cd results/%s 2>/dev/null || "
		"exit 0; for f in */experiment.yaml */seed-1/result.json */seed-1/history.csv "
		"*/seed-1/predictions.csv */seed-1/model.safetensors; do "
		"! test -e \"$f\" || cmp \"$f\" ../../%s/%s/\"$f\" || exit 1; done", name, reference, name);
}

static bool
full_size(unsigned long bytes)
{
	char size[48];
	snprintf(size, sizeof size, "size=%lu", bytes);
	return mount("none", "results", "tmpfs", MS_REMOUNT, size) == 0;
}

/* One run with so much room, and the same command with more. */
static int
full_once(const char *name, const char *reference, int room, int *ended)
{
	struct statvfs disk;
	if (mount("none", "results", "tmpfs", 0, "size=16m") != 0 ||
		!full_shell("cp -R source/. results") || statvfs("results", &disk) != 0 ||
		!full_size((disk.f_blocks - disk.f_bfree) * disk.f_frsize + (unsigned long)room * 1024)) {
		printf("%s: no file system with %d KiB left\n", name, room);
		umount("results");
		return 1;
	}
	const struct trial_end met = trial_run(name, "results", 2, -1, 0);
	struct trial_end next = met;
	bool good = met.exit == 0 || (met.exit == 1 && strstr(met.text, "tlrun: ") &&
		strstr(met.text, "results") && strstr(met.text, "No space left on device"));
	*ended += met.exit != 0;
	good = good && full_whole(name, reference) && full_size(16 << 20);
	if (good && met.exit != 0) next = trial_run(name, "results", 1, -1, 0);
	good = good && next.exit == 0 && trial_same(name, "results", reference);
	if (!good)
		printf("%s: %d KiB left: exit %d: %sthen exit %d: %s\n", name, room, met.exit, met.text,
			next.exit, next.text);
	umount("results");
	return !good;
}

/* The cache alone is full, of bytes or of files: one line of the log, and the same bytes. */
static int
full_cache(const char *name, const char *reference, const char *how)
{
	trial_fresh("results", NULL);
	if (!full_shell("rm -rf results/cache && mkdir results/cache") ||
		mount("none", "results/cache", "tmpfs", 0, how) != 0) return 1;
	const struct trial_end met = trial_run(name, "results", 2, -1, 0);
	umount("results/cache");
	const bool good = met.exit == 0 && trial_same(name, "results", reference) &&
		full_shell("test 1 = `cat results/%s/[0-9a-f]*/seed-1/log.txt | "
			"grep -c 'features are not stored but computed again'`", name);
	if (!good) printf("%s: a full cache (%s): exit %d: %s\n", name, how, met.exit, met.text);
	return !good;
}

static int
full_child(const char *name, const char *reference)
{
	int wrong = 0, ended = 0;
	const int rooms = sizeof full_room / sizeof *full_room;
	trial_fresh("results", NULL);
	if (!full_mounts()) {
		printf("%s: no mounts here: full file systems are not tried\n", name);
		return 0;
	}
	for (int i = 0; i < rooms; i++) wrong += full_once(name, reference, full_room[i], &ended);
	wrong += ended == 0 || ended == rooms;
	wrong += full_cache(name, reference, "size=16k");
	wrong += full_cache(name, reference, "size=256m,nr_inodes=1");
	printf("%s: %d small file systems, %d of them full, 2 full caches: %d wrong\n", name, rooms,
		ended, wrong);
	return wrong;
}

int
full_walk(const char *name, const char *reference)
{
	int status;
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		const int wrong = full_child(name, reference);
		fflush(stdout);
		_exit(wrong != 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) return 1;
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}
