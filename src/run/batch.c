/* Many experiments: their files, which of them are meant, and their records. */
#include "tlrun/batch.h"

#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"
#include "tlrun/suggest.h"

static bool
batch_is_yaml(const char *name)
{
	const char *const dot = strrchr(name, '.');
	return dot && dot != name && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

/* What one argument names. */
struct batch_part { int n; const char **file; };

/* The file that stands where arg was looked for, with the other ending or with one; NULL: none. */
static const char *
batch_beside(struct arena *a, const char *arg)
{
	static const char *const ending[] = { ".yaml", ".yml" };
	const char *const dot = batch_is_yaml(arg) ? strrchr(arg, '.') : NULL;
	const size_t n = dot ? (size_t)(dot - arg) : strlen(arg);
	for (size_t i = 0; i < 2; i++) {
		const char *const other = arena_printf(a, "%.*s%s", (int)n, arg, ending[i]);
		if (file_exists(other) && !file_is_folder(other)) return other;
	}
	return NULL;
}

static enum status
batch_part(struct arena *a, const char *arg, struct batch_part *p, struct err *e)
{
	const char *const *names;
	size_t n;
	if (!file_exists(arg)) {
		const char *const other = batch_beside(a, arg);
		if (other)
			return err_set(e, ERR_CONFIG, MARK_FILE(arg), "no such file; did you mean %s?", other);
	}
	if (!file_is_folder(arg)) {
		p->file = ARENA_NEW(a, const char *);
		p->file[p->n++] = arg;
		return OK;
	}
	TRY(file_list(arg, a, &names, &n, ERR_CONFIG, e));
	p->file = ARENA_ARRAY(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		if (batch_is_yaml(names[i])) p->file[p->n++] = path_join(a, arg, names[i]);
	return p->n ? OK : err_set(e, ERR_CONFIG, MARK_FILE(arg), "no *.yaml in this folder");
}

enum status
batch_files(struct arena *a, const char *const *arg, int n, const char *const **files, int *count,
	struct err *e)
{
	struct batch_part *p = ARENA_ARRAY(a, struct batch_part, (size_t)n);
	size_t total = 0;
	for (int i = 0; i < n; i++) {
		TRY(batch_part(a, arg[i], &p[i], e));
		total += (size_t)p[i].n;
	}
	const char **out = ARENA_ARRAY(a, const char *, total);
	*count = 0;
	for (int i = 0; i < n; i++)
		for (int k = 0; k < p[i].n; k++)
			out[(*count)++] = p[i].file[k];
	*files = out;
	return OK;
}

const struct experiment *
batch_source(const struct experiment *x, struct experiment *const *all, int n)
{
	for (int i = 0; x->source && i < n; i++)
		if (!strcmp(all[i]->name, x->source->name) &&
			!strcmp(all[i]->config_hash, x->source->config_hash))
			return all[i];
	return NULL;
}

enum status
batch_only(struct arena *a, struct experiment **x, int *n, const char *name, struct err *e)
{
	const char **names = ARENA_ARRAY(a, const char *, (size_t)*n);
	const struct experiment *keep = NULL;
	int kept = 0;
	for (int i = 0; i < *n; i++) {
		names[i] = x[i]->name;
		if (!strcmp(x[i]->name, name)) keep = x[i];
	}
	if (!keep) {
		const int near = suggest_nearest(name, names, (size_t)*n);
		return err_set(e, ERR_USAGE, MARK_NONE, "--only %s: no experiment of that name%s%s%s", name,
			near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "",
			near >= 0 ? "\"?" : "");
	}
	/* Sources stand before what starts from them: from the last one back. */
	struct experiment **of = ARENA_ARRAY(a, struct experiment *, (size_t)*n);
	for (int i = *n - 1; i >= 0; i--)
		if (x[i] == keep) {
			of[kept++] = x[i];
			keep = batch_source(keep, x, *n);
		} else experiment_close(x[i]);
	for (int i = 0; i < kept; i++)
		x[i] = of[kept - 1 - i];
	*n = kept;
	return OK;
}

int
batch_records(struct arena *a, struct experiment *const *x, int n, const char *results,
	const struct record_set **sets)
{
	int found = 0;
	for (int i = 0; i < n; i++) {
		const struct rundir *d = rundir_new(a, results, x[i]->name, x[i]->config_hash, 0);
		struct record_set *set = NULL;
		struct err none = ERR_INIT;
		if (file_is_folder(d->config) && rundir_records(a, d->config, &set, NULL, &none) == OK &&
			set)
			sets[found++] = set;
	}
	return found;
}
