/* Records made up for a test. */
#include "report/sample.h"

#include <math.h>
#include <string.h>

static const double sample_values[] = { 0.7, 0.65 };

static void
sample_history(struct arena *a, struct record *r)
{
	struct record_epoch *h = ARENA_ARRAY(a, struct record_epoch, (size_t)r->epochs);
	for (int i = 0; i < r->epochs; i++) {
		double *v = ARENA_ARRAY(a, double, 4);
		for (int k = 0; k < 4; k++)
			v[k] = i || k < 2 ? (float)(0.1 * k + 0.5 * i / r->epochs) : NAN;
		h[i] = (struct record_epoch){ .epoch = i + 1, .phase = "training",
			.learning_rate = (float)1e-3, .loss = (float)(2.0 / (i + 1)),
			.val_loss = i ? (float)(2.5 / (i + 1)) : NAN, .metric = v, .val_metric = v + 2 };
	}
	r->history = h;
}

void
sample_confusion(struct arena *a, struct record *r, const long long *confusion)
{
	const size_t c = (size_t)r->classes;
	long long *own = ARENA_ARRAY(a, long long, c * c), hits = 0;
	memcpy(own, confusion, c * c * sizeof *own);
	r->test.n = 0;
	for (size_t i = 0; i < c * c; i++)
		r->test.n += (int)own[i];
	for (size_t i = 0; i < c; i++)
		hits += own[i * c + i];
	double *metric = ARENA_ARRAY(a, double, 2);
	metric[0] = (float)((double)hits / r->test.n);
	metric[1] = (float)sample_values[1];
	r->test.metric = metric;
	r->test.confusion = own;
	r->test_images = r->test.n;
}

static const struct calibration *
sample_calibration(struct arena *a, double ece)
{
	struct calibration *c = ARENA_NEW(a, struct calibration);
	*c = (struct calibration){ .ece = ece, .brier = 0.5, .nll = 0.8 };
	for (int i = 5; i < STATS_BINS; i++) {
		c->count[i] = 2 + i;
		c->confidence[i] = (float)((i + 0.5) / STATS_BINS);
		c->accuracy[i] = i % 2 ? 0.25 : 0.75;
	}
	return c;
}

struct record *
sample_record(struct arena *a, int classes, int epochs, uint64_t seed)
{
	static const struct record_metric metrics[] = { { "accuracy", false, true },
		{ "macro_f1", false, false } };
	static const struct record_phase phases[] = {
		{ "training", "adam", 0.001, 2, 2, 1, "epochs", 130 },
		{ "last, 20", "sgd", 0.5, 3, 1, 3, "early_stopping", 12000 },
	};
	const size_t c = (size_t)classes;
	struct record *r = ARENA_NEW(a, struct record);
	*r = (struct record){ .tlrun_version = "0.1.0", .name = "sample", .description = "Two words.",
		.config_hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		.seed = seed, .dataset = "synthetic", .classes = classes, .train_images = 90,
		.validation_images = 10, .normalization = "x/255", .input = { 12, 13, 3 }, .layers = 4,
		.parameters = 12345, .trained = 12000, .mult_adds = 1000000,
		.backbone = "mobilenet_v2", .frozen_layers = 3, .pretrained = "weights.h5",
		.start_from = "pretrain", .phases = 2, .phase = phases, .optimizer = "adam",
		.learning_rate = 0.001, .batch_size = 16, .epochs_planned = epochs + 2,
		.epochs_run = epochs, .restored_epoch = epochs - 1, .stopped = "early_stopping",
		.monitor = "val_loss", .metrics = 2, .metric = metrics, .epochs = epochs,
		.hash_data = "d0", .hash_split = "50", .hash_initial = "10", .hash_weights = "30",
		.hash_pretrained = "40", .hash_start = "60" };
	const char **names = ARENA_ARRAY(a, const char *, c);
	long long *confusion = ARENA_ARRAY(a, long long, c * c);
	for (size_t i = 0; i < c; i++) {
		names[i] = arena_printf(a, "c%zu", i);
		confusion[i * c + i] = 7;
		confusion[i * c + (i + 1) % c] = 3;
	}
	r->class_name = names;
	r->calibration = sample_calibration(a, 0.0625);
	r->temperature = 1.25;
	r->calibrated = sample_calibration(a, 0.03125);
	r->test.loss = (float)0.8;
	r->validation.loss = NAN;
	r->validation.metric = ARENA_ARRAY(a, double, 2);
	sample_confusion(a, r, confusion);
	sample_history(a, r);
	return r;
}

struct timing *
sample_timing(struct arena *a, int epochs)
{
	struct timing *t = ARENA_NEW(a, struct timing);
	double *s = ARENA_ARRAY(a, double, (size_t)epochs);
	for (int i = 0; i < epochs; i++)
		s[i] = 1.5;
	*t = (struct timing){ .seconds_total = 75.25, .seconds_load = 0.5, .seconds_train = 70,
		.seconds_features = 3.5, .features = "computed", .seconds_validate = 2,
		.seconds_test = 1, .cpu_seconds = 140, .epochs = epochs, .train_seconds_per_epoch = s,
		.images_per_second = 1234.5, .peak_memory_bytes = 3 << 20,
		.planned_memory_bytes = 2 << 20, .started = "2026-11-24T08:00:00Z", .host = "box",
		.cpu = "A CPU", .isa = "avx2", .openblas = "OpenBLAS 0.3", .os = "Linux", .threads = 4 };
	return t;
}

struct record_set *
sample_set(struct arena *a, const char *name, int n)
{
	struct record *r = ARENA_ARRAY(a, struct record, (size_t)n);
	struct timing *t = ARENA_ARRAY(a, struct timing, (size_t)n);
	struct record_set *s = ARENA_NEW(a, struct record_set);
	for (int i = 0; i < n; i++) {
		double *metric = ARENA_ARRAY(a, double, 2);
		r[i] = *sample_record(a, 3, 5, (uint64_t)i + 1);
		metric[0] = 0.7 + 0.02 * i;
		metric[1] = 0.65;
		r[i].test.metric = metric;
		t[i] = *sample_timing(a, 5);
	}
	*s = (struct record_set){ .name = name, .config_hash = r->config_hash, .folder = "results/x/y",
		.n = n, .record = r, .timing = t, .classification_report = true,
		.confusion_matrix = true, .calibration = true, .learning_curves = true };
	return s;
}
