/*
 * Which experiment starts from which: sources are found in the batch or in the results folder, and
 * come first. Everything wrong is said before anything runs.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/rundir.h"

enum link_state { LINK_NEW, LINK_OPEN, LINK_DONE };

/* The experiments while they are put in order. */
struct link {
	struct arena *a;
	const char *results;
	struct diags *diags;
	int n;
	struct experiment **x;		/* as given */
	enum link_state *state;		/* of each */
	struct experiment **order;
	int placed;
};

static bool
link_error(struct link *l, const struct experiment *x, const char *hint, const char *text)
{
	const struct node *map = node_get(x->root, "start_from");
	const struct node *at = node_get(map, "experiment");
	struct str file = STR_INIT;
	struct err e = ERR_INIT;
	if (!at) at = map;
	/* The line is shown where the file can still be read. */
	if (at->at.file && file_read(at->at.file, DOCUMENT_MAX_BYTES, &file, ERR_DATA, &e) == OK)
		diags_source(l->diags, at->at.file, arena_strdup(l->a, str_text(&file)), file.len);
	str_free(&file);
	diag_add(l->diags, DIAG_ERROR, at->at, at->span, hint, "%s", text);
	return false;
}

static bool
link_has_seeds(struct link *l, const struct experiment *x, size_t n, const long long *seeds)
{
	struct str missing = STR_INIT;
	for (size_t i = 0; i < x->o.seeds.n; i++) {
		size_t k = 0;
		while (k < n && seeds[k] != x->o.seeds.v[i]) k++;
		if (k == n) str_printf(&missing, "%s%lld", missing.len ? "," : "", x->o.seeds.v[i]);
	}
	const char *const text = arena_strdup(l->a, str_text(&missing));
	str_free(&missing);
	if (!*text) return true;
	return link_error(l, x, arena_printf(l->a, "run %s with --seeds %s too",
		x->o.start_from.experiment, text), arena_printf(l->a,
		"start_from: %s has no run of seed %s, which starts from the same seed's weights",
		x->o.start_from.experiment, text));
}

/* Another source is another configuration. */
static void
link_hash(struct arena *a, const struct experiment *x, const char *hash, char out[65])
{
	const char *const text = arena_printf(a, "%s starts from %s", x->config_hash, hash);
	hash_of(text, strlen(text), out);
}

static void
link_to(struct arena *a, struct experiment *x, const char *name, const char *hash)
{
	struct start_source *s = ARENA_NEW(a, struct start_source);
	s->name = name;
	memcpy(s->config_hash, hash, sizeof s->config_hash);
	x->source = s;
	link_hash(a, x, hash, x->config_hash);
}

/* The cure: the file beside this one that is most likely it, or the nearest name. */
static const char *
link_cure(struct link *l, const struct experiment *x, const char *name)
{
	const char *const beside =
		path_join(l->a, path_folder(l->a, x->path), arena_printf(l->a, "%s.yaml", name));
	if (file_exists(beside)) return arena_printf(l->a, "tlrun run %s %s", beside, x->path);
	const char **names = ARENA_ARRAY(l->a, const char *, (size_t)l->n);
	size_t n = 0;
	for (int i = 0; i < l->n; i++)
		if (l->x[i] != x) names[n++] = l->x[i]->name;
	if (n) return field_hint(l->a, name, names, n);
	return arena_printf(l->a, "tlrun run FILE-OF-%s.yaml %s", name, x->path);
}

static bool
link_results(struct link *l, struct experiment *x)
{
	const char *const name = x->o.start_from.experiment;
	const char *const folder =
		path_join(l->a, path_join(l->a, l->results, name), RUNDIR_LATEST);
	struct record_set *set = NULL;
	struct err none = ERR_INIT;
	if (!file_is_folder(folder) ||
		rundir_records(l->a, folder, &set, NULL, &none) != OK || !set)
		return link_error(l, x, link_cure(l, x, name), arena_printf(l->a,
			"start_from: \"%s\" is neither in this batch nor, finished, in %s", name, l->results));
	long long *seeds = ARENA_ARRAY(l->a, long long, (size_t)set->n);
	for (int i = 0; i < set->n; i++)
		seeds[i] = (long long)set->record[i].seed;
	if (!link_has_seeds(l, x, (size_t)set->n, seeds)) return false;
	link_to(l->a, x, name, set->config_hash);
	return true;
}

