/*
 * An experiment opened: file, data and network checked, nothing allocated that is large.
 * Specification: doc/experiment-file.md.
 */
#include "tlrun/experiment.h"

#include <string.h>

#include "experiment_parts.h"
#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"
#include "tlrun/rundir.h"

bool
experiment_is_slug(const char *s)
{
	const char *const first = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *const rest = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	return *s && strchr(first, *s) && strspn(s, rest) == strlen(s) && strlen(s) <= 64;
}

/* The name is the file's stem unless the file says one. */
static void
experiment_name(struct arena *a, struct experiment *x, struct diags *d)
{
	x->name = x->o.name;
	if (x->name) return;
	x->name = path_stem(a, x->path);
	if (!experiment_is_slug(x->name))
		diag_add(d, DIAG_ERROR, (struct mark){ x->path, 1, 1, -1 }, 1,
			"add `name:` with letters, digits, '.', '_' and '-'",
			"the file's name \"%s\" cannot name the results folder", x->name);
	x->o.name = x->name;
}

/* The results folder must not be that of something else. */
static void
experiment_check_name(struct experiment *x, struct field_reader *r)
{
	const struct node *const name = node_get(x->root, "name");
	if (!rundir_reserved(x->name)) return;
	if (name && name->type == NODE_SCALAR)
		field_error(r, name, "tlrun uses this name itself in the results folder; choose another",
			"name: \"%s\" is reserved", x->name);
	else
		diag_add(r->diags, DIAG_ERROR, (struct mark){ x->path, 1, 1, -1 }, 1,
			"add `name:` with a name that tlrun does not use itself",
			"the file's name \"%s\" is reserved and cannot name the results folder", x->name);
}

/* --seeds "1,2,5" or "1-6", at most 4096 of them. false: no such list. */
static bool
experiment_seed_flag(struct arena *a, const char *text, struct int_list *out)
{
	enum { SEEDS = 4096 };
	long long *v = ARENA_ARRAY(a, long long, SEEDS);
	size_t n = 0;
	for (const char *s = text; *s;) {
		const size_t len = strcspn(s, ",");
		const char *const part = arena_strndup(a, s, len);
		const char *const dash = strchr(part, '-');
		long long from, to;
		if (!num_parse_int(dash ? arena_strndup(a, part, (size_t)(dash - part)) : part, &from))
			return false;
		to = from;
		if (dash && !num_parse_int(dash + 1, &to)) return false;
		if (from < 0 || to < from) return false;
		if (to - from >= (long long)(SEEDS - n)) return false;
		for (long long k = 0; k <= to - from; k++)
			v[n++] = from + k;
		s += len;
		if (*s == ',' && !*++s) return false;
	}
	*out = (struct int_list){ n, v };
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (v[i] == v[k]) return false;
	return n > 0;
}

/* `seed` becomes `seeds`, in the options and in the document: only one of them is ever printed. */
static void
experiment_one_seed(struct arena *a, struct experiment *x, struct node *root)
{
	long long *v = ARENA_NEW(a, long long);
	*v = x->o.seed;
	x->o.seeds = (struct int_list){ 1, v };
	x->o.seeds_given = true;
	x->o.seed_given = false;
	for (size_t i = 0; i < root->n; i++)
		if (strcmp(root->keys[i], "seed") == 0) root->keys[i] = "seeds";
}

/* One `seed` is a list of one. asked: the command line's list, or none. */
static void
experiment_seeds(struct arena *a, struct experiment *x, const struct experiment_request *q,
	struct node *root, struct field_reader *r, struct int_list *asked)
{
	const struct node *const bare = node_get(root, "seeds");
	x->one_seed = bare && bare->type == NODE_SCALAR && x->o.seeds.n == 1 && x->o.seeds.v[0] > 1;
	if (x->o.seed_given && x->o.seeds_given)
		field_error_key(r, x->root, "seed", "keep one of the two",
			"seed and seeds exclude each other");
	else if (x->o.seed_given)
		experiment_one_seed(a, x, root);
	const struct int_list *l = &x->o.seeds;
	if (!l->n) field_error_key(r, x->root, "seeds", NULL, "seeds: expected at least one");
	const long long *twice = NULL;
	for (size_t i = 1; i < l->n && !twice; i++)
		for (size_t k = 0; k < i; k++)
			if (l->v[i] == l->v[k]) twice = &l->v[i];
	if (twice) field_error_key(r, x->root, "seeds", NULL, "seeds: %lld stands twice", *twice);
	if (q->seeds && !experiment_seed_flag(a, q->seeds, asked))
		diag_add(r->diags, DIAG_ERROR, MARK_FILE("command line"), 1, "--seeds 1,2,3 or --seeds 1-6",
			"--seeds %s: expected different whole numbers from 0", q->seeds);
}

