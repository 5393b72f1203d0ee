/* Charts as SVG: the drawing, its axes and their ticks. */
#include "svg.h"

#include <math.h>
#include <stdio.h>

#include "html.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

enum { SVG_TICKS = 24 };

void
svg_begin(struct svg *s, double width, double height, const char *title, const char *data)
{
	str_printf(s->out, "<svg%s viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
		s->file ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", width, height);
	html_text(title, s->out);
	str_add_char(s->out, '"');
	if (s->file)
		str_printf(s->out, " width=\"%.0f\" height=\"%.0f\"", width, height);
	else if (data) str_printf(s->out, " %s", data);
	str_add(s->out, ">\n");
	if (!s->file) return;
	str_add(s->out, "<title>");
	html_text(title, s->out);
	str_add(s->out, "</title>\n<style>\n");
	html_asset(html_chart_css, s->out);
	str_printf(s->out, "</style>\n<rect class=\"paper\" width=\"%.0f\" height=\"%.0f\"/>\n", width,
		height);
}

void
svg_end(struct svg *s)
{
	str_add(s->out, "</svg>\n");
}

static bool
svg_is_log(const struct svg_axis *a)
{
	return a->scale != SVG_LINEAR;
}

/* Ends whose difference, or whose ratio on a logarithmic axis, is still a double. */
#define SVG_MOST 1e300
#define SVG_MOST_LOG 1e150

static double
svg_within(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

struct svg_axis
svg_axis(const char *title, enum svg_scale scale, double low, double high)
{
	struct svg_axis a = { .title = title, .scale = scale };
	const double most = scale == SVG_LINEAR ? SVG_MOST : SVG_MOST_LOG;
	low = svg_within(low, scale == SVG_LINEAR ? -most : 1 / most, most);
	high = svg_within(high, low, most);
	if (svg_is_log(&a)) {
		const double room = num_pow(high / low, 0.06);
		a.low = low / room;
		a.high = high * room;
		if (!(a.low < a.high)) a.low = low / 2, a.high = low * 2;
	} else {
		const double room = (high - low) * 0.06;
		a.low = low - room;
		a.high = high + room;
		/* Closer than ticks can tell apart. */
		if (!(high - low > 1e-9 * fabs(low))) {
			const double around = fabs(low) < 1e-300 ? 1 : fabs(low) * 0.1;
			a.low = low - around;
			a.high = low + around;
		}
	}
	return a;
}

bool
svg_orders(double low, double high)
{
	return low > 0 && high / low >= 100;
}

/* Where a value lies between the ends: 0 to 1. */
static double
svg_place(const struct svg_axis *a, double v)
{
	if (!svg_is_log(a)) return (v - a->low) / (a->high - a->low);
	return num_log(v / a->low) / num_log(a->high / a->low);
}

double
svg_x(const struct svg *s, double value)
{
	return s->left + s->width * svg_place(&s->x, value);
}

double
svg_y(const struct svg *s, double value)
{
	return s->top + s->height * (1 - svg_place(&s->y, value));
}

/* The largest power of ten that is no larger than v; of what has none (0, infinity), the last one
 * that doubles hold in its direction: 616 steps at most. */
static double
svg_power(double v)
{
	double power = 1;
	while (power > v && power > 1e-307) power /= 10;
	while (power * 10 <= v && power < 1e308) power *= 10;
	return power;
}

/* 1, 2 or 5 times a power of ten: the smallest that gives at most `want` steps. */
static double
svg_step(double span, int want)
{
	const double least = span / want, power = svg_power(least);
	return power >= least ? power : power * 2 >= least ? power * 2 :
		power * 5 >= least ? power * 5 : power * 10;
}

static int
svg_linear_ticks(const struct svg_axis *a, int want, double *out, int most)
{
	double step = svg_step(a->high - a->low, want);
	int n = 0;
	if (a->whole && step < 1) step = 1;
	for (double k = ceil(a->low / step - 1e-9); n < most && k * step <= a->high + step * 1e-9; k++)
		out[n++] = k == 0 ? 0 : k * step;
	return n;
}

/* Powers of ten, with 2 and 5 between them where they are few. */
static int
svg_log_ticks(const struct svg_axis *a, double *out, int most)
{
	static const double between[] = { 1, 2, 5 };
	const int each = a->high / a->low < 200 ? 3 : 1;
	int n = 0;
	for (double power = svg_power(a->low); power <= a->high && n < most && isfinite(power);
		power *= 10)
		for (int i = 0; i < each && n < most; i++) {
			const double v = power * between[i];
			if (v >= a->low && v <= a->high) out[n++] = v;
		}
	return n;
}

static const struct svg_time { double seconds; const char *label; } svg_times[] = {
	{ 0.001, "1 ms" }, { 0.002, "2 ms" }, { 0.005, "5 ms" }, { 0.01, "10 ms" }, { 0.02, "20 ms" },
	{ 0.05, "50 ms" }, { 0.1, "0.1 s" }, { 0.2, "0.2 s" }, { 0.5, "0.5 s" },
	{ 1, "1 s" }, { 2, "2 s" }, { 5, "5 s" }, { 10, "10 s" }, { 20, "20 s" }, { 60, "1 min" },
	{ 120, "2 min" }, { 300, "5 min" }, { 600, "10 min" }, { 1200, "20 min" }, { 3600, "1 h" },
	{ 7200, "2 h" }, { 18000, "5 h" }, { 36000, "10 h" }, { 86400, "1 d" }, { 172800, "2 d" },
	{ 432000, "5 d" }, { 864000, "10 d" }, { 2592000, "30 d" },
};

static int
svg_time_ticks(const struct svg_axis *a, double *out, int most)
{
	int n = 0;
	for (size_t i = 0; i < sizeof svg_times / sizeof *svg_times && n < most; i++)
		if (svg_times[i].seconds >= a->low && svg_times[i].seconds <= a->high)
			out[n++] = svg_times[i].seconds;
	return n;
}

int
svg_ticks(const struct svg_axis *a, int want, double *out, int most)
{
	int n = 0;
	if (a->scale == SVG_SECONDS) n = svg_time_ticks(a, out, most);
	else if (a->scale == SVG_LOG) n = svg_log_ticks(a, out, most);
	else return svg_linear_ticks(a, want, out, most);
	/* Every second, third, … where they are too many. */
	const int every = (n + want) / (want + 1);
	int kept = 0;
	for (int i = 0; i < n; i += every > 1 ? every : 1)
		out[kept++] = out[i];
	return kept;
}

void
svg_tick_label(const struct svg_axis *a, double value, struct str *out)
{
	char text[32];
	if (a->scale == SVG_SECONDS)
		for (size_t i = 0; i < sizeof svg_times / sizeof *svg_times; i++)
			if (svg_times[i].seconds == value) {
				str_add(out, svg_times[i].label);
				return;
			}
	/* Twelve figures: k times the step is not the nearest double of its own text. */
	snprintf(text, sizeof text, "%.12g", a->percent ? 100 * value : value);
	str_add(out, text);
	if (a->percent) str_add(out, "\u2009%");
}

void
svg_text(struct svg *s, double x, double y, const char *class, const char *text, int most)
{
	str_printf(s->out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	html_short(text, most, s->out);
	str_add(s->out, "</text>\n");
}

double
svg_name_width(const char *text, int most)
{
	const int letters = visible_width(text);
	return (letters > most ? most : letters) * 6.4;
}

void
svg_line(struct svg *s, const char *class, double x0, double y0, double x1, double y1)
{
	str_printf(s->out, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", class, x0, y0, x1, y1);
}

static void
svg_tick(struct svg *s, const struct svg_axis *a, bool vertical, double value)
{
	struct str label = STR_INIT;
	const double x = vertical ? s->left : svg_x(s, value);
	const double y = vertical ? svg_y(s, value) : s->top + s->height;
	if (vertical) svg_line(s, "grid", x, y, s->left + s->width, y);
	else svg_line(s, "tick", x, y, x, y + 4);
	svg_tick_label(a, value, &label);
	svg_text(s, vertical ? x - 7 : x, vertical ? y + 4 : y + 17, vertical ? "end" : "mid",
		str_text(&label), 0);
	str_free(&label);
}

void
svg_axes(struct svg *s)
{
	double tick[SVG_TICKS];
	const int want_y = s->height < 100 ? 3 : 6;
	int n = s->y.low < s->y.high ? svg_ticks(&s->y, want_y, tick, SVG_TICKS) : 0;
	for (int i = 0; i < n; i++)
		svg_tick(s, &s->y, true, tick[i]);
	n = s->x.low < s->x.high ? svg_ticks(&s->x, s->width < 300 ? 5 : 7, tick, SVG_TICKS) : 0;
	for (int i = 0; i < n; i++)
		svg_tick(s, &s->x, false, tick[i]);
	svg_line(s, "axis", s->left, s->top + s->height, s->left + s->width, s->top + s->height);
	if (s->x.title)
		svg_text(s, s->left + s->width / 2, s->top + s->height + 34, "mid muted", s->x.title, 0);
	if (s->y.title) svg_text(s, 4, s->top - 10, "muted", s->y.title, 0);
}
