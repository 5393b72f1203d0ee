/* From what the trainer gave to the run record and the timings. */
#include <math.h>
#include <string.h>

#include "build-config.h"
#include "run_files.h"
#include "tlrun/arena.h"
#include "tlrun/host.h"
#include "tlrun/parallel.h"

/* "loss" is in every record as such; the others are the record's metrics, in the file's order. */
static int
record_metric_map(struct arena *a, const struct experiment *x, int **map)
{
	const struct kind_list *l = &x->o.evaluation.metrics;
	int n = 0;
	*map = ARENA_ARRAY(a, int, l->n);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].kind->name, "loss") != 0) (*map)[n++] = (int)i;
	return n;
}

static const double *
record_pick(struct arena *a, int n, const int *map, const double *values)
{
	double *v = ARENA_ARRAY(a, double, (size_t)n);
	for (int i = 0; i < n; i++)
		v[i] = values ? values[map[i]] : NAN;
	return v;
}

static struct record_split
record_split_of(struct arena *a, int n, const int *map, const struct evaluation_result *r)
{
	struct record_split s = { .n = r->n, .loss = r->n ? r->loss : NAN, .confusion = r->confusion };
	s.metric = record_pick(a, n, map, r->n ? r->metric : NULL);
	return s;
}

/* Layers, and what of them any phase trains. */
static void
record_count(const struct experiment *x, struct record *r)
{
	for (int i = 0; i < x->net->nodes; i++) {
		bool any = false, trained = false;
		r->layers += !x->net->node[i].inner;
		for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
			const int param = x->net->node[i].param[k];
			bool moves = false;
			if (param < 0) continue;
			for (int p = 0; p < x->phases; p++)
				moves |= x->phase[p].net->param[param].trainable;
			any = true;
			trained |= moves;
			if (moves) r->trained += (long long)x->net->param[param].count;
		}
		r->frozen_layers += any && !trained;
	}
}

static void
record_describe(struct arena *a, const struct experiment *x, struct record *r)
{
	const struct loader_info *info = loader_info(x->loader);
	const struct optimizer_options *optimizer = x->o.training.optimizer.opts;
	r->dataset = x->o.dataset.kind->name;
	r->classes = info->classes;
	r->class_name = info->class_names;
	r->train_images = info->train;
	r->validation_images = info->validation;
	r->test_images = info->test;
	r->validation_is_test =
		((const struct dataset_common *)x->o.dataset.common)->validation != NULL;
	r->normalization = info->formula;
	r->input[0] = info->h;
	r->input[1] = info->w;
	r->input[2] = info->c;
	record_count(x, r);
	r->backbone = x->o.model.backbone.kind ? x->o.model.backbone.kind->name : NULL;
	r->parameters = x->net->trainable_count + x->net->frozen_count;
	r->mult_adds = x->net->mult_adds;
	r->optimizer = x->o.training.optimizer.kind->name;
	r->learning_rate = optimizer->learning_rate;
	r->batch_size = x->o.training.batch_size;

	char *data = ARENA_ARRAY(a, char, 65), *split = ARENA_ARRAY(a, char, 65);
	loader_hash_all(x->loader, data, split);
	r->hash_data = data;
	r->hash_split = split;
}

static const char *const record_stopped[] = {
	[STOP_EPOCHS] = "epochs",
	[STOP_EARLY] = "early_stopping",
	[STOP_NOT_FINITE] = "not_finite",
	[STOP_MAX_TIME] = "max_time",
	[STOP_SIGNAL] = "signal",
};

static void
record_phases_of(struct arena *a, const struct experiment *x, const struct trainer_result *t,
	struct record *r)
{
	struct record_phase *p = ARENA_ARRAY(a, struct record_phase, (size_t)x->phases);
	for (int i = 0; i < x->phases; i++) {
		const struct training *own = &x->phase[i].training;
		const struct optimizer_options *o = own->optimizer.opts;
		p[i] = (struct record_phase){ .name = x->phase[i].name,
			.optimizer = own->optimizer.kind->name, .learning_rate = o->learning_rate,
			.epochs_planned = own->epochs, .trained = x->phase[i].net->trainable_count };
		r->epochs_planned += own->epochs;
		if (i >= t->phases) continue;
		p[i].epochs_run = t->phase[i].epochs_run;
		p[i].kept_epoch = t->phase[i].best_epoch + 1;
		p[i].stopped = record_stopped[t->phase[i].stopped];
	}
	r->phases = x->phases;
	r->phase = p;
}

static void
record_history_of(struct arena *a, const struct experiment *x, const struct trainer_result *t,
	const int *map, struct record *r)
{
	struct record_epoch *h = ARENA_ARRAY(a, struct record_epoch, (size_t)t->epochs);
	for (int i = 0; i < t->epochs; i++) {
		const struct epoch_row *row = &t->history[i];
		h[i] = (struct record_epoch){
			.epoch = row->epoch + 1,
			.phase = x->phase[row->phase].name,
			.learning_rate = row->learning_rate,
			.loss = row->loss,
			.val_loss = row->val_loss,
			.metric = record_pick(a, r->metrics, map, row->metric),
			.val_metric = record_pick(a, r->metrics, map, row->val_metric),
		};
	}
	r->epochs = t->epochs;
	r->history = h;
}

