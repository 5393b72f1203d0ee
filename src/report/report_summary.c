/* summary.json: one experiment over its seeds. */
#include <math.h>

#include "blocks.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"

static void
summary_value(struct json *j, const struct record_metric *m, size_t n, const double *x)
{
	const char *const key = m->name;
	json_open_object(j, key);
	json_put_double(j, "mean", stats_mean(n, x));
	json_put_double(j, "sd", stats_sd(n, x));
	const struct interval t = block_t_interval(m, (int)n, x);
	if (n > 1) {
		json_open_row(j, "interval");
		json_put_double(j, NULL, t.low);
		json_put_double(j, NULL, t.high);
		json_close(j);
	} else json_put_string(j, "interval", NULL);
	json_open_row(j, "by_seed");
	for (size_t i = 0; i < n; i++)
		json_put_float(j, NULL, (float)x[i]);
	json_close(j);
	json_close(j);
}

/* Over the seeds whose records all have it. x [seeds] is scratch. */
static void
summary_calibration(struct json *j, const struct record_set *s, double *x)
{
	static const char *const names[] = { "ece", "brier", "nll" };
	for (int i = 0; i < s->n; i++)
		if (!s->record[i].calibration) return;
	json_open_object(j, "calibration");
	for (int k = 0; k < 3; k++) {
		for (int i = 0; i < s->n; i++) {
			const struct calibration *c = s->record[i].calibration;
			x[i] = k == 0 ? c->ece : k == 1 ? c->brier : c->nll;
		}
		/* ECE lies between 0 and 1, the others have no upper end. */
		summary_value(j, &(struct record_metric){ names[k], k != 0, false }, (size_t)s->n, x);
	}
	json_close(j);
}

void
report_summary_json(const struct record_set *s, struct str *out)
{
	struct arena *a = arena_new();
	const size_t n = (size_t)s->n;
	double *x = ARENA_ARRAY(a, double, n);
	const struct record *first = &s->record[0];
	struct json j;
	double test;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", RECORD_VERSION);
	json_put_string(&j, "name", s->name);
	json_put_string(&j, "configuration", s->config_hash);
	json_put_string(&j, "headline", record_headline(first, &test).name);
	json_open_row(&j, "seeds");
	for (size_t i = 0; i < n; i++)
		json_put_int(&j, NULL, (long long)s->record[i].seed);
	json_close(&j);
	json_open_object(&j, "test");
	for (size_t i = 0; i < n; i++)
		x[i] = s->record[i].test.loss;
	summary_value(&j, &(struct record_metric){ "loss", true, false }, n, x);
	for (int m = 0; m < first->metrics; m++) {
		for (size_t i = 0; i < n; i++)
			x[i] = s->record[i].test.metric[m];
		summary_value(&j, &first->metric[m], n, x);
	}
	json_close(&j);
	summary_calibration(&j, s, x);
	json_close(&j);
	json_finish(&j);
	arena_free(a);
}
