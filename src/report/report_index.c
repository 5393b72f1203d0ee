/* index.html: all experiments of a results folder, one self-contained page. */
#include <math.h>
#include <stdio.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"
#include "tlrun/num.h"

/* The sweeps with a page of their own. */
static void
index_sweeps(struct arena *a, const char *const *sweep, size_t sweeps, struct str *out)
{
	if (!sweeps) return;
	str_add(out, "<nav class=\"contents\" aria-label=\"Sweeps\"><ul>");
	for (size_t i = 0; i < sweeps; i++) {
		str_add(out, "<li><a href=\"");
		html_text(arena_printf(a, "%s/sweep.html", page_url(a, ".", sweep[i])), out);
		str_add(out, "\">Sweep ");
		html_text(sweep[i], out);
		str_add(out, "</a></li>\n");
	}
	str_add(out, "</ul></nav>\n");
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
	html_link(page_report(a, ".", r->set->name, r->set->config_hash), r->set->name, out);
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

void
report_index(const struct comparison *c, const char *const *sweep, size_t sweeps,
	struct str *out)
{
	struct arena *a = arena_new();
	int seeds = 0;
	for (int i = 0; i < c->n; i++)
		seeds += c->row[i].set->n;
	html_begin("Experiments", NULL, out);
	str_printf(out, "<p class=\"lead\">%d experiment%s, %d run%s.</p>\n", c->n,
		c->n == 1 ? "" : "s", seeds, seeds == 1 ? "" : "s");
	index_sweeps(a, sweep, sweeps, out);
	if (!c->n) str_add(out, "<p>No finished run.</p>\n");
	if (c->n) index_table(a, c, out);
	page_side_by_side(a, c, out);
	page_warnings(c, out);
	page_tests(a, c, out);
	page_keys(c, out);
	html_end(out);
	arena_free(a);
}
