/* All reports of a results folder, written from records alone. */
#include "tlrun/reports.h"

#include <string.h>

#include "sheets.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"
#include "tlrun/sweep.h"

enum { REPORTS_LOCK_SECONDS = 30 };

/* The charts of a page, of a set or of a comparison. */
struct reports_charts { const struct record_set *set; const struct comparison *comparison; };

static const char *
reports_chart(struct arena *a, const struct reports_charts *c, int i, struct str *out)
{
	return c->set ? report_chart(a, c->set, i, out) : report_index_chart(a, c->comparison, i, out);
}

/* What earlier pages drew and this one does not: the folder's .svg files not among those kept,
 * "/loss.svg/accuracy.svg/". */
static void
reports_stale(struct arena *a, const char *folder, const char *kept)
{
	const char *const *names;
	size_t files;
	struct err none = ERR_INIT;
	file_sweep(folder);
	if (file_list(folder, a, &names, &files, ERR_IO, &none) != OK) return;
	for (size_t i = 0; i < files; i++) {
		const char *const dot = strrchr(names[i], '.');
		if (dot && !strcmp(dot, ".svg") && !strstr(kept, arena_printf(a, "/%s/", names[i])))
			file_remove(path_join(a, folder, names[i]));
	}
}

/* charts/NAME.svg beside the page, each of its charts, and no others. */
static enum status
reports_write_charts(struct arena *a, const char *beside, const struct reports_charts *c,
	struct err *e)
{
	const char *const folder = path_join(a, beside, RUNDIR_CHARTS);
	const char *name;
	struct str text = STR_INIT, kept = STR_INIT;
	enum status status = file_make_folders(folder, e);
	str_add_char(&kept, '/');
	for (int i = 0; status == OK && (name = reports_chart(a, c, i, &text)) != NULL; i++) {
		if (!*name) continue;
		str_printf(&kept, "%s/", name);
		status = file_put(a, folder, name, &text, e);
	}
	if (status == OK) reports_stale(a, folder, str_text(&kept));
	str_free(&text);
	str_free(&kept);
	return status;
}

enum status
reports_write(struct arena *a, const struct record_set *set, struct err *e)
{
	struct str text = STR_INIT;
	struct record_set own = *set, *s = &own;
	if (own.misclassified) own.sheets = sheets_read(a, set);
	report_summary_json(s, &text);
	enum status status = file_put(a, s->folder, "summary.json", &text, e);
	if (status == OK) {
		report_markdown(s, &text);
		status = file_put(a, s->folder, "report.md", &text, e);
	}
	if (status == OK) {
		report_html(s, &text);
		status = file_put(a, s->folder, "report.html", &text, e);
	}
	if (status == OK) {
		report_latex(s, &text);
		status = file_put(a, s->folder, "report.tex", &text, e);
	}
	if (status == OK)
		status = reports_write_charts(a, s->folder, &(struct reports_charts){ .set = s }, e);
	str_free(&text);
	return status;
}

enum status
reports_write_comparison(struct arena *a, const char *results,
	const struct record_set *const *sets, int n, struct err *e)
{
	struct str text = STR_INIT;
	if (!n) return OK;
	const struct comparison *const c = comparison_make(a, sets, n, true);
	comparison_markdown(c, &text);
	const enum status s = file_put(a, results, RUNDIR_COMPARISON, &text, e);
	str_free(&text);
	return s == OK ? reports_write_index(a, results, e) : s;
}

/* Whether both folders, results/name/hash, are of one experiment. */
static bool
reports_same_name(const char *x, const char *y)
{
	const char *const slash = strrchr(x, '/');
	const size_t n = slash ? (size_t)(slash - x) + 1 : 0;
	return n && !strncmp(x, y, n) && !strchr(y + n, '/');
}

/* The sweeps that have a page. */
static enum status
reports_sweeps(struct arena *a, const char *results, const char *const **out, size_t *n,
	struct err *e)
{
	const char *const *all;
	size_t found;
	TRY(sweep_list(a, results, &all, &found, e));
	const char **page = ARENA_ARRAY(a, const char *, found);
	*n = 0;
	for (size_t i = 0; i < found; i++)
		if (file_exists(path_join(a, path_join(a, results, all[i]), SWEEP_PAGE)))
			page[(*n)++] = all[i];
	*out = page;
	return OK;
}

/* Tests between experiments read all predictions: of so many experiments only. */
enum { REPORTS_TESTED = 12 };

static enum status
reports_index(struct arena *a, const char *results, struct err *e)
{
	const char *const *folder;
	const char *const *page;
	size_t n, pages;
	int found = 0;
	TRY(rundir_list(a, results, &folder, &n, e));
	const struct record_set **sets = ARENA_ARRAY(a, const struct record_set *, n);
	for (size_t i = 0; i < n; i++) {
		struct record_set *set = NULL;
		struct err none = ERR_INIT;
		if (i && reports_same_name(folder[i - 1], folder[i])) continue;
		if (rundir_records(a, folder[i], &set, NULL, &none) == OK && set) sets[found++] = set;
	}
	if (!found) return OK;
	TRY(reports_sweeps(a, results, &page, &pages, e));
	struct str text = STR_INIT;
	const struct comparison *const c = comparison_make(a, sets, found, found <= REPORTS_TESTED);
	report_index(c, page, pages, &text);
	enum status s = file_put(a, results, RUNDIR_INDEX, &text, e);
	if (s == OK)
		s = reports_write_charts(a, results, &(struct reports_charts){ .comparison = c }, e);
	str_free(&text);
	return s;
}

/* Of runs that end at once the last one to write has seen the records of all. */
enum status
reports_write_index(struct arena *a, const char *results, struct err *e)
{
	const char *const path = path_join(a, results, RUNDIR_LOCK);
	int lock;
	if (!file_lock_turn(path, REPORTS_LOCK_SECONDS, &lock)) return OK;
	struct arena *own = arena_new();
	const enum status s = reports_index(own, results, e);
	arena_free(own);
	file_unlock(path, lock);
	return s;
}
