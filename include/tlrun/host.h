/* floor: run */
/* The machine, for records and for `tlrun doctor`. */
#ifndef TLRUN_HOST_H
#define TLRUN_HOST_H

#include "tlrun/error.h"
#include <stddef.h>

struct arena;

struct host {
	const char *name, *cpu, *os;
	int cores;					/* that this process may use */
	long long memory, available;	/* bytes; cgroup limits respected */
};
void host_read(struct arena *a, struct host *h);
/* SHA-256 of this program's file. ERR_IO, hex then empty. */
enum status host_binary_hash(char hex[65], struct err *e);
void host_reset_peak(void);		/* host_peak_memory counts from here on, where the system can */
long long host_peak_memory(void);	/* bytes resident at most so far */
/*
 * How many of the machine's CPUs were at work in the next so many seconds, this process asleep:
 * other programs, and on a virtual machine the others of its host. cpus: how many there are. -1
 * where the system does not say.
 */
double host_other_work(double seconds, int *cpus);
/* The same from two readings of /proc/stat (proc(5)): a number of busy CPUs, or -1. */
double host_busy_cpus(const char *before, const char *after, int *cpus);
double host_seconds(void);		/* monotonic clock */
double host_cpu_seconds(void);	/* of this process */
const char *host_time(struct arena *a);	/* now, "2026-11-24T08:00:00Z" */

#endif
