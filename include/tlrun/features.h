/* floor: train */
/*
 * The frozen prefix, computed once: what it gives for each image of a part, stored in
 * results/cache/ under a key of all it depends on, and opened by memory map. The cache as a folder,
 * for `tlrun cache`.
 */
#ifndef TLRUN_FEATURES_H
#define TLRUN_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"

struct arena;

/* Where features are kept. */
struct features_cache {
	const char *folder;			/* "results/cache"; NULL: nothing is stored */
	long long limit;			/* bytes of all files in it; 0: what the disk has free */
};

/* What became of the prefixes of a run, the least lucky part of its data: a later word stands for
 * those before it. */
enum features_use {
	FEATURES_UNUSED,		/* no frozen prefix */
	FEATURES_CACHED, FEATURES_COMPUTED, FEATURES_EACH_EPOCH,
};

struct features_entry {
	const char *file, *key;		/* key: 64 hex digits */
	/* "cifar10, mobilenet_v2, train images, to out_relu, [45000,1280]" */
	const char *what;
	long long bytes;
	double seconds_ago;			/* since it was last used */
	bool whole;					/* false: a leftover of a run that died */
};
/* What stands in the folder, largest first; a folder that is not there is empty. */
enum status features_list(struct arena *a, const char *folder, struct features_entry **out,
	size_t *n, struct err *e);
/* Remove all that no running tlrun has open; *bytes freed, *files removed. */
enum status features_clear(struct arena *a, const char *folder, long long *bytes, int *files,
	struct err *e);

#endif
