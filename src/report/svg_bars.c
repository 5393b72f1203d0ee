/* Experiments as bars with their seeds, and as points over the time they took. */
#include <math.h>
#include <stdio.h>

#include "html.h"
#include "svg.h"

enum { BARS_ROW = 40, BARS_LABELS = 12, BARS_LETTERS = 12,
	BARS_NAME = 26 };

static void
bars_group(struct svg *s, const struct svg_bar *b)
{
	if (b->style < 0) str_add(s->out, "<g class=\"bar many\"><title>");
	else
		str_printf(s->out, "<g class=\"bar s%d c%d%s\"><title>", b->style, b->style % SVG_COLOURS,
			b->style >= SVG_COLOURS ? " dashed" : "");
	html_text(b->full ? b->full : b->name, s->out);
	str_add(s->out, ": ");
	html_text(b->label, s->out);
	str_add(s->out, "</title>\n");
}

static double
bars_inside(const struct svg_axis *a, double v)
{
	return v < a->low ? a->low : v > a->high ? a->high : v;
}

static void
bars_row(struct svg *s, const struct svg_bar *b, double y)
{
	const double middle = y + 26, from = svg_x(s, bars_inside(&s->x, 0));
	bars_group(s, b);
	svg_text(s, s->left, y + 13, "name", b->name, 40);
	svg_text(s, s->left + s->width, y + 13, "end value", b->label, 0);
	if (isfinite(b->value)) {
		const double to = svg_x(s, b->value);
		str_printf(s->out, "<rect class=\"fill\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"12\" rx=\"2\"/>\n", to < from ? to : from, y + 20, fabs(to - from));
	}
	if (isfinite(b->low) && isfinite(b->high)) {
		const double x0 = svg_x(s, bars_inside(&s->x, b->low));
		const double x1 = svg_x(s, bars_inside(&s->x, b->high));
		str_printf(s->out, "<path class=\"error\" "
			"d=\"M%.1f %.1fH%.1fM%.1f %.1fv8M%.1f %.1fv8\"/>\n", x0, middle, x1, x0, middle - 4, x1,
			middle - 4);
	}
	for (int i = 0; i < b->n; i++)
		if (isfinite(b->dot[i]))
			str_printf(s->out, "<circle class=\"seed\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"/>\n",
				svg_x(s, b->dot[i]), middle);
	str_add(s->out, "</g>\n");
}

void
svg_bars(const struct svg_bars *c, bool file, struct str *out)
{
	struct svg s = { .out = out, .file = file, .left = 10, .top = 6, .width = SVG_WIDTH - 24,
		.height = (double)BARS_ROW * c->n };
	double low = 0, high = c->percent ? 1 : 0;
	for (int i = 0; i < c->n; i++) {
		const double v[] = { c->bar[i].value, c->bar[i].low, c->bar[i].high };
		for (int k = 0; k < 3 && !c->percent; k++) {
			if (isfinite(v[k]) && v[k] < low) low = v[k];
			if (isfinite(v[k]) && v[k] > high) high = v[k];
		}
	}
	s.x = svg_axis(c->x_title, SVG_LINEAR, low, high);
	s.x.percent = c->percent;
	if (low == 0) s.x.low = 0;
	if (c->percent) s.x.high = 1;
	svg_begin(&s, SVG_WIDTH, s.height + 50, c->title, NULL);
	svg_axes(&s);
	for (int i = 0; i < c->n; i++)
		bars_row(&s, &c->bar[i], s.top + (double)BARS_ROW * i);
	svg_end(&s);
}

/* The names of a scatter: where each stands, from left to right, its base line at y. */
struct scatter_labels {
	int n;
	struct scatter_label { double x, left, right, y; bool end; } label[BARS_LABELS];
};

/* The name beside its point, towards the middle. */
static void
scatter_label(const struct svg *s, const struct svg_bar *b, struct scatter_labels *l)
{
	const double x = svg_x(s, b->x), width = svg_name_width(b->name, BARS_NAME) + 6;
	const bool end = x > s->left + s->width / 2;
	const double from = end ? x - 9 : x + 9;
	l->label[l->n++] = (struct scatter_label){ .x = from, .left = end ? from - width : from,
		.right = end ? from : from + width, .y = svg_y(s, b->value) + 4, .end = end };
}