/*
 * What identifies the result: the file with presets written out, without runtime (it never changes
 * a result); the hash also leaves out the seeds, which have folders of their own, and the
 * description and what it is compared with.
 */
static void
experiment_resolve(struct arena *a, struct experiment *x)
{
	struct experiment_options o = x->o;
	struct str text = STR_INIT;
	o.runtime = (struct runtime){ 0 };
	field_print(experiment_fields, &o, NULL, false, &text);
	x->resolved = arena_strdup(a, str_text(&text));
	str_clear(&text);
	long long one = 1;
	o.description = o.compare_with = NULL;
	o.seeds = (struct int_list){ 1, &one };
	field_print(experiment_fields, &o, NULL, false, &text);
	hash_of(text.data, text.len, x->config_hash);
	str_free(&text);
}

/*
 * Whether a top-level key was read without error: only then may what it says be built on. The key
 * is read once more by itself, its errors having been reported.
 */
static bool
experiment_sound(struct arena *a, const struct node *root, const char *key)
{
	const struct field *f = experiment_fields;
	while (strcmp(f->key, key) != 0)
		f++;
	const struct field table[] = { *f, FIELD_END };
	size_t i = 0;
	while (i < root->n && strcmp(root->keys[i], key) != 0)
		i++;
	if (i == root->n) return !f->required;
	struct node map = *root;
	map.n = 1;
	map.items += i;
	map.keys += i;
	map.key_at += i;
	map.key_span += i;
	struct field_reader quiet = { .arena = a, .diags = diags_new() };
	const bool sound = field_read(&quiet, table, &map, "experiment",
		ARENA_NEW(a, struct experiment_options));
	diags_free(quiet.diags);
	return sound;
}

enum status
experiment_read(struct arena *a, const struct experiment_request *q, struct experiment **out,
	struct diags *d)
{
	struct experiment *x = ARENA_NEW(a, struct experiment);
	struct field_reader r = { .arena = a, .diags = d };
	struct int_list asked = { 0, NULL };
	struct node *root = NULL;
	x->path = q->path;
	*out = x;
	if (q->text) document_parse(a, q->path, q->text, strlen(q->text), &root, d);
	else document_load(a, q->path, &root, d);
	for (int i = 0; root && i < q->n_overrides; i++)
		document_override(a, root, q->overrides[i], d);
	if (!root) return ERR_CONFIG;
	if (q->trial) sweep_apply(a, root, q->trial, d);
	x->trial = q->trial;
	x->root = root;
	const bool read = field_read(&r, experiment_fields, root, "experiment", &x->o);
	experiment_name(a, x, d);
	/* The experiment in a model names no folder. */
	if (!q->text) experiment_check_name(x, &r);
	experiment_seeds(a, x, q, root, &r, &asked);
	if (read || (experiment_sound(a, root, "training") && experiment_sound(a, root, "evaluation")))
		training_check(&r, root, &x->o.training, &x->o.evaluation);
	if (read || experiment_sound(a, root, "training")) validation_check(&r, x);
	if (x->o.sweep.sound && (read || experiment_sound(a, root, "evaluation")))
		sweep_check_metric(&r, x);
	if (read || experiment_sound(a, root, "model")) {
		model_check(&r, x);
		if (read || experiment_sound(a, root, "training")) phases_model_check(&r, x);
	}
	if (diags_errors(d)) return ERR_CONFIG;
	if (q->smoke) smoke_epochs(x);
	experiment_resolve(a, x);
	/* Only now: experiment.yaml is the file's, whichever of its seeds this process runs. */
	if (asked.n) x->o.seeds = asked;
	x->threads = q->threads ? q->threads : x->o.runtime.threads;
	if (!x->threads) x->threads = parallel_cores();
	return OK;
}

const char *
experiment_path(struct arena *a, const struct experiment *x, const struct node *at,
	const char *path)
{
	if (!path) return NULL;
	const bool typed = at && at->origin && !strcmp(at->origin, "command line");
	if (!typed)
		return path_join(a, path_folder(a, at && at->at.file ? at->at.file : x->path), path);
	/* A sweep's values stand in the file, and are typed when a trial is run by itself. */
	const char *const beside = path_join(a, path_folder(a, x->path), path);
	return file_exists(path) || !file_exists(beside) ? path : beside;
}

