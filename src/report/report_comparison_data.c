/* A comparison for programs and spreadsheets: JSON, CSV (RFC 4180). */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "tlrun/comparison.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

static void
data_interval(struct json *j, const char *key, struct interval i)
{
	if (isnan(i.low)) {
		json_put_string(j, key, NULL);
		return;
	}
	json_open_row(j, key);
	json_put_double(j, NULL, i.low);
	json_put_double(j, NULL, i.high);
	json_close(j);
}

static void
data_row_json(struct json *j, const struct comparison_row *row)
{
	const struct record_set *const s = row->set;
	json_open_object(j, NULL);
	json_put_string(j, "name", s->name);
	json_put_string(j, "configuration", s->config_hash);
	json_put_string(j, "folder", s->folder);
	json_put_string(j, "metric", row->metric.name);
	json_open_row(j, "seeds");
	for (int i = 0; i < s->n; i++)
		json_put_int(j, NULL, (long long)s->record[i].seed);
	json_close(j);
	json_open_row(j, "by_seed");
	for (int i = 0; i < s->n; i++)
		json_put_float(j, NULL, (float)row->value[i]);
	json_close(j);
	json_put_double(j, "mean", row->mean);
	json_put_double(j, "sd", s->n > 1 ? row->sd : NAN);
	data_interval(j, "interval", row->interval);
	json_put_double(j, "macro_f1", row->macro_f1);
	json_put_double(j, "ece", row->ece);
	json_put_int(j, "trained_parameters", s->record[0].trained);
	json_put_int(j, "epochs_least", row->epochs_least);
	json_put_int(j, "epochs_most", row->epochs_most);
	json_put_double(j, "seconds", row->seconds);
	json_put_double(j, "images_per_second", row->images_per_second);
	json_put_int(j, "peak_memory_bytes", row->memory);
	json_close(j);
}

static void
data_flip_json(struct json *j, const struct comparison_flip *f)
{
	json_open_object(j, NULL);
	json_put_int(j, "seed", (long long)f->seed);
	json_put_int(j, "images", f->images);
	json_put_int(j, "predicted_otherwise", f->differ);
	json_put_int(j, "only_first_right", f->only_a);
	json_put_int(j, "only_second_right", f->only_b);
	json_put_double(j, "mcnemar_p", f->p);
	json_put_double(j, "mcnemar_p_corrected", f->p_holm);
	json_close(j);
}

static void
data_pair_json(struct json *j, const struct comparison *c, const struct comparison_pair *p)
{
	static const char *const words[] = { [VERDICT_NONE] = "no difference shown",
		[VERDICT_HIGHER] = "higher", [VERDICT_LOWER] = "lower" };
	struct str text = STR_INIT;
	comparison_sentence(c, p, &text);
	json_open_object(j, NULL);
	json_put_string(j, "first", c->row[p->a].set->name);
	json_put_string(j, "second", c->row[p->b].set->name);
	json_put_string(j, "second_is", p->why_not ? "not tested" : words[p->verdict]);
	json_put_string(j, "sentence", str_text(&text));
	json_put_int(j, "seeds", p->seeds);
	json_put_double(j, "difference", p->mean);
	json_put_double(j, "sd", p->sd);
	data_interval(j, "interval", p->interval);
	json_put_double(j, "sign_flip_p", p->p);
	json_put_double(j, "sign_flip_p_corrected", p->p_holm);
	json_put_double(j, "sign_flip_p_corrected_smallest", p->p_least);
	json_put_int(j, "sign_flip_seeds_needed", p->needed);
	json_put_double(j, "t_test_p", p->t);
	json_put_double(j, "t_test_p_corrected", p->t_holm);
	data_interval(j, "accuracy_bootstrap_interval", p->bootstrap);
	json_open_array(j, "same_seed");
	for (int i = 0; i < p->seeds; i++)
		data_flip_json(j, &p->flip[i]);
	json_close(j);
	json_close(j);
	str_free(&text);
}

void
comparison_json(const struct comparison *c, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_double(&j, "level", COMPARISON_LEVEL);
	json_put_int(&j, "tests", c->tested);
	if (c->pairs) {
		struct str note = STR_INIT;
		comparison_note(c, &note);
		json_put_string(&j, "note", str_text(&note));
		str_free(&note);
	} else json_put_string(&j, "note", NULL);
	json_open_array(&j, "experiments");
	for (int i = 0; i < c->n; i++)
		data_row_json(&j, &c->row[i]);
	json_close(&j);
	json_open_array(&j, "pairs");
	for (int i = 0; i < c->pairs; i++)
		data_pair_json(&j, c, &c->pair[i]);
	json_close(&j);
	json_open_array(&j, "differing_keys");
	for (int k = 0; k < c->keys; k++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "key", c->key[k].key);
		json_open_row(&j, "values");
		for (int i = 0; i < c->n; i++)
			json_put_string(&j, NULL, c->key[k].value[i]);
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_open_array(&j, "warnings");
	for (int i = 0; i < c->warnings; i++)
		json_put_string(&j, NULL, c->warning[i]);
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

/* A number behind a comma; nothing for what is unknown. */
static void
data_number(struct str *out, double x)
{
	char text[32];
	str_add_char(out, ',');
	if (isnan(x)) return;
	num_format(x, text, sizeof text);
	str_add(out, text);
}

void
comparison_csv(const struct comparison *c, struct str *out)
{
	str_add(out, "experiment,configuration,seeds,metric,mean,sd,low,high,macro_f1,ece,epochs_least,"
		"epochs_most,trained_parameters,seconds,images_per_second,peak_memory_bytes\n");
	for (int i = 0; i < c->n; i++) {
		const struct comparison_row *row = &c->row[i];
		csv_text(out, row->set->name);
		str_add_char(out, ',');
		csv_text(out, row->set->config_hash);
		str_printf(out, ",%d,", row->set->n);
		csv_text(out, row->metric.name);
		data_number(out, row->mean);
		data_number(out, row->set->n > 1 ? row->sd : NAN);
		data_number(out, row->interval.low);
		data_number(out, row->interval.high);
		data_number(out, row->macro_f1);
		data_number(out, row->ece);
		data_number(out, row->epochs_least);
		data_number(out, row->epochs_most);
		data_number(out, (double)row->set->record[0].trained);
		data_number(out, row->seconds);
		data_number(out, row->images_per_second);
		data_number(out, row->memory ? (double)row->memory : NAN);
		str_add_char(out, '\n');
	}
}
