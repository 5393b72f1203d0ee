/* The block of lines that shows a run on a terminal. Used in src/cli/ only. */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include "tlrun/str.h"

enum { LIVE_CURVE = 40, LIVE_ROW = 512 };

/* What the block remembers of the epochs. */
struct live {
	/* Rows of one table; "" before the first. */
	char head[LIVE_ROW], last[LIVE_ROW], best[LIVE_ROW];
	double curve[LIVE_CURVE];	/* a loss of every `every`-th epoch */
	int n, every, epochs;
};

void live_begin(struct live *l);
/* An epoch has ended with this loss. Where the curve is full, every second point of it goes. */
void live_loss(struct live *l, double loss);
/* Lines: the title; a bar of the share, 0 to 1, with what stands behind it; the rows; the curve. */
void live_frame(const struct live *l, const char *title, double share, const char *rest,
	struct str *out);

#endif
