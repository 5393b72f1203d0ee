/* A chart of lines over epochs: bands, phases, and points that stand out. */
#include <math.h>
#include <stdio.h>

#include "html.h"
#include "svg.h"

/* As many columns of pixels as a line is thinned to: the least and the most of each are kept. */
enum { LINES_COLUMNS = 240, LINES_COLUMNS_GREY = 80, LINES_DOTS = 60,
	LINES_NAME = 52, LINES_NAME_ROW = 15 };	/* letters of a name, and the height of its row */

static bool
lines_shown(const struct svg *s, double v)
{
	return isfinite(v) && (s->y.scale == SVG_LINEAR || v > 0);
}

static void
lines_reach(const struct svg_lines *c, double v, double *low, double *high)
{
	if (!isfinite(v) || (c->log_y && v <= 0)) return;
	if (v < *low) *low = v;
	if (v > *high) *high = v;
}

/* Both axes over everything that is drawn. */
static void
lines_axes(struct svg *s, const struct svg_lines *c)
{
	double low = INFINITY, high = -INFINITY;
	int epochs = 1;
	for (int i = 0; i < c->n; i++) {
		const struct svg_series *l = &c->series[i];
		if (l->n > epochs) epochs = l->n;
		for (int k = 0; k < l->n; k++) {
			lines_reach(c, l->y[k], &low, &high);
			if (l->low) lines_reach(c, l->low[k], &low, &high);
			if (l->high) lines_reach(c, l->high[k], &low, &high);
		}
	}
	if (!(low <= high)) low = high = 1;
	/* In a page the heading says it. */
	s->y = svg_axis(s->file ? c->y_title : NULL, c->log_y ? SVG_LOG : SVG_LINEAR, low, high);
	if (c->percent && s->y.high > 1) s->y.high = 1;
	if (c->from_zero || (c->percent && s->y.low < 0)) s->y.low = 0;
	s->y.percent = c->percent;
	s->x = (struct svg_axis){ .title = c->height < 150 ? NULL : "epoch", .low = 1,
		.high = epochs, .whole = true };
	if (epochs == 1) s->x.low = 0.5, s->x.high = 1.5;
}

static void
lines_point(const struct svg *s, bool *pen, double x, double y, struct str *out)
{
	str_printf(out, "%c%.1f %.1f", *pen ? 'L' : 'M', svg_x(s, x), svg_y(s, y));
	*pen = true;
}

/* y[from] to y[to - 1] as the first and the second of their extremes; a gap lifts the pen. */
static void
lines_column(const struct svg *s, const struct svg_series *l, int from, int to, bool *pen,
	struct str *out)
{
	int least = -1, most = -1;
	for (int k = from; k < to; k++) {
		if (!lines_shown(s, l->y[k])) {
			if (to - from == 1) *pen = false;
			continue;
		}
		if (least < 0 || l->y[k] < l->y[least]) least = k;
		if (most < 0 || l->y[k] > l->y[most]) most = k;
	}
	if (least < 0) {
		*pen = false;
		return;
	}
	const int first = least < most ? least : most, second = least < most ? most : least;
	lines_point(s, pen, first + 1, l->y[first], out);
	if (second != first) lines_point(s, pen, second + 1, l->y[second], out);
}

static void
lines_path(struct svg *s, const struct svg_series *l)
{
	const int columns = l->style < 0 ? LINES_COLUMNS_GREY : LINES_COLUMNS;
	const int parts = l->n <= 2 * columns ? l->n : columns;
	bool pen = false;
	str_add(s->out, "<path class=\"line\" d=\"");
	for (int i = 0; i < parts; i++) {
		const int from = (int)((long long)i * l->n / parts);
		const int to = (int)((long long)(i + 1) * l->n / parts);
		lines_column(s, l, from, to, &pen, s->out);
	}
	str_add(s->out, "\"/>\n");
}

