/* picture_list: from the arguments of `tlrun predict` to image files. */
#include <limits.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/picture.h"
#include "tlrun/trained.h"

/* What one argument stands for. */
struct picture_files {
	const char *const *path;
	size_t n;
	bool folder;
};

static enum status
picture_files_find(struct arena *a, const char *const *arg, struct picture_files *out,
	struct err *e)
{
	*out = (struct picture_files){ arg, 1, file_is_folder(*arg) };
	return out->folder ? file_tree(*arg, a, &out->path, &out->n, ERR_DATA, e) : OK;
}

enum status
picture_list_make(struct arena *a, const char *const *arg, int n, struct picture_list *out,
	struct err *e)
{
	struct picture_files *const files = ARENA_ARRAY(a, struct picture_files, (size_t)n);
	size_t all = 0;
	for (int i = 0; i < n; i++) {
		TRY(picture_files_find(a, arg + i, files + i, e));
		all += files[i].n;
	}
	if (all > INT_MAX)
		return err_set(e, ERR_DATA, MARK_NONE, "%zu files: expected at most %d", all, INT_MAX);
	const char **path = ARENA_ARRAY(a, const char *, all);
	const char **skip = ARENA_ARRAY(a, const char *, all);
	*out = (struct picture_list){ .path = path, .skip = skip };
	for (int i = 0; i < n; i++) {
		const int before = out->n;
		for (size_t j = 0; j < files[i].n; j++) {
			const char *const file = files[i].path[j];
			if (!files[i].folder || picture_is(file)) path[out->n++] = file;
			else skip[out->skipped++] = file;
		}
		if (out->n == before)
			return err_set(e, ERR_DATA, MARK_FILE(arg[i]),
				"this folder has no image file; expected PNG, JPEG, PGM or PPM files in it or "
				"below");
	}
	return OK;
}
