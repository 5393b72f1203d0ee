/* floor: base */
/*
 * A child process with limits of its own, for work on hostile input through a library that is not
 * hardened against it.
 */
#ifndef TLRUN_CHILD_H
#define TLRUN_CHILD_H

#include <stddef.h>

#include "tlrun/error.h"

struct child {
	size_t memory;		/* bytes it may take besides what the parent holds; no limit under ASan */
	size_t file;		/* bytes it may write into a file */
	int seconds;		/* of computing, and ten times as long in all */
	const int *fds;		/* what stays open besides 0, 1 and 2, which are /dev/null */
	int n_fds;
	/* what its death means: "this file is damaged or hostile"; in front of "(signal 11)" */
	struct mark at;
	const char *died;
};

/*
 * Run body(arg) in a child and wait. OK when it returned OK. The error of a body that failed comes
 * up as it is (ERR_DATA, ERR_IO or ERR_MEMORY); a child that died is ERR_DATA in c's words.
 * ERR_FAILED when no child can be started.
 */
enum status child_run(const struct child *c, enum status (*body)(void *arg, struct err *e),
	void *arg, struct err *e);

#endif
