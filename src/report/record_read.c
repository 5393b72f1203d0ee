/* Reading result.json and timing.json back: a damaged record is an error, never a crash. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "record_parts.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"

enum { RECORD_MAX_BYTES = 64 << 20, RECORD_MAX_CLASSES = 100000, RECORD_MAX_METRICS = 64,
	RECORD_MAX_EPOCHS = 1000000, RECORD_MAX_PHASES = 10000, RECORD_MAX_REPORTS = 64,
	RECORD_MAX_NAME = 64 };

/* The file being read; the first thing that is wrong stays in e. */
struct record_reader {
	const char *path;
	struct arena *a;
	struct err *e;
	bool bad;
};

static void
reader_fail(struct record_reader *r, const char *key, const char *expected)
{
	if (!r->bad)
		err_set(r->e, ERR_DATA, MARK_FILE(r->path), "damaged record: \"%s\" is not %s", key,
			expected);
	r->bad = true;
}

static long long
reader_int(struct record_reader *r, const json_t *o, const char *key, long long min, long long max)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max) {
		reader_fail(r, key, "a whole number in its range");
		return min;
	}
	return json_integer_value(v);
}

/* null, and a key that is not there, are NaN. */
static double
reader_number(struct record_reader *r, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	if (!v || json_is_null(v)) return NAN;
	if (!json_is_number(v)) reader_fail(r, key, "a number");
	return json_number_value(v);
}

static const char *
reader_text(struct record_reader *r, const json_t *o, const char *key, bool required)
{
	const json_t *v = json_object_get(o, key);
	if (json_is_string(v)) return arena_strdup(r->a, json_string_value(v));
	if (required || (v && !json_is_null(v))) reader_fail(r, key, "a string");
	return required ? "" : NULL;
}

static const json_t *
reader_object(struct record_reader *r, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_object(v)) reader_fail(r, key, "an object");
	return v;
}

static const json_t *
reader_array(struct record_reader *r, const json_t *o, const char *key, size_t max)
{
	const json_t *v = json_object_get(o, key);
	if (json_is_array(v) && json_array_size(v) <= max) return v;
	reader_fail(r, key, "a list");
	return NULL;
}

static const double *
reader_metrics(struct record_reader *r, const struct record *rec, const json_t *o,
	const char *prefix)
{
	double *v = ARENA_ARRAY(r->a, double, (size_t)rec->metrics);
	char key[128];
	for (int i = 0; i < rec->metrics; i++) {
		snprintf(key, sizeof key, "%s%s", prefix, rec->metric[i].name);
		v[i] = reader_number(r, o, key);
	}
	return v;
}

/* Its size is checked before anything is taken for it; its counts add up to the images. */
static const long long *
reader_confusion(struct record_reader *r, const json_t *m, size_t c, long long left)
{
	bool square = json_array_size(m) == c;
	for (size_t i = 0; i < c && square; i++)
		square = json_array_size(json_array_get(m, i)) == c;
	if (!square) {
		reader_fail(r, "confusion_matrix", "classes by classes");
		return NULL;
	}
	long long *confusion = ARENA_ARRAY(r->a, long long, c * c);
	for (size_t i = 0; i < c * c; i++) {
		const json_t *v = json_array_get(json_array_get(m, i / c), i % c);
		if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > left)
			reader_fail(r, "confusion_matrix", "counts of the images");
		if (r->bad) return NULL;
		confusion[i] = json_integer_value(v);
		left -= confusion[i];
	}
	if (left) reader_fail(r, "confusion_matrix", "counts of the images");
	return confusion;
}

static void
reader_split(struct record_reader *r, const struct record *rec, const json_t *o,
	struct record_split *s)
{
	s->n = (int)reader_int(r, o, "images", 0, INT_MAX);
	s->loss = reader_number(r, o, "loss");
	s->metric = reader_metrics(r, rec, o, "");
	const json_t *m = json_object_get(o, "confusion_matrix");
	if (m) s->confusion = reader_confusion(r, m, (size_t)rec->classes, s->n);
}

static void
reader_bins(struct record_reader *r, const json_t *o, const char *key, double most,
	const char *what, double *out)
{
	const json_t *list = reader_array(r, o, key, STATS_BINS);
	for (size_t i = 0; i < STATS_BINS; i++) {
		const json_t *v = json_array_get(list, i);
		out[i] = json_number_value(v);
		if (json_is_number(v) && out[i] >= 0 && out[i] <= most) continue;
		reader_fail(r, key, what);
		out[i] = 0;
	}
}

