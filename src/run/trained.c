/*
 * trained: from a model's file to its experiment, and from that to what the model says of images.
 *
 * Errors  ERR_DATA for a file that is no model of ours, whose experiment does not read or does not
 *         fit the data, whose tensors are not the network's, or that is not what the record beside
 *         it was written for.
 */
#include "tlrun/trained.h"

#include <string.h>

#include "experiment_parts.h"
#include "run_files.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/kernels.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"

static const char trained_file[] = "model.safetensors";

/* ---- which ---- */

/* The seed asked for, or the first that has a record. */
static enum status
trained_seed(struct arena *a, const char *folder, const char *seed, const char **path,
	struct err *e)
{
	struct record_set *set;
	long long number;
	TRY(rundir_records(a, folder, &set, NULL, e));
	if (seed && (!num_parse_int(seed, &number) || number < 0))
		return err_set(e, ERR_USAGE, MARK_NONE, "--seeds %s: expected one seed", seed);
	if (!seed) number = (long long)set->record[0].seed;
	*path = arena_printf(a, "%s/seed-%lld/%s", folder, number, trained_file);
	if (file_exists(*path)) return OK;
	return err_set(e, ERR_USAGE, MARK_NONE, "no model of seed %lld in %s", number, folder);
}

enum status
trained_find(struct arena *a, const char *results, const char *run, const char *seed,
	const char **path, struct err *e)
{
	const char *folder, *const own = path_join(a, run, trained_file);
	const bool file = file_exists(run) && !file_is_folder(run);
	if (file || file_exists(own)) {
		if (seed)
			return err_set(e, ERR_USAGE, MARK_NONE,
				"--seeds goes with a run; %s is the model of one seed", run);
		*path = file ? run : own;
		return OK;
	}
	TRY(rundir_find(a, results, run, &folder, e));
	return trained_seed(a, folder, seed, path, e);
}

/* ---- opening ---- */

/* What is wrong with the experiment, the first of it. */
static enum status
trained_refuse(const char *path, struct diags *d, struct err *e)
{
	struct str text = STR_INIT;
	diags_format(d, false, &text);
	err_set(e, ERR_DATA, MARK_FILE(path), "the experiment in this model is none that this tlrun "
		"runs: %.*s", (int)strcspn(str_text(&text), "\n"), str_text(&text));
	str_free(&text);
	return ERR_DATA;
}

/* The path of the data is of the machine that trained: --data stands for it. */
static enum status
trained_experiment(struct arena *a, const char *data, int threads, struct trained *t,
	struct err *e)
{
	static const char *const moved[] = { "dataset.path=null" };
	const char *const format = safetensors_meta(t->tensors, "format");
	const struct experiment_request q = {
		.path = "experiment",
		.text = safetensors_meta(t->tensors, "experiment"),
		.overrides = moved,
		.n_overrides = data ? 1 : 0,
		.data = data,
		.threads = threads,
		.without_weights = true,
	};
	if (!format || strcmp(format, "tlrun 1") != 0 || !q.text)
		return err_set(e, ERR_DATA, MARK_FILE(t->path),
			"not a model that tlrun wrote: its metadata name no experiment of format \"tlrun 1\"");
	struct diags *d = diags_new();
	const enum status s = experiment_open(a, &q, &t->x, d, e);
	if (s == ERR_CONFIG) trained_refuse(t->path, d, e);
	diags_free(d);
	return s == ERR_CONFIG ? ERR_DATA : s;
}

/* The classes of the file are those of the data, in their order. */
static enum status
trained_classes(const struct trained *t, struct err *e)
{
	const char *const text = safetensors_meta(t->tensors, "classes");
	const struct loader_info *info = loader_info(t->x->loader);
	json_t *list = NULL;
	if (!text) return err_set(e, ERR_DATA, MARK_FILE(t->path), "the metadata name no classes");
	TRY(json_parse(t->path, text, strlen(text), &list, ERR_DATA, e));
	bool same = json_array_size(list) == (size_t)info->classes;
	for (int i = 0; i < info->classes && same; i++) {
		const char *const name = json_string_value(json_array_get(list, (size_t)i));
		same = name && !strcmp(name, info->class_names[i]);
	}
	json_decref(list);
	if (same) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(t->path),
		"the model's classes are not those of the data set %s that was found",
		t->x->o.dataset.kind->name);
}

