/* Charts on a square: the confusion matrix as a heat map, and the reliability diagram. */
#include <math.h>
#include <stdio.h>

#include "html.h"
#include "svg.h"

enum { SQUARES_LEVELS = 10, SQUARES_NAMES = 20, SQUARES_NUMBERS = 10 };

/* 0: none, 1 … 10 by the share of its row. */
static int
heat_level(long long count, long long row)
{
	if (count <= 0 || row <= 0) return 0;
	const int level = (int)((count * SQUARES_LEVELS + row - 1) / row);
	return level > SQUARES_LEVELS ? SQUARES_LEVELS : level;
}

static long long
heat_row(int classes, const long long *count, int row)
{
	long long n = 0;
	for (int k = 0; k < classes; k++)
		n += count[(size_t)row * (size_t)classes + (size_t)k];
	return n;
}

/* All cells of one level in one path: a hundred classes are ten thousand cells. */
static void
heat_cells(struct svg *s, int classes, const long long *count, int level)
{
	const double cell = s->width / classes;
	bool any = false;
	for (int i = 0; i < classes; i++) {
		const long long row = heat_row(classes, count, i);
		for (int k = 0; k < classes; k++) {
			const long long n = count[(size_t)i * (size_t)classes + (size_t)k];
			if (heat_level(n, row) != level) continue;
			if (!any) str_printf(s->out, "<path class=\"h%d\" d=\"", level);
			any = true;
			str_printf(s->out, "M%.2f %.2fh%.2fv%.2fh-%.2fz", s->left + cell * k,
				s->top + cell * i, cell, cell, cell);
		}
	}
	if (any) str_add(s->out, "\"/>\n");
}

static void
heat_names(struct svg *s, int classes, const char *const *name)
{
	const double cell = s->width / classes;
	char number[16];
	for (int i = 0; i < classes; i++) {
		const double y = s->top + cell * (i + 0.5) + 4, x = s->left + cell * (i + 0.5);
		if (classes <= SQUARES_NAMES) {
			snprintf(number, sizeof number, "%d", i);
			svg_text(s, s->left - 6, y, "end small", name[i], 14);
			svg_text(s, x, s->top + s->height + 14, "mid small", number, 0);
		} else if (i % SQUARES_NUMBERS == 0) {
			snprintf(number, sizeof number, "%d", i);
			svg_text(s, s->left - 6, y, "end small", number, 0);
			svg_text(s, x, s->top + s->height + 14, "mid small", number, 0);
		}
	}
	svg_text(s, s->left + s->width / 2, s->top + s->height + 32, "mid muted", "predicted", 0);
	svg_text(s, 4, s->top - 8, "muted", "true", 0);
}

static void
heat_counts(struct svg *s, int classes, const long long *count)
{
	const double cell = s->width / classes;
	char text[32];
	if (classes > SQUARES_NUMBERS) return;
	for (int i = 0; i < classes; i++)
		for (int k = 0; k < classes; k++) {
			const long long n = count[(size_t)i * (size_t)classes + (size_t)k];
			const int level = heat_level(n, heat_row(classes, count, i));
			snprintf(text, sizeof text, "%lld", n);
			svg_text(s, s->left + cell * (k + 0.5), s->top + cell * (i + 0.5) + 4,
				level > 5 ? "mid small over" : "mid small", text, 0);
		}
}

void
svg_heat(const char *title, int classes, const char *const *name, const long long *count, bool file,
	struct str *out)
{
	const double side = 360;
	struct svg s = { .out = out, .file = file, .left = SVG_WIDTH - side - 16, .top = 24,
		.width = side, .height = side };
	svg_begin(&s, SVG_WIDTH, s.top + side + 40, title, NULL);
	str_printf(out, "<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\"/>\n", s.left, s.top, side, side);
	for (int level = 1; level <= SQUARES_LEVELS; level++)
		heat_cells(&s, classes, count, level);
	heat_counts(&s, classes, count);
	heat_names(&s, classes, name);
	svg_end(&s);
}

static void
reliability_bin(struct svg *s, const struct svg_bins *b, int i)
{
	const double x0 = svg_x(s, (double)i / b->n) + 1, x1 = svg_x(s, (double)(i + 1) / b->n) - 1;
	const double y = svg_y(s, b->right[i]), bottom = s->top + s->height;
	if (b->count[i] <= 0 || !isfinite(b->right[i])) return;
	str_printf(s->out, "<g class=\"c0\"><title>confidence %.1f to %.1f %%: %lld images, "
		"mean confidence %.1f %%, right %.1f %%</title>\n", 100.0 * i / b->n,
		100.0 * (i + 1) / b->n, b->count[i], 100 * b->confidence[i], 100 * b->right[i]);
	str_printf(s->out, "<rect class=\"fill\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\"/>\n", x0, y, x1 - x0, bottom - y);
	str_printf(s->out, "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\"/></g>\n",
		svg_x(s, b->confidence[i]), y);
}

/* How many images each bin has, below. */
static void
reliability_counts(struct svg *s, const struct svg_bins *b, double top, double height)
{
	long long most = 1;
	for (int i = 0; i < b->n; i++)
		if (b->count[i] > most) most = b->count[i];
	for (int i = 0; i < b->n; i++) {
		const double x0 = svg_x(s, (double)i / b->n) + 1;
		const double x1 = svg_x(s, (double)(i + 1) / b->n) - 1;
		const double h = height * (double)b->count[i] / (double)most;
		if (b->count[i] > 0)
			str_printf(s->out, "<rect class=\"count\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
				"height=\"%.1f\"><title>%lld images</title></rect>\n", x0, top + height - h,
				x1 - x0, h, b->count[i]);
	}
	svg_text(s, s->left, top + height + 16, "small muted", "images in each bin", 0);
}

void
svg_reliability(const char *title, const struct svg_bins *b, bool file, struct str *out)
{
	const double side = 290;
	struct svg s = { .out = out, .file = file, .left = 62, .top = 26, .width = side + 100,
		.height = side };
	s.x = (struct svg_axis){ .title = "confidence", .low = 0, .high = 1, .percent = true };
	s.y = (struct svg_axis){ .title = "right", .low = 0, .high = 1, .percent = true };
	svg_begin(&s, SVG_WIDTH, s.top + side + 116, title, NULL);
	svg_axes(&s);
	for (int i = 0; i < b->n; i++)
		reliability_bin(&s, b, i);
	svg_line(&s, "drop", svg_x(&s, 0), svg_y(&s, 0), svg_x(&s, 1), svg_y(&s, 1));
	reliability_counts(&s, b, s.top + side + 44, 50);
	svg_end(&s);
}
