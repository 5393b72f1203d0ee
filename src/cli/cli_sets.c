/* Experiments by what a user calls them, with their records. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

/* The records of a folder, NULL where there are none; what is damaged is named. */
static enum status
sets_folder(struct arena *a, const char *folder, const struct record_set **out, struct err *e)
{
	struct record_set *set = NULL;
	struct str skipped = STR_INIT;
	const enum status s = rundir_records(a, folder, &set, &skipped, e);
	if (skipped.len) cli_say_lines(&skipped);
	str_free(&skipped);
	if (set) cli_warn(set->damaged);
	*out = set;
	return s;
}

enum status
cli_set(const struct options *o, struct arena *a, const char *run, const struct record_set **out,
	struct err *e)
{
	const char *folder;
	TRY(rundir_find(a, o->results, run, &folder, e));
	return sets_folder(a, folder, out, e);
}

enum status
cli_sets(const struct options *o, struct arena *a, bool all, const struct record_set ***out,
	int *n, struct err *e)
{
	const char *const *folders;
	size_t found;
	const char *before = "";
	*n = 0;
	if (o->args) {
		*out = ARENA_ARRAY(a, const struct record_set *, (size_t)o->args);
		for (int i = 0; i < o->args; i++)
			TRY(cli_set(o, a, o->arg[i], &(*out)[(*n)++], e));
		return OK;
	}
	TRY(rundir_list(a, o->results, &folders, &found, e));
	*out = ARENA_ARRAY(a, const struct record_set *, found);
	for (size_t i = 0; i < found; i++) {
		const char *const experiment = path_folder(a, folders[i]);
		if (!all && !strcmp(experiment, before)) continue;
		const struct record_set *set;
		struct err bad = ERR_INIT;
		if (sets_folder(a, folders[i], &set, &bad) != OK) cli_say("%s\n", bad.message);
		if (!set) continue;
		(*out)[(*n)++] = set;
		before = experiment;
	}
	if (*n) return OK;
	return err_set(e, ERR_USAGE, MARK_NONE, "no finished run in %s", o->results);
}