/* What is measured; map says where the trainer has it. */
static void
record_metrics_of(struct arena *a, const struct experiment *x, struct record *r, int **map)
{
	r->metrics = record_metric_map(a, x, map);
	struct record_metric *m = ARENA_ARRAY(a, struct record_metric, (size_t)r->metrics);
	r->headline_loss = !strcmp(x->o.evaluation.metrics.v[0].kind->name, "loss");
	for (int i = 0; i < r->metrics; i++) {
		const struct kind *k = x->o.evaluation.metrics.v[(*map)[i]].kind;
		m[i].name = k->name;
		m[i].lower = metric_kind_of(k)->lower_is_better;
		m[i].share = strstr(k->name, "accuracy") && strcmp(k->name, "balanced_accuracy") != 0;
	}
	r->metric = m;
}

struct record *
run_record_evaluation(struct arena *a, const struct experiment *x,
	const struct evaluation_result *t, struct record_split *split)
{
	struct record *r = ARENA_NEW(a, struct record);
	const struct loader_info *info = loader_info(x->loader);
	int *map;
	r->name = x->name;
	r->config_hash = x->config_hash;
	r->seed = (uint64_t)x->o.seeds.v[0];
	r->classes = info->classes;
	r->class_name = info->class_names;
	record_metrics_of(a, x, r, &map);
	*split = record_split_of(a, r->metrics, map, t);
	struct calibration *c = ARENA_NEW(a, struct calibration);
	stats_calibration(t->n, t->classes, t->probability, t->label, 1, c);
	r->calibration = c;
	return r;
}

/* Of the test split; with the temperature that the validation split asks for, where that is not the
 * same. */
static void
record_calibrate(struct arena *a, const struct trainer_result *t, struct record *r)
{
	const struct evaluation_result *test = &t->test, *v = &t->validation;
	if (!test->n) return;
	struct calibration *c = ARENA_ARRAY(a, struct calibration, 2);
	stats_calibration(test->n, test->classes, test->probability, test->label, 1, &c[0]);
	r->calibration = &c[0];
	if (!v->n || r->validation_is_test) return;
	r->temperature = stats_temperature(v->n, v->classes, v->probability, v->label);
	stats_calibration(test->n, test->classes, test->probability, test->label, r->temperature,
		&c[1]);
	r->calibrated = &c[1];
}

struct record *
run_record(struct arena *a, const struct experiment *x, uint64_t seed,
	const struct rundir_origin *o, const struct trainer_result *t)
{
	struct record *r = ARENA_NEW(a, struct record);
	const struct early_stopping *early = &x->phase[x->phases - 1].training.early_stopping;
	int *map;
	r->tlrun_version = PACKAGE_VERSION;
	r->name = x->name;
	r->description = x->o.description;
	r->config_hash = x->config_hash;
	r->seed = seed;
	record_describe(a, x, r);
	record_metrics_of(a, x, r, &map);
	r->reports = (int)x->o.evaluation.reports.n;
	r->report = x->o.evaluation.reports.v;
	record_phases_of(a, x, t, r);
	r->epochs_run = t->epochs_run;
	r->stopped = record_stopped[t->stopped];
	const bool restored = early->given && early->restore_best_weights;
	r->restored_epoch = restored && t->best_epoch >= 0 ? t->best_epoch + 1 : 0;
	r->monitor = early->given ? early->monitor : NULL;
	record_history_of(a, x, t, map, r);
	r->validation = record_split_of(a, r->metrics, map, &t->validation);
	r->test = record_split_of(a, r->metrics, map, &t->test);
	r->temperature = NAN;
	record_calibrate(a, t, r);
	r->pretrained = x->pretrained ? x->pretrained->name : NULL;
	r->hash_pretrained = o->pretrained;
	r->start_from = x->source ? x->source->name : NULL;
	r->hash_start = o->start;
	r->hash_binary = o->binary;
	r->hash_initial = t->initial_hash;
	r->hash_weights = t->weights_hash;
	return r;
}

void
run_timing(struct arena *a, const struct trainer_result *r, struct timing *t)
{
	static const char *const features[] = {
		[FEATURES_CACHED] = "cached",
		[FEATURES_COMPUTED] = "computed",
		[FEATURES_EACH_EPOCH] = "every epoch",
	};
	struct host h;
	host_read(a, &h);
	t->seconds_load = r->seconds_load;
	t->seconds_train = r->seconds_train;
	t->seconds_features = r->seconds_features;
	t->features = features[r->features];
	t->seconds_validate = r->seconds_validate;
	t->seconds_test = r->seconds_test;
	t->epochs = r->epochs;
	t->train_seconds_per_epoch = r->seconds_per_epoch;
	t->images_per_second = r->images_per_second;
	t->peak_memory_bytes = host_peak_memory();
	t->host = h.name;
	t->cpu = h.cpu;
	t->os = h.os;
	t->isa = kern_isa();
	t->openblas = kern_openblas_info();
	t->threads = parallel_threads();
}
