/* What the files of a batch share. Used in src/run/ only. */
#ifndef BATCH_PARTS_H
#define BATCH_PARTS_H

#include "tlrun/batch.h"

/* ---- batch_queue.c ---- */

/*
 * The run that may begin now: the first that is left, whose source is done, that nobody holds at
 * this time and whose planned memory fits beside that of those that run. -1: none. One alone may
 * always begin: whether it fits is its own to say.
 */
int queue_next(const struct batch *b, double memory, double now);
/* What is left and starts from a run that failed or is not run is not run: its index; -1: none
 * more. */
int queue_orphan(const struct batch *b);

/* ---- batch_worker.c ---- */

/* Begin a run as a process. ERR_FAILED: none can be started. */
enum status worker_start(struct batch *b, int i, struct err *e);
/* A process ended: *i its run, how waitpid's status. false: none did. */
bool worker_ended(struct batch *b, int *i, int *how);
/* What that means for the run: its state, code and cause. stopping: it was asked to end. */
void worker_judge(struct batch *b, int i, int how, bool stopping);
/* Send all that run a signal: how many. */
int worker_signal(const struct batch *b, int signal);
/* Processes that the system killed for want of memory so far in our control group; -1 unknown. */
long long worker_oom_kills(void);

#endif
