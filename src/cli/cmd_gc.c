/* tlrun gc: remove from the results folder what no experiment refers to any more. */
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/garbage.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

static void
gc_text(const struct garbage *g, bool removed, struct str *out)
{
	char size[32];
	for (size_t i = 0; i < g->n; i++) {
		num_human_bytes((double)g->item[i].bytes, size, sizeof size);
		str_printf(out, "%10s  %s  (%s)\n", size, g->item[i].path, g->item[i].why);
	}
	num_human_bytes((double)g->bytes, size, sizeof size);
	str_printf(out, "%zu file%s or folder%s, %s%s\n", g->n, g->n == 1 ? "" : "s",
		g->n == 1 ? "" : "s", size, removed ? " removed" : " would be removed");
}

static void
gc_json(const struct garbage *g, bool removed, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_bool(&j, "removed", removed);
	json_put_int(&j, "bytes", g->bytes);
	json_open_array(&j, "items");
	for (size_t i = 0; i < g->n; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "path", g->item[i].path);
		json_put_int(&j, "bytes", g->item[i].bytes);
		json_put_string(&j, "why", g->item[i].why);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

static int
gc_results(const struct options *o, struct arena *a, struct experiment **x, int n)
{
	struct garbage g;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (garbage_find(a, o->results, x, n, &g, &e) != OK) return cli_fail(o, &e);
	const enum status s = o->dry_run ? OK : garbage_remove(a, o->results, x, n, &g, &e);
	if (o->json) gc_json(&g, !o->dry_run, &text);
	else gc_text(&g, !o->dry_run, &text);
	if (!o->quiet) fputs(g.kept_lines, stderr);
	const int code = cli_print_free(&text);
	return s == OK ? code : cli_fail(o, &e);
}

static int
cmd_gc(const struct options *o, struct arena *a)
{
	struct experiment **x = NULL;
	int n = 0;
	if (!o->args) return gc_results(o, a, NULL, 0);
	int code = cli_open(o, a, false, &x, &n);
	if (code) return code;
	code = gc_results(o, a, x, n);
	cli_close(x, n);
	return code;
}

const struct command command_gc = {
	.name = "gc",
	.usage = "[-n] [FILE or FOLDER… [key=value…]]",
	.summary = "remove what no experiment refers to any more",
	.help = "Without files: what killed processes left, files of finished runs that only a run in "
		"progress\n"
		"needs, files of old batches, and folders with neither a result nor a checkpoint.\n"
		"With files: the same in the folders of these experiments; besides, their results of\n"
		"older settings, and trials that their sweeps no longer make.\n"
		"-n lists all of it and removes nothing. What a running tlrun holds stays.\n",
	.max_args = -1,
	.words = WORDS_FILES,
	.run = cmd_gc,
};
