/* A sweep's charts: a metric over the values of one key, and a map over the values of two. */
#include <math.h>
#include <stdio.h>

#include "html.h"
#include "svg.h"

enum { POINTS_MANY = 100, POINTS_TICK = 4, CELLS_NUMBERS = 7 };
#define LETTER 6.4				/* about as wide as one in the small letters of names */

static void
points_span(const struct svg_points *c, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (int i = 0; i < c->n; i++) {
		const struct svg_point *const p = &c->point[i];
		for (int k = -1; k < p->n; k++) {
			const double v = k < 0 ? p->y : p->dot[k];
			if (!isfinite(v)) continue;
			if (v < *low) *low = v;
			if (v > *high) *high = v;
		}
	}
	if (*low > *high) *low = 0, *high = 1;
}

static struct svg_axis
points_x(const struct svg_points *c)
{
	if (c->words) return (struct svg_axis){ c->x_title, SVG_LINEAR, -0.5, c->ticks - 0.5, false,
		false };
	return svg_axis(c->x_title, c->log_x ? SVG_LOG : SVG_LINEAR, c->tick[0].x,
		c->tick[c->ticks - 1].x);
}

static struct svg_axis
points_y(const struct svg_points *c)
{
	double low, high;
	points_span(c, &low, &high);
	struct svg_axis y = svg_axis(c->y_title,
		!c->percent && svg_orders(low, high) ? SVG_LOG : SVG_LINEAR, low, high);
	y.percent = c->percent;
	if (c->percent && y.high > 1) y.high = 1;
	if (c->percent && y.low < 0) y.low = 0;
	return y;
}

/* Whether the values themselves can stand below the axis, each beside the next. */
static bool
points_room(const struct svg *s, const struct svg_points *c)
{
	if (c->words) return true;
	for (int i = 1; i < c->ticks; i++) {
		const double room = (svg_name_width(c->tick[i - 1].text, 20) +
			svg_name_width(c->tick[i].text, 20)) / 2 + LETTER;
		if (svg_x(s, c->tick[i].x) - svg_x(s, c->tick[i - 1].x) < room) return false;
	}
	return true;
}

/* Values below the axis; of many words every second, third, …, cut to the room they have. */
static void
points_ticks(struct svg *s, const struct svg_points *c)
{
	int every = 1;
	while (c->words && s->width * every / c->ticks < LETTER * (POINTS_TICK + 1)) every++;
	const int most = c->words ? (int)(s->width * every / c->ticks / LETTER) - 1 : 0;
	const double bottom = s->top + s->height;
	for (int i = 0; i < c->ticks; i += every) {
		const double x = svg_x(s, c->tick[i].x);
		svg_line(s, "tick", x, bottom, x, bottom + 4);
		svg_text(s, x, bottom + 17, "mid", c->tick[i].text, most);
	}
}

static void
points_trial(struct svg *s, const struct svg_points *c, const struct svg_point *p)
{
	const double x = svg_x(s, p->x);
	const bool many = c->n > POINTS_MANY;
	if (!isfinite(p->y)) return;
	str_printf(s->out, "<g class=\"trial c%d\"><title>", p->best);
	html_text(p->name, s->out);
	str_add(s->out, ": ");
	html_text(p->label, s->out);
	str_add(s->out, "</title>\n");
	for (int i = 0; i < p->n && !many; i++)
		if (isfinite(p->dot[i]))
			str_printf(s->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\"/>\n", x,
				svg_y(s, p->dot[i]));
	str_printf(s->out, "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/></g>\n", x,
		svg_y(s, p->y), many ? "3" : "4.6");
}

/* A stroke at the mean of the trials of each value that several have. */
static void
points_means(struct svg *s, const struct svg_points *c)
{
	for (int i = 0; i < c->ticks; i++) {
		double sum = 0;
		int n = 0;
		for (int k = 0; k < c->n; k++)
			if (c->point[k].x == c->tick[i].x && isfinite(c->point[k].y))
				sum += c->point[k].y, n++;
		if (n < 2 || !isfinite(sum)) continue;
		const double x = svg_x(s, c->tick[i].x), y = svg_y(s, sum / n);
		svg_line(s, "error", x - 11, y, x + 11, y);
	}
}

void
svg_points(const struct svg_points *c, struct str *out)
{
	struct svg s = { .out = out, .left = 62, .top = 26, .width = SVG_WIDTH - 78, .height = 230 };
	s.x = points_x(c);
	s.y = points_y(c);
	svg_begin(&s, SVG_WIDTH, s.top + s.height + 44, c->title, NULL);
	const struct svg_axis x = s.x;
	const bool own = points_room(&s, c);
	if (own) s.x.low = s.x.high;
	svg_axes(&s);
	s.x = x;
	if (own) points_ticks(&s, c);
	points_means(&s, c);
	/* The best is drawn last, over the others. */
	for (int i = c->n - 1; i >= 0; i--)
		points_trial(&s, c, &c->point[i]);
	svg_end(&s);
}

/* ---- two keys ---- */

static void
cells_one(struct svg *s, const struct svg_cells *c, int row, int column)
{
	const struct svg_cell *const cell = &c->cell[row * c->columns + column];
	const double w = s->width / c->columns, h = s->height / c->rows;
	const double x = s->left + w * column, y = s->top + h * row;
	if (!cell->level) return;
	str_printf(s->out, "<g class=\"cell\"><title>");
	html_text(c->row[row], s->out);
	str_add(s->out, ", ");
	html_text(c->column[column], s->out);
	str_add(s->out, ": ");
	html_text(cell->text, s->out);
	str_printf(s->out, "</title>\n<rect class=\"h%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\"/>\n", cell->level, x, y, w, h);
	if (c->columns <= CELLS_NUMBERS)
		svg_text(s, x + w / 2, y + h / 2 + 4, cell->level > 5 ? "mid small over" : "mid small",
			cell->text, (int)(w / LETTER));
	str_add(s->out, "</g>\n");
}

void
svg_cells(const struct svg_cells *c, struct str *out)
{
	const double most = 364, each = 38;
	struct svg s = { .out = out, .left = SVG_WIDTH - most - 8, .top = 26, .width = most,
		.height = c->rows * each < most ? c->rows * each : most };
	const double w = s.width / c->columns, h = s.height / c->rows, bottom = s.top + s.height;
	svg_begin(&s, SVG_WIDTH, bottom + 40, c->title, NULL);
	str_printf(out, "<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\"/>\n", s.left, s.top, s.width, s.height);
	for (int i = 0; i < c->rows; i++)
		for (int k = 0; k < c->columns; k++)
			cells_one(&s, c, i, k);
	for (int i = 0; i < c->rows; i++)
		svg_text(&s, s.left - 6, s.top + h * (i + 0.5) + 4, "end small", c->row[i], 14);
	for (int k = 0; k < c->columns; k++)
		svg_text(&s, s.left + w * (k + 0.5), bottom + 14, "mid small", c->column[k],
			(int)(w / LETTER));
	svg_text(&s, s.left + s.width / 2, bottom + 32, "mid muted", c->x_title, 0);
	svg_text(&s, 4, s.top - 10, "muted", c->y_title, 0);
	svg_end(&s);
}
