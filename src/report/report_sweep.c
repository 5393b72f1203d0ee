/* sweep.md, sweep.json and sweep.csv, and the table on a terminal: a row a trial, best first. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "csv.h"
#include "ranking.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/report.h"

enum { SWEEP_COLUMNS = 5, SWEEP_SHOWN = TABLE_COLUMNS - SWEEP_COLUMNS };

static void
sweep_cells(struct table *t, const struct ranked *r, struct ranking_columns c)
{
	struct str text = STR_INIT;
	double test;
	if (!r->n) {
		for (int i = 0; i < 2 + c.spread + c.test; i++)
			table_cell(t, "%s", i ? "" : "not finished");
		return;
	}
	const struct record_metric m = ranking_metric(r->row);
	const struct record_metric headline = record_headline(&r->row->set->record[0], &test);
	block_metric(&m, r->mean, &text);
	table_cell(t, "%s", str_text(&text));
	str_clear(&text);
	if (c.spread && r->n > 1) block_metric(&m, r->sd, &text);
	if (c.spread) table_cell(t, "%s", str_text(&text));
	str_clear(&text);
	block_metric(&headline, r->test, &text);
	if (c.test) table_cell(t, "%s", str_text(&text));
	table_cell(t, "%zu", r->n);
	str_free(&text);
}

static void
sweep_table(const struct ranking *k, bool terminal, struct str *out)
{
	const struct sweep_sheet *const s = k->s;
	struct table t;
	int shown[SWEEP_SHOWN], n = 0;
	double test;
	const struct ranking_columns c = ranking_columns(k);
	for (int i = 0; i < s->keys && n < SWEEP_SHOWN; i++)
		if (ranking_differs(s, i)) shown[n++] = i;
	table_begin(&t, n + 3 + c.spread + c.test);
	table_cell(&t, "trial");
	for (int i = 0; i < n; i++)
		table_cell(&t, "%s", s->label[shown[i]]);
	table_cell(&t, "%s", s->metric);
	if (c.spread) table_cell(&t, "sd");
	if (c.test)
		table_cell(&t, "test %s", record_headline(&k->some->set->record[0], &test).name);
	table_cell(&t, "seeds");
	for (int i = 0; i < s->n; i++) {
		table_cell(&t, "%s", k->v[i].row->name);
		for (int j = 0; j < n; j++)
			table_cell(&t, "%s", k->v[i].row->value[shown[j]]);
		sweep_cells(&t, &k->v[i], c);
	}
	table_end(&t, !terminal, out);
}

static void
sweep_notes(const struct ranking *k, struct str *out)
{
	ranking_order(k, out);
	str_add_char(out, '\n');
	for (int i = 0; i < RANKING_WARNINGS; i++) {
		const char *const warning = ranking_warning(k, i);
		if (warning) str_printf(out, "Warning: %s\n", warning);
	}
}

void
report_sweep(const struct sweep_sheet *s, bool terminal, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = ranking_of(a, s);
	if (k.some) {
		if (terminal) str_printf(out, "sweep %s\n", s->name);
		else {
			str_add(out, "# Sweep "), block_escape(s->name, out), str_add(out, "\n\n");
			sweep_notes(&k, out);
			str_add_char(out, '\n');
		}
		sweep_table(&k, terminal, out);
		if (terminal) sweep_notes(&k, out);
		else {
			str_printf(out, "\nThe best: %s, which is\n\n", k.v[0].row->name);
			struct str set = STR_INIT;
			for (int i = 0; i < s->keys; i++)
				str_printf(&set, "%s=%s\n", s->key[i], k.v[0].row->value[i]);
			block_code(str_text(&set), out);
			str_free(&set);
		}
	}
	arena_free(a);
}

static void
sweep_number(struct json *j, const char *key, double x)
{
	if (isnan(x)) json_put_double(j, key, x);
	else json_put_float(j, key, (float)x);
}

static void
sweep_trial_json(const struct ranking *k, int rank, struct json *j)
{
	const struct ranked *const r = &k->v[rank];
	double test;
	json_open_object(j, NULL);
	json_put_int(j, "rank", rank + 1);
	json_put_int(j, "trial", (long long)(r->row - k->s->row) + 1);
	json_put_string(j, "name", r->row->name);
	json_put_string(j, "configuration", r->row->config_hash);
	json_open_object(j, "values");
	for (int i = 0; i < k->s->keys; i++)
		json_put_string(j, k->s->key[i], r->row->value[i]);
	json_close(j);
	json_open_row(j, "seeds");
	for (size_t i = 0; i < r->n; i++)
		json_put_int(j, NULL, (long long)r->row->set->record[i].seed);
	json_close(j);
	json_put_double(j, "mean", r->mean);
	json_put_double(j, "sd", r->sd);
	json_open_row(j, "by_seed");
	for (size_t i = 0; i < r->n; i++)
		sweep_number(j, NULL, r->x[i]);
	json_close(j);
	json_put_string(j, "headline",
		r->n ? record_headline(&r->row->set->record[0], &test).name : NULL);
	json_put_double(j, "test", r->test);
	json_close(j);
}

void
report_sweep_json(const struct sweep_sheet *s, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = ranking_of(a, s);
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", 1);
	json_put_string(&j, "name", s->name);
	json_put_string(&j, "metric", s->metric);
	json_put_string(&j, "goal", s->lower ? "minimize" : "maximize");
	json_put_int(&j, "same", s->same);
	json_open_row(&j, "drawn_log");
	for (int i = 0; i < s->keys && s->drawn_log; i++)
		if (s->drawn_log[i]) json_put_string(&j, NULL, s->key[i]);
	json_close(&j);
	json_open_array(&j, "trials");
	for (int i = 0; i < s->n; i++)
		sweep_trial_json(&k, i, &j);
	json_close(&j);
	if (s->formers) json_open_array(&j, "former");
	for (size_t i = 0; i < s->formers; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "name", s->former[i]);
		json_close(&j);
	}
	if (s->formers) json_close(&j);
	json_close(&j);
	json_finish(&j);
	arena_free(a);
}

void
report_sweep_csv(const struct sweep_sheet *s, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = ranking_of(a, s);
	str_add(out, "rank,trial,configuration");
	for (int i = 0; i < s->keys; i++) {
		str_add_char(out, ',');
		csv_text(out, s->key[i]);
	}
	str_add(out, ",seeds,");
	csv_text(out, s->metric);
	str_add(out, ",sd,test\n");
	for (int i = 0; i < s->n; i++) {
		const struct ranked *const r = &k.v[i];
		str_printf(out, "%d,", i + 1);
		csv_text(out, r->row->name);
		str_add_char(out, ',');
		csv_text(out, r->row->config_hash);
		for (int c = 0; c < s->keys; c++) {
			str_add_char(out, ',');
			csv_text(out, r->row->value[c]);
		}
		str_printf(out, ",%zu,", r->n);
		csv_number(out, r->mean);
		str_add_char(out, ',');
		csv_number(out, r->sd);
		str_add_char(out, ',');
		csv_number(out, r->test);
		str_add_char(out, '\n');
	}
	arena_free(a);
}
