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
double host_seconds(void);		/* monotonic clock */
double host_cpu_seconds(void);	/* of this process */
const char *host_time(struct arena *a);	/* now, "2026-11-24T08:00:00Z" */

#endif
