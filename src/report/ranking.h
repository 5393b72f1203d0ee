/* A sweep's trials from best to worst, for its tables and its page. Used in src/report/ only. */
#ifndef REPORT_RANKING_H
#define REPORT_RANKING_H

#include "tlrun/report.h"

struct arena;

/* A trial with its numbers, over its seeds. */
struct ranked {
	const struct sweep_row *row;
	size_t n;					/* seeds */
	double *x;					/* [n] */
	double mean, sd, test;		/* test: mean headline */
	double key;					/* mean, as it ranks */
};
struct ranking {
	struct arena *a;
	const struct sweep_sheet *s;
	struct ranked *v;			/* [s->n], best first */
	const struct sweep_row *some;	/* with records; NULL: no trial has any */
	int done;					/* trials with records */
};
struct ranking ranking_of(struct arena *a, const struct sweep_sheet *s);

/* The metric that ranks, as the records of a trial know it. */
struct record_metric ranking_metric(const struct sweep_row *row);
/* Whether two trials have different values of the key. */
bool ranking_differs(const struct sweep_sheet *s, int key);

/* Which columns there are besides the keys. Some trial has records. */
struct ranking_columns {
	bool spread;				/* some trial has several seeds */
	bool test;					/* the headline of the test split ranks not already */
};
struct ranking_columns ranking_columns(const struct ranking *k);

/* What a reader should know before they take the first trial for the best: by what they are
 * ranked, in sentences, and warnings 0 and 1, each NULL where it does not apply. */
enum { RANKING_WARNINGS = 2 };
void ranking_order(const struct ranking *k, struct str *out);
const char *ranking_warning(const struct ranking *k, int i);

#endif
