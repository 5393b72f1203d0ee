/* A run made again, from the experiment.yaml of its folder. */
#include "tlrun/reproduce.h"

#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/rundir.h"

/* The seeds that have a record but were not chosen. */
static const char *
reproduce_others(struct arena *a, const struct record_set *set, const struct int_list *chosen)
{
	const char *text = "";
	for (int i = 0; i < set->n; i++) {
		size_t k = 0;
		while (k < chosen->n && (uint64_t)chosen->v[k] != set->record[i].seed) k++;
		if (k == chosen->n)
			text = arena_printf(a, "%s%s%llu", text, *text ? "," : "",
				(unsigned long long)set->record[i].seed);
	}
	return text;
}

static const struct timing *
reproduce_timing(const struct record_set *set, uint64_t seed)
{
	for (int i = 0; i < set->n; i++)
		if (set->record[i].seed == seed) return &set->timing[i];
	return NULL;
}

/* Every seed chosen has a record to be compared with. */
static enum status
reproduce_check_seeds(const struct reproduction *r, const struct record_set *set, struct err *e)
{
	for (size_t i = 0; i < r->x->o.seeds.n; i++)
		if (!reproduce_timing(set, (uint64_t)r->x->o.seeds.v[i]))
			return err_set(e, ERR_USAGE, MARK_NONE, "%s has no finished run of seed %lld",
				r->name, r->x->o.seeds.v[i]);
	return OK;
}

/* A path of timing.json while something is still there; else the experiment's own words count. */
static const char *
reproduce_path(const char *path)
{
	return path && file_exists(path) ? path : NULL;
}

/* What it starts from is read from the folder of the run itself. */
static enum status
reproduce_source(struct arena *a, const struct reproduction *r, const struct record_set *set,
	const char *results, struct err *e)
{
	struct experiment *x = r->x;
	if (x->o.start_from.given) {
		const char *const name = x->o.start_from.experiment;
		TRY(batch_link_again(a, x, results, set->config_hash, e));
		TRY(file_symlink(path_join(a, results, name), path_join(a, r->scratch, name), e));
	}
	if (!strcmp(x->config_hash, set->config_hash)) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(r->folder),
		"experiment.yaml does not give the configuration of its records (%.8s, not %.8s): it was "
		"changed, or tlrun %s read it otherwise", x->config_hash, set->config_hash,
		set->record[0].tlrun_version);
}

enum status
reproduce_open(struct arena *a, const struct reproduce_request *q, struct reproduction *out,
	struct diags *d, struct err *e)
{
	const char *seeds = q->seeds, *folder;
	struct record_set *set;
	long long one;
	const char *const run = rundir_run_seed(a, q->run, &one);
	if (run != q->run) seeds = arena_printf(a, "%lld", one);
	*out = (struct reproduction){ .scratch = q->scratch };
	TRY(rundir_find(a, q->results, run, &folder, e));
	TRY(rundir_records(a, folder, &set, NULL, e));
	out->folder = path_real(a, folder);
	if (!seeds) seeds = arena_printf(a, "%llu", (unsigned long long)set->record[0].seed);
	const struct timing *t = &set->timing[0];
	const struct experiment_request open = {
		.path = path_join(a, out->folder, "experiment.yaml"),
		.data = q->data,
		.seeds = seeds,
		.threads = q->threads,
		.results = q->scratch,
		.data_path = q->data ? q->data : reproduce_path(t->data_path),
		.weights_path = reproduce_path(t->weights_path),
	};
	TRY(experiment_open(a, &open, &out->x, d, e));
	out->name = arena_printf(a, "%s/%.8s", set->name, set->config_hash);
	out->others = reproduce_others(a, set, &out->x->o.seeds);
	TRY(reproduce_check_seeds(out, set, e));
	return reproduce_source(a, out, set, path_folder(a, path_folder(a, out->folder)), e);
}

enum status
reproduce_run(struct arena *a, const struct reproduction *r, const struct run_events *ev,
	struct err *e)
{
	const struct run_options o = { .results = r->scratch, .events = ev };
	return run_experiment(a, r->x, &o, e);
}
