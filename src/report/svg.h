/*
 * Charts as SVG 1.1: axes with round ticks, and marks placed by what they mean. Used in src/report/
 * only. Everything is plain double arithmetic of one order: the same records give the same bytes.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <stdbool.h>

#include "tlrun/str.h"

enum svg_scale { SVG_LINEAR, SVG_LOG, SVG_SECONDS };	/* SVG_SECONDS: SVG_LOG, in time */

struct svg_axis {
	const char *title;			/* NULL: none */
	enum svg_scale scale;
	double low, high;			/* what the ends mean; low < high */
	bool percent;				/* shares of 1, shown in percent */
	bool whole;					/* ticks at whole numbers */
};

/* A chart being written: the box inside the axes, and the axes. */
struct svg {
	struct str *out;
	bool file;					/* a file of its own, with its style; else part of a page */
	double left, top, width, height;
	struct svg_axis x, y;		/* an axis with low = high has no ticks */
};

enum { SVG_WIDTH = 480, SVG_COLOURS = 8, SVG_STYLES = 16 };

/* Opens the drawing: its size and what it is called. data: attributes of the page's script. */
void svg_begin(struct svg *s, double width, double height, const char *title, const char *data);
void svg_end(struct svg *s);

/* The axis from low to high with a little room, both finite. Equal ends are moved apart, and ends
 * beyond 1e300 (logarithmic: 1e150) come nearer. */
struct svg_axis svg_axis(const char *title, enum svg_scale scale, double low, double high);
/* Ticks from low to high into out, at most `most`; how many. */
int svg_ticks(const struct svg_axis *a, int want, double *out, int most);
/* A tick's label: "0.5", "70 %", "2 min". */
void svg_tick_label(const struct svg_axis *a, double value, struct str *out);

double svg_x(const struct svg *s, double value);
double svg_y(const struct svg *s, double value);

/* Grid, ticks, labels and titles of both axes. */
void svg_axes(struct svg *s);

/* Text, escaped; at most `most` characters of it (0: all). */
void svg_text(struct svg *s, double x, double y, const char *class, const char *text, int most);
/* About how wide so much of it is, in the small letters of names. */
double svg_name_width(const char *text, int most);
void svg_line(struct svg *s, const char *class, double x0, double y0, double x1, double y1);

/* ---- whole charts: in a page, or (file) as files of their own ---- */

struct svg_series {
	const char *name;
	int style;					/* 0 …: colour and dash; -1: one of many, grey and thin */
	int n;						/* values at x = 1 … n; NaN: not measured */
	const double *y;
	const double *low, *high;	/* [n] the band; NULL: none */
};
/* A point that stands out: the epoch whose weights were kept. */
struct svg_mark { double x, y; int style; const char *text; };
struct svg_phase { const char *name; double from; };	/* first epoch */

struct svg_lines {
	const char *title;			/* what the drawing shows, for who does not see it */
	const char *y_title;
	double height;
	bool percent, log_y, from_zero;
	int n, marks, phases;
	const struct svg_series *series;
	const struct svg_mark *mark;
	const struct svg_phase *phase;
};
void svg_lines(const struct svg_lines *c, bool file, struct str *out);

/* One experiment: a value, where known its error, and its seeds. */
struct svg_bar {
	const char *name, *label;	/* label: the value in words */
	const char *full;			/* the whole name, for who points at it; NULL: name */
	int style;
	double value, low, high;	/* NaN: none */
	double x;					/* of a scatter: seconds */
	int n;
	const double *dot;			/* [n] */
};
struct svg_bars { const char *title, *x_title; bool percent; int n; const struct svg_bar *bar; };
void svg_bars(const struct svg_bars *c, bool file, struct str *out);
/* The same experiments, value against seconds. */
void svg_scatter(const struct svg_bars *c, bool file, struct str *out);

/* Row shares of a matrix as a heat map: rows true, columns predicted. */
void svg_heat(const char *title, int classes, const char *const *name, const long long *count,
	bool file, struct str *out);

/* ---- a sweep's, in a page ---- */

/* A trial: its value of a key, its metric, its seeds. */
struct svg_point {
	const char *name, *label;	/* label: the metric in words */
	double x, y;				/* x: one of the ticks'; y: NaN: none */
	int n;						/* 0: one seed, which needs no dot */
	const double *dot;			/* [n] */
	bool best;
};
/* A value of the key, ascending. Words have the places 0, 1, … */
struct svg_value { double x; const char *text; };
struct svg_points {
	const char *title, *x_title, *y_title;
	bool percent, words, log_x;
	int ticks, n;				/* ticks: at least 1 */
	const struct svg_value *tick;
	const struct svg_point *point;	/* [n], best first */
};
void svg_points(const struct svg_points *c, struct str *out);
/* Whether the values from low to high span two orders of magnitude: a logarithmic axis is right. */
bool svg_orders(double low, double high);

/* A map over the values of two keys. */
struct svg_cell { int level; const char *text; };	/* level: 1 worst … 10 best; 0: no trial */
struct svg_cells {
	const char *title, *x_title, *y_title;
	int rows, columns;
	const char *const *row, *const *column;
	const struct svg_cell *cell;	/* [rows, columns] */
};
void svg_cells(const struct svg_cells *c, struct str *out);

/* Share that is right against confidence, a bin a column. */
struct svg_bins { int n; const double *confidence, *right; const long long *count; };
void svg_reliability(const char *title, const struct svg_bins *b, bool file, struct str *out);

#endif
