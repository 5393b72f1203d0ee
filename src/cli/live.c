/* The block of lines that shows a run on a terminal: at most six. */
#include "live.h"

#include <math.h>

#include "cli.h"

enum { LIVE_BAR = 24, LIVE_LEVELS = 8 };

void
live_begin(struct live *l)
{
	*l = (struct live){ .every = 1 };
}

void
live_loss(struct live *l, double loss)
{
	if (l->epochs++ % l->every) return;
	if (l->n == LIVE_CURVE) {
		for (int i = 0; i < LIVE_CURVE / 2; i++) l->curve[i] = l->curve[2 * i];
		l->n = LIVE_CURVE / 2;
		l->every *= 2;
	}
	l->curve[l->n++] = loss;
}

static void
live_curve(const struct live *l, struct str *out)
{
	static const char *const blocks[LIVE_LEVELS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[LIVE_LEVELS] = { "_", ".", ",", "-", "=", "+", "*", "#" };
	const char *const *const level = cli_utf8() ? blocks : ascii;
	double low = INFINITY, high = -INFINITY;
	for (int i = 0; i < l->n; i++) {
		low = fmin(low, l->curve[i]);
		high = fmax(high, l->curve[i]);
	}
	str_add(out, "loss  ");
	for (int i = 0; i < l->n; i++) {
		const double at = high > low ? (l->curve[i] - low) / (high - low) : 0;
		str_add(out, isfinite(at) ? level[(int)(at * (LIVE_LEVELS - 1) + 0.5)] : "?");
	}
	str_add_char(out, '\n');
}

void
live_frame(const struct live *l, const char *title, double share, const char *rest,
	struct str *out)
{
	const double whole = share > 0 ? share < 1 ? share : 1 : 0;
	const int full = (int)(whole * LIVE_BAR);
	str_printf(out, "%s\n[", title);
	str_pad(out, '#', full);
	str_pad(out, '.', LIVE_BAR - full);
	str_printf(out, "] %3d %%  %s\n", (int)(100 * whole), rest);
	if (l->last[0]) str_printf(out, "%s\n%s\n", l->head, l->last);
	if (l->best[0]) str_printf(out, "%s\n", l->best);
	if (l->n > 1) live_curve(l, out);
}
