/* index.html: all experiments of a results folder, one self-contained page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

/* One experiment in numbers. */
struct entry {
	const struct record_set *set;
	struct record_metric metric;
	double *x;					/* [seeds] the headline */
	double mean, low, high, seconds, rate, macro_f1;
	long long memory;
	bool compared;				/* has the page's headline, that of the first */
	int style;					/* colour and dash; -1: one of many */
};

static double
entry_macro_f1(struct arena *a, const struct record *r)
{
	double sum = 0;
	if (!r->test.confusion) return NAN;
	struct class_scores *c = ARENA_ARRAY(a, struct class_scores, (size_t)r->classes);
	stats_class_scores(r->classes, r->test.confusion, c);
	for (int i = 0; i < r->classes; i++)
		sum += c[i].f1 / r->classes;
	return sum;
}

/* The bar's error: over seeds the standard deviation, of one seed its Wilson interval. */
static void
entry_spread(struct entry *e)
{
	const struct record_set *s = e->set;
	const int images = s->record[0].test.n;
	e->low = e->high = NAN;
	if (s->n > 1) {
		const double sd = stats_sd((size_t)s->n, e->x);
		e->low = e->mean - sd;
		e->high = e->mean + sd;
	} else if (e->metric.share && images && e->x[0] >= 0 && e->x[0] <= 1) {
		const struct interval i = stats_wilson(round(e->x[0] * images), images);
		e->low = i.low;
		e->high = i.high;
	}
}

static struct entry
entry_of(struct arena *a, const struct record_set *s)
{
	struct entry e = { .set = s, .x = ARENA_ARRAY(a, double, (size_t)s->n), .style = -1 };
	for (int i = 0; i < s->n; i++) {
		e.metric = record_headline(&s->record[i], &e.x[i]);
		e.seconds += s->timing[i].seconds_total / s->n;
		e.rate += s->timing[i].images_per_second / s->n;
		e.macro_f1 += entry_macro_f1(a, &s->record[i]) / s->n;
		if (s->timing[i].peak_memory_bytes > e.memory) e.memory = s->timing[i].peak_memory_bytes;
	}
	e.mean = stats_mean((size_t)s->n, e.x);
	entry_spread(&e);
	return e;
}

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
index_spread(const struct entry *e, struct str *out)
{
	struct str text = STR_INIT;
	double sort = NAN;
	if (e->set->n > 1) {
		sort = stats_sd((size_t)e->set->n, e->x);
		str_add(&text, "± ");
		block_metric(&e->metric, sort, &text);
	} else if (isfinite(e->low)) {
		sort = (e->high - e->low) / 2;
		str_printf(&text, "%.2f to %.2f %%", 100 * e->low, 100 * e->high);
	}
	html_number(str_text(&text), sort, out);
	str_free(&text);
}