static enum status
experiment_inspect(struct arena *a, struct experiment *x, const struct experiment_request *q,
	struct field_reader *r, struct err *e)
{
	const struct dataset_common *c = x->o.dataset.common;
	const struct node *node = node_get(x->root, "dataset");
	x->data_path = c->path && q->data_path ? q->data_path
		: experiment_path(a, x, node_get(node, "path"), c->path);
	struct loader_request want = {
		.kind = dataset_kind_of(x->o.dataset.kind),
		.opts = x->o.dataset.opts,
		.where = { .path = x->data_path, .search = dataset_search_path(a, q->data),
			.split_seed = (uint64_t)c->split_seed },
		.classes = &c->classes,
		.validation_split = c->validation ? 0 : c->validation_split,
		.validation_is_test = c->validation != NULL,
		.split_seed = (uint64_t)c->split_seed,
		.max_train = c->max_train_samples,
		.max_test = c->max_test_samples,
		.channels = (enum loader_channels)x->o.preprocessing.channels,
		.crop = x->o.preprocessing.crop.center,
		.resize = x->o.preprocessing.resize,
		.interpolation = (enum resize_method)x->o.preprocessing.interpolation,
		.normalize = model_normalize(x),
		.known = q->known,
		.preprocessing = node_get(x->root, "preprocessing"),
	};
	TRY(loader_inspect(a, &want, node, r, &x->loader, e));
	if (!q->smoke || diags_errors(r->diags)) return OK;
	smoke_images(x, &want);
	return loader_inspect(a, &want, node, r, &x->loader, e);
}

/* The map of class_weight is checked against the classes now; the weights wait for the counts. */
static void
experiment_check_weights(struct arena *a, struct experiment *x, struct field_reader *r)
{
	const struct loader_info *info = loader_info(x->loader);
	long long *counts = ARENA_ARRAY(a, long long, (size_t)info->classes);
	float *weights = ARENA_ARRAY(a, float, (size_t)info->classes);
	for (int i = 0; i < info->classes; i++)
		counts[i] = 1;
	loss_kind_of(x->o.training.loss.kind)->class_weights(r, x->o.training.loss.opts, info->classes,
		info->class_names, counts, weights);
}

/* The network for what the data gives. */
static void
experiment_build(struct experiment *x, const struct loader_info *info, struct field_reader *r)
{
	const struct model *m = &x->o.model;
	if (!model_whole(m)) return;
	if (m->backbone.kind && !backbone_takes(r, &m->backbone, info->h, info->w, info->c)) return;
	x->layers = model_layers(r, m, info->h, info->w, &x->backbone);
	pretrained_check(r, x, info);
	phases_build(r, x, info);
	if (!diags_errors(r->diags)) model_warn(r, x);
}

enum status
experiment_open(struct arena *a, const struct experiment_request *q, struct experiment **out,
	struct diags *d, struct err *e)
{
	struct field_reader r = { .arena = a, .diags = d };
	const enum status read = experiment_read(a, q, out, d);
	struct experiment *x = *out;
	enum status data = OK;
	if (!x->root) return ERR_CONFIG;
	/* Whatever can still be checked is, so that all errors come at once. */
	const bool pixels = experiment_sound(a, x->root, "preprocessing");
	if (!pixels) x->o.preprocessing = (struct preprocessing){ 0 };
	if (experiment_sound(a, x->root, "dataset")) data = experiment_inspect(a, x, q, &r, e);
	if (data == OK && x->loader) {
		const struct loader_info *info = loader_info(x->loader);
		const bool training = experiment_sound(a, x->root, "training");
		if (!training) x->o.training.phases.n = 0, x->o.training.batch_size = 1;
		/* What the layers need as scratch grows with the threads that will run them. */
		if (x->threads) parallel_set_threads(x->threads);
		/* Wrong classes and channels are reported; what shapes they give, nobody knows then. */
		if (pixels && info->classes > 1 && experiment_sound(a, x->root, "model"))
			experiment_build(x, info, &r);
		if (training) experiment_check_weights(a, x, &r);
	}
	if (read != OK || diags_errors(d)) return ERR_CONFIG;
	TRY(data);
	return q->without_weights ? OK : pretrained_open(a, x, q, e);
}

void
experiment_setup(struct arena *a, const struct experiment *x, struct trainer_setup *out)
{
	const struct kind *backbone = x->o.model.backbone.kind;
	*out = (struct trainer_setup){
		.phases = x->phases,
		.phase = x->phase,
		.evaluation = &x->o.evaluation,
		.loader = x->loader,
		.seed = (uint64_t)x->o.seeds.v[0],
		.fuse = x->o.engine.fuse,
		.data_name = arena_printf(a, "%s%s%s", x->o.dataset.kind->name, backbone ? ", " : "",
			backbone ? backbone->name : ""),
	};
}

void
experiment_close(struct experiment *x)
{
	if (!x) return;
	loader_free(x->loader);
	pretrained_close(x->pretrained);
}