/* NULL: null, or not there. */
static const struct calibration *
reader_calibration(struct record_reader *r, const json_t *calibration, const char *key)
{
	const json_t *o = json_object_get(calibration, key);
	double count[STATS_BINS];
	if (!o || json_is_null(o)) return NULL;
	struct calibration *c = ARENA_NEW(r->a, struct calibration);
	c->ece = reader_number(r, o, "ece");
	c->brier = reader_number(r, o, "brier");
	c->nll = reader_number(r, o, "nll");
	reader_bins(r, o, "bin_images", INT_MAX, "a count for each bin", count);
	for (int i = 0; i < STATS_BINS; i++)
		c->count[i] = (long long)count[i];
	reader_bins(r, o, "bin_confidence", 1, "a number from 0 to 1 for each bin", c->confidence);
	reader_bins(r, o, "bin_accuracy", 1, "a number from 0 to 1 for each bin", c->accuracy);
	return c;
}

static void
reader_data(struct record_reader *r, struct record *rec, const json_t *o)
{
	rec->dataset = reader_text(r, o, "dataset", true);
	const json_t *input = reader_array(r, o, "input", 3);
	for (size_t i = 0; i < 3; i++) {
		const json_t *v = json_array_get(input, i);
		if (!json_is_integer(v) || json_integer_value(v) < 1 || json_integer_value(v) > INT_MAX)
			reader_fail(r, "input", "height, width and channels");
		rec->input[i] = (int)json_integer_value(v);
	}
	rec->normalization = reader_text(r, o, "normalization", true);
	rec->train_images = (int)reader_int(r, o, "train_images", 0, INT_MAX);
	rec->validation_images = (int)reader_int(r, o, "validation_images", 0, INT_MAX);
	rec->test_images = (int)reader_int(r, o, "test_images", 0, INT_MAX);
	rec->validation_is_test = json_is_true(json_object_get(o, "validation_is_test"));
	const json_t *classes = reader_array(r, o, "classes", RECORD_MAX_CLASSES);
	rec->classes = (int)json_array_size(classes);
	if (!rec->classes) reader_fail(r, "classes", "a list of names");
	const char **names = ARENA_ARRAY(r->a, const char *, (size_t)rec->classes);
	for (int i = 0; i < rec->classes; i++) {
		const char *s = json_string_value(json_array_get(classes, (size_t)i));
		if (!s) reader_fail(r, "classes", "a list of names");
		names[i] = arena_strdup(r->a, s ? s : "");
	}
	rec->class_name = names;
}

static void
reader_phases(struct record_reader *r, struct record *rec, const json_t *training)
{
	const json_t *list = reader_array(r, training, "phases", RECORD_MAX_PHASES);
	rec->phases = (int)json_array_size(list);
	if (!rec->phases) reader_fail(r, "phases", "a list of them");
	struct record_phase *p = ARENA_ARRAY(r->a, struct record_phase, (size_t)rec->phases);
	for (int i = 0; i < rec->phases && !r->bad; i++) {
		const json_t *o = json_array_get(list, (size_t)i);
		p[i].name = reader_text(r, o, "name", true);
		p[i].optimizer = reader_text(r, o, "optimizer", true);
		p[i].learning_rate = reader_number(r, o, "learning_rate");
		p[i].trained = reader_int(r, o, "trained_parameters", 0, LLONG_MAX);
		p[i].epochs_planned = (int)reader_int(r, o, "epochs_planned", 0, INT_MAX);
		p[i].epochs_run = (int)reader_int(r, o, "epochs_run", 0, INT_MAX);
		p[i].stopped = reader_text(r, o, "stopped", false);
		p[i].kept_epoch = (int)reader_int(r, o, "kept_epoch", 0, INT_MAX);
	}
	rec->phase = p;
}

/* Records of format 1 knew no phases. */
static void
reader_one_phase(struct record_reader *r, struct record *rec)
{
	struct record_phase *p = ARENA_NEW(r->a, struct record_phase);
	*p = (struct record_phase){ "training", rec->optimizer, rec->learning_rate,
		rec->epochs_planned, rec->epochs_run, rec->restored_epoch, rec->stopped, rec->trained };
	rec->phases = 1;
	rec->phase = p;
}

