/* The files of one run and of one configuration (doc/results.md). */
#include "run_files.h"

#include <string.h>

#include "sheets.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/reports.h"
#include "tlrun/weights.h"

enum { FILES_LOCK_SECONDS = 30 };

enum status
run_forget(struct arena *a, const struct rundir *d, struct err *e)
{
	TRY(file_remove_surely(rundir_file(a, d, "result.json"), e));
	return file_remove_surely(rundir_file(a, d, "checkpoint"), e);
}

static const char *const files_passing[] = { "checkpoint", "checkpoint.aside", "state.json" };
enum { FILES_PASSING = sizeof files_passing / sizeof *files_passing };

void
run_tidy(struct arena *a, const struct rundir *d)
{
	for (int i = 0; i < FILES_PASSING; i++)
		file_remove(rundir_file(a, d, files_passing[i]));
	file_sweep(d->seed);
}

void
run_tidy_done(struct arena *a, const struct rundir *done)
{
	struct rundir d = *done;
	struct err none = ERR_INIT;
	bool left = file_exists(rundir_file(a, &d, "lock"));
	for (int i = 0; i < FILES_PASSING; i++)
		left = left || file_exists(rundir_file(a, &d, files_passing[i]));
	if (!left || rundir_open(&d, &none) != OK) return;
	run_tidy(a, &d);
	rundir_close(&d);
}

/* The experiment of this seed alone: the model's bytes do not depend on others that ran with it. */
static void
files_experiment(const struct experiment *x, uint64_t seed, struct str *out)
{
	struct experiment_options o = x->o;
	long long one = (long long)seed;
	o.runtime = (struct runtime){ 0 };
	o.seeds = (struct int_list){ 1, &one };
	field_print(experiment_fields, &o, NULL, false, out);
}

/* What a program that loads the model must know, as JSON texts in the file's metadata. */
static enum status
files_model(struct arena *a, struct experiment *x, uint64_t seed, const char *path,
	const float *weights, struct err *e)
{
	const struct loader_info *info = loader_info(x->loader);
	struct str classes = STR_INIT, pixels = STR_INIT, experiment = STR_INIT;
	struct json j;
	json_begin(&j, &classes);
	json_open_row(&j, NULL);
	for (int i = 0; i < info->classes; i++)
		json_put_string(&j, NULL, info->class_names[i]);
	json_close(&j);
	json_begin(&j, &pixels);
	json_open_object(&j, NULL);
	json_open_row(&j, "input");
	json_put_int(&j, NULL, info->h);
	json_put_int(&j, NULL, info->w);
	json_put_int(&j, NULL, info->c);
	json_close(&j);
	json_put_string(&j, "formula", info->formula);
	json_open_row(&j, "scale");
	for (int i = 0; i < info->c; i++)
		json_put_float(&j, NULL, info->scale[i]);
	json_close(&j);
	json_open_row(&j, "offset");
	for (int i = 0; i < info->c; i++)
		json_put_float(&j, NULL, info->offset[i]);
	json_close(&j);
	json_close(&j);
	files_experiment(x, seed, &experiment);
	const struct metadata meta[] = {
		{ "format", "tlrun 1" },
		{ "classes", str_text(&classes) },
		{ "preprocessing", str_text(&pixels) },
		{ "experiment", str_text(&experiment) },
	};
	const struct net *net = x->phase[x->phases - 1].net;
	const enum status s = safetensors_write(path, weights_of_net(a, net, weights),
		(size_t)x->net->params, meta, sizeof meta / sizeof *meta, e);
	str_free(&classes);
	str_free(&pixels);
	str_free(&experiment);
	return s;
}

static void
files_predictions(const struct experiment *x, const struct trainer_result *result, struct str *out)
{
	const struct evaluation_result *t = &result->test;
	const struct predictions p = {
		.n = t->n,
		.classes = t->classes,
		.class_name = loader_info(x->loader)->class_names,
		.index = loader_test(x->loader)->index,
		.label = t->label,
		.predicted = t->predicted,
		.probability = t->probability,
	};
	report_predictions_csv(&p, out);
}

enum status
run_write(struct arena *a, struct experiment *x, const struct rundir *d, const struct record *r,
	const struct timing *t, const struct trainer_result *result, const float *weights,
	struct err *e)
{
	struct str text = STR_INIT;
	/* A record that is to be replaced must not stand beside files of another run. */
	TRY(file_remove_surely(rundir_file(a, d, "result.json"), e));
	enum status s =
		files_model(a, x, r->seed, rundir_file(a, d, "model.safetensors"), weights, e);
	if (s == OK) {
		report_history_csv(r, &text);
		s = file_put(a, d->seed, "history.csv", &text, e);
	}
	if (s == OK) {
		files_predictions(x, result, &text);
		s = file_put(a, d->seed, "predictions.csv", &text, e);
	}
	if (s == OK && record_asks(r, "misclassified"))
		s = sheets_write(a, d->seed, r, loader_test(x->loader), &result->test, e);
	if (s == OK) {
		timing_write(t, &text);
		s = file_put(a, d->seed, "timing.json", &text, e);
	}
	if (s == OK) {
		record_write(r, &text);
		s = file_put(a, d->seed, "result.json", &text, e);
	}
	str_free(&text);
	if (s != OK) return s;
	run_tidy(a, d);
	return OK;
}

static enum status
files_reports(struct arena *a, const struct experiment *x, const struct rundir *d, struct err *e)
{
	struct record_set *set;
	struct str unread = STR_INIT;
	file_sweep(d->config);
	file_sweep(d->results);
	struct str resolved = STR_INIT;
	str_add(&resolved, x->resolved);
	const enum status put = file_put(a, d->config, "experiment.yaml", &resolved, e);
	str_free(&resolved);
	TRY(put);
	TRY(rundir_records(a, d->config, &set, &unread, e));
	enum status s = set ? reports_write(a, set, e) : OK;
	/* Reports without a run that is there would be taken for those of all. */
	if (s == OK && unread.len)
		s = err_set(e, ERR_IO, MARK_FILE(d->config), "the reports lack what cannot be read: %.*s",
			(int)strcspn(unread.data, "\n"), unread.data);
	str_free(&unread);
	return s;
}

/* Of seeds that end at once the last one to write has seen the records of all. */
enum status
run_write_reports(struct arena *a, const struct experiment *x, const struct rundir *d,
	struct err *e)
{
	const char *const path = path_join(a, d->config, "lock");
	int lock;
	if (!file_lock_turn(path, FILES_LOCK_SECONDS, &lock)) return OK;
	const enum status s = files_reports(a, x, d, e);
	file_unlock(path, lock);
	return s;
}
