/* Which run of a batch may begin: order, sources, memory, and who else is at it. */
#include "batch_parts.h"

static bool
queue_ready(const struct batch *b, const struct batch_run *r, double now)
{
	return r->state == BATCH_LEFT && r->held <= now &&
		(r->source < 0 || b->run[r->source].state == BATCH_DONE);
}

int
queue_next(const struct batch *b, double memory, double now)
{
	double taken = 0;
	int running = 0;
	for (int i = 0; i < b->n; i++)
		if (b->run[i].state == BATCH_RUNNING) {
			running++;
			taken += b->run[i].memory;
		}
	for (int i = 0; i < b->n; i++)
		if (queue_ready(b, &b->run[i], now) &&
			(!running || taken + b->run[i].memory <= memory))
			return i;
	return -1;
}

int
queue_orphan(const struct batch *b)
{
	for (int i = 0; i < b->n; i++) {
		const struct batch_run *r = &b->run[i];
		if (r->state != BATCH_LEFT || r->source < 0) continue;
		const enum batch_state s = b->run[r->source].state;
		if (s == BATCH_FAILED || s == BATCH_NOT_RUN) return i;
	}
	return -1;
}