static void
reader_training(struct record_reader *r, struct record *rec, const json_t *root)
{
	const json_t *n = reader_object(r, root, "network");
	rec->layers = (int)reader_int(r, n, "layers", 0, INT_MAX);
	rec->parameters = reader_int(r, n, "parameters", 0, LLONG_MAX);
	rec->trained = reader_int(r, n, "trained_parameters", 0, LLONG_MAX);
	rec->mult_adds = reader_int(r, n, "multiply_adds", 0, LLONG_MAX);
	rec->backbone = reader_text(r, n, "backbone", false);
	if (json_object_get(n, "frozen_layers"))
		rec->frozen_layers = (int)reader_int(r, n, "frozen_layers", 0, INT_MAX);
	rec->pretrained = reader_text(r, n, "pretrained", false);
	rec->start_from = reader_text(r, n, "start_from", false);
	const json_t *t = reader_object(r, root, "training");
	rec->optimizer = reader_text(r, t, "optimizer", true);
	rec->learning_rate = reader_number(r, t, "learning_rate");
	rec->batch_size = (int)reader_int(r, t, "batch_size", 1, INT_MAX);
	rec->epochs_planned = (int)reader_int(r, t, "epochs_planned", 0, INT_MAX);
	rec->epochs_run = (int)reader_int(r, t, "epochs_run", 0, INT_MAX);
	rec->stopped = reader_text(r, t, "stopped", true);
	rec->monitor = reader_text(r, t, "monitor", false);
	rec->restored_epoch = (int)reader_int(r, t, "restored_epoch", 0, INT_MAX);
	if (json_object_get(t, "phases")) reader_phases(r, rec, t);
	else reader_one_phase(r, rec);
}

/* Letters, digits and '_': files are named after it. */
static const char *
reader_metric_name(struct record_reader *r, const json_t *o)
{
	const char *const name = reader_text(r, o, "name", true);
	const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (!n || n > RECORD_MAX_NAME || name[n]) reader_fail(r, "name", "a metric's name");
	return name;
}

static void
reader_metric_list(struct record_reader *r, struct record *rec, const json_t *root)
{
	const json_t *list = reader_array(r, root, "metrics", RECORD_MAX_METRICS);
	rec->metrics = (int)json_array_size(list);
	struct record_metric *m = ARENA_ARRAY(r->a, struct record_metric, (size_t)rec->metrics);
	for (int i = 0; i < rec->metrics; i++) {
		const json_t *o = json_array_get(list, (size_t)i);
		m[i].name = reader_metric_name(r, o);
		m[i].lower = json_is_true(json_object_get(o, "lower_is_better"));
		m[i].share = json_is_true(json_object_get(o, "share_of_images"));
	}
	rec->metric = m;
	const char *const headline = reader_text(r, root, "headline", true);
	rec->headline_loss = !strcmp(headline, "loss");
	if (!rec->headline_loss && (!rec->metrics || strcmp(headline, m[0].name) != 0))
		reader_fail(r, "headline", "the first of the metrics, or loss");
}

/* Older records do not say: all. */
static void
reader_reports(struct record_reader *r, struct record *rec, const json_t *root)
{
	if (!json_object_get(root, "reports")) return;
	const json_t *list = reader_array(r, root, "reports", RECORD_MAX_REPORTS);
	rec->reports = (int)json_array_size(list);
	const char **names = ARENA_ARRAY(r->a, const char *, (size_t)rec->reports);
	for (int i = 0; i < rec->reports; i++) {
		const char *s = json_string_value(json_array_get(list, (size_t)i));
		if (!s) reader_fail(r, "reports", "a list of names");
		names[i] = arena_strdup(r->a, s ? s : "");
	}
	rec->report = names;
}

static void
reader_history(struct record_reader *r, struct record *rec, const json_t *root)
{
	const json_t *list = reader_array(r, root, "history", RECORD_MAX_EPOCHS);
	rec->epochs = (int)json_array_size(list);
	struct record_epoch *h = ARENA_ARRAY(r->a, struct record_epoch, (size_t)rec->epochs);
	for (int i = 0; i < rec->epochs && !r->bad; i++) {
		const json_t *o = json_array_get(list, (size_t)i);
		h[i].epoch = (int)reader_int(r, o, "epoch", 1, INT_MAX);
		h[i].phase = reader_text(r, o, "phase", true);
		h[i].learning_rate = reader_number(r, o, "learning_rate");
		h[i].loss = reader_number(r, o, "loss");
		h[i].metric = reader_metrics(r, rec, o, "");
		h[i].val_loss = reader_number(r, o, "val_loss");
		h[i].val_metric = reader_metrics(r, rec, o, "val_");
	}
	rec->history = h;
}

static enum status
reader_open(struct record_reader *r, json_t **root)
{
	TRY(json_read(r->path, RECORD_MAX_BYTES, root, ERR_DATA, r->e));
	const json_t *format = json_object_get(*root, "format");
	if (!json_is_integer(format)) reader_fail(r, "format", "a whole number");
	else if (json_integer_value(format) > RECORD_VERSION) {
		err_set(r->e, ERR_DATA, MARK_FILE(r->path),
			"this record has format %lld, written by a newer tlrun; this one reads up to %d",
			(long long)json_integer_value(format), RECORD_VERSION);
		r->bad = true;
	}
	if (!r->bad) return OK;
	json_decref(*root);
	return ERR_DATA;
}

