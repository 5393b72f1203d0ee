/* tlrun cache: the frozen prefixes' features that runs keep in results/cache. */
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/features.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/rundir.h"

static void
cache_list_json(const struct features_entry *f, size_t n, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_array(&j, NULL);
	for (size_t i = 0; i < n; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "key", f[i].key);
		json_put_string(&j, "what", f[i].what);
		json_put_int(&j, "bytes", f[i].bytes);
		json_put_bool(&j, "whole", f[i].whole);
		json_put_double(&j, "seconds_since_use", f[i].seconds_ago);
		json_put_string(&j, "file", f[i].file);
		json_close(&j);
	}
	json_close(&j);
	json_finish(&j);
}

static void
cache_list_text(const struct features_entry *f, size_t n, const char *folder, struct str *out)
{
	char size[32], ago[32];
	double total = 0;
	for (size_t i = 0; i < n; i++) {
		num_human_bytes((double)f[i].bytes, size, sizeof size);
		num_human_seconds(f[i].seconds_ago, ago, sizeof ago);
		str_printf(out, "%.8s  %10s  used %s ago  %s%s\n", f[i].key ? f[i].key : "-", size, ago,
			f[i].what ? f[i].what : "", f[i].whole ? "" : "  (of a run that died)");
		total += (double)f[i].bytes;
	}
	num_human_bytes(total, size, sizeof size);
	str_printf(out, "%zu file%s, %s in %s\n", n, n == 1 ? "" : "s", size, folder);
}

static int
cache_list(const struct options *o, struct arena *a)
{
	const char *const folder = path_join(a, o->results, RUNDIR_CACHE);
	struct features_entry *f;
	size_t n;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (features_list(a, folder, &f, &n, &e) != OK) return cli_fail(o, &e);
	if (o->json) cache_list_json(f, n, &text);
	else cache_list_text(f, n, folder, &text);
	return cli_print_free(&text);
}

static int
cache_clear(const struct options *o, struct arena *a)
{
	const char *const folder = path_join(a, o->results, RUNDIR_CACHE);
	long long bytes;
	int files;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	char size[32];
	if (features_clear(a, folder, &bytes, &files, &e) != OK) return cli_fail(o, &e);
	num_human_bytes((double)bytes, size, sizeof size);
	str_printf(&text, "%d file%s removed, %s\n", files, files == 1 ? "" : "s", size);
	return cli_print_free(&text);
}

static const struct subcommand cache_commands[] = {
	{ "clear", "", 0, 0, cache_clear, WORDS_NONE },
	{ "ls", "", 0, 0, cache_list, WORDS_NONE },
	{ 0 },
};

static int
cmd_cache(const struct options *o, struct arena *a)
{
	return cli_subcommand("cache", cache_commands, o, a);
}

const struct command command_cache = {
	.name = "cache",
	.usage = "ls or clear",
	.summary = "features of frozen layers that runs keep",
	.help = "ls      what stands in results/cache: key, size, when it was last used, whose\n"
			"clear   remove all that no running tlrun has open; runs compute it again\n",
	.min_args = 1,
	.max_args = -1,
	.sub = cache_commands,
	.run = cmd_cache,
};
