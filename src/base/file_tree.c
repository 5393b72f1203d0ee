/* Folders with all that is in them. */
#include <ftw.h>
#include <stdio.h>

#include "tlrun/file.h"

enum { TREE_OPEN = 16 };		/* folders open at a time */

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
