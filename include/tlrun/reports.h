/* floor: run */
/*
 * All reports of a results folder, written from records alone: after a run, after a batch, and by
 * `tlrun report`.
 */
#ifndef TLRUN_REPORTS_H
#define TLRUN_REPORTS_H

#include "tlrun/error.h"
#include "tlrun/report.h"

struct arena;

/*
 * Everything about one experiment over its seeds, into the folder of its configuration:
 * summary.json, report.md, report.html, report.tex, charts/NAME.svg. Other .svg files in charts/
 * are removed: they are of an earlier page. ERR_IO.
 */
enum status reports_write(struct arena *a, const struct record_set *s, struct err *e);

/* Everything that compares experiments, into the results folder: comparison.md, and the index. n 0:
 * nothing. ERR_IO. */
enum status reports_write_comparison(struct arena *a, const char *results,
	const struct record_set *const *sets, int n, struct err *e);

/*
 * index.html and its charts/NAME.svg, the others there removed: the latest configuration of every
 * experiment of the results folder. Of many that ask at once one writes and one waits to write; the
 * others leave it to that one. ERR_IO.
 */
enum status reports_write_index(struct arena *a, const char *results, struct err *e);

#endif
