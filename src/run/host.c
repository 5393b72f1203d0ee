/* The machine: /proc, cgroup limits, clocks. What cannot be read is said to be unknown. */
#include "tlrun/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"

enum { HOST_FILE = 1 << 20 };

/* The value behind key in a file of "key : value" lines; NULL when it is not there. */
static const char *
host_line(struct arena *a, const char *path, const char *key)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	const char *found = NULL;
	if (file_read(path, HOST_FILE, &text, ERR_IO, &e) == OK) {
		const char *s = strstr(str_text(&text), key);
		if (s) s = strchr(s, ':');
		if (s) {
			s += 1 + strspn(s + 1, " \t");
			found = arena_strndup(a, s, strcspn(s, "\n"));
		}
	}
	str_free(&text);
	return found;
}

static long long
host_kib(struct arena *a, const char *key)
{
	const char *s = host_line(a, "/proc/meminfo", key);
	return s ? strtoll(s, NULL, 10) * 1024 : 0;
}

/* A cgroup's number; -1 where there is none ("max", no file). */
static long long
host_cgroup(const char *path)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	long long v = -1;
	if (file_read(path, 256, &text, ERR_IO, &e) == OK && text.len) {
		text.data[strcspn(text.data, "\n")] = '\0';
		if (!num_parse_int(text.data, &v)) v = -1;
	}
	str_free(&text);
	return v;
}

static void
host_memory(struct arena *a, struct host *h)
{
	static const char *const limits[][2] = {
		{ "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current" },
		{ "/sys/fs/cgroup/memory/memory.limit_in_bytes",
			"/sys/fs/cgroup/memory/memory.usage_in_bytes" },
	};
	h->memory = host_kib(a, "MemTotal");
	h->available = host_kib(a, "MemAvailable");
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const long long most = host_cgroup(limits[i][0]), used = host_cgroup(limits[i][1]);
		if (most <= 0 || (h->memory && most >= h->memory)) continue;
		h->memory = most;
		if (used >= 0 && most - used < h->available) h->available = most - used;
	}
}

void
host_read(struct arena *a, struct host *h)
{
	struct utsname u;
	*h = (struct host){ .name = "unknown", .cpu = "unknown", .os = "unknown" };
	if (uname(&u) == 0) {
		h->name = arena_strdup(a, u.nodename);
		h->os = arena_printf(a, "%s %s %s", u.sysname, u.release, u.machine);
	}
	const char *cpu = host_line(a, "/proc/cpuinfo", "model name");
	if (cpu) h->cpu = cpu;
	h->cores = parallel_cores();
	host_memory(a, h);
}

/* Ticks in which the CPUs worked, and all ticks; how many lines "cpu0", "cpu1" … there are. */
static bool
host_ticks(const char *stat, double *busy, double *all, int *cpus)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TICKS };
	unsigned long long t[TICKS] = { 0 };
	const int got = sscanf(stat, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[USER], &t[NICE],
		&t[SYSTEM], &t[IDLE], &t[IOWAIT], &t[IRQ], &t[SOFTIRQ], &t[STEAL]);
	*all = *busy = 0;
	*cpus = 0;
	for (int i = 0; i < TICKS; i++) *all += (double)t[i];
	*busy = *all - (double)t[IDLE] - (double)t[IOWAIT];
	while ((stat = strchr(stat, '\n')) && strncmp(++stat, "cpu", 3) == 0) ++*cpus;
	return got > IDLE && *cpus > 0;
}

double
host_busy_cpus(const char *before, const char *after, int *cpus)
{
	double busy[2], all[2];
	if (!host_ticks(before, &busy[0], &all[0], cpus)) return -1;
	if (!host_ticks(after, &busy[1], &all[1], cpus) || all[1] <= all[0]) return -1;
	const double share = (busy[1] - busy[0]) / (all[1] - all[0]);
	return *cpus * (share < 0 ? 0 : share > 1 ? 1 : share);
}

double
host_other_work(double seconds, int *cpus)
{
	static const char path[] = "/proc/stat";
	struct str before = STR_INIT, after = STR_INIT;
	struct err e = ERR_INIT;
	double found = -1;
	const time_t whole = (time_t)seconds;
	*cpus = 0;
	if (file_read(path, HOST_FILE, &before, ERR_IO, &e) == OK) {
		const struct timespec wait = { whole, (long)((seconds - (double)whole) * 1e9) };
		nanosleep(&wait, NULL);
		if (file_read(path, HOST_FILE, &after, ERR_IO, &e) == OK)
			found = host_busy_cpus(str_text(&before), str_text(&after), cpus);
	}
	str_free(&before);
	str_free(&after);
	return found;
}

enum status
host_binary_hash(char hex[65], struct err *e)
{
	enum { BLOCK = 65536 };
	static const char self[] = "/proc/self/exe";
	FILE *f = fopen(self, "re");
	if (!f) return err_errno(e, ERR_IO, MARK_FILE(self), errno, "cannot open this program");
	struct arena *a = arena_new();
	char *block = ARENA_ARRAY(a, char, BLOCK);
	struct hash *h = hash_new();
	size_t n;
	while ((n = fread(block, 1, BLOCK, f)) > 0) hash_add(h, block, n);
	const int bad = ferror(f) ? errno : 0;
	hash_hex(h, hex);
	fclose(f);
	arena_free(a);
	if (bad) hex[0] = '\0';
	return bad ? err_errno(e, ERR_IO, MARK_FILE(self), bad, "cannot read this program") : OK;
}

void
host_reset_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "we");
	if (!f) return;
	/* 5: the high-water mark of resident memory (proc(5)). */
	fputs("5", f);
	fclose(f);
}

long long
host_peak_memory(void)
{
	struct rusage u;
	return getrusage(RUSAGE_SELF, &u) == 0 ? (long long)u.ru_maxrss * 1024 : 0;
}

double
host_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double
host_cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *
host_time(struct arena *a)
{
	char text[32] = "";
	const time_t now = time(NULL);
	struct tm tm;
	if (gmtime_r(&now, &tm)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_strdup(a, text);
}
