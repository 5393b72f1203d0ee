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
experiment_name(struct arena *a, struct experiment *x, struct field_reader *r)
{
	x->name = x->o.name;
	if (x->name) return;
	x->name = path_stem(a, x->path);
	if (field_sound(r, &x->o.name) && !experiment_is_slug(x->name))
		diag_add(r->diags, DIAG_ERROR, (struct mark){ x->path, 1, 1, -1 }, 1,
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

/* The file, with what the command line and a trial make of it; NULL: nothing could be read. */
static struct node *
experiment_document(struct arena *a, const struct experiment_request *q, struct diags *d)
{
	struct node *root = NULL;
	if (q->text) document_parse(a, q->path, q->text, strlen(q->text), &root, d);
	else document_load(a, q->path, &root, d);
	for (int i = 0; root && i < q->n_overrides; i++)
		document_override(a, root, q->overrides[i], d);
	if (root && q->trial) sweep_apply(a, root, q->trial, d);
	return root;
}

/* The file by itself, and all checks that need no data. */
static enum status
experiment_read_file(struct field_reader *r, const struct experiment_request *q,
	struct experiment **out)
{
	struct arena *const a = r->arena;
	struct experiment *x = ARENA_NEW(a, struct experiment);
	struct int_list asked = { 0, NULL };
	struct node *const root = experiment_document(a, q, r->diags);
	x->path = q->path;
	x->trial = q->trial;
	x->root = root;
	*out = x;
	if (!root) return ERR_CONFIG;
	field_read(r, experiment_fields, root, "experiment", &x->o);
	experiment_name(a, x, r);
	/* The experiment in a model names no folder. */
	if (!q->text && field_sound(r, &x->o.name)) experiment_check_name(x, r);
	experiment_seeds(a, x, q, root, r, &asked);
	training_check(r, root, &x->o.training, &x->o.evaluation);
	validation_check(r, x);
	if (x->o.sweep.given) sweep_check_metric(r, x);
	model_check(r, x);
	phases_model_check(r, x);
	if (diags_errors(r->diags)) return ERR_CONFIG;
	if (q->smoke) smoke_epochs(x);
	experiment_resolve(a, x);
	/* Only now: experiment.yaml is the file's, whichever of its seeds this process runs. */
	if (asked.n) x->o.seeds = asked;
	x->threads = q->threads ? q->threads : x->o.runtime.threads;
	if (!x->threads) x->threads = parallel_cores();
	return OK;
}

enum status
experiment_read(struct arena *a, const struct experiment_request *q, struct experiment **out,
	struct diags *d)
{
	struct field_reader r = { .arena = a, .diags = d };
	return experiment_read_file(&r, q, out);
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

enum status
experiment_open(struct arena *a, const struct experiment_request *q, struct experiment **out,
	struct diags *d, struct err *e)
{
	struct field_reader r = { .arena = a, .diags = d };
	const enum status read = experiment_read_file(&r, q, out);
	struct experiment *x = *out;
	if (!x->root) return ERR_CONFIG;
	const enum status data = experiment_inspect(a, x, q, &r, e);
	/* What the layers need as scratch grows with the threads that will run them. */
	if (x->threads) parallel_set_threads(x->threads);
	experiment_build(x, &r);
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
