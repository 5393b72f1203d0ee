/* A comparison for people: comparison.md, and the same for a terminal. */
#include <math.h>
#include <string.h>

#include "blocks.h"
#include "comparison_parts.h"
#include "table.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

enum { COMPARISON_COLUMNS = 8, COMPARISON_NAMES = 6, COMPARISON_FLIPS = 60 };

static void
comparison_cell(struct table *t, const struct comparison_row *row, bool named)
{
	struct str value = STR_INIT;
	if (named) str_printf(&value, "%s ", row->metric.name);
	block_spread(&row->metric, row->set->n, row->mean, row->sd, &value);
	table_cell(t, "%s", str_text(&value));
	str_free(&value);
	block_interval_cell(t, &row->metric, row->interval);
}

/* named: the metric stands in the cell, because the rows have different ones. */
static void
comparison_row_cells(struct table *t, const struct comparison_row *row, bool named)
{
	char text[32];
	table_cell(t, "%s", row->set->name);
	table_cell(t, "%d", row->set->n);
	comparison_cell(t, row, named);
	block_cell(t, row->macro_f1);
	block_cell(t, row->ece);
	/* "5", or "5 to 8" where the seeds stopped at different epochs. */
	if (row->epochs_least == row->epochs_most) table_cell(t, "%d", row->epochs_least);
	else table_cell(t, "%d to %d", row->epochs_least, row->epochs_most);
	num_human_count(row->set->record[0].trained, text, sizeof text);
	table_cell(t, "%s", text);
	num_human_seconds(row->seconds, text, sizeof text);
	table_cell(t, "%s", text);
	block_memory(row->memory, text, sizeof text);
	table_cell(t, "%s", text);
}

static void
comparison_table(const struct comparison *c, bool markdown, struct str *out)
{
	struct table t;
	table_begin(&t, 10);
	table_cell(&t, "experiment");
	table_cell(&t, "seeds");
	if (c->n && c->one_metric) table_cell(&t, "test %s", c->row[0].metric.name);
	else table_cell(&t, "test");
	table_cell(&t, "%s", "95 % interval");
	table_cell(&t, "macro F1");
	table_cell(&t, "ECE");
	table_cell(&t, "epochs");
	table_cell(&t, "trained");
	table_cell(&t, "time");
	table_cell(&t, "memory");
	for (int i = 0; i < c->n; i++)
		comparison_row_cells(&t, &c->row[i], !c->one_metric);
	table_end(&t, markdown, out);
}

void
report_comparison(const struct record_set *const *sets, int n, bool terminal, struct str *out)
{
	struct arena *a = arena_new();
	const struct comparison *c = comparison_make(a, sets, n, false);
	comparison_table(c, !terminal, out);
	arena_free(a);
}

static const char *
comparison_name(const struct comparison *c, int row)
{
	return c->row[row].set->name;
}

/* A list item; the names in it are shown as they are. */
static void
comparison_item(const char *text, bool markdown, struct str *out)
{
	str_add(out, "- ");
	if (markdown) block_escape(text, out);
	else visible_line(text, out);
	str_add_char(out, '\n');
}

static void
comparison_heading(const char *text, bool markdown, struct str *out)
{
	str_printf(out, markdown ? "\n## %s\n\n" : "\n%s\n\n", text);
}

static void
comparison_tests_text(const struct comparison *c, bool markdown, struct str *out)
{
	if (!c->pairs) return;
	comparison_heading("Tests", markdown, out);
	for (int i = 0; i < c->pairs; i++) {
		struct str text = STR_INIT;
		comparison_sentence(c, &c->pair[i], &text);
		if (!isnan(c->pair[i].bootstrap.low)) {
			const struct record_metric share = { "accuracy", false, true };
			str_add(&text, "; accuracy, bootstrap over seeds and images ");
			block_difference(&share, c->pair[i].bootstrap.low, &text);
			str_add(&text, " to ");
			block_difference(&share, c->pair[i].bootstrap.high, &text);
		}
		comparison_item(str_text(&text), markdown, out);
		str_free(&text);
	}
	struct str note = STR_INIT;
	comparison_note(c, &note);
	str_printf(out, "\n%s\n", str_text(&note));
	str_free(&note);
	if (markdown)
		str_add(out, "\nDifferences seed by seed. \"Higher\" and \"lower\" are written only where "
			"the interval (Student's t over seeds) excludes 0 and the p-value of the paired "
			"sign-flip test, corrected after Holm for the pairs tested here, is below 0.05. The "
			"paired t-test stands beside it: it needs fewer seeds, and takes the differences to be "
			"normal.\n");
}

