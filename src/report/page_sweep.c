/* A sweep's charts: its metric over the values of each key, and maps over two keys. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "page.h"
#include "ranking.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

/* Maps of at most so many values a side, of the pairs of so many keys. */
enum { SWEEP_SIDE = 12, SWEEP_KEYS = 4, SWEEP_LEVELS = 10 };

/* The values of a key that differs, each once: numbers ascending, words in the order of the
 * file. */
struct axis {
	const char *label;
	bool words, drawn_log;
	int n;
	struct svg_value *v;		/* [n] */
	double *x;					/* [trials] by rank: of which value */
};

static bool
axis_number(const char *text, double *x)
{
	return num_parse_double(text, x) && isfinite(*x);
}

static int
axis_ascending(const void *x, const void *y)
{
	const struct svg_value *const a = x, *const b = y;
	return a->x < b->x ? -1 : a->x > b->x;
}

/* Which of the values this text means; the number of values: none. */
static int
axis_find(const struct axis *axis, const char *text)
{
	double x = 0;
	int i = 0;
	if (!axis->words) axis_number(text, &x);
	while (i < axis->n && (axis->words ? strcmp(axis->v[i].text, text) != 0 : axis->v[i].x != x))
		i++;
	return i;
}

static struct axis
axis_of(const struct ranking *k, int key)
{
	const struct sweep_sheet *const s = k->s;
	const size_t n = (size_t)s->n;
	struct axis axis = { .label = s->label[key], .drawn_log = s->drawn_log && s->drawn_log[key],
		.v = ARENA_ARRAY(k->a, struct svg_value, n), .x = ARENA_ARRAY(k->a, double, n) };
	double x = 0;
	for (int i = 0; i < s->n; i++)
		axis.words = axis.words || !axis_number(s->row[i].value[key], &x);
	for (int i = 0; i < s->n; i++) {
		const char *const text = s->row[i].value[key];
		if (axis_find(&axis, text) < axis.n) continue;
		if (axis.words) x = axis.n;
		else axis_number(text, &x);
		axis.v[axis.n++] = (struct svg_value){ x, text };
	}
	if (!axis.words) qsort(axis.v, (size_t)axis.n, sizeof *axis.v, axis_ascending);
	for (int i = 0; i < s->n; i++)
		axis.x[i] = axis.v[axis_find(&axis, k->v[i].row->value[key])].x;
	return axis;
}

/* Values that span an order of magnitude, or were drawn that way; of a narrow span both axes look
 * alike, and a linear one has ticks. */
static bool
axis_log(const struct axis *axis)
{
	const double low = axis->v[0].x, high = axis->v[axis->n - 1].x;
	return !axis->words && low > 0 && high / low >= (axis->drawn_log ? 3 : 10);
}

static void
sweep_points(const struct ranking *k, const struct axis *axis, struct str *out)
{
	const struct record_metric m = ranking_metric(k->some);
	struct svg_point *point = ARENA_ARRAY(k->a, struct svg_point, (size_t)k->s->n);
	for (int i = 0; i < k->s->n; i++) {
		const struct ranked *const r = &k->v[i];
		struct str label = STR_INIT;
		block_spread(&m, (int)r->n, r->mean, r->sd, &label);
		point[i] = (struct svg_point){ .name = r->row->name, .label = arena_strdup(k->a,
			str_text(&label)), .x = axis->x[i], .y = r->mean, .n = r->n > 1 ? (int)r->n : 0,
			.dot = r->x, .best = !i };
		str_free(&label);
	}
	const struct svg_points c = { .title = arena_printf(k->a, "%s against %s, a point a trial",
		k->s->metric, axis->label), .x_title = axis->label, .y_title = k->s->metric,
		.percent = m.share, .words = axis->words, .log_x = axis_log(axis), .ticks = axis->n,
		.n = k->s->n, .tick = axis->v, .point = point };
	page_figure(arena_printf(k->a, "Against %s", axis->label), arena_printf(k->a,
		"Points: trials, the best in a colour of its own%s%s.",
		ranking_columns(k).spread ? "; small dots: their seeds" : "",
		axis->n < k->done ? "; strokes: the mean of all trials with that value" : ""), false, out);
	svg_points(&c, out);
	page_figure_end(out);
}

/* ---- two keys ---- */

