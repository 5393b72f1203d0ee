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
trained_experiment(struct arena *a, const char *data, const struct dataset_info *known, int threads,
	struct trained *t, struct err *e)
{
	static const char *const moved[] = { "dataset.path=null" };
	const char *const format = safetensors_meta(t->tensors, "format");
	const struct experiment_request q = {
		.path = "experiment",
		.text = safetensors_meta(t->tensors, "experiment"),
		.overrides = moved,
		.n_overrides = data ? 1 : 0,
		.data = data,
		.known = known,
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
	TRY(trained_experiment(a, data, NULL, threads, out, e));
	return trained_classes(out, e);
}

/* What the file says of the network's input and classes. */
static enum status
trained_known(struct arena *a, const struct trained *t, struct dataset_info *out, struct err *e)
{
	enum { MOST_CLASSES = 100000, MOST_SIDE = 16384 };
	const char *const classes = safetensors_meta(t->tensors, "classes");
	const char *const pixels = safetensors_meta(t->tensors, "preprocessing");
	json_t *list = NULL, *map = NULL;
	int *const size[] = { &out->h, &out->w, &out->c };
	if (!classes || !pixels)
		return err_set(e, ERR_DATA, MARK_FILE(t->path), "the metadata name no classes or no input");
	TRY(json_parse(t->path, classes, strlen(classes), &list, ERR_DATA, e));
	enum status s = json_parse(t->path, pixels, strlen(pixels), &map, ERR_DATA, e);
	const json_t *const input = json_object_get(map, "input");
	bool good = json_is_array(list) && json_array_size(list) <= MOST_CLASSES;
	for (size_t i = 0; i < 3; i++) {
		const json_int_t n = json_integer_value(json_array_get(input, i));
		good = good && n >= 1 && n <= (i < 2 ? MOST_SIDE : 3) && !(i == 2 && n == 2);
		*size[i] = good ? (int)n : 1;
	}
	out->classes = good ? (int)json_array_size(list) : 0;
	const char **names = ARENA_ARRAY(a, const char *, (size_t)out->classes);
	for (int i = 0; i < out->classes; i++) {
		const char *const name = json_string_value(json_array_get(list, (size_t)i));
		good = good && name;
		names[i] = arena_strdup(a, name ? name : "");
	}
	out->class_names = names;
	json_decref(list);
	json_decref(map);
	if (s == OK && !good)
		s = err_set(e, ERR_DATA, MARK_FILE(t->path),
			"the metadata's classes or input are none that a network has");
	return s;
}

enum status
trained_open_alone(struct arena *a, const char *path, int threads, struct trained *out,
	struct err *e)
{
	struct dataset_info *known = ARENA_NEW(a, struct dataset_info);
	*out = (struct trained){ .path = path };
	TRY(safetensors_open(&out->tensors, path, e));
	TRY(trained_known(a, out, known, e));
	return trained_experiment(a, NULL, known, threads, out, e);
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

/* ---- pictures ---- */

/* Pictures read one by one as the network wants them. The weights stand first: one context for
 * both of trainer_predict's calls. */
struct trained_pictures {
	struct trained_weights weights;
	const char *const *path;
	const char **error;
	size_t floats;				/* of the network's input of one picture */
};

static enum status
trained_feed(void *ctx, int i, float *x, struct err *e)
{
	const struct trained_pictures *p = ctx;
	struct picture picture;
	struct arena *a = arena_new();
	struct err bad = ERR_INIT;
	enum status s = picture_read(p->path[i], &picture, &bad);
	if (s == OK) {
		loader_picture(p->weights.t->x->loader, a, &picture, x);
		picture_free(&picture);
	} else if (s == ERR_DATA) {	/* the others are predicted all the same */
		p->error[i] = arena_strdup(p->weights.a, bad.message);
		memset(x, 0, p->floats * sizeof *x);
		s = OK;
	} else
		*e = bad;
	arena_free(a);
	return s;
}

enum status
trained_predict(struct arena *a, const struct trained *t, const char *const *path, int n,
	struct picture_predictions *out, struct err *e)
{
	const struct loader_info *info = loader_info(t->x->loader);
	struct trained_pictures p = { { a, t, "" }, path, ARENA_ARRAY(a, const char *, (size_t)n),
		(size_t)info->h * (size_t)info->w * (size_t)info->c };
	const size_t classes = (size_t)info->classes;
	struct trainer *trainer = NULL;
	float *probability = ARENA_ARRAY(a, float, (size_t)n * classes);
	int32_t *predicted = ARENA_ARRAY(a, int32_t, (size_t)n);
	parallel_set_threads(t->x->threads);
	kern_set_matmul((enum kern_matmul)t->x->o.engine.matmul);
	TRY(trained_plan(a, t, "test", &trainer, e));
	const enum status s =
		trainer_predict(trainer, n, trained_feed, trained_fill, &p, probability, predicted, e);
	trainer_free(trainer);
	*out = (struct picture_predictions){ n, info->classes, info->class_names, path, predicted,
		probability, p.error };
	return s;
}