static void
comparison_flip_cells(struct table *t, const struct comparison *c, const struct comparison_pair *p,
	const struct comparison_flip *f)
{
	table_cell(t, "%s", comparison_name(c, p->a));
	table_cell(t, "%s", comparison_name(c, p->b));
	table_cell(t, "%llu", (unsigned long long)f->seed);
	table_cell(t, "%lld of %lld", f->differ, f->images);
	table_cell(t, "%lld", f->only_a);
	table_cell(t, "%lld", f->only_b);
	table_cell(t, "%.3g", f->p);
	table_cell(t, "%.3g", f->p_holm);
}

/* McNemar's test, and the images that flipped. */
static void
comparison_flips(const struct comparison *c, bool markdown, struct str *out)
{
	struct table t;
	int shown = 0, all = 0;
	table_begin(&t, 8);
	t.left[1] = true;
	table_cell(&t, "first");
	table_cell(&t, "second");
	table_cell(&t, "seed");
	table_cell(&t, "predicted otherwise");
	table_cell(&t, "only first right");
	table_cell(&t, "only second right");
	table_cell(&t, "McNemar p");
	table_cell(&t, "corrected");
	for (int i = 0; i < c->pairs; i++)
		for (int s = 0; s < c->pair[i].seeds; s++) {
			const struct comparison_flip *f = &c->pair[i].flip[s];
			if (!f->images || all++ >= COMPARISON_FLIPS) continue;
			comparison_flip_cells(&t, c, &c->pair[i], f);
			shown++;
		}
	if (!shown) {
		str_free(&t.text);
		return;
	}
	comparison_heading("The same images, model by model", markdown, out);
	table_end(&t, markdown, out);
	if (all > shown)
		str_printf(out, "\n%d of %d pairs of models are shown; `tlrun compare --json` has all.\n",
			shown, all);
	if (markdown)
		str_add(out, "\nMcNemar's test (mid-p) of two models of one seed: whether these two differ "
			"on images like these, not whether others would with another seed.\n");
}

static void
comparison_key_table(const struct comparison *c, bool markdown, struct str *out)
{
	struct table t;
	table_begin(&t, 1 + c->n);
	table_cell(&t, "key");
	for (int i = 0; i < c->n; i++) {
		t.left[1 + i] = true;
		table_cell(&t, "%s", comparison_name(c, i));
	}
	for (int k = 0; k < c->keys; k++) {
		table_cell(&t, "%s", c->key[k].key);
		for (int i = 0; i < c->n; i++)
			table_cell(&t, "%s", c->key[k].value[i] ? c->key[k].value[i] : "-");
	}
	table_end(&t, markdown, out);
}

/* The rows that have the value of row i, unless one before it has. */
static void
comparison_key_value(const struct comparison *c, const char *const *value, int i, struct str *out)
{
	const char *const own = value[i] ? value[i] : "-";
	int n = 0;
	for (int k = 0; k < c->n; k++) {
		const bool same = !strcmp(value[k] ? value[k] : "-", own);
		if (same && k < i) return;
		if (same && n++ < COMPARISON_NAMES)
			str_printf(out, "%s%s", n == 1 ? "" : ", ", comparison_name(c, k));
	}
	if (n > COMPARISON_NAMES) str_printf(out, " and %d others", n - COMPARISON_NAMES);
	str_printf(out, ": %s; ", own);
}

static void
comparison_key_list(const struct comparison *c, bool markdown, struct str *out)
{
	for (int k = 0; k < c->keys; k++) {
		struct str text = STR_INIT;
		str_printf(&text, "%s = ", c->key[k].key);
		for (int i = 0; i < c->n; i++)
			comparison_key_value(c, c->key[k].value, i, &text);
		str_cut(&text, text.len - 2);
		comparison_item(str_text(&text), markdown, out);
		str_free(&text);
	}
}

static void
comparison_all(const struct comparison *c, bool markdown, struct str *out)
{
	comparison_table(c, markdown, out);
	if (markdown)
		str_add(out, "\nThe interval is Student's t over seeds; with one seed Wilson's of the test "
			"images. ECE has 15 bins. Time and memory vary from run to run.\n");
	if (c->warnings) comparison_heading("Warnings", markdown, out);
	for (int i = 0; i < c->warnings; i++)
		comparison_item(c->warning[i], markdown, out);
	comparison_tests_text(c, markdown, out);
	comparison_flips(c, markdown, out);
	if (c->n < 2) return;
	comparison_heading("What differs in the files", markdown, out);
	if (!c->keys) str_add(out, "Nothing.\n");
	else if (c->n <= COMPARISON_COLUMNS) comparison_key_table(c, markdown, out);
	else comparison_key_list(c, markdown, out);
}

void
comparison_markdown(const struct comparison *c, struct str *out)
{
	str_add(out, "# Comparison\n\n");
	comparison_all(c, true, out);
}

void
comparison_terminal(const struct comparison *c, struct str *out)
{
	comparison_all(c, false, out);
}
