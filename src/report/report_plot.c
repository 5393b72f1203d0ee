/*
 * Learning curves in a terminal: braille dots (2 across, 4 down in a cell; Unicode 2800 to 28FF,
 * dot bits as in the standard's table), or in plain ASCII one mark a cell.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curves.h"
#include "svg.h"
#include "tlrun/arena.h"
#include "tlrun/report.h"

enum { PLOT_ROWS = 10, PLOT_LABEL = 8, PLOT_LEAST = 30, PLOT_MOST = 100 };

/* Dots [rows * 4][columns * 2]; in ASCII cells with a letter each. */
struct plot {
	int columns;
	bool unicode;
	double low, high;
	int epochs;
	unsigned char *cell;		/* [rows][columns] braille bits, or the ASCII mark */
};

static void
plot_dot(struct plot *p, double x, double y, char mark)
{
	static const unsigned char bit[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
	const double up = (y - p->low) / (p->high - p->low);
	const int across = p->unicode ? 2 : 1, down = p->unicode ? 4 : 1;
	int i = (int)floor((1 - up) * (PLOT_ROWS * down - 1) + 0.5);
	int k = (int)floor(x * (p->columns * across - 1) + 0.5);
	i = i < 0 ? 0 : i >= PLOT_ROWS * down ? PLOT_ROWS * down - 1 : i;
	k = k < 0 ? 0 : k >= p->columns * across ? p->columns * across - 1 : k;
	unsigned char *c = &p->cell[(size_t)(i / down) * (size_t)p->columns + (size_t)(k / across)];
	if (p->unicode) *c |= bit[i % 4][k % 2];
	else *c = (unsigned char)mark;
}

/* Straight lines between the epochs, as fine as the dots. dashed: every other stretch. */
static void
plot_curve(struct plot *p, const struct curve *c, bool dashed, char mark)
{
	const int dots = p->columns * (p->unicode ? 2 : 1);
	for (int d = 0; d < dots; d++) {
		const double x = dots > 1 ? (double)d / (dots - 1) : 0;
		const double at = x * (p->epochs - 1);
		const int e = (int)at;
		const double part = at - e;
		if (e >= c->n || !isfinite(c->y[e]) || (dashed && p->unicode && d % 4 > 1)) continue;
		const bool more = e + 1 < c->n && isfinite(c->y[e + 1]);
		plot_dot(p, x, more ? c->y[e] + part * (c->y[e + 1] - c->y[e]) : c->y[e], mark);
	}
}

static void
plot_reach(struct plot *p, const struct curve *c)
{
	if (c->n > p->epochs) p->epochs = c->n;
	for (int e = 0; e < c->n; e++) {
		if (!isfinite(c->y[e])) continue;
		if (!(c->y[e] >= p->low)) p->low = c->y[e];
		if (!(c->y[e] <= p->high)) p->high = c->y[e];
	}
}

static void
plot_braille(unsigned char bits, struct str *out)
{
	str_add_char(out, (char)0xe2);
	str_add_char(out, (char)(0xa0 | bits >> 6));
	str_add_char(out, (char)(0x80 | (bits & 0x3f)));
}

static void
plot_rows(const struct plot *p, bool percent, struct str *out)
{
	for (int i = 0; i < PLOT_ROWS; i++) {
		const double v = p->high - (p->high - p->low) * i / (PLOT_ROWS - 1);
		char label[32] = "";
		if (i % 3 == 0) snprintf(label, sizeof label, percent ? "%.1f %%" : "%.4g",
			percent ? 100 * v : v);
		str_printf(out, "%*s %s", PLOT_LABEL, label, p->unicode ? "│" : "|");
		int last = p->columns;
		while (last && !p->cell[(size_t)i * (size_t)p->columns + (size_t)last - 1]) last--;
		for (int k = 0; k < last; k++) {
			const unsigned char c = p->cell[(size_t)i * (size_t)p->columns + (size_t)k];
			if (!c) str_add_char(out, ' ');
			else if (p->unicode) plot_braille(c, out);
			else str_add_char(out, (char)c);
		}
		str_add_char(out, '\n');
	}
}

static void
plot_foot(const struct plot *p, struct str *out)
{
	char last[32];
	const int n = snprintf(last, sizeof last, "%d", p->epochs);
	str_pad(out, ' ', PLOT_LABEL + 1);
	str_add(out, p->unicode ? "└" : "+");
	for (int k = 0; k < p->columns; k++)
		str_add(out, p->unicode ? "─" : "-");
	str_add_char(out, '\n');
	str_pad(out, ' ', PLOT_LABEL + 2);
	str_add(out, "1");
	str_pad(out, ' ', p->columns - 1 - n);
	str_printf(out, "%s\n", p->epochs > 1 ? last : "");
}

static void
plot_one(struct arena *a, const struct record_set *s, int metric, int columns, bool unicode,
	struct str *out)
{
	struct plot p = { .columns = columns, .unicode = unicode, .low = NAN, .high = NAN };
	const struct curve train = curve_of(a, s, metric, CURVE_TRAINING);
	const struct curve val = curve_of(a, s, metric, CURVE_VALIDATION);
	if (!train.any && !val.any) return;
	plot_reach(&p, &train);
	plot_reach(&p, &val);
	if (!(p.high > p.low)) {
		const double around = p.low == 0 ? 1 : fabs(p.low) * 0.1;
		p.low -= around;
		p.high += around;
	}
	p.cell = ARENA_ARRAY(a, unsigned char, (size_t)PLOT_ROWS * (size_t)columns);
	plot_curve(&p, &train, true, '.');
	plot_curve(&p, &val, false, 'o');
	str_printf(out, "%s by epoch: %s%s\n", curves_name(s, metric),
		unicode ? "┄ training" : ". training",
		!val.any ? "" : unicode ? ", ─ validation" : ", o validation");
	plot_rows(&p, metric >= 0 && s->record[0].metric[metric].share, out);
	plot_foot(&p, out);
	str_add_char(out, '\n');
}

void
report_terminal_plot(const struct record_set *s, int columns, bool unicode, struct str *out)
{
	struct arena *a = arena_new();
	int width = columns - PLOT_LABEL - 2;
	if (width < PLOT_LEAST) width = PLOT_LEAST;
	if (width > PLOT_MOST) width = PLOT_MOST;
	plot_one(a, s, CURVE_LOSS, width, unicode, out);
	if (s->record[0].metrics) plot_one(a, s, 0, width, unicode, out);
	arena_free(a);
}
