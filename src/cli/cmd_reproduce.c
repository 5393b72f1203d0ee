/* tlrun reproduce: run again in a scratch folder and compare bits. */
#include "progress.h"
#include "screen.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/reproduce.h"
#include "tlrun/rundir.h"

enum { REPRODUCE_DIFFERS = 6 };	/* the exit code */

static void
reproduce_json(const struct reproduction *r, const struct seed_differences *d, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_array(&j, NULL);
	for (size_t i = 0; i < r->x->o.seeds.n; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "run", r->name);
		json_put_int(&j, "seed", r->x->o.seeds.v[i]);
		json_put_bool(&j, "identical", !d[i].n);
		json_put_string(&j, "builds", d[i].builds);
		json_open_array(&j, "differences");
		for (int k = 0; k < REPRODUCE_FILES; k++) {
			const struct file_difference *f = &d[i].file[k];
			if (!f->where) continue;
			json_open_object(&j, NULL);
			json_put_string(&j, "file", f->file);
			json_put_string(&j, "where", f->where);
			json_put_string(&j, "then", f->then);
			json_put_string(&j, "now", f->now);
			json_close(&j);
		}
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_finish(&j);
}

static void
reproduce_seed(const struct reproduction *r, long long seed, const struct seed_differences *d,
	struct str *out)
{
	str_printf(out, "%s seed %lld: %s\n", r->name, seed, d->n ? "differs" : "identical");
	for (int k = 0; k < REPRODUCE_FILES; k++) {
		const struct file_difference *f = &d->file[k];
		if (!f->where) str_printf(out, "  %-17s  same\n", f->file);
		else if (!f->then && !f->now) str_printf(out, "  %-17s  %s\n", f->file, f->where);
		else
			str_printf(out, "  %-17s  %s: %s there, %s now\n", f->file, f->where,
				f->then ? f->then : "nothing", f->now ? f->now : "nothing");
	}
	if (d->builds) str_printf(out, "  another build of tlrun wrote it: %s\n", d->builds);
}

/* All seeds compared and told; the exit code. */
static int
reproduce_told(const struct options *o, struct arena *a, const struct reproduction *r)
{
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	const size_t n = r->x->o.seeds.n;
	struct seed_differences *d = ARENA_ARRAY(a, struct seed_differences, n);
	const struct rundir *now = rundir_new(a, r->scratch, r->x->name, r->x->config_hash, 0);
	int differ = 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t seed = (uint64_t)r->x->o.seeds.v[i];
		if (reproduce_compare(a, r->folder, now->config, seed, &d[i], &e) != OK)
			return cli_fail(o, &e);
		differ += d[i].n;
	}
	if (o->json) reproduce_json(r, d, &text);
	for (size_t i = 0; i < n && !o->json; i++)
		reproduce_seed(r, r->x->o.seeds.v[i], &d[i], &text);
	if (differ && !o->json) str_printf(&text, "what ran now is kept in %s\n", r->scratch);
	if (!differ && !o->json && *r->others && !o->quiet)
		cli_say("other seeds with a record: --seeds %s\n", r->others);
	const int code = cli_print_free(&text);
	return differ ? REPRODUCE_DIFFERS : code;
}

static int
reproduce_scratch(const struct options *o, struct arena *a, const char *scratch)
{
	struct err e = ERR_INIT;
	struct reproduction r = { 0 };
	struct diags *d = diags_new();
	const struct reproduce_request q = { .results = o->results, .run = o->arg[0],
		.seeds = o->seeds, .data = o->data, .threads = o->threads, .scratch = scratch };
	enum status s = reproduce_open(a, &q, &r, d, &e);
	int code = cli_exit(s);
	if (diags_errors(d) || diags_warnings(d)) cli_diags(o, d);
	if (s != OK && !diags_errors(d)) code = cli_fail(o, &e);
	diags_free(d);
	if (s == OK) {
		struct progress p;
		progress_begin(&p, o);
		const struct run_events events = progress_events(&p);
		signals_install();
		s = reproduce_run(a, &r, &events, &e);
		screen_clear();
		code = s == OK ? reproduce_told(o, a, &r) : cli_fail(o, &e);
	}
	experiment_close(r.x);
	return code;
}

static int
cmd_reproduce(const struct options *o, struct arena *a)
{
	const char *const scratch = cli_scratch(o, a, "reproduce");
	if (!scratch) return cli_exit(ERR_IO);
	const int code = reproduce_scratch(o, a, scratch);
	if (code != REPRODUCE_DIFFERS) file_remove_folder(scratch);
	return code;
}

const struct command command_reproduce = {
	.name = "reproduce",
	.usage = "RUN [--seeds LIST]",
	.summary = "run again in a scratch folder and compare bits",
	.help = "RUN is a name (its latest configuration), name/hash, or a folder, of a seed too; "
		"without\na seed its first. The run is made again from its experiment.yaml in a folder of "
		"TMPDIR,\nand every result file compared: exit 0 when they are identical, 6 with the "
		"first\ndifference of each.\n",
	.min_args = 1,
	.max_args = 1,
	.words = WORDS_RUNS,
	.run = cmd_reproduce,
};
