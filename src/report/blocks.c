/* Pieces that several reports show: metric values, the confusion matrix, the pairs mixed up
 * most. */
#include "blocks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlrun/num.h"
#include "tlrun/visible.h"

enum { BLOCK_MATRIX_CLASSES = 20, BLOCK_PAIRS = 5 };

void
block_metric(const struct record_metric *m, double value, struct str *out)
{
	if (isnan(value)) str_add(out, "not measured");
	else if (m->share) str_printf(out, "%.2f %%", 100 * value);
	else str_printf(out, "%.4f", value);
}

void
block_spread(const struct record_metric *m, int n, double mean, double sd, struct str *out)
{
	if (n < 2 || isnan(mean)) block_metric(m, mean, out);
	else if (m->share) str_printf(out, "%.2f ± %.2f %%", 100 * mean, 100 * sd);
	else str_printf(out, "%.4f ± %.4f", mean, sd);
}

void
block_difference(const struct record_metric *m, double value, struct str *out)
{
	if (m->share) str_printf(out, "%+.2f %%", 100 * value);
	else str_printf(out, "%+.4f", value);
}

struct interval
block_wilson(const struct record_metric *m, double value, int n)
{
	if (!m->share || !n || !(value >= 0 && value <= 1)) return (struct interval){ NAN, NAN };
	return stats_wilson(round(value * n), n);
}

static struct interval
block_within(const struct record_metric *m, struct interval i, double low)
{
	if (m->lower) return i;
	return (struct interval){ i.low < low ? low : i.low, i.high > 1 ? 1 : i.high };
}

struct interval
block_t_interval(const struct record_metric *m, int n, const double *x)
{
	return block_within(m, stats_t_interval((size_t)n, x), 0);
}

struct interval
block_t_difference(const struct record_metric *m, int n, const double *d)
{
	return block_within(m, stats_t_interval((size_t)n, d), -1);
}

void
block_interval(const struct record_metric *m, struct interval i, struct str *out)
{
	if (isnan(i.low)) return;
	if (m->share) str_printf(out, "%.2f to %.2f %%", 100 * i.low, 100 * i.high);
	else str_printf(out, "%.4f to %.4f", i.low, i.high);
}

void
block_interval_cell(struct table *t, const struct record_metric *m, struct interval i)
{
	struct str text = STR_INIT;
	block_interval(m, i, &text);
	table_cell(t, "%s", str_text(&text));
	str_free(&text);
}

/* At the ends of where it is looked for the fit went on for ever; without an error a model can only
 * be made more certain. */
const char *
block_temperature_unfit(const struct record *r)
{
	const struct record_split *v = &r->validation;
	long long hits = 0;
	if (!r->calibrated) return NULL;
	if (r->temperature < 1.001 * STATS_TEMPERATURE_LEAST ||
		r->temperature > 0.999 * STATS_TEMPERATURE_MOST)
		return "the fit reached the end of its range";
	for (int i = 0; v->confusion && i < r->classes; i++)
		hits += v->confusion[(size_t)i * (size_t)r->classes + (size_t)i];
	const bool perfect = v->confusion && v->n && hits == v->n;
	return perfect ? "the validation images have no errors to fit it on" : NULL;
}

void
block_escape(const char *text, struct str *out)
{
	struct str line = STR_INIT;
	visible_line(text, &line);
	table_markdown(str_text(&line), out);
	str_free(&line);
}

void
block_latex(const char *text, struct str *out)
{
	static const struct { char c; const char *name; } words[] = {
		{ '\\', "\\textbackslash{}" }, { '~', "\\textasciitilde{}" },
		{ '^', "\\textasciicircum{}" },
		{ '<', "\\textless{}" }, { '>', "\\textgreater{}" }, { '"', "\\textquotedbl{}" },
		/* A row that begins with these would give its line break an argument. */
		{ '[', "{[}" }, { ']', "{]}" }, { '*', "{*}" },
	};
	enum { WORDS = sizeof words / sizeof *words };
	struct str line = STR_INIT;
	visible_line(text, &line);
	for (const char *s = str_text(&line); *s; s++) {
		int i = 0;
		while (i < WORDS && words[i].c != *s) i++;
		if (i < WORDS) str_add(out, words[i].name);
		else if (strchr("#$%&_{}", *s)) str_printf(out, "\\%c", *s);
		else str_add_char(out, *s);
	}
	str_free(&line);
}

