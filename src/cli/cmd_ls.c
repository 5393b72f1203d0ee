/* tlrun ls: the runs of the results folder with their headline metric. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/run_index.h"
#include "tlrun/run_state.h"
#include "tlrun/rundir.h"
#include "tlrun/visible.h"

/* The list while it is made. */
struct ls {
	struct arena *a;
	struct run_index *index;
	bool json;
	struct json j;
	struct str text;
};

static void
ls_row(struct ls *l, const char *name, const char *hash, const char *seed, const char *state,
	const struct run_brief *b)
{
	struct json *const j = &l->j;
	if (l->json) {
		json_open_object(j, NULL);
		json_put_string(j, "name", name);
		json_put_string(j, "configuration", hash);
		json_put_string(j, "seed", seed);
		json_put_string(j, "state", state);
		if (b) {
			json_put_string(j, "metric", b->metric);
			json_put_float(j, "test", (float)b->test);
		}
		json_close(j);
		return;
	}
	visible_line(name, &l->text);
	str_pad(&l->text, ' ', 28 - visible_width(name));
	str_printf(&l->text, " %s  %-10s  ", visible_text(l->a, hash), visible_text(l->a, seed));
	if (b)
		str_printf(&l->text, "test %s %.4f  epochs %d  ",
			visible_text(l->a, b->metric), b->test, b->epochs);
	str_printf(&l->text, "%s\n", state);
}

static enum status
ls_config(struct ls *l, const char *folder, struct err *e)
{
	const char *const *names;
	size_t n;
	const char *const hash = strrchr(folder, '/') + 1;
	const char *const parent = path_folder(l->a, folder);
	const char *const name = strrchr(parent, '/') ? strrchr(parent, '/') + 1 : parent;
	TRY(file_list(folder, l->a, &names, &n, ERR_IO, e));
	for (size_t i = 0; i < n; i++) {
		struct run_brief b;
		struct run_state s;
		if (strncmp(names[i], "seed-", 5) != 0) continue;
		const char *const at = path_join(l->a, folder, names[i]);
		if (run_index_get(l->index, at, &b))
			ls_row(l, name, hash, names[i], b.whole ? "done" : "damaged", b.whole ? &b : NULL);
		else
			ls_row(l, name, hash, names[i], run_state_read(l->a, at, &s) ? s.state : "empty",
				NULL);
	}
	return OK;
}

static int
cmd_ls(const struct options *o, struct arena *a)
{
	const char *const *folders;
	size_t n;
	struct err e = ERR_INIT;
	struct ls l = { .a = a, .json = o->json, .text = STR_INIT };
	enum status s = rundir_list(a, o->results, &folders, &n, &e);
	if (s != OK) return cli_fail(o, &e);
	l.index = run_index_open(o->results);
	if (o->json) json_begin(&l.j, &l.text), json_open_array(&l.j, NULL);
	for (size_t i = 0; i < n && s == OK; i++)
		s = ls_config(&l, folders[i], &e);
	if (o->json) json_close(&l.j), json_finish(&l.j);
	run_index_close(l.index);
	if (s != OK) {
		str_free(&l.text);
		return cli_fail(o, &e);
	}
	if (!n && !o->json && !o->quiet) cli_say("no runs in %s\n", o->results);
	return cli_print_free(&l.text);
}

const struct command command_ls = {
	.name = "ls",
	.usage = "",
	.summary = "the runs with their headline metric",
	.run = cmd_ls,
};
