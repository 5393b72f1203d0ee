/* Downloads on stderr: a status line on a terminal, else a line where something happens. */
#include "fetch.h"

#include "screen.h"
#include "tlrun/host.h"
#include "tlrun/num.h"

static const double fetch_redraw = 0.1;	/* seconds */

static void
fetch_progress(void *ctx, long long done, long long total)
{
	struct fetch *const f = ctx;
	const double now = host_seconds();
	char came[32], all[32], left[32];
	if (f->first < 0) {
		f->first = done;
		f->started = now;
	}
	if (f->o->quiet || !f->terminal || now - f->drawn < fetch_redraw) return;
	f->drawn = now;
	const double rate = (double)(done - f->first) / (now - f->started + 1e-9);
	num_human_bytes((double)done, came, sizeof came);
	struct str text = STR_INIT;
	str_printf(&text, "  %s", came);
	if (total > 0) {
		num_human_bytes((double)total, all, sizeof all);
		str_printf(&text, " of %s, %.0f %%", all, 100.0 * (double)done / (double)total);
	}
	if (now - f->started > 1 && rate > 0) {
		num_human_bytes(rate, all, sizeof all);
		str_printf(&text, ", %s/s", all);
		num_human_seconds((double)(total - done) / rate, left, sizeof left);
		if (total > 0) str_printf(&text, ", %s left", left);
	}
	screen_draw(&text);
	str_free(&text);
}

static void
fetch_note(void *ctx, const char *text)
{
	struct fetch *const f = ctx;
	screen_clear();
	f->first = -1;
	if (!f->o->quiet) cli_say("%s\n", text);
}

static bool
fetch_stop(void *ctx)
{
	(void)ctx;
	return signals_caught() != 0;
}

struct download
fetch_begin(struct fetch *f, const struct options *o)
{
	*f = (struct fetch){ .o = o, .terminal = screen_live(o), .first = -1 };
	signals_step(SIGNALS_NO_STEP);
	signals_install();
	return (struct download){ .progress = fetch_progress, .note = fetch_note, .stop = fetch_stop,
		.ctx = f };
}
