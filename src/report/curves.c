/* Learning curves over the seeds of an experiment, as charts. */
#include "curves.h"

#include <math.h>
#include <string.h>

#include "tlrun/arena.h"

enum { CURVES_PHASES = 64 };

/* Where a loss spans so much, most of a linear axis would show its first epochs alone. */
static const double curves_wide = 50;

static double
curve_value(const struct record_epoch *h, int metric, enum curve_part part)
{
	if (part == CURVE_RATE) return h->learning_rate;
	if (metric == CURVE_LOSS) return part == CURVE_TRAINING ? h->loss : h->val_loss;
	return part == CURVE_TRAINING ? h->metric[metric] : h->val_metric[metric];
}

struct curve
curve_of(struct arena *a, const struct record_set *s, int metric, enum curve_part part)
{
	struct curve c = { 0 };
	for (int i = 0; i < s->n; i++)
		if (s->record[i].epochs > c.n) c.n = s->record[i].epochs;
	c.y = ARENA_ARRAY(a, double, (size_t)c.n);
	if (s->n > 1) c.low = ARENA_ARRAY(a, double, (size_t)c.n);
	if (s->n > 1) c.high = ARENA_ARRAY(a, double, (size_t)c.n);
	for (int e = 0; e < c.n; e++) {
		double sum = 0, low = INFINITY, high = -INFINITY;
		int n = 0;
		for (int i = 0; i < s->n; i++) {
			if (e >= s->record[i].epochs) continue;
			const double v = curve_value(&s->record[i].history[e], metric, part);
			if (!isfinite(v)) continue;
			sum += v, n++;
			low = v < low ? v : low;
			high = v > high ? v : high;
		}
		c.y[e] = n ? sum / n : NAN;
		c.any = c.any || n;
		if (c.low) c.low[e] = n ? low : NAN;
		if (c.high) c.high[e] = n ? high : NAN;
	}
	return c;
}

static void
curves_add(struct svg_lines *l, struct svg_series *to, const char *name, int style,
	const struct curve *c)
{
	if (!c->any) return;
	to[l->n++] = (struct svg_series){ .name = name, .style = style, .n = c->n, .y = c->y,
		.low = c->low, .high = c->high };
}

/* Where a phase begins: once for each epoch at which one begins in any seed. */
static void
curves_phases(struct arena *a, const struct record_set *s, bool named, struct svg_lines *l)
{
	struct svg_phase *p = ARENA_ARRAY(a, struct svg_phase, CURVES_PHASES);
	bool several = false;
	for (int i = 0; i < s->n; i++)
		several = several || s->record[i].phases > 1;
	for (int e = 0; several; e++) {
		const char *name = NULL;
		bool begins = false, any = false;
		for (int i = 0; i < s->n; i++) {
			const struct record *r = &s->record[i];
			if (e >= r->epochs) continue;
			any = true;
			if (e && !strcmp(r->history[e].phase, r->history[e - 1].phase)) continue;
			begins = true;
			if (!name) name = r->history[e].phase;
		}
		if (!any) break;
		if (begins && l->phases < CURVES_PHASES)
			p[l->phases++] = (struct svg_phase){ named ? name : NULL, e + 1 };
	}
	l->phase = p;
}

static void
curves_marks(struct arena *a, const struct record_set *s, int metric, struct svg_lines *l)
{
	struct svg_mark *m = ARENA_ARRAY(a, struct svg_mark, (size_t)s->n);
	for (int i = 0; i < s->n; i++) {
		const struct record *r = &s->record[i];
		const int e = r->restored_epoch;
		if (e < 1 || e > r->epochs) continue;
		const double v = curve_value(&r->history[e - 1], metric, CURVE_VALIDATION);
		const double y = isfinite(v) ? v : curve_value(&r->history[e - 1], metric, CURVE_TRAINING);
		m[l->marks++] = (struct svg_mark){ e, y, isfinite(v) ? 1 : 0,
			arena_printf(a, "seed %llu: the weights of epoch %d were kept",
				(unsigned long long)r->seed, e) };
	}
	l->mark = m;
}

static bool
curves_is_wide(const struct svg_lines *l)
{
	double low = INFINITY, high = 0;
	for (int i = 0; i < l->n; i++)
		for (int k = 0; k < l->series[i].n; k++) {
			const double v = l->series[i].low ? l->series[i].low[k] : l->series[i].y[k];
			if (!isfinite(v)) continue;
			if (v < low) low = v;
			if (v > high) high = v;
		}
	return low > 0 && high / low > curves_wide;
}

const char *
curves_name(const struct record_set *s, int metric)
{
	return metric == CURVE_LOSS ? "loss" : s->record[0].metric[metric].name;
}

const struct svg_lines *
curves_chart(struct arena *a, const struct record_set *s, int metric)
{
	struct svg_lines *l = ARENA_NEW(a, struct svg_lines);
	struct svg_series *series = ARENA_ARRAY(a, struct svg_series, 2);
	const struct curve train = curve_of(a, s, metric, CURVE_TRAINING);
	const struct curve val = curve_of(a, s, metric, CURVE_VALIDATION);
	l->series = series;
	l->height = 270;
	l->title = arena_printf(a, "%s by epoch, training%s", curves_name(s, metric),
		val.any ? " and validation" : "");
	l->y_title = curves_name(s, metric);
	l->percent = metric >= 0 && s->record[0].metric[metric].share;
	curves_add(l, series, "training", 0, &train);
	curves_add(l, series, "validation", 1, &val);
	l->log_y = metric == CURVE_LOSS && curves_is_wide(l);
	curves_phases(a, s, true, l);
	curves_marks(a, s, metric, l);
	return l;
}

const struct svg_lines *
curves_rate(struct arena *a, const struct record_set *s)
{
	struct svg_lines *l = ARENA_NEW(a, struct svg_lines);
	struct svg_series *series = ARENA_ARRAY(a, struct svg_series, 1);
	const struct curve rate = curve_of(a, s, CURVE_LOSS, CURVE_RATE);
	l->series = series;
	l->height = 110;
	l->title = "learning rate by epoch";
	l->y_title = "learning rate";
	curves_add(l, series, "learning rate", 2, &rate);
	l->log_y = curves_is_wide(l);
	l->from_zero = !l->log_y;
	curves_phases(a, s, false, l);	/* the chart above has the names */
	return l;
}
