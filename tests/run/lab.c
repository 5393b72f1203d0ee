/* A folder with experiment files and results for a test. */
#include "run/lab.h"

#include <check.h>
#include <string.h>

#include "tlrun/file.h"

void
lab_open(struct lab *l)
{
	tmpdir_make(&l->dir);
	l->a = arena_new();
	l->diags = diags_new();
	l->results = lab_path(l, "results");
	l->err = ERR_INIT;
}

void
lab_close(struct lab *l)
{
	diags_free(l->diags);
	arena_free(l->a);
	tmpdir_remove(&l->dir);
}

const char *
lab_path(struct lab *l, const char *name)
{
	return path_join(l->a, l->dir.path, name);
}

const char *
lab_file(struct lab *l, const char *name, const char *more)
{
	const char *const text = arena_printf(l->a,
		"version: 1\n"
		"dataset: {name: synthetic, num_classes: 3, train_samples: 60, test_samples: 15, "
		"image_size: 8, validation_split: 0.2}\n"
		"model:\n  layers:\n    - conv2d: {filters: 4, kernel_size: 3, activation: relu}\n"
		"    - flatten\n    - dropout: {rate: 0.2}\n"
		"    - dense: {units: num_classes, activation: softmax}\n"
		"training: {epochs: 2, batch_size: 16}\n%s", more);
	return arena_strdup(l->a, tmpdir_write(&l->dir, name, text, strlen(text)));
}

static enum status
lab_try(struct lab *l, const struct experiment_request *q, struct experiment **x, struct str *said)
{
	l->err = ERR_INIT;
	diags_free(l->diags);
	l->diags = diags_new();
	const enum status s = experiment_open(l->a, q, x, l->diags, &l->err);
	diags_format(l->diags, false, said);
	str_add(said, l->err.message);
	return s;
}

struct experiment *
lab_experiment_of(struct lab *l, const struct experiment_request *q)
{
	struct experiment *x = NULL;
	struct str said = STR_INIT;
	const enum status s = lab_try(l, q, &x, &said);
	ck_assert_msg(s == OK, "%s", str_text(&said));
	str_free(&said);
	return x;
}

struct experiment *
lab_experiment(struct lab *l, const char *path)
{
	return lab_experiment_of(l, &(struct experiment_request){ .path = path });
}

void
lab_refused(struct lab *l, const struct experiment_request *q, const char *words)
{
	struct experiment *x = NULL;
	struct str said = STR_INIT;
	const enum status s = lab_try(l, q, &x, &said);
	ck_assert_msg(s != OK, "accepted; expected \"%s\"", words);
	ck_assert_msg(strstr(str_text(&said), words) != NULL, "%s does not say \"%s\"",
		str_text(&said), words);
	experiment_close(x);
	str_free(&said);
}

const char *
lab_read(struct lab *l, const char *path)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert_msg(file_read(path, 1 << 24, &text, ERR_IO, &e) == OK, "%s", e.message);
	/* Model files hold zeros: the whole as text with its length and no zero. */
	char *const copy = arena_array(l->a, text.len + 1, 1);
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.data[i] ? text.data[i] : 1;
	str_free(&text);
	return copy;
}

void
lab_record(struct lab *l, const char *name, const char *hash, uint64_t seed, const char *version)
{
	static const struct record_metric metric = { "accuracy", false, true };
	static const double value = 0.5;
	static const long long confusion[] = { 1, 1, 1, 1 };
	static const char *const classes[] = { "a", "b" };
	static const struct record_phase phase = { .name = "training", .optimizer = "adam" };
	const struct record r = { .tlrun_version = version, .name = name, .config_hash = hash,
		.phases = 1, .phase = &phase, .seed = seed, .dataset = "synthetic", .classes = 2,
		.class_name = classes, .test_images = 4, .normalization = "x/255", .input = { 8, 8, 3 },
		.optimizer = "adam", .batch_size = 16, .stopped = "epochs", .metrics = 1, .metric = &metric,
		.validation = { .metric = &value }, .test = { 4, 0.5, &value, confusion } };
	const struct timing t = { .threads = 1, .seconds_total = 3 };
	const struct rundir *const d = rundir_new(l->a, l->results, name, hash, seed);
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	ck_assert(file_make_folders(d->seed, &e) == OK);
	record_write(&r, &text);
	ck_assert(file_write(rundir_file(l->a, d, "result.json"), text.data, text.len, &e) == OK);
	str_clear(&text);
	timing_write(&t, &text);
	ck_assert(file_write(rundir_file(l->a, d, "timing.json"), text.data, text.len, &e) == OK);
	str_free(&text);
}
