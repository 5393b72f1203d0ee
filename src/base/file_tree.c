/* Folders with all that is in them. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"

enum { TREE_OPEN = 16, TREE_DEPTH = 64 };	/* folders open at a time when removing; folders deep */

static int
tree_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void
file_remove_folder(const char *path)
{
	/* Never through a symbolic link. */
	nftw(path, tree_remove, TREE_OPEN, FTW_DEPTH | FTW_PHYS);
}

/* ---- all files ---- */

/* The folders that lead to the one being listed, for links that lead back to one of them. */
struct tree_folder {
	const struct tree_folder *above;
	dev_t dev;
	ino_t ino;
	int depth;
};

struct tree_file {
	struct tree_file *next;
	const char *path;
};

struct tree {
	struct arena *a;
	struct tree_file *files;
	size_t n;
	enum status code;
	struct err *e;
};

static enum status
tree_list(struct tree *t, const char *folder, const struct tree_folder *above)
{
	const char *const *names;
	size_t n;
	struct stat st;
	if (stat(folder, &st) != 0)
		return err_errno(t->e, t->code, MARK_FILE(folder), errno, "cannot list this folder");
	const struct tree_folder here = { above, st.st_dev, st.st_ino, above ? above->depth + 1 : 0 };
	for (; above; above = above->above)
		if (above->dev == here.dev && above->ino == here.ino)
			return err_set(t->e, t->code, MARK_FILE(folder),
				"this link leads back to a folder that contains it; remove the link");
	if (here.depth > TREE_DEPTH)
		return err_set(t->e, t->code, MARK_FILE(folder), "more than %d folders deep", TREE_DEPTH);
	TRY(file_list(folder, t->a, &names, &n, t->code, t->e));
	for (size_t i = 0; i < n; i++) {
		const char *const path = path_join(t->a, folder, names[i]);
		if (stat(path, &st) != 0) continue;	/* a link that leads nowhere */
		if (S_ISDIR(st.st_mode)) TRY(tree_list(t, path, &here));
		if (!S_ISREG(st.st_mode)) continue;
		struct tree_file *const file = ARENA_NEW(t->a, struct tree_file);
		*file = (struct tree_file){ t->files, path };
		t->files = file;
		t->n++;
	}
	return OK;
}

static int
tree_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum status
file_tree(const char *folder, struct arena *a, const char *const **paths, size_t *n,
	enum status code, struct err *e)
{
	struct tree t = { .a = a, .code = code, .e = e };
	TRY(tree_list(&t, folder, NULL));
	const char **list = ARENA_ARRAY(a, const char *, t.n);
	size_t i = 0;
	for (const struct tree_file *file = t.files; file; file = file->next)
		list[i++] = file->path;
	qsort(list, t.n, sizeof *list, tree_compare);
	*paths = list;
	*n = t.n;
	return OK;
}
