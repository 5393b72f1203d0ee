/* Which files in a results folder are tlrun's, and what they say of a run. */
#include "garbage_parts.h"

#include <string.h>
#include <sys/stat.h>

#include "tlrun/arena.h"
#include "tlrun/experiment.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

const char *const garbage_seed_files[] = { "result.json", "checkpoint", "checkpoint.aside",
	"state.json", "model.safetensors", "predictions.csv", "history.csv", "mistakes.png",
	"pairs.png", "mistakes.json", "timing.json", "log.txt", "lock", NULL };
const char *const garbage_config_files[] = { "report.html", "report.md", "report.tex",
	"summary.json", "experiment.yaml", "lock.next", "lock", NULL };

bool
garbage_is_file(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
garbage_is_folder(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
garbage_is_temporary(const char *name)
{
	static const char digits[] = "0123456789";
	const char *s = NULL;
	for (const char *next = strstr(name, ".tmp."); next; next = strstr(next + 1, ".tmp."))
		s = next + 5;
	if (!s || !strspn(s, digits)) return false;
	s += strspn(s, digits);
	return *s == '.' && s[1] && strspn(s + 1, digits) == strlen(s + 1);
}

bool
garbage_is_chart(const char *name)
{
	const char *const dot = strrchr(name, '.');
	return dot && dot != name && !strcmp(dot, ".svg");
}

bool
garbage_is_seed(const char *name)
{
	const char *const digits = name + 5;
	return !strncmp(name, "seed-", 5) && *digits && strspn(digits, "0123456789") == strlen(digits);
}

bool
garbage_is_passing(struct arena *a, const char *seed_folder, const char *name)
{
	struct stat file, result;
	if (lstat(path_join(a, seed_folder, name), &file) != 0 || !S_ISREG(file.st_mode) ||
		lstat(path_join(a, seed_folder, "result.json"), &result) != 0 || !S_ISREG(result.st_mode))
		return false;
	/* A newer one is of a run that replaces the result and was interrupted. */
	const struct timespec f = file.st_mtim, r = result.st_mtim;
	return f.tv_sec < r.tv_sec || (f.tv_sec == r.tv_sec && f.tv_nsec <= r.tv_nsec);
}

bool
garbage_is_empty(struct arena *a, const char *seed_folder)
{
	return !file_exists(path_join(a, seed_folder, "result.json")) &&
		!file_exists(path_join(a, seed_folder, "checkpoint"));
}

/* Whether a path ends in "/NAME/HASH", however the results folder was written. */
static bool
garbage_is_of(struct arena *a, const char *folder, const char *name, const char *config_hash)
{
	const char *const end = rundir_new(a, "", name, config_hash, 0)->config;
	const size_t n = strlen(folder), m = strlen(end);
	return n >= m && !strcmp(folder + n - m, end);
}

bool
garbage_is_current(struct arena *a, struct experiment *const *x, int n, const char *config_folder)
{
	for (int i = 0; i < n; i++) {
		const struct start_source *const s = x[i]->source;
		if (garbage_is_of(a, config_folder, x[i]->name, x[i]->config_hash) ||
			(s && garbage_is_of(a, config_folder, s->name, s->config_hash)))
			return true;
	}
	return false;
}

bool
garbage_in_batch(struct arena *a, const struct night *night, const char *config_folder)
{
	for (size_t i = 0; i < night->n; i++)
		if (garbage_is_of(a, config_folder, night->run[i].name, night->run[i].config_hash))
			return true;
	return false;
}
