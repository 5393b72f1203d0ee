/* The run record as JSON: result.json and timing.json, in one fixed order of keys. */
#include "tlrun/record.h"

#include <math.h>
#include <string.h>

#include "blocks.h"
#include "tlrun/json.h"

struct record_metric
record_headline(const struct record *r, double *test)
{
	if (r->headline_loss || !r->metrics) {
		*test = r->test.loss;
		return (struct record_metric){ "loss", true, false };
	}
	*test = r->test.metric[0];
	return r->metric[0];
}

bool
record_asks(const struct record *r, const char *report)
{
	for (int i = 0; i < r->reports; i++)
		if (!strcmp(r->report[i], report)) return true;
	return !r->reports;
}

bool
record_best_was_last(const struct record *r)
{
	return r->restored_epoch && r->restored_epoch == r->epochs_run && !strcmp(r->stopped, "epochs");
}

/* Values of training are float32; what was not measured is null. */
static void
record_put(struct json *j, const char *key, double value)
{
	if (isnan(value)) json_put_double(j, key, value);
	else json_put_float(j, key, (float)value);
}

static void
record_metrics(struct json *j, const struct record *r, const char *prefix, const double *values)
{
	char key[128];
	for (int i = 0; i < r->metrics; i++) {
		snprintf(key, sizeof key, "%s%s", prefix, r->metric[i].name);
		record_put(j, key, values ? values[i] : NAN);
	}
}

void
block_split_json(struct json *j, const struct record *r, const char *key,
	const struct record_split *s)
{
	json_open_object(j, key);
	json_put_int(j, "images", s->n);
	record_put(j, "loss", s->n ? s->loss : NAN);
	record_metrics(j, r, "", s->n ? s->metric : NULL);
	if (s->n && s->confusion) {
		json_open_array(j, "confusion_matrix");
		for (int i = 0; i < r->classes; i++) {
			json_open_row(j, NULL);
			for (int k = 0; k < r->classes; k++)
				json_put_int(j, NULL, s->confusion[(size_t)i * r->classes + k]);
			json_close(j);
		}
		json_close(j);
	}
	json_close(j);
}

void
block_calibration_json(struct json *j, const char *key, const struct calibration *c)
{
	if (!c) {
		json_put_string(j, key, NULL);
		return;
	}
	json_open_object(j, key);
	json_put_double(j, "ece", c->ece);
	json_put_double(j, "brier", c->brier);
	json_put_double(j, "nll", c->nll);
	json_open_row(j, "bin_images");
	for (int i = 0; i < STATS_BINS; i++)
		json_put_int(j, NULL, c->count[i]);
	json_close(j);
	json_open_row(j, "bin_confidence");
	for (int i = 0; i < STATS_BINS; i++)
		json_put_float(j, NULL, (float)c->confidence[i]);
	json_close(j);
	json_open_row(j, "bin_accuracy");
	for (int i = 0; i < STATS_BINS; i++)
		json_put_float(j, NULL, (float)c->accuracy[i]);
	json_close(j);
	json_close(j);
}

static void
record_calibration_json(struct json *j, const struct record *r)
{
	if (!r->calibration) return;
	json_open_object(j, "calibration");
	block_calibration_json(j, "test", r->calibration);
	json_put_double(j, "temperature", r->calibrated ? r->temperature : NAN);
	block_calibration_json(j, "test_with_temperature", r->calibrated);
	json_close(j);
}

static void
record_data_json(struct json *j, const struct record *r)
{
	json_open_object(j, "data");
	json_put_string(j, "dataset", r->dataset);
	json_open_row(j, "input");
	for (int i = 0; i < 3; i++)
		json_put_int(j, NULL, r->input[i]);
	json_close(j);
	json_put_string(j, "normalization", r->normalization);
	json_put_int(j, "train_images", r->train_images);
	json_put_int(j, "validation_images", r->validation_images);
	json_put_int(j, "test_images", r->test_images);
	json_put_bool(j, "validation_is_test", r->validation_is_test);
	json_open_array(j, "classes");
	for (int i = 0; i < r->classes; i++)
		json_put_string(j, NULL, r->class_name[i]);
	json_close(j);
	json_close(j);
}

static void
record_phases_json(struct json *j, const struct record *r)
{
	json_open_array(j, "phases");
	for (int i = 0; i < r->phases; i++) {
		const struct record_phase *p = &r->phase[i];
		json_open_object(j, NULL);
		json_put_string(j, "name", p->name);
		json_put_string(j, "optimizer", p->optimizer);
		json_put_double(j, "learning_rate", p->learning_rate);
		json_put_int(j, "trained_parameters", p->trained);
		json_put_int(j, "epochs_planned", p->epochs_planned);
		json_put_int(j, "epochs_run", p->epochs_run);
		json_put_string(j, "stopped", p->stopped);
		json_put_int(j, "kept_epoch", p->kept_epoch);
		json_close(j);
	}
	json_close(j);
}

