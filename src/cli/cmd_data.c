/* tlrun data: public data sets: bring them, say where they are, compare them with their sums. */
#include <string.h>

#include "cli.h"
#include "fetch.h"
#include "screen.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/source.h"

/* The data set of that name that has files; NULL: the error was printed, its exit code in *code. */
static const struct dataset_kind *
data_kind(const struct options *o, struct arena *a, const char *name, int *code)
{
	enum { MOST = 32 };
	const char *names[MOST];
	size_t n = 0;
	struct err e = ERR_INIT;
	for (const struct kind *const *k = family_dataset.kinds; *k && n < MOST; k++) {
		if (!dataset_kind_of(*k)->source) continue;
		names[n++] = (*k)->name;
		if (strcmp((*k)->name, name) == 0) return dataset_kind_of(*k);
	}
	err_set(&e, ERR_USAGE, MARK_NONE, "no data set \"%s\" that can be brought; %s", name,
		field_hint(a, name, names, n));
	*code = cli_fail(o, &e);
	return NULL;
}

/* Where a data set lies: in the folder named, or in the search path where that is NULL. */
static enum status
data_find(const struct options *o, struct arena *a, const struct dataset_kind *k,
	const char *only, struct dataset_info *info, struct err *e)
{
	const char *const alone[] = { only, NULL };
	const struct dataset_request q = {
		.search = only ? alone : dataset_search_path(a, o->data) };
	return k->inspect(NULL, &q, a, info, e);
}

/* ---- get ---- */

/* It is there, and all its files are right. */
static bool
data_is_there(const struct options *o, struct arena *a, const struct dataset_kind *k,
	struct dataset_info *info)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	const bool there = data_find(o, a, k, o->data, info, &e) == OK &&
		source_verify(k, info->folder, a, &text, &e) == OK;
	str_free(&text);
	return there;
}

static enum status
data_get_one(const struct options *o, struct arena *a, const struct dataset_kind *k,
	struct json *j, struct err *e)
{
	struct dataset_info info, first;
	struct fetch f;
	const char *folder;
	const char *const root = download_root(a, o->data);
	if (!data_is_there(o, a, k, &info)) {
		if (!root)
			return err_set(e, ERR_USAGE, MARK_NONE,
				"no folder to bring %s to: name one by --data DIR or in TLRUN_DATA", k->kind.name);
		const struct download how = fetch_begin(&f, o);
		const enum status s = source_get(k, root, &how, a, &folder, e);
		screen_clear();
		if (s != OK) return s;
		TRY(data_find(o, a, k, root, &info, e));
		if (data_find(o, a, k, NULL, &first, e) != OK || strcmp(first.folder, info.folder) != 0)
			cli_say("the search path finds another one first: %s\n",
				e->code == OK ? first.folder : e->message);
	}
	if (j) {
		json_open_object(j, NULL);
		json_put_string(j, "name", k->kind.name);
		json_put_string(j, "folder", info.folder);
		json_close(j);
	} else {
		printf("%s is in %s\n", k->kind.name, info.folder);
		fflush(stdout);	/* the next one may take long */
	}
	return OK;
}

/* Every name is known. */
static int
data_names(const struct options *o, struct arena *a)
{
	int code = 0;
	for (int i = 0; i < o->args; i++)
		if (!data_kind(o, a, o->arg[i], &code)) return code;
	return 0;
}

static int
data_get(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	struct json j;
	struct err e = ERR_INIT;
	enum status s = OK;
	int code = data_names(o, a);
	if (code) return code;
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < o->args && s == OK; i++)
		s = data_get_one(o, a, data_kind(o, a, o->arg[i], &code), o->json ? &j : NULL, &e);
	if (o->json) json_close(&j), json_finish(&j);
	code = cli_print_free(&text);
	return s == OK ? code : cli_fail(o, &e);
}

/* ---- ls ---- */