/* Between the least and the most of the seeds: there along the top, back along the bottom. */
static void
lines_band(struct svg *s, const struct svg_series *l)
{
	const int every = l->n > LINES_COLUMNS ? (l->n + LINES_COLUMNS - 1) / LINES_COLUMNS : 1;
	for (int from = 0; from < l->n; from++) {
		int to = from;
		while (to < l->n && lines_shown(s, l->low[to]) && lines_shown(s, l->high[to])) to++;
		if (to == from) continue;
		bool pen = false;
		str_add(s->out, "<path class=\"band\" d=\"");
		for (int k = from; k < to; k += every)
			lines_point(s, &pen, k + 1, l->high[k], s->out);
		if ((to - 1 - from) % every) lines_point(s, &pen, to, l->high[to - 1], s->out);
		for (int k = to - 1; k >= from; k--)
			if (k == to - 1 || (k - from) % every == 0)
				lines_point(s, &pen, k + 1, l->low[k], s->out);
		str_add(s->out, "Z\"/>\n");
		from = to;
	}
}

/* Single values, each with its title; a line of one value would not be seen at all. */
static void
lines_dots(struct svg *s, const struct svg_lines *c, const struct svg_series *l)
{
	if (l->n > LINES_DOTS || l->style < 0) return;
	for (int k = 0; k < l->n; k++) {
		if (!lines_shown(s, l->y[k])) continue;
		str_printf(s->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>",
			svg_x(s, k + 1), svg_y(s, l->y[k]), l->n > 20 ? "1.5" : "2.4");
		html_text(l->name, s->out);
		str_printf(s->out, ", epoch %d: ", k + 1);
		if (c->percent) str_printf(s->out, "%.2f %%", 100 * l->y[k]);
		else str_printf(s->out, "%.4g", l->y[k]);
		str_add(s->out, "</title></circle>\n");
	}
}

/* The values for the script that follows the pointer. */
static void
lines_data(struct svg *s, const struct svg_lines *c, const struct svg_series *l)
{
	if (s->file || l->style < 0) return;
	str_add(s->out, " data-name=\"");
	html_text(l->name, s->out);
	str_add(s->out, "\" data-y=\"");
	for (int k = 0; k < l->n; k++) {
		if (k) str_add_char(s->out, ' ');
		if (isfinite(l->y[k])) str_printf(s->out, "%.4g", l->y[k] * (c->percent ? 100 : 1));
		else str_add_char(s->out, '-');
	}
	str_add_char(s->out, '"');
}

static void
lines_series(struct svg *s, const struct svg_lines *c, const struct svg_series *l)
{
	if (l->style < 0) str_add(s->out, "<g class=\"many\"");
	else
		str_printf(s->out, "<g class=\"s%d c%d%s\"", l->style, l->style % SVG_COLOURS,
			l->style >= SVG_COLOURS ? " dashed" : "");
	lines_data(s, c, l);
	str_add(s->out, ">\n");
	if (l->low && l->high) lines_band(s, l);
	lines_path(s, l);
	lines_dots(s, c, l);
	str_add(s->out, "</g>\n");
}

static void
lines_phases(struct svg *s, const struct svg_lines *c)
{
	for (int i = 0; i < c->phases; i++) {
		const double from = c->phase[i].from - 0.5;
		const double x = i ? svg_x(s, from) : s->left;
		const double next = i + 1 < c->phases ? svg_x(s, c->phase[i + 1].from - 0.5) :
			s->left + s->width;
		const int room = (int)((next - x - 6) / 6.2);
		if (i) svg_line(s, "phase", x, s->top, x, s->top + s->height);
		if (c->phase[i].name && room >= 3)
			svg_text(s, x + 4, s->top + 11, "small muted halo", c->phase[i].name, room);
	}
}

