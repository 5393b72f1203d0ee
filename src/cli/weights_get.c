/* tlrun weights get and verify: the public ImageNet weights of a backbone. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "fetch.h"
#include "screen.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/weights.h"

enum { GET_SIZE = 224, GET_MOST = 1 << 30 };

/* What is asked for, and how it is checked. */
struct get {
	struct fetch fetch;		/* the hooks' ctx: first */
	struct arena *a;
	const char *words;		/* "mobilenet_v2 alpha=0.5", for messages */
	const char *file;		/* its public name */
	struct cli_backbone backbone;
};

/* BACKBONE [alpha=…] [size=…]; the exit code. */
static int
get_words(const struct options *o, struct arena *a, struct get *g)
{
	const char **const words = ARENA_ARRAY(a, const char *, (size_t)o->args);
	const char *why = NULL;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	int n = 0;
	long long size = GET_SIZE;
	for (int i = 0; i < o->args; i++) {
		str_printf(&text, "%s%s", i ? " " : "", o->arg[i]);
		if (strncmp(o->arg[i], "size=", 5) != 0) words[n++] = o->arg[i];
		else if (!num_parse_int(o->arg[i] + 5, &size) || size < 1 || size > 4096) size = 0;
	}
	g->a = a;
	g->words = arena_strdup(a, str_text(&text));
	str_free(&text);
	if (!size || !n) {
		err_set(&e, ERR_USAGE, MARK_NONE, size ? "name a backbone" :
			"size must be an integer from 1 to 4096");
		return cli_fail(o, &e);
	}
	const int code = cli_backbone(o, a, words, n, &g->backbone);
	if (code) return code;
	const struct backbone_kind *const k = g->backbone.kind;
	g->file = k->imagenet(a, g->backbone.opts, (int)size, (int)size, &why);
	if (g->file) return 0;
	err_set(&e, ERR_USAGE, MARK_NONE, "there are no public weights of %s: %s", g->words, why);
	return cli_fail(o, &e);
}

/* The file opens and fills the backbone. */
static enum status
get_check(void *ctx, const char *file, struct err *e)
{
	struct get *const g = ctx;
	const struct weights_target t = { .net = g->backbone.net, .nodes = g->backbone.net->backbone,
		.old_name = g->backbone.kind->old_name };
	struct weights_file *f;
	struct weights_binding b;
	TRY(weights_open(g->a, file, NULL, &f, e));
	weights_bind(g->a, f, &t, &b);
	const enum status s = weights_check(f, &t, &b, e);
	weights_close(f);
	return s;
}

/* Where the search path finds it: --data DIR, TLRUN_WEIGHTS, TLRUN_DATA, the cache folder. */
static const char *
get_path(const struct options *o, const struct get *g)
{
	const char *const own = getenv("TLRUN_WEIGHTS"), *const root = download_root(g->a, o->data);
	if (!o->data && own && *own) return path_join(g->a, own, g->file);
	return root ? path_join(g->a, path_join(g->a, root, "weights"), g->file) : NULL;
}

/* Where the file is: the answer of `get`. */
static int
get_answer(const struct options *o, const struct get *g, const char *path)
{
	struct str text = STR_INIT;
	struct json j;
	if (o->json) {
		json_begin(&j, &text);
		json_open_object(&j, NULL);
		json_put_string(&j, "name", g->file);
		json_put_string(&j, "path", path);
		json_close(&j);
		json_finish(&j);
	} else str_printf(&text, "%s is in %s\n", g->file, path);
	return cli_print_free(&text);
}

int
weights_get(const struct options *o, struct arena *a)
{
	struct get g = { 0 };
	struct err e = ERR_INIT;
	const int code = get_words(o, a, &g);
	const char *path;
	if (code) return code;
	if (weights_find(a, g.file, o->data, NULL, &path, NULL) == OK &&
		(!o->data || strncmp(path, o->data, strlen(o->data)) == 0) &&
		get_check(&g, path, NULL) == OK)
		return get_answer(o, &g, path);
	path = get_path(o, &g);
	if (!path) {
		err_set(&e, ERR_USAGE, MARK_NONE,
			"no folder to bring %s to: name one by --data DIR or in TLRUN_DATA", g.file);
		return cli_fail(o, &e);
	}
	struct download d = fetch_begin(&g.fetch, o);
	const struct backbone_kind *const k = g.backbone.kind;
	d.url = download_mirror(a, k->kind.name, arena_printf(a, "%s%s", k->url, g.file));
	d.path = path;
	d.most = GET_MOST;
	d.cure = arena_printf(a, "`tlrun weights get %s` tries again", g.words);
	d.check = get_check;
	d.note(d.ctx, arena_printf(a, "%s to %s", d.url, path));
	const enum status s = download_file(&d, &e);
	screen_clear();
	return s == OK ? get_answer(o, &g, path) : cli_fail(o, &e);
}

int
weights_verify(const struct options *o, struct arena *a)
{
	struct get g = { 0 };
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	struct weights_file *f;
	const char *path;
	const int code = get_words(o, a, &g);
	if (code) return code;
	if (weights_find(a, g.file, o->data, g.words, &path, &e) != OK ||
		get_check(&g, path, &e) != OK || weights_open(a, path, NULL, &f, &e) != OK)
		return cli_fail(o, &e);
	if (o->json) {
		struct json j;
		json_begin(&j, &text);
		json_open_object(&j, NULL);
		json_put_string(&j, "path", path);
		json_put_string(&j, "fills", g.words);
		json_put_string(&j, "sha256", f->hash);
		json_close(&j);
		json_finish(&j);
	} else str_printf(&text, "%s: fills %s\nsha256 %s\n", path, g.words, f->hash);
	weights_close(f);
	return cli_print_free(&text);
}