void
block_rate(double per_second, char *out, size_t size)
{
	if (per_second >= 0 && per_second < 1e15) num_human_count((long long)per_second, out, size);
	else snprintf(out, size, "?");
}

void
block_memory(long long bytes, char *out, size_t size)
{
	num_human_bytes(bytes > 0 ? (double)bytes : NAN, out, size);
}

void
block_code(const char *text, struct str *out)
{
	int fence = 3, run = 0;
	for (const char *s = text; *s; s++) {
		run = *s == '`' ? run + 1 : 0;
		if (run >= fence) fence = run + 1;
	}
	str_pad(out, '`', fence);
	str_add_char(out, '\n');
	visible_lines(text, strlen(text), out);
	str_pad(out, '`', fence);
	str_add_char(out, '\n');
}

void
block_cell(struct table *t, double value)
{
	if (isnan(value)) table_cell(t, "%s", "");
	else table_cell(t, "%.4f", value);
}

static long long
block_count(const struct record *r, int truth, int predicted)
{
	return r->test.confusion[(size_t)truth * (size_t)r->classes + (size_t)predicted];
}

long long
block_support(const struct record *r, int truth)
{
	long long n = 0;
	for (int c = 0; c < r->classes; c++)
		n += block_count(r, truth, c);
	return n;
}

/* Rows are the true classes, columns the predicted ones, numbered as the rows are. */
static void
block_matrix(const struct record *r, struct str *out)
{
	int names = 4, digits = 4;
	char text[32];
	for (int i = 0; i < r->classes; i++) {
		if (visible_width(r->class_name[i]) > names) names = visible_width(r->class_name[i]);
		const int w = snprintf(text, sizeof text, "%lld", block_support(r, i));
		if (w > digits) digits = w;
	}
	str_pad(out, ' ', names + 4);
	for (int i = 0; i < r->classes; i++)
		str_printf(out, " %*d", digits, i);
	str_add(out, "    right\n");
	for (int i = 0; i < r->classes; i++) {
		visible_line(r->class_name[i], out);
		str_pad(out, ' ', names - visible_width(r->class_name[i]));
		str_printf(out, " %3d", i);
		for (int k = 0; k < r->classes; k++)
			str_printf(out, " %*lld", digits, block_count(r, i, k));
		const long long n = block_support(r, i);
		if (n) str_printf(out, "  %5.1f %%\n", 100.0 * (double)block_count(r, i, i) / (double)n);
		else str_add(out, "        -\n");
	}
}

bool
block_next_pair(const struct record *r, long long *count, int *i, int *k)
{
	long long best = 0;
	int bi = -1, bk = -1;
	for (int a = 0; a < r->classes; a++)
		for (int b = 0; b < r->classes; b++) {
			const long long n = block_count(r, a, b);
			const bool later = n < *count || (n == *count && (a > *i || (a == *i && b > *k)));
			if (a != b && later && n > best) best = n, bi = a, bk = b;
		}
	*count = best, *i = bi, *k = bk;
	return bi >= 0;
}

void
block_confusion(const struct record *r, struct str *out)
{
	if (r->classes <= BLOCK_MATRIX_CLASSES) {
		struct str matrix = STR_INIT;
		str_add(out, "Rows are true classes, columns predicted ones; last column: share of the row "
			"that is right.\n\n");
		block_matrix(r, &matrix);
		block_code(str_text(&matrix), out);
		str_add_char(out, '\n');
		str_free(&matrix);
	} else
		str_printf(out, "%d classes: the whole matrix is in result.json.\n\n", r->classes);
	struct table t;
	table_begin(&t, 4);
	t.left[1] = true;
	table_cell(&t, "true");
	table_cell(&t, "taken for");
	table_cell(&t, "images");
	table_cell(&t, "of the class");
	long long count = r->test.n + 1LL;
	int i = -1, k = -1, pairs = 0;
	while (pairs < BLOCK_PAIRS && block_next_pair(r, &count, &i, &k)) {
		table_cell(&t, "%s", r->class_name[i]);
		table_cell(&t, "%s", r->class_name[k]);
		table_cell(&t, "%lld", count);
		table_cell(&t, "%.1f %%", 100.0 * (double)count / (double)block_support(r, i));
		pairs++;
	}
	if (pairs) str_add(out, "Mixed up most:\n\n");
	if (pairs) table_end(&t, true, out);
	else {
		str_free(&t.text);
		str_add(out, "No image was mixed up.\n");
	}
	str_add_char(out, '\n');
}