/* The experiments that are open, one starting from the next. */
static bool
link_cycle(struct link *l, const struct experiment *x, const struct experiment *source)
{
	struct str chain = STR_INIT;
	str_printf(&chain, "start_from goes in a circle: %s", x->name);
	for (const struct experiment *s = source; s && s != x;) {
		str_printf(&chain, ", %s", s->name);
		const struct experiment *next = NULL;
		for (int i = 0; i < l->n; i++)
			if (!strcmp(l->x[i]->name, s->o.start_from.experiment)) next = l->x[i];
		s = next;
	}
	const char *const text = arena_strdup(l->a, str_text(&chain));
	str_free(&chain);
	return link_error(l, x, "one of them must start from a seed or from a file", text);
}

static bool link_place(struct link *l, int i);

static bool
link_source(struct link *l, struct experiment *x)
{
	const char *const name = x->o.start_from.experiment;
	int found = -1;
	if (!strcmp(name, x->name))
		return link_error(l, x, "name another experiment",
			"start_from names the experiment itself");
	for (int i = 0; i < l->n; i++) {
		if (strcmp(l->x[i]->name, name) != 0) continue;
		if (found >= 0)
			return link_error(l, x, "give each a name of its own", arena_printf(l->a,
				"start_from: two experiments of this batch are called \"%s\"", name));
		found = i;
	}
	if (found < 0) return link_results(l, x);
	const struct experiment *source = l->x[found];
	if (l->state[found] == LINK_OPEN) return link_cycle(l, x, source);
	if (!link_place(l, found)) return false;
	if (!link_has_seeds(l, x, source->o.seeds.n, source->o.seeds.v)) return false;
	link_to(l->a, x, source->name, source->config_hash);
	return true;
}

/* Its source first, then itself. false: reported, here or before. */
static bool
link_place(struct link *l, int i)
{
	if (l->state[i] == LINK_DONE) return !l->x[i]->o.start_from.given || l->x[i]->source;
	l->state[i] = LINK_OPEN;
	const bool good = !l->x[i]->o.start_from.given || link_source(l, l->x[i]);
	l->state[i] = LINK_DONE;
	l->order[l->placed++] = l->x[i];
	return good;
}

bool
batch_link(struct arena *a, struct experiment **x, int n, const char *results, struct diags *d)
{
	struct link l = { .a = a, .results = results, .diags = d, .n = n, .x = x };
	bool good = true;
	l.state = ARENA_ARRAY(a, enum link_state, (size_t)n);
	l.order = ARENA_ARRAY(a, struct experiment *, (size_t)n);
	for (int i = 0; i < n; i++)
		good &= link_place(&l, i);
	for (int i = 0; i < n; i++)
		x[i] = l.order[i];
	return good;
}

enum status
batch_link_again(struct arena *a, struct experiment *x, const char *results,
	const char *config_hash, struct err *e)
{
	const char *const name = x->o.start_from.experiment;
	const char *const folder = path_join(a, results, name);
	const char *const *hash;
	size_t n;
	TRY(file_list(folder, a, &hash, &n, ERR_DATA, e));
	for (size_t i = 0; i < n; i++) {
		struct record_set *set = NULL;
		struct err none = ERR_INIT;
		char with[65];
		if (rundir_records(a, path_join(a, folder, hash[i]), &set, NULL, &none) != OK || !set)
			continue;
		link_hash(a, x, set->config_hash, with);
		if (strcmp(with, config_hash) != 0) continue;
		link_to(a, x, name, set->config_hash);
		return OK;
	}
	return err_set(e, ERR_DATA, MARK_FILE(folder),
		"the configuration that \"%s\" started from has no record there any more", x->name);
}
