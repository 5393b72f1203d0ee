/* floor: data */
/*
 * One file from the network, whole or not at all: through libcurl into PATH.part, checked, then
 * renamed. What was cut is gone on with, by this process or a later one. Only `tlrun data get` and
 * `tlrun weights get` come here.
 */
#ifndef TLRUN_DOWNLOAD_H
#define TLRUN_DOWNLOAD_H

#include <stdbool.h>

#include "tlrun/error.h"

struct arena;

/* Seconds and tries; 0: the usual ones. */
struct download_patience {
	double connect;		/* for a connection */
	double idle;		/* without a kilobyte a second */
	double pause;		/* before the second try; doubled each time */
	int tries;			/* in a row that bring nothing new */
};

struct download {
	const char *url;		/* https: redirects go to https alone; or http where the user says so */
	const char *path;		/* folders are made */
	long long size;			/* exact bytes; 0: unknown */
	long long most;			/* bytes, where size is unknown */
	const char *sha256, *md5;	/* lower case; NULL: unknown */
	const char *cure;		/* what to do when it fails: "try `tlrun data get cifar10` again" */
	/* What no digest says: whether the finished PATH.part is what it should be. May be NULL. */
	enum status (*check)(void *ctx, const char *file, struct err *e);
	/* These too may be NULL. */
	void (*progress)(void *ctx, long long done, long long total);	/* total -1: unknown */
	void (*note)(void *ctx, const char *text);	/* a line: why there is another try */
	/* Asked once a second or more; true: ERR_STOPPED, what came stays. */
	bool (*stop)(void *ctx);
	void *ctx;
	struct download_patience patience;
};

/* Whether this program was built with libcurl. */
bool download_possible(void);

/*
 * Bring it. What stands at path is replaced at the end. A cut, slow or failing server is asked
 * again after a pause, from where it stopped (Range with If-Range, or a digest to rely on; else
 * from the start). ERR_DATA: what the server does or sends is wrong, with url, place, found,
 * expected, cure; then PATH.part is left only where it can be gone on with. ERR_IO: it cannot be
 * written. ERR_FAILED: another process is at it. ERR_MEMORY: the disk has not so much room.
 * ERR_STOPPED.
 */
enum status download_file(const struct download *d, struct err *e);

/* ERR_DATA when the file's size or digest is another one than expected (0, NULL: not compared). */
enum status download_verify(const char *path, long long size, const char *sha256, const char *md5,
	const char *cure, struct err *e);

/*
 * Where a file is asked for: TLRUN_MIRROR/group/NAME when that is set, NAME being url's last part,
 * else url.
 */
const char *download_mirror(struct arena *a, const char *group, const char *url);

/* The folder that data and weights are brought to: data (--data), TLRUN_DATA, or the user's cache
 * folder ($XDG_CACHE_HOME/tlrun, ~/.cache/tlrun); NULL when there is none. */
const char *download_root(struct arena *a, const char *data);

#endif
