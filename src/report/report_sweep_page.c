/* sweep.html: a sweep's trials ranked and drawn, one self-contained page. */
#include <math.h>
#include <stdio.h>

#include "blocks.h"
#include "page.h"
#include "ranking.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

static void
trial_value(const char *text, struct str *out)
{
	double x;
	if (num_parse_double(text, &x)) html_number(text, x, out);
	else html_cell(text, out);
}

/* A metric's cell; empty where there are no records. */
static void
trial_metric(const struct ranked *r, const struct record_metric *m, double value, struct str *out)
{
	if (r->n && !isnan(value)) page_metric(m, value, out);
	else html_number("", NAN, out);
}

static void
trial_row(const struct ranking *k, int rank, struct ranking_columns c, struct str *out)
{
	const struct ranked *const r = &k->v[rank];
	const struct record_metric m = ranking_metric(k->some);
	double test;
	html_row(out);
	if (r->n)
		html_link(page_report(k->a, "..", r->row->name, r->row->config_hash), r->row->name, out);
	else html_name(r->row->name, out);
	page_count(rank + 1, out);
	for (int i = 0; i < k->s->keys; i++)
		if (ranking_differs(k->s, i)) trial_value(r->row->value[i], out);
	if (r->n) trial_metric(r, &m, r->mean, out);
	else html_number("not finished", NAN, out);
	if (c.spread) trial_metric(r, &m, r->sd, out);
	if (c.test) {
		const struct record_metric headline = record_headline(&k->some->set->record[0], &test);
		trial_metric(r, &headline, r->test, out);
	}
	page_count((long long)r->n, out);
	html_row_end(out);
}

static bool
trial_is_number(const struct ranking *k, int key)
{
	double x;
	for (int i = 0; i < k->s->n; i++)
		if (!num_parse_double(k->s->row[i].value[key], &x)) return false;
	return true;
}

static void
trial_table(const struct ranking *k, struct str *out)
{
	const struct ranking_columns c = ranking_columns(k);
	struct str caption = STR_INIT;
	double test;
	ranking_order(k, &caption);
	html_section("trials", "Trials", out);
	html_table(str_text(&caption), true, out);
	html_column("trial", false, out);
	html_column("rank", true, out);
	for (int i = 0; i < k->s->keys; i++)
		if (ranking_differs(k->s, i))
			html_column(k->s->label[i], trial_is_number(k, i), out);
	html_column(k->s->metric, true, out);
	if (c.spread) html_column("sd", true, out);
	if (c.test)
		html_column(arena_printf(k->a, "test %s",
			record_headline(&k->some->set->record[0], &test).name), true, out);
	html_column("seeds", true, out);
	html_rows(out);
	for (int i = 0; i < k->s->n; i++)
		trial_row(k, i, c, out);
	html_table_end(out);
	html_close(out);
	str_free(&caption);
}

/* All that the best trial sets, also what is the same in all trials. */
static void
trial_best(const struct ranking *k, struct str *out)
{
	html_section("best", "The best trial", out);
	html_table(arena_printf(k->a, "What %s sets", k->v[0].row->name), false, out);
	html_column("key", false, out);
	html_column("value", false, out);
	html_rows(out);
	for (int i = 0; i < k->s->keys; i++) {
		html_row(out);
		html_name(k->s->key[i], out);
		html_cell(k->v[0].row->value[i], out);
		html_row_end(out);
	}
	html_table_end(out);
	html_close(out);
}

void
report_sweep_page(const struct sweep_sheet *s, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = ranking_of(a, s);
	if (k.some) {
		html_begin(arena_printf(a, "Sweep %s", s->name), "../index.html", out);
		for (int i = 0; i < RANKING_WARNINGS; i++) {
			const char *const text = ranking_warning(&k, i);
			if (text) html_note(true, text, out);
		}
		trial_table(&k, out);
		page_sweep(&k, out);
		trial_best(&k, out);
		html_end(out);
	}
	arena_free(a);
}