enum status
trained_open(struct arena *a, const char *path, const char *data, int threads, struct trained *out,
	struct err *e)
{
	*out = (struct trained){ .path = path };
	TRY(safetensors_open(&out->tensors, path, e));
	TRY(trained_experiment(a, data, threads, out, e));
	return trained_classes(out, e);
}

void
trained_close(struct trained *t)
{
	experiment_close(t->x);
	safetensors_close(t->tensors);
}

/* ---- evaluating ---- */

/* The weights, whole: where a record stands beside the model, those that it was written for. */
struct trained_weights {
	struct arena *a;
	const struct trained *t;
	char hash[65];
};

static enum status
trained_fill(void *ctx, const struct net *net, float *block, struct err *e)
{
	struct trained_weights *w = ctx;
	const char *const path = w->t->path;
	const char *const record = path_join(w->a, path_folder(w->a, path), "result.json");
	struct err none = ERR_INIT;
	struct record r;
	memset(block, 0, net->floats * sizeof *block);
	TRY(weights_to_net(w->t->tensors, path, net, block, e));
	net_hash(net, block, w->hash);
	if (!file_exists(record) || record_read(record, w->a, &r, &none) != OK) return OK;
	if (!r.hash_weights || !strcmp(r.hash_weights, w->hash)) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(path),
		"these are not the weights that result.json beside it was written for: the file was "
		"changed or damaged");
}

/* The part, read. */
static enum status
trained_part(const struct trained *t, const char *split, const struct loader_part **part,
	struct err *e)
{
	struct loader *l = t->x->loader;
	const bool test = !strcmp(split, "test"), train = !strcmp(split, "train");
	TRY(test ? loader_read_test(l, e) : loader_read_train(l, e));
	*part = test ? loader_test(l) : train ? loader_train(l) : loader_validation(l);
	if ((*part)->n) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(t->path), "the experiment has no %s images", split);
}

static int
trained_images(const struct loader_info *info, const char *split)
{
	if (!strcmp(split, "train")) return info->train;
	return !strcmp(split, "test") ? info->test : info->validation;
}

/* What it will hold is compared with what there is before the images are read. */
static enum status
trained_plan(struct arena *a, const struct trained *t, const char *split, struct trainer **out,
	struct err *e)
{
	struct trainer_setup setup;
	struct trainer_memory m;
	experiment_setup(a, t->x, &setup);
	TRY(trainer_plan(a, &setup, out, &m, e));
	trainer_evaluate_memory(*out, trained_images(loader_info(t->x->loader), split), &m);
	return experiment_fits(a, t->x, &m, e);
}

/* The images go with the experiment, what is said of them stays. */
static struct predictions
trained_predictions(struct arena *a, const struct trained *t, const struct loader_part *part,
	const struct evaluation_result *r)
{
	uint32_t *index = ARENA_ARRAY(a, uint32_t, (size_t)r->n);
	memcpy(index, part->index, (size_t)r->n * sizeof *index);
	return (struct predictions){
		.n = r->n,
		.classes = r->classes,
		.class_name = loader_info(t->x->loader)->class_names,
		.index = index,
		.label = r->label,
		.predicted = r->predicted,
		.probability = r->probability,
	};
}

enum status
trained_evaluate(struct arena *a, const struct trained *t, const char *split,
	struct trained_evaluation *out, struct err *e)
{
	struct trained_weights w = { a, t, "" };
	struct evaluation_result result = { 0 };
	const struct loader_part *part;
	struct trainer *trainer = NULL;
	parallel_set_threads(t->x->threads);
	kern_set_matmul((enum kern_matmul)t->x->o.engine.matmul);
	TRY(trained_plan(a, t, split, &trainer, e));
	TRY(trained_part(t, split, &part, e));
	/* Where classes were chosen the images are counted now. */
	TRY(trained_plan(a, t, split, &trainer, e));
	const enum status s = trainer_evaluate_model(trainer, part, trained_fill, &w, &result, e);
	trainer_free(trainer);
	TRY(s);
	out->record = run_record_evaluation(a, t->x, &result, &out->split);
	out->predictions = trained_predictions(a, t, part, &result);
	memcpy(out->weights_hash, w.hash, sizeof out->weights_hash);
	return OK;
}
