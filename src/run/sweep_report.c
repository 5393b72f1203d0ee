/* The tables of the sweeps of a batch, from the records of their trials. */
#include <string.h>

#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"

/* Where the metric that ranks stands in the records of x: "loss" is none of their metrics. */
static int
sweep_metric_of(const struct experiment *x, const char *name)
{
	const struct kind_list *const metrics = &x->o.evaluation.metrics;
	struct monitor m;
	int loss = 0;
	if (!training_monitor(&x->o.evaluation, sweep_metric_bare(name), &m) || m.metric < 0) return -1;
	for (int i = 0; i < m.metric; i++)
		loss += !strcmp(metrics->v[i].kind->name, "loss");
	return strcmp(metrics->v[m.metric].kind->name, "loss") != 0 ? m.metric - loss : -1;
}

static struct sweep_row
sweep_row_of(struct arena *a, struct experiment *x, const char *results)
{
	const struct sweep *const s = x->trial->sweep;
	struct sweep_row row = { .name = x->name, .config_hash = x->config_hash,
		.metric = sweep_metric_of(x, s->rank.name) };
	const char **value = ARENA_ARRAY(a, const char *, (size_t)s->keys);
	for (int i = 0; i < s->keys; i++)
		value[i] = x->trial->setting[i].text;
	row.value = value;
	batch_records(a, &x, 1, results, &row.set);
	return row;
}

/* The sweep that x[i] is the first trial of, with its rows among the n experiments; NULL: none. */
static struct sweep_sheet *
sweep_sheet_of(struct arena *a, struct experiment *const *x, int n, int i, const char *results)
{
	if (!x[i]->trial) return NULL;
	const struct sweep *const s = x[i]->trial->sweep;
	for (int k = 0; k < i; k++)
		if (x[k]->trial && x[k]->trial->sweep == s) return NULL;
	struct sweep_sheet *sheet = ARENA_NEW(a, struct sweep_sheet);
	struct sweep_row *row = ARENA_ARRAY(a, struct sweep_row, (size_t)n);
	*sheet = (struct sweep_sheet){ .name = s->name, .metric = s->rank.name, .test = s->rank.test,
		.training = s->rank.training, .lower = s->rank.lower, .keys = s->keys, .key = s->key,
		.label = s->label, .drawn_log = s->drawn_log, .same = s->same, .row = row };
	bool some = false;
	for (int k = i; k < n; k++) {
		if (!x[k]->trial || x[k]->trial->sweep != s) continue;
		row[sheet->n] = sweep_row_of(a, x[k], results);
		some = some || row[sheet->n].set;
		sheet->n++;
	}
	return some ? sheet : NULL;
}

/* The sheet with the trials that the file standing there lists and this one does not. */
static const struct sweep_sheet *
sweep_with_former(struct arena *a, const struct sweep_sheet *s, const char *results)
{
	struct sweep_sheet *out = ARENA_NEW(a, struct sweep_sheet);
	size_t n;
	const char **name = sweep_names(a, results, s->name, &n);
	*out = *s;
	out->former = name;
	out->formers = 0;
	for (size_t i = 0; i < n; i++) {
		bool made = false;
		for (int k = 0; k < s->n; k++)
			made = made || !strcmp(s->row[k].name, name[i]);
		if (!made && file_is_folder(path_join(a, results, name[i])))
			name[out->formers++] = name[i];
	}
	return out;
}

enum status
sweep_put(struct arena *a, const struct sweep_sheet *sheet, const char *results, struct err *e)
{
	const struct sweep_sheet *const s = sweep_with_former(a, sheet, results);
	const char *const folder = path_join(a, results, s->name);
	enum { FILES = 4 };
	struct str text[FILES] = { STR_INIT, STR_INIT, STR_INIT, STR_INIT };
	static const char *const name[FILES] = { "sweep.csv", "sweep.json", "sweep.md", SWEEP_PAGE };
	report_sweep_csv(s, &text[0]);
	report_sweep_json(s, &text[1]);
	report_sweep(s, false, &text[2]);
	report_sweep_page(s, &text[3]);
	enum status status = file_make_folders(folder, e);
	for (int i = 0; i < FILES; i++) {
		if (status == OK) status = file_put(a, folder, name[i], &text[i], e);
		str_free(&text[i]);
	}
	return status;
}

enum status
sweep_write(struct arena *a, struct experiment *const *x, int n, const char *results,
	struct err *e)
{
	for (int i = 0; i < n; i++) {
		const struct sweep_sheet *const s = sweep_sheet_of(a, x, n, i, results);
		if (s) TRY(sweep_put(a, s, results, e));
	}
	return OK;
}

int
sweep_show(struct arena *a, struct experiment *const *x, int n, const char *results,
	struct str *out)
{
	int shown = 0;
	for (int i = 0; i < n; i++) {
		const struct sweep_sheet *const s = sweep_sheet_of(a, x, n, i, results);
		if (!s) continue;
		if (shown++) str_add_char(out, '\n');
		report_sweep(s, true, out);
		str_printf(out, "sweep: %s/%s/" SWEEP_PAGE "\n", results, s->name);
	}
	return shown;
}
