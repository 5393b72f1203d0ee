/* tlrun batch: the runs of a batch as command lines, for what spreads work over machines. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/json.h"
#include "tlrun/kernels.h"

/* A word that a shell reads back as itself: as it is where nothing in it means anything to one. */
static void
batch_quote(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"_-+=./,:@%";
	if (*word && strspn(word, plain) == strlen(word)) {
		str_add(out, word);
		return;
	}
	str_add_char(out, '\'');
	for (const char *s = word; *s; s++)
		if (*s == '\'') str_add(out, "'\\''");
		else str_add_char(out, *s);
	str_add_char(out, '\'');
}

static void
batch_line(const char *const *word, struct str *out)
{
	for (int i = 0; word[i]; i++) {
		if (i) str_add_char(out, ' ');
		batch_quote(out, word[i]);
	}
	str_add_char(out, '\n');
}

static void
batch_line_json(const struct experiment *x, long long seed, const char *const *word,
	struct json *j)
{
	json_open_object(j, NULL);
	json_put_string(j, "experiment", x->name);
	json_put_int(j, "seed", seed);
	json_open_row(j, "command");
	for (int i = 0; word[i]; i++)
		json_put_string(j, NULL, word[i]);
	json_close(j);
	json_close(j);
}

static int
batch_list(const struct options *o, struct arena *a, struct experiment *const *x, int n)
{
	struct cli_args args;
	struct str text = STR_INIT;
	struct json j;
	cli_split(o, a, &args);
	const struct batch_options b = {
		.run = { .results = o->results, .keep_done = o->keep_done, .no_cache = o->no_cache,
			.cache_limit = o->cache_limit },
		.overrides = args.override,
		.n_overrides = args.overrides,
		.data = o->data,
		.isa = o->isa,
		.threads = o->threads,
		.strict = o->strict,
	};
	struct err e = ERR_INIT;
	if (batch_listed(batch_plan(a, x, n, &b, kern_peak_gflops(0.02)), &e) != OK && !o->quiet)
		cli_say("tlrun: warning: `tlrun status` will not know this list: %s\n", e.message);
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < x[i]->o.seeds.n; k++) {
			const long long seed = x[i]->o.seeds.v[k];
			const char *const *word = batch_command(a, x[i], (uint64_t)seed, x, n, &b);
			if (o->json) batch_line_json(x[i], seed, word, &j);
			else batch_line(word, &text);
		}
	if (o->json) json_close(&j), json_finish(&j);
	return cli_print_free(&text);
}

static int
cmd_batch(const struct options *o, struct arena *a)
{
	struct experiment **x;
	struct err e = ERR_INIT;
	int n;
	if (!o->list) {
		err_set(&e, ERR_USAGE, MARK_NONE,
			"`tlrun batch --list` prints the runs as commands; `tlrun run` runs them");
		return cli_fail(o, &e);
	}
	int code = cli_open(o, a, false, &x, &n);
	if (code) return code;
	code = batch_list(o, a, x, n);
	cli_close(x, n);
	return code;
}

const struct command command_batch = {
	.name = "batch",
	.usage = "--list FILE or FOLDER… [key=value…]",
	.summary = "the runs of a batch as commands, for other machines",
	.help = "One command a line, sources before what starts from them, each complete in itself, "
		"quoted\nfor a shell: for xargs, GNU parallel, a Slurm job array. They share a results "
		"folder, where\nno run is done twice. `tlrun status` shows how much of the list is done.\n",
	.runs = true,
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_FILES,
	.run = cmd_batch,
};
