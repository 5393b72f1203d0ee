/*
 * A comparison for papers: LaTeX tables with booktabs, as wide as a column of `article` unless the
 * columns are chosen.
 */
#include <math.h>
#include <string.h>

#include "blocks.h"
#include "tlrun/comparison.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

/* \textwidth of article in 10 pt, and what stands between two columns, in points. */
enum { LATEX_WIDTH = 345, LATEX_GAP = 12 };

/* About how wide text is in Computer Modern of 10 pt; commands count for nothing. */
static double
latex_wide(const char *s)
{
	double width = 0;
	for (; *s; s++) {
		if (*s == '\\') {
			if (!strncmp(s, "\\pm", 3)) width += 12;
			if (s[1] && strchr("%&#_$", s[1])) width += 7, s++;
			else if (s[1] == ',') width += 2, s++;
			else while ((s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z')) s++;
			continue;
		}
		if (strchr("${}", *s) || ((unsigned char)*s & 0xc0) == 0x80) continue;
		width += strchr("mwMW", *s) ? 8.4 : *s >= 'A' && *s <= 'Z' ? 7.2 : strchr(".,:; iljft", *s)
			? 3.4 : 5.3;
	}
	return width;
}

static const char *
latex_unit(const struct comparison *c)
{
	return c->one_metric && c->n && c->row[0].metric.share ? " (\\%)" : "";
}

/* A value in the unit of the head, or with its own where rows have different ones. */
static void
latex_value(const struct comparison *c, const struct record_metric *m, double v, struct str *out)
{
	if (isnan(v)) str_add(out, "--");
	else if (m->share) str_printf(out, "$%.2f$%s", 100 * v, c->one_metric ? "" : "\\,\\%");
	else str_printf(out, "$%.4f$", v);
}

static void
cell_experiment(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	(void)c;
	block_latex(r->set->name, out);
}

static void
cell_seeds(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	(void)c;
	str_printf(out, "%d", r->set->n);
}

static void
cell_test(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	const double unit = r->metric.share ? 100 : 1;
	const int digits = r->metric.share ? 2 : 4;
	if (!c->one_metric) {
		block_latex(r->metric.name, out);
		str_add_char(out, ' ');
	}
	if (r->set->n < 2 || isnan(r->mean)) latex_value(c, &r->metric, r->mean, out);
	else str_printf(out, "$%.*f \\pm %.*f$%s", digits, unit * r->mean, digits, unit * r->sd,
		r->metric.share && !c->one_metric ? "\\,\\%" : "");
}

static void
cell_interval(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	latex_value(c, &r->metric, r->interval.low, out);
	if (isnan(r->interval.low)) return;
	str_add(out, " to ");
	latex_value(c, &r->metric, r->interval.high, out);
}

static void
cell_macro_f1(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	latex_value(c, &(struct record_metric){ 0 }, r->macro_f1, out);
}

static void
cell_ece(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	latex_value(c, &(struct record_metric){ 0 }, r->ece, out);
}

static void
cell_epochs(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	(void)c;
	str_printf(out, r->epochs_least == r->epochs_most ? "%d" : "%d to %d", r->epochs_least,
		r->epochs_most);
}

static void
cell_trained(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	char text[32];
	(void)c;
	num_human_count(r->set->record[0].trained, text, sizeof text);
	str_add(out, text);
}

static void
cell_time(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	char text[48];
	(void)c;
	num_human_seconds(r->seconds, text, sizeof text);
	str_add(out, text);
}

static void
cell_memory(const struct comparison *c, const struct comparison_row *r, struct str *out)
{
	char text[32];
	(void)c;
	block_memory(r->memory, text, sizeof text);
	str_add(out, text);
}

static const struct latex_column {
	const char *name, *head;	/* head NULL: the metric's */
	void (*cell)(const struct comparison *c, const struct comparison_row *r, struct str *out);
} latex_columns[] = {
	{ "experiment", "experiment", cell_experiment },
	{ "seeds", "seeds", cell_seeds },
	{ "test", NULL, cell_test },
	{ "interval", "95\\,\\% interval", cell_interval },
	{ "macro_f1", "macro F1", cell_macro_f1 },
	{ "ece", "ECE", cell_ece },
	{ "trained", "trained", cell_trained },
	{ "time", "time", cell_time },
	{ "epochs", "epochs", cell_epochs },
	{ "memory", "memory", cell_memory },
};
enum { LATEX_COLUMNS = sizeof latex_columns / sizeof *latex_columns };

static void
latex_head(const struct comparison *c, const struct latex_column *k, struct str *out)
{
	if (k->head) {
		str_add(out, k->head);
		return;
	}
	str_add(out, "test ");
	if (c->n && c->one_metric) block_latex(c->row[0].metric.name, out);
	str_add(out, latex_unit(c));
}

static double
latex_column_width(const struct comparison *c, const struct latex_column *k)
{
	struct str text = STR_INIT;
	latex_head(c, k, &text);
	double widest = latex_wide(str_text(&text));
	for (int i = 0; i < c->n; i++) {
		str_clear(&text);
		k->cell(c, &c->row[i], &text);
		const double width = latex_wide(str_text(&text));
		if (width > widest) widest = width;
	}
	str_free(&text);
	return widest + LATEX_GAP;
}

/* Those that fit, from the first; what is left out is said in a comment. */
static int
latex_fitting(const struct comparison *c, const struct latex_column **out, struct str *left)
{
	double width = 0;
	int n = 0;
	for (int i = 0; i < LATEX_COLUMNS; i++) {
		const double one = latex_column_width(c, &latex_columns[i]);
		if (n >= 3 && width + one > LATEX_WIDTH)
			str_printf(left, "%s%s", left->len ? "," : "", latex_columns[i].name);
		else {
			out[n++] = &latex_columns[i];
			width += one;
		}
	}
	return n;
}

static enum status
latex_chosen(const char *list, const struct latex_column **out, int *n, struct err *e)
{
	const char *names[LATEX_COLUMNS];
	for (int i = 0; i < LATEX_COLUMNS; i++)
		names[i] = latex_columns[i].name;
	for (const char *s = list; *n < 2 * LATEX_COLUMNS; s++) {
		const size_t len = strcspn(s, ",");
		int i = 0;
		while (i < LATEX_COLUMNS && (strlen(names[i]) != len || strncmp(names[i], s, len) != 0))
			i++;
		if (i == LATEX_COLUMNS)
			return err_set(e, ERR_USAGE, MARK_NONE, "--columns %s: there is no column \"%.*s\"; "
				"the columns are experiment, seeds, test, interval, macro_f1, ece, trained, time, "
				"epochs and memory", list, (int)len, s);
		out[(*n)++] = &latex_columns[i];
		s += len;
		if (!*s) return OK;
	}
	return err_set(e, ERR_USAGE, MARK_NONE, "--columns: at most %d columns", 2 * LATEX_COLUMNS);
}

static void
latex_rows(const struct comparison *c, const struct latex_column *const *column, int n,
	struct str *out)
{
	str_add(out, "\\begin{tabular}{");
	for (int i = 0; i < n; i++)
		str_add_char(out, column[i]->cell == cell_experiment ? 'l' : 'r');
	str_add(out, "}\n\\toprule\n");
	for (int k = -1; k < c->n; k++) {
		for (int i = 0; i < n; i++) {
			if (i) str_add(out, " & ");
			if (k < 0) latex_head(c, column[i], out);
			else column[i]->cell(c, &c->row[k], out);
		}
		str_add(out, k < 0 ? " \\\\\n\\midrule\n" : " \\\\\n");
	}
	str_add(out, "\\bottomrule\n\\end{tabular}\n");
}

static void
latex_p(double p, struct str *out)
{
	if (isnan(p)) str_add(out, " & --");
	else if (p < 0.0001) str_add(out, " & $<0.0001$");
	else str_printf(out, " & $%.4f$", p);
}

/* The differences with both tests, corrected; as comments what may be said of them. */
static void
latex_tests(const struct comparison *c, struct str *out)
{
	struct str text = STR_INIT, note = STR_INIT;
	if (!c->pairs) return;
	comparison_note(c, &text);
	visible_line(str_text(&text), &note);
	str_free(&text);
	str_printf(out, "\n%% Differences seed by seed; p corrected after Holm. %s\n"
		"\\begin{tabular}{llrrr}\n\\toprule\n"
		"experiment & against & difference%s & sign flips & t-test \\\\\n\\midrule\n",
		str_text(&note), latex_unit(c));
	str_free(&note);
	for (int i = 0; i < c->pairs; i++) {
		const struct comparison_pair *const p = &c->pair[i];
		if (p->why_not) continue;
		block_latex(c->row[p->b].set->name, out);
		str_add(out, " & ");
		block_latex(c->row[p->a].set->name, out);
		str_printf(out, c->row[p->a].metric.share ? " & $%+.2f$" : " & $%+.4f$",
			(c->row[p->a].metric.share ? 100 : 1) * p->mean);
		latex_p(p->p_holm, out);
		latex_p(p->t_holm, out);
		str_add(out, " \\\\\n");
	}
	str_add(out, "\\bottomrule\n\\end{tabular}\n");
}

enum status
comparison_latex(const struct comparison *c, const char *columns, struct str *out, struct err *e)
{
	const struct latex_column *column[2 * LATEX_COLUMNS];
	struct str left = STR_INIT;
	int n = 0;
	if (columns) TRY(latex_chosen(columns, column, &n, e));
	else n = latex_fitting(c, column, &left);
	str_add(out, "% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}\n");
	if (left.len)
		str_printf(out, "%% left out to fit the %d pt of article: %s (tlrun compare --latex "
			"--columns chooses)\n", LATEX_WIDTH, str_text(&left));
	latex_rows(c, column, n, out);
	latex_tests(c, out);
	str_free(&left);
	return OK;
}
