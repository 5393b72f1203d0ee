/* Why a run is to be done: what stands in its folder, compared with what it would be now. */
#include <string.h>

#include "build-config.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/run_state.h"
#include "tlrun/rundir.h"

/* Without a record: it was stopped, it failed, or it never began. */
static const char *
why_unfinished(struct arena *a, const struct rundir *d)
{
	struct run_state s;
	const char *const *names;
	size_t n;
	struct err none = ERR_INIT;
	const bool told = run_state_read(a, d->seed, &s);
	if (told && !strcmp(s.state, "running")) return "another tlrun is running it";
	if (told && !strcmp(s.state, "failed"))
		return s.message ? arena_printf(a, "it failed before: %s", s.message) : "it failed before";
	if (file_exists(rundir_file(a, d, "checkpoint"))) return "it was interrupted";
	if (told) return "it was interrupted before its first checkpoint";
	if (file_exists(d->config)) return "new: no run of this seed";
	const char *const experiment = path_folder(a, d->config);
	if (file_list(experiment, a, &names, &n, ERR_IO, &none) == OK && n)
		return "new: the configuration changed";
	return "new";
}

static const char *
why_other(struct arena *a, const struct rundir *d, const struct rundir_origin *o,
	const struct record *r)
{
	if (strcmp(r->config_hash, o->config_hash) != 0)
		return "the record there is of another configuration";
	if (r->seed != d->seed_number)
		return arena_printf(a, "the record there is of seed %llu", (unsigned long long)r->seed);
	if (!str_same(r->hash_pretrained, o->pretrained))
		return "the file of its first weights has changed";
	if (!str_same(r->hash_start, o->start)) return "the weights it starts from have changed";
	if (o->any_program) return NULL;
	if (strcmp(r->tlrun_version, PACKAGE_VERSION) != 0)
		return arena_printf(a, "done by tlrun %s, and this is tlrun " PACKAGE_VERSION
			" (--keep-done keeps such results)", r->tlrun_version);
	if (o->binary && !str_same(r->hash_binary, o->binary))
		return "done by another build of tlrun " PACKAGE_VERSION
			" (--keep-done keeps such results)";
	return NULL;
}

const char *
rundir_why(struct arena *a, const struct rundir *d, const struct rundir_origin *o)
{
	struct record r;
	struct err e = ERR_INIT;
	const char *const path = rundir_file(a, d, "result.json");
	if (!file_exists(path)) return why_unfinished(a, d);
	if (record_read(path, a, &r, &e) != OK) return arena_strdup(a, e.message);
	return why_other(a, d, o, &r);
}

bool
rundir_done(struct arena *a, const struct rundir *d, const struct rundir_origin *o)
{
	return !rundir_why(a, d, o);
}
