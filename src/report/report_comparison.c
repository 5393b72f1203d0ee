/* comparison.md, and the same table for a terminal: a row an experiment. */
#include <math.h>

#include "blocks.h"
#include "table.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

static void
comparison_row(struct table *t, const struct record_set *s, struct arena *a)
{
	const struct record *r = &s->record[0];
	const size_t n = (size_t)s->n;
	double *x = ARENA_ARRAY(a, double, n), seconds = 0, rate = 0;
	long long memory = 0;
	for (size_t i = 0; i < n; i++) {
		x[i] = s->record[i].test.metric[0];
		seconds += s->timing[i].seconds_total / (double)n;
		rate += s->timing[i].images_per_second / (double)n;
		if (s->timing[i].peak_memory_bytes > memory) memory = s->timing[i].peak_memory_bytes;
	}
	struct str value = STR_INIT, sd = STR_INIT;
	block_metric(&r->metric[0], stats_mean(n, x), &value);
	block_metric(&r->metric[0], stats_sd(n, x), &sd);
	table_cell(t, "%s", s->name);
	table_cell(t, "%zu", n);
	table_cell(t, "%s", str_text(&value));
	if (n > 1) table_cell(t, "%s", str_text(&sd));
	else if (r->metric[0].share && r->test.n) {
		const struct interval i = stats_wilson(round(x[0] * r->test.n), (double)r->test.n);
		table_cell(t, "[%.2f, %.2f]", 100 * i.low, 100 * i.high);
	} else table_cell(t, "%s", "");
	str_free(&value);
	str_free(&sd);
	char trained[32], time[32], images[32], bytes[32];
	num_human_count(r->trained, trained, sizeof trained);
	num_human_seconds(seconds, time, sizeof time);
	num_human_count((long long)rate, images, sizeof images);
	num_human_bytes((double)memory, bytes, sizeof bytes);
	table_cell(t, "%d", r->epochs_run);
	table_cell(t, "%s", trained);
	table_cell(t, "%s", time);
	table_cell(t, "%s", images);
	table_cell(t, "%s", bytes);
}

void
report_comparison(const struct record_set *const *sets, int n, bool terminal, struct str *out)
{
	struct arena *a = arena_new();
	struct table t;
	bool spread = false;
	for (int i = 0; i < n; i++)
		spread = spread || sets[i]->n > 1;
	if (!terminal) str_add(out, "# Comparison\n\n");
	table_begin(&t, 9);
	table_cell(&t, "experiment");
	table_cell(&t, "seeds");
	table_cell(&t, "test %s", n ? sets[0]->record[0].metric[0].name : "");
	table_cell(&t, "%s", spread ? "sd, or 95 % interval" : "95 % interval");
	table_cell(&t, "epochs");
	table_cell(&t, "trained");
	table_cell(&t, "time");
	table_cell(&t, "images/s");
	table_cell(&t, "memory");
	for (int i = 0; i < n; i++)
		comparison_row(&t, sets[i], a);
	table_end(&t, !terminal, out);
	if (!terminal)
		str_add(out, "\nOne seed: the Wilson interval of the test images; several: the standard "
			"deviation over seeds. Time, images per second and memory vary from run to run.\n");
	arena_free(a);
}