static bool
scatter_meet(const struct scatter_label *p, const struct scatter_label *q)
{
	return p->left < q->right && q->left < p->right;
}

/*
 * Two passes, so that no name covers another: from the top one, each name goes down below those
 * before it; then from the bottom one, what was pushed out of the drawing comes back, and lifts
 * those above it. Each pass places each name once.
 */
static void
scatter_spread(struct scatter_labels *l, double bottom)
{
	struct scatter_label *order[BARS_LABELS];
	for (int i = 0; i < l->n; i++) {
		int at = i;
		for (; at > 0 && order[at - 1]->y > l->label[i].y; at--) order[at] = order[at - 1];
		order[at] = &l->label[i];
	}
	for (int i = 0; i < l->n; i++)
		for (int k = 0; k < i; k++)
			if (scatter_meet(order[i], order[k]))
				order[i]->y = fmax(order[i]->y, order[k]->y + BARS_LETTERS);
	for (int i = l->n - 1; i >= 0; i--) {
		order[i]->y = fmin(order[i]->y, bottom);
		for (int k = i + 1; k < l->n; k++)
			if (scatter_meet(order[i], order[k]))
				order[i]->y = fmin(order[i]->y, order[k]->y - BARS_LETTERS);
	}
}

static void
scatter_point(struct svg *s, const struct svg_bar *b, const struct scatter_label *l)
{
	const double x = svg_x(s, b->x), y = svg_y(s, b->value);
	bars_group(s, b);
	if (isfinite(b->low) && isfinite(b->high))
		svg_line(s, "error", x, svg_y(s, bars_inside(&s->y, b->low)), x,
			svg_y(s, bars_inside(&s->y, b->high)));
	str_printf(s->out, "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", x, y);
	if (l) svg_text(s, l->x, l->y, l->end ? "end small halo" : "small halo", b->name, BARS_NAME);
	str_add(s->out, "</g>\n");
}

static bool
scatter_shown(const struct svg_bar *b)
{
	return isfinite(b->value) && isfinite(b->x) && b->x > 0;
}

void
svg_scatter(const struct svg_bars *c, bool file, struct str *out)
{
	struct svg s = { .out = out, .file = file, .left = 52, .top = 26, .width = SVG_WIDTH - 66,
		.height = 250 };
	double low = INFINITY, high = -INFINITY, least = INFINITY, most = -INFINITY;
	int shown = 0;
	struct scatter_labels labels = { 0 };
	for (int i = 0; i < c->n; i++) {
		const struct svg_bar *b = &c->bar[i];
		const double v[] = { b->value, b->low, b->high };
		if (!scatter_shown(b)) continue;
		shown++;
		if (b->x < least) least = b->x;
		if (b->x > most) most = b->x;
		for (int k = 0; k < 3; k++) {
			if (isfinite(v[k]) && v[k] < low) low = v[k];
			if (isfinite(v[k]) && v[k] > high) high = v[k];
		}
	}
	if (!shown) low = 0, high = least = most = 1;
	s.x = svg_axis("training time", SVG_SECONDS, least, most);
	s.y = svg_axis(c->x_title, SVG_LINEAR, low, high);
	s.y.percent = c->percent;
	if (c->percent && s.y.high > 1) s.y.high = 1;
	if (c->percent && s.y.low < 0) s.y.low = 0;
	svg_begin(&s, SVG_WIDTH, s.top + s.height + 44, c->title, NULL);
	svg_axes(&s);
	const bool named = c->n <= BARS_LABELS;
	for (int i = 0; i < c->n && named; i++)
		if (scatter_shown(&c->bar[i])) scatter_label(&s, &c->bar[i], &labels);
	scatter_spread(&labels, s.top + s.height - 3);
	for (int i = 0, label = 0; i < c->n; i++)
		if (scatter_shown(&c->bar[i]))
			scatter_point(&s, &c->bar[i], named ? &labels.label[label++] : NULL);
	svg_end(&s);
}
