/*
 * Where files of weights lie. Each folder of the search path is looked into, and its folder
 * `weights`.
 *
 * Errors  ERR_DATA: not found, with every folder and what brings the file.
 */
#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/str.h"
#include "tlrun/weights.h"

const char *const *
weights_search_path(struct arena *a, const char *data)
{
	enum { MOST = 7 };
	const char **const path = ARENA_ARRAY(a, const char *, MOST + 1);
	const char *const own = getenv("TLRUN_WEIGHTS"), *const root = getenv("TLRUN_DATA");
	const char *const cache = getenv("XDG_CACHE_HOME"), *const home = getenv("HOME");
	size_t n = 0;
	if (data) path[n++] = data;
	if (own && *own) path[n++] = own;
	if (root && *root) path[n++] = root;
	path[n++] = "data";
	if (cache && *cache) path[n++] = path_join(a, cache, "tlrun");
	else if (home && *home) path[n++] = path_join(a, home, ".cache/tlrun");
	if (home && *home) path[n++] = path_join(a, home, ".keras/models");
	path[n++] = "/usr/share/tlrun/weights";
	return path;
}

static bool
find_in(struct arena *a, const char *folder, const char *file, const char **path)
{
	*path = path_join(a, folder, file);
	return file_exists(*path) && !file_is_folder(*path);
}

enum status
weights_find(struct arena *a, const char *file, const char *data, const char *get,
	const char **path, struct err *e)
{
	struct str where = STR_INIT;
	const char *const *const search = weights_search_path(a, data);
	for (const char *const *f = search; *f; f++) {
		if (find_in(a, *f, file, path) || find_in(a, path_join(a, *f, "weights"), file, path)) {
			str_free(&where);
			return OK;
		}
		str_printf(&where, "%s%s", f == search ? "" : ", ", *f);
	}
	*path = NULL;
	const char *const cure = get ? arena_printf(a, "`tlrun weights get %s` brings them", get)
		: "put the file into one of the folders, or give its path";
	err_set(e, ERR_DATA, MARK_NONE, "weights %s were not found: %s; looked in the folders, and "
		"their folders weights, of %s", file, cure, str_text(&where));
	str_free(&where);
	return ERR_DATA;
}
