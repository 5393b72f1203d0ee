/* floor: run */
/*
 * The results folder (doc/results.md): results/<name>/<8 hex>/seed-<n>/. Files appear whole or not
 * at all; `latest` moves when a run is whole.
 */
#ifndef TLRUN_RUNDIR_H
#define TLRUN_RUNDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/error.h"
#include "tlrun/report.h"

struct arena;

/*
 * What tlrun itself writes beside the folders of experiments. Who writes there takes the name from
 * here, and no experiment may have one of them (rundir_reserved).
 */
#define RUNDIR_CACHE "cache"
#define RUNDIR_BATCHES "batches"
#define RUNDIR_CHARTS "charts"		/* beside each report, too */
#define RUNDIR_INDEX "index.html"
#define RUNDIR_COMPARISON "comparison.md"
#define RUNDIR_BRIEFS ".index"
#define RUNDIR_LOCK ".lock"
#define RUNDIR_LATEST "latest"		/* in an experiment's folder */

/*
 * Whether an experiment cannot have this name, in upper or lower case: tlrun writes a file or
 * folder of that name in the results folder, or reads the word as a part of a run's name
 * ("latest", "seed-1").
 */
bool rundir_reserved(const char *name);

/* Where one seed's files lie. */
struct rundir {
	const char *results, *name;
	const char *config;			/* results/name/hash8 */
	const char *seed;			/* …/seed-n */
	uint64_t seed_number;
	int lock;					/* file descriptor of the lock, -1 none */
};

struct rundir *rundir_new(struct arena *a, const char *results, const char *name,
	const char *config_hash, uint64_t seed);
const char *rundir_file(struct arena *a, const struct rundir *d, const char *name);	/* in seed-n */

/*
 * Make the folders and take the lock of this seed, a file called lock in its folder: ERR_FAILED
 * when another tlrun holds it. Closing removes that file; one whose process was killed stays, and
 * holds nobody off.
 */
enum status rundir_open(struct rundir *d, struct err *e);
void rundir_close(struct rundir *d);	/* accepts NULL */
/* Remove the lock and the temporary files that a killed process left in this seed's folder, and
 * keep those of a process that runs. */
void rundir_tidy(struct rundir *d);
bool rundir_locked(const char *seed_folder);	/* whether a tlrun is running there now */

/* What a result follows from, besides seed and data. The hashes of files are not part of the
 * configuration, which is known without them, and yet other files are another run. */
struct rundir_origin {
	const char *config_hash;
	const char *pretrained;		/* SHA-256 of the file of the first weights; NULL: none */
	const char *start;			/* of the weights of start_from's run; NULL: none */
	const char *binary;			/* of the program; NULL: unknown, and then not compared */
	bool any_program;			/* results of another version or build count, too (--keep-done) */
};
/*
 * Why this run is to be done, as words in the arena ("it was interrupted"). NULL: a whole run
 * stands there, result.json of this origin and seed, written by this program. Its data are not
 * compared.
 */
const char *rundir_why(struct arena *a, const struct rundir *d, const struct rundir_origin *o);
bool rundir_done(struct arena *a, const struct rundir *d, const struct rundir_origin *o);
/*
 * What is wrong with the files of a finished run beside result.json, a line each in the arena, or
 * NULL: one is missing, timing.json does not read, or one was written after result.json, which is
 * written last. Looks at names and times alone, so it is quick over thousands of runs.
 */
const char *rundir_damage(struct arena *a, const struct rundir *d);
/* Point results/name/latest at this configuration. */
enum status rundir_latest(struct arena *a, const struct rundir *d, struct err *e);

/*
 * The records of one configuration folder, by seed. What is damaged, of another seed or not of the
 * first one's configuration is left out and named in *skipped (may be NULL), a line each. Without
 * timing.json, or where it is damaged, times are unknown: NaN, 0 and NULL; a damaged one is named
 * in the set's `damaged`. *out is NULL when there is none.
 */
enum status rundir_records(struct arena *a, const char *folder, struct record_set **out,
	struct str *skipped, struct err *e);
/*
 * A run by what a user calls it: "name" (its latest), "name/hash", or a path below results or to a
 * folder, an experiment's (its latest) or a configuration's. ERR_USAGE with the nearest name.
 */
enum status rundir_find(struct arena *a, const char *results, const char *run, const char **folder,
	struct err *e);
/* "RUN/seed-3", as a user names one seed of a run: RUN, and the seed. Other words: run itself. */
const char *rundir_run_seed(struct arena *a, const char *run, long long *seed);
/* Folders of all configurations below results, sorted by name, latest first within one. */
enum status rundir_list(
	struct arena *a, const char *results, const char *const **folders, size_t *n, struct err *e);

#endif