static void
lines_marks(struct svg *s, const struct svg_lines *c)
{
	for (int i = 0; i < c->marks; i++) {
		const struct svg_mark *m = &c->mark[i];
		if (!lines_shown(s, m->y)) continue;
		const double x = svg_x(s, m->x), y = svg_y(s, m->y);
		str_printf(s->out, "<g class=\"s%d c%d\">", m->style, m->style % SVG_COLOURS);
		svg_line(s, "drop", x, y + 5, x, s->top + s->height);
		str_printf(s->out, "<circle class=\"ring\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>", x, y);
		html_text(m->text, s->out);
		str_add(s->out, "</title></circle></g>\n");
	}
}

static double
lines_name_width(const struct svg_series *l)
{
	return svg_name_width(l->name, LINES_NAME) + 24;
}

/* The names from i on that fill one row: where the next row begins, and the width of this one. */
static int
lines_name_row(const struct svg_lines *c, int i, double room, double *width)
{
	int named = 0;
	for (*width = 0; i < c->n; i++) {
		if (c->series[i].style < 0) continue;
		const double one = lines_name_width(&c->series[i]);
		if (named && *width + one > room) break;
		*width += one;
		named++;
	}
	return i;
}

/* Names stand beside the axis's title, which takes what is left of them. */
static double
lines_name_room(const struct svg *s)
{
	return s->width - 60;
}

static int
lines_name_rows(const struct svg *s, const struct svg_lines *c)
{
	double width;
	int rows = 0;
	for (int i = 0; i < c->n; rows++)
		i = lines_name_row(c, i, lines_name_room(s), &width);
	return rows;
}

/* In a file the names stand over the lines; a page has its own, with switches. */
static void
lines_names(struct svg *s, const struct svg_lines *c, int rows)
{
	double width;
	for (int i = 0, next, row = 1; i < c->n; i = next, row++) {
		const double y = s->top - 14 - (double)LINES_NAME_ROW * (rows - row);
		next = lines_name_row(c, i, lines_name_room(s), &width);
		double x = s->left + s->width - width;
		for (; i < next; i++) {
			const struct svg_series *l = &c->series[i];
			if (l->style < 0) continue;
			str_printf(s->out, "<g class=\"s%d c%d%s\">", l->style, l->style % SVG_COLOURS,
				l->style >= SVG_COLOURS ? " dashed" : "");
			svg_line(s, "line", x, y, x + 14, y);
			str_add(s->out, "</g>\n");
			svg_text(s, x + 18, y + 4, "small", l->name, LINES_NAME);
			x += lines_name_width(l);
		}
	}
}

void
svg_lines(const struct svg_lines *c, bool file, struct str *out)
{
	struct svg s = { .out = out, .file = file, .left = 52, .top = file ? 26 : 12,
		.width = SVG_WIDTH - 62 };
	char data[128];
	const bool flat = c->height < 150;
	const int rows = file ? lines_name_rows(&s, c) : 0;
	const double more = rows > 1 ? (double)LINES_NAME_ROW * (rows - 1) : 0;
	s.height = c->height - s.top - (flat ? 22 : 42);
	s.top += more;
	lines_axes(&s, c);
	snprintf(data, sizeof data,
		"data-left=\"%.1f\" data-width=\"%.1f\" data-from=\"%.1f\" data-to=\"%.1f\" "
		"data-unit=\"%s\"", s.left, s.width, s.x.low, s.x.high, c->percent ? " %" : "");
	svg_begin(&s, SVG_WIDTH, c->height + more, c->title, data);
	svg_axes(&s);
	lines_phases(&s, c);
	for (int i = 0; i < c->n; i++)
		lines_series(&s, c, &c->series[i]);
	lines_marks(&s, c);
	if (file) lines_names(&s, c, rows);
	str_printf(s.out, "<path class=\"cross\" d=\"M0 %.1fV%.1f\" visibility=\"hidden\"/>\n", s.top,
		s.top + s.height);
	svg_end(&s);
}