/* The mean of the trials of each pair of values, [rows, columns]; how many pairs have one. */
static int
sweep_means(const struct ranking *k, const struct axis *row, const struct axis *column,
	double *mean)
{
	int some = 0;
	for (int i = 0; i < row->n; i++)
		for (int c = 0; c < column->n; c++) {
			double sum = 0;
			int n = 0;
			for (int t = 0; t < k->s->n; t++)
				if (row->x[t] == row->v[i].x && column->x[t] == column->v[c].x &&
					isfinite(k->v[t].mean))
					sum += k->v[t].mean, n++;
			mean[i * column->n + c] = n ? sum / n : NAN;
			some += n > 0;
		}
	return some;
}

/* 1 for the worst … 10 for the best of n means; a loss that explodes is no reason to call all the
 * others equal. */
static int
sweep_level(const struct ranking *k, int n, const double *mean, double v)
{
	double low = INFINITY, high = -INFINITY;
	for (int i = 0; i < n; i++) {
		if (mean[i] < low) low = mean[i];
		if (mean[i] > high) high = mean[i];
	}
	if (!isfinite(v)) return 0;
	if (!(low < high)) return SWEEP_LEVELS / 2;
	double place = svg_orders(low, high) ? num_log(v / low) / num_log(high / low)
		: (v - low) / (high - low);
	if (k->s->lower) place = 1 - place;
	return 1 + (int)(place * (SWEEP_LEVELS - 1) + 0.5);
}

static const char *const *
sweep_texts(struct arena *a, const struct axis *axis)
{
	const char **text = ARENA_ARRAY(a, const char *, (size_t)axis->n);
	for (int i = 0; i < axis->n; i++)
		text[i] = axis->v[i].text;
	return text;
}

/* A map of two keys; nothing where the trials fill less than half of it, as keys that change
 * together do, or random draws. */
static void
sweep_map(const struct ranking *k, const struct axis *row, const struct axis *column, bool alone,
	struct str *out)
{
	const struct record_metric m = ranking_metric(k->some);
	const int n = row->n * column->n;
	double mean[SWEEP_SIDE * SWEEP_SIDE];
	if (row->n > SWEEP_SIDE || column->n > SWEEP_SIDE) return;
	if (2 * sweep_means(k, row, column, mean) < n) return;
	struct svg_cell *cell = ARENA_ARRAY(k->a, struct svg_cell, (size_t)n);
	for (int i = 0; i < n; i++) {
		struct str text = STR_INIT;
		block_metric(&m, mean[i], &text);
		cell[i] = (struct svg_cell){ sweep_level(k, n, mean, mean[i]),
			arena_strdup(k->a, str_text(&text)) };
		str_free(&text);
	}
	const char *const title = arena_printf(k->a, "%s and %s", row->label, column->label);
	const struct svg_cells c = { .title = arena_printf(k->a, "%s by %s", k->s->metric, title),
		.x_title = column->label, .y_title = row->label, .rows = row->n, .columns = column->n,
		.row = sweep_texts(k->a, row), .column = sweep_texts(k->a, column), .cell = cell };
	page_figure(page_title(k->a, title), alone ? "The stronger the colour, the better the trial."
		: "The stronger the colour, the better the mean of the trials with both values.", false,
		out);
	svg_cells(&c, out);
	page_figure_end(out);
}

static void
sweep_section(const char *id, const char *title, const struct str *figures, struct str *out)
{
	if (!figures->len) return;
	html_section(id, title, out);
	str_add(out, "<div class=\"charts\">\n");
	str_add(out, str_text(figures));
	str_add(out, "</div>\n");
	html_close(out);
}

void
page_sweep(const struct ranking *k, struct str *out)
{
	struct axis *axis = ARENA_ARRAY(k->a, struct axis, (size_t)k->s->keys);
	struct str figures = STR_INIT;
	int n = 0;
	for (int i = 0; i < k->s->keys; i++)
		if (ranking_differs(k->s, i)) axis[n++] = axis_of(k, i);
	for (int i = 0; i < n; i++)
		sweep_points(k, &axis[i], &figures);
	sweep_section("keys", "Key by key", &figures, out);
	str_clear(&figures);
	for (int i = 0; i < n && n <= SWEEP_KEYS; i++)
		for (int c = i + 1; c < n; c++)
			sweep_map(k, &axis[i], &axis[c], n == 2, &figures);
	sweep_section("pairs", "Two keys together", &figures, out);
	str_free(&figures);
}
