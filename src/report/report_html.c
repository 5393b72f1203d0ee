/* report.html: one experiment over its seeds, one self-contained page. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "cautions.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

void
page_metric(const struct record_metric *m, double value, struct str *out)
{
	struct str text = STR_INIT;
	block_metric(m, value, &text);
	html_number(isnan(value) ? "–" : str_text(&text), value, out);
	str_free(&text);
}

void
page_count(long long n, struct str *out)
{
	char text[32];
	num_human_count(n, text, sizeof text);
	html_number(text, (double)n, out);
}

const char *
page_url(struct arena *a, const char *from, const char *name)
{
	struct str url = STR_INIT;
	str_printf(&url, "%s/", from);
	for (const unsigned char *t = (const unsigned char *)name; *t; t++)
		if ((*t >= '0' && *t <= '9') || (*t >= 'a' && *t <= 'z') || (*t >= 'A' && *t <= 'Z') ||
			strchr("-._~/", *t))
			str_add_char(&url, (char)*t);
		else str_printf(&url, "%%%02X", *t);
	const char *const text = arena_strdup(a, str_text(&url));
	str_free(&url);
	return text;
}

const char *
page_report(struct arena *a, const char *from, const char *name, const char *config_hash)
{
	return arena_printf(a, "%s/%.8s/report.html", page_url(a, from, name), config_hash);
}

void
page_decimals(double v, int digits, struct str *out)
{
	char text[32];
	snprintf(text, sizeof text, "%.*f", digits, v);
	html_number(isnan(v) ? "–" : text, v, out);
}

static void
tile(const char *name, bool first, const char *value, const char *note, struct str *out)
{
	str_printf(out, "<div class=\"tile%s\"><dt>", first ? " main" : "");
	html_text(name, out);
	str_add(out, "</dt><dd>");
	html_text(value, out);
	if (*note) {
		str_add(out, "<small>");
		html_text(note, out);
		str_add(out, "</small>");
	}
	str_add(out, "</dd></div>\n");
}

/* What stands under the headline: over seeds their spread, of one seed its interval. */
static void
headline_note(const struct record_set *s, const struct record_metric *m, const double *x,
	struct str *out)
{
	const struct record *r = &s->record[0];
	char n[32];
	if (s->n > 1) {
		str_printf(out, "mean of %d seeds, standard deviation ", s->n);
		block_metric(m, stats_sd((size_t)s->n, x), out);
		return;
	}
	const struct interval i = block_wilson(m, x[0], r->test.n);
	if (isnan(i.low)) return;
	num_human_count(r->test.n, n, sizeof n);
	str_add(out, "95 % interval (Wilson) ");
	block_interval(m, i, out);
	str_printf(out, ", n = %s", n);
}

static void
html_tiles(struct arena *a, const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	double *x = ARENA_ARRAY(a, double, (size_t)s->n), seconds = 0;
	struct record_metric m = { 0 };
	struct str value = STR_INIT, note = STR_INIT;
	char text[32], total[48];
	for (int i = 0; i < s->n; i++) {
		m = record_headline(&s->record[i], &x[i]);
		seconds += s->timing[i].seconds_total / s->n;
	}
	block_metric(&m, stats_mean((size_t)s->n, x), &value);
	headline_note(s, &m, x, &note);
	str_add(out, "<dl class=\"tiles\">\n");
	tile(arena_printf(a, "test %s", m.name), true, str_text(&value), str_text(&note), out);
	num_human_count(r->trained, text, sizeof text);
	num_human_count(r->parameters, total, sizeof total);
	tile("trained parameters", false, text, arena_printf(a, "of %s", total), out);
	num_human_count(r->mult_adds, text, sizeof text);
	tile("multiply-adds", false, text, "an image, forward", out);
	num_human_seconds(seconds, text, sizeof text);
	tile("time", false, text, s->n > 1 ? "a seed, on average" : "", out);
	str_add(out, "</dl>\n");
	str_free(&value);
	str_free(&note);
}

static void
seeds_interval(const struct record *r, const struct record_metric *m, double test, struct str *out)
{
	const struct interval i = block_wilson(m, test, r->test.n);
	struct str text = STR_INIT;
	block_interval(m, i, &text);
	html_number(str_text(&text), i.low, out);
	str_free(&text);
}

static const char *
seeds_stopped(struct arena *a, const struct record *r)
{
	if (!strcmp(r->stopped, "early_stopping"))
		return arena_printf(a, "early: %s did not improve", r->monitor ? r->monitor : "it");
	if (!strcmp(r->stopped, "epochs")) return "at its last epoch";
	return r->stopped;
}

