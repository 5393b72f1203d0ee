/* Learning curves over the seeds of an experiment, as charts. Used in src/report/ only. */
#ifndef REPORT_CURVES_H
#define REPORT_CURVES_H

#include "svg.h"
#include "tlrun/report.h"

struct arena;

enum curve_part { CURVE_TRAINING, CURVE_VALIDATION, CURVE_RATE };
enum { CURVE_LOSS = -1 };		/* else a metric's number */

/* One quantity by epoch: the mean of the seeds that reached it, from the least to the most. */
struct curve { int n; bool any; double *y, *low, *high; };	/* low, high: NULL with one seed */
struct curve curve_of(struct arena *a, const struct record_set *s, int metric,
	enum curve_part part);

/* Training and validation of a metric or the loss, phases and restored epochs marked. Lives in
 * the arena. */
const struct svg_lines *curves_chart(struct arena *a, const struct record_set *s, int metric);
const struct svg_lines *curves_rate(struct arena *a, const struct record_set *s);
const char *curves_name(const struct record_set *s, int metric);

#endif
