/* What of a results folder is tlrun's. Used in src/run/ only. */
#ifndef GARBAGE_PARTS_H
#define GARBAGE_PARTS_H

#include "tlrun/garbage.h"
#include "tlrun/night.h"

/* The names of the files of a seed and of a configuration, NULL-ended. Those whose loss makes a run
 * one that is not done come first. */
extern const char *const garbage_seed_files[], *const garbage_config_files[];

bool garbage_is_file(const char *path);		/* a regular file itself, no link to one */
bool garbage_is_folder(const char *path);	/* a folder itself, no link to one */
bool garbage_is_temporary(const char *name);	/* "NAME.tmp.PID.N" */
bool garbage_is_chart(const char *name);
bool garbage_is_seed(const char *name);		/* "seed-12" */

/* Whether this file, which only a run in progress has, is not newer than the seed's result. */
bool garbage_is_passing(struct arena *a, const char *seed_folder, const char *name);
/* Whether a seed's folder has neither a result nor a checkpoint. */
bool garbage_is_empty(struct arena *a, const char *seed_folder);

/* Whether a configuration's folder is one of the n experiments', or of one that they start from. */
bool garbage_is_current(struct arena *a, struct experiment *const *x, int n,
	const char *config_folder);
/* Whether a batch has runs of this configuration. */
bool garbage_in_batch(struct arena *a, const struct night *night, const char *config_folder);

#endif
