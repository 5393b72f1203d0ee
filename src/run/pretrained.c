/*
 * The weights that a model names: found in the search path or beside the file that names them,
 * read, and bound to the backbone before anything runs.
 */
#include <string.h>

#include "experiment_parts.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/rundir.h"

/* What the model says of its weights. */
struct pretrained_named {
	const char *weights;			/* "imagenet", a name or a path; NULL: none */
	const struct node *node;		/* the value; NULL: a default */
	const struct backbone_kind *kind;	/* NULL: layers */
};

static struct pretrained_named
pretrained_named(const struct experiment *x)
{
	const struct model *m = &x->o.model;
	if (!m->backbone.kind)
		return (struct pretrained_named){ m->weights,
			node_get(node_get(x->root, "model"), "weights"), NULL };
	const struct backbone_common *c = m->backbone.common;
	return (struct pretrained_named){ strcmp(c->weights, "none") ? c->weights : NULL,
		node_get(m->backbone.node, "weights"), backbone_kind_of(m->backbone.kind) };
}

/* The public file's name; that there is one was checked. */
static const char *
pretrained_imagenet(struct arena *a, const struct experiment *x)
{
	const struct kind_value *b = &x->o.model.backbone;
	const char *why;
	return backbone_kind_of(b->kind)->imagenet(a, b->opts, x->net->input.d[1], x->net->input.d[2],
		&why);
}

/* The options of a backbone as YAML, one a line. */
static char *
pretrained_options(struct arena *a, const struct kind *kind, const void *opts)
{
	struct str text = STR_INIT;
	if (kind->fields) field_print(kind->fields, opts, NULL, false, &text);
	char *const out = arena_strdup(a, str_text(&text));
	str_free(&text);
	return out;
}

/* The words of `tlrun weights get` that bring the public file, without those that say the default:
 * "mobilenet_v2 size=96 alpha=0.35". */
static const char *
pretrained_get(struct arena *a, const struct experiment *x)
{
	enum { GET_SIZE = 224 };
	const struct kind_value *b = &x->o.model.backbone;
	const struct backbone_kind *kind = backbone_kind_of(b->kind);
	const char *why, *const file = pretrained_imagenet(a, x);
	const char *const other = kind->imagenet(a, b->opts, GET_SIZE, GET_SIZE, &why);
	struct str words = STR_INIT;
	struct field_reader quiet = { .arena = a, .diags = diags_new() };
	void *const preset = b->kind->opts_size ? arena_alloc(a, b->kind->opts_size) : NULL;
	if (b->kind->fields) field_read(&quiet, b->kind->fields, NULL, "backbone", preset);
	diags_free(quiet.diags);
	str_add(&words, b->kind->name);
	if (!str_same(file, other)) str_printf(&words, " size=%d", (int)x->net->input.d[1]);
	const char *line = pretrained_options(a, b->kind, b->opts);
	const char *usual = pretrained_options(a, b->kind, preset);
	while (*line && *usual) {
		const size_t n = strcspn(line, "\n"), m = strcspn(usual, "\n"), key = strcspn(line, ":");
		if (n != m || strncmp(line, usual, n) != 0)
			str_printf(&words, " %.*s=%.*s", (int)key, line, (int)(n - key - 2), line + key + 2);
		line += n + (line[n] == '\n');
		usual += m + (usual[m] == '\n');
	}
	const char *const out = arena_strdup(a, str_text(&words));
	str_free(&words);
	return out;
}

/* A path is relative to the file that names it; so is a name when it stands there, and else it is
 * looked up. */
