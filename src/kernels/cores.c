/*
 * How many CPUs this process may use (affinity mask) and is given (cgroup quota, rounded up),
 * whichever is less.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlrun/parallel.h"

static int
parallel_affinity(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
	const long online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (int)online : 1;
}

/* CPUs granted by one cpu.max file ("max 100000" or "150000 100000"); 0 when it sets no limit. */
static int
parallel_cpu_max(const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f) return 0;
	long quota = 0, period = 0;
	const int got = fscanf(f, "%ld %ld", &quota, &period);
	fclose(f);
	if (got != 2 || quota <= 0 || period <= 0) return 0;
	return (int)((quota + period - 1) / period);
}

/* The tightest limit from this process's cgroup (version 2) up to the root; 0 for none. */
static int
parallel_quota(void)
{
	char path[4096] = "", line[4096], file[4352];
	FILE *f = fopen("/proc/self/cgroup", "re");
	if (!f) return 0;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "0::", 3) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(path, sizeof path, "%s", line + 3);
		}
	fclose(f);
	int least = 0;
	for (;;) {
		snprintf(file, sizeof file, "/sys/fs/cgroup%s/cpu.max", path);
		const int cpus = parallel_cpu_max(file);
		if (cpus > 0 && (least == 0 || cpus < least)) least = cpus;
		char *slash = strrchr(path, '/');
		if (!slash) return least;
		*slash = '\0';
	}
}

int
parallel_cores(void)
{
	static int cores;
	int n = __atomic_load_n(&cores, __ATOMIC_RELAXED);
	if (n > 0) return n;
	const int affinity = parallel_affinity(), quota = parallel_quota();
	n = quota > 0 && quota < affinity ? quota : affinity;
	if (n < 1) n = 1;
	__atomic_store_n(&cores, n, __ATOMIC_RELAXED);
	return n;
}
