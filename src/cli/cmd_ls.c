/* tlrun ls: the runs of the results folder with their headline metric. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/run_state.h"
#include "tlrun/rundir.h"

static void
ls_row(struct str *text, struct json *j, bool json, const char *name, const char *hash,
	const char *seed, const char *state, const struct record *r)
{
	double test;
	if (json) {
		json_open_object(j, NULL);
		json_put_string(j, "name", name);
		json_put_string(j, "configuration", hash);
		json_put_string(j, "seed", seed);
		json_put_string(j, "state", state);
		if (r) {
			json_put_string(j, "metric", record_headline(r, &test).name);
			json_put_float(j, "test", (float)test);
		}
		json_close(j);
		return;
	}
	str_printf(text, "%-28s %s  %-10s  ", name, hash, seed);
	if (r) {
		const char *const metric = record_headline(r, &test).name;
		str_printf(text, "test %s %.4f  epochs %d  %s\n", metric, test, r->epochs_run, state);
	} else str_printf(text, "%s\n", state);
}

static enum status
ls_config(struct arena *a, const char *folder, bool json, struct str *text, struct json *j,
	struct err *e)
{
	const char *const *names;
	size_t n;
	const char *const hash = strrchr(folder, '/') + 1;
	const char *const parent = path_folder(a, folder);
	const char *const name = strrchr(parent, '/') ? strrchr(parent, '/') + 1 : parent;
	TRY(file_list(folder, a, &names, &n, ERR_IO, e));
	for (size_t i = 0; i < n; i++) {
		struct record r;
		struct err bad = ERR_INIT;
		if (strncmp(names[i], "seed-", 5) != 0) continue;
		const char *const at = path_join(a, folder, names[i]);
		const char *const result = path_join(a, at, "result.json");
		struct run_state state;
		if (file_exists(result) && record_read(result, a, &r, &bad) == OK)
			ls_row(text, j, json, name, hash, names[i], "done", &r);
		else if (file_exists(result)) ls_row(text, j, json, name, hash, names[i], "damaged", NULL);
		else
			ls_row(text, j, json, name, hash, names[i],
				run_state_read(a, at, &state) ? state.state : "empty", NULL);
	}
	return OK;
}

static int
cmd_ls(const struct options *o, struct arena *a)
{
	const char *const *folders;
	size_t n;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	struct json j;
	enum status s = rundir_list(a, o->results, &folders, &n, &e);
	if (s != OK) return cli_fail(o, &e);
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (size_t i = 0; i < n && s == OK; i++)
		s = ls_config(a, folders[i], o->json, &text, &j, &e);
	if (o->json) json_close(&j), json_finish(&j);
	if (s != OK) {
		str_free(&text);
		return cli_fail(o, &e);
	}
	if (!n && !o->json && !o->quiet) fprintf(stderr, "no runs in %s\n", o->results);
	return cli_print_free(&text);
}

const struct command command_ls = {
	.name = "ls",
	.usage = "",
	.summary = "the runs with their headline metric",
	.run = cmd_ls,
};
