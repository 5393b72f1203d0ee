/* The command line of one run of a batch: for its process, and for other machines. */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/batch.h"

/* What is put together: argv while it grows. */
struct command_words {
	struct arena *a;
	int n, room;
	const char **word;
};

static void
command_add(struct command_words *w, const char *word)
{
	if (w->n + 1 >= w->room) {
		const char **more = ARENA_ARRAY(w->a, const char *, 2 * (size_t)w->room + 16);
		if (w->n) memcpy(more, w->word, (size_t)w->n * sizeof *more);
		w->word = more;
		w->room = 2 * w->room + 16;
	}
	w->word[w->n++] = word;
	w->word[w->n] = NULL;
}

static void
command_flag(struct command_words *w, const char *name, const char *value)
{
	if (!value) return;
	command_add(w, name);
	command_add(w, value);
}

/* A file whose name begins like a flag stands behind its folder. */
static void
command_file(struct command_words *w, const char *path)
{
	command_add(w, path[0] == '-' ? arena_printf(w->a, "./%s", path) : path);
}

static bool
command_has(const struct command_words *w, const char *word)
{
	for (int i = 0; i < w->n; i++)
		if (!strcmp(w->word[i], word)) return true;
	return false;
}

/*
 * Overrides are of every file of a command line, so what makes a sweep's trial of its file goes
 * only where that file stands alone; among others the whole sweep is named, and the trial in it.
 */
static void
command_experiments(struct command_words *w, const struct experiment *x,
	struct experiment *const *all, int n, const struct batch_options *o)
{
	bool several = false;
	command_file(w, x->path);
	for (const struct experiment *s = batch_source(x, all, n); s;
		s = batch_source(s, all, n)) {
		several = true;
		if (!command_has(w, s->path)) command_file(w, s->path);
	}
	for (int i = 0; i < o->n_overrides; i++)
		command_add(w, o->overrides[i]);
	if (several) command_flag(w, "--only", x->name);
	else
		for (int i = 0; i < x->n_overrides; i++)
			command_add(w, x->overrides[i]);
}

const char *const *
batch_command(struct arena *a, const struct experiment *x, uint64_t seed,
	struct experiment *const *all, int n, const struct batch_options *o)
{
	struct command_words w = { .a = a };
	command_add(&w, "tlrun");
	command_add(&w, "run");
	command_experiments(&w, x, all, n, o);
	command_flag(&w, "--seeds", arena_printf(a, "%llu", (unsigned long long)seed));
	command_flag(&w, "--results", o->run.results);
	command_flag(&w, "--data", o->data);
	command_flag(&w, "--isa", o->isa);
	if (o->threads) command_flag(&w, "--threads", arena_printf(a, "%d", o->threads));
	if (o->run.cache_limit)
		command_flag(&w, "--cache-limit", arena_printf(a, "%lld", o->run.cache_limit));
	if (o->run.no_cache) command_add(&w, "--no-cache");
	if (o->run.keep_done) command_add(&w, "--keep-done");
	if (o->smoke) command_add(&w, "--smoke");
	if (o->strict) command_add(&w, "--strict");
	return w.word;
}
