/* comparison.md, and the same table for a terminal: a row an experiment. */
#include <math.h>
#include <string.h>

#include "blocks.h"
#include "table.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

/* The interval of one seed's share of images; nothing for several seeds or another metric. */
static void
comparison_spread(struct table *t, const struct record_set *s, const struct record_metric *m,
	const double *x)
{
	const size_t n = (size_t)s->n;
	const int images = s->record[0].test.n;
	struct str sd = STR_INIT;
	if (n > 1) {
		block_metric(m, stats_sd(n, x), &sd);
		table_cell(t, "%s", str_text(&sd));
	} else if (m->share && images && x[0] >= 0 && x[0] <= 1) {
		const struct interval i = stats_wilson(round(x[0] * images), images);
		table_cell(t, "%.2f to %.2f %%", 100 * i.low, 100 * i.high);
	} else table_cell(t, "%s", "");
	str_free(&sd);
}

/* "5", or "5 to 8" where the seeds stopped at different epochs. */
static void
comparison_epochs(struct table *t, const struct record_set *s)
{
	int least = s->record[0].epochs_run, most = least;
	for (int i = 1; i < s->n; i++) {
		const int epochs = s->record[i].epochs_run;
		if (epochs < least) least = epochs;
		if (epochs > most) most = epochs;
	}
	if (least == most) table_cell(t, "%d", least);
	else table_cell(t, "%d to %d", least, most);
}

static void
comparison_cost(struct table *t, const struct record_set *s)
{
	double seconds = 0, rate = 0;
	long long memory = 0;
	for (int i = 0; i < s->n; i++) {
		seconds += s->timing[i].seconds_total / s->n;
		rate += s->timing[i].images_per_second / s->n;
		if (s->timing[i].peak_memory_bytes > memory) memory = s->timing[i].peak_memory_bytes;
	}
	char time[32], images[32], bytes[32];
	num_human_seconds(seconds, time, sizeof time);
	block_rate(rate, images, sizeof images);
	block_memory(memory, bytes, sizeof bytes);
	table_cell(t, "%s", time);
	table_cell(t, "%s", images);
	table_cell(t, "%s", bytes);
}

/* named: the metric stands in the cell, because the rows have different ones. */
static void
comparison_row(struct table *t, const struct record_set *s, bool named, struct arena *a)
{
	double *x = ARENA_ARRAY(a, double, (size_t)s->n);
	struct record_metric m = { 0 };
	char trained[32];
	struct str value = STR_INIT;
	for (int i = 0; i < s->n; i++)
		m = record_headline(&s->record[i], &x[i]);
	if (named) str_printf(&value, "%s ", m.name);
	block_metric(&m, stats_mean((size_t)s->n, x), &value);
	table_cell(t, "%s", s->name);
	table_cell(t, "%d", s->n);
	table_cell(t, "%s", str_text(&value));
	str_free(&value);
	comparison_spread(t, s, &m, x);
	comparison_epochs(t, s);
	num_human_count(s->record[0].trained, trained, sizeof trained);
	table_cell(t, "%s", trained);
	comparison_cost(t, s);
}

static const char *
comparison_metric(const struct record_set *s)
{
	double test;
	return record_headline(&s->record[0], &test).name;
}

void
report_comparison(const struct record_set *const *sets, int n, bool terminal, struct str *out)
{
	struct arena *a = arena_new();
	struct table t;
	bool spread = false, named = false;
	for (int i = 0; i < n; i++) {
		spread = spread || sets[i]->n > 1;
		named = named || strcmp(comparison_metric(sets[i]), comparison_metric(sets[0])) != 0;
	}
	if (!terminal) str_add(out, "# Comparison\n\n");
	table_begin(&t, 9);
	table_cell(&t, "experiment");
	table_cell(&t, "seeds");
	if (n && !named) table_cell(&t, "test %s", comparison_metric(sets[0]));
	else table_cell(&t, "test");
	table_cell(&t, "%s", spread ? "sd, or 95 % interval" : "95 % interval");
	table_cell(&t, "epochs");
	table_cell(&t, "trained");
	table_cell(&t, "time");
	table_cell(&t, "images/s");
	table_cell(&t, "memory");
	for (int i = 0; i < n; i++)
		comparison_row(&t, sets[i], named, a);
	table_end(&t, !terminal, out);
	if (!terminal)
		str_add(out, "\nOne seed: the Wilson interval of the test images; several: the standard "
			"deviation over seeds. Time, images per second and memory vary from run to run.\n");
	arena_free(a);
}
