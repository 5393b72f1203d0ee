/* One request of a download. For src/data alone. */
#ifndef DATA_TRANSFER_H
#define DATA_TRANSFER_H

#include "tlrun/download.h"

enum transfer_end {
	TRANSFER_DONE,		/* the server has no more */
	TRANSFER_AGAIN,		/* later may be better; what came stays */
	TRANSFER_AFRESH,	/* what came before cannot be gone on with */
	TRANSFER_WRONG,		/* no other try would be better; what came before stays */
	TRANSFER_WORTHLESS,	/* nor is what came worth anything */
	TRANSFER_STOPPED,
	TRANSFER_DISK,		/* it cannot be written: errno in disk */
};

enum { TRANSFER_TEXT = 256 };

struct transfer {
	const struct download *d;
	int fd;				/* of PATH.part */
	const char *tag;	/* PATH.part.tag: "URL\nVALIDATOR\n" of what is in it */
	long long at;		/* bytes in it */
	long long total;	/* that the server promises, -1: unknown */
	char validator[TRANSFER_TEXT];	/* strong ETag or date of what is in it; "": none */
	int disk;
	char why[2 * TRANSFER_TEXT];	/* the end in words */
};

/* Ask once for what is missing behind `at`. */
enum transfer_end transfer_run(struct transfer *t);

#endif
