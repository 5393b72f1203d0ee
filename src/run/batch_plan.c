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

static bool
plan_done(const struct batch *b, const struct batch_run *r)
{
	struct arena *a = arena_new();
	struct rundir_origin origin;
	struct err none = ERR_INIT;
	const bool done = run_origin(a, r->x, b->o->run.results, r->seed, &origin, &none) == OK &&
		rundir_done(a, r->dir, &origin);
	arena_free(a);
	return done;
}

static void
plan_add(struct batch *b, struct experiment *x, uint64_t seed)
{
	const bool rerun = b->o->run.rerun;
	struct batch_run r = { .x = x, .seed = seed, .source = plan_source(b, x, seed),
		.seconds = NAN };
	r.dir = rundir_new(b->a, b->o->run.results, x->name, x->config_hash, seed);
	/* A source that is to be run may leave other weights. */
	const bool stale = r.source >= 0 && b->run[r.source].state != BATCH_DONE;
	if (!rerun && !stale && plan_done(b, &r)) r.state = BATCH_DONE;
	r.resumes = !rerun && r.state != BATCH_DONE &&
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
