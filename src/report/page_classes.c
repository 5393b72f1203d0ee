/* The page's classification report, confusion matrix and worst pairs. */
#include <stdio.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/stats.h"

enum { CLASSES_TABLE = 20, CLASSES_PAIRS = 10, CLASSES_LEVELS = 10 };

const struct record *
page_pooled(struct arena *a, const struct record_set *s)
{
	struct record *all = ARENA_NEW(a, struct record);
	*all = s->record[0];
	const size_t cells = (size_t)all->classes * (size_t)all->classes;
	long long *sum = ARENA_ARRAY(a, long long, cells), n = 0;
	bool any = false;
	for (int i = 0; i < s->n; i++) {
		const struct record *r = &s->record[i];
		if (!r->test.confusion || r->classes != all->classes) continue;
		any = true;
		for (size_t k = 0; k < cells; k++) {
			sum[k] += r->test.confusion[k];
			n += r->test.confusion[k];
		}
	}
	all->test.confusion = any ? sum : NULL;
	all->test.n = (int)n;
	return all;
}

static void
classes_row(const char *name, const double v[3], long long support, struct str *out)
{
	html_row(out);
	html_name(name, out);
	for (int i = 0; i < 3; i++)
		page_decimals(v[i], 3, out);
	page_count(support, out);
	html_row_end(out);
}

/* Accuracy and the averages stand under the classes and are not sorted with them. */
static void
classes_averages(const struct record *r, const struct class_scores *c, struct str *out)
{
	double macro[3] = { 0 }, weighted[3] = { 0 };
	long long n = 0, right = 0;
	for (int i = 0; i < r->classes; i++) {
		const double v[] = { c[i].precision, c[i].recall, c[i].f1 };
		for (int k = 0; k < 3; k++) {
			macro[k] += v[k] / r->classes;
			weighted[k] += v[k] * (double)c[i].support;
		}
		n += c[i].support;
		right += r->test.confusion[(size_t)i * (size_t)r->classes + (size_t)i];
	}
	for (int k = 0; k < 3; k++)
		weighted[k] = n ? weighted[k] / (double)n : 0;
	str_add(out, "</tbody>\n<tbody>\n<tr class=\"group\">");
	html_name("accuracy", out);
	str_add(out, "<td class=\"n\"></td><td class=\"n\"></td>");
	page_decimals(n ? (double)right / (double)n : 0, 3, out);
	page_count(n, out);
	html_row_end(out);
	classes_row("macro average", macro, n, out);
	classes_row("weighted average", weighted, n, out);
}

static void
classes_report(struct arena *a, const struct record *r, struct str *out)
{
	struct class_scores *c = ARENA_ARRAY(a, struct class_scores, (size_t)r->classes);
	stats_class_scores(r->classes, r->test.confusion, c);
	html_table("Precision, recall and F1 of each class, on the test images", true, out);
	html_column("class", false, out);
	html_column("precision", true, out);
	html_column("recall", true, out);
	html_column("F1", true, out);
	html_column("images", true, out);
	html_rows(out);
	for (int i = 0; i < r->classes; i++) {
		const double v[] = { c[i].precision, c[i].recall, c[i].f1 };
		classes_row(r->class_name[i], v, c[i].support, out);
	}
	classes_averages(r, c, out);
	html_table_end(out);
}

static void
matrix_cell(const struct record *r, int i, int k, long long row, struct str *out)
{
	const long long n = r->test.confusion[(size_t)i * (size_t)r->classes + (size_t)k];
	char count[32];
	int level = 0;
	if (row > 0) level = (int)((n * CLASSES_LEVELS + row - 1) / row);
	num_human_count(n, count, sizeof count);
	str_printf(out, "<td class=\"h%d\" title=\"", level);
	html_text(r->class_name[i], out);
	str_add(out, " taken for ");
	html_text(r->class_name[k], out);
	str_printf(out, "\">%s", count);
	if (n && row > 0) str_printf(out, "<small>%.1f%%</small>", 100.0 * (double)n / (double)row);
	str_add(out, "</td>");
}

static void
matrix_table(const struct record *r, struct str *out)
{
	str_add(out, "<div class=\"matrix\">\n");
	html_table("Rows are the true classes, columns the predicted ones: images, and percent of the "
		"row", false, out);
	html_column("true", false, out);
	for (int k = 0; k < r->classes; k++)
		html_column(r->class_name[k], false, out);
	html_rows(out);
	for (int i = 0; i < r->classes; i++) {
		long long row = 0;
		for (int k = 0; k < r->classes; k++)
			row += r->test.confusion[(size_t)i * (size_t)r->classes + (size_t)k];
		html_row(out);
		html_name(r->class_name[i], out);
		for (int k = 0; k < r->classes; k++)
			matrix_cell(r, i, k, row, out);
		html_row_end(out);
	}
	html_table_end(out);
	str_add(out, "</div>\n");
}

/* Too many classes for a table of numbers: a picture, and the numbers in result.json. */
static void
matrix_picture(const struct record *r, struct str *out)
{
	page_figure("All classes", "Rows are the true classes in their order, columns the predicted "
		"ones; the darker, the larger the share of the row. The counts are in result.json.", false,
		out);
	svg_heat("confusion matrix", r->classes, r->class_name, r->test.confusion, false, out);
	page_figure_end(out);
}

static void
classes_pairs(const struct record *r, struct str *out)
{
	long long count = r->test.n + 1LL;
	int i = -1, k = -1, pairs = 0;
	while (pairs < CLASSES_PAIRS && block_next_pair(r, &count, &i, &k)) {
		const double share = (double)count / (double)block_support(r, i);
		char text[32];
		if (!pairs++) {
			html_table("Classes mixed up most", true, out);
			html_column("true", false, out);
			html_column("taken for", false, out);
			html_column("images", true, out);
			html_column("of the class", true, out);
			html_rows(out);
		}
		html_row(out);
		html_name(r->class_name[i], out);
		html_cell(r->class_name[k], out);
		page_count(count, out);
		snprintf(text, sizeof text, "%.1f %%", 100 * share);
		html_number(text, share, out);
		html_row_end(out);
	}
	if (pairs) html_table_end(out);
	else str_add(out, "<p>No image was mixed up.</p>\n");
}

void
page_classes(struct arena *a, const struct record_set *s, struct str *out)
{
	const struct record *r = page_pooled(a, s);
	const char *const all = s->n > 1 ? "<p class=\"muted\">The test images of all seeds together: "
		"each image counts once for each seed.</p>\n" : "";
	if (!r->test.confusion) return;
	if (s->classification_report) {
		html_section("classes", "Classification report", out);
		str_add(out, all);
		classes_report(a, r, out);
		html_close(out);
	}
	if (!s->confusion_matrix) return;
	html_section("confusion", "Confusion matrix", out);
	str_add(out, all);
	if (r->classes <= CLASSES_TABLE) matrix_table(r, out);
	else matrix_picture(r, out);
	classes_pairs(r, out);
	html_close(out);
}
