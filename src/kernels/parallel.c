/*
 * The loop over tiles, and how many threads run it: what was asked, or the CPUs this process may
 * use (affinity mask) and is given (cgroup quota, rounded up), whichever is less.
 */
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernels/denormals.h"
#include "tlrun/parallel.h"

static int parallel_asked;	/* 0: as many as parallel_cores() */

#ifdef __clang__
/*
 * LLVM's OpenMP runtime registers itself in shared memory under its process's number when it is
 * first used. A process that was killed leaves its file behind, and one killed between making and
 * sizing it an empty file, on which the next process of that number dies with SIGBUS. No runtime
 * is in use before main or just after a fork, so what bears our number then is a dead process's.
 */
static void
parallel_forget_the_dead(void)
{
	char name[64];
	snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)getpid(), (int)getuid());
	shm_unlink(name);
}

__attribute__((constructor)) static void
parallel_forget_at_start(void)
{
	parallel_forget_the_dead();
	pthread_atfork(NULL, NULL, parallel_forget_the_dead);
}
#endif

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

void
parallel_set_threads(int n)
{
	parallel_asked = n > 0 ? n : 0;
}

int
parallel_threads(void)
{
	return parallel_asked > 0 ? parallel_asked : parallel_cores();
}

void
parallel_for(int tiles, parallel_tile *tile, void *ctx)
{
	const int threads = parallel_threads();
	if (threads == 1 || tiles <= 1) {
		const struct denormals before = denormals_flush();
		for (int i = 0; i < tiles; i++) tile(ctx, i, 0);
		denormals_restore(before);
		return;
	}
#pragma omp parallel num_threads(threads)
	{
		const struct denormals before = denormals_flush();
#pragma omp for schedule(dynamic, 1)
		for (int i = 0; i < tiles; i++) tile(ctx, i, omp_get_thread_num());
		denormals_restore(before);
	}
}

struct shard
parallel_shard(int n, int s)
{
	return (struct shard){ (int)((long)n * s / PARALLEL_SHARDS),
		(int)((long)n * (s + 1) / PARALLEL_SHARDS) };
}
