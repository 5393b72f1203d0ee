/* What is wrong with the files of a finished run, beside its record. */
#include <string.h>
#include <sys/stat.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

/* result.json is written after all of these: one that is newer was written again since. log.txt
 * goes on until the run ends. */
static const struct damage_file { const char *name; bool before; } damage_files[] = {
	{ "model.safetensors", true },
	{ "predictions.csv", true },
	{ "history.csv", true },
	{ "timing.json", true },
	{ "log.txt", false },
};
enum { DAMAGE_FILES = sizeof damage_files / sizeof *damage_files };

static bool
damage_newer(const struct stat *st, const struct stat *than)
{
	const struct timespec a = st->st_mtim, b = than->st_mtim;
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static void
damage_of(struct arena *a, const struct damage_file *f, const char *path, const struct stat *record,
	struct str *out)
{
	struct stat st;
	struct timing t;
	struct err e = ERR_INIT;
	if (stat(path, &st) != 0)
		str_printf(out, "%s is missing; --rerun makes it again\n", path);
	else if (!strcmp(f->name, "timing.json") && timing_read(path, a, &t, &e) != OK)
		str_printf(out, "%s; the times of this run are unknown\n", e.message);
	else if (f->before && damage_newer(&st, record))
		str_printf(out, "%s is newer than the result.json beside it: it was changed or copied "
			"after the run ended; --rerun makes it again\n", path);
}

const char *
rundir_damage(struct arena *a, const struct rundir *d)
{
	struct arena *own = arena_new();
	struct str text = STR_INIT;
	struct stat record;
	const char *out = NULL;
	if (stat(rundir_file(own, d, "result.json"), &record) == 0)
		for (int i = 0; i < DAMAGE_FILES; i++)
			damage_of(own, &damage_files[i], rundir_file(own, d, damage_files[i].name), &record,
				&text);
	if (text.len) out = arena_strdup(a, str_text(&text));
	str_free(&text);
	arena_free(own);
	return out;
}
