/* report.tex: tables of one experiment for a paper (booktabs). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

/* A share in percent, anything else with four decimals: the unit stands in the head. */
static void
latex_value(const struct record_metric *m, double v, struct str *out)
{
	if (isnan(v)) str_add(out, " & --");
	else if (m->share) str_printf(out, " & %.2f", 100 * v);
	else str_printf(out, " & %.4f", v);
}

static void
latex_head(const struct record_metric *m, struct str *out)
{
	str_add(out, " & ");
	block_latex(m->name, out);
	if (m->share) str_add(out, " (\\%)");
}

static void
latex_over_seeds(struct arena *a, const struct record_set *s, bool sd, struct str *out)
{
	const struct record *r = &s->record[0];
	double *x = ARENA_ARRAY(a, double, (size_t)s->n);
	str_add(out, sd ? "standard deviation" : "mean");
	for (int m = -1; m < r->metrics; m++) {
		const struct record_metric loss = { "loss", true, false };
		for (int i = 0; i < s->n; i++)
			x[i] = m < 0 ? s->record[i].test.loss : s->record[i].test.metric[m];
		latex_value(m < 0 ? &loss : &r->metric[m],
			sd ? stats_sd((size_t)s->n, x) : stats_mean((size_t)s->n, x), out);
	}
	str_add(out, " & & \\\\\n");
}

static void
latex_seeds(struct arena *a, const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	const struct record_metric loss = { "loss", true, false };
	str_add(out, "\\begin{tabular}{l");
	str_pad(out, 'r', r->metrics + 3);
	str_add(out, "}\n\\toprule\nseed");
	latex_head(&loss, out);
	for (int i = 0; i < r->metrics; i++)
		latex_head(&r->metric[i], out);
	str_add(out, " & epochs & kept epoch \\\\\n\\midrule\n");
	for (int i = 0; i < s->n; i++) {
		const struct record *one = &s->record[i];
		str_printf(out, "%llu", (unsigned long long)one->seed);
		latex_value(&loss, one->test.loss, out);
		for (int m = 0; m < r->metrics; m++)
			latex_value(&r->metric[m], one->test.metric[m], out);
		str_printf(out, " & %d & %d \\\\\n", one->epochs_run,
			one->restored_epoch ? one->restored_epoch : one->epochs_run);
	}
	if (s->n > 1) {
		str_add(out, "\\midrule\n");
		latex_over_seeds(a, s, false, out);
		latex_over_seeds(a, s, true, out);
	}
	str_add(out, "\\bottomrule\n\\end{tabular}\n");
}

static void
latex_classes(struct arena *a, const struct record *r, struct str *out)
{
	struct class_scores *c = ARENA_ARRAY(a, struct class_scores, (size_t)r->classes);
	stats_class_scores(r->classes, r->test.confusion, c);
	str_add(out, "\\begin{tabular}{lrrrr}\n\\toprule\n"
		"class & precision & recall & F1 & images \\\\\n\\midrule\n");
	for (int i = 0; i < r->classes; i++) {
		block_latex(r->class_name[i], out);
		str_printf(out, " & %.3f & %.3f & %.3f & %lld \\\\\n", c[i].precision, c[i].recall, c[i].f1,
			c[i].support);
	}
	str_add(out, "\\bottomrule\n\\end{tabular}\n");
}

void
report_latex(const struct record_set *s, struct str *out)
{
	struct arena *a = arena_new();
	const struct record *r = page_pooled(a, s);
	str_add(out, "% Needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}.\n% ");
	block_latex(s->name, out);
	str_printf(out, ", configuration %.8s, test images\n", s->config_hash);
	latex_seeds(a, s, out);
	if (s->classification_report && r->test.confusion) {
		str_add(out, "\n% Each class");
		if (s->n > 1) str_add(out, ", the test images of all seeds together");
		str_add_char(out, '\n');
		latex_classes(a, r, out);
	}
	arena_free(a);
}
