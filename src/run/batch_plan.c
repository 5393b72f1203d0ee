/* The runs of a batch: what stands in the results folder, and what the others will take. */
#include <math.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"

/* The run of the same seed of what x starts from; those stand before it. */
static int
plan_source(const struct batch *b, const struct experiment *x, uint64_t seed)
{
	const struct experiment *const s = batch_source(x, b->x, b->experiments);
	for (int i = 0; s && i < b->n; i++)
		if (b->run[i].x == s && b->run[i].seed == seed) return i;
	return -1;
}

/* ---- what is done ---- */

/* The digests of data that several experiments share. */
struct plan_data {
	const char *key, *hash;		/* NULL hash: it could not be read */
	struct plan_data *next;
};

/* The experiment's dataset map as it is printed, and where it was found. */
static const char *
plan_data_key(struct arena *a, const struct experiment *x)
{
	const char *const folder = loader_info(x->loader)->folder;
	const char *const map = strstr(x->resolved, "\ndataset:");
	size_t n = 0;
	if (map) n = strcspn(map + 1, "\n") + 1;
	while (map && map[n] && (map[n + 1] == ' ' || map[n + 1] == '\n'))
		n += strcspn(map + n + 1, "\n") + 1;
	return arena_printf(a, "%s\n%.*s", folder ? folder : "", (int)n, map ? map : "");
}

static const char *
plan_data_hash(struct batch *b, struct experiment *x)
{
	struct err e = ERR_INIT;
	const char *const key = plan_data_key(b->a, x);
	for (const struct plan_data *d = b->data; d; d = d->next)
		if (!strcmp(d->key, key)) return d->hash;
	struct plan_data *d = ARENA_NEW(b->a, struct plan_data);
	char data[65], split[65];
	if (loader_read_train(x->loader, &e) == OK && loader_read_test(x->loader, &e) == OK) {
		loader_hash_all(x->loader, data, split);
		d->hash = arena_printf(b->a, "%s %s", data, split);
	}
	loader_free(x->loader);
	d->key = key;
	d->next = b->data;
	b->data = d;
	return d->hash;
}

static bool
plan_same_data(struct batch *b, struct arena *a, const struct batch_run *r)
{
	struct record old;
	struct err none = ERR_INIT;
	const char *const hash = plan_data_hash(b, r->x);
	return hash && record_read(rundir_file(a, r->dir, "result.json"), a, &old, &none) == OK &&
		!strcmp(hash, arena_printf(a, "%s %s", old.hash_data, old.hash_split));
}

/* Data are read only where all else says that the run is done; of others it is to be run anew. */
static void
plan_state(struct batch *b, struct batch_run *r)
{
	struct arena *a = arena_new();
	struct rundir_origin origin;
	struct err e = ERR_INIT;
	if (run_origin(a, r->x, b->o->run.results, r->seed, &origin, &e) != OK) r->why = e.message;
	else {
		origin.any_program = b->o->run.keep_done;
		r->why = rundir_why(a, r->dir, &origin);
		if (!r->why && !plan_same_data(b, a, r)) {
			r->why = "its data have changed";
			r->anew = true;
		}
	}
	if (!r->why) {
		r->state = BATCH_DONE;
		r->damage = rundir_damage(b->a, r->dir);
	} else r->why = arena_strdup(b->a, r->why);
	arena_free(a);
}

/* ---- the list ---- */

static void
plan_add(struct batch *b, struct experiment *x, uint64_t seed)
{
	struct batch_run r = { .x = x, .seed = seed, .source = plan_source(b, x, seed),
		.seconds = NAN, .anew = b->o->run.rerun };
	r.dir = rundir_new(b->a, b->o->run.results, x->name, x->config_hash, seed);
	/* A source that is to be run may leave other weights. */
	const bool stale = r.source >= 0 && b->run[r.source].state != BATCH_DONE;
	if (r.anew) r.why = "--rerun";
	else if (stale) r.why = arena_printf(b->a, "it starts from %s, which is run first",
		b->run[r.source].x->name);
	else plan_state(b, &r);
	r.resumes = !r.anew && r.state != BATCH_DONE &&
		file_exists(rundir_file(b->a, r.dir, "checkpoint"));
	b->run[b->n++] = r;
}

/* One estimate an experiment: its seeds take the same. What cannot be planned says so when it is
 * run. */
static void
plan_estimate(struct batch *b, int first, double gflops)
{
	struct arena *a = arena_new();
	struct experiment *x = b->run[first].x;
	struct experiment_estimate m;
	struct err none = ERR_INIT;
	if (experiment_estimate(a, x, gflops, &m, &none) == OK)
		for (int i = first; i < b->n; i++) {
			b->run[i].seconds = m.seconds / (double)x->o.seeds.n;
			b->run[i].memory = (double)m.memory.total;
		}
	arena_free(a);
}

struct batch *
batch_plan(struct arena *a, struct experiment *const *x, int n, const struct batch_options *o,
	double gflops)
{
	struct batch *b = ARENA_NEW(a, struct batch);
	size_t runs = 0;
	for (int i = 0; i < n; i++)
		runs += x[i]->o.seeds.n;
	*b = (struct batch){ .a = a, .o = o, .x = x, .experiments = n };
	b->run = ARENA_ARRAY(a, struct batch_run, runs);
	for (int i = 0; i < n; i++) {
		const int first = b->n;
		bool left = false;
		for (size_t k = 0; k < x[i]->o.seeds.n; k++) {
			plan_add(b, x[i], (uint64_t)x[i]->o.seeds.v[k]);
			left |= b->run[b->n - 1].state == BATCH_LEFT;
		}
		if (left && gflops > 0) plan_estimate(b, first, gflops);
	}
	return b;
}

int
batch_count(const struct batch *b, enum batch_state state)
{
	int n = 0;
	for (int i = 0; i < b->n; i++)
		n += b->run[i].state == state;
	return n;
}
