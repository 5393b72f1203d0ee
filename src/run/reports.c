/* All reports of a results folder, written from records alone. */
#include "tlrun/reports.h"

#include "tlrun/arena.h"
#include "tlrun/file.h"

/* Write the text as the file and clear it. */
static enum status
reports_put(struct arena *a, const char *folder, const char *name, struct str *text, struct err *e)
{
	const enum status s = file_write(path_join(a, folder, name), text->data, text->len, e);
	str_clear(text);
	return s;
}

enum status
reports_write(struct arena *a, const struct record_set *s, struct err *e)
{
	struct str text = STR_INIT;
	report_summary_json(s, &text);
	enum status status = reports_put(a, s->folder, "summary.json", &text, e);
	if (status == OK) {
		report_markdown(s, &text);
		status = reports_put(a, s->folder, "report.md", &text, e);
	}
	if (status == OK) {
		report_html(s, &text);
		status = reports_put(a, s->folder, "report.html", &text, e);
	}
	str_free(&text);
	return status;
}

enum status
reports_write_comparison(struct arena *a, const char *results,
	const struct record_set *const *sets, int n, struct err *e)
{
	struct str text = STR_INIT;
	if (!n) return OK;
	report_comparison(sets, n, false, &text);
	const enum status s = reports_put(a, results, "comparison.md", &text, e);
	str_free(&text);
	return s;
}
