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
	for (int i = 0; i < x->net->nodes; i++)
		r->layers += !x->net->node[i].inner;
	r->trained = x->net->trainable_count;
	r->parameters = x->net->trainable_count + x->net->frozen_count;
	r->mult_adds = x->net->mult_adds;
	r->optimizer = x->o.training.optimizer.kind->name;
	r->learning_rate = optimizer->learning_rate;
	r->batch_size = x->o.training.batch_size;
	r->epochs_planned = x->o.training.epochs;

	char *data = ARENA_ARRAY(a, char, 65), *split = ARENA_ARRAY(a, char, 65);
	loader_hash(loader_train(x->loader), data, split);
	r->hash_data = data;
	r->hash_split = split;
	char *binary = ARENA_ARRAY(a, char, 65);
	host_binary_hash(binary);
	r->hash_binary = binary;
}

static void
record_history_of(struct arena *a, const struct trainer_result *t, const int *map,
	struct record *r)
{
	struct record_epoch *h = ARENA_ARRAY(a, struct record_epoch, (size_t)t->epochs);
	for (int i = 0; i < t->epochs; i++) {
		const struct epoch_row *row = &t->history[i];
		h[i] = (struct record_epoch){
			.epoch = row->epoch + 1,
			.phase = "training",
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

struct record *
run_record(struct arena *a, const struct experiment *x, uint64_t seed,
	const struct trainer_result *t)
{
	static const char *const stopped[] = {
		[STOP_EPOCHS] = "epochs",
		[STOP_EARLY] = "early_stopping",
		[STOP_NOT_FINITE] = "not_finite",
		[STOP_SIGNAL] = "signal",
	};
	struct record *r = ARENA_NEW(a, struct record);
	const struct early_stopping *early = &x->o.training.early_stopping;
	int *map;
	r->tlrun_version = PACKAGE_VERSION;
	r->name = x->name;
	r->description = x->o.description;
	r->config_hash = x->config_hash;
	r->seed = seed;
	record_describe(a, x, r);
	r->metrics = record_metric_map(a, x, &map);
	struct record_metric *m = ARENA_ARRAY(a, struct record_metric, (size_t)r->metrics);
	r->headline_loss = !strcmp(x->o.evaluation.metrics.v[0].kind->name, "loss");
	for (int i = 0; i < r->metrics; i++) {
		const struct kind *k = x->o.evaluation.metrics.v[map[i]].kind;
		m[i].name = k->name;
		m[i].lower = metric_kind_of(k)->lower_is_better;
		m[i].share = strstr(k->name, "accuracy") && strcmp(k->name, "balanced_accuracy") != 0;
	}
	r->metric = m;
	r->epochs_run = t->epochs_run;
	r->stopped = stopped[t->stopped];
	const bool restored = early->given && early->restore_best_weights;
	r->restored_epoch = restored && t->best_epoch >= 0 ? t->best_epoch + 1 : 0;
	r->monitor = early->given ? early->monitor : NULL;
	record_history_of(a, t, map, r);
	r->validation = record_split_of(a, r->metrics, map, &t->validation);
	r->test = record_split_of(a, r->metrics, map, &t->test);
	r->hash_initial = t->initial_hash;
	r->hash_weights = t->weights_hash;
	return r;
}

void
run_timing(struct arena *a, const struct trainer_result *r, struct timing *t)
{
	struct host h;
	host_read(a, &h);
	t->seconds_load = r->seconds_load;
	t->seconds_train = r->seconds_train;
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