static void
index_epochs(const struct record_set *s, struct str *out)
{
	char text[48];
	int least = s->record[0].epochs_run, most = least;
	for (int i = 1; i < s->n; i++) {
		const int n = s->record[i].epochs_run;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	snprintf(text, sizeof text, least == most ? "%d" : "%d to %d", least, most);
	html_number(text, most, out);
}

static void
index_row(struct arena *a, const struct entry *e, bool named, struct str *out)
{
	char text[32];
	html_row(out);
	html_link(entry_link(a, e->set), e->set->name, out);
	page_count(e->set->n, out);
	if (named) html_cell(e->metric.name, out);
	page_metric(&e->metric, e->mean, out);
	index_spread(e, out);
	snprintf(text, sizeof text, "%.3f", e->macro_f1);
	html_number(isnan(e->macro_f1) ? "–" : text, e->macro_f1, out);
	index_epochs(e->set, out);
	page_count(e->set->record[0].trained, out);
	num_human_seconds(e->seconds, text, sizeof text);
	html_number(text, e->seconds, out);
	block_rate(e->rate, text, sizeof text);
	html_number(text, e->rate, out);
	block_memory(e->memory, text, sizeof text);
	html_number(text, e->memory > 0 ? (double)e->memory : NAN, out);
	html_row_end(out);
}

static void
index_table(struct arena *a, const struct entry *e, int n, struct str *out)
{
	bool named = false;
	for (int i = 0; i < n; i++)
		named = named || !e[i].compared;
	html_section("table", "Comparison", out);
	html_table("Test images; several seeds: mean ± standard deviation, one seed: the 95 % Wilson "
		"interval of its images", true, out);
	html_column("experiment", false, out);
	html_column("seeds", true, out);
	if (named) html_column("metric", false, out);
	html_column(n && !named ? e[0].metric.name : "test", true, out);
	html_column("spread", true, out);
	html_column("macro F1", true, out);
	html_column("epochs", true, out);
	html_column("trained", true, out);
	html_column("time", true, out);
	html_column("images/s", true, out);
	html_column("memory", true, out);
	html_rows(out);
	for (int i = 0; i < n; i++)
		index_row(a, &e[i], named, out);
	html_table_end(out);
	html_close(out);
}

/* Best first; equal ones stay in their order. */
static int
index_by_value(const void *x, const void *y)
{
	const struct entry *a = *(const struct entry *const *)x, *b = *(const struct entry *const *)y;
	const double sign = a->metric.lower ? 1 : -1;
	if (isnan(a->mean) || isnan(b->mean)) {
		if (isnan(a->mean) != isnan(b->mean)) return isnan(a->mean) ? 1 : -1;
	} else if (a->mean != b->mean) return sign * (a->mean - b->mean) > 0 ? 1 : -1;
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
		struct str label = STR_INIT;
		block_metric(&e[i]->metric, e[i]->mean, &label);
		if (e[i]->set->n > 1 && isfinite(e[i]->low)) {
			str_add(&label, " ± ");
			block_metric(&e[i]->metric, stats_sd((size_t)e[i]->set->n, e[i]->x), &label);
		}
		bar[i] = (struct svg_bar){ .name = e[i]->set->name, .style = e[i]->style,
			.label = arena_strdup(a, str_text(&label)), .value = e[i]->mean, .low = e[i]->low,
			.high = e[i]->high, .x = e[i]->seconds, .n = e[i]->set->n, .dot = e[i]->x };
		str_free(&label);
	}
	return (struct svg_bars){ .title = "experiments compared", .n = n, .bar = bar,
		.x_title = n ? arena_printf(a, "test %s", e[0]->metric.name) : "",
		.percent = n && e[0]->metric.share };
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
			const int metric = index_metric(e[i]->set, name);
			const struct curve c = curve_of(a, e[i]->set, metric, part);
			if (!c.any || (e[i]->style < 0) != !pass) continue;
			if (metric >= 0) l.percent = e[i]->set->record[0].metric[metric].share;
			series[l.n++] = (struct svg_series){ .name = e[i]->set->name, .style = e[i]->style,
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
	page_figure(page_title(a, arena_printf(a, "test_%s", e[0]->metric.name)), "Best first. Bars: mean of the "
		"seeds; lines: standard deviation, or with one seed the Wilson interval; a dot a seed.",
		n > 12, out);
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
		if (strcmp(e[0]->metric.name, "loss") != 0)
			index_curves(a, e, n, e[0]->metric.name, (enum curve_part)part, out);
		index_curves(a, e, n, "loss", (enum curve_part)part, out);
	}
	str_add(out, "</div>\n");
	html_close(out);
}

void
report_index(const struct record_set *const *sets, int n, struct str *out)
{
	struct arena *a = arena_new();
	struct entry *e = ARENA_ARRAY(a, struct entry, (size_t)n);
	const struct entry **ranked = ARENA_ARRAY(a, const struct entry *, (size_t)n);
	int seeds = 0;
	for (int i = 0; i < n; i++) {
		e[i] = entry_of(a, sets[i]);
		e[i].compared = !strcmp(e[i].metric.name, e[0].metric.name);
		seeds += sets[i]->n;
	}
	const int count = index_ranked(e, n, ranked);
	html_begin("Experiments", NULL, out);
	str_printf(out, "<p class=\"lead\">%d experiment%s, %d run%s.</p>\n", n, n == 1 ? "" : "s",
		seeds, seeds == 1 ? "" : "s");
	if (!n) str_add(out, "<p>No finished run.</p>\n");
	if (n) index_table(a, e, n, out);
	if (count) index_charts(a, ranked, count, out);
	html_end(out);
	arena_free(a);
}
