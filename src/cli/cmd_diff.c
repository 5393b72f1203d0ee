/* tlrun diff: two experiments or runs taken apart; exit codes as diff(1). */
#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/difference.h"
#include "tlrun/rundir.h"

/* "name", or "name/seed-3": of that seed alone. */
static enum status
diff_open(const struct options *o, struct arena *a, const char *arg,
	const struct record_set **out, struct err *e)
{
	long long seed;
	const struct record_set *all;
	const char *const run = rundir_run_seed(a, arg, &seed);
	if (run == arg) return cli_set(o, a, arg, out, e);
	TRY(cli_set(o, a, run, &all, e));
	for (int i = 0; i < all->n; i++) {
		if ((long long)all->record[i].seed != seed) continue;
		struct record_set *const one = ARENA_NEW(a, struct record_set);
		*one = *all;
		one->n = 1;
		one->record = &all->record[i];
		one->timing = &all->timing[i];
		*out = one;
		return OK;
	}
	return err_set(e, ERR_USAGE, MARK_NONE, "%s has no finished run of seed %lld", run, seed);
}

static int
cmd_diff(const struct options *o, struct arena *a)
{
	const struct record_set *x, *y;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (diff_open(o, a, o->arg[0], &x, &e) != OK || diff_open(o, a, o->arg[1], &y, &e) != OK) {
		cli_fail(o, &e);
		return 2;
	}
	const struct difference *const d = difference_make(a, x, y);
	if (o->json) difference_json(d, &text);
	else difference_text(d, &text);
	return cli_print_free(&text) ? 2 : d->any;
}

const struct command command_diff = {
	.name = "diff",
	.usage = "A B",
	.summary = "two runs or experiments: settings, data, weights, history, images",
	.help = "A and B are names, name/hash, or folders; name/seed-3 is one run. Exit code: 0 no\n"
			"difference, 1 some, 2 trouble.\n",
	.min_args = 2,
	.max_args = 2,
	.words = WORDS_RUNS,
	.run = cmd_diff,
};
