/* index.html: all experiments of a results folder, one self-contained page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"
#include "tlrun/num.h"

enum { INDEX_TALL = 12 };

/* An experiment and how it is drawn. */
struct entry {
	const struct comparison_row *row;
	bool compared;				/* has the page's headline, that of the first */
	int style;					/* colour and dash; -1: one of many */
};

/* NAME/HASH/report.html, as a URL (RFC 3986). */
static const char *
entry_link(struct arena *a, const struct record_set *s)
{
	struct str url = STR_INIT;
	for (const unsigned char *t = (const unsigned char *)s->name; *t; t++)
		if ((*t >= '0' && *t <= '9') || (*t >= 'a' && *t <= 'z') || (*t >= 'A' && *t <= 'Z') ||
			strchr("-._~/", *t))
			str_add_char(&url, (char)*t);
		else str_printf(&url, "%%%02X", *t);
	/* What begins with a slash or has a colon in its first part would lead elsewhere. */
	const char *const link = arena_printf(a, "./%s/%.8s/report.html", str_text(&url),
		s->config_hash);
	str_free(&url);
	return link;
}

static void
index_interval(const struct comparison_row *r, struct str *out)
{
	struct str text = STR_INIT;
	block_interval(&r->metric, r->interval, &text);
	html_number(str_text(&text), r->interval.high - r->interval.low, out);
	str_free(&text);
}

static void
index_cost(const struct comparison_row *r, struct str *out)
{
	char text[48];
	snprintf(text, sizeof text, r->epochs_least == r->epochs_most ? "%d" : "%d to %d",
		r->epochs_least, r->epochs_most);
	html_number(text, r->epochs_most, out);
	page_count(r->set->record[0].trained, out);
	num_human_seconds(r->seconds, text, sizeof text);
	html_number(text, r->seconds, out);
	block_rate(r->images_per_second, text, sizeof text);
	html_number(text, r->images_per_second, out);
	block_memory(r->memory, text, sizeof text);
	html_number(text, r->memory > 0 ? (double)r->memory : NAN, out);
}

static void
index_row(struct arena *a, const struct comparison_row *r, bool named, struct str *out)
{
	html_row(out);
	html_link(entry_link(a, r->set), r->set->name, out);
	page_count(r->set->n, out);
	if (named) html_cell(r->metric.name, out);
	page_metric(&r->metric, r->mean, out);
	if (r->set->n > 1) page_metric(&r->metric, r->sd, out);
	else html_number("", NAN, out);
	index_interval(r, out);
	page_decimals(r->macro_f1, 3, out);
	page_decimals(r->ece, 3, out);
	index_cost(r, out);
	html_row_end(out);
}

static void
index_table(struct arena *a, const struct comparison *c, struct str *out)
{
	static const char *const column[] = { "sd", "95 % interval", "macro F1", "ECE", "epochs",
		"trained", "time", "images/s", "memory" };
	html_section("table", "Comparison", out);
	html_table("Test images. Several seeds: their mean, standard deviation and Student's t "
		"interval; one seed: the Wilson interval of its images", true, out);
	html_column("experiment", false, out);
	html_column("seeds", true, out);
	if (!c->one_metric) html_column("metric", false, out);
	html_column(c->one_metric ? c->row[0].metric.name : "test", true, out);
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		html_column(column[i], true, out);
	html_rows(out);
	for (int i = 0; i < c->n; i++)
		index_row(a, &c->row[i], !c->one_metric, out);
	html_table_end(out);
	html_close(out);
}

/* Best first; equal ones stay in their order. */
static int
index_by_value(const void *x, const void *y)
{
	const struct entry *a = *(const struct entry *const *)x, *b = *(const struct entry *const *)y;
	const double sign = a->row->metric.lower ? 1 : -1, x_mean = a->row->mean, y_mean = b->row->mean;
	if (isnan(x_mean) || isnan(y_mean)) {
		if (isnan(x_mean) != isnan(y_mean)) return isnan(x_mean) ? 1 : -1;
	} else if (x_mean != y_mean) return sign * (x_mean - y_mean) > 0 ? 1 : -1;
	return a < b ? -1 : a > b;
}

/* Those with the headline of the first, best first; the best have colours of their own. */
static int
index_ranked(struct entry *e, int n, const struct entry **out)
{
	int count = 0, named = 0;
	for (int i = 0; i < n; i++)
		if (e[i].compared) out[count++] = &e[i];
	qsort(out, (size_t)count, sizeof *out, index_by_value);
	/* Few keep the order of the table, so that a colour stays with its experiment. */
	for (int i = 0; i < n && count <= SVG_STYLES; i++)
		if (e[i].compared) e[i].style = named++;
	for (int i = 0; i < SVG_STYLES && count > SVG_STYLES; i++)
		e[out[i] - e].style = i;
	return count;
}

