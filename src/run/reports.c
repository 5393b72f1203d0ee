/* All reports of a results folder, written from records alone. */
#include "tlrun/reports.h"

#include <string.h>

#include "sheets.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

enum { REPORTS_LOCK_SECONDS = 30 };

/* charts/NAME.svg, each chart of the page. */
static enum status
reports_charts(struct arena *a, const struct record_set *s, struct err *e)
{
	const char *const folder = path_join(a, s->folder, "charts");
	const char *name;
	struct str text = STR_INIT;
	enum status status = file_make_folders(folder, e);
	for (int i = 0; status == OK && (name = report_chart(a, s, i, &text)) != NULL; i++)
		if (*name) status = file_put(a, folder, name, &text, e);
	str_free(&text);
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
	if (status == OK) status = reports_charts(a, s, e);
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
	const enum status s = file_put(a, results, "comparison.md", &text, e);
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

/* Tests between experiments read all predictions: of so many experiments only. */
enum { REPORTS_TESTED = 12 };

static enum status
reports_index(struct arena *a, const char *results, struct err *e)
{
	const char *const *folder;
	size_t n;
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
	struct str text = STR_INIT;
	report_index(comparison_make(a, sets, found, found <= REPORTS_TESTED), &text);
	const enum status s = file_put(a, results, "index.html", &text, e);
	str_free(&text);
	return s;
}

/* Of runs that end at once the last one to write has seen the records of all. */
enum status
reports_write_index(struct arena *a, const char *results, struct err *e)
{
	const char *const path = path_join(a, results, ".lock");
	int lock;
	if (!file_lock_turn(path, REPORTS_LOCK_SECONDS, &lock)) return OK;
	struct arena *own = arena_new();
	const enum status s = reports_index(own, results, e);
	arena_free(own);
	file_unlock(path, lock);
	return s;
}