static void
record_training_json(struct json *j, const struct record *r)
{
	json_open_object(j, "network");
	json_put_int(j, "layers", r->layers);
	json_put_int(j, "parameters", r->parameters);
	json_put_int(j, "trained_parameters", r->trained);
	json_put_int(j, "multiply_adds", r->mult_adds);
	json_put_string(j, "backbone", r->backbone);
	json_put_int(j, "frozen_layers", r->frozen_layers);
	json_put_string(j, "pretrained", r->pretrained);
	json_put_string(j, "start_from", r->start_from);
	json_close(j);

	json_open_object(j, "training");
	json_put_string(j, "optimizer", r->optimizer);
	json_put_double(j, "learning_rate", r->learning_rate);
	json_put_int(j, "batch_size", r->batch_size);
	json_put_int(j, "epochs_planned", r->epochs_planned);
	json_put_int(j, "epochs_run", r->epochs_run);
	json_put_string(j, "stopped", r->stopped);
	json_put_string(j, "monitor", r->monitor);
	json_put_int(j, "restored_epoch", r->restored_epoch);
	record_phases_json(j, r);
	json_close(j);
}

static void
record_history_json(struct json *j, const struct record *r)
{
	double test;
	json_put_string(j, "headline", record_headline(r, &test).name);
	json_open_array(j, "metrics");
	for (int i = 0; i < r->metrics; i++) {
		json_open_object(j, NULL);
		json_put_string(j, "name", r->metric[i].name);
		json_put_bool(j, "lower_is_better", r->metric[i].lower);
		json_put_bool(j, "share_of_images", r->metric[i].share);
		json_close(j);
	}
	json_close(j);

	json_open_row(j, "reports");
	for (int i = 0; i < r->reports; i++)
		json_put_string(j, NULL, r->report[i]);
	json_close(j);

	json_open_array(j, "history");
	for (int i = 0; i < r->epochs; i++) {
		const struct record_epoch *h = &r->history[i];
		json_open_object(j, NULL);
		json_put_int(j, "epoch", h->epoch);
		json_put_string(j, "phase", h->phase);
		record_put(j, "learning_rate", h->learning_rate);
		record_put(j, "loss", h->loss);
		record_metrics(j, r, "", h->metric);
		record_put(j, "val_loss", h->val_loss);
		record_metrics(j, r, "val_", h->val_metric);
		json_close(j);
	}
	json_close(j);
}

void
record_write(const struct record *r, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", RECORD_VERSION);
	json_put_string(&j, "tlrun", r->tlrun_version);
	json_put_string(&j, "name", r->name);
	json_put_string(&j, "description", r->description);
	json_put_int(&j, "seed", (long long)r->seed);
	block_split_json(&j, r, "test", &r->test);
	block_split_json(&j, r, "validation", &r->validation);
	record_calibration_json(&j, r);
	record_data_json(&j, r);
	record_training_json(&j, r);
	record_history_json(&j, r);
	json_open_object(&j, "sha256");
	json_put_string(&j, "configuration", r->config_hash);
	json_put_string(&j, "data", r->hash_data);
	json_put_string(&j, "split", r->hash_split);
	json_put_string(&j, "initial_weights", r->hash_initial);
	json_put_string(&j, "pretrained", r->hash_pretrained);
	json_put_string(&j, "start_from", r->hash_start);
	json_put_string(&j, "weights", r->hash_weights);
	json_put_string(&j, "binary", r->hash_binary);
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

void
timing_write(const struct timing *t, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", RECORD_VERSION);
	json_put_string(&j, "started", t->started);
	json_put_double(&j, "seconds_total", t->seconds_total);
	json_put_double(&j, "seconds_load", t->seconds_load);
	json_put_string(&j, "features", t->features);
	json_put_double(&j, "seconds_features", t->seconds_features);
	json_put_double(&j, "seconds_train", t->seconds_train);
	json_put_double(&j, "seconds_validate", t->seconds_validate);
	json_put_double(&j, "seconds_test", t->seconds_test);
	json_put_double(&j, "cpu_seconds", t->cpu_seconds);
	json_open_row(&j, "train_seconds_per_epoch");
	for (int i = 0; i < t->epochs; i++)
		json_put_double(&j, NULL, t->train_seconds_per_epoch[i]);
	json_close(&j);
	json_put_double(&j, "images_per_second", t->images_per_second);
	json_put_int(&j, "peak_memory_bytes", t->peak_memory_bytes);
	json_put_int(&j, "planned_memory_bytes", t->planned_memory_bytes);
	json_put_int(&j, "threads", t->threads);
	json_put_string(&j, "host", t->host);
	json_put_string(&j, "cpu", t->cpu);
	json_put_string(&j, "isa", t->isa);
	json_put_string(&j, "openblas", t->openblas);
	json_put_string(&j, "os", t->os);
	json_put_string(&j, "data_path", t->data_path);
	json_put_string(&j, "weights_path", t->weights_path);
	json_close(&j);
	json_finish(&j);
}