static void
seeds_row(struct arena *a, const struct record *r, struct str *out)
{
	const struct record_metric loss = { "loss", true, false };
	double test;
	const struct record_metric m = record_headline(r, &test);
	html_row(out);
	page_count((long long)r->seed, out);
	page_metric(&m, test, out);
	seeds_interval(r, &m, test, out);
	page_count(r->test.n, out);
	if (strcmp(m.name, "loss") != 0) page_metric(&loss, r->test.loss, out);
	for (int i = 0; i < r->metrics; i++)
		if (strcmp(r->metric[i].name, m.name) != 0)
			page_metric(&r->metric[i], r->test.metric[i], out);
	html_number(arena_printf(a, "%d of %d", r->epochs_run, r->epochs_planned), r->epochs_run, out);
	if (r->restored_epoch) page_count(r->restored_epoch, out);
	else html_number("last", r->epochs_run, out);
	html_cell(seeds_stopped(a, r), out);
	html_row_end(out);
}

static void
html_seeds(struct arena *a, const struct record_set *s, struct str *out)
{
	double test;
	const struct record *r = &s->record[0];
	const struct record_metric m = record_headline(r, &test);
	html_table("Each seed on the test images", true, out);
	html_column("seed", true, out);
	html_column(m.name, true, out);
	html_column("95 % interval (Wilson)", true, out);
	html_column("images", true, out);
	if (strcmp(m.name, "loss") != 0) html_column("loss", true, out);
	for (int i = 0; i < r->metrics; i++)
		if (strcmp(r->metric[i].name, m.name) != 0) html_column(r->metric[i].name, true, out);
	html_column("epochs", true, out);
	html_column("kept epoch", true, out);
	html_column("training stopped", false, out);
	html_rows(out);
	for (int i = 0; i < s->n; i++)
		seeds_row(a, &s->record[i], out);
	html_table_end(out);
}

static void
html_warnings(struct arena *a, const struct record_set *s, struct str *out)
{
	for (int c = 0; c < CAUTIONS; c++)
		if (caution_of((enum caution)c, s))
			html_note(true, arena_printf(a, "%s.", caution_text((enum caution)c)), out);
}

static void
html_contents(const struct record_set *s, bool classes, struct str *out)
{
	str_add(out, "<nav class=\"contents\" aria-label=\"On this page\"><ul>"
		"<li><a href=\"#result\">Result</a></li>");
	if (s->learning_curves) str_add(out, "<li><a href=\"#curves\">Learning curves</a></li>");
	if (classes && s->classification_report)
		str_add(out, "<li><a href=\"#classes\">Classification report</a></li>");
	if (classes && s->confusion_matrix)
		str_add(out, "<li><a href=\"#confusion\">Confusion matrix</a></li>");
	if (page_has_calibration(s))
		str_add(out, "<li><a href=\"#calibration\">Calibration</a></li>");
	if (page_has_sheets(s)) str_add(out, "<li><a href=\"#mistakes\">Mistakes</a></li>");
	str_add(out, "<li><a href=\"#setting\">Network and training</a></li>"
		"<li><a href=\"#cost\">Time and memory</a></li>"
		"<li><a href=\"#provenance\">Provenance</a></li></ul></nav>\n");
}

/* From results/NAME/HASH/report.html to results/index.html: a name may have slashes. */
static const char *
html_up(struct arena *a, const char *name)
{
	const char *up = "../../";
	for (const char *t = name; *t; t++)
		if (*t == '/') up = arena_printf(a, "../%s", up);
	return arena_printf(a, "%sindex.html", up);
}

static void
html_tag(const char *text, struct str *out)
{
	str_add(out, "<li dir=\"auto\">");
	html_text(text, out);
	str_add(out, "</li>");
}

static void
html_introduction(struct arena *a, const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	if (s->description && *s->description) {
		str_add(out, "<p class=\"lead\" dir=\"auto\">");
		html_text(s->description, out);
		str_add(out, "</p>\n");
	}
	str_add(out, "<ul class=\"tags\">");
	html_tag(r->dataset, out);
	html_tag(arena_printf(a, "%d classes", r->classes), out);
	if (r->backbone) html_tag(r->backbone, out);
	if (r->start_from) html_tag(arena_printf(a, "starts from %s", r->start_from), out);
	html_tag(arena_printf(a, "%d seed%s", s->n, s->n > 1 ? "s" : ""), out);
	html_tag(arena_printf(a, "configuration %.8s", s->config_hash), out);
	str_add(out, "</ul>\n");
}

void
report_html(const struct record_set *s, struct str *out)
{
	struct arena *a = arena_new();
	html_begin(s->name, html_up(a, s->name), out);
	html_introduction(a, s, out);
	html_contents(s, s->record[0].test.confusion != NULL, out);
	html_section("result", "Result", out);
	html_tiles(a, s, out);
	html_warnings(a, s, out);
	html_seeds(a, s, out);
	html_close(out);
	page_curves(a, s, out);
	page_classes(a, s, out);
	page_calibration(a, s, out);
	page_sheets(s, out);
	page_setting(s, out);
	page_cost(s, out);
	page_provenance(s, out);
	html_end(out);
	arena_free(a);
}
