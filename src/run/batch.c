/* Many experiments, one after the other: a failed one harms no other. */
#include "tlrun/batch.h"

#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

static bool
batch_is_yaml(const char *name)
{
	const char *const dot = strrchr(name, '.');
	return dot && dot != name && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static int
batch_folder(struct arena *a, const char *folder, const char **out, struct err *e,
	enum status *status)
{
	const char *const *names;
	size_t n;
	int found = 0;
	*status = file_list(folder, a, &names, &n, ERR_CONFIG, e);
	for (size_t i = 0; *status == OK && i < n; i++) {
		if (!batch_is_yaml(names[i])) continue;
		if (out) out[found] = path_join(a, folder, names[i]);
		found++;
	}
	if (*status == OK && !found)
		*status = err_set(e, ERR_CONFIG, MARK_FILE(folder), "no *.yaml in this folder");
	return found;
}

enum status
batch_files(struct arena *a, const char *const *arg, int n, const char *const **files, int *count,
	struct err *e)
{
	int total = 0;
	enum status s = OK;
	for (int i = 0; i < n; i++) {
		total += file_is_folder(arg[i]) ? batch_folder(a, arg[i], NULL, e, &s) : 1;
		if (s != OK) return s;
	}
	const char **out = ARENA_ARRAY(a, const char *, (size_t)total);
	*count = 0;
	for (int i = 0; i < n; i++) {
		if (file_is_folder(arg[i])) *count += batch_folder(a, arg[i], out + *count, e, &s);
		else out[(*count)++] = arg[i];
	}
	*files = out;
	return OK;
}

/* comparison.md over the experiments of this batch that have records. */
static enum status
batch_compare(struct arena *a, struct experiment *const *x, int n, const char *results,
	struct err *e)
{
	struct str text = STR_INIT;
	const struct record_set **sets = ARENA_ARRAY(a, const struct record_set *, (size_t)n);
	int found = 0;
	for (int i = 0; i < n; i++) {
		const struct rundir *d = rundir_new(a, results, x[i]->name, x[i]->config_hash, 0);
		struct record_set *set = NULL;
		struct err none = ERR_INIT;
		if (file_is_folder(d->config) && rundir_records(a, d->config, &set, NULL, &none) == OK &&
			set)
			sets[found++] = set;
	}
	if (!found) return OK;
	report_comparison(sets, found, false, &text);
	const enum status s =
		file_write(path_join(a, results, "comparison.md"), text.data, text.len, e);
	str_free(&text);
	return s;
}

enum status
batch_run(struct arena *a, struct experiment *const *x, int n, const struct run_options *o,
	const struct batch_events *ev, bool fail_fast, int *failed, struct err *e)
{
	*failed = 0;
	enum status last = OK;
	for (int i = 0; i < n; i++) {
		struct err one = ERR_INIT;
		const enum status s = run_experiment(a, x[i], o, &one);
		if (s == ERR_STOPPED) {
			*e = one;
			return s;
		}
		if (s == OK) continue;
		++*failed;
		last = s;
		*e = one;
		if (ev && ev->failed) ev->failed(ev->ctx, x[i], s, &one);
		if (fail_fast) break;
	}
	if (n > 1) {
		struct err second = ERR_INIT;
		const enum status s = batch_compare(a, x, n, o->results, &second);
		if (s == OK) return *failed ? ERR_FAILED : OK;
		*e = second;
		return s;
	}
	return last;
}