static struct svg_bars
index_bars(struct arena *a, const struct entry *const *e, int n)
{
	struct svg_bar *bar = ARENA_ARRAY(a, struct svg_bar, (size_t)n);
	for (int i = 0; i < n; i++) {
		const struct comparison_row *r = e[i]->row;
		struct str label = STR_INIT;
		block_spread(&r->metric, r->set->n, r->mean, r->sd, &label);
		bar[i] = (struct svg_bar){ .name = r->set->name, .style = e[i]->style,
			.label = arena_strdup(a, str_text(&label)), .value = r->mean,
			.low = r->interval.low, .high = r->interval.high, .x = r->seconds, .n = r->set->n,
			.dot = r->value };
		str_free(&label);
	}
	return (struct svg_bars){ .title = "experiments compared", .n = n, .bar = bar,
		.x_title = n ? arena_printf(a, "test %s", e[0]->row->metric.name) : "",
		.percent = n && e[0]->row->metric.share };
}

/* Which of the set's metrics has this name; CURVE_LOSS for the loss. */
static int
index_metric(const struct record_set *s, const char *name)
{
	const struct record *r = &s->record[0];
	for (int i = 0; i < r->metrics; i++)
		if (!strcmp(r->metric[i].name, name)) return i;
	return CURVE_LOSS;
}

/* The mean over seeds of each experiment's validation, or training, one line each. */
static void
index_curves(struct arena *a, const struct entry *const *e, int n, const char *name,
	enum curve_part part, struct str *out)
{
	struct svg_series *series = ARENA_ARRAY(a, struct svg_series, (size_t)n);
	struct svg_lines l = { .height = 290, .series = series, .y_title = name };
	l.title = arena_printf(a, "%s by epoch, one line an experiment", name);
	/* The grey ones first: the others are drawn over them. */
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < n; i++) {
			const int metric = index_metric(e[i]->row->set, name);
			const struct curve c = curve_of(a, e[i]->row->set, metric, part);
			if (!c.any || (e[i]->style < 0) != !pass) continue;
			if (metric >= 0) l.percent = e[i]->row->set->record[0].metric[metric].share;
			series[l.n++] = (struct svg_series){ .name = e[i]->row->set->name, .style = e[i]->style,
				.n = c.n, .y = c.y };
		}
	page_lines(page_title(a, arena_printf(a, "%s_%s",
		part == CURVE_VALIDATION ? "validation" : "training", name)), "Mean of the seeds", &l,
		out);
}

static void
index_charts(struct arena *a, const struct entry *const *e, int n, struct str *out)
{
	const struct svg_bars bars = index_bars(a, e, n);
	html_section("charts", "Side by side", out);
	str_add(out, "<div class=\"charts\">\n");
	page_figure(page_title(a, arena_printf(a, "test_%s", e[0]->row->metric.name)),
		"Best first. Bars: mean of the seeds; lines: 95 % interval; a dot a seed.", n > INDEX_TALL,
		out);
	svg_bars(&bars, false, out);
	page_figure_end(out);
	page_figure("Against training time", "The upper left is best: right more often, in less time.",
		false, out);
	svg_scatter(&bars, false, out);
	page_figure_end(out);
	str_add(out, "</div>\n");
	html_close(out);
	html_section("curves", "Learning curves", out);
	str_add(out, "<div class=\"charts\">\n");
	for (int part = CURVE_VALIDATION; part >= CURVE_TRAINING; part--) {
		if (strcmp(e[0]->row->metric.name, "loss") != 0)
			index_curves(a, e, n, e[0]->row->metric.name, (enum curve_part)part, out);
		index_curves(a, e, n, "loss", (enum curve_part)part, out);
	}
	str_add(out, "</div>\n");
	html_close(out);
}

void
report_index(const struct comparison *c, struct str *out)
{
	struct arena *a = arena_new();
	struct entry *e = ARENA_ARRAY(a, struct entry, (size_t)c->n);
	const struct entry **ranked = ARENA_ARRAY(a, const struct entry *, (size_t)c->n);
	int seeds = 0;
	for (int i = 0; i < c->n; i++) {
		e[i] = (struct entry){ .row = &c->row[i], .style = -1,
			.compared = !strcmp(c->row[i].metric.name, c->row[0].metric.name) };
		seeds += c->row[i].set->n;
	}
	const int count = index_ranked(e, c->n, ranked);
	html_begin("Experiments", NULL, out);
	str_printf(out, "<p class=\"lead\">%d experiment%s, %d run%s.</p>\n", c->n,
		c->n == 1 ? "" : "s", seeds, seeds == 1 ? "" : "s");
	if (!c->n) str_add(out, "<p>No finished run.</p>\n");
	if (c->n) index_table(a, c, out);
	if (count) index_charts(a, ranked, count, out);
	page_warnings(c, out);
	page_tests(a, c, out);
	page_keys(c, out);
	html_end(out);
	arena_free(a);
}
