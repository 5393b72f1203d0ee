/* A small training whose frozen layers can be computed once, and the cache they go to. */
#include "train/cached.h"

#include <check.h>

const char cached_experiment[] = CACHED_EXPERIMENT;
const char cached_frozen[] = "low norm deep high";

void
cached_run(struct rig *r, const char *yaml, const char *frozen, const char *folder)
{
	rig_open(r, yaml);
	rig_freeze(r, frozen);
	r->setup.cache.folder = folder;
	rig_ran(r);
}

size_t
cached_list(struct arena *a, const char *folder, struct features_entry **entry)
{
	size_t n;
	struct err e = ERR_INIT;
	ck_assert_msg(features_list(a, folder, entry, &n, &e) == OK, "%s", e.message);
	for (size_t i = 1; i < n; i++) ck_assert_int_ge((*entry)[i - 1].bytes, (*entry)[i].bytes);
	return n;
}