/* Each value is in its range; the values agree with each other, too. */
static enum status
reader_agrees(const struct record_reader *r, const struct record *rec)
{
	if (r->bad) return ERR_DATA;
	const char *const why = record_contradiction(r->a, rec);
	return why ? err_set(r->e, ERR_DATA, MARK_FILE(r->path), "damaged record: %s", why) : OK;
}

enum status
record_read(const char *path, struct arena *a, struct record *rec, struct err *e)
{
	struct record_reader r = { path, a, e, false };
	json_t *root = NULL;
	TRY(reader_open(&r, &root));
	*rec = (struct record){ 0 };
	rec->tlrun_version = reader_text(&r, root, "tlrun", true);
	rec->name = reader_text(&r, root, "name", true);
	rec->description = reader_text(&r, root, "description", false);
	rec->seed = (uint64_t)reader_int(&r, root, "seed", 0, LLONG_MAX);
	reader_metric_list(&r, rec, root);
	reader_reports(&r, rec, root);
	reader_data(&r, rec, reader_object(&r, root, "data"));
	reader_training(&r, rec, root);
	if (!r.bad) {
		reader_split(&r, rec, reader_object(&r, root, "test"), &rec->test);
		reader_split(&r, rec, reader_object(&r, root, "validation"), &rec->validation);
		reader_history(&r, rec, root);
		const json_t *c = json_object_get(root, "calibration");
		rec->calibration = reader_calibration(&r, c, "test");
		rec->calibrated = reader_calibration(&r, c, "test_with_temperature");
		rec->temperature = reader_number(&r, c, "temperature");
	}
	const json_t *sha = reader_object(&r, root, "sha256");
	rec->config_hash = reader_text(&r, sha, "configuration", true);
	rec->hash_data = reader_text(&r, sha, "data", false);
	rec->hash_split = reader_text(&r, sha, "split", false);
	rec->hash_initial = reader_text(&r, sha, "initial_weights", false);
	rec->hash_pretrained = reader_text(&r, sha, "pretrained", false);
	rec->hash_start = reader_text(&r, sha, "start_from", false);
	rec->hash_weights = reader_text(&r, sha, "weights", false);
	rec->hash_binary = reader_text(&r, sha, "binary", false);
	json_decref(root);
	return reader_agrees(&r, rec);
}

enum status
timing_read(const char *path, struct arena *a, struct timing *t, struct err *e)
{
	struct record_reader r = { path, a, e, false };
	json_t *root = NULL;
	TRY(reader_open(&r, &root));
	*t = (struct timing){ 0 };
	t->started = reader_text(&r, root, "started", false);
	t->seconds_total = reader_number(&r, root, "seconds_total");
	t->seconds_load = reader_number(&r, root, "seconds_load");
	t->features = reader_text(&r, root, "features", false);
	t->seconds_features = reader_number(&r, root, "seconds_features");
	t->seconds_train = reader_number(&r, root, "seconds_train");
	t->seconds_validate = reader_number(&r, root, "seconds_validate");
	t->seconds_test = reader_number(&r, root, "seconds_test");
	t->cpu_seconds = reader_number(&r, root, "cpu_seconds");
	const json_t *epochs = reader_array(&r, root, "train_seconds_per_epoch", RECORD_MAX_EPOCHS);
	t->epochs = (int)json_array_size(epochs);
	double *s = ARENA_ARRAY(a, double, (size_t)t->epochs);
	for (int i = 0; i < t->epochs; i++)
		s[i] = json_number_value(json_array_get(epochs, (size_t)i));
	t->train_seconds_per_epoch = s;
	t->images_per_second = reader_number(&r, root, "images_per_second");
	t->peak_memory_bytes = reader_int(&r, root, "peak_memory_bytes", 0, LLONG_MAX);
	t->planned_memory_bytes = reader_int(&r, root, "planned_memory_bytes", 0, LLONG_MAX);
	t->threads = (int)reader_int(&r, root, "threads", 1, INT_MAX);
	t->host = reader_text(&r, root, "host", false);
	t->cpu = reader_text(&r, root, "cpu", false);
	t->isa = reader_text(&r, root, "isa", false);
	t->openblas = reader_text(&r, root, "openblas", false);
	t->os = reader_text(&r, root, "os", false);
	t->data_path = reader_text(&r, root, "data_path", false);
	t->weights_path = reader_text(&r, root, "weights_path", false);
	json_decref(root);
	return r.bad ? ERR_DATA : OK;
}