static int
data_ls(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	struct json j;
	json_begin(&j, &text);
	if (o->json) json_open_array(&j, NULL);
	for (const struct kind *const *p = family_dataset.kinds; *p; p++) {
		const struct dataset_kind *const k = dataset_kind_of(*p);
		struct dataset_info info;
		struct err e = ERR_INIT;
		if (!k->source) continue;
		const bool found = data_find(o, a, k, NULL, &info, &e) == OK;
		if (o->json) {
			json_open_object(&j, NULL);
			json_put_string(&j, "name", k->kind.name);
			json_put_string(&j, "folder", found ? info.folder : NULL);
			if (!found) json_put_string(&j, "message", e.message);
			json_close(&j);
		} else if (found) str_printf(&text, "%-14s %s\n", k->kind.name, info.folder);
		else str_printf(&text, "%-14s -  %s\n", k->kind.name, e.message);
	}
	if (o->json) {
		json_close(&j);
		json_finish(&j);
	}
	return cli_print_free(&text);
}

/* ---- verify ---- */

/* The sums, and then every image and label read. */
static enum status
data_verify_one(const struct options *o, struct arena *a, const struct dataset_kind *k,
	struct str *out, struct json *j, struct err *e)
{
	struct dataset_info info;
	struct str files = STR_INIT;
	TRY(data_find(o, a, k, NULL, &info, e));
	const enum status status = source_verify(k, info.folder, a, &files, e);
	if (!j) str_add(out, str_text(&files));
	str_free(&files);
	if (status != OK) return status;
	for (int s = 0; s < SPLIT_COUNT; s++) {
		struct image_set set = { 0 };
		char n[32];
		const struct dataset_request q = { 0 };
		TRY(k->read(NULL, &q, &info, (enum dataset_split)s, &set, e));
		image_set_free(&set);
		num_human_count(info.n[s], n, sizeof n);
		if (!j)
			str_printf(out, "%s: %s %s images read\n", k->kind.name, n,
				s == SPLIT_TRAIN ? "training" : "test");
	}
	if (!j) return OK;
	json_open_object(j, NULL);
	json_put_string(j, "name", k->kind.name);
	json_put_string(j, "folder", info.folder);
	json_put_int(j, "train_images", info.n[SPLIT_TRAIN]);
	json_put_int(j, "test_images", info.n[SPLIT_TEST]);
	json_close(j);
	return OK;
}

static int
data_verify(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	struct json j;
	struct err e = ERR_INIT;
	int code = data_names(o, a);
	if (code) return code;
	enum status s = OK;
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < o->args && s == OK; i++)
		s = data_verify_one(o, a, data_kind(o, a, o->arg[i], &code), &text, o->json ? &j : NULL,
			&e);
	if (o->json) json_close(&j), json_finish(&j);
	const int printed = cli_print_free(&text);
	return s == OK ? printed : cli_fail(o, &e);
}

static const struct subcommand data_commands[] = {
	{ "get", "NAME…", 1, -1, data_get, WORDS_DATASETS },
	{ "ls", "", 0, 0, data_ls, WORDS_NONE },
	{ "verify", "NAME…", 1, -1, data_verify, WORDS_DATASETS },
	{ 0 },
};

static int
cmd_data(const struct options *o, struct arena *a)
{
	return cli_subcommand("data", data_commands, o, a);
}

const struct command command_data = {
	.name = "data",
	.usage = "get NAME… or ls or verify NAME…",
	.summary = "bring data sets, say where they are, compare them with their sums",
	.help = "get NAME…      download cifar10, cifar100, mnist or fashion_mnist to --data DIR,\n"
			"               TLRUN_DATA or the user's cache folder; what was cut is gone on with\n"
			"ls             where each is found\n"
			"verify NAME…   size and sum of every file, then every image read\n"
			"\n"
			"TLRUN_MIRROR names an address to download from instead: MIRROR/cifar10/FILE.\n",
	.min_args = 1,
	.max_args = -1,
	.sub = data_commands,
	.run = cmd_data,
};
