/* The index's charts: the experiments side by side, in the page and as files of their own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "names.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"

enum { INDEX_TALL = 12, INDEX_NAME = 26 };	/* bars that scroll; letters of a name */

/* An experiment and how it is drawn. */
struct entry {
	const struct comparison_row *row;
	bool compared;				/* has the page's headline, that of the first */
	int style;					/* colour and dash; -1: one of many */
	const char *name;			/* without what the names of all begin with, where they are long */
};
/* Those that are drawn, best first; their headline. */
struct entries { int n; const struct entry **v; const char *metric; };

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

static struct entries
index_entries(struct arena *a, const struct comparison *c)
{
	struct entry *e = ARENA_ARRAY(a, struct entry, (size_t)c->n);
	const struct entry **v = ARENA_ARRAY(a, const struct entry *, (size_t)c->n);
	const char **name = ARENA_ARRAY(a, const char *, (size_t)c->n);
	const char **shown = ARENA_ARRAY(a, const char *, (size_t)c->n);
	for (int i = 0; i < c->n; i++)
		name[i] = c->row[i].set->name;
	names_short(a, c->n, name, INDEX_NAME, shown);
	for (int i = 0; i < c->n; i++)
		e[i] = (struct entry){ .row = &c->row[i], .style = -1, .name = shown[i],
			.compared = !strcmp(c->row[i].metric.name, c->row[0].metric.name) };
	const int n = index_ranked(e, c->n, v);
	return (struct entries){ n, v, n ? v[0]->row->metric.name : "" };
}

static struct svg_bars
index_bars(struct arena *a, const struct entries *e)
{
	struct svg_bar *bar = ARENA_ARRAY(a, struct svg_bar, (size_t)e->n);
	for (int i = 0; i < e->n; i++) {
		const struct comparison_row *r = e->v[i]->row;
		struct str label = STR_INIT;
		block_spread(&r->metric, r->set->n, r->mean, r->sd, &label);
		bar[i] = (struct svg_bar){ .name = e->v[i]->name, .full = r->set->name,
			.style = e->v[i]->style,
			.label = arena_strdup(a, str_text(&label)), .value = r->mean,
			.low = r->interval.low, .high = r->interval.high, .x = r->seconds, .n = r->set->n,
			.dot = r->value };
		str_free(&label);
	}
	return (struct svg_bars){ .title = "experiments compared", .n = e->n, .bar = bar,
		.x_title = arena_printf(a, "test %s", e->metric),
		.percent = e->n && e->v[0]->row->metric.share };
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

/* The curves that are drawn: of the headline and of the loss, the validation's first. */
struct index_curve { const char *metric; enum curve_part part; };
enum { INDEX_CURVES = 4 };

static int
index_curves(const struct entries *e, struct index_curve *out)
{
	int n = 0;
	for (int part = CURVE_VALIDATION; part >= CURVE_TRAINING; part--) {
		if (strcmp(e->metric, "loss") != 0)
			out[n++] = (struct index_curve){ e->metric, (enum curve_part)part };
		out[n++] = (struct index_curve){ "loss", (enum curve_part)part };
	}
	return n;
}

/* "validation_accuracy" */
static const char *
index_curve_name(struct arena *a, const struct index_curve *k)
{
	return arena_printf(a, "%s_%s", k->part == CURVE_VALIDATION ? "validation" : "training",
		k->metric);
}

/* The mean over seeds of each experiment, one line each. */
static struct svg_lines
index_lines(struct arena *a, const struct entries *e, const struct index_curve *k)
{
	struct svg_series *series = ARENA_ARRAY(a, struct svg_series, (size_t)e->n);
	struct svg_lines l = { .height = 290, .series = series, .y_title = k->metric };
	l.title = arena_printf(a, "%s by epoch, one line an experiment", k->metric);
	/* The grey ones first: the others are drawn over them. */
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < e->n; i++) {
			const struct entry *const x = e->v[i];
			const struct record_set *const set = x->row->set;
			const int metric = index_metric(set, k->metric);
			const struct curve c = curve_of(a, set, metric, k->part);
			if (!c.any || (x->style < 0) != !pass) continue;
			if (metric >= 0) l.percent = set->record[0].metric[metric].share;
			series[l.n++] = (struct svg_series){ .name = x->name, .style = x->style, .n = c.n,
				.y = c.y };
		}
	return l;
}

void
page_side_by_side(struct arena *a, const struct comparison *c, struct str *out)
{
	const struct entries e = index_entries(a, c);
	struct index_curve curve[INDEX_CURVES];
	if (!e.n) return;
	const struct svg_bars bars = index_bars(a, &e);
	html_section("charts", "Side by side", out);
	str_add(out, "<div class=\"charts\">\n");
	page_figure(page_title(a, arena_printf(a, "test_%s", e.metric)),
		"Best first. Bars: mean of the seeds; lines: 95 % interval; a dot a seed.",
		e.n > INDEX_TALL, out);
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
	const int curves = index_curves(&e, curve);
	for (int i = 0; i < curves; i++) {
		const struct svg_lines l = index_lines(a, &e, &curve[i]);
		page_lines(page_title(a, index_curve_name(a, &curve[i])), "Mean of the seeds", &l, out);
	}
	str_add(out, "</div>\n");
	html_close(out);
}

const char *
report_index_chart(struct arena *a, const struct comparison *c, int i, struct str *out)
{
	enum { BARS, SCATTER, CURVES };
	const struct entries e = index_entries(a, c);
	struct index_curve curve[INDEX_CURVES];
	if (!e.n || i >= CURVES + index_curves(&e, curve)) return NULL;
	if (i < CURVES) {
		const struct svg_bars bars = index_bars(a, &e);
		(i == BARS ? svg_bars : svg_scatter)(&bars, true, out);
		return arena_printf(a, "test_%s%s.svg", e.metric, i == BARS ? "" : "_against_time");
	}
	const struct svg_lines l = index_lines(a, &e, &curve[i - CURVES]);
	if (!l.n) return "";
	svg_lines(&l, true, out);
	return arena_printf(a, "%s.svg", index_curve_name(a, &curve[i - CURVES]));
}
