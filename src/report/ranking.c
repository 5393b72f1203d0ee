/* A sweep's trials from best to worst, for its tables and its page. */
#include "ranking.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cautions.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/stats.h"

/* The metric that ranks, of one run. */
static double
ranking_run_value(const struct sweep_sheet *s, const struct sweep_row *row, const struct record *r)
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
ranking_value(struct arena *a, const struct sweep_sheet *s, const struct sweep_row *row)
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
		r.x[i] = ranking_run_value(s, row, record);
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
ranking_before(const struct sweep_sheet *s, const struct ranked *x, const struct ranked *y)
{
	if (isnan(x->key) || isnan(y->key)) return !isnan(x->key) && isnan(y->key);
	return s->lower ? x->key < y->key : x->key > y->key;
}

/* By insertion, so that equal ones stay in the order of the file. */
struct ranking
ranking_of(struct arena *a, const struct sweep_sheet *s)
{
	struct ranking k = { .a = a, .s = s, .v = ARENA_ARRAY(a, struct ranked, (size_t)s->n) };
	for (int i = 0; i < s->n; i++) {
		const struct ranked r = ranking_value(a, s, &s->row[i]);
		int at = i;
		for (; at > 0 && ranking_before(s, &r, &k.v[at - 1]); at--)
			k.v[at] = k.v[at - 1];
		k.v[at] = r;
		if (r.n && !k.some) k.some = &s->row[i];
		k.done += r.n > 0;
	}
	return k;
}

bool
ranking_differs(const struct sweep_sheet *s, int key)
{
	for (int i = 1; i < s->n; i++)
		if (strcmp(s->row[i].value[key], s->row[0].value[key]) != 0) return true;
	return false;
}

struct record_metric
ranking_metric(const struct sweep_row *row)
{
	if (row->metric < 0) return (struct record_metric){ "loss", true, false };
	return row->set->record[0].metric[row->metric];
}

struct ranking_columns
ranking_columns(const struct ranking *k)
{
	struct ranking_columns c = { false, true };
	double test;
	for (int i = 0; i < k->s->n; i++)
		c.spread = c.spread || k->v[i].n > 1;
	if (k->s->test)
		c.test = strcmp(record_headline(&k->some->set->record[0], &test).name,
			ranking_metric(k->some).name) != 0;
	return c;
}

void
ranking_order(const struct ranking *k, struct str *out)
{
	const struct sweep_sheet *const s = k->s;
	str_printf(out, "Ranked by %s, %s first: the mean over seeds, %s.", s->metric,
		s->lower ? "lowest" : "highest",
		s->training ? "of the training images, in the epoch whose weights the model has"
					: "with the restored weights");
	if (k->done < s->n) str_printf(out, " %d of %d trials have finished runs.", k->done, s->n);
	if (s->same)
		str_printf(out, " %d more would be the same experiment as one of these.", s->same);
}

const char *
ranking_warning(const struct ranking *k, int i)
{
	if (i) return !k->s->training ? NULL : "the training images choose the best trial here, and "
		"it may be the one that learned them by heart.";
	return !k->s->test && !caution_of(CAUTION_TEST_CHOSE, k->some->set) ? NULL : "the test images "
		"choose the best trial here, so what it scores on them is too good.";
}