static enum status
pretrained_find(struct arena *a, struct experiment *x, const struct pretrained_named *w,
	const struct experiment_request *q, const char **path, struct err *e)
{
	const char *const name = w->weights;
	struct err missing = ERR_INIT;
	if (q->weights_path) {
		*path = q->weights_path;
		return OK;
	}
	if (w->kind && !strcmp(name, "imagenet")) {
		if (weights_find(a, pretrained_imagenet(a, x), q->data, pretrained_get(a, x), path,
			&missing) == OK)
			return OK;
		x->missing = pretrained_imagenet(a, x);
		return err_set(e, ERR_DATA, w->node ? w->node->at : MARK_FILE(x->path), "%s",
			missing.message);
	}
	*path = experiment_path(a, x, w->node, name);
	if (strchr(name, '/') || file_exists(*path)) return OK;
	/* Public files begin with their network's name. */
	const char *const get = w->kind ? w->kind->kind.name : NULL;
	return weights_find(a, name, q->data, get && !strncmp(name, get, strlen(get)) ? get : NULL,
		path, e);
}

static enum status
pretrained_read(struct arena *a, const struct experiment *x, struct pretrained *p, struct err *e)
{
	const struct kind_value *b = &x->o.model.backbone;
	TRY(weights_open(a, p->path, p->cache, &p->file, e));
	p->target = (struct weights_target){ .net = x->net, .nodes = x->net->backbone,
		.old_name = b->kind ? backbone_kind_of(b->kind)->old_name : NULL };
	weights_bind(a, p->file, &p->target, &p->binding);
	return weights_check(p->file, &p->target, &p->binding, e);
}

enum status
pretrained_open(struct arena *a, struct experiment *x, const struct experiment_request *q,
	struct err *e)
{
	const struct pretrained_named w = pretrained_named(x);
	if (!w.weights) return OK;
	struct pretrained *p = ARENA_NEW(a, struct pretrained);
	TRY(pretrained_find(a, x, &w, q, &p->path, e));
	const char *const slash = strrchr(p->path, '/');
	p->name = slash ? slash + 1 : p->path;
	p->cache = q->results ? path_join(a, q->results, RUNDIR_CACHE) : NULL;
	x->pretrained = p;
	TRY(pretrained_read(a, x, p, e));
	memcpy(p->hash, p->file->hash, sizeof p->hash);
	return OK;
}

static void
pretrained_copy(const struct pretrained *p, const struct net *net, float *block)
{
	struct weights_target t = p->target;
	t.net = net;
	weights_apply(&t, &p->binding, block);
}

/* Once closed, the file is read again for this one time: a, the run's, ends before x does. */
enum status
pretrained_apply(struct arena *a, const struct experiment *x, const struct net *net, float *block,
	struct err *e)
{
	if (!x->pretrained) return OK;
	struct pretrained again = *x->pretrained;
	if (again.file) {
		pretrained_copy(&again, net, block);
		return OK;
	}
	enum status s = pretrained_read(a, x, &again, e);
	if (s == OK && strcmp(again.file->hash, again.hash) != 0)
		s = err_set(e, ERR_DATA, MARK_FILE(again.path),
			"is another file than when the experiment was checked");
	if (s == OK) pretrained_copy(&again, net, block);
	pretrained_close(&again);
	return s;
}

void
pretrained_close(struct pretrained *p)
{
	if (!p) return;
	weights_close(p->file);
	p->file = NULL;
}

void
pretrained_check(struct field_reader *r, const struct experiment *x, const struct loader_info *info)
{
	const struct pretrained_named w = pretrained_named(x);
	const char *why = NULL;
	if (!w.kind || !w.weights || strcmp(w.weights, "imagenet") != 0) return;
	if (!w.kind->imagenet(r->arena, x->o.model.backbone.opts, info->h, info->w, &why))
		field_error(r, w.node, "weights: none", "there are no ImageNet weights of this %s: %s",
			w.kind->kind.name, why);
}

const char *
pretrained_file(struct arena *a, const struct experiment *x)
{
	const struct pretrained_named w = pretrained_named(x);
	if (!w.weights || !w.kind || strcmp(w.weights, "imagenet") != 0) return w.weights;
	return pretrained_imagenet(a, x);
}
