/* sweep.md, sweep.json and sweep.csv, and the table on a terminal: a row a trial, best first. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "cautions.h"
#include "csv.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

enum { SWEEP_COLUMNS = 5, SWEEP_SHOWN = TABLE_COLUMNS - SWEEP_COLUMNS };

/* A trial with its numbers, over its seeds. */
struct ranked {
	const struct sweep_row *row;
	size_t n;					/* seeds */
	double *x;					/* [n] */
	double mean, sd, test;		/* test: mean headline */
	double key;					/* mean, as it ranks */
};
struct ranking {
	struct arena *a;
	const struct sweep_sheet *s;
	struct ranked *v;			/* [s->n], best first */
	const struct sweep_row *some;	/* with records; NULL: no trial has any */
	int done;
};

/* The metric that ranks, of one run. */
static double
sweep_run_value(const struct sweep_sheet *s, const struct sweep_row *row, const struct record *r)
{
	const struct record_split *const split = s->test ? &r->test : &r->validation;
	if (s->training) {
		const int kept = r->restored_epoch ? r->restored_epoch : r->epochs;
		if (kept < 1 || kept > r->epochs) return NAN;
		const struct record_epoch *const h = &r->history[kept - 1];
		return row->metric < 0 ? h->loss : h->metric[row->metric];
	}
	return !split->n ? NAN : row->metric < 0 ? split->loss : split->metric[row->metric];
}

static struct ranked
sweep_value(struct arena *a, const struct sweep_sheet *s, const struct sweep_row *row)
{
	struct ranked r = { row, 0, NULL, NAN, NAN, NAN, NAN };
	char text[32];
	const struct record_set *const set = row->set;
	if (!set) return r;
	r.n = (size_t)set->n;
	r.x = ARENA_ARRAY(a, double, r.n);
	double *test = ARENA_ARRAY(a, double, r.n);
	for (size_t i = 0; i < r.n; i++) {
		const struct record *const record = &set->record[i];
		r.x[i] = sweep_run_value(s, row, record);
		record_headline(record, &test[i]);
	}
	r.mean = stats_mean(r.n, r.x);
	r.sd = r.n > 1 ? stats_sd(r.n, r.x) : NAN;
	r.test = stats_mean(r.n, test);
	/* Records hold float32: means that differ in the seventh digit are the same. */
	snprintf(text, sizeof text, "%.5e", r.mean);
	num_parse_double(text, &r.key);
	return r;
}

/* Whether x stands before y. */
static bool
sweep_before(const struct sweep_sheet *s, const struct ranked *x, const struct ranked *y)
{
	if (isnan(x->key) || isnan(y->key)) return !isnan(x->key) && isnan(y->key);
	return s->lower ? x->key < y->key : x->key > y->key;
}

/* Insertion: equal ones stay in the file's order. */
static struct ranking
sweep_rank(struct arena *a, const struct sweep_sheet *s)
{
	struct ranking k = { .a = a, .s = s, .v = ARENA_ARRAY(a, struct ranked, (size_t)s->n) };
	for (int i = 0; i < s->n; i++) {
		const struct ranked r = sweep_value(a, s, &s->row[i]);
		int at = i;
		for (; at > 0 && sweep_before(s, &r, &k.v[at - 1]); at--)
			k.v[at] = k.v[at - 1];
		k.v[at] = r;
		if (r.n && !k.some) k.some = &s->row[i];
		k.done += r.n > 0;
	}
	return k;
}

static bool
sweep_differs(const struct sweep_sheet *s, int key)
{
	for (int i = 1; i < s->n; i++)
		if (strcmp(s->row[i].value[key], s->row[0].value[key]) != 0) return true;
	return false;
}

/* The metric that ranks, as the trial's records know it. */
static struct record_metric
sweep_metric(const struct sweep_row *row)
{
	if (row->metric < 0) return (struct record_metric){ "loss", true, false };
	return row->set->record[0].metric[row->metric];
}

/* Which columns there are besides the keys. */
struct sweep_columns {
	bool spread;				/* some trial has several seeds */
	bool test;					/* the headline of the test split ranks not already */
};

static struct sweep_columns
sweep_columns_of(const struct ranking *k)
{
	struct sweep_columns c = { false, true };
	double test;
	for (int i = 0; i < k->s->n; i++)
		c.spread = c.spread || k->v[i].n > 1;
	if (k->s->test)
		c.test = strcmp(record_headline(&k->some->set->record[0], &test).name,
			sweep_metric(k->some).name) != 0;
	return c;
}

static void
sweep_cells(struct table *t, const struct ranked *r, struct sweep_columns c)
{
	struct str text = STR_INIT;
	double test;
	if (!r->n) {
		for (int i = 0; i < 2 + c.spread + c.test; i++)
			table_cell(t, "%s", i ? "" : "not finished");
		return;
	}
	const struct record_metric m = sweep_metric(r->row);
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
	const struct sweep_columns c = sweep_columns_of(k);
	for (int i = 0; i < s->keys && n < SWEEP_SHOWN; i++)
		if (sweep_differs(s, i)) shown[n++] = i;
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

/* What a reader should know before they take the first row for the best. */
static void
sweep_notes(const struct ranking *k, struct str *out)
{
	const struct sweep_sheet *const s = k->s;
	const char *const order = s->lower ? "lowest" : "highest";
	const bool seen = s->test || caution_of(CAUTION_TEST_CHOSE, k->some->set);
	str_printf(out, "Ranked by %s, %s first: the mean over seeds, %s.", s->metric, order,
		s->training ? "of the training images, in the epoch whose weights the model has"
					: "with the restored weights");
	if (k->done < s->n) str_printf(out, " %d of %d trials have finished runs.", k->done, s->n);
	if (s->same)
		str_printf(out, " %d more would be the same experiment as one of these.", s->same);
	str_add_char(out, '\n');
	if (seen)
		str_add(out, "Warning: the test images choose the best trial here, so what it scores on "
			"them is too good.\n");
	if (s->training)
		str_add(out, "Warning: the training images choose the best trial here, and it may be the "
			"one that learned them by heart.\n");
}

void
report_sweep(const struct sweep_sheet *s, bool terminal, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = sweep_rank(a, s);
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
	const struct ranking k = sweep_rank(a, s);
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", 1);
	json_put_string(&j, "name", s->name);
	json_put_string(&j, "metric", s->metric);
	json_put_string(&j, "goal", s->lower ? "minimize" : "maximize");
	json_put_int(&j, "same", s->same);
	json_open_array(&j, "trials");
	for (int i = 0; i < s->n; i++)
		sweep_trial_json(&k, i, &j);
	json_close(&j);
	json_close(&j);
	json_finish(&j);
	arena_free(a);
}

void
report_sweep_csv(const struct sweep_sheet *s, struct str *out)
{
	struct arena *a = arena_new();
	const struct ranking k = sweep_rank(a, s);
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
