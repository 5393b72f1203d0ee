/*
 * lookup: the folder of a dataset's files, and its files opened with errors that say what to do.
 *
 * Errors  ERR_DATA: nothing found (with every folder looked in), a folder that cannot be searched,
 *         a file that is missing, empty, unreadable, or no file.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "data/lookup.h"
#include "tlrun/arena.h"

enum lookup_answer { LOOKUP_NO, LOOKUP_YES, LOOKUP_DENIED };

static enum lookup_answer
lookup_try(const struct lookup *l, struct arena *a, const char *folder)
{
	struct stat s;
	for (const char *const *f = l->files; *f; f++) {
		if (stat(path_join(a, folder, *f), &s) == 0) return LOOKUP_YES;
		if (errno == EACCES) return LOOKUP_DENIED;
	}
	return LOOKUP_NO;
}

/* The folder below base that holds the files. direct: base itself is tried first. */
static enum status
lookup_below(const struct lookup *l, struct arena *a, const char *base, bool direct,
	const char **folder, struct err *e)
{
	const char *const *usual = l->usual;
	*folder = NULL;
	for (bool first = direct;; first = false) {
		const bool self = first || (*usual && strcmp(*usual, ".") == 0);
		if (!first && !*usual) return OK;
		const char *const f = self ? base : path_join(a, base, *usual);
		if (!first) usual++;
		const enum lookup_answer answer = lookup_try(l, a, f);
		if (answer == LOOKUP_YES) {
			*folder = f;
			return OK;
		}
		if (answer == LOOKUP_DENIED)
			return err_errno(e, ERR_DATA, MARK_FILE(f), EACCES,
				"cannot look for %s in this folder", l->name);
	}
}

static void
lookup_list(struct str *out, const char *const *words)
{
	for (const char *const *w = words; *w; w++) {
		if (w != words) str_add(out, ", ");
		str_add(out, *w);
	}
}

static enum status
lookup_missing_path(const struct lookup *l, const char *path, struct err *e)
{
	if (file_exists(path) && !file_is_folder(path))
		return err_set(e, ERR_DATA, MARK_FILE(path),
			"dataset.path is a file; name the folder that holds %s: %s", l->files[0], l->cure);
	if (!file_is_folder(path))
		return err_set(e, ERR_DATA, MARK_FILE(path), "no such folder (dataset.path of %s): %s",
			l->name, l->cure);
	struct str usual = STR_INIT;
	lookup_list(&usual, l->usual);
	err_set(e, ERR_DATA, MARK_FILE(path),
		"no %s data in this folder: looked for %s in it and in its folders %s: %s", l->name,
		l->files[0], str_text(&usual), l->cure);
	str_free(&usual);
	return ERR_DATA;
}

static enum status
lookup_missing(const struct lookup *l, const char *const *search, struct err *e)
{
	struct str where = STR_INIT, usual = STR_INIT;
	lookup_list(&where, search);
	lookup_list(&usual, l->usual);
	err_set(e, ERR_DATA, MARK_NONE,
		"dataset %s was not found: %s; looked for %s in the folders %s of %s", l->name, l->cure,
		l->files[0], str_text(&usual), str_text(&where));
	str_free(&where);
	str_free(&usual);
	return ERR_DATA;
}

enum status
lookup_folder(const struct lookup *l, const struct dataset_request *q, struct arena *a,
	const char **folder, struct err *e)
{
	if (q->path) {
		TRY(lookup_below(l, a, q->path, true, folder, e));
		return *folder ? OK : lookup_missing_path(l, q->path, e);
	}
	for (const char *const *f = q->search; *f; f++) {
		TRY(lookup_below(l, a, *f, false, folder, e));
		if (*folder) return OK;
	}
	return lookup_missing(l, q->search, e);
}

enum status
lookup_open(const struct lookup *l, const char *path, struct file_map *m, struct err *e)
{
	struct stat s;
	*m = (struct file_map){ 0 };
	if (stat(path, &s) != 0) {
		if (errno == ENOENT)
			return err_set(e, ERR_DATA, MARK_FILE(path), "this file of %s is missing: %s",
				l->name, l->cure);
		return err_errno(e, ERR_DATA, MARK_FILE(path), errno, "cannot read this file of %s",
			l->name);
	}
	if (S_ISDIR(s.st_mode))
		return err_set(e, ERR_DATA, MARK_FILE(path), "found a folder, expected a file of %s: %s",
			l->name, l->cure);
	if (!S_ISREG(s.st_mode))
		return err_set(e, ERR_DATA, MARK_FILE(path), "not a regular file, expected one of %s",
			l->name);
	if (s.st_size == 0)
		return err_set(e, ERR_DATA, MARK_FILE(path), "this file of %s is empty: %s", l->name,
			l->cure);
	return file_map_open(m, path, ERR_DATA, e);
}
