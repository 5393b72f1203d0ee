/* One evaluation by itself, for `tlrun evaluate`; its images one by one, for `tlrun predict`. */

#include "blocks.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/report.h"

static void
evaluation_row(struct table *t, const struct record_metric *m, double value, int n)
{
	struct str text = STR_INIT;
	table_cell(t, "%s", m->name);
	block_metric(m, value, &text);
	table_cell(t, "%s", str_text(&text));
	str_clear(&text);
	block_interval(m, block_wilson(m, value, n), &text);
	table_cell(t, text.len ? "%s (95 %%, Wilson)" : "%s", str_text(&text));
	str_free(&text);
}

void
report_evaluation(const struct record *r, const char *split, const struct record_split *s,
	struct str *out)
{
	static const struct record_metric loss = { "loss", true, false };
	char images[32];
	struct table t;
	num_human_count(s->n, images, sizeof images);
	str_printf(out, "%s/%.8s, seed %llu: %s %s images\n\n", r->name, r->config_hash,
		(unsigned long long)r->seed, images, split);
	table_begin(&t, 3);
	t.left[0] = t.left[2] = true;
	evaluation_row(&t, &loss, s->loss, s->n);
	for (int i = 0; i < r->metrics; i++)
		evaluation_row(&t, &r->metric[i], s->metric[i], s->n);
	const struct calibration *const c = r->calibration;
	const struct { const char *name; double value; } calibration[] = { { "ECE", c->ece },
		{ "Brier", c->brier }, { "NLL", c->nll } };
	for (int i = 0; i < 3; i++)
		evaluation_row(&t, &(struct record_metric){ calibration[i].name, true, false },
			calibration[i].value, s->n);
	table_end(&t, false, out);
	str_add_char(out, '\n');
	report_classification(r->classes, r->class_name, s->confusion, 4, out);
}

void
report_evaluation_json(const struct record *r, const char *split, const struct record_split *s,
	const char *weights, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "name", r->name);
	json_put_string(&j, "configuration", r->config_hash);
	json_put_int(&j, "seed", (long long)r->seed);
	json_put_string(&j, "weights", weights);
	json_open_array(&j, "classes");
	for (int i = 0; i < r->classes; i++)
		json_put_string(&j, NULL, r->class_name[i]);
	json_close(&j);
	block_split_json(&j, r, split, s);
	block_calibration_json(&j, "calibration", r->calibration);
	json_close(&j);
	json_finish(&j);
}

/* The probability of the class that an image was taken for. */
static float
evaluation_probability(const struct predictions *p, int i)
{
	return p->probability[(size_t)i * (size_t)p->classes + (size_t)p->predicted[i]];
}

void
report_predictions(const struct predictions *p, struct str *out)
{
	struct table t;
	table_begin(&t, 5);
	t.left[1] = t.left[2] = t.left[4] = true;
	static const char *const head[] = { "index", "label", "predicted", "probability", "" };
	for (int i = 0; i < 5; i++)
		table_cell(&t, "%s", head[i]);
	for (int i = 0; i < p->n; i++) {
		table_cell(&t, "%u", (unsigned)p->index[i]);
		table_cell(&t, "%s", p->class_name[p->label[i]]);
		table_cell(&t, "%s", p->class_name[p->predicted[i]]);
		table_cell(&t, "%.4f", (double)evaluation_probability(p, i));
		table_cell(&t, "%s", p->label[i] == p->predicted[i] ? "" : "wrong");
	}
	table_end(&t, false, out);
}

void
report_predictions_json(const struct predictions *p, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_open_array(&j, "classes");
	for (int c = 0; c < p->classes; c++)
		json_put_string(&j, NULL, p->class_name[c]);
	json_close(&j);
	json_open_array(&j, "images");
	for (int i = 0; i < p->n; i++) {
		json_open_object(&j, NULL);
		json_put_int(&j, "index", p->index[i]);
		json_put_string(&j, "label", p->class_name[p->label[i]]);
		json_put_string(&j, "predicted", p->class_name[p->predicted[i]]);
		json_open_row(&j, "probabilities");
		for (int c = 0; c < p->classes; c++)
			json_put_float(&j, NULL, p->probability[(size_t)i * (size_t)p->classes + (size_t)c]);
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

void
report_pictures(const struct picture_predictions *p, struct str *out)
{
	struct table t;
	table_begin(&t, 3);
	t.left[0] = t.left[1] = true;
	table_cell(&t, "image");
	table_cell(&t, "predicted");
	table_cell(&t, "probability");
	for (int i = 0; i < p->n; i++) {
		const float *row = p->probability + (size_t)i * (size_t)p->classes;
		if (p->error[i]) continue;
		table_cell(&t, "%s", p->path[i]);
		table_cell(&t, "%s", p->class_name[p->predicted[i]]);
		table_cell(&t, "%.4f", (double)row[p->predicted[i]]);
	}
	table_end(&t, false, out);
}

void
report_pictures_json(const struct picture_predictions *p, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_array(&j, NULL);
	for (int i = 0; i < p->n; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "image", p->path[i]);
		if (p->error[i]) {
			json_put_string(&j, "error", p->error[i]);
			json_close(&j);
			continue;
		}
		json_put_string(&j, "predicted", p->class_name[p->predicted[i]]);
		json_open_object(&j, "probabilities");
		for (int c = 0; c < p->classes; c++)
			json_put_float(&j, p->class_name[c],
				p->probability[(size_t)i * (size_t)p->classes + (size_t)c]);
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_finish(&j);
}
